package server

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// The routes of KServe's open inference protocol, version 2: the same scores, or
// vectors, in tensors. The input is a BYTES tensor of texts; the outputs are the best
// label of each, its score, and the scores of all labels in the order that
// /info lists them, or of a model that embeds the vectors. Tensors may be binary, as in the protocol's extension
// (docs/protocol/extension_binary_data.md of triton-inference-server/server).

const (
	kserveInput   = "text"
	kserveVersion = "1"

	// kserveLengthHeader says where a body's JSON ends and binary data begin.
	kserveLengthHeader = "Inference-Header-Content-Length"
)

func (s *Server) kserveRoutes() []route {
	var all []route
	serves := s.Classifier != nil || s.Embedder != nil
	for _, prefix := range []string{"/v2/models/{model}", "/v2/models/{model}/versions/{version}"} {
		all = append(all,
			route{"POST " + prefix + "/infer", s.needs(serves, s.admit(s.kserveInfer)), false},
			route{"GET " + prefix + "/ready", s.needs(serves, s.ofModel(s.kserveReady)), true},
			route{"GET " + prefix, s.needs(serves, s.ofModel(s.kserveModel)), false})
	}
	return append(all,
		route{"GET /v2", s.kserveServer, false},
		route{"GET /v2/health/live", s.kserveLive, true},
		route{"GET /v2/health/ready", s.kserveReady, true})
}

func (s *Server) kserveServer(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"name": "azure-nlp-endpoint", "version": s.Versions.Scorer, "extensions": []string{"binary_tensor_data"}})
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

// modelName is the encoder's, or the chat model's if there is no encoder.
func (s *Server) modelName() string {
	if e := s.encoder(); e != nil {
		return e.Name
	}
	return s.Generator.Info().Name
}

func (s *Server) kserveModel(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{
		"name": s.encoder().Name, "versions": []string{kserveVersion}, "platform": "onnxruntime_onnx",
		"inputs":  []kserveTensor{{Name: kserveInput, Datatype: "BYTES", Shape: []int{-1}}},
		"outputs": s.kserveOutputs(),
	})
}

// kserveOutputs are those that the model has.
func (s *Server) kserveOutputs() []kserveTensor {
	if s.Embedder != nil {
		return []kserveTensor{{Name: embeddingOutput, Datatype: "FP32", Shape: []int{-1, s.Embedder.Info().Width}}}
	}
	return []kserveTensor{
		{Name: labelOutput, Datatype: "BYTES", Shape: []int{-1}},
		{Name: scoreOutput, Datatype: "FP32", Shape: []int{-1}},
		{Name: scoresOutput, Datatype: "FP32", Shape: []int{-1, len(s.Classifier.Info().Labels)}},
	}
}

// ofModel answers 404 for another model, or another version, than the one that
// is served.
func (s *Server) ofModel(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := s.checkModel(r.PathValue("model"), r.PathValue("version")); err != nil {
			s.fail(w, r, err)
			return
		}
		next(w, r)
	}
}

// checkModel refuses a model, or a version of it, that isn't served; "" is any.
func (s *Server) checkModel(model, version string) error {
	if served := s.encoder().Name; model != "" && model != served {
		return failure(http.StatusNotFound, api.NotFound, "there is no model %.100q here, only %q", model, served)
	}
	if version != "" && version != kserveVersion {
		return failure(http.StatusNotFound, api.NotFound, "there is no version %.100q of the model, only %q", version, kserveVersion)
	}
	return nil
}

func (s *Server) kserveInfer(w http.ResponseWriter, r *http.Request) {
	err := s.checkModel(r.PathValue("model"), r.PathValue("version"))
	var body, binary []byte
	if err == nil {
		body, binary, err = s.readInfer(w, r)
	}
	q := &kserveRequest{known: s.kserveOutputs()}
	if err == nil {
		err = q.decode(body, binary, s.Limits)
	}
	if err == nil {
		err = s.checkModel(q.model, q.version)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	noteOf(r).timeout = q.timeout
	tensor, err := s.kserveTensors(w, r, q)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answer := kserveAnswer{Model: s.encoder().Name, Version: kserveVersion, ID: q.id}
	var data []byte
	for _, o := range q.wanted() {
		t := tensor(o.name)
		if o.binary {
			data = t.pack(data)
		}
		answer.Outputs = append(answer.Outputs, t)
	}
	head, err := json.Marshal(answer)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if data == nil {
		writeBody(w, http.StatusOK, head)
		return
	}
	w.Header().Set(kserveLengthHeader, strconv.Itoa(len(head)))
	writeDocument(w, "application/octet-stream", append(head, data...))
}

// kserveTensors runs a request. What it returns makes the outputs by their names.
func (s *Server) kserveTensors(w http.ResponseWriter, r *http.Request, q *kserveRequest) (func(name string) *kserveTensor, error) {
	if s.Embedder != nil {
		result, err := s.vectors(w, r, &embedRequest{EmbedRequest: pipeline.EmbedRequest{Texts: q.texts, Normalize: true, Truncate: s.Limits.Truncation}})
		return func(string) *kserveTensor { return q.vectors(result.Vectors) }, err
	}
	result, err := s.classify(w, r, pipeline.ClassifyRequest{Texts: q.texts, Truncate: s.Limits.Truncation})
	return func(name string) *kserveTensor { return q.tensor(name, result.Scores, len(s.Classifier.Info().Labels)) }, err
}

// readInfer reads a body's JSON, and the binary data that may follow it.
func (s *Server) readInfer(w http.ResponseWriter, r *http.Request) (body, binary []byte, err error) {
	length := r.Header.Get(kserveLengthHeader)
	if length == "" {
		body, err = s.readBody(w, r)
		return body, nil, err
	}
	if err := checkType(r, "application/octet-stream", "application/json"); err != nil {
		return nil, nil, err
	}
	if body, err = s.readBytes(w, r); err != nil {
		return nil, nil, err
	}
	n, err := strconv.ParseUint(length, 10, 64)
	if err != nil || n > uint64(len(body)) {
		return nil, nil, invalid("%s is %.100q, but the body has %d bytes: send the length of its JSON", kserveLengthHeader, length, len(body))
	}
	return body[:n], body[n:], checkUnicode(body[:n])
}
