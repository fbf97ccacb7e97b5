package pipeline_test

import (
	"context"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestProblemTypes: classifiers of every family, for one label of several, several labels,
// numbers and a single number, give the scores of transformers' pipeline.
func TestProblemTypes(t *testing.T) {
	onnxtest.Init(t)
	models, err := goldens.LoadHeads()
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range models {
		if len(m.Texts) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := m.Write(dir); err != nil {
				t.Fatal(err)
			}
			c := classifierIn(t, dir)
			for _, want := range m.Texts {
				r, err := c.Classify(context.Background(), pipeline.ClassifyRequest{Texts: []string{want.Text}, Pairs: []*string{want.Pair}})
				if err != nil {
					t.Fatal(err)
				}
				if problem := goldens.Compare(scores(r.Scores[0]), want.Scores); problem != "" {
					t.Errorf("%q: %s", want.Text, problem)
				}
			}
		})
	}
}
