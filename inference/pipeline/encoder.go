package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/batcher"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// model computes the outputs of a batch.
type model interface {
	// run gives one row of outputs for each sequence. It is not called by two
	// goroutines at once.
	run(batch []batcher.Sequence) ([][]float32, error)
	layout() batcher.Layout
	close() error
}

// Options limit what an encoder takes at once.
type Options struct {
	MaxBatchTokens        int // tokens in a batch
	MaxConcurrentRequests int // requests waiting or running; one more is a turns.FullError
	MaxInputTokens        int // longest input in tokens; 0 or more than the model has: the model's limit
	Observer              batcher.Observer
}

// Info describes a loaded encoder.
type Info struct {
	Name         string   // the model folder's name
	Architecture string   // config.json's architectures[0]
	Labels       []string // by class index; nil where it embeds
	Entails      int      // the class that says that a text entails another, -1 if there is none
	Width        int      // of a vector where it embeds, else 0
	Function     Function // what FunctionDefault means for this model
	MaxTokens    int      // longest input in tokens, special ones included
	Vocabulary   int      // how many ids it has an embedding for
	TokenTypes   int      // how many types of tokens it tells apart, 0: it doesn't read them
	GraphFile    string   // path of the served graph
	SourceSHA256 string   // of the graph that the served one was made from; "" for a plain export
	Layout       string   // "packed" or "padded"
	Precision    string   // "fp32", "int8", as far as the folder says
	Optimized    bool
	Created      time.Time // of the graph's file
}

// Timing splits the time that a request took. Queue and Inference are those of
// the text that finished last.
type Timing struct {
	Tokenize, Queue, Inference time.Duration
}

// Work is what a request took.
type Work struct {
	Tokens    int // that the model read, special ones included
	Truncated int // texts that were cut
	Timing    Timing
}

// texts are those of a request, and how they are read.
type texts struct {
	texts    []string
	pairs    []*string // nil, or as many
	labels   []string  // nil, or what the pairs say, one after the other: then only the first of two texts is cut
	truncate bool
	caller   string
	offsets  []tokenizer.Encoding // set to those of the texts that aren't there yet, with offsets, unless it is nil
}

// encoder is a model that reads whole texts, in batches. Its methods may be called by
// several goroutines at once.
type encoder struct {
	info      Info
	tokenizer *tokenizer.Tokenizer
	model     model
	batcher   *batcher.Batcher
}

func newEncoder(info Info, t *tokenizer.Tokenizer, m model, o Options) *encoder {
	if o.MaxInputTokens > 0 && o.MaxInputTokens < info.MaxTokens {
		info.MaxTokens = o.MaxInputTokens
	}
	return &encoder{
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
func (c *encoder) Info() Info { return c.info }

// compute gives a row of outputs for each text, which are finite numbers. It returns a
// TooLongError for a text over the limit that may not be cut, a turns.FullError,
// ErrDraining, ctx's error, or what went wrong in the runtime.
func (c *encoder) compute(ctx context.Context, r texts) (rows [][]float32, work Work, err error) {
	start := time.Now()
	sequences := make([]batcher.Sequence, len(r.texts))
	for i, text := range r.texts {
		if err := ctx.Err(); err != nil {
			return nil, Work{}, err
		}
		e, err := c.encode(i, text, r)
		if err != nil {
			return nil, Work{}, err
		}
		if err := c.known(i, e); err != nil {
			return nil, Work{}, err
		}
		if e.Cut {
			if !r.truncate {
				return nil, Work{}, &TooLongError{Index: i, Limit: c.info.MaxTokens}
			}
			work.Truncated++
		}
		sequences[i] = batcher.Sequence{IDs: e.IDs, TypeIDs: e.TypeIDs}
		work.Tokens += len(e.IDs)
	}
	work.Timing.Tokenize = time.Since(start)

	rows, timing, err := c.batcher.Submit(ctx, r.caller, sequences)
	work.Timing.Queue, work.Timing.Inference = timing.Queue, timing.Run
	if err != nil {
		return nil, Work{}, translate(err)
	}
	for i, row := range rows {
		if !finite(row) {
			return nil, Work{}, fmt.Errorf("the model gave outputs for text %d that are not finite", i)
		}
	}
	return rows, work, nil
}

// encode tokenizes one of a request's texts, or a pair.
func (c *encoder) encode(i int, text string, r texts) (tokenizer.Encoding, error) {
	if r.offsets != nil {
		if r.offsets[i].IDs == nil {
			r.offsets[i] = c.tokenizer.EncodeOffsets(text, c.info.MaxTokens)
		}
		return r.offsets[i], nil
	}
	if r.pairs == nil || r.pairs[i] == nil {
		return c.tokenizer.Encode(text, c.info.MaxTokens), nil
	}
	if n := len(r.labels); n > 0 {
		e, err := c.tokenizer.EncodePairOnlyFirst(text, *r.pairs[i], c.info.MaxTokens)
		if err != nil {
			err = &InvalidError{Field: "candidate_labels", Problem: fmt.Sprintf("with the template, %.100q is too long: %v", r.labels[i%n], err)}
		}
		return e, err
	}
	e, err := c.tokenizer.EncodePair(text, *r.pairs[i], c.info.MaxTokens)
	if err != nil {
		err = &InvalidError{Field: "text_pair", Problem: fmt.Sprintf("pair %d can't be read: %v", i, err)}
	}
	return e, err
}

// known refuses a text with a token that the tokenizer's files added, but that the model has
// no embedding for, and a pair whose second text the model has no token type for.
func (c *encoder) known(text int, e tokenizer.Encoding) error {
	if n := c.info.TokenTypes; n > 0 && slices.ContainsFunc(e.TypeIDs, func(id int32) bool { return int(id) >= n }) {
		return &InvalidError{Field: "text_pair", Problem: fmt.Sprintf("the model reads no pairs: by type_vocab_size in its config.json it knows %d type of tokens, and pair %d has another", n, text)}
	}
	if c.tokenizer.VocabSize() <= c.info.Vocabulary {
		return nil
	}
	for _, id := range e.IDs {
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
func (c *encoder) Warm(ctx context.Context) error {
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
		if _, _, err := c.batcher.Submit(ctx, "", []batcher.Sequence{s}); err != nil {
			return fmt.Errorf("warm-up with %d tokens: %w", len(s.IDs), err)
		}
	}
	return nil
}

// Close refuses new requests, waits for those admitted until ctx ends, and
// frees the model.
func (c *encoder) Close(ctx context.Context) error {
	return errors.Join(c.batcher.Close(ctx), c.model.close())
}
