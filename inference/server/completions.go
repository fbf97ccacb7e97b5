package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
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
		"model":  s.checkServed,
		"prompt": s.decodePrompt,
	}
	if err := readFields(q, "", body, unknownField, completionFields, openAIFields, samplingFields, of); err != nil {
		return nil, err
	}
	if q.Prompt == nil && q.PromptTokens == nil && q.prompts == nil {
		return nil, fieldFailure(api.InvalidRequest, "prompt", "prompt is missing: send a string, a list of token ids, or a list of these")
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
func (s *Server) decodePrompt(q *generation, at string, raw json.RawMessage) error {
	first, err := []json.RawMessage(nil), error(nil)
	if kindOf(raw) == "a list" {
		first, err = listUpTo(0, at, raw, "prompts")
	}
	switch {
	case err != nil:
		return err
	case kindOf(raw) != "a list", len(first) > 0 && kindOf(first[0]) == "a number":
		one, err := s.onePrompt(at, raw)
		q.Prompt, q.PromptTokens = one.text, one.tokens
		return err
	}
	limit := s.maxPrompts()
	err = eachItem(at, raw, "prompts", func(i int, item json.RawMessage) error {
		if i == limit {
			e := failure(http.StatusRequestEntityTooLarge, api.PayloadTooLarge, "%s has more than %d prompts, the limit: send them in several requests", at, limit)
			e.param = at
			return e
		}
		one, err := s.onePrompt(fmt.Sprintf("%s[%d]", at, i), item)
		q.prompts = append(q.prompts, one)
		return err
	})
	switch {
	case err != nil:
		return err
	case len(q.prompts) == 0:
		return badField(at, "is an empty list: send a string, or a list of token ids")
	case len(q.prompts) == 1:
		q.Prompt, q.PromptTokens, q.prompts = q.prompts[0].text, q.prompts[0].tokens, nil
	}
	return nil
}

// onePrompt reads "…" or [1, 2]. Of ids it reads one more than the window has.
func (s *Server) onePrompt(at string, raw json.RawMessage) (p prompt, err error) {
	if kindOf(raw) == "a string" {
		s, err := text(at, raw)
		return prompt{text: &s}, err
	}
	window := s.Generator.Info().ContextWindow
	err = eachItem(at, raw, "token ids, or a string,", func(i int, item json.RawMessage) error {
		id, ok := wholeNumber(item)
		if !ok || id < 0 || id > math.MaxInt32 {
			return badField(fmt.Sprintf("%s[%d]", at, i), "is %.100s: a token id is needed", item)
		}
		p.tokens = append(p.tokens, int32(id))
		if i == window {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	if err == nil && len(p.tokens) == 0 {
		err = badField(at, "is an empty list: send a string, or a list of token ids")
	}
	return p, err
}
