package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/optimize"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// load returns a classifier of one of the small models, plain or optimised.
func load(t *testing.T, model string, optimized bool, o pipeline.Options) *pipeline.Classifier {
	t.Helper()
	precision := graph.Precision("")
	if optimized {
		precision = graph.FP32
	}
	return loadIn(t, model, precision, o)
}

// loadIn returns a classifier as it was exported, for the precision "", or optimised.
func loadIn(t *testing.T, model string, precision graph.Precision, o pipeline.Options) *pipeline.Classifier {
	t.Helper()
	optimized := precision != ""
	onnxtest.Init(t)
	folder, err := modelstore.Find(goldens.ModelDir(model), modelstore.Options{Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	if optimized {
		output := filepath.Join(t.TempDir(), model)
		if _, err := optimize.Run(context.Background(), optimize.Options{Folder: folder, Output: output, Precision: precision}); err != nil {
			t.Fatal(err)
		}
		if folder, err = modelstore.Find(output, modelstore.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	c, err := pipeline.Load(folder, pipeline.Runtime{}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	want := map[bool]string{false: "padded", true: "packed"}[optimized]
	if info := c.Info(); info.Layout != want || info.Optimized != optimized {
		t.Fatalf("the model is served %s, want %s", info.Layout, want)
	}
	return c
}

// forEach runs a test for each small model, as exported and optimised.
func forEach(t *testing.T, test func(t *testing.T, c *pipeline.Classifier, g *goldens.File)) {
	for _, model := range goldens.SmallModels {
		for _, optimized := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/optimized=%v", model, optimized), func(t *testing.T) {
				g, err := goldens.Load(model)
				if err != nil {
					t.Fatal(err)
				}
				test(t, load(t, model, optimized, pipeline.Options{MaxBatchTokens: 512}), g)
			})
		}
	}
}

func scores(in []pipeline.LabelScore) []goldens.Score {
	out := make([]goldens.Score, len(in))
	for i, s := range in {
		out[i] = goldens.Score{Label: s.Label, Score: float64(s.Score)}
	}
	return out
}

// TestEqualsTransformers sends every golden text alone, many at a time, so that
// they meet in batches of all sizes.
func TestEqualsTransformers(t *testing.T) {
	forEach(t, func(t *testing.T, c *pipeline.Classifier, g *goldens.File) {
		var wg sync.WaitGroup
		slots := make(chan struct{}, 16)
		for i, want := range g.Texts {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				got, err := c.Classify(context.Background(), pipeline.ClassifyRequest{Texts: []string{want.Text}, Truncate: true})
				if err != nil {
					t.Errorf("text %d: %v", i, err)
					return
				}
				if d := goldens.Compare(scores(got.Scores[0]), want.Scores); d != "" {
					t.Errorf("text %d, %.40q: %s", i, want.Text, d)
				}
				if got.Tokens != want.Tokens || (got.Truncated > 0) != want.Truncated {
					t.Errorf("text %d: %d tokens, truncated %d; want %d, %v", i, got.Tokens, got.Truncated, want.Tokens, want.Truncated)
				}
			})
		}
		wg.Wait()
	})
}

// TestOneRequestEqualsMany sends all texts as one request.
func TestOneRequestEqualsMany(t *testing.T) {
	forEach(t, func(t *testing.T, c *pipeline.Classifier, g *goldens.File) {
		r := pipeline.ClassifyRequest{Truncate: true, TopK: 1}
		for _, text := range g.Texts {
			r.Texts = append(r.Texts, text.Text)
		}
		got, err := c.Classify(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range g.Texts {
			if d := goldens.Compare(scores(got.Scores[i]), want.Scores[:1]); d != "" {
				t.Errorf("text %d, %.40q: %s", i, want.Text, d)
			}
		}
	})
}

func TestTooLong(t *testing.T) {
	c := load(t, "distilbert-tiny-sentiment", true, pipeline.Options{MaxBatchTokens: 512, MaxInputTokens: 8})
	long := strings.Repeat("good ", 20)
	_, err := c.Classify(context.Background(), pipeline.ClassifyRequest{Texts: []string{"good", long}})
	var tooLong *pipeline.TooLongError
	if !errors.As(err, &tooLong) || tooLong.Index != 1 || tooLong.Limit != 8 {
		t.Errorf("got %v", err)
	}
	got, err := c.Classify(context.Background(), pipeline.ClassifyRequest{Texts: []string{long}, Truncate: true})
	if err != nil || got.Tokens != 8 || got.Truncated != 1 {
		t.Errorf("with truncation: %+v, %v", got, err)
	}
}

func TestDraining(t *testing.T) {
	c := load(t, "distilbert-tiny-sentiment", true, pipeline.Options{MaxBatchTokens: 512})
	if err := c.Warm(context.Background()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Classify(ctx, pipeline.ClassifyRequest{Texts: []string{"good"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("a client that left: %v", err)
	}
}

// TestInt8StaysClose checks the labels of the trained model in int8: where the
// reference is sure, they must not change.
func TestInt8StaysClose(t *testing.T) {
	onnxtest.Init(t)
	folder, err := modelstore.Find(goldens.ModelDir("distilbert-tiny-sentiment"), modelstore.Options{Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	output := filepath.Join(t.TempDir(), "int8")
	record, err := optimize.Run(context.Background(), optimize.Options{Folder: folder, Output: output, Precision: graph.Int8})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("recorded: %+v", record.Check)
	if folder, err = modelstore.Find(output, modelstore.Options{}); err != nil {
		t.Fatal(err)
	}
	c, err := pipeline.Load(folder, pipeline.Runtime{}, pipeline.Options{MaxBatchTokens: 512})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	g, err := goldens.Load("distilbert-tiny-sentiment")
	if err != nil {
		t.Fatal(err)
	}
	same, furthest := 0, 0.0
	for _, want := range g.Texts {
		got, err := c.Classify(context.Background(), pipeline.ClassifyRequest{Texts: []string{want.Text}, Truncate: true})
		if err != nil {
			t.Fatal(err)
		}
		if got.Scores[0][0].Label == want.Scores[0].Label {
			same++
		} else if want.Scores[0].Score > 0.6 {
			t.Errorf("%.40q is %v, the reference says %v", want.Text, got.Scores[0], want.Scores)
		}
		for _, s := range got.Scores[0] {
			for _, w := range want.Scores {
				if w.Label == s.Label {
					furthest = max(furthest, w.Score-float64(s.Score), float64(s.Score)-w.Score)
				}
			}
		}
	}
	t.Logf("%d of %d labels are the same, scores differ by up to %.4f", same, len(g.Texts), furthest)
}

// TestNeighboursChangeNothing: a text's logits are the same to the bit alone and in a
// batch with others.
func TestNeighboursChangeNothing(t *testing.T) {
	for _, model := range goldens.SmallModels {
		for _, precision := range []graph.Precision{graph.FP32, graph.Int8} {
			t.Run(fmt.Sprintf("%s/%s", model, precision), func(t *testing.T) {
				g, err := goldens.Load(model)
				if err != nil {
					t.Fatal(err)
				}
				c := loadIn(t, model, precision, pipeline.Options{MaxBatchTokens: 512})
				r := pipeline.ClassifyRequest{Truncate: true}
				for _, text := range g.Texts {
					r.Texts = append(r.Texts, text.Text)
				}
				together, err := c.Classify(context.Background(), r)
				if err != nil {
					t.Fatal(err)
				}
				for i, text := range r.Texts {
					alone, err := c.Classify(context.Background(), pipeline.ClassifyRequest{Texts: []string{text}, Truncate: true})
					if err != nil {
						t.Fatal(err)
					}
					if !slices.Equal(alone.Logits[0], together.Logits[i]) {
						t.Errorf("text %d, %.40q: %v alone, %v in a batch", i, text, alone.Logits[0], together.Logits[i])
					}
				}
			})
		}
	}
}
