package generation

import (
	"errors"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
)

// arena holds the keys and values of all slots: for each layer one buffer of
// keys and one of values, [slots, kv heads, capacity, head size].
type arena struct {
	geometry *geometry
	slots    int
	capacity []int // by layer, in tokens
	keys     []*onnx.Buffer
	values   []*onnx.Buffer
}

func newArena(g *geometry, memory *onnx.Memory, slots, window int) (*arena, error) {
	a := &arena{geometry: g, slots: slots}
	for i := range g.layers {
		l := &g.layers[i]
		capacity := window
		if l.windowed {
			capacity = windowedCapacity(l.window)
		}
		a.capacity = append(a.capacity, capacity)
		for _, list := range []*[]*onnx.Buffer{&a.keys, &a.values} {
			b, err := memory.Allocate(slots * a.slotBytes(i))
			if err != nil {
				a.close()
				return nil, err
			}
			*list = append(*list, b)
		}
	}
	return a, nil
}

// slotBytes is what a slot takes in a layer's keys, and as much in its values.
func (a *arena) slotBytes(i int) int {
	l := &a.geometry.layers[i]
	return l.kvHeads * a.capacity[i] * l.rowBytes(a.geometry.kv)
}

// rows is how many rows of each head of a layer hold the first n tokens, or
// what is left of them.
func (a *arena) rows(i, n int) int {
	if l := &a.geometry.layers[i]; l.windowed {
		return windowedEnd(n, l.window)
	}
	return n
}

// shape is that of the keys of n slots in a layer.
func (a *arena) shape(i, n int) []int64 {
	l := &a.geometry.layers[i]
	return []int64{int64(n), int64(l.kvHeads), int64(a.capacity[i]), int64(l.headSize)}
}

// move copies the first n tokens of a slot to another.
func (a *arena) move(to, from, n int) error {
	if to == from {
		return nil
	}
	return a.each(n, func(b *onnx.Buffer, i, head, bytes int) error {
		stride := a.capacity[i] * a.geometry.layers[i].rowBytes(a.geometry.kv)
		return onnx.Copy(b, to*a.slotBytes(i)+head*stride, b, from*a.slotBytes(i)+head*stride, bytes)
	})
}

// each calls fn for every head's keys and values of n tokens.
func (a *arena) each(n int, fn func(b *onnx.Buffer, layer, head, bytes int) error) error {
	for i := range a.geometry.layers {
		l := &a.geometry.layers[i]
		bytes := a.rows(i, n) * l.rowBytes(a.geometry.kv)
		if bytes == 0 {
			continue
		}
		for head := range l.kvHeads {
			if err := errors.Join(fn(a.keys[i], i, head, bytes), fn(a.values[i], i, head, bytes)); err != nil {
				return err
			}
		}
	}
	return nil
}

// snapshotBytes is the size of a snapshot of n tokens.
func (a *arena) snapshotBytes(n int) int {
	total := 0
	_ = a.each(n, func(_ *onnx.Buffer, _, _, bytes int) error { total += bytes; return nil })
	return total
}

// save copies the first n tokens of a slot to a buffer of snapshotBytes(n).
func (a *arena) save(to *onnx.Buffer, slot, n int) error {
	at := 0
	return a.each(n, func(b *onnx.Buffer, i, head, bytes int) error {
		stride := a.capacity[i] * a.geometry.layers[i].rowBytes(a.geometry.kv)
		err := onnx.Copy(to, at, b, slot*a.slotBytes(i)+head*stride, bytes)
		at += bytes
		return err
	})
}

// restore copies the first n of the saved tokens of a snapshot into a slot.
func (a *arena) restore(slot, n int, from *onnx.Buffer, saved int) error {
	at := 0
	return a.each(saved, func(b *onnx.Buffer, i, head, bytes int) error {
		row := a.geometry.layers[i].rowBytes(a.geometry.kv)
		stride := a.capacity[i] * row
		used := min(bytes, a.rows(i, n)*row)
		err := onnx.Copy(b, slot*a.slotBytes(i)+head*stride, from, at, used)
		at += bytes
		return err
	})
}

// rewindable reports whether a cache of from tokens serves as one of to, fewer
// ones: whether no windowed layer has dropped rows between.
func (g *geometry) rewindable(from, to int) bool {
	for i := range g.layers {
		if l := &g.layers[i]; l.windowed && reclaimed(from, l.window) != reclaimed(to, l.window) {
			return false
		}
	}
	return true
}

func (a *arena) close() {
	for _, b := range a.keys {
		b.Close()
	}
	for _, b := range a.values {
		b.Close()
	}
}

// discard gives the pages of a slot back to the system.
func (a *arena) discard(slot int) {
	for i := range a.keys {
		a.keys[i].Discard(slot*a.slotBytes(i), a.slotBytes(i))
		a.values[i].Discard(slot*a.slotBytes(i), a.slotBytes(i))
	}
}
