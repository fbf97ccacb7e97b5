package server

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
)

// The models that read whole texts. There is at most one of them.

// Classifier scores texts; *pipeline.Classifier is one.
type Classifier interface {
	Classify(context.Context, pipeline.ClassifyRequest) (pipeline.ClassifyResult, error)
	ZeroShot(context.Context, pipeline.ZeroShotRequest) (pipeline.ZeroShotResult, error)
	Rerank(context.Context, pipeline.RerankRequest) (pipeline.RerankResult, error)
	Info() pipeline.Info
}

// Embedder makes vectors of texts; *pipeline.Embedder is one.
type Embedder interface {
	Embed(context.Context, pipeline.EmbedRequest) (pipeline.EmbedResult, error)
	Info() pipeline.Info
}

// Tagger finds entities in texts; *pipeline.Tagger is one.
type Tagger interface {
	Tag(context.Context, pipeline.TagRequest) (pipeline.TagResult, error)
	Info() pipeline.Info
}

// encoder is the model that reads whole texts: what it is called, its task by the hub's name
// and its own route.
type encoder struct {
	pipeline.Info
	kind, task, route string
}

// encoder describes the one that is loaded; it is nil if there is none.
func (s *Server) encoder() *encoder {
	switch {
	case s.Classifier != nil:
		return &encoder{s.Classifier.Info(), "classifier", telemetry.Classifier, api.ScorePath}
	case s.Embedder != nil:
		return &encoder{s.Embedder.Info(), "embedding model", telemetry.Embedder, api.EmbedPath}
	case s.Tagger != nil:
		return &encoder{s.Tagger.Info(), "classifier of tokens", telemetry.Tagger, api.ScorePath}
	}
	return nil
}

// loaded says what there is instead of what was asked for.
func (s *Server) loaded() string {
	if e := s.encoder(); e != nil {
		return fmt.Sprintf("the %s %q is loaded, which %s serves", e.kind, e.Name, e.route)
	}
	return fmt.Sprintf("the chat model %q is loaded, which %s and %s serve", s.Generator.Info().Name, api.ChatPath, api.ScorePath)
}

// needs answers 404 on a route whose kind of model isn't loaded.
func (s *Server) needs(loaded bool, next http.HandlerFunc) http.HandlerFunc {
	if loaded {
		return next
	}
	return func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, failure(http.StatusNotFound, api.NotFound, "this route has no model here: %s", s.loaded()))
	}
}

// encode runs a request for so many texts within the time that it may take, and notes what it
// took. Every route that reads whole texts goes through it.
func (s *Server) encode(w http.ResponseWriter, r *http.Request, texts int, run func(ctx context.Context, caller string) (pipeline.Work, error)) error {
	if s.state.Load() == starting {
		return failure(http.StatusServiceUnavailable, api.NotReady, "the model is warming up: try again in a moment")
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.timeoutOf(r))
	defer cancel()
	began := time.Now()
	work, err := run(ctx, s.Callers.of(r, ""))
	if err != nil {
		return err
	}
	scored := telemetry.Scored{
		Began: began, Texts: texts, Tokens: work.Tokens, Truncated: work.Truncated,
		Tokenize: work.Timing.Tokenize, Queue: work.Timing.Queue, Inference: work.Timing.Inference,
	}
	s.Metrics.ObserveScored(scored)
	noteOf(r).scored = &scored
	if work.Truncated > 0 {
		w.Header().Set(api.TruncatedHeader, strconv.Itoa(work.Truncated))
	}
	return nil
}
