package server

import (
	"net/http"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// info says what is served.
func (s *Server) info(w http.ResponseWriter, _ *http.Request) {
	answer := api.Info{Limits: s.Limits, Versions: s.Versions, ModelProviderName: owner}
	if s.Generator != nil {
		i := s.Generator.Info()
		answer.Generation = &api.GenerationInfo{
			Name: i.Name, Architecture: i.Architecture, Precision: i.Precision, Optimized: i.Optimized, SourceSHA256: i.SourceSHA256,
			Provider: i.Provider, ContextWindow: i.ContextWindow, MaxSequences: i.MaxSequences, Threads: i.Threads, Vocabulary: i.Vocabulary,
			TimeoutSeconds: s.generationTimeout().Seconds(),
		}
		answer.Model = api.ModelInfo{
			Name: i.Name, Architecture: i.Architecture, Task: "text-generation", Labels: []string{},
			Precision: i.Precision, Optimized: i.Optimized, SourceSHA256: i.SourceSHA256,
		}
	}
	if s.Classifier != nil {
		i := s.Classifier.Info()
		answer.Model = api.ModelInfo{
			Name: i.Name, Architecture: i.Architecture, Task: "text-classification", Labels: i.Labels,
			Function: string(i.Function), Precision: i.Precision, Optimized: i.Optimized, SourceSHA256: i.SourceSHA256,
		}
	}
	if g := answer.Generation; g != nil {
		answer.ModelName, answer.ModelType = g.Name, "chat_completion"
	} else {
		answer.ModelName, answer.ModelType = answer.Model.Name, "text_classification"
	}
	writeJSON(w, http.StatusOK, answer)
}
