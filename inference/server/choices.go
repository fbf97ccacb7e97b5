package server

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// choices are the texts of a request with several prompts or answers. They are
// generated together and read one after the other.
type choices struct {
	all   []TextStream
	n     int                   // answers to each prompt
	at    int                   // which one the last piece is of
	ended []pipeline.Completion // of those before
}

// maxPrompts is how many a request may have: all of them wait at once, and more
// than a caller may have waiting would never get in.
func (s *Server) maxPrompts() int {
	return min(s.Limits.MaxClientBatchSize, s.Generator.Info().Share)
}

// begin submits all that a request asks for: for each prompt, each of its answers. The
// first answer's prompt is read once; the others find it in the prefix cache.
func (s *Server) begin(ctx context.Context, q *generation) (TextStream, error) {
	requests := []pipeline.GenerateRequest{q.GenerateRequest}
	if q.prompts != nil {
		requests = requests[:0]
	}
	for _, p := range q.prompts {
		r := q.GenerateRequest
		r.Prompt, r.PromptTokens = p.text, p.tokens
		requests = append(requests, r)
	}
	n := max(q.n, 1)
	if len(requests) == 1 && n == 1 {
		return s.Generator.Generate(ctx, q.GenerateRequest)
	}
	if all, most := n*len(requests), s.maxPrompts(); all > most {
		return nil, badField("n", "is %d, which makes %d answers: at most %d can be asked for at once", n, all, most)
	}
	c := &choices{n: n}
	for i, r := range requests {
		for j := range n {
			stream, err := s.Generator.Generate(ctx, seeded(r, j))
			if err != nil {
				c.Close()
				if e := (*pipeline.ContextLengthError)(nil); errors.As(err, &e) && q.prompts != nil {
					return nil, fieldFailure(api.ContextLengthExceeded, fmt.Sprintf("prompt[%d]", i), "%s", e.Error())
				}
				return nil, err
			}
			c.all = append(c.all, stream)
		}
	}
	q.choices = c
	return c, nil
}

// seeded has a seed of its own for each answer.
func seeded(r pipeline.GenerateRequest, answer int) pipeline.GenerateRequest {
	if seed := r.Sampling.Seed; seed != nil {
		own := *seed + int64(answer)
		r.Sampling.Seed = &own
	}
	return r
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
	sum := pipeline.Completion{Finish: c.all[c.at].Completion().Finish}
	for i, stream := range c.all {
		e := stream.Completion()
		if i%c.n == 0 { // a prompt counts once
			sum.PromptTokens += e.PromptTokens
			sum.CachedTokens += e.CachedTokens
		}
		sum.CompletionTokens += e.CompletionTokens
		sum.ReasoningTokens += e.ReasoningTokens
		sum.Timing.Queue = max(sum.Timing.Queue, e.Timing.Queue)
		sum.Timing.Prefill = max(sum.Timing.Prefill, e.Timing.Prefill)
		sum.Timing.Decode = max(sum.Timing.Decode, e.Timing.Decode)
	}
	return sum
}

// reach ends the choices before the one that the next piece is of, from index on.
func (c *choices) reach(index int, end func(pipeline.Completion)) {
	for ; c != nil && index < c.at; index++ {
		end(c.ended[index])
	}
}

// Close implements TextStream.
func (c *choices) Close() {
	for _, stream := range c.all {
		stream.Close()
	}
}
