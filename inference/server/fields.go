package server

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// generation is a request for a text, whatever form it came in.
type generation struct {
	pipeline.GenerateRequest
	found              string   // the field that the messages or prompts are in; "" if it is OpenAI's
	places             []string // the same of each message by itself, if they are in several
	prompts            []prompt // of completions, if there are several
	n                  int      // answers to each prompt; 0 means 1
	choices            *choices // if there are several, once they were submitted
	stream             bool
	streamGiven        bool
	includeUsage       bool
	continuousUsage    bool   // in every event of a stream
	promptTokens       int    // of all prompts, once they were submitted
	generatedTokens    int    // so far
	details            bool   // text-generation-inference's
	fullText           bool   // return_full_text, of Azure's texts and of text-generation-inference
	sample             *bool  // do_sample
	user               string // who asks, as OpenAI's clients say it
	hideCached         bool   // what the prefix cache had isn't told
	toolChoice         string // the field's name
	noThinking         bool
	noGenerationPrompt bool
	form               func(id string, created int64, info pipeline.GeneratorInfo) form
}

// prompt is a text, or its tokens.
type prompt struct {
	text   *string
	tokens []int32
}

// fieldFailure is an error about a field.
func fieldFailure(code api.Code, field, format string, args ...any) *httpError {
	e := failure(http.StatusBadRequest, code, format, args...)
	e.param = field
	return e
}

// samplingFields are those that every form of a request has.
var samplingFields = fields[generation]{
	"temperature": floatField(func(q *generation) **float32 { return &q.Sampling.Temperature }, 0, 2, false),
	"top_p": func(q *generation, at string, raw json.RawMessage) error {
		p, err := number(at, raw, 0, 1, false)
		p = max(p, math.SmallestNonzeroFloat32) // 0 takes the most probable token too
		q.Sampling.TopP = &p
		return err
	},
	"min_p":              floatField(func(q *generation) **float32 { return &q.Sampling.MinP }, 0, 1, false),
	"repetition_penalty": floatField(func(q *generation) **float32 { return &q.Sampling.RepetitionPenalty }, 0, 10, true),
	"frequency_penalty":  floatField(func(q *generation) **float32 { return &q.Sampling.FrequencyPenalty }, -2, 2, false),
	"presence_penalty":   floatField(func(q *generation) **float32 { return &q.Sampling.PresencePenalty }, -2, 2, false),
	"top_k": func(q *generation, at string, raw json.RawMessage) error {
		k, err := integer(at, raw, -1, math.MaxInt32)
		k = max(k, 0) // vLLM's -1 means all, as 0 does
		q.Sampling.TopK = &k
		return err
	},
	"seed": func(q *generation, at string, raw json.RawMessage) error {
		seed, ok := wholeNumber(raw)
		if !ok {
			return badField(at, "is %.100s: a whole number of 64 bits is needed", raw)
		}
		q.Sampling.Seed = &seed
		return nil
	},
	"stop":       (*generation).decodeStop,
	"logit_bias": (*generation).decodeBias,
}

func floatField(of func(*generation) **float32, low, high float32, open bool) func(*generation, string, json.RawMessage) error {
	return func(q *generation, at string, raw json.RawMessage) error {
		v, err := number(at, raw, low, high, open)
		*of(q) = &v
		return err
	}
}

// number reads a number within bounds. If open, it must be over the lower one.
func number(at string, raw json.RawMessage, low, high float32, open bool) (float32, error) {
	var wide float64
	if kindOf(raw) != "a number" || json.Unmarshal(raw, &wide) != nil {
		return 0, badField(at, "is %.100s: a number is needed", raw)
	}
	v := float32(wide)
	switch {
	case open && (v <= low || v > high):
		return 0, badField(at, "is %.100s: it can be over %v, to %v", raw, low, high)
	case v < low || v > high:
		return 0, badField(at, "is %.100s: it can be %v to %v", raw, low, high)
	}
	return v, nil
}

// maxStops is OpenAI's limit.
const maxStops = 4

// decodeStop reads a string or a list of strings.
func (q *generation) decodeStop(at string, raw json.RawMessage) error {
	items := []json.RawMessage{raw}
	if kindOf(raw) != "a string" {
		var err error
		if items, err = listUpTo(maxStops, at, raw, "strings, or a string,"); err != nil {
			return err
		}
	}
	if len(items) > maxStops {
		return badField(at, "has more than %d strings, the limit", maxStops)
	}
	for i, item := range items {
		where := at
		if kindOf(raw) == "a list" {
			where = fmt.Sprintf("%s[%d]", at, i)
		}
		s, err := text(where, item)
		if err != nil {
			return err
		}
		if s == "" {
			return badField(where, "is an empty string: leave it out")
		}
		q.Stop = append(q.Stop, s)
	}
	return nil
}

// maxBiases bounds logit_bias, which is looked at for each token.
const maxBiases = 1024

// decodeBias reads {"token id": bias}.
func (q *generation) decodeBias(at string, raw json.RawMessage) error {
	if kindOf(raw) != "an object" {
		return badField(at, "is not an object of numbers by token id: send {\"123\": -100}")
	}
	biases := map[int32]float32{}
	err := eachMember(at, raw, func(key string, value json.RawMessage) error {
		id, err := strconv.ParseInt(key, 10, 32)
		if err != nil || id < 0 || key != strconv.FormatInt(id, 10) { // 01 would be a second 1
			return badField(at, "has the key %.100q: a token id is needed, see /tokenize", key)
		}
		if isNull(value) {
			return nil
		}
		if len(biases) == maxBiases {
			return badField(at, "has more tokens than %d, the limit", maxBiases)
		}
		biases[int32(id)], err = number(at+"."+key, value, -100, 100, false)
		return err
	})
	q.Sampling.LogitBias = biases
	return err
}
