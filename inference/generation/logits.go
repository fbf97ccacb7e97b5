package generation

import (
	"errors"
	"math"
)

// Logits returns what a decoder's graph gives for the token after each text, a
// row of the vocabulary's size for each. It is for comparing graphs: onnx.Init
// must have been called. Of o, window, slots, queue and caches don't count.
func Logits(path string, heads Heads, o Options, texts [][]int32) (rows [][]float32, err error) {
	err = readTexts(path, heads, o, texts, func(e *Engine, text []int32) error {
		var logits []float32
		for past := 0; past < len(text); past += e.options.PrefillChunk {
			end := min(past+e.options.PrefillChunk, len(text))
			if logits, err = e.runner.extend(0, text[past:end], past, 1); err != nil {
				return err
			}
		}
		rows = append(rows, append([]float32(nil), logits...))
		return nil
	})
	return rows, err
}

// Forecast is what a graph says of a text's next token.
type Forecast struct {
	Logprob float64 // of the token that comes, a natural logarithm
	Best    int32   // the most probable token
}

// Forecasts returns one for each token of the texts but their first ones. It is
// for comparing graphs, as Logits.
func Forecasts(path string, heads Heads, o Options, texts [][]int32) (all []Forecast, err error) {
	err = readTexts(path, heads, o, texts, func(e *Engine, text []int32) error {
		most, v := min(e.runner.most(), maxKeep), e.geometry.vocab
		for past := 0; past < len(text)-1; past += most {
			n := min(most, len(text)-1-past)
			logits, err := e.runner.extend(0, text[past:past+n], past, n)
			if err != nil {
				return err
			}
			for i := range n {
				all = append(all, forecast(logits[i*v:(i+1)*v], text[past+i+1]))
			}
		}
		return nil
	})
	return all, err
}

func forecast(logits []float32, next int32) Forecast {
	best, sum := 0, 0.0
	for i, l := range logits {
		if l > logits[best] {
			best = i
		}
	}
	top := float64(logits[best])
	for _, l := range logits {
		sum += math.Exp(float64(l) - top)
	}
	return Forecast{Logprob: float64(logits[next]) - top - math.Log(sum), Best: int32(best)}
}

// readTexts calls read for each text with an engine whose first slot is empty.
func readTexts(path string, heads Heads, o Options, texts [][]int32, read func(*Engine, []int32) error) (err error) {
	o.ContextWindow, o.MaxSequences = 2, 1
	for _, text := range texts {
		o.ContextWindow = max(o.ContextWindow, len(text))
	}
	o.setDefaults()
	e, err := open(path, heads, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.free()) }()
	for _, text := range texts {
		if err := read(e, text); err != nil {
			return err
		}
		e.runner.discard(0)
	}
	return nil
}
