package generation

import (
	"errors"
	"fmt"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
)

// runner computes logits and keeps the keys and values that they need. Slots
// 0 to n-1 make up a batch of n. Logits that a call returns are valid until the
// next, and the caller's to change.
type runner interface {
	// extend appends tokens to the past ones of a slot and returns the logits
	// of the last keep positions, keep times the vocabulary.
	extend(slot int, tokens []int32, past, keep int) ([]float32, error)
	// decode appends one token to each of the slots 0 to len(tokens)-1, which
	// have past tokens each, and returns a row of logits for each.
	decode(tokens []int32, past []int) ([]float32, error)
	// most is how many positions extend can return the logits of.
	most() int
	// move makes slot to what slot from is, n tokens long.
	move(to, from, n int) error
	save(slot, n int) (*snapshot, error)
	// restore makes a slot of the first n tokens of a snapshot.
	restore(slot, n int, from *snapshot) error
	// rewindable reports whether a slot of from tokens serves as one of to,
	// fewer ones.
	rewindable(from, to int) bool
	// snapshotBytes is what a snapshot of n tokens takes.
	snapshotBytes(n int) int
	// discard gives the memory of a slot back to the system.
	discard(slot int)
	close()
}

// snapshot is a copy of a slot.
type snapshot struct {
	buffer *onnx.Buffer
	tokens int
}

// inputs are the small tensors of a run, and its logits.
type inputs struct {
	g       *geometry
	session *onnx.BoundSession
	window  int

	ids, positions, keep, mask, logits *onnx.Buffer
	idsAt, positionsAt                 []int64
	keepAt                             []int64
	masks                              [][]int64 // by row; the last is extend's
	ones                               []int     // by row
	floats                             []float32
	halves                             []uint16
	names                              struct{ ids, mask, positions, keep, logits *onnx.Name }
	buffers                            []*onnx.Buffer
}

func newInputs(g *geometry, s *onnx.BoundSession, slots, chunk, window int) (*inputs, error) {
	in := &inputs{g: g, session: s, window: window}
	tokens := max(slots, chunk)
	rows := max(slots, 1)
	if !g.pruned {
		rows = max(rows, chunk)
	}
	if g.keep {
		rows = max(slots, maxKeep)
	}
	var err error
	allocate := func(size int) *onnx.Buffer {
		if err != nil {
			return nil
		}
		var b *onnx.Buffer
		if b, err = s.Host().Allocate(size); err == nil {
			in.buffers = append(in.buffers, b)
		}
		return b
	}
	in.ids, in.positions, in.keep = allocate(8*tokens), allocate(8*tokens), allocate(8)
	in.mask = allocate(8 * (slots + 1) * window)
	in.logits = allocate(rows * g.vocab * g.logits.Size())
	if err != nil {
		in.close()
		return nil, err
	}
	in.idsAt, in.positionsAt = onnx.Slice[int64](in.ids, 0, tokens), onnx.Slice[int64](in.positions, 0, tokens)
	in.keepAt = onnx.Slice[int64](in.keep, 0, 1)
	in.keepAt[0] = 1
	for row := range slots + 1 {
		in.masks = append(in.masks, onnx.Slice[int64](in.mask, 8*row*window, window))
	}
	in.ones = make([]int, slots+1)
	if g.logits == onnx.Float16 {
		in.halves = onnx.Slice[uint16](in.logits, 0, rows*g.vocab)
		in.floats = make([]float32, rows*g.vocab)
	} else {
		in.floats = onnx.Slice[float32](in.logits, 0, rows*g.vocab)
	}
	n := &in.names
	n.ids, n.mask, n.positions = onnx.NewName(inputIDs), onnx.NewName(attentionMask), onnx.NewName(positionIDs)
	n.keep, n.logits = onnx.NewName(graph.LogitsToKeep), onnx.NewName(logitsName)
	return in, nil
}

// maxKeep is how many positions a prepared graph is asked logits of at most.
const maxKeep = 8

// setMask makes the first n of a row ones, the others zeros.
func (in *inputs) setMask(row, n int) {
	m := in.masks[row]
	for in.ones[row] < n {
		m[in.ones[row]] = 1
		in.ones[row]++
	}
	for in.ones[row] > n {
		in.ones[row]--
		m[in.ones[row]] = 0
	}
}

// take returns n rows of logits, from row first on, as float32.
func (in *inputs) take(first, n int) []float32 {
	from, to := first*in.g.vocab, (first+n)*in.g.vocab
	if in.halves != nil {
		for i := from; i < to; i++ {
			in.floats[i] = safetensors.Half(in.halves[i])
		}
	}
	return in.floats[from:to]
}

func (in *inputs) close() {
	for _, b := range in.buffers {
		b.Close()
	}
	n := &in.names
	for _, name := range []*onnx.Name{n.ids, n.mask, n.positions, n.keep, n.logits} {
		if name != nil {
			name.Close()
		}
	}
}

// sharedRunner runs graphs whose past and present are one buffer.
type sharedRunner struct {
	*inputs
	arena   *arena
	stopper *onnx.Stopper
	batches []*bound // by rows - 1, made when first used
	slots   []*bound // by slot
	keys    []*onnx.Name
	present []*onnx.Name

	idsOf, positionsOf, logitsOf map[int]*onnx.BoundValue // of extend, by length
	owned                        []*onnx.BoundValue
}

// bound is a binding whose values stay.
type bound struct {
	*onnx.Binding
	ids, logits int // lengths that are bound now; extend changes them
}

func newSharedRunner(g *geometry, s *onnx.BoundSession, stopper *onnx.Stopper, slots, chunk, window int) (*sharedRunner, error) {
	in, err := newInputs(g, s, slots, chunk, window)
	if err != nil {
		return nil, err
	}
	a, err := newArena(g, s.Device(), slots, window)
	if err != nil {
		in.close()
		return nil, err
	}
	r := &sharedRunner{inputs: in, arena: a, stopper: stopper,
		batches: make([]*bound, slots), slots: make([]*bound, slots),
		idsOf: map[int]*onnx.BoundValue{}, positionsOf: map[int]*onnx.BoundValue{}, logitsOf: map[int]*onnx.BoundValue{}}
	for i := range g.layers {
		l := &g.layers[i]
		r.keys = append(r.keys, onnx.NewName(l.pastKey), onnx.NewName(l.pastValue))
		r.present = append(r.present, onnx.NewName(l.presentKey), onnx.NewName(l.presentValue))
	}
	return r, nil
}

// own makes a value that close frees.
func (r *sharedRunner) own(b *onnx.Buffer, offset int, t onnx.ElemType, shape ...int64) (*onnx.BoundValue, error) {
	v, err := b.Value(offset, t, shape...)
	if err == nil {
		r.owned = append(r.owned, v)
	}
	return v, err
}

// cached is own, once for each length.
func (r *sharedRunner) cached(m map[int]*onnx.BoundValue, length int, b *onnx.Buffer, t onnx.ElemType, shape ...int64) (*onnx.BoundValue, error) {
	if v := m[length]; v != nil {
		return v, nil
	}
	v, err := r.own(b, 0, t, shape...)
	if err == nil {
		m[length] = v
	}
	return v, err
}

// bind makes a binding of rows slots from first on; its ids, positions and
// logits are left open.
func (r *sharedRunner) bind(first, rows int) (*bound, error) {
	b, err := r.session.NewBinding()
	if err != nil {
		return nil, err
	}
	put := func(fn func(*onnx.Name, *onnx.BoundValue) error, name *onnx.Name, buffer *onnx.Buffer, offset int, t onnx.ElemType, shape ...int64) {
		if err != nil {
			return
		}
		var v *onnx.BoundValue
		if v, err = r.own(buffer, offset, t, shape...); err == nil {
			err = fn(name, v)
		}
	}
	for i := range r.g.layers {
		for j, buffer := range []*onnx.Buffer{r.arena.keys[i], r.arena.values[i]} {
			if err != nil {
				break
			}
			var v *onnx.BoundValue
			if v, err = r.own(buffer, first*r.arena.slotBytes(i), r.g.kv, r.arena.shape(i, rows)...); err == nil {
				err = errors.Join(b.Input(r.keys[2*i+j], v), b.Output(r.present[2*i+j], v))
			}
		}
	}
	if r.g.keep {
		put(b.Input, r.names.keep, r.keep, 0, onnx.Int64, 1)
	}
	if err != nil {
		b.Close()
		return nil, err
	}
	return &bound{Binding: b}, nil
}

func (r *sharedRunner) batch(rows int) (*bound, error) {
	if b := r.batches[rows-1]; b != nil {
		return b, nil
	}
	b, err := r.bind(0, rows)
	if err != nil {
		return nil, err
	}
	r.batches[rows-1] = b // close frees it, whatever comes
	n := int64(rows)
	put := func(fn func(*onnx.Name, *onnx.BoundValue) error, name *onnx.Name, buffer *onnx.Buffer, t onnx.ElemType, shape ...int64) {
		if err != nil {
			return
		}
		var v *onnx.BoundValue
		if v, err = r.own(buffer, 0, t, shape...); err == nil {
			err = fn(name, v)
		}
	}
	put(b.Input, r.names.ids, r.ids, onnx.Int64, n, 1)
	if r.g.mask {
		put(b.Input, r.names.mask, r.mask, onnx.Int64, n, int64(r.window))
	}
	if r.g.positions {
		put(b.Input, r.names.positions, r.positions, onnx.Int64, n, 1)
	}
	put(b.Output, r.names.logits, r.logits, r.g.logits, n, 1, int64(r.g.vocab))
	return b, err
}

func (r *sharedRunner) slot(slot int) (*bound, error) {
	if b := r.slots[slot]; b != nil {
		return b, nil
	}
	b, err := r.bind(slot, 1)
	if err != nil {
		return nil, err
	}
	r.slots[slot] = b
	if r.g.mask {
		v, err := r.own(r.mask, 8*(len(r.masks)-1)*r.window, onnx.Int64, 1, int64(r.window))
		if err != nil {
			return nil, err
		}
		return b, b.Input(r.names.mask, v)
	}
	return b, nil
}

func (r *sharedRunner) most() int {
	switch {
	case r.g.keep:
		return maxKeep
	case r.g.pruned:
		return 1
	}
	return len(r.idsAt)
}

func (r *sharedRunner) extend(slot int, tokens []int32, past, keep int) ([]float32, error) {
	n := len(tokens)
	if past+n > r.window || n > len(r.idsAt) || keep > r.most() {
		return nil, fmt.Errorf("%d tokens after %d don't fit in a context window of %d", n, past, r.window)
	}
	b, err := r.slot(slot)
	if err != nil {
		return nil, err
	}
	for i, id := range tokens {
		r.idsAt[i], r.positionsAt[i] = int64(id), int64(past+i)
	}
	r.setMask(len(r.masks)-1, past+n)
	rows := n
	switch {
	case r.g.keep:
		r.keepAt[0] = int64(keep)
		rows = keep
	case r.g.pruned:
		rows = 1
	}
	if b.ids != n {
		v, err := r.cached(r.idsOf, n, r.ids, onnx.Int64, 1, int64(n))
		if err == nil {
			err = b.Input(r.names.ids, v)
		}
		if err == nil && r.g.positions {
			if v, err = r.cached(r.positionsOf, n, r.positions, onnx.Int64, 1, int64(n)); err == nil {
				err = b.Input(r.names.positions, v)
			}
		}
		if err != nil {
			return nil, err
		}
		b.ids = n
	}
	if b.logits != rows {
		v, err := r.cached(r.logitsOf, rows, r.logits, r.g.logits, 1, int64(rows), int64(r.g.vocab))
		if err == nil {
			err = b.Output(r.names.logits, v)
		}
		if err != nil {
			return nil, err
		}
		b.logits = rows
	}
	if err := r.session.Run(b.Binding, r.stopper); err != nil {
		return nil, err
	}
	return r.take(rows-keep, keep), nil
}

func (r *sharedRunner) decode(tokens []int32, past []int) ([]float32, error) {
	b, err := r.batch(len(tokens))
	if err != nil {
		return nil, err
	}
	r.keepAt[0] = 1
	for i, id := range tokens {
		if past[i] >= r.window {
			return nil, fmt.Errorf("a token after %d doesn't fit in a context window of %d", past[i], r.window)
		}
		r.idsAt[i], r.positionsAt[i] = int64(id), int64(past[i])
		r.setMask(i, past[i]+1)
	}
	if err := r.session.Run(b.Binding, r.stopper); err != nil {
		return nil, err
	}
	return r.take(0, len(tokens)), nil
}

func (r *sharedRunner) move(to, from, n int) error { return r.arena.move(to, from, n) }

func (r *sharedRunner) save(slot, n int) (*snapshot, error) {
	b, err := r.session.Device().Allocate(r.arena.snapshotBytes(n))
	if err != nil {
		return nil, err
	}
	b.UseHugePages()
	if err := r.arena.save(b, slot, n); err != nil {
		b.Close()
		return nil, err
	}
	return &snapshot{buffer: b, tokens: n}, nil
}

func (r *sharedRunner) restore(slot, n int, from *snapshot) error {
	return r.arena.restore(slot, n, from.buffer, from.tokens)
}

func (r *sharedRunner) rewindable(from, to int) bool { return r.g.rewindable(from, to) }

func (r *sharedRunner) snapshotBytes(n int) int { return r.arena.snapshotBytes(n) }

func (r *sharedRunner) discard(slot int) { r.arena.discard(slot) }

func (r *sharedRunner) close() {
	for _, list := range [][]*bound{r.batches, r.slots} {
		for _, b := range list {
			if b != nil {
				b.Close()
			}
		}
	}
	for _, v := range r.owned {
		v.Close()
	}
	for _, n := range append(r.keys, r.present...) {
		n.Close()
	}
	r.arena.close()
	r.inputs.close()
}
