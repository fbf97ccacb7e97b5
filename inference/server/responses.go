package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// OpenAI's Responses API, without what needs a memory: nothing is kept from one request
// to the next.

func (s *Server) responses(w http.ResponseWriter, r *http.Request) {
	body, err := s.readBody(w, r)
	var q *generation
	if err == nil {
		q, err = s.decodeResponses(body)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.generate(w, r, q)
}

// responseRequest is what a body has beside what a chat's has.
type responseRequest struct {
	generation
	instructions *string
	// These are repeated in the answer.
	metadata, reasoning, text, toolChoiceGiven, tools json.RawMessage
	maxTokens                                         int
	thought                                           string // of the assistant's message that follows
}

var responseFields = fields[responseRequest]{
	"input": func(q *responseRequest, at string, raw json.RawMessage) error {
		if kindOf(raw) == "a string" {
			said, err := text(at, raw)
			q.add(at, chat.Message{Role: chat.User, Content: said})
			return err
		}
		return eachItem(at, raw, "items, or a string,", func(i int, item json.RawMessage) error {
			return q.decodeItem(fmt.Sprintf("%s[%d]", at, i), item)
		})
	},
	"instructions": func(q *responseRequest, at string, raw json.RawMessage) error {
		said, err := text(at, raw)
		q.instructions = &said
		return err
	},
	"max_output_tokens": ofGeneration((*generation).decodeMaxTokens),
	"stream": func(q *responseRequest, at string, raw json.RawMessage) (err error) {
		q.stream, err = boolean(at, raw)
		return err
	},
	"text": func(q *responseRequest, at string, raw json.RawMessage) error {
		q.text = raw
		return readFields(q, at, raw, unknownField, fields[responseRequest]{"format": (*responseRequest).decodeTextFormat, "verbosity": nil})
	},
	"tools": func(q *responseRequest, at string, raw json.RawMessage) error {
		q.tools = raw
		return eachItem(at, raw, "tools", func(i int, item json.RawMessage) error {
			return q.addTool(at, ".name", i, item, decodeFlatTool)
		})
	},
	"tool_choice": func(q *responseRequest, at string, raw json.RawMessage) error {
		q.toolChoiceGiven = raw
		return q.decodeToolChoice(at, raw)
	},
	"parallel_tool_calls": ofGeneration(toolFields["parallel_tool_calls"]),
	"reasoning": func(q *responseRequest, at string, raw json.RawMessage) error {
		q.reasoning = raw
		return readFields(q, at, raw, unknownField, fields[responseRequest]{
			"effort": func(q *responseRequest, at string, raw json.RawMessage) error {
				effort, err := text(at, raw)
				q.noThinking = effort == "none"
				return err
			},
			"summary": nil, "generate_summary": nil,
		})
	},
	"top_logprobs": func(q *responseRequest, at string, raw json.RawMessage) (err error) {
		q.TopLogprobs, err = integer(at, raw, 0, 20)
		return err
	},
	"include": func(q *responseRequest, at string, raw json.RawMessage) error {
		return eachItem(at, raw, "names", func(i int, item json.RawMessage) error {
			switch {
			case isOneOf(item, "message.output_text.logprobs"):
				q.Logprobs = true
			case !isOneOf(item, "reasoning.encrypted_content"): // which is asked for instead of a memory; thoughts aren't hidden here
				return fieldFailure(api.UnsupportedParameter, fmt.Sprintf("%s[%d]", at, i), "%s[%d] is %.100s: it can be message.output_text.logprobs", at, i, item)
			}
			return nil
		})
	},
	"truncation": func(q *responseRequest, at string, raw json.RawMessage) error {
		if !isOneOf(raw, "disabled") {
			return fieldFailure(api.UnsupportedParameter, at, "%s is %.100s, it can be \"disabled\": a conversation is never cut, shorten it", at, raw)
		}
		return nil
	},
	"metadata": func(q *responseRequest, at string, raw json.RawMessage) error {
		q.metadata = raw
		return eachMember(at, raw, func(string, json.RawMessage) error { return nil })
	},
	"user": ofGeneration(userField), "safety_identifier": ofGeneration(userField),
	"chat_template_kwargs": ofGeneration((*generation).decodeVariables),
	"store": func(_ *responseRequest, at string, raw json.RawMessage) error {
		return onlyFalse(at, raw, "nothing is kept here: send the whole conversation as input each time, with \"store\": false or without store")
	},
	"background": func(_ *responseRequest, at string, raw json.RawMessage) error {
		return onlyFalse(at, raw, "an answer is given by the request that asks for it: leave it out")
	},
	"previous_response_id": refusedFor("nothing is kept here, and so no answer has a successor: send the whole conversation as input"),
	"conversation":         refusedFor("nothing is kept here: send the whole conversation as input"),
	"prompt":               refusedFor("there are no stored prompts: send instructions and input"),
	// These change no answer.
	"service_tier": nil, "prompt_cache_key": nil, "prompt_cache_retention": nil, "prompt_cache_options": nil, "max_tool_calls": nil,
	"stream_options": nil, "context_management": nil,
}

// ofGeneration sets what chats have too.
func ofGeneration(set func(*generation, string, json.RawMessage) error) func(*responseRequest, string, json.RawMessage) error {
	return func(q *responseRequest, at string, raw json.RawMessage) error { return set(&q.generation, at, raw) }
}

func onlyFalse(at string, raw json.RawMessage, why string) error {
	if isOneOf(raw, false) {
		return nil
	}
	return fieldFailure(api.UnsupportedParameter, at, "%s is %.100s: %s", at, raw, why)
}

func refusedFor(why string) func(*responseRequest, string, json.RawMessage) error {
	return func(_ *responseRequest, at string, _ json.RawMessage) error {
		return fieldFailure(api.UnsupportedParameter, at, "%s is not supported: %s", at, why)
	}
}

// decodeResponses reads a body.
func (s *Server) decodeResponses(body []byte) (*generation, error) {
	q := &responseRequest{}
	own := fields[responseRequest]{"model": ofGeneration(s.checkServed)}
	for name, set := range samplingFields {
		own[name] = ofGeneration(set)
	}
	if err := readFields(q, "", body, unknownField, responseFields, own); err != nil {
		return nil, err
	}
	if len(q.Messages) == 0 {
		return nil, fieldFailure(api.InvalidRequest, "input", "input is missing or empty: send a string, or [{\"role\": \"user\", \"content\": \"…\"}]")
	}
	if q.instructions != nil {
		q.instruct(*q.instructions)
	}
	if err := q.checkConversation(); err != nil {
		return nil, err
	}
	q.Logprobs = q.Logprobs || q.TopLogprobs > 0
	q.maxTokens = q.MaxTokens
	g := &q.generation
	g.form = func(id string, created int64, info pipeline.GeneratorInfo) form {
		return newResponseForm(q, id, created, info)
	}
	return g, nil
}

// instruct puts instructions before the conversation, into its own system message if it
// begins with one: templates know no second one.
func (q *responseRequest) instruct(said string) {
	if first := &q.Messages[0]; first.Role == chat.System {
		first.Content = said + "\n\n" + first.Content
		return
	}
	q.Messages = slices.Insert(q.Messages, 0, chat.Message{Role: chat.System, Content: said})
	q.places = slices.Insert(q.places, 0, "instructions")
}

// add adds a message that was made of what is at a place of the body.
func (q *responseRequest) add(at string, m chat.Message) {
	q.Messages, q.places = append(q.Messages, m), append(q.places, at)
}

// decodeTextFormat reads text.format, whose schema is not in an object of its own.
func (q *responseRequest) decodeTextFormat(at string, raw json.RawMessage) error {
	var f format
	table := fields[format]{"type": formatFields["type"], "name": nil, "description": nil}
	for _, name := range []string{"schema", "strict"} {
		table[name] = schemaFields[name]
	}
	if err := readFields(&f, at, raw, unknownField, table); err != nil {
		return err
	}
	return q.setFormat(at, ".schema", &f)
}

// decodeFlatTool reads {"type": "function", "name": "…", …}.
func decodeFlatTool(at string, raw json.RawMessage) (pipeline.Tool, error) {
	f := function{given: true}
	var unknown error // which is of less interest than the type
	err := readFields(&f, at, raw, func(at string) error {
		unknown = unknownField(at)
		return nil
	}, functionFields, fields[function]{
		"function": func(_ *function, at string, _ json.RawMessage) error {
			return badField(at, "is for /v1/chat/completions: here a function's name, description and parameters stand beside \"type\"")
		},
		"type": func(f *function, at string, raw json.RawMessage) (err error) {
			f.kind, err = text(at, raw)
			return err
		},
	})
	switch {
	case err != nil:
		return pipeline.Tool{}, err
	case f.kind != "function":
		return pipeline.Tool{}, fieldFailure(api.UnsupportedParameter, at+".type", "%s.type is %.100q: only functions can be called, \"type\": \"function\"", at, f.kind)
	case unknown != nil:
		return pipeline.Tool{}, unknown
	}
	return f.tool(at)
}
