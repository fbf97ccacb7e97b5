package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/grammar"
)

// findNotation finds out how the model calls functions, and which control tokens say
// something in its answers.
func (g *Generator) findNotation() {
	isToken := func(token string) bool {
		_, ok := g.tokenizer.TokenID(token)
		return ok
	}
	g.notation = g.template.Notation(context.Background(), g.special, isToken)
	if end, ok := g.tokenizer.TokenID(g.notation.End); ok && !slices.Contains(g.defaults.End, end) {
		g.defaults.End = append(slices.Clone(g.defaults.End), end)
	}
	marks := map[int32][]byte{}
	g.answers = g.notation.Marked(func(token string) bool {
		if g.notation.Escape != "" { // the tokens alone are marks, whether or not tokenizer.json calls them special
			g.note(token, "\x00"+token, marks)
			return true
		}
		return g.isControl(token, "\x00"+token, marks)
	})
	if len(marks) > 0 {
		g.formats.calling = sync.OnceValue(func() *grammar.Vocabulary {
			return grammar.NewVocabulary(func(id int32) []byte {
				if mark, ok := marks[id]; ok {
					return mark
				}
				return g.tokenizer.Piece(id)
			}, min(g.tokenizer.VocabSize(), g.info.Vocabulary))
		})
	}
	g.thoughts = map[int32][]byte{}
	if g.template.Thinks() {
		g.isControl(chat.ThinkBegin, chat.ThinkBegin, g.thoughts)
		g.isControl(chat.ThinkEnd, chat.ThinkEnd, g.thoughts)
	}
	g.control = maps.Clone(g.thoughts)
	maps.Copy(g.control, marks)
}

// isControl reports whether a token is a control token, and notes what it says.
func (g *Generator) isControl(token, says string, all map[int32][]byte) bool {
	if id, ok := g.tokenizer.TokenID(token); !ok || !g.tokenizer.IsControl(id) {
		return false
	}
	g.note(token, says, all)
	return true
}

// note notes what a token says.
func (g *Generator) note(token, says string, all map[int32][]byte) {
	if id, ok := g.tokenizer.TokenID(token); ok {
		all[id] = []byte(says)
	}
}

// offered are the tools that the model is told of.
func (r *GenerateRequest) offered() []Tool {
	if r.ToolChoice.Mode == ToolNone {
		return nil
	}
	return r.Tools
}

// inputs are what the chat template is given, and which of the messages each of its is.
func (g *Generator) inputs(r *GenerateRequest) (in chat.Inputs, of []int) {
	in = chat.Inputs{AddGenerationPrompt: !r.ContinueFinal, ContinueFinal: r.ContinueFinal, Special: g.special, Variables: r.Variables}
	for _, t := range r.offered() {
		in.Tools = append(in.Tools, t.Definition)
	}
	messages := slices.Clone(r.Messages)
	calls := len(in.Tools) > 0
	names := map[string]string{} // of calls, by their ids
	of = make([]int, len(messages))
	for i := range messages {
		m := &messages[i]
		of[i] = i
		for _, c := range m.ToolCalls {
			names[c.ID] = c.Name
		}
		if m.Role == chat.Tool && m.Name == "" {
			m.Name = names[m.ToolCallID]
		}
		calls = calls || m.Role == chat.Tool || len(m.ToolCalls) > 0
	}
	if in.Messages = messages; calls && !g.notation.Native {
		in.Messages, of = g.notation.Adapt(messages, in.Tools)
		in.Tools = nil
	}
	return in, of
}

// constraint says which tokens a text behind the prompt may have; nil for any.
func (g *Generator) constraint(ctx context.Context, r *GenerateRequest, prompt []int32) (generation.Constraint, error) {
	if err := g.checkContinued(r); err != nil {
		return nil, err
	}
	tools := g.callable(r)
	if len(tools) == 0 || r.Messages == nil {
		begun := ""
		if r.ContinueFinal && r.Format.Type != FormatText {
			begun = g.begun(r, prompt)
		}
		return g.formats.constraint(ctx, r.Caller, r.Format, g.defaults.End, begun)
	}
	n := &g.answers
	calls := grammar.Calls{
		Begin: n.Begin, First: n.First, Open: n.Open, ID: n.ID, Middle: n.Middle, Close: n.Close, Separator: n.Separator, Last: n.Last,
		Text: r.ToolChoice.Mode != ToolRequired, Anywhere: n.Anywhere, Later: n.Later, Several: n.Several && !r.OneCall,
	}
	if n.Escape != "" {
		calls.Escaped = &grammar.Escaped{Mark: n.Escape, Null: n.Null}
	}
	for _, t := range tools {
		if names := r.ToolChoice.Names; names == nil || slices.Contains(names, t.Name) {
			calls.Functions = append(calls.Functions, grammar.Function{Name: t.Name, Schema: t.Parameters, Strict: t.Strict})
		}
	}
	if calls.Text && r.Format.Type != FormatText {
		if n.Later {
			return nil, &InvalidError{Field: "response_format", Problem: "it is given together with tools, which this model calls in JSON, too: leave one of them out, or send \"tool_choice\": \"required\""}
		}
		calls.Format = &grammar.Function{Schema: r.Format.Schema, Strict: r.Format.Strict}
		if r.Format.Type == FormatJSONObject {
			calls.Format.Schema = json.RawMessage(`{"type":"object"}`)
		}
	}
	rules, err := g.formats.grammars.Calls(ctx, r.Caller, &calls)
	if err != nil {
		field, problem := "tools", err.Error()
		if refused := (*grammar.FunctionError)(nil); errors.As(err, &refused) {
			if field, problem = "response_format", "json_schema.schema, "+refused.Err.Error(); refused.Function >= 0 {
				name := calls.Functions[refused.Function].Name
				at := slices.IndexFunc(tools, func(t Tool) bool { return t.Name == name })
				field, problem = fmt.Sprintf("tools[%d].function.parameters", at), refused.Err.Error()
			}
		}
		return nil, schemaError(ctx, err, field, problem)
	}
	return rules.Start(g.formats.calling(), g.defaults.End), nil
}
