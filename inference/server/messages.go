package server

import (
	"encoding/json"
	"fmt"
	"strings"

	"azure-nlp-endpoint/inference/api"
	"azure-nlp-endpoint/inference/chat"
)

// decodeMessages reads the turns of a conversation.
func (q *generation) decodeMessages(at string, raw json.RawMessage) error {
	var items []json.RawMessage
	if kindOf(raw) != "a list" || json.Unmarshal(raw, &items) != nil {
		return badField(at, "is %s, a list of messages is needed", kindOf(raw))
	}
	if len(items) == 0 {
		return badField(at, "is an empty list: send at least one message")
	}
	q.Messages = make([]chat.Message, len(items))
	for i, item := range items {
		if err := decodeMessage(fmt.Sprintf("%s[%d]", at, i), item, &q.Messages[i]); err != nil {
			return err
		}
	}
	return nil
}

func decodeMessage(at string, raw json.RawMessage, m *chat.Message) error {
	var role, content bool
	err := fieldsOf(at, raw, func(name string, d *json.Decoder) (err error) {
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return syntax(path(at, name), err)
		}
		full := at + "." + name
		switch name {
		case "role":
			role = true
			m.Role, err = decodeRole(full, value)
		case "content":
			content = true
			m.Content, err = decodeContent(full, value)
		case "name": // the template has no place for it
		default:
			if v := string(value); v != "null" && v != "[]" { // as in answers that are sent back
				err = fieldFailure(api.UnsupportedParameter, full, "%.100s is not supported: a message has role and content", full)
			}
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case !role:
		return badField(at+".role", "is missing: it can be system, user or assistant")
	case !content:
		return badField(at+".content", "is missing: send a string")
	}
	return nil
}

func decodeRole(at string, raw json.RawMessage) (string, error) {
	role, err := text(at, raw)
	if err != nil {
		return "", err
	}
	switch role {
	case chat.System, chat.User, chat.Assistant:
		return role, nil
	case "developer": // OpenAI's newer name
		return chat.System, nil
	case "tool", "function":
		return "", fieldFailure(api.UnsupportedParameter, at, "%s is %q: the model calls no functions; send the result in a message of the user", at, role)
	}
	return "", badField(at, "is %.100q: it can be system, developer, user or assistant", role)
}

// decodeContent reads a string, or a list of parts, which are joined.
func decodeContent(at string, raw json.RawMessage) (string, error) {
	switch kindOf(raw) {
	case "a string":
		return text(at, raw)
	case "a list":
	default:
		return "", badField(at, "is %s, a string or a list of parts is needed", kindOf(raw))
	}
	var parts []struct {
		Type string           `json:"type"`
		Text *json.RawMessage `json:"text"`
	}
	if err := json.Unmarshal(raw, &parts); err != nil {
		return "", badField(at, "is not a list of parts: send [{\"type\": \"text\", \"text\": \"…\"}]")
	}
	if len(parts) == 0 {
		return "", badField(at, "is an empty list: send at least one part")
	}
	var b strings.Builder
	for i, p := range parts {
		where := fmt.Sprintf("%s[%d]", at, i)
		if p.Type != "text" {
			return "", fieldFailure(api.UnsupportedParameter, where+".type", "%s.type is %.100q: the model reads text alone", where, p.Type)
		}
		if p.Text == nil {
			return "", badField(where+".text", "is missing: send a string")
		}
		s, err := text(where+".text", *p.Text)
		if err != nil {
			return "", err
		}
		b.WriteString(s)
	}
	return b.String(), nil
}
