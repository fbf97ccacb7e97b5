package server

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// tokenize answers with the tokens of a text, or of a conversation as the
// model would be given it.
func (s *Server) tokenize(w http.ResponseWriter, r *http.Request) {
	body, err := s.readBody(w, r)
	var ids []int32
	if err == nil {
		ids, err = s.decodeTokenize(r.Context(), body)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	// Made by hand and in pieces: a long text has many thousands of tokens.
	out := bufio.NewWriterSize(w, 16<<10)
	b := appendInt(nil, `{"count":`, len(ids))
	b = appendInt(b, `,"context_length":`, s.Generator.Info().ContextWindow)
	_, _ = out.Write(append(b, `,"tokens":[`...))
	for i, id := range ids {
		b = b[:0]
		if i > 0 {
			b = append(b, ',')
		}
		_, _ = out.Write(appendInt(b, "", int(id)))
	}
	_, _ = out.WriteString(`],"pieces":[`)
	for i, id := range ids {
		b = b[:0]
		if i > 0 {
			b = append(b, ',')
		}
		_, _ = out.Write(appendTokenText(b, s.Generator.Token(id)))
	}
	_, _ = out.WriteString("]}")
	_ = out.Flush() // what failed, failed for the client alone
}

// tokenizeWindows is how many times the window's length a text may have that is
// only counted: whoever cuts a document to size wants to know by how much it is
// too long.
const tokenizeWindows = 8

func (s *Server) decodeTokenize(ctx context.Context, body []byte) ([]int32, error) {
	q := &generation{}
	special, specialGiven := true, false
	known := fields[generation]{
		"messages": chatFields["messages"], "tools": toolFields["tools"], "chat_template_kwargs": chatFields["chat_template_kwargs"],
		"text": func(q *generation, at string, raw json.RawMessage) error {
			s, err := text(at, raw)
			q.Prompt = &s
			return err
		},
		"add_special_tokens": func(_ *generation, at string, raw json.RawMessage) (err error) {
			specialGiven = true
			special, err = boolean(at, raw)
			return err
		},
		"model": s.checkServed,
	}
	if err := readFields(q, "", body, unknownField, known); err != nil {
		return nil, err
	}
	limit := tokenizeWindows * s.Generator.Info().ContextWindow
	switch {
	case q.Prompt != nil && (q.Messages != nil || q.Tools != nil || q.Variables != nil):
		return nil, fieldFailure(api.InvalidRequest, "text", "text is given, and what is for messages: send one of them")
	case q.Prompt != nil:
		return s.Generator.Tokenize(*q.Prompt, special, limit)
	case q.Messages == nil:
		return nil, fieldFailure(api.InvalidRequest, "text", "text is missing: send {\"text\": \"…\"} or {\"messages\": […]}")
	case specialGiven:
		return nil, fieldFailure(api.InvalidValue, "add_special_tokens", "add_special_tokens is for text: the chat template says which tokens a conversation has")
	}
	return s.Generator.TokenizeChat(ctx, &q.GenerateRequest, limit)
}
