package pipeline_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestExportsOfTextsTogether: an export of BART takes the end tokens of all texts of a batch
// for those of each, and one of MobileBERT reads what fills a text up. So other texts of a
// request, or of other callers', would change an answer.
func TestExportsOfTextsTogether(t *testing.T) {
	onnxtest.Init(t)
	for _, name := range []string{"bart-scaled", "mobilebert"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), name)
			if err := os.CopyFS(dir, os.DirFS(goldens.ArchitectureDir(name))); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(goldens.ArchitectureDir("../classifier-exports/" + name + ".onnx"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "model.onnx"), data, 0o600); err != nil {
				t.Fatal(err)
			}
			c := classifierIn(t, dir)
			g, err := goldens.LoadArchitecture(name)
			if err != nil {
				t.Fatal(err)
			}
			const other = "great </s> good </s> terrible"
			var texts []string
			var pairs []*string
			var expected [][]goldens.Score
			for _, want := range g.Texts {
				if want.Pair == nil {
					texts, pairs, expected = append(texts, want.Text, other), append(pairs, nil, nil), append(expected, want.Scores)
				}
			}
			r, err := c.Classify(context.Background(), pipeline.ClassifyRequest{Texts: texts, Pairs: pairs, Truncate: true})
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range expected {
				if problem := goldens.Compare(scores(r.Scores[2*i]), want); problem != "" {
					t.Errorf("%q: %s", texts[2*i], problem)
				}
			}
		})
	}
}
