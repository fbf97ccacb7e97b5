package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"azure-nlp-endpoint/inference/api"
)

// kserveRequest is the body of an infer request.
type kserveRequest struct {
	id, model, version string
	texts              []string
	shape              []int
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
		wanted = []kserveOutput{{name: labelOutput}, {name: scoreOutput}, {name: scoresOutput}}
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
	items, err := list(at, raw, "objects with a name")
	for i, item := range items {
		where := fmt.Sprintf("%s[%d]", at, i)
		o, err := decodeOutput(where, item)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(q.outputs, func(other kserveOutput) bool { return other.name == o.name }) {
			return badField(where+".name", "is %q, which was given before", o.name)
		}
		q.outputs = append(q.outputs, o)
	}
	return err
}

func decodeOutput(at string, raw json.RawMessage) (o kserveOutput, err error) {
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
	codec := "np" // MLServer's name of plain numbers
	switch o.name {
	case labelOutput:
		codec = "str"
	case scoreOutput, scoresOutput:
	default:
		return o, badField(at+".name", "is %.100q: there are %s, %s and %s", o.name, labelOutput, scoreOutput, scoresOutput)
	}
	if o.contentType != "" && o.contentType != codec {
		return o, badField(at+".parameters.content_type", "is %.100q: %s can be %q", o.contentType, o.name, codec)
	}
	return o, nil
}

// tensor is an input, decoded but for its data.
type tensor struct {
	name, datatype string
	shape          []int
	data           json.RawMessage
	contentType    string
	binarySize     int // -1 if the data are JSON
}

var tensorFields = fields[tensor]{
	"name":     textField(func(t *tensor) *string { return &t.name }),
	"datatype": textField(func(t *tensor) *string { return &t.datatype }),
	"shape": func(t *tensor, at string, raw json.RawMessage) error {
		items, err := list(at, raw, "whole numbers")
		for i, item := range items {
			n, err := integer(fmt.Sprintf("%s[%d]", at, i), item, math.MinInt32, math.MaxInt32)
			if err != nil {
				return err
			}
			t.shape = append(t.shape, n)
		}
		return err
	},
	"data": func(t *tensor, _ string, raw json.RawMessage) error {
		t.data = raw
		return nil
	},
	"parameters": func(t *tensor, at string, raw json.RawMessage) error {
		return readFields(t, at, raw, otherParameter("binary_data_size and content_type"), fields[tensor]{
			"binary_data_size": func(t *tensor, at string, raw json.RawMessage) (err error) {
				t.binarySize, err = integer(at, raw, 0, math.MaxInt32)
				return err
			},
			"content_type": textField(func(t *tensor) *string { return &t.contentType }),
		})
	},
}

// decodeInput reads a list of one tensor. It doesn't decode what comes after
// the first, for a list may have a million.
func decodeInput(at string, raw []byte) (*tensor, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if token, err := d.Token(); err != nil || token != json.Delim('[') {
		return nil, badField(at, "is %s, a list of one tensor is needed", kindOf(raw))
	}
	if !d.More() {
		return nil, badField(at, "is an empty list: send one tensor, named %q", kserveInput)
	}
	var first json.RawMessage
	if err := d.Decode(&first); err != nil {
		return nil, syntax(at, err)
	}
	if d.More() {
		return nil, badField(at, "has several tensors: send one, named %q", kserveInput)
	}
	at += "[0]"
	t := &tensor{binarySize: -1}
	err := readFields(t, at, first, func(at string) error {
		return invalid("%.100s is not known: a tensor has name, datatype, shape, parameters and data", at)
	}, tensorFields)
	switch {
	case err != nil:
		return nil, err
	case t.name != kserveInput:
		return nil, badField(at+".name", "is %.100q: send one tensor, named %q", t.name, kserveInput)
	case t.datatype != "BYTES":
		return nil, badField(at+".datatype", "is %.100q: texts are BYTES", t.datatype)
	case t.contentType != "" && t.contentType != "str" && t.contentType != "base64":
		return nil, badField(at+".parameters.content_type", "is %.100q: it can be str or base64", t.contentType)
	}
	return t, nil
}

// texts reads the tensor's data, from its JSON or from what follows it.
func (t *tensor) texts(at string, data []byte, limits api.Limits) (texts []string, err error) {
	size, err := sizeOf(at+".shape", t.shape, limits)
	if err != nil {
		return nil, err
	}
	switch {
	case t.binarySize >= 0 && t.data != nil:
		return nil, invalid("%s has both data and binary_data_size: send one of them", at)
	case max(t.binarySize, 0) != len(data):
		return nil, invalid("%s.parameters.binary_data_size is %d, but %d bytes follow the JSON, which ends where the header %s says",
			at, max(t.binarySize, 0), len(data), kserveLengthHeader)
	case t.binarySize >= 0:
		texts, err = unpackTexts(at, data, size)
	case t.data == nil:
		return nil, badField(at+".data", "is missing: send the texts as JSON strings, or as binary data")
	default:
		dims := []int{size}
		if kindOf(bytes.TrimPrefix(t.data, []byte("["))) == "a list" { // as deep as the shape
			dims = t.shape
		}
		texts, err = nestedTexts(at+".data", t.data, dims, nil)
	}
	if err == nil && t.contentType == "base64" {
		err = decodeBase64(at, texts)
	}
	if err != nil {
		return nil, err
	}
	return texts, checkTexts(at, texts)
}
