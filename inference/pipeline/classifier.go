package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/batcher"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// model computes the logits of a batch.
type model interface {
	// run gives one row of logits for each sequence. It is not called by two
	// goroutines at once.
	run(batch []batcher.Sequence) ([][]float32, error)
	layout() batcher.Layout
	close() error
}

// Options limit what a Classifier takes at once.
type Options struct {
	MaxBatchTokens        int // tokens in a batch
	MaxConcurrentRequests int // requests waiting or running; one more is a turns.FullError
	MaxInputTokens        int // longest input in tokens; 0 or more than the model has: the model's limit
	Observer              batcher.Observer
}

// Classifier is transformers' text-classification pipeline over one model. Its
// methods may be called by several goroutines at once.
type Classifier struct {
	info      Info
	tokenizer *tokenizer.Tokenizer
	model     model
	batcher   *batcher.Batcher
}

func newClassifier(info Info, t *tokenizer.Tokenizer, m model, o Options) *Classifier {
	if o.MaxInputTokens > 0 && o.MaxInputTokens < info.MaxTokens {
		info.MaxTokens = o.MaxInputTokens
	}
	return &Classifier{
		info:      info,
		tokenizer: t,
		model:     m,
		batcher: batcher.New(m.run, batcher.Options{
			MaxBatchTokens:        o.MaxBatchTokens,
			MaxConcurrentRequests: o.MaxConcurrentRequests,
			Layout:                m.layout(),
			Observer:              o.Observer,
		}),
	}
}

// Info describes the model.
func (c *Classifier) Info() Info { return c.info }

// Classify scores the texts of a request. It returns a TooLongError for a text
// over the limit that may not be cut, a turns.FullError, ErrDraining, ctx's
// error, or what went wrong in the runtime.
func (c *Classifier) Classify(ctx context.Context, r Request) (Result, error) {
	var result Result
	start := time.Now()
	sequences := make([]batcher.Sequence, len(r.Texts))
	for i, text := range r.Texts {
		if err := ctx.Err(); err != nil {
			return Result{}, err
		}
		e := c.tokenizer.Encode(text, c.info.MaxTokens)
		if err := c.known(i, e.IDs); err != nil {
			return Result{}, err
		}
		if e.Cut {
			if !r.Truncate {
				return Result{}, &TooLongError{Index: i, Limit: c.info.MaxTokens}
			}
			result.Truncated++
		}
		sequences[i] = batcher.Sequence{IDs: e.IDs, TypeIDs: e.TypeIDs}
		result.Tokens += len(e.IDs)
	}
	result.Timing.Tokenize = time.Since(start)

	logits, timing, err := c.batcher.Submit(ctx, r.Caller, sequences)
	result.Timing.Queue, result.Timing.Inference = timing.Queue, timing.Run
	if err != nil {
		return Result{}, translate(err)
	}
	function := r.Function
	if function == FunctionDefault {
		function = c.info.Function
	}
	result.Logits = logits
	result.Scores = make([][]LabelScore, len(logits))
	for i, row := range logits {
		if !finite(row) {
			return Result{}, fmt.Errorf("the model gave logits for text %d that are not finite", i)
		}
		result.Scores[i] = best(apply(function, row), c.info.Labels, r.TopK)
	}
	return result, nil
}

// known refuses a text with a token that the tokenizer's files added, but that the
// model has no embedding for.
func (c *Classifier) known(text int, ids []int32) error {
	if c.tokenizer.VocabSize() <= c.info.Vocabulary {
		return nil
	}
	for _, id := range ids {
		if int(id) >= c.info.Vocabulary {
			return &InvalidError{Field: "text", Problem: fmt.Sprintf("text %d has the token %s, which the tokenizer knows but the model doesn't: leave it out",
				text, c.tokenizer.Added(id))}
		}
	}
	return nil
}

// translate turns the batcher's errors into the package's own.
func translate(err error) error {
	switch {
	case errors.Is(err, batcher.ErrClosed):
		return ErrDraining
	}
	return err
}

func finite(row []float32) bool {
	for _, v := range row {
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			return false
		}
	}
	return true
}

// Warm runs the model on a short input, so that the first request doesn't pay for
// what the runtime sets up on first use, and for reading the weights. A model that
// `scorer optimize` prepared has scored the longest input then; any other has to do so
// here.
func (c *Classifier) Warm(ctx context.Context) error {
	ids := c.tokenizer.Encode("warm up", c.info.MaxTokens)
	inputs := []batcher.Sequence{{IDs: ids.IDs, TypeIDs: ids.TypeIDs}}
	if !c.info.Optimized {
		longest := batcher.Sequence{IDs: make([]int32, c.info.MaxTokens), TypeIDs: make([]int32, c.info.MaxTokens)}
		for i := range longest.IDs {
			longest.IDs[i] = ids.IDs[i%len(ids.IDs)]
		}
		inputs = append(inputs, longest)
	}
	for _, s := range inputs {
		rows, _, err := c.batcher.Submit(ctx, "", []batcher.Sequence{s})
		if err != nil {
			return fmt.Errorf("warm-up with %d tokens: %w", len(s.IDs), err)
		}
		if len(rows[0]) != len(c.info.Labels) {
			return fmt.Errorf("%s gives %d logits, but config.json's id2label has %d labels: export the model again or correct config.json",
				c.info.GraphFile, len(rows[0]), len(c.info.Labels))
		}
	}
	return nil
}

// Close refuses new requests, waits for those admitted until ctx ends, and
// frees the model.
func (c *Classifier) Close(ctx context.Context) error {
	return errors.Join(c.batcher.Close(ctx), c.model.close())
}
