package server

import (
	"encoding/json"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
)

// responseItem is an item of input, as it comes.
type responseItem struct {
	kind, callID, name, role   string
	content, output, arguments json.RawMessage
	refers                     bool // it has an id
}

var responseItemFields = fields[responseItem]{
	"type": func(m *responseItem, at string, raw json.RawMessage) (err error) {
		m.kind, err = text(at, raw)
		return err
	},
	"role": func(m *responseItem, at string, raw json.RawMessage) (err error) {
		m.role, err = decodeRole(at, raw)
		return err
	},
	"content": func(m *responseItem, _ string, raw json.RawMessage) error {
		m.content = raw
		return nil
	},
	"call_id": func(m *responseItem, at string, raw json.RawMessage) (err error) {
		m.callID, err = text(at, raw)
		return err
	},
	"name": func(m *responseItem, at string, raw json.RawMessage) (err error) {
		m.name, err = text(at, raw)
		return err
	},
	"arguments": func(m *responseItem, at string, raw json.RawMessage) (err error) {
		m.arguments, err = decodeArguments(at, raw)
		return err
	},
	"output": func(m *responseItem, _ string, raw json.RawMessage) error {
		m.output = raw
		return nil
	},
	"id": func(m *responseItem, _ string, _ json.RawMessage) error {
		m.refers = true
		return nil
	},
	// These say how an item came about.
	"status": nil, "phase": nil, "summary": nil, "encrypted_content": nil, "parsed_arguments": nil, "namespace": nil, "caller": nil,
}

// decodeItem reads an item of input: a message, a call, its result, or a thought.
func (q *responseRequest) decodeItem(at string, raw json.RawMessage) error {
	var m responseItem
	var unknown error // which is of less interest than the type
	err := readFields(&m, at, raw, func(at string) error {
		unknown = unknownField(at)
		return nil
	}, responseItemFields)
	if err != nil {
		return err
	}
	if m.kind == "" && m.role == "" && m.content == nil && m.refers {
		m.kind = "item_reference" // whose type may be left out
	}
	switch m.kind {
	case "", "message":
		err = q.addMessage(at, &m)
	case "reasoning":
		if q.thought = ""; m.content != nil && !isEmpty(m.content) {
			q.thought, err = decodeParts(at+".content", m.content, "reasoning_text")
		}
	case "function_call":
		if m.callID == "" || m.name == "" {
			return badField(at, "has no call_id or no name: send the call as it came")
		}
		if m.arguments == nil {
			m.arguments = json.RawMessage("{}")
		}
		last := len(q.Messages) - 1
		if last < 0 || q.Messages[last].Role != chat.Assistant || q.thought != "" {
			q.add(at, chat.Message{Role: chat.Assistant, Reasoning: q.thought})
			q.thought = ""
			last++
		}
		q.Messages[last].ToolCalls = append(q.Messages[last].ToolCalls, chat.ToolCall{ID: m.callID, Name: m.name, Arguments: m.arguments})
	case "function_call_output":
		var said string
		if m.output == nil {
			return badField(at+".output", "is missing: send a string")
		}
		said, err = decodeParts(at+".output", m.output, "input_text")
		known := false
		for _, before := range q.Messages {
			for _, c := range before.ToolCalls {
				known = known || c.ID == m.callID
			}
		}
		if err == nil && !known {
			err = badField(at+".call_id", "is %.100q: no item before is a function_call with it", m.callID)
		}
		q.add(at, chat.Message{Role: chat.Tool, Content: said, ToolCallID: m.callID})
	case "item_reference":
		return fieldFailure(api.UnsupportedParameter, at, "%s refers to an item of an earlier answer, but nothing is kept here: send the item itself, which clients do with \"store\": false (in the AI SDK providerOptions: { openai: { store: false } })", at)
	default:
		return fieldFailure(api.UnsupportedParameter, at+".type", "%s.type is %.100q: it can be message, function_call, function_call_output or reasoning", at, m.kind)
	}
	if err == nil {
		err = m.misplaced(at)
	}
	if err == nil {
		err = unknown
	}
	return err
}

// misplaced refuses what an item says where its kind has no place for it.
func (m *responseItem) misplaced(at string) error {
	for _, member := range []struct {
		name  string
		said  json.RawMessage
		kinds []string
	}{
		{"content", m.content, []string{"", "message", "reasoning"}}, {"arguments", m.arguments, []string{"function_call"}}, {"output", m.output, []string{"function_call_output"}},
	} {
		if member.said != nil && !isEmpty(member.said) && !slices.Contains(member.kinds, m.kind) {
			return badField(at+"."+member.name, "doesn't go with an item of the type %q: send an item of its own", orElse(m.kind, "message"))
		}
	}
	return nil
}

func (q *responseRequest) addMessage(at string, m *responseItem) error {
	switch m.role {
	case "":
		return badField(at+".role", "is missing: it can be system, developer, user or assistant")
	case chat.Tool:
		return badField(at+".role", "is \"tool\": send results as {\"type\": \"function_call_output\", \"call_id\": \"…\", \"output\": \"…\"}")
	}
	if m.content == nil {
		return badField(at+".content", "is missing: send a string")
	}
	said, err := decodeParts(at+".content", m.content, "input_text", "output_text", "text", "refusal")
	out := chat.Message{Role: m.role, Content: said}
	if m.role == chat.Assistant {
		out.Reasoning = q.thought
	}
	q.thought = "" // which no later answer had
	q.add(at, out)
	return err
}
