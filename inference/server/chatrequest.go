package server

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"azure-nlp-endpoint/inference/api"
	"azure-nlp-endpoint/inference/pipeline"
)

// openAIFields are those that chats and completions share. A nil setter takes
// a field that changes no text and leaves it.
var openAIFields = map[string]setter{
	"stream": func(q *generation, at string, raw json.RawMessage) (err error) {
		q.streamGiven = true
		q.stream, err = boolean(at, raw)
		return err
	},
	"stream_options": func(q *generation, at string, raw json.RawMessage) error {
		return readFields(q, at, raw, unknownField, map[string]setter{
			"include_usage": func(q *generation, at string, raw json.RawMessage) (err error) {
				q.includeUsage, err = boolean(at, raw)
				return err
			},
			"include_obfuscation": nil,
		})
	},
	"max_tokens": func(q *generation, at string, raw json.RawMessage) error { return q.decodeMaxTokens(at, raw) },
	"n":          onlyOne,
	"user":       nil,
}

func onlyOne(_ *generation, at string, raw json.RawMessage) error {
	if string(raw) != "1" {
		return badField(at, "is %.100s: one answer a request is given, send several requests", raw)
	}
	return nil
}

// chatFields are those that only chats have.
var chatFields = map[string]setter{
	"messages":              func(q *generation, at string, raw json.RawMessage) error { return q.decodeMessages(at, raw) },
	"max_completion_tokens": func(q *generation, at string, raw json.RawMessage) error { return q.decodeMaxTokens(at, raw) },
	"response_format":       func(q *generation, at string, raw json.RawMessage) error { return q.decodeFormat(at, raw) },
	"logprobs": func(q *generation, at string, raw json.RawMessage) (err error) {
		q.Logprobs, err = boolean(at, raw)
		return err
	},
	"top_logprobs": func(q *generation, at string, raw json.RawMessage) (err error) {
		q.TopLogprobs, err = integer(at, raw, 0, 20)
		return err
	},
	"modalities": func(_ *generation, at string, raw json.RawMessage) error {
		var kinds []string
		if json.Unmarshal(raw, &kinds) != nil || !slices.Equal(kinds, []string{"text"}) {
			return fieldFailure(api.UnsupportedParameter, at, "%s is %.100s: the model answers in text alone, [\"text\"]", at, raw)
		}
		return nil
	},
	"tools": noTools, "functions": noTools, "tool_choice": noTools, "function_call": noTools,
	// These say who asks, where to keep the answer or how to work, not what to answer.
	"metadata": nil, "store": nil, "service_tier": nil, "safety_identifier": nil, "prompt_cache_key": nil,
	"prompt_cache_retention": nil, "parallel_tool_calls": nil, "prediction": nil, "reasoning_effort": nil, "verbosity": nil,
}

// noTools refuses tools, but takes what says that there are none.
func noTools(_ *generation, at string, raw json.RawMessage) error {
	if slices.Contains([]string{"[]", `"none"`, `"auto"`}, string(raw)) {
		return nil
	}
	return fieldFailure(api.UnsupportedParameter, at,
		"%s is not supported: the model calls no functions. Describe what you need in a message, and take response_format for JSON", at)
}

// refusedFields are OpenAI's that this server doesn't have.
var refusedFields = []string{"audio", "web_search_options", "echo", "suffix", "best_of", "moderation"}

func unknownField(_ *generation, at string, raw json.RawMessage) error {
	if string(raw) == "null" {
		return nil
	}
	if slices.Contains(refusedFields, at) {
		return fieldFailure(api.UnsupportedParameter, at, "%s is not supported: leave it out", at)
	}
	return fieldFailure(api.UnknownParameter, fmt.Sprintf("%.100s", at), "%.100q is not known; docs/api.md lists the fields", at)
}

// decodeChat reads the body of a chat.
func (s *Server) decodeChat(body []byte) (*generation, error) {
	q := &generation{}
	model := map[string]setter{"model": s.checkServed}
	if err := readFields(q, "", body, unknownField, chatFields, openAIFields, samplingFields, model); err != nil {
		return nil, err
	}
	if q.Messages == nil {
		return nil, fieldFailure(api.InvalidRequest, "messages",
			"messages is missing: send [{\"role\": \"user\", \"content\": \"…\"}]")
	}
	if q.TopLogprobs > 0 && !q.Logprobs {
		return nil, badField("top_logprobs", "is %d, but logprobs isn't true: send both", q.TopLogprobs)
	}
	if err := q.checkStreamOptions(); err != nil {
		return nil, err
	}
	q.form = func(id string, created int64, info pipeline.GeneratorInfo) form {
		return newChatForm(q, id, created, info)
	}
	return q, nil
}

func (q *generation) checkStreamOptions() error {
	if q.includeUsage && !q.stream {
		return badField("stream_options", "is for streams: send \"stream\": true, or leave it out")
	}
	return nil
}

// checkServed refuses any model but the one that is loaded.
func (s *Server) checkServed(_ *generation, at string, raw json.RawMessage) error {
	name, err := text(at, raw)
	if err != nil {
		return err
	}
	return s.checkGenerator(at, name)
}

func (q *generation) decodeMaxTokens(at string, raw json.RawMessage) error {
	n, err := integer(at, raw, 1, math.MaxInt32)
	if err == nil && q.MaxTokens != 0 && q.MaxTokens != n {
		return badField(at, "is %d, but max_tokens and max_completion_tokens mean the same and differ: send one", n)
	}
	q.MaxTokens = n
	return err
}

func (q *generation) decodeFormat(at string, raw json.RawMessage) error {
	var f struct {
		Type   string `json:"type"`
		Schema *struct {
			Schema json.RawMessage `json:"schema"`
		} `json:"json_schema"`
	}
	if kindOf(raw) != "an object" || json.Unmarshal(raw, &f) != nil {
		return badField(at, "is not of this shape: send {\"type\": \"json_object\"} or {\"type\": \"json_schema\", \"json_schema\": {\"name\": \"…\", \"schema\": {…}}}")
	}
	switch f.Type {
	case "text":
	case "json_object":
		q.Format.Type = pipeline.FormatJSONObject
	case "json_schema":
		if f.Schema == nil || len(f.Schema.Schema) == 0 || string(f.Schema.Schema) == "null" {
			return badField(at+".json_schema.schema", "is missing: send the JSON schema that the answer must meet")
		}
		q.Format = pipeline.ResponseFormat{Type: pipeline.FormatJSONSchema, Schema: f.Schema.Schema}
	default:
		return badField(at+".type", "is %.100q: it can be text, json_object or json_schema", f.Type)
	}
	return nil
}
