package server

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"

	"azure-nlp-endpoint/inference/api"
	"azure-nlp-endpoint/inference/pipeline"
)

// defaultCompletionTokens is OpenAI's default of max_tokens for completions.
const defaultCompletionTokens = 16

var completionFields = fields[generation]{
	"logprobs": func(q *generation, at string, raw json.RawMessage) (err error) {
		q.Logprobs = true
		q.TopLogprobs, err = integer(at, raw, 0, 5)
		return err
	},
	"response_format": (*generation).decodeFormat,
	"echo": func(_ *generation, at string, raw json.RawMessage) error {
		return mustBe(at, raw, false, "the prompt isn't repeated")
	},
	"suffix": func(_ *generation, at string, raw json.RawMessage) error {
		return mustBe(at, raw, "", "nothing can follow the text")
	},
	"best_of": onlyOne,
	"add_special_tokens": func(q *generation, at string, raw json.RawMessage) error { // vLLM's
		special, err := boolean(at, raw)
		q.BarePrompt = !special
		return err
	},
}

// completions continues a text.
func (s *Server) completions(w http.ResponseWriter, r *http.Request) {
	body, err := s.readBody(w, r)
	var q *generation
	if err == nil {
		q, err = s.decodeCompletion(body)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.generate(w, r, q)
}

func (s *Server) decodeCompletion(body []byte) (*generation, error) {
	q := &generation{}
	of := fields[generation]{
		"model": s.checkServed,
		"prompt": func(q *generation, at string, raw json.RawMessage) error {
			return q.decodePrompt(at, raw, s.maxPrompts())
		},
	}
	if err := readFields(q, "", body, unknownField, completionFields, openAIFields, samplingFields, of); err != nil {
		return nil, err
	}
	if q.Prompt == nil && q.PromptTokens == nil && q.prompts == nil {
		return nil, fieldFailure(api.InvalidRequest, "prompt", "prompt is missing: send a string, a list of token ids, or a list of such")
	}
	if err := q.checkStreamOptions(); err != nil {
		return nil, err
	}
	if q.MaxTokens == 0 {
		q.MaxTokens = defaultCompletionTokens
	}
	q.form = func(id string, created int64, info pipeline.GeneratorInfo) form {
		return newCompletionForm(q, id, created, info)
	}
	return q, nil
}

// decodePrompt reads "…", [1, 2], or a list of such: a choice for each.
func (q *generation) decodePrompt(at string, raw json.RawMessage, limit int) error {
	if kindOf(raw) != "a list" {
		one, err := onePrompt(at, raw)
		q.Prompt = one.text
		return err
	}
	items, err := list(at, raw, "prompts")
	switch {
	case err != nil:
		return err
	case len(items) == 0:
		return badField(at, "is an empty list: send a string, or a list of token ids")
	case kindOf(items[0]) == "a number":
		q.PromptTokens, err = tokenIDs(at, items)
		return err
	case len(items) > limit:
		e := failure(http.StatusRequestEntityTooLarge, api.PayloadTooLarge, "%s has %d prompts, the limit is %d: send them in several requests", at, len(items), limit)
		e.param = at
		return e
	}
	q.prompts = make([]prompt, len(items))
	for i, item := range items {
		if q.prompts[i], err = onePrompt(fmt.Sprintf("%s[%d]", at, i), item); err != nil {
			return err
		}
	}
	if len(items) == 1 {
		q.Prompt, q.PromptTokens, q.prompts = q.prompts[0].text, q.prompts[0].tokens, nil
	}
	return nil
}

// onePrompt reads "…" or [1, 2].
func onePrompt(at string, raw json.RawMessage) (prompt, error) {
	if kindOf(raw) == "a string" {
		s, err := text(at, raw)
		return prompt{text: &s}, err
	}
	items, err := list(at, raw, "token ids, or a string,")
	if err != nil {
		return prompt{}, err
	}
	if len(items) == 0 {
		return prompt{}, badField(at, "is an empty list: send a string, or a list of token ids")
	}
	tokens, err := tokenIDs(at, items)
	return prompt{tokens: tokens}, err
}

func tokenIDs(at string, items []json.RawMessage) ([]int32, error) {
	tokens := make([]int32, len(items))
	for i, item := range items {
		id, ok := wholeNumber(item)
		if !ok || id < 0 || id > math.MaxInt32 {
			return nil, badField(fmt.Sprintf("%s[%d]", at, i), "is %.100s: a token id is needed", item)
		}
		tokens[i] = int32(id)
	}
	return tokens, nil
}
