package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"

	"azure-nlp-endpoint/inference/api"
	"azure-nlp-endpoint/inference/pipeline"
)

// The routes of KServe's open inference protocol, version 2: the same scores,
// in tensors. The input is a BYTES tensor of texts; the outputs are the best
// label of each, its score, and the scores of all labels in the order that
// /info lists them.

const (
	kserveInput   = "text"
	kserveVersion = "1"

	// kserveLengthHeader says where a body's JSON ends and binary data begin.
	kserveLengthHeader = "Inference-Header-Content-Length"
)

func (s *Server) kserveRoutes() []route {
	var all []route
	for _, prefix := range []string{"/v2/models/{model}", "/v2/models/{model}/versions/{version}"} {
		all = append(all,
			route{"POST " + prefix + "/infer", s.classifies(s.admit(s.kserveInfer)), false},
			route{"GET " + prefix + "/ready", s.classifies(s.ofModel(s.kserveReady)), true},
			route{"GET " + prefix, s.classifies(s.ofModel(s.kserveModel)), false})
	}
	return append(all,
		route{"GET /v2", s.kserveServer, false},
		route{"GET /v2/health/live", s.kserveLive, true},
		route{"GET /v2/health/ready", s.kserveReady, true})
}

type kserveTensor struct {
	Name     string `json:"name"`
	Datatype string `json:"datatype"`
	Shape    []int  `json:"shape"`
	Data     any    `json:"data,omitempty"`
}

func (s *Server) kserveServer(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"name": "azure-nlp-endpoint", "version": s.Versions.Scorer, "extensions": []string{}})
}

func (s *Server) kserveLive(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]bool{"live": true})
}

func (s *Server) kserveReady(w http.ResponseWriter, r *http.Request) {
	if s.state.Load() != ready {
		s.readiness(w, r)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"name": s.modelName(), "ready": true})
}

// modelName is the classifier's, or the chat model's if there is no classifier.
func (s *Server) modelName() string {
	if s.Classifier == nil {
		return s.Generator.Info().Name
	}
	return s.Classifier.Info().Name
}

func (s *Server) kserveModel(w http.ResponseWriter, _ *http.Request) {
	info := s.Classifier.Info()
	writeJSON(w, http.StatusOK, map[string]any{
		"name": info.Name, "versions": []string{kserveVersion}, "platform": "onnxruntime_onnx",
		"inputs": []kserveTensor{{Name: kserveInput, Datatype: "BYTES", Shape: []int{-1}}},
		"outputs": []kserveTensor{
			{Name: "label", Datatype: "BYTES", Shape: []int{-1}},
			{Name: "score", Datatype: "FP32", Shape: []int{-1}},
			{Name: "scores", Datatype: "FP32", Shape: []int{-1, len(info.Labels)}},
		},
	})
}

// ofModel answers 404 for another model, or another version, than the one that
// is served.
func (s *Server) ofModel(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := s.checkModel(r); err != nil {
			s.fail(w, r, err)
			return
		}
		next(w, r)
	}
}

func (s *Server) checkModel(r *http.Request) error {
	if name, served := r.PathValue("model"), s.Classifier.Info().Name; name != served {
		return failure(http.StatusNotFound, api.NotFound, "there is no model %.100q here, only %q", name, served)
	}
	if v := r.PathValue("version"); v != "" && v != kserveVersion {
		return failure(http.StatusNotFound, api.NotFound, "there is no version %.100q of the model, only %q", v, kserveVersion)
	}
	return nil
}

// kserveRequest is the body of an infer request.
type kserveRequest struct {
	id      string
	texts   []string
	shape   []int
	outputs []string
}

func (s *Server) kserveInfer(w http.ResponseWriter, r *http.Request) {
	err := s.checkModel(r)
	var body []byte
	if err == nil {
		body, err = s.readBody(w, r)
	}
	q := &kserveRequest{}
	if err == nil {
		err = q.decode(body, s.Limits)
	}
	var result pipeline.Result
	if err == nil {
		result, err = s.classify(w, r, pipeline.Request{Texts: q.texts, Truncate: s.Limits.Truncation})
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answer := map[string]any{
		"model_name": s.Classifier.Info().Name, "model_version": kserveVersion,
		"outputs": q.tensors(result.Scores, s.Classifier.Info().Labels),
	}
	if q.id != "" {
		answer["id"] = q.id
	}
	writeJSON(w, http.StatusOK, answer)
}

func (q *kserveRequest) tensors(scores [][]pipeline.LabelScore, labels []string) []kserveTensor {
	best := make([]string, len(scores))
	top := make([]float32, len(scores))
	all := make([]float32, 0, len(scores)*len(labels))
	for i, row := range scores {
		best[i], top[i] = row[0].Label, row[0].Score
		for _, label := range labels {
			at := slices.IndexFunc(row, func(s pipeline.LabelScore) bool { return s.Label == label })
			all = append(all, row[at].Score)
		}
	}
	var out []kserveTensor
	for _, t := range []kserveTensor{
		{"label", "BYTES", q.shape, best},
		{"score", "FP32", q.shape, top},
		{"scores", "FP32", append(slices.Clone(q.shape), len(labels)), all},
	} {
		if len(q.outputs) == 0 || slices.Contains(q.outputs, t.Name) {
			out = append(out, t)
		}
	}
	return out
}

func (q *kserveRequest) decode(body []byte, limits api.Limits) error {
	err := readFields(q, "", body, func(at string) error {
		return invalid("%.100q is not known: the body takes id, inputs, outputs and parameters", at)
	}, fields[kserveRequest]{
		"id": func(q *kserveRequest, at string, raw json.RawMessage) (err error) {
			q.id, err = text(at, raw)
			return err
		},
		"parameters": nil, // of the protocol's extensions, none of which is offered
		"inputs": func(q *kserveRequest, at string, raw json.RawMessage) error {
			return q.decodeInputs(at, raw, limits)
		},
		"outputs": decodeOutputs,
	})
	if err == nil && q.texts == nil {
		err = invalid("inputs is missing: send one tensor named %q", kserveInput)
	}
	return err
}

func decodeOutputs(q *kserveRequest, at string, raw json.RawMessage) error {
	items, err := list(at, raw, "objects with a name")
	for i, item := range items {
		var name string
		where := fmt.Sprintf("%s[%d]", at, i)
		err := readFields(&name, where, item, func(at string) error { return invalid("%.100s is not known: an output has a name", at) }, fields[string]{
			"name": func(q *string, at string, raw json.RawMessage) (err error) {
				*q, err = text(at, raw)
				return err
			},
			"parameters": nil,
		})
		if err != nil {
			return err
		}
		if !slices.Contains([]string{"label", "score", "scores"}, name) {
			return badField(where+".name", "is %.100q: there are label, score and scores", name)
		}
		q.outputs = append(q.outputs, name)
	}
	return err
}

// tensor is an input, decoded.
type tensor struct {
	name, datatype string
	shape          []int
	data           json.RawMessage
}

var tensorFields = fields[tensor]{
	"name": func(t *tensor, at string, raw json.RawMessage) (err error) {
		t.name, err = text(at, raw)
		return err
	},
	"datatype": func(t *tensor, at string, raw json.RawMessage) (err error) {
		t.datatype, err = text(at, raw)
		return err
	},
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
	"parameters": nil,
}

// decodeInputs reads a list of one tensor. It doesn't decode what comes after
// the first, for a list may have a million.
func (q *kserveRequest) decodeInputs(at string, raw []byte, limits api.Limits) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if token, err := d.Token(); err != nil || token != json.Delim('[') {
		return badField(at, "is %s, a list of one tensor is needed", kindOf(raw))
	}
	if !d.More() {
		return badField(at, "is an empty list: send one tensor, named %q", kserveInput)
	}
	var first json.RawMessage
	if err := d.Decode(&first); err != nil {
		return syntax(at, err)
	}
	if d.More() {
		return badField(at, "has several tensors: send one, named %q", kserveInput)
	}
	at += "[0]"
	var t tensor
	if err := readFields(&t, at, first, func(at string) error {
		return invalid("%.100s is not known: a tensor has name, datatype, shape and data", at)
	}, tensorFields); err != nil {
		return err
	}
	if t.name != kserveInput {
		return badField(at+".name", "is %.100q: send one tensor, named %q", t.name, kserveInput)
	}
	if t.datatype != "BYTES" {
		return badField(at+".datatype", "is %.100q: texts are BYTES", t.datatype)
	}
	if t.data == nil {
		return badField(at+".data", "is missing: send the texts as JSON strings; binary tensors are not supported")
	}
	texts, single, err := decodeTexts(at+".data", t.data, limits)
	if err != nil {
		return err
	}
	size := 1
	for _, n := range t.shape {
		if n < 1 || size > len(texts) {
			size = 0
			break
		}
		size *= n
	}
	if single || len(t.shape) == 0 || size != len(texts) {
		return badField(at+".shape", "is %v, but data has %d texts in a list: both must agree", t.shape, len(texts))
	}
	q.texts, q.shape = texts, t.shape
	return nil
}
