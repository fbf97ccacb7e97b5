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
	kind := "text_classification"
	if i := s.encoder(); i != nil {
		labels := i.Labels
		if labels == nil {
			labels = []string{}
			kind = "embeddings"
		} else if s.Tagger != nil {
			kind = "token_classification"
		}
		answer.Model = api.ModelInfo{
			Name: i.Name, Architecture: i.Architecture, Task: i.task, Labels: labels, Dimensions: i.Width,
			Function: string(i.Function), Precision: i.Precision, Optimized: i.Optimized, SourceSHA256: i.SourceSHA256,
		}
	}
	if g := answer.Generation; g != nil {
		answer.ModelName, answer.ModelType = g.Name, "chat_completion"
	} else {
		answer.ModelName, answer.ModelType = answer.Model.Name, kind
	}
	writeJSON(w, http.StatusOK, answer)
}
