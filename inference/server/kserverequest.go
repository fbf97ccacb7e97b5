package server

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// kserveRequest is the body of an infer request.
type kserveRequest struct {
	id, model, version string
	texts              []string
	shape              []int
	known              []kserveTensor // outputs that the model has
	outputs            []kserveOutput // that were asked for
	binary             bool           // outputs that don't say otherwise
	timeout            time.Duration
}

// kserveOutput is an output that was asked for.
type kserveOutput struct {
	name        string
	binary      bool
	binaryGiven bool
	contentType string
}

// wanted are the outputs to answer with, in the order that they were asked for.
func (q *kserveRequest) wanted() []kserveOutput {
	wanted := slices.Clone(q.outputs)
	if len(wanted) == 0 {
		for _, t := range q.known {
			wanted = append(wanted, kserveOutput{name: t.Name})
		}
	}
	for i := range wanted {
		wanted[i].binary = wanted[i].binary || q.binary && !wanted[i].binaryGiven
	}
	return wanted
}

// decode reads a body; data is what follows its JSON.
func (q *kserveRequest) decode(body, data []byte, limits api.Limits) error {
	var t *tensor
	err := readFields(q, "", body, func(at string) error {
		return invalid("%.100q is not known: the body takes id, model_name, model_version, parameters, inputs and outputs", at)
	}, fields[kserveRequest]{
		"id":            textField(func(q *kserveRequest) *string { return &q.id }),
		"model_name":    textField(func(q *kserveRequest) *string { return &q.model }), // as KServe's own client sends it
		"model_version": textField(func(q *kserveRequest) *string { return &q.version }),
		"parameters": func(q *kserveRequest, at string, raw json.RawMessage) error {
			return readFields(q, at, raw, otherParameter("binary_data_output, content_type and timeout"), kserveParameters)
		},
		"inputs": func(q *kserveRequest, at string, raw json.RawMessage) (err error) {
			t, err = decodeInput(at, raw)
			return err
		},
		"outputs": decodeOutputs,
	})
	if err == nil && t == nil {
		err = invalid("inputs is missing: send one tensor named %q", kserveInput)
	}
	if err != nil {
		return err
	}
	q.texts, err = t.texts("inputs[0]", data, limits)
	q.shape = t.shape
	return err
}

// kserveParameters are those of a request: Triton's, and MLServer's content_type.
var kserveParameters = fields[kserveRequest]{
	"binary_data_output": func(q *kserveRequest, at string, raw json.RawMessage) (err error) {
		q.binary, err = boolean(at, raw)
		return err
	},
	"content_type": func(_ *kserveRequest, at string, raw json.RawMessage) error {
		return mustBe(at, raw, "str", "the request is one tensor of texts")
	},
	"timeout": func(q *kserveRequest, at string, raw json.RawMessage) error { // in microseconds, as Triton's
		n, err := integer(at, raw, 0, math.MaxInt64)
		q.timeout = time.Duration(min(n, math.MaxInt32)) * time.Microsecond // more than the server gives
		return err
	},
}

func textField[T any](of func(*T) *string) func(*T, string, json.RawMessage) error {
	return func(q *T, at string, raw json.RawMessage) (err error) {
		*of(q), err = text(at, raw)
		return err
	}
}

// otherParameter is the error of a parameter that isn't known: it may change
// what is meant, so it can't be left.
func otherParameter(known string) func(at string) error {
	return func(at string) error {
		return fieldFailure(api.UnsupportedParameter, at, "%.100s is not supported: leave it out; there are %s", at, known)
	}
}

func decodeOutputs(q *kserveRequest, at string, raw json.RawMessage) error {
	return eachItem(at, raw, "objects with a name", func(i int, item json.RawMessage) error {
		where := fmt.Sprintf("%s[%d]", at, i)
		o, err := q.decodeOutput(where, item)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(q.outputs, func(other kserveOutput) bool { return other.name == o.name }) {
			return badField(where+".name", "is %q, which was given before", o.name)
		}
		q.outputs = append(q.outputs, o)
		return nil
	})
}

func (q *kserveRequest) decodeOutput(at string, raw json.RawMessage) (o kserveOutput, err error) {
	err = readFields(&o, at, raw, func(at string) error {
		return invalid("%.100s is not known: an output has name and parameters", at)
	}, fields[kserveOutput]{
		"name": textField(func(o *kserveOutput) *string { return &o.name }),
		"parameters": func(o *kserveOutput, at string, raw json.RawMessage) error {
			return readFields(o, at, raw, otherParameter("binary_data and content_type"), fields[kserveOutput]{
				"binary_data": func(o *kserveOutput, at string, raw json.RawMessage) (err error) {
					o.binaryGiven = true
					o.binary, err = boolean(at, raw)
					return err
				},
				"content_type": textField(func(o *kserveOutput) *string { return &o.contentType }),
			})
		},
	})
	if err != nil {
		return o, err
	}
	names := make([]string, len(q.known))
	for i, t := range q.known {
		names[i] = t.Name
	}
	if !slices.Contains(names, o.name) {
		return o, badField(at+".name", "is %.100q: there is %s", o.name, strings.Join(names, ", "))
	}
	codec := "np" // MLServer's name of plain numbers
	if o.name == labelOutput {
		codec = "str"
	}
	if o.contentType != "" && o.contentType != codec {
		return o, badField(at+".parameters.content_type", "is %.100q: %s can be %q", o.contentType, o.name, codec)
	}
	return o, nil
}
