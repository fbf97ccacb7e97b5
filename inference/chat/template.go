package chat

import (
	"context"
	"fmt"
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
type Template struct{ body []node }

// Inputs are what a template is rendered with, as transformers'
// apply_chat_template gives it.
type Inputs struct {
	Messages            []Message
	AddGenerationPrompt bool      // end with the start of the model's turn
	BOS, EOS            string    // bos_token and eos_token
	Now                 time.Time // for strftime_now; the zero value means the time of the call
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

// ParseTemplate reads a chat template, a subset of Jinja. What isn't understood
// is refused with its line.
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
	t = &Template{body: p.block()}
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
	r = &run{limits: limitsOf(ctx, in.Messages), now: in.Now}
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
	messages := make(list, len(in.Messages))
	for i, m := range in.Messages {
		messages[i] = turn{m, i}
	}
	r.push(map[string]any{"messages": messages, "add_generation_prompt": in.AddGenerationPrompt,
		"bos_token": literal(in.BOS), "eos_token": literal(in.EOS), "tools": nil, "documents": nil})
	r.nodes(t.body)
	r.flush()
	return r, r.out, nil
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
