package server

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
)

// decodeMessages reads the turns of a conversation.
func (q *generation) decodeMessages(at string, raw json.RawMessage) error {
	err := eachItem(at, raw, "messages", func(i int, item json.RawMessage) error {
		m, err := decodeMessage(fmt.Sprintf("%s[%d]", at, i), item)
		q.Messages = append(q.Messages, m)
		return err
	})
	if err == nil && len(q.Messages) == 0 {
		err = badField(at, "is an empty list: send at least one message")
	}
	if err == nil {
		err = q.checkCalls(at)
	}
	return err
}

// message is a turn as it comes.
type message struct {
	role    string
	content json.RawMessage // nil if there is none
	refusal string          // what an assistant said in content's place

	reasoning string // what it thought before
	calls     []chat.ToolCall
	callID    string // of a tool's result
	name      string
}

// messageFields are those that clients send: their own messages', and those of
// an answer that is sent back.
var messageFields = fields[message]{
	"role": func(m *message, at string, raw json.RawMessage) (err error) {
		m.role, err = decodeRole(at, raw)
		return err
	},
	"content": func(m *message, _ string, raw json.RawMessage) error {
		m.content = raw
		return nil
	},
	"refusal": func(m *message, at string, raw json.RawMessage) (err error) {
		m.refusal, err = text(at, raw)
		return err
	},
	"name": func(m *message, at string, raw json.RawMessage) (err error) {
		m.name, err = text(at, raw)
		return err
	},
	"reasoning_content": (*message).decodeReasoning, "reasoning": (*message).decodeReasoning, // vLLM's two names
	"tool_calls": (*message).decodeToolCalls,
	"tool_call_id": func(m *message, at string, raw json.RawMessage) (err error) {
		m.callID, err = text(at, raw)
		return err
	},
	// These say again what the others say, or how it came about.
	"parsed": nil, "annotations": nil, "thinking_blocks": nil, "provider_specific_fields": nil,
	"function_call": emptyMember, "audio": emptyMember, "images": emptyMember,
}

func (m *message) decodeReasoning(at string, raw json.RawMessage) error {
	said, err := text(at, raw)
	if said != "" {
		m.reasoning = said
	}
	return err
}

// emptyMember takes a member that says nothing.
func emptyMember(_ *message, at string, raw json.RawMessage) error {
	if isEmpty(raw) {
		return nil
	}
	return fieldFailure(api.UnsupportedParameter, at, "%s is not supported: a message has role and content", at)
}

func decodeMessage(at string, raw json.RawMessage) (chat.Message, error) {
	var m message
	if err := readFields(&m, at, raw, unknownField, messageFields); err != nil {
		return chat.Message{}, err
	}
	if m.role == "" {
		return chat.Message{}, badField(at+".role", "is missing: it can be system, user, assistant or tool")
	}
	content, err := m.text(at + ".content")
	out := chat.Message{Role: m.role, Content: content}
	switch {
	case err != nil:
	case m.calls != nil && m.role != chat.Assistant:
		err = badField(at+".tool_calls", "is for messages of the assistant, not of %s", m.role)
	case m.callID != "" && m.role != chat.Tool:
		err = badField(at+".tool_call_id", "is for messages of tools, not of %s", m.role)
	case m.role == chat.Tool && m.callID == "":
		err = badField(at+".tool_call_id", "is missing: send the id of the call that this answers")
	case m.role == chat.Tool:
		out.ToolCallID, out.Name = m.callID, m.name
	case m.role == chat.Assistant:
		out.Reasoning, out.ToolCalls = m.reasoning, m.calls
	}
	return out, err
}

// text is what the turn says. An assistant's may be nothing: its answer was a
// refusal, or a call that is left out.
func (m *message) text(at string) (string, error) {
	assistant := m.role == chat.Assistant
	switch {
	case m.content == nil && !assistant:
		return "", badField(at, "is missing: send a string")
	case m.content == nil || assistant && isEmpty(m.content):
		return m.refusal, nil
	case m.refusal != "":
		return "", badField(at, "is given together with a refusal: send one of them")
	}
	return decodeContent(at, m.content)
}

func decodeRole(at string, raw json.RawMessage) (string, error) {
	role, err := text(at, raw)
	if err != nil {
		return "", err
	}
	switch role {
	case chat.System, chat.User, chat.Assistant, chat.Tool:
		return role, nil
	case "developer": // OpenAI's newer name
		return chat.System, nil
	case "function":
		return "", fieldFailure(api.UnsupportedParameter, at, "%s is %q: send results in messages of the role tool, with their tool_call_id", at, role)
	}
	return "", badField(at, "is %.100q: it can be system, developer, user, assistant or tool", role)
}

// part is one of the parts of a content.
type part struct {
	kind          string
	text, refusal *string
}

var partFields = fields[part]{
	"type": func(p *part, at string, raw json.RawMessage) (err error) {
		p.kind, err = text(at, raw)
		return err
	},
	"text": func(p *part, at string, raw json.RawMessage) error {
		s, err := text(at, raw)
		p.text = &s
		return err
	},
	"refusal": func(p *part, at string, raw json.RawMessage) error {
		s, err := text(at, raw)
		p.refusal = &s
		return err
	},
	"annotations": nil, "cache_control": nil, "logprobs": nil,
}

// decodePart reads {"type": "text", "text": "…"}, or a refusal, likewise. Its type is one
// of kinds.
func decodePart(at string, raw json.RawMessage, kinds ...string) (string, error) {
	var p part
	var unknown error // which is of less interest than the type
	err := readFields(&p, at, raw, func(at string) error {
		unknown = unknownField(at)
		return nil
	}, partFields)
	if err != nil {
		return "", err
	}
	said, other := p.text, p.refusal
	if p.kind == "refusal" {
		said, other = other, said
	}
	switch {
	case p.kind == "":
		return "", badField(at+".type", "is missing: send {\"type\": %q, \"text\": \"…\"}", kinds[0])
	case !slices.Contains(kinds, p.kind):
		return "", fieldFailure(api.UnsupportedParameter, at+".type", "%s.type is %.100q: the model reads only text", at, p.kind)
	case unknown != nil:
		return "", unknown
	case said == nil:
		missing := "text"
		if p.kind == "refusal" {
			missing = p.kind
		}
		return "", badField(at+"."+missing, "is missing: send a string")
	case other != nil:
		return "", badField(at, "has both text and refusal: send one of them")
	}
	return *said, nil
}

// decodeContent reads a string, or a list of parts, which are joined.
func decodeContent(at string, raw json.RawMessage) (string, error) {
	return decodeParts(at, raw, "text", "refusal")
}

// decodeParts reads a string, or parts of these types.
func decodeParts(at string, raw json.RawMessage, kinds ...string) (string, error) {
	if kindOf(raw) == "a string" {
		return text(at, raw)
	}
	var b strings.Builder
	parts := 0
	err := eachItem(at, raw, "parts, or a string,", func(i int, item json.RawMessage) error {
		s, err := decodePart(fmt.Sprintf("%s[%d]", at, i), item, kinds...)
		b.WriteString(s)
		parts++
		return err
	})
	if err == nil && parts == 0 {
		err = badField(at, "is an empty list: send at least one part")
	}
	return b.String(), err
}
