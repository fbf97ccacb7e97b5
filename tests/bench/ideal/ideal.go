// Package ideal drives ONNX Runtime with ideal batches, which is the limit of what a
// server around a graph can reach.
package ideal

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// Session is a session of an optimized graph, and texts in batches: everything is
// tokenized and sorted by length before, nothing is sent or received.
type Session struct {
	session *onnx.Session
	batches [][][]int32
}

// Open loads the model folder and makes batches of at most so many tokens.
func Open(dir string, texts []string, budget int) (*Session, error) {
	folder, err := modelstore.Find(dir, modelstore.Options{})
	if err != nil {
		return nil, err
	}
	t, err := tokenizer.LoadPretrained(folder.Dir, folder.Tokenizer)
	if err != nil {
		return nil, err
	}
	longest := folder.Config.MaxTokens()
	if n := cmp.Or(folder.Sentences.MaxTokens, t.MaxLength()); n > 0 { // as pipeline.Load has it
		longest = min(longest, n)
	}
	session, err := onnx.Open(folder.Graph, onnx.Options{Optimization: onnx.OptimizeNone})
	if err != nil {
		return nil, err
	}
	s := &Session{session: session}
	var all [][]int32
	for _, text := range texts {
		all = append(all, t.Encode(text, longest).IDs)
	}
	slices.SortStableFunc(all, func(a, b []int32) int { return len(a) - len(b) })
	var batch [][]int32
	tokens := 0
	for _, ids := range all {
		if len(batch) > 0 && tokens+len(ids) > budget {
			s.batches, batch, tokens = append(s.batches, batch), nil, 0
		}
		batch, tokens = append(batch, ids), tokens+len(ids)
	}
	s.batches = append(s.batches, batch)
	return s, nil
}

// Run goes through the batches, evenly over all lengths, for at least the
// duration and always to the end, and returns texts a second.
func (s *Session) Run(duration time.Duration) (float64, error) {
	var p graph.Packed
	texts := 0
	start := time.Now()
	for time.Since(start) < duration {
		for _, batch := range s.batches {
			p.Set(len(batch), func(i int) []int32 { return batch[i] }, func(int) []int32 { return nil })
			if _, err := s.session.RunBatch(context.Background(), &p); err != nil {
				return 0, err
			}
			texts += len(batch)
		}
	}
	return float64(texts) / time.Since(start).Seconds(), nil
}

// Close frees the session.
func (s *Session) Close() { _ = s.session.Close() }
