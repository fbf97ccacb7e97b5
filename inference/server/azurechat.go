package server

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// Azure ML's own deployments of chat and text models, as their scoring scripts
// read requests and write answers (Azure/azureml-assets and the models' own
// folders: llm/optimized/inference/managed_inference.py, score_online.py):
//
//   - {"input_data": {"input_string": [messages], "parameters": {…}}} gives
//     {"output": "…"};
//   - {"input_data": {"input_string": ["…", "…"], "parameters": {…}}} gives
//     [{"0": "…", "1": "…"}], with the prompts unless return_full_text is false;
//   - {"input_data": ["…", "…"], "params": {…}}, likewise, gives ["…", "…"].

// decodeAzure reads these.
func (s *Server) decodeAzure(body []byte) (*generation, error) {
	q := &generation{fullText: true}
	f := &azureTextForm{}
	parameters := func(q *generation, at string, raw json.RawMessage) error {
		return readFields(q, at, raw, unknownParameter, azureParameters, samplingFields)
	}
	texts := func(at string, raw json.RawMessage) (err error) {
		q.found = at
		limits := s.Limits
		limits.MaxClientBatchSize = s.maxPrompts()
		f.texts, _, err = decodeTexts(at, raw, limits)
		return err
	}
	var params json.RawMessage // of the third form; elsewhere samples send it empty
	err := readFields(q, "", body, unknownField, fields[generation]{
		"input_data": func(q *generation, at string, raw json.RawMessage) error {
			if kindOf(raw) == "a list" {
				return texts(at, raw)
			}
			f.keyed = true
			return readFields(q, at, raw, unknownField, fields[generation]{
				"input_string": func(q *generation, at string, raw json.RawMessage) error {
					if items, err := listUpTo(0, at, raw, "messages"); err == nil && len(items) > 0 && kindOf(items[0]) == "an object" {
						q.found = at
						return q.decodeMessages(at, raw)
					}
					return texts(at, raw)
				},
				"parameters": parameters,
			})
		},
		"params": func(_ *generation, _ string, raw json.RawMessage) error {
			params = raw
			return nil
		},
		"stream": openAIFields["stream"],
	})
	switch {
	case err != nil:
		return nil, err
	case q.Messages == nil && f.texts == nil:
		return nil, missing("input_data.input_string", `[{"role": "user", "content": "…"}]`)
	case params == nil:
	case f.texts != nil && !f.keyed:
		err = parameters(q, "params", params)
	case !isEmpty(params):
		err = fieldFailure(api.UnsupportedParameter, "params", "params is not for this form: send input_data.parameters")
	}
	if err != nil {
		return nil, err
	}
	if q.sample != nil && !*q.sample {
		q.takeMostProbable()
	}
	if q.Messages != nil {
		q.form = func(id string, created int64, info pipeline.GeneratorInfo) form {
			return &azureForm{*newChatForm(q, id, created, info)}
		}
		return q, nil
	}
	q.setPrompts(f.texts)
	q.form = func(id string, created int64, info pipeline.GeneratorInfo) form {
		f.completionForm = *newCompletionForm(q, id, created, info)
		return f
	}
	return q, nil
}

// setPrompts asks for a text after each of some.
func (q *generation) setPrompts(texts []string) {
	if len(texts) == 1 {
		q.Prompt = &texts[0]
		return
	}
	for i := range texts {
		q.prompts = append(q.prompts, prompt{text: &texts[i]})
	}
}

// azureParameters are those of parameters beside the sampling's own. Azure and
// text-generation-inference share them.
var azureParameters = fields[generation]{
	"max_new_tokens": (*generation).decodeMaxTokens,
	"max_tokens":     (*generation).decodeMaxTokens,
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

func unknownParameter(at string) error {
	return fieldFailure(api.UnknownParameter, fmt.Sprintf("%.100s", at), "%.100q is not known; docs/reference/api.md lists the parameters", at)
}

func (q *generation) takeMostProbable() { q.Sampling.Temperature = new(float32) }

// azureForm answers a chat; its events are those of chats.
type azureForm struct{ chatForm }

func (f *azureForm) whole(b []byte, _ pipeline.Completion) []byte {
	return append(appendString(append(b, `{"output":`...), f.text), '}')
}

// azureTextForm answers texts; its events are those of completions.
type azureTextForm struct {
	completionForm
	texts []string // the prompts
	keyed bool     // the answer is an object's members by number, in a list
	after [][]byte // what was generated, by prompt
}

func (f *azureTextForm) collect(d *pipeline.Delta) {
	if f.after == nil {
		f.after = make([][]byte, len(f.texts))
	}
	at := 0
	if c := f.q.choices; c != nil {
		at = c.at
	}
	f.after[at] = append(f.after[at], d.Text...)
}

func (f *azureTextForm) whole(b []byte, _ pipeline.Completion) []byte {
	answers := make([]string, len(f.texts))
	copy(answers, f.texts)
	for i := range answers {
		if !f.q.fullText {
			answers[i] = ""
		}
		if f.after != nil {
			answers[i] += string(f.after[i])
		}
	}
	open, end := "[", "]"
	if f.keyed {
		open, end = "[{", "}]"
	}
	b = append(b, open...)
	for i, answer := range answers {
		if i > 0 {
			b = append(b, ',')
		}
		if f.keyed {
			b = append(appendString(b, strconv.Itoa(i)), ':')
		}
		b = appendString(b, answer)
	}
	return append(b, end...)
}
