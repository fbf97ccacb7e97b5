package server

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
)

// Generator writes texts; GeneratorOf makes one of a *pipeline.Generator.
type Generator interface {
	Generate(context.Context, pipeline.GenerateRequest) (TextStream, error)
	Tokenize(text string, addSpecial bool, limit int) ([]int32, error)
	TokenizeChat(ctx context.Context, r *pipeline.GenerateRequest, limit int) ([]int32, error)
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
	Tokenize(text string, addSpecial bool, limit int) ([]int32, error)
	TokenizeChat(ctx context.Context, r *pipeline.GenerateRequest, limit int) ([]int32, error)
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
	noteOf(r).generates = true
	control := http.NewResponseController(w)
	// The time-out for reading a request would end the request's context while
	// its answer is being written.
	_ = control.SetReadDeadline(time.Time{})
	ctx, cancel := context.WithTimeout(r.Context(), s.generationTimeout())
	defer cancel()
	go s.cut(ctx, cancel)
	began := time.Now()
	info := s.Generator.Info()
	if err := checkTokens(q, info.Vocabulary); err != nil {
		s.fail(w, r, err)
		return
	}
	q.Caller = s.Callers.of(r, q.user)
	stream, err := s.begin(ctx, q)
	if err != nil {
		failed := s.toHTTP(r, err)
		if failed.body.Code == api.ContextLengthExceeded && q.Messages == nil && q.prompts == nil {
			failed.param = "prompt"
		}
		q.locate(failed)
		s.fail(w, r, failed)
		return
	}
	defer stream.Close()
	// The text may wait for long; what it was asked with isn't needed any more.
	q.Messages, q.PromptTokens, q.prompts, q.Format, q.Tools, q.Variables = nil, nil, nil, pipeline.ResponseFormat{}, nil, nil
	noteOf(r).share.take(0)
	q.hideCached, q.promptTokens = s.HideCachedTokens, stream.Completion().PromptTokens
	f := q.form(answerID(), began.Unix(), info)
	answer := s.whole
	if q.stream {
		answer = s.stream
	}
	generated := &telemetry.Generated{Began: began}
	noteOf(r).generated = generated
	whole := answer(w, r, control, stream, f, &generated.OutputTokens)
	c := stream.Completion()
	generated.PromptTokens = c.PromptTokens
	if !s.HideCachedTokens {
		generated.CachedTokens = &c.CachedTokens
	}
	generated.Queue, generated.Prefill, generated.Decode = c.Timing.Queue, c.Timing.Prefill, c.Timing.Decode
	if whole {
		generated.OutputTokens, generated.Finish = c.CompletionTokens, string(c.Finish)
	}
}

// locate names what is wrong as the body has it, not as OpenAI's would.
func (q *generation) locate(e *httpError) {
	for i, place := range q.places {
		if own := fmt.Sprintf("messages[%d]", i); e.param == own {
			e.param, e.body.Message = place, strings.Replace(e.body.Message, own, place, 1)
			return
		}
	}
	for _, name := range []string{"messages", "prompt"} {
		if rest, ok := strings.CutPrefix(e.param, name); ok && q.found != "" {
			found := q.found + rest
			if problem, ok := strings.CutPrefix(e.body.Message, e.param+": "); ok {
				e.body.Message = found + ": " + problem
			}
			e.param = found
			return
		}
	}
}

// checkTokens refuses ids that the model doesn't have.
func checkTokens(q *generation, vocabulary int) error {
	for id := range q.Sampling.LogitBias {
		if int(id) >= vocabulary {
			return badField("logit_bias", "has the token id %d: the model has %d tokens, from 0 on", id, vocabulary)
		}
	}
	check := func(at string, tokens []int32) error {
		for i, id := range tokens {
			if int(id) >= vocabulary {
				return badField(fmt.Sprintf("%s[%d]", at, i), "is %d: the model has %d tokens, from 0 on", id, vocabulary)
			}
		}
		return nil
	}
	for i, p := range q.prompts {
		if err := check(fmt.Sprintf("prompt[%d]", i), p.tokens); err != nil {
			return err
		}
	}
	return check("prompt", q.PromptTokens)
}

// whole answers when the text is complete. It reports whether the text got to
// its end, and counts its tokens.
func (s *Server) whole(w http.ResponseWriter, r *http.Request, control *http.ResponseController, stream TextStream, f form, tokens *int) bool {
	var d pipeline.Delta
	for {
		err := stream.Next(&d)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			_ = control.SetWriteDeadline(time.Now().Add(writeTimeout))
			s.fail(w, r, err)
			return false
		}
		*tokens = d.Generated
		f.collect(&d)
	}
	// The server's own time-out counts from the request, and may have passed.
	_ = control.SetWriteDeadline(time.Now().Add(writeTimeout))
	writeDocument(w, "application/json", f.whole(nil, stream.Completion()))
	return true
}

// answerID is what comes after the prefix of an answer's id.
func answerID() string {
	var b [15]byte
	_, _ = rand.Read(b[:]) // never fails
	return base32.HexEncoding.EncodeToString(b[:])
}
