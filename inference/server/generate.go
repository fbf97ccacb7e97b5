package server

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"io"
	"net/http"
	"time"

	"azure-nlp-endpoint/inference/api"
	"azure-nlp-endpoint/inference/chat"
	"azure-nlp-endpoint/inference/pipeline"
	"azure-nlp-endpoint/inference/telemetry"
)

// Generator writes texts; GeneratorOf makes one of a *pipeline.Generator.
type Generator interface {
	Generate(context.Context, pipeline.GenerateRequest) (TextStream, error)
	Tokenize(text string, addSpecial bool) []int32
	TokenizeChat([]chat.Message) ([]int32, error)
	Token(id int32) []byte
	Info() pipeline.GeneratorInfo
}

// TextStream is a text as it is generated; *pipeline.Stream is one.
type TextStream interface {
	Next(*pipeline.Delta) error
	Completion() pipeline.Completion
	Close()
}

// generatorOf is a generator whose streams have a type of their own.
type generatorOf[S TextStream] interface {
	Generate(context.Context, pipeline.GenerateRequest) (S, error)
	Tokenize(text string, addSpecial bool) []int32
	TokenizeChat([]chat.Message) ([]int32, error)
	Token(id int32) []byte
	Info() pipeline.GeneratorInfo
}

// GeneratorOf gives g the form that a Server takes.
func GeneratorOf[S TextStream](g generatorOf[S]) Generator { return adapter[S]{g} }

type adapter[S TextStream] struct{ generatorOf[S] }

func (a adapter[S]) Generate(ctx context.Context, r pipeline.GenerateRequest) (TextStream, error) {
	stream, err := a.generatorOf.Generate(ctx, r)
	if err != nil {
		return nil, err // not a TextStream that holds a nil S
	}
	return stream, nil
}

// defaultGenerationTimeout bounds an answer if Options don't.
const defaultGenerationTimeout = 10 * time.Minute

func (s *Server) generationTimeout() time.Duration {
	if s.Streaming.Timeout > 0 {
		return s.Streaming.Timeout
	}
	return defaultGenerationTimeout
}

// form is how an answer is written. Its methods append to b. An answer is
// either collected and then written as a whole, or written in events.
type form interface {
	collect(d *pipeline.Delta)
	whole(b []byte, c pipeline.Completion) []byte

	first(b []byte) []byte
	piece(b []byte, d *pipeline.Delta) []byte
	last(b []byte, c pipeline.Completion) []byte
	broken(b []byte, e *httpError) []byte
}

// generate answers with the text that q asks for.
func (s *Server) generate(w http.ResponseWriter, r *http.Request, q *generation) {
	if s.state.Load() == starting {
		s.fail(w, r, failure(http.StatusServiceUnavailable, api.NotReady, "the model is warming up: try again in a moment"))
		return
	}
	control := http.NewResponseController(w)
	// The time-out for reading a request would end the request's context while
	// its answer is being written.
	_ = control.SetReadDeadline(time.Time{})
	ctx, cancel := context.WithTimeout(r.Context(), s.generationTimeout())
	defer cancel()
	began := time.Now()
	stream, err := s.Generator.Generate(ctx, q.GenerateRequest)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer stream.Close()
	f := q.form(answerID(), began.Unix(), s.Generator.Info())
	if q.stream {
		s.stream(w, r, control, stream, f)
	} else {
		s.whole(w, r, control, stream, f)
	}
	noteOf(r).generated = generatedBy(stream, began)
}

// whole answers when the text is complete.
func (s *Server) whole(w http.ResponseWriter, r *http.Request, control *http.ResponseController, stream TextStream, f form) {
	var d pipeline.Delta
	for {
		err := stream.Next(&d)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			_ = control.SetWriteDeadline(time.Now().Add(writeTimeout))
			s.fail(w, r, err)
			return
		}
		f.collect(&d)
	}
	// The server's own time-out counts from the request, and may have passed.
	_ = control.SetWriteDeadline(time.Now().Add(writeTimeout))
	writeDocument(w, "application/json", f.whole(nil, stream.Completion()))
}

// generatedBy says what a text took.
func generatedBy(stream TextStream, began time.Time) *telemetry.Generated {
	c := stream.Completion()
	return &telemetry.Generated{
		Began: began, PromptTokens: c.PromptTokens, CachedTokens: c.CachedTokens, OutputTokens: c.CompletionTokens,
		Queue: c.Timing.Queue, Prefill: c.Timing.Prefill, Decode: c.Timing.Decode, Finish: string(c.Finish),
	}
}

// answerID is what comes after the prefix of an answer's id.
func answerID() string {
	var b [15]byte
	_, _ = rand.Read(b[:]) // never fails
	return base32.HexEncoding.EncodeToString(b[:])
}
