package server

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// openAIFields are those that chats and completions share. A nil setter takes
// a field that changes no text and leaves it.
var openAIFields = fields[generation]{
	"stream": func(q *generation, at string, raw json.RawMessage) (err error) {
		q.streamGiven = true
		q.stream, err = boolean(at, raw)
		return err
	},
	"stream_options": func(q *generation, at string, raw json.RawMessage) error {
		return readFields(q, at, raw, unknownField, fields[generation]{
			"include_usage": func(q *generation, at string, raw json.RawMessage) (err error) {
				q.includeUsage, err = boolean(at, raw)
				return err
			},
			"continuous_usage_stats": booleanField(func(q *generation) *bool { return &q.continuousUsage }), // vLLM's
			"include_obfuscation":    nil,
		})
	},
	"max_tokens": (*generation).decodeMaxTokens,
	"n": func(q *generation, at string, raw json.RawMessage) (err error) {
		q.n, err = integer(at, raw, 1, maxChoices)
		return err
	},
	"user": userField, "safety_identifier": userField,
}

// maxChoices is how many answers a request can have.
const maxChoices = 8

// userField takes who asks, which may be anything.
func userField(q *generation, _ string, raw json.RawMessage) error {
	q.user += string(raw)
	return nil
}

func onlyOne(_ *generation, at string, raw json.RawMessage) error {
	if !isOneOf(raw, 1.0) {
		return badField(at, "is %.100s: only one answer is given per request: send several requests", raw)
	}
	return nil
}

// chatFields are those that only chats have.
var chatFields = fields[generation]{
	"messages":              (*generation).decodeMessages,
	"max_completion_tokens": (*generation).decodeMaxTokens,
	"response_format":       (*generation).decodeFormat,
	"logprobs": func(q *generation, at string, raw json.RawMessage) (err error) {
		q.Logprobs, err = boolean(at, raw)
		return err
	},
	"top_logprobs": func(q *generation, at string, raw json.RawMessage) (err error) {
		q.TopLogprobs, err = integer(at, raw, 0, 20)
		return err
	},
	"modalities": func(_ *generation, at string, raw json.RawMessage) error {
		if !isOneOf(raw, []any{"text"}, []any{}) {
			return fieldFailure(api.UnsupportedParameter, at, "%s is %.100s: the model answers only in text, [\"text\"]", at, raw)
		}
		return nil
	},
	"continue_final_message": func(q *generation, at string, raw json.RawMessage) (err error) { // vLLM's, and transformers'
		q.ContinueFinal, err = boolean(at, raw)
		return err
	},
	"add_generation_prompt": func(q *generation, at string, raw json.RawMessage) (err error) {
		add, err := boolean(at, raw)
		q.noGenerationPrompt = !add
		return err
	},
	"chat_template_kwargs": (*generation).decodeVariables, // vLLM's
	"reasoning_effort": func(q *generation, at string, raw json.RawMessage) error {
		effort, err := text(at, raw)
		q.noThinking = effort == "none"
		return err
	},
	// These say who asks, where to keep the answer or how to work, not what to answer.
	"metadata": nil, "store": nil, "service_tier": nil, "prompt_cache_key": nil,
	"prompt_cache_retention": nil, "prediction": nil, "verbosity": nil,
}

// givenVariables are those of a chat template that the request itself says.
var givenVariables = []string{"messages", "tools", "documents", "add_generation_prompt"}

// decodeVariables reads what else the chat template is given.
func (q *generation) decodeVariables(at string, raw json.RawMessage) error {
	return eachMember(at, raw, func(name string, value json.RawMessage) error {
		if slices.Contains(givenVariables, name) {
			return badField(path(at, name), "can't be given here: it is what the request says")
		}
		if q.Variables == nil {
			q.Variables = map[string]json.RawMessage{}
		}
		q.Variables[name] = value
		return nil
	})
}

// checkConversation refuses fields that don't go with each other or with the messages.
func (q *generation) checkConversation() error {
	last := &q.Messages[len(q.Messages)-1]
	switch {
	case q.ContinueFinal && (last.Role != chat.Assistant || last.Content == "" || len(last.ToolCalls) > 0):
		return badField("continue_final_message", "is true, but the last message is no text of the assistant: end with what is to be continued")
	case q.noGenerationPrompt && !q.ContinueFinal:
		return badField("add_generation_prompt", "is false, which goes with \"continue_final_message\": true alone: leave it out")
	}
	if _, given := q.Variables[enableThinking]; q.noThinking && !given {
		if q.Variables == nil {
			q.Variables = map[string]json.RawMessage{}
		}
		q.Variables[enableThinking] = json.RawMessage("false")
	}
	return q.checkTools()
}

// enableThinking is the variable by which templates such as Qwen3's have a model answer
// at once.
const enableThinking = "enable_thinking"

// refusedFields are OpenAI's that this server doesn't have.
var refusedFields = []string{"audio", "web_search_options", "echo", "suffix", "best_of", "moderation"}

func unknownField(at string) error {
	if slices.Contains(refusedFields, at) {
		return fieldFailure(api.UnsupportedParameter, at, "%s is not supported: leave it out", at)
	}
	return fieldFailure(api.UnknownParameter, fmt.Sprintf("%.100s", at), "%.100q is not known; docs/reference/api.md lists the fields", at)
}

// extraFields is what becomes of fields that nobody knows. Clients of Azure's
// model inference API may ask by a header that they be left.
func extraFields(r *http.Request) func(at string) error {
	if v := strings.ToLower(r.Header.Get("extra-parameters")); v == "drop" || v == "ignore" { // as its client says, and as its docs do
		return func(string) error { return nil }
	}
	return unknownField
}

// decodeChat reads the body of a chat. Fields that nobody knows go to extra.
func (s *Server) decodeChat(body []byte, extra func(at string) error) (*generation, error) {
	q := &generation{}
	model := fields[generation]{"model": s.checkServed}
	if err := readFields(q, "", body, extra, chatFields, toolFields, openAIFields, samplingFields, model); err != nil {
		return nil, err
	}
	if q.Messages == nil {
		return nil, fieldFailure(api.InvalidRequest, "messages",
			"messages is missing: send [{\"role\": \"user\", \"content\": \"…\"}]")
	}
	if q.TopLogprobs > 0 && !q.Logprobs {
		return nil, badField("top_logprobs", "is %d, but logprobs isn't true: send both", q.TopLogprobs)
	}
	if err := q.checkConversation(); err != nil {
		return nil, err
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
		return badField(at, "is %d, but another field that means the same is %d: send one", n, q.MaxTokens)
	}
	q.MaxTokens = n
	return err
}

// format is response_format, decoded.
type format struct {
	kind   string
	schema json.RawMessage
	strict bool
	value  json.RawMessage
}

var formatFields = fields[format]{
	"type": func(f *format, at string, raw json.RawMessage) (err error) {
		f.kind, err = text(at, raw)
		return err
	},
	"value": func(f *format, _ string, raw json.RawMessage) error { // text-generation-inference's, as huggingface_hub sends it
		f.value = raw
		return nil
	},
	"json_schema": func(f *format, at string, raw json.RawMessage) error {
		return readFields(f, at, raw, unknownField, schemaFields)
	},
}

// schemaFields are those of json_schema.
var schemaFields = fields[format]{
	"schema": func(f *format, _ string, raw json.RawMessage) error {
		f.schema = raw
		return nil
	},
	"name": nil, "description": nil,
	"strict": func(f *format, at string, raw json.RawMessage) (err error) {
		f.strict, err = boolean(at, raw)
		return err
	},
}

func (q *generation) decodeFormat(at string, raw json.RawMessage) error {
	if kindOf(raw) != "an object" {
		return badField(at, "is not of this shape: send {\"type\": \"json_object\"} or {\"type\": \"json_schema\", \"json_schema\": {\"name\": \"…\", \"schema\": {…}}}")
	}
	var f format
	if err := readFields(&f, at, raw, unknownField, formatFields); err != nil {
		return err
	}
	return q.setFormat(at, ".json_schema.schema", &f)
}

// setFormat takes a format, whose schema is at that place in it.
func (q *generation) setFormat(at, schema string, f *format) error {
	if f.value != nil && f.schema == nil && (f.kind == "json_object" || f.kind == "json") {
		q.Format = pipeline.ResponseFormat{Type: pipeline.FormatJSONSchema, Schema: f.value}
		return nil
	}
	switch {
	case f.value != nil:
		return badField(at+".value", "is for the type json_object, with the schema in it: here it is %.100q", f.kind)
	case f.schema != nil && f.kind != "json_schema":
		return badField(at+".type", "is %.100q, but there is a json_schema: send \"type\": \"json_schema\"", f.kind)
	case f.kind == "text":
	case f.kind == "json_object":
		q.Format.Type = pipeline.FormatJSONObject
	case f.kind != "json_schema":
		return badField(at+".type", "is %.100q: it can be text, json_object or json_schema", f.kind)
	case f.schema == nil:
		return badField(at+schema, "is missing: send the JSON schema that the answer must meet")
	default:
		q.Format = pipeline.ResponseFormat{Type: pipeline.FormatJSONSchema, Schema: f.schema, Strict: f.strict}
	}
	return nil
}
