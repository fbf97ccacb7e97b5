package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Segment is a stretch of a prompt. Only what the template itself says may hold
// control tokens; what a message says is text, wherever the template moves it.
type Segment struct {
	Text     string
	Template bool
}

// Template is a model's chat template. It may be used by several goroutines at
// once.
type Template struct {
	body   []node
	thinks bool
}

// Thinks reports whether the template knows what models think before they answer, between
// <think> and </think>.
func (t *Template) Thinks() bool { return t.thinks }

// Inputs are what a template is rendered with, as transformers'
// apply_chat_template gives it.
type Inputs struct {
	Messages            []Message
	AddGenerationPrompt bool // end with the start of the model's turn
	// ContinueFinal ends the prompt with the last message's text, which the model is to
	// continue.
	ContinueFinal bool
	Tools         []json.RawMessage          // the functions that the model may call, as OpenAI describes them
	Variables     map[string]json.RawMessage // others that the template may have
	Special       map[string]string          // the tokenizer's special tokens by their names, such as bos_token
	Now           time.Time                  // for strftime_now; the zero value means the time of the call
}

// size is how many bytes there are of what may be large.
func (in *Inputs) size() int {
	n := 0
	for i := range in.Messages {
		m := &in.Messages[i]
		n += len(m.Content) + len(m.Role) + len(m.Reasoning)
		for _, c := range m.ToolCalls {
			n += len(c.Name) + len(c.Arguments)
		}
	}
	for _, t := range in.Tools {
		n += len(t)
	}
	for _, v := range in.Variables {
		n += len(v)
	}
	return n
}

// ParseError says what of a template isn't understood.
type ParseError struct {
	Line    int
	Problem string
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("chat template, line %d: %s", e.Line, e.Problem)
}

// TemplateError says why the template doesn't take a conversation. The message
// is the template's own if it raised one, and is meant for the client.
type TemplateError struct{ Message string }

func (e *TemplateError) Error() string { return e.Message }

// UnsupportedError says what of a template was found out not to be supported
// when it was rendered.
type UnsupportedError struct {
	Line    int
	Problem string
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("chat template, line %d: %s", e.Line, e.Problem)
}

// ParseTemplate reads a chat template, a subset of Jinja. What of its expressions and
// statements isn't understood matters only once it is reached; what isn't understood of
// how its blocks lie within each other is refused with its line.
func ParseTemplate(source string) (t *Template, err error) {
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case *ParseError:
			t, err = nil, problem
		default:
			panic(problem)
		}
	}()
	if len(source) > maxSourceBytes {
		return nil, fmt.Errorf("the chat template has %d bytes, more than the %d that are supported: take the model's own", len(source), maxSourceBytes)
	}
	p := &parser{tokens: lex(source)}
	t = &Template{body: p.block(), thinks: strings.Contains(source, ThinkEnd)}
	if p.peek().kind != "end" {
		p.fail("%q has no beginning", p.peek().text)
	}
	return t, nil
}

// Render makes the prompt of a conversation, as transformers does. An error that
// the conversation caused is a *TemplateError, one of its cost a *CostError. When ctx
// ends, so does the rendering, with ctx's error.
func (t *Template) Render(ctx context.Context, in Inputs) ([]Segment, error) {
	pieces, err := t.render(ctx, in)
	return pieces.segments(), err
}

// Prompt is Render, but for conversations of which something would be lost: then
// its error is a *LostError.
func (t *Template) Prompt(ctx context.Context, in Inputs) ([]Segment, error) {
	pieces, err := t.render(ctx, in)
	if err == nil {
		err = t.check(ctx, in, pieces)
	}
	if ended := ctx.Err(); ended != nil && err != nil {
		err = ended // what check renders says no more than that
	}
	if err != nil {
		return nil, err
	}
	return pieces.segments(), nil
}

func (t *Template) render(ctx context.Context, in Inputs) (text, error) {
	_, pieces, err := t.rendered(ctx, in)
	return pieces, err
}

// rendered also returns what is left of the limits.
func (t *Template) rendered(ctx context.Context, in Inputs) (r *run, pieces text, err error) {
	if len(in.Messages) == 0 {
		return nil, nil, &TemplateError{"the chat template doesn't take this conversation (there are no messages)"}
	}
	r = &run{limits: limitsOf(ctx, &in), now: in.Now}
	if r.now.IsZero() {
		r.now = time.Now()
	}
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case *TemplateError:
			pieces, err = nil, problem
		case *UnsupportedError:
			pieces, err = nil, problem
		case *CostError:
			pieces, err = nil, problem
		case ended:
			pieces, err = nil, problem.error
		default:
			panic(problem)
		}
	}()
	given, err := in.values()
	if err != nil {
		return nil, nil, err
	}
	r.push(given)
	r.nodes(t.body)
	r.flush()
	if in.ContinueFinal {
		if r.out, err = r.out.untilContent(len(in.Messages) - 1); err != nil {
			return nil, nil, err
		}
	}
	return r, r.out, nil
}

// values are the variables that a template is given.
func (in *Inputs) values() (map[string]any, error) {
	all := map[string]any{"documents": nil, "tools": nil}
	for name, value := range in.Variables {
		v, err := fromJSON(value, ofRequest)
		if err != nil {
			return nil, &TemplateError{fmt.Sprintf("the variable %.100q can't be read: %v", name, err)}
		}
		all[name] = v
	}
	for name, token := range in.Special {
		all[name] = literal(token)
	}
	messages := make(list, len(in.Messages))
	for i := range in.Messages {
		m, err := in.Messages[i].dict(i)
		if err != nil {
			return nil, &TemplateError{fmt.Sprintf("messages[%d]: %v", i, err)}
		}
		messages[i] = m
	}
	all["messages"], all["add_generation_prompt"] = messages, in.AddGenerationPrompt
	if len(in.Tools) > 0 {
		tools := make(list, len(in.Tools))
		for i, t := range in.Tools {
			tool, err := fromJSON(t, ofRequest)
			if err != nil {
				return nil, &TemplateError{fmt.Sprintf("tools[%d] can't be read: %v", i, err)}
			}
			tools[i] = tool
		}
		all["tools"] = tools
	}
	return all, nil
}

// untilContent is a prompt up to the end of a message's text.
func (t text) untilContent(message int) (text, error) {
	for i := len(t) - 1; i >= 0; i-- {
		if t[i].of == ofContent(message) {
			return t[:i+1], nil
		}
	}
	return nil, &TemplateError{"the last message's text isn't in the prompt, so that it can't be continued"}
}

// segments joins what comes from the template, and what comes from messages.
func (t text) segments() []Segment {
	var out []Segment
	for i := 0; i < len(t); {
		own, end := t[i].of == ofTemplate, i
		for end < len(t) && (t[end].of == ofTemplate) == own {
			end++
		}
		out = append(out, Segment{t[i:end].String(), own})
		i = end
	}
	return out
}
