package server

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"

	"azure-nlp-endpoint/inference/api"
	"azure-nlp-endpoint/inference/pipeline"
)

// generation is a request for a text, whatever form it came in.
type generation struct {
	pipeline.GenerateRequest
	stream       bool
	streamGiven  bool
	includeUsage bool
	details      bool  // text-generation-inference's
	fullText     bool  // text-generation-inference's return_full_text
	sample       *bool // do_sample
	form         func(id string, created int64, info pipeline.GeneratorInfo) form
}

// badField is the error of a field whose value can't be.
func badField(field, format string, args ...any) *httpError {
	return fieldFailure(api.InvalidValue, field, field+" "+format, args...)
}

// fieldFailure is an error about a field.
func fieldFailure(code api.Code, field, format string, args ...any) *httpError {
	e := failure(http.StatusBadRequest, code, format, args...)
	e.param = field
	return e
}

// setter reads a field's value, which isn't null, into a request.
type setter func(q *generation, at string, raw json.RawMessage) error

// readFields gives each member of the object raw to its setter. A null is as
// good as absent. What no table has goes to other.
func readFields(q *generation, at string, raw []byte, other setter, tables ...map[string]setter) error {
	return fieldsOf(at, raw, func(name string, d *json.Decoder) error {
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return syntax(path(at, name), err)
		}
		full := name
		if at != "" {
			full = at + "." + name
		}
		for _, t := range tables {
			set, ok := t[name]
			if !ok {
				continue
			}
			if string(value) == "null" || set == nil {
				return nil
			}
			return set(q, full, value)
		}
		return other(q, full, value)
	})
}

// samplingFields are those that every form of a request has.
var samplingFields = map[string]setter{
	"temperature":        floatField(func(q *generation) **float32 { return &q.Sampling.Temperature }, 0, 2, false),
	"top_p":              floatField(func(q *generation) **float32 { return &q.Sampling.TopP }, 0, 1, true),
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
		var seed int64
		if json.Unmarshal(raw, &seed) != nil {
			return badField(at, "is %.100s: a whole number of 64 bits is needed", raw)
		}
		q.Sampling.Seed = &seed
		return nil
	},
	"stop":       func(q *generation, at string, raw json.RawMessage) error { return q.decodeStop(at, raw) },
	"logit_bias": func(q *generation, at string, raw json.RawMessage) error { return q.decodeBias(at, raw) },
}

func floatField(of func(*generation) **float32, low, high float32, open bool) setter {
	return func(q *generation, at string, raw json.RawMessage) error {
		var v float32
		if json.Unmarshal(raw, &v) != nil {
			return badField(at, "is %.100s: a number is needed", raw)
		}
		if v < low || v > high || open && v == low {
			if open {
				return badField(at, "is %.100s: it can be over %v, to %v", raw, low, high)
			}
			return badField(at, "is %.100s: it can be %v to %v", raw, low, high)
		}
		*of(q) = &v
		return nil
	}
}

func integer(at string, raw json.RawMessage, low, high int64) (int, error) {
	var v int64
	if json.Unmarshal(raw, &v) != nil {
		return 0, badField(at, "is %.100s: a whole number is needed", raw)
	}
	if v < low || v > high {
		if high == math.MaxInt32 {
			return 0, badField(at, "is %d: it can be %d or more", v, low)
		}
		return 0, badField(at, "is %d: it can be %d to %d", v, low, high)
	}
	return int(v), nil
}

func boolean(at string, raw json.RawMessage) (bool, error) {
	var v bool
	if json.Unmarshal(raw, &v) != nil {
		return false, badField(at, "is %.100s: true or false is needed", raw)
	}
	return v, nil
}

// text reads a string. kindOf comes first, for Unmarshal takes null.
func text(at string, raw json.RawMessage) (string, error) {
	var v string
	if kindOf(raw) != "a string" || json.Unmarshal(raw, &v) != nil {
		return "", badField(at, "is %s, a string is needed", kindOf(raw))
	}
	return v, nil
}

// maxStops is OpenAI's limit.
const maxStops = 4

// decodeStop reads a string or a list of strings.
func (q *generation) decodeStop(at string, raw json.RawMessage) error {
	var items []json.RawMessage
	if kindOf(raw) == "a string" {
		items = []json.RawMessage{raw}
	} else if kindOf(raw) != "a list" || json.Unmarshal(raw, &items) != nil {
		return badField(at, "is %s, a string or a list of strings is needed", kindOf(raw))
	}
	if len(items) > maxStops {
		return badField(at, "has %d strings: it can have %d", len(items), maxStops)
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
	var biases map[string]float32
	if kindOf(raw) != "an object" || json.Unmarshal(raw, &biases) != nil {
		return badField(at, "is not an object of numbers by token id: send {\"123\": -100}")
	}
	if len(biases) > maxBiases {
		return badField(at, "has %d tokens: it can have %d", len(biases), maxBiases)
	}
	q.Sampling.LogitBias = make(map[int32]float32, len(biases))
	for key, bias := range biases {
		id, err := strconv.ParseInt(key, 10, 32)
		if err != nil || id < 0 {
			return badField(at, "has the key %.100q: a token id is needed, see /tokenize", key)
		}
		if bias < -100 || bias > 100 {
			return badField(at+"."+key, "is %v: it can be -100 to 100", bias)
		}
		q.Sampling.LogitBias[int32(id)] = bias
	}
	return nil
}
