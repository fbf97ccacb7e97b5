package chat

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// LostError says that a template would leave out what a message says, or give it
// a role that the model doesn't know. Some templates do so silently.
type LostError struct {
	Message int    // its index
	Problem string // with the remedy
}

func (e *LostError) Error() string { return fmt.Sprintf("messages[%d]: %s", e.Message, e.Problem) }

// check compares a prompt with the conversation that it was made of.
func (t *Template) check(ctx context.Context, in Inputs, prompt text) error {
	reached := make([][]span, len(in.Messages))
	others := map[int]text{}
	known := map[string]bool{} // by role
	for _, p := range prompt {
		if p.of == ofTemplate || p.of == ofRequest {
			continue
		}
		i := p.of.message()
		switch p.of {
		case ofContent(i):
			reached[i] = append(reached[i], span{p.start, p.end})
			continue
		case ofOther(i):
			others[i] = append(others[i], p)
			continue
		}
		if role := in.Messages[i].Role; i > 0 && role != User && role != Assistant && !known[role] {
			if known[role] = t.knows(ctx, in, role); known[role] {
				continue
			}
			return &LostError{i, fmt.Sprintf("the role %q is one that the model's chat template knows at the start of a conversation only, if at all: send one message with it, as the first", role)}
		}
	}
	for i, m := range in.Messages {
		need := needed(m)
		if need.start < need.end && !covers(reached[i], need) {
			return &LostError{i, fmt.Sprintf("the %s message's text isn't in the prompt that the model's chat template makes, or not completely: %s", m.Role, remedy(in.Messages, i))}
		}
		said := others[i].String()
		for _, c := range m.ToolCalls {
			if !strings.Contains(said, c.Name) {
				return &LostError{i, fmt.Sprintf("its call of %.100q isn't in the prompt that the model's chat template makes: send the call and its result as text", c.Name)}
			}
		}
	}
	return nil
}

func remedy(messages []Message, i int) string {
	if len(messages[i].ToolCalls) > 0 {
		return "a message that calls functions can have no text by this template, leave it out"
	}
	if messages[i].Role == System && len(messages) == 1 {
		return "send a user's message after it"
	}
	return "send messages of user and assistant in turn, with at most one system message before them"
}

// span is a stretch of a message's content, in bytes.
type span struct{ start, end int }

// needed is what of a message must be in the prompt: templates trim white space,
// and leave out what an assistant thought in earlier turns, as Qwen3's does.
func needed(m Message) span {
	start := 0
	if m.Role == Assistant {
		if i := strings.LastIndex(m.Content, ThinkEnd); i >= 0 {
			start = i + len(ThinkEnd)
		}
	}
	end := len(strings.TrimRightFunc(m.Content, isSpace))
	if start < end {
		start += len(m.Content[start:]) - len(strings.TrimLeftFunc(m.Content[start:], isSpace))
	}
	return span{start, end}
}

// covers reports whether the stretches have all of need.
func covers(all []span, need span) bool {
	slices.SortFunc(all, func(a, b span) int { return a.start - b.start })
	for _, s := range all {
		if s.start > need.start {
			return false
		}
		if need.start = max(need.start, s.end); need.start >= need.end {
			return true
		}
	}
	return need.start >= need.end
}

// knows reports whether a message with the role, at the start of a conversation,
// is one of its own in the prompt: its role is in what stands before it. (Gemma's
// template puts a system message into the first user's instead.)
func (t *Template) knows(ctx context.Context, in Inputs, role string) bool {
	in.Messages = []Message{{Role: role, Content: "a"}, {Role: User, Content: "b"}}
	in.ContinueFinal = false
	prompt, err := t.render(ctx, in)
	if err != nil {
		return false
	}
	for i, p := range prompt {
		if p.of == ofContent(0) {
			return strings.Contains(prompt[:i].String(), role)
		}
	}
	return false
}
