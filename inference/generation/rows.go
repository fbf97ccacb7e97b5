package generation

import "slices"

// rows remembers for how many streams a batched step gives each of them the
// logits that it would get alone, to the bit. The runtime may take another path
// for one row than for several, and adds up in another order there: with int4
// weights it does so for float activations, not for int8 ones.
type rows struct {
	alike []verdict // by the number of streams
	alone []float32 // logits of streams that were computed apart
}

type verdict uint8

const (
	untried verdict = iota
	alike
	different
)

// decode computes the step that e.tokens and e.past describe. Where a text must
// be the same whatever else runs, the first step of so many streams is computed
// twice, together and apart, and if the two differ, all such steps are computed
// apart.
func (e *Engine) decode() ([]float32, error) {
	e.options.Budget.Lock()
	defer e.options.Budget.Unlock()
	n := len(e.tokens)
	if n == 1 || !e.geometry.shared || !slices.ContainsFunc(e.decoding, func(s *Stream) bool { return s.request.Reproducible }) {
		return e.runner.decode(e.tokens, e.past)
	}
	switch e.rows.alike[n] {
	case alike:
		return e.runner.decode(e.tokens, e.past)
	case different:
		return e.decodeApart()
	}
	// A step can be computed again where it overwrites what the first one wrote.
	for _, past := range e.past {
		if !e.runner.rewindable(past+1, past) {
			return e.decodeApart()
		}
	}
	together, err := e.runner.decode(e.tokens, e.past)
	if err != nil {
		return nil, err
	}
	together = slices.Clone(together) // the next run overwrites them
	apart, err := e.decodeApart()
	if err != nil {
		return nil, err
	}
	e.rows.alike[n] = different
	if slices.Equal(together, apart) {
		e.rows.alike[n] = alike
	}
	return apart, nil
}

// decodeApart computes a step one stream at a time.
func (e *Engine) decodeApart() ([]float32, error) {
	all := e.rows.alone[:0]
	for i := range e.tokens {
		logits, err := e.runner.extend(i, e.tokens[i:i+1], e.past[i], 1)
		if err != nil {
			return nil, err
		}
		all = append(all, logits...)
	}
	e.rows.alone = all
	return all, nil
}
