package main

import (
	"strconv"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
)

// Names of a decoder's inputs and outputs.
const (
	inputIDs      = "input_ids"
	attentionMask = "attention_mask"
	logits        = "logits"
)

// bare drives a session of one stream through bindings that stay: it feeds the
// same token again and again, draws none and never allocates. It is the limit of
// what an engine around this graph can reach.
type bare struct {
	session *onnx.BoundSession
	stopper *onnx.Stopper
	binding *onnx.Binding
	values  []*onnx.BoundValue
	buffers []*onnx.Buffer
	names   map[string]*onnx.Name
	window  int
	vocab   int
	ids     *onnx.Buffer
	idsAt   []int64
	mask    []int64
	keepAt  []int64
	logits  *onnx.Buffer
	ones    int
	hasKeep bool
	tokens  int // that the binding takes at once
	keep    int // positions with logits
}

// windowSlack is how much longer than its window a sliding layer's cache is; the
// engine has the same.
const windowSlack = 128

// newBare opens the graph with room for window tokens, of which at most chunk
// come at once.
func newBare(path string, threads, window, chunk int) (b *bare, err error) {
	b = &bare{window: window, names: map[string]*onnx.Name{}}
	if b.session, err = onnx.OpenBound(path, onnx.BoundOptions{Options: onnx.Options{Threads: threads}}); err != nil {
		return nil, err
	}
	b.session.UseHugePages()
	if b.stopper, err = onnx.NewStopper(); err != nil {
		return nil, err
	}
	if b.binding, err = b.session.NewBinding(); err != nil {
		return nil, err
	}
	s := b.session.Signature()
	b.vocab = int(s.Outputs[s.LogitsOutput()].Shape[2])
	_, b.hasKeep = s.Input(graph.LogitsToKeep)
	windows := map[string]int{} // by input, where the cache holds a window
	for _, a := range s.Attention {
		if a.WindowedCache {
			windows[a.PastKey], windows[a.PastValue] = a.Window, a.Window
		}
	}
	allocate := func(size int) *onnx.Buffer {
		if err != nil {
			return nil
		}
		var buffer *onnx.Buffer
		if buffer, err = b.session.Host().Allocate(size); err == nil {
			b.buffers = append(b.buffers, buffer)
		}
		return buffer
	}
	b.ids, b.logits = allocate(8*chunk), allocate(4*chunk*b.vocab)
	mask, keep := allocate(8*window), allocate(8)
	if err != nil {
		return nil, err
	}
	b.idsAt, b.mask, b.keepAt = onnx.Slice[int64](b.ids, 0, chunk), onnx.Slice[int64](mask, 0, window), onnx.Slice[int64](keep, 0, 1)
	for i := range b.idsAt {
		b.idsAt[i] = int64(1000 + i*7919%200_000)
	}
	if err := b.input(attentionMask, mask, onnx.Int64, 1, int64(window)); err != nil {
		return nil, err
	}
	if b.hasKeep {
		if err := b.input(graph.LogitsToKeep, keep, onnx.Int64, 1); err != nil {
			return nil, err
		}
	}
	for i := 0; ; i++ {
		for _, kind := range []string{".key", ".value"} {
			past := "past_key_values." + strconv.Itoa(i) + kind
			in, ok := s.Input(past)
			if !ok {
				return b, b.bind(1, 1)
			}
			capacity := window
			if w := windows[past]; w > 0 {
				capacity = w + windowSlack
			}
			heads, size := int(in.Shape[1]), 256
			cache := allocate(4 * heads * capacity * size)
			if err != nil {
				return nil, err
			}
			// Pages that nothing was written to would all be one, and in the caches.
			values := onnx.Slice[float32](cache, 0, heads*capacity*size)
			for i := range values {
				values[i] = float32(i%251)/251 - .5
			}
			if err := b.input(past, cache, onnx.Float32, 1, int64(heads), int64(capacity), int64(size)); err != nil {
				return nil, err
			}
			if err := b.binding.Output(b.name("present."+strconv.Itoa(i)+kind), b.values[len(b.values)-1]); err != nil {
				return nil, err
			}
		}
	}
}

func (b *bare) name(s string) *onnx.Name {
	if b.names[s] == nil {
		b.names[s] = onnx.NewName(s)
	}
	return b.names[s]
}

func (b *bare) input(name string, buffer *onnx.Buffer, t onnx.ElemType, shape ...int64) error {
	v, err := buffer.Value(0, t, shape...)
	if err != nil {
		return err
	}
	b.values = append(b.values, v)
	return b.binding.Input(b.name(name), v)
}

// bind sets how many tokens a run takes and how many of their positions get
// logits. A graph whose head isn't pruned gives all.
func (b *bare) bind(tokens, keep int) error {
	if !b.hasKeep {
		keep = tokens
	}
	if b.tokens == tokens && b.keep == keep {
		return nil
	}
	if err := b.input(inputIDs, b.ids, onnx.Int64, 1, int64(tokens)); err != nil {
		return err
	}
	v, err := b.logits.Value(0, onnx.Float32, 1, int64(keep), int64(b.vocab))
	if err != nil {
		return err
	}
	b.values = append(b.values, v)
	b.tokens, b.keep, b.keepAt[0] = tokens, keep, int64(keep)
	return b.binding.Output(b.name(logits), v)
}

// setPast says how many tokens the caches hold after the next run.
func (b *bare) setPast(n int) {
	for ; b.ones < n; b.ones++ {
		b.mask[b.ones] = 1
	}
	for ; b.ones > n; b.ones-- {
		b.mask[b.ones-1] = 0
	}
}

// decode takes steps of one token after context ones, and one before that isn't
// counted, and returns tokens a second.
func (b *bare) decode(context, steps int) (float64, error) {
	if err := b.bind(1, 1); err != nil {
		return 0, err
	}
	var start time.Time
	for i := range steps + 1 {
		if i == 1 {
			start = time.Now()
		}
		b.setPast(context + i + 1)
		if err := b.session.Run(b.binding, b.stopper); err != nil {
			return 0, err
		}
	}
	return float64(steps) / time.Since(start).Seconds(), nil
}

// prefill reads n tokens in chunks, each with logits of keep positions, 0 for
// all, and returns how long that took.
func (b *bare) prefill(n, chunk, keep int) (time.Duration, error) {
	start := time.Now()
	for past := 0; past < n; {
		tokens := min(chunk, n-past)
		k := keep
		if k == 0 {
			k = tokens
		}
		if err := b.bind(tokens, k); err != nil {
			return 0, err
		}
		past += tokens
		b.setPast(past)
		if err := b.session.Run(b.binding, b.stopper); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

func (b *bare) close() {
	b.binding.Close()
	for _, v := range b.values {
		v.Close()
	}
	for _, buffer := range b.buffers {
		buffer.Close()
	}
	for _, n := range b.names {
		n.Close()
	}
	b.stopper.Close()
	_ = b.session.Close()
}
