package main

import (
	"context"
	"slices"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// direct drives a session of the same graph with ideal batches: everything is
// tokenized and sorted by length before, nothing is sent or received. It is the
// limit of what a server around this graph can reach.
type direct struct {
	session *onnx.Session
	batches [][][]int64
}

func newDirect(dir string, texts []string, budget int) (*direct, error) {
	folder, err := modelstore.Find(dir, modelstore.Options{})
	if err != nil {
		return nil, err
	}
	t, err := tokenizer.LoadPretrained(folder.Dir, folder.Tokenizer)
	if err != nil {
		return nil, err
	}
	session, err := onnx.Open(folder.Graph, onnx.Options{Optimization: onnx.OptimizeNone})
	if err != nil {
		return nil, err
	}
	d := &direct{session: session}
	var all [][]int64
	for _, text := range texts {
		all = append(all, t.Encode(text, folder.Config.Positions).IDs)
	}
	slices.SortStableFunc(all, func(a, b []int64) int { return len(a) - len(b) })
	var batch [][]int64
	tokens := 0
	for _, ids := range all {
		if len(batch) > 0 && tokens+len(ids) > budget {
			d.batches, batch, tokens = append(d.batches, batch), nil, 0
		}
		batch, tokens = append(batch, ids), tokens+len(ids)
	}
	d.batches = append(d.batches, batch)
	return d, nil
}

// run goes through the batches, evenly over all lengths, for at least the
// duration and always to the end, and returns texts a second.
func (d *direct) run(duration time.Duration) (float64, error) {
	var p graph.Packed
	texts := 0
	start := time.Now()
	for time.Since(start) < duration {
		for _, batch := range d.batches {
			p.Set(len(batch), func(i int) []int64 { return batch[i] }, func(int) []int64 { return nil })
			if _, err := d.session.RunBatch(context.Background(), &p); err != nil {
				return 0, err
			}
			texts += len(batch)
		}
	}
	return float64(texts) / time.Since(start).Seconds(), nil
}

func (d *direct) close() { _ = d.session.Close() }
