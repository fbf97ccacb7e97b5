package generation

import (
	"errors"
	"runtime"
)

// Logits returns what a decoder's graph gives for the token after each text, a
// row of the vocabulary's size for each. It is for comparing graphs: onnx.Init
// must have been called. Of o, window, slots, queue and caches don't count.
func Logits(path string, heads Heads, o Options, texts [][]int32) (rows [][]float32, err error) {
	o.Window, o.Slots = 2, 1
	for _, text := range texts {
		o.Window = max(o.Window, len(text))
	}
	o.setDefaults()
	threads := o.Threads
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	e, err := openWith(path, heads, o, threads)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.free()) }()
	for _, text := range texts {
		var logits []float32
		for past := 0; past < len(text); past += o.Chunk {
			end := min(past+o.Chunk, len(text))
			if logits, err = e.runner.extend(0, text[past:end], past, 1); err != nil {
				return nil, err
			}
		}
		rows = append(rows, append([]float32(nil), logits...))
		e.runner.discard(0)
	}
	return rows, nil
}
