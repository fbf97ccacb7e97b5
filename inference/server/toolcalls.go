package server

import (
	"encoding/json"
	"fmt"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
)

// decodeToolCalls reads the calls of an assistant's message.
func (m *message) decodeToolCalls(at string, raw json.RawMessage) error {
	if isEmpty(raw) {
		return nil
	}
	return eachItem(at, raw, "calls", func(i int, item json.RawMessage) error {
		where := fmt.Sprintf("%s[%d]", at, i)
		call := chat.ToolCall{}
		given := false
		err := readFields(&call, where, item, unknownField, fields[chat.ToolCall]{
			"id": func(c *chat.ToolCall, at string, raw json.RawMessage) (err error) {
				c.ID, err = text(at, raw)
				return err
			},
			"type": func(_ *chat.ToolCall, at string, raw json.RawMessage) error {
				if !isOneOf(raw, "function") {
					return fieldFailure(api.UnsupportedParameter, at, "%s is %.100s: only functions can be called", at, raw)
				}
				return nil
			},
			"function": func(c *chat.ToolCall, at string, raw json.RawMessage) error {
				given = true
				return readFields(c, at, raw, unknownField, callFields)
			},
			"index": nil, "provider_specific_fields": nil,
		})
		switch {
		case err != nil:
			return err
		case !given || call.Name == "":
			return badField(where+".function.name", "is missing: send the call as it came")
		case call.ID == "":
			return badField(where+".id", "is missing: send the call as it came")
		}
		if call.Arguments == nil {
			call.Arguments = json.RawMessage("{}")
		}
		m.calls = append(m.calls, call)
		return nil
	})
}

var callFields = fields[chat.ToolCall]{
	"parsed_arguments": nil, // as OpenAI's clients add it
	"name": func(c *chat.ToolCall, at string, raw json.RawMessage) (err error) {
		c.Name, err = text(at, raw)
		return err
	},
	"arguments": func(c *chat.ToolCall, at string, raw json.RawMessage) (err error) {
		c.Arguments, err = decodeArguments(at, raw)
		return err
	},
}

// decodeArguments reads an object in a string, or as it is.
func decodeArguments(at string, raw json.RawMessage) (json.RawMessage, error) {
	if kindOf(raw) == "a string" {
		said, err := text(at, raw)
		if err != nil {
			return nil, err
		}
		if raw = json.RawMessage(said); said == "" {
			raw = json.RawMessage("{}")
		}
		if err := checkUnicode(raw); err != nil {
			return nil, badField(at, "has half a surrogate pair: send the call as it came")
		}
	}
	if checkJSON(raw) != nil || kindOf(raw) != "an object" {
		return nil, badField(at, "is %.100q: an object in JSON is needed, as the call has it", raw)
	}
	return raw, nil
}

// checkCalls refuses results of calls that there weren't.
func (q *generation) checkCalls(at string) error {
	known := map[string]bool{}
	for i, m := range q.Messages {
		for _, c := range m.ToolCalls {
			known[c.ID] = true
		}
		if m.Role == chat.Tool && !known[m.ToolCallID] {
			return fieldFailure(api.InvalidValue, fmt.Sprintf("%s[%d].tool_call_id", at, i),
				"%s[%d].tool_call_id is %.100q: no message before has a call with that id in its tool_calls", at, i, m.ToolCallID)
		}
	}
	return nil
}
