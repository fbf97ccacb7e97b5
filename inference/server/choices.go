package server

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// choices are the texts of a request with several prompts. They are generated
// together and read one after the other.
type choices struct {
	all   []TextStream
	at    int                   // which one the last piece is of
	ended []pipeline.Completion // of those before
}

// maxPrompts is how many a request may have: all of them wait at once, and more
// than a caller may have waiting would never get in.
func (s *Server) maxPrompts() int {
	return min(s.Limits.MaxClientBatchSize, s.Generator.Info().Share)
}

// begin submits all that a request asks for.
func (s *Server) begin(ctx context.Context, q *generation) (TextStream, error) {
	if q.prompts == nil {
		return s.Generator.Generate(ctx, q.GenerateRequest)
	}
	c := &choices{}
	for i, p := range q.prompts {
		r := q.GenerateRequest
		r.Prompt, r.PromptTokens = p.text, p.tokens
		stream, err := s.Generator.Generate(ctx, r)
		if err != nil {
			c.Close()
			if e := (*pipeline.ContextLengthError)(nil); errors.As(err, &e) {
				return nil, fieldFailure(api.ContextLengthExceeded, fmt.Sprintf("prompt[%d]", i), "%s", e.Error())
			}
			return nil, err
		}
		c.all = append(c.all, stream)
	}
	q.choices = c
	return c, nil
}

// Next implements TextStream.
func (c *choices) Next(d *pipeline.Delta) error {
	for {
		err := c.all[c.at].Next(d)
		if errors.Is(err, io.EOF) && c.at < len(c.all)-1 {
			c.ended = append(c.ended, c.all[c.at].Completion())
			c.at++
			continue
		}
		for i := range c.ended {
			d.Generated += c.ended[i].CompletionTokens
		}
		return err
	}
}

// Completion implements TextStream: the sum of all, and how the last one ended.
func (c *choices) Completion() pipeline.Completion {
	sum := c.all[c.at].Completion()
	others := c.ended
	for _, stream := range c.all[c.at+1:] { // if it broke off
		others = append(others, stream.Completion())
	}
	for i := range others {
		e := &others[i]
		sum.PromptTokens += e.PromptTokens
		sum.CachedTokens += e.CachedTokens
		sum.CompletionTokens += e.CompletionTokens
		sum.Timing.Queue = max(sum.Timing.Queue, e.Timing.Queue)
		sum.Timing.Prefill = max(sum.Timing.Prefill, e.Timing.Prefill)
		sum.Timing.Decode = max(sum.Timing.Decode, e.Timing.Decode)
	}
	return sum
}

// Close implements TextStream.
func (c *choices) Close() {
	for _, stream := range c.all {
		stream.Close()
	}
}
