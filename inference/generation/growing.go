package generation

import (
	"errors"
	"fmt"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
)

// growingRunner runs graphs that take the past and return a longer copy of it,
// as exporters without GroupQueryAttention make them. Streams are computed one
// after another, and every step copies all keys and values: it is here so that
// such a model runs at all.
type growingRunner struct {
	*inputs
	stopper *onnx.Stopper
	binding *onnx.Binding
	buffers [][2]*onnx.Buffer // by layer: keys and values, [2 sides, slots] of slotBytes
	place   []int             // by slot: which of the buffers' slots is its
	side    []int             // by place: where its keys and values are now
	names   [][4]*onnx.Name   // by layer: past key, past value, present key, present value
}

func newGrowingRunner(g *geometry, s *onnx.BoundSession, stopper *onnx.Stopper, slots, chunk, window int) (*growingRunner, error) {
	in, err := newInputs(g, s, slots, chunk, window)
	if err != nil {
		return nil, err
	}
	r := &growingRunner{inputs: in, stopper: stopper, place: make([]int, slots), side: make([]int, slots)}
	for i := range r.place {
		r.place[i] = i
	}
	if r.binding, err = s.NewBinding(); err != nil {
		in.close()
		return nil, err
	}
	for i := range g.layers {
		l := &g.layers[i]
		r.names = append(r.names, [4]*onnx.Name{
			onnx.NewName(l.pastKey), onnx.NewName(l.pastValue), onnx.NewName(l.presentKey), onnx.NewName(l.presentValue)})
		var pair [2]*onnx.Buffer
		for j := range pair {
			if pair[j], err = s.Device().Allocate(2 * slots * r.slotBytes(i)); err != nil {
				if j == 1 {
					pair[0].Close()
				}
				r.close()
				return nil, err
			}
		}
		r.buffers = append(r.buffers, pair)
	}
	return r, nil
}

func (r *growingRunner) slotBytes(i int) int {
	l := &r.g.layers[i]
	return l.kvHeads * r.window * l.rowBytes(r.g.kv)
}

// at is where a place's keys and values of a layer begin on a side.
func (r *growingRunner) at(i, place, side int) int {
	return (side*len(r.place) + place) * r.slotBytes(i)
}

func (r *growingRunner) most() int { return 1 }

func (r *growingRunner) extend(slot int, tokens []int32, past, keep int) ([]float32, error) {
	rows, err := r.run(slot, tokens, past, 0)
	if err != nil {
		return nil, err
	}
	return r.take(rows-keep, keep), nil
}

func (r *growingRunner) decode(tokens []int32, past []int) ([]float32, error) {
	for i := range tokens {
		if _, err := r.run(i, tokens[i:i+1], past[i], i); err != nil {
			return nil, err
		}
	}
	return r.take(0, len(tokens)), nil
}

// run computes tokens after the past ones of a slot, and returns how many rows
// of logits it put from row first on.
func (r *growingRunner) run(slot int, tokens []int32, past, first int) (rows int, err error) {
	n := len(tokens)
	if past+n > r.window || n > len(r.idsAt) {
		return 0, fmt.Errorf("%d tokens after %d don't fit in a context window of %d", n, past, r.window)
	}
	for i, id := range tokens {
		r.idsAt[i], r.positionsAt[i] = int64(id), int64(past+i)
	}
	r.setMask(0, past+n)
	rows = n
	if r.g.keep || r.g.pruned {
		rows, r.keepAt[0] = 1, 1
	}
	var values []*onnx.BoundValue
	defer func() {
		for _, v := range values {
			v.Close()
		}
	}()
	bind := func(fn func(*onnx.Name, *onnx.BoundValue) error, name *onnx.Name, b *onnx.Buffer, offset int, t onnx.ElemType, shape ...int64) {
		if err != nil {
			return
		}
		var v *onnx.BoundValue
		if v, err = b.Value(offset, t, shape...); err != nil {
			return
		}
		values = append(values, v)
		err = fn(name, v)
	}
	in, out := r.binding.Input, r.binding.Output
	names := &r.inputs.names
	bind(in, names.ids, r.ids, 0, onnx.Int64, 1, int64(n))
	if r.g.mask {
		bind(in, names.mask, r.mask, 0, onnx.Int64, 1, int64(past+n))
	}
	if r.g.positions {
		bind(in, names.positions, r.positions, 0, onnx.Int64, 1, int64(n))
	}
	if r.g.keep {
		bind(in, names.keep, r.keep, 0, onnx.Int64, 1)
	}
	bind(out, names.logits, r.logits, first*r.g.vocab*r.g.logits.Size(), r.g.logits, 1, int64(rows), int64(r.g.vocab))
	place := r.place[slot]
	side := r.side[place]
	for i := range r.g.layers {
		l := &r.g.layers[i]
		for j, b := range r.buffers[i] {
			heads, size := int64(l.kvHeads), int64(l.headSize)
			bind(in, r.names[i][j], b, r.at(i, place, side), r.g.kv, 1, heads, int64(past), size)
			bind(out, r.names[i][2+j], b, r.at(i, place, 1-side), r.g.kv, 1, heads, int64(past+n), size)
		}
	}
	if err != nil {
		return 0, err
	}
	if err := r.session.Run(r.binding, r.stopper); err != nil {
		return 0, err
	}
	r.side[place] = 1 - side
	return rows, nil
}

func (r *growingRunner) move(to, from, _ int) error {
	r.place[to], r.place[from] = r.place[from], r.place[to]
	return nil
}

func (r *growingRunner) snapshotBytes(n int) int {
	total := 0
	for i := range r.g.layers {
		l := &r.g.layers[i]
		total += 2 * l.kvHeads * n * l.rowBytes(r.g.kv)
	}
	return total
}

func (r *growingRunner) save(slot, n int) (*snapshot, error) {
	b, err := r.session.Device().Allocate(r.snapshotBytes(n))
	if err != nil {
		return nil, err
	}
	place, at := r.place[slot], 0
	for i := range r.g.layers {
		l := &r.g.layers[i]
		bytes := l.kvHeads * n * l.rowBytes(r.g.kv)
		for _, from := range r.buffers[i] {
			err = errors.Join(err, onnx.Copy(b, at, from, r.at(i, place, r.side[place]), bytes))
			at += bytes
		}
	}
	if err != nil {
		b.Close()
		return nil, err
	}
	return &snapshot{buffer: b, tokens: n}, nil
}

func (r *growingRunner) restore(slot, n int, from *snapshot) error {
	place, at := r.place[slot], 0
	for i := range r.g.layers {
		l := &r.g.layers[i]
		row := l.rowBytes(r.g.kv)
		for _, to := range r.buffers[i] {
			for head := range l.kvHeads {
				err := onnx.Copy(to, r.at(i, place, r.side[place])+head*n*row, from.buffer, at+head*from.tokens*row, n*row)
				if err != nil {
					return err
				}
			}
			at += l.kvHeads * from.tokens * row
		}
	}
	return nil
}

// rewindable is true for restore, which can leave the last tokens of each head
// out. Runs are never taken back, because most is 1.
func (r *growingRunner) rewindable(int, int) bool { return true }

func (r *growingRunner) discard(slot int) {
	place := r.place[slot]
	for i := range r.buffers {
		for _, b := range r.buffers[i] {
			for side := range 2 {
				b.Discard(r.at(i, place, side), r.slotBytes(i))
			}
		}
	}
}

func (r *growingRunner) close() {
	r.binding.Close()
	for _, pair := range r.buffers {
		for _, b := range pair {
			b.Close()
		}
	}
	for _, four := range r.names {
		for _, n := range four {
			n.Close()
		}
	}
	r.inputs.close()
}

// checkWindow refuses a graph whose sliding layers see more than their window,
// which exporters are known to lose: what lies before the window is changed,
// and the logits must not change.
func (e *Engine) checkWindow(path string) error {
	r, ok := e.runner.(*growingRunner)
	w := 0
	for _, n := range e.options.Windows {
		w = max(w, n)
	}
	if !ok || w <= 0 || w+1 >= e.options.ContextWindow || !r.buffers[0][0].Host() {
		return nil
	}
	logits := func(fill byte) ([]float32, error) {
		r.side[0] = 0
		for i := range r.buffers {
			if i >= len(e.options.Windows) || e.options.Windows[i] == 0 {
				continue
			}
			l := &r.g.layers[i]
			row := l.rowBytes(r.g.kv)
			for _, b := range r.buffers[i] {
				for head := range l.kvHeads {
					bytes := b.Bytes()[r.at(i, 0, 0)+head*w*row:][:row]
					for j := range bytes {
						bytes[j] = fill
					}
				}
			}
		}
		if _, err := r.run(0, []int32{0}, w, 0); err != nil {
			return nil, err
		}
		return append([]float32(nil), r.take(0, 1)...), nil
	}
	// 0x3f3f3f3f is 0.747 as float32; 0x3f3f is 1.8 as float16.
	changed, err := logits(0x3f)
	if err != nil {
		return err
	}
	plain, err := logits(0)
	if err != nil {
		return err
	}
	r.discard(0)
	r.side[0] = 0
	for i := range plain {
		if d := changed[i] - plain[i]; d > windowTolerance || d < -windowTolerance {
			return fmt.Errorf("%s lost the sliding window of %d tokens that config.json gives some layers, so long texts would come out wrong: take an export with GroupQueryAttention (onnxruntime-genai's builder)",
				path, w)
		}
	}
	return nil
}

// windowTolerance is for the noise of computing twice; a lost window changes
// logits by far more.
const windowTolerance = 1e-3
