package server

import (
	"encoding/json"
	"fmt"
	"math"

	"azure-nlp-endpoint/inference/api"
	"azure-nlp-endpoint/inference/pipeline"
)

// decodeAzure reads Azure's form for chat models:
// {"input_data": {"input_string": [messages], "parameters": {…}}}.
func (s *Server) decodeAzure(body []byte) (*generation, error) {
	q := &generation{}
	inner := fields[generation]{
		"input_string": decodeInputString,
		"parameters": func(q *generation, at string, raw json.RawMessage) error {
			return readFields(q, at, raw, unknownParameter, azureParameters, samplingFields)
		},
	}
	known := fields[generation]{
		"input_data": func(q *generation, at string, raw json.RawMessage) error {
			return readFields(q, at, raw, unknownField, inner)
		},
		"stream": openAIFields["stream"],
		// Azure's samples send it empty; what is in it would count for texts alone.
		"params": func(_ *generation, at string, raw json.RawMessage) error {
			if isEmpty(raw) {
				return nil
			}
			return fieldFailure(api.UnsupportedParameter, at, "%s is not supported: send input_data.parameters", at)
		},
	}
	if err := readFields(q, "", body, unknownField, known); err != nil {
		return nil, err
	}
	if q.Messages == nil && q.Prompt == nil {
		return nil, missing("input_data.input_string", `[{"role": "user", "content": "…"}]`)
	}
	q.settleSampling(true)
	q.form = func(id string, created int64, info pipeline.GeneratorInfo) form {
		f := &azureForm{chatForm: *newChatForm(q, id, created, info)}
		if q.fullText && q.Prompt != nil {
			f.prompt = *q.Prompt
		}
		return f
	}
	return q, nil
}

// decodeInputString reads the messages of a chat, or a text to continue: a
// string, or a list of one.
func decodeInputString(q *generation, at string, raw json.RawMessage) error {
	if kindOf(raw) == "a list" {
		items, err := list(at, raw, "messages, or a string,")
		switch {
		case err != nil:
			return err
		case len(items) == 0:
			return badField(at, "is an empty list: send messages, or a string")
		case kindOf(items[0]) == "an object":
			return q.decodeMessages(at, raw)
		case len(items) > 1:
			return badField(at, "has %d texts: one answer a request is given, send several requests", len(items))
		}
		at, raw = at+"[0]", items[0]
	}
	s, err := text(at, raw)
	q.Prompt = &s
	return err
}

// azureParameters are those of parameters beside the sampling's own. Azure and
// text-generation-inference share them.
var azureParameters = fields[generation]{
	"max_new_tokens": maxNewTokens,
	"max_tokens":     maxNewTokens,
	"do_sample": func(q *generation, at string, raw json.RawMessage) error {
		sample, err := boolean(at, raw)
		q.sample = &sample
		return err
	},
	"return_full_text": func(q *generation, at string, raw json.RawMessage) (err error) {
		q.fullText, err = boolean(at, raw)
		return err
	},
}

func maxNewTokens(q *generation, at string, raw json.RawMessage) (err error) {
	q.MaxTokens, err = integer(at, raw, 1, math.MaxInt32)
	return err
}

func unknownParameter(at string) error {
	return fieldFailure(api.UnknownParameter, fmt.Sprintf("%.100s", at), "%.100q is not known; docs/api.md lists the parameters", at)
}

// settleSampling turns do_sample into a temperature. Without do_sample, byDefault
// says whether tokens are drawn.
func (q *generation) settleSampling(byDefault bool) {
	if q.sample != nil {
		byDefault = *q.sample
	}
	if !byDefault {
		q.Sampling.Temperature = new(float32)
	}
}

// azureForm answers as Azure's chat models; its events are those of chats.
type azureForm struct {
	chatForm
	prompt string // which the answer repeats, if it was asked to
}

func (f *azureForm) whole(b []byte, _ pipeline.Completion) []byte {
	return append(appendString(append(b, `{"output":`...), f.prompt+string(f.text)), '}')
}
