package pipeline_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/optimize"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// fromWeights opens a folder that has weights and no ONNX file, as it lies or prepared.
func fromWeights(t *testing.T, name string, precision graph.Precision) *modelstore.Folder {
	t.Helper()
	onnxtest.Init(t)
	folder, err := modelstore.Find(goldens.ArchitectureDir(name), modelstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if precision == "" {
		return folder
	}
	output := filepath.Join(t.TempDir(), name)
	if _, err := optimize.Run(context.Background(), optimize.Options{Folder: folder, Output: output, Precision: precision}); err != nil {
		t.Fatal(err)
	}
	if folder, err = modelstore.Find(output, modelstore.Options{}); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestWeights: folders as they lie on the hub, and what scorer optimize makes of them, give
// the answers of transformers' pipeline.
func TestWeights(t *testing.T) {
	for _, name := range []string{
		"albert", "bart", "bart-scaled", "bert", "bert-nli", "bert-rerank", "camembert", "deberta", "deberta-v2", "distilbert", "electra", "mobilebert", "modernbert", "modernbert-mean", "mpnet", "roberta", "xlm-roberta",
	} {
		for _, precision := range []graph.Precision{"", graph.FP32} {
			if precision != "" && slices.Contains(goldens.Unpacked, name) {
				continue
			}
			t.Run(name+"/"+string(precision), func(t *testing.T) {
				g, err := goldens.LoadArchitecture(name)
				if err != nil {
					t.Fatal(err)
				}
				c, err := pipeline.Load(fromWeights(t, name, precision), pipeline.Runtime{}, pipeline.Options{MaxBatchTokens: 512})
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = c.Close(context.Background()) }()
				if err := c.Warm(context.Background()); err != nil {
					t.Fatal(err)
				}
				for _, want := range g.Texts {
					r, err := c.Classify(context.Background(), pipeline.ClassifyRequest{Texts: []string{want.Text}, Pairs: []*string{want.Pair}, Truncate: true})
					if err != nil {
						t.Fatal(err)
					}
					if problem := goldens.Compare(scores(r.Scores[0]), want.Scores); problem != "" || r.Tokens != len(want.IDs) {
						t.Errorf("%q: %s, %d tokens, want %d", want.Text, problem, r.Tokens, len(want.IDs))
					}
				}
			})
		}
	}
}

// TestInt8: models of each family that has a packed graph, and of each head, are prepared in
// int8, balanced by samples, and then hardly differ.
func TestInt8(t *testing.T) {
	onnxtest.Init(t)
	for _, name := range []string{"camembert", "modernbert", "modernbert-mean", "modernbert-embed", "roberta", "roberta-tag", "xlm-roberta-embed"} {
		folder, err := modelstore.Find(goldens.ArchitectureDir(name), modelstore.Options{})
		if err != nil {
			t.Fatal(err)
		}
		record, err := optimize.Run(context.Background(), optimize.Options{Folder: folder, Output: filepath.Join(t.TempDir(), name), Precision: graph.Int8, MaxScoreDifference: 0.2})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if record.Precision != "int8" || record.Check.SameLabel < 0.85 {
			t.Errorf("%s: %s, %+v", name, record.Precision, record.Check)
		}
	}
}

// TestEmbed: vectors are those of transformers' model, pooled and cut as
// sentence-transformers' files say.
func TestEmbed(t *testing.T) {
	for _, name := range []string{"bert-embed", "modernbert-embed", "xlm-roberta-embed"} {
		for _, precision := range []graph.Precision{"", graph.FP32} {
			t.Run(name+"/"+string(precision), func(t *testing.T) {
				g, err := goldens.LoadArchitecture(name)
				if err != nil {
					t.Fatal(err)
				}
				e, err := pipeline.LoadEmbedder(fromWeights(t, name, precision), pipeline.Runtime{}, pipeline.Options{MaxBatchTokens: 512})
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = e.Close(context.Background()) }()
				if err := e.Warm(context.Background()); err != nil {
					t.Fatal(err)
				}
				for _, want := range g.Texts {
					r, err := e.Embed(context.Background(), pipeline.EmbedRequest{Texts: []string{want.Text, "another text"}, Prompt: want.Prompt, Truncate: true})
					if err != nil {
						t.Fatal(err)
					}
					length := 0.0
					for i, v := range r.Vectors[0] {
						if math.Abs(float64(v)-want.Vector[i]) > 1e-5 {
							t.Fatalf("%q, %q: number %d is %g, want %g", want.Prompt, want.Text, i, v, want.Vector[i])
						}
						length += float64(v) * float64(v)
					}
					n, err := e.Embed(context.Background(), pipeline.EmbedRequest{Texts: []string{want.Text}, Prompt: want.Prompt, Normalize: true, Truncate: true})
					if err != nil {
						t.Fatal(err)
					}
					for i, v := range n.Vectors[0] {
						if math.Abs(float64(v)-want.Vector[i]/math.Sqrt(length)) > 1e-6 {
							t.Fatalf("%q: normalised number %d is %g, want %g", want.Text, i, v, want.Vector[i]/math.Sqrt(length))
						}
					}
					if n.Tokens != len(want.IDs) {
						t.Errorf("%q has %d tokens, want %d", want.Text, n.Tokens, len(want.IDs))
					}
				}
				var invalid *pipeline.InvalidError
				_, err = e.Embed(context.Background(), pipeline.EmbedRequest{Texts: []string{"a"}, Prompt: "passage"})
				if !errors.As(err, &invalid) || !strings.Contains(err.Error(), `prompt_name: "passage" is none of the model's: it has the prompts document, query`) {
					t.Errorf("another prompt: %v", err)
				}
				_, err = e.Embed(context.Background(), pipeline.EmbedRequest{Texts: []string{strings.Repeat("film ", 100)}})
				var long *pipeline.TooLongError
				if !errors.As(err, &long) || long.Limit != map[string]int{"bert-embed": 40, "modernbert-embed": 48, "xlm-roberta-embed": 48}[name] {
					t.Errorf("a long text: %v", err)
				}
			})
		}
	}
}

// classifier loads a model as it lies.
func classifier(t *testing.T, name string) (*pipeline.Classifier, *goldens.Architecture) {
	t.Helper()
	g, err := goldens.LoadArchitecture(name)
	if err != nil {
		t.Fatal(err)
	}
	c, err := pipeline.Load(fromWeights(t, name, ""), pipeline.Runtime{}, pipeline.Options{MaxBatchTokens: 512})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c, g
}

// TestPairsWithOneType: a model with one token type, behind a tokenizer that gives the second
// text another, can't read pairs: transformers fails. Single texts it can.
func TestPairsWithOneType(t *testing.T) {
	dir := t.TempDir()
	if err := errors.Join(os.CopyFS(dir, os.DirFS(goldens.ArchitectureDir("roberta"))), os.Remove(filepath.Join(dir, "tokenizer.json")),
		os.Remove(filepath.Join(dir, "tokenizer_config.json"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tokenizer.json", "tokenizer_config.json"} {
		data, err := os.ReadFile(filepath.Join(goldens.ArchitectureDir("bert"), name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	c := classifierIn(t, dir)
	second := "great"
	_, err := c.Classify(context.Background(), pipeline.ClassifyRequest{Texts: []string{"good"}, Pairs: []*string{&second}})
	var invalid *pipeline.InvalidError
	if !errors.As(err, &invalid) || invalid.Field != "text_pair" || !strings.Contains(err.Error(), "type_vocab_size") {
		t.Errorf("a pair: %v", err)
	}
	if _, err := c.Classify(context.Background(), pipeline.ClassifyRequest{Texts: []string{"good"}}); err != nil {
		t.Errorf("a single text: %v", err)
	}
}

// TestZeroShot compares with the pipeline.
func TestZeroShot(t *testing.T) {
	for _, name := range []string{"bart", "bert-nli"} {
		t.Run(name, func(t *testing.T) { zeroShot(t, name) })
	}
}

func zeroShot(t *testing.T, name string) {
	c, g := classifier(t, name)
	if len(g.ZeroShot) < 10 {
		t.Fatalf("there are %d records", len(g.ZeroShot))
	}
	for _, want := range g.ZeroShot {
		var p struct {
			Labels   json.RawMessage `json:"candidate_labels"`
			Multi    bool            `json:"multi_label"`
			Template string          `json:"hypothesis_template"`
		}
		if err := json.Unmarshal(want.Parameters, &p); err != nil {
			t.Fatal(err)
		}
		var labels []string
		if err := json.Unmarshal(p.Labels, &labels); err != nil { // a string
			labels = []string{"film", "food"}
		}
		r, err := c.ZeroShot(context.Background(), pipeline.ZeroShotRequest{
			Texts: []string{"another", want.Text}, Labels: labels, Template: p.Template, MultiLabel: p.Multi, Truncate: true})
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range r.Scores[1] {
			if s.Label != want.Output.Labels[i] || math.Abs(float64(s.Score)-want.Output.Scores[i]) > goldens.Tolerance {
				t.Errorf("%s, %q: %v, want %v", want.Parameters, want.Text, r.Scores[1], want.Output)
				break
			}
		}
	}
	var invalid *pipeline.InvalidError
	for _, template := range []string{"no place", "{} {}", "{label}", "{", "{{}}"} {
		_, err := c.ZeroShot(context.Background(), pipeline.ZeroShotRequest{Texts: []string{"a"}, Labels: []string{"b"}, Template: template})
		if !errors.As(err, &invalid) || !strings.Contains(err.Error(), "must have {} once") {
			t.Errorf("%q: %v", template, err)
		}
	}
	_, err := c.ZeroShot(context.Background(), pipeline.ZeroShotRequest{Texts: []string{"a"}, Labels: []string{"short", strings.Repeat("label ", 60)}, Truncate: true})
	if !errors.As(err, &invalid) || invalid.Field != "candidate_labels" || !strings.Contains(err.Error(), `"label label`) || !strings.Contains(err.Error(), "leaves no room for the first") {
		t.Errorf("a long label: %v", err)
	}
	var long *pipeline.TooLongError
	_, err = c.ZeroShot(context.Background(), pipeline.ZeroShotRequest{Texts: []string{"a", strings.Repeat("film ", 60)}, Labels: []string{"b", "c"}})
	if !errors.As(err, &long) || long.Index != 1 {
		t.Errorf("a long text: %v", err)
	}
	other, _ := classifier(t, "bert")
	_, err = other.ZeroShot(context.Background(), pipeline.ZeroShotRequest{Texts: []string{"a"}, Labels: []string{"b"}})
	if !errors.As(err, &invalid) || !strings.Contains(err.Error(), `begins with "entail", the model's are: LABEL_0`) {
		t.Errorf("another model: %v", err)
	}
}

// TestRerank compares with the model behind transformers' tokenizer.
func TestRerank(t *testing.T) {
	c, g := classifier(t, "bert-rerank")
	for _, raw := range []bool{false, true} {
		r, err := c.Rerank(context.Background(), pipeline.RerankRequest{Query: g.Rerank.Query, Texts: g.Rerank.Texts, Raw: raw, Truncate: true})
		if err != nil {
			t.Fatal(err)
		}
		last := math.Inf(1)
		for _, got := range r.Ranked {
			want := g.Rerank.Logits[got.Index]
			if !raw {
				want = 1 / (1 + math.Exp(-want))
			}
			if math.Abs(float64(got.Score)-want) > goldens.Tolerance || float64(got.Score) > last {
				t.Errorf("raw %v: %+v, want %g, behind %g", raw, got, want, last)
			}
			last = float64(got.Score)
		}
		if len(r.Ranked) != len(g.Rerank.Texts) {
			t.Errorf("%d texts are ranked", len(r.Ranked))
		}
	}
	var invalid *pipeline.InvalidError
	other, _ := classifier(t, "bert-nli")
	if _, err := other.Rerank(context.Background(), pipeline.RerankRequest{Query: "a", Texts: []string{"b"}}); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "has 3 labels") {
		t.Errorf("another model: %v", err)
	}
}

// TestVocabularyAlone: a RoBERTa without tokenizer.json is read from vocab.json and merges.txt,
// as many repositories have it, and prepared with them.
func TestVocabularyAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "roberta")
	if err := os.CopyFS(dir, os.DirFS(goldens.ArchitectureDir("roberta"))); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, modelstore.TokenizerFile))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Model struct {
			Vocab  json.RawMessage `json:"vocab"`
			Merges [][2]string     `json:"merges"`
		} `json:"model"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	merges := "#version: 0.2\n"
	for _, m := range file.Model.Merges {
		merges += m[0] + " " + m[1] + "\n"
	}
	for name, content := range map[string][]byte{"vocab.json": file.Model.Vocab, "merges.txt": []byte(merges)} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(dir, modelstore.TokenizerFile)); err != nil {
		t.Fatal(err)
	}
	onnxtest.Init(t)
	folder, err := modelstore.Find(dir, modelstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := optimize.Run(context.Background(), optimize.Options{Folder: folder}); err != nil {
		t.Fatal(err)
	}
	if folder, err = modelstore.Find(dir, modelstore.Options{}); err != nil || folder.Record == nil {
		t.Fatal(folder, err)
	}
	c, err := pipeline.Load(folder, pipeline.Runtime{}, pipeline.Options{MaxBatchTokens: 512})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	g, err := goldens.LoadArchitecture("roberta")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range g.Texts {
		r, err := c.Classify(context.Background(), pipeline.ClassifyRequest{Texts: []string{want.Text}, Pairs: []*string{want.Pair}, Truncate: true})
		if err != nil {
			t.Fatal(err)
		}
		if problem := goldens.Compare(scores(r.Scores[0]), want.Scores); problem != "" {
			t.Errorf("%q: %s", want.Text, problem)
		}
	}
}

// TestTag: entities are the pipeline's, by every strategy.
func TestTag(t *testing.T) {
	for _, name := range []string{"bert-tag", "modernbert-tag", "roberta-tag", "xlm-roberta-tag"} {
		for _, precision := range []graph.Precision{"", graph.FP32} {
			t.Run(name+"/"+string(precision), func(t *testing.T) {
				g, err := goldens.LoadArchitecture(name)
				if err != nil {
					t.Fatal(err)
				}
				c, err := pipeline.LoadTagger(fromWeights(t, name, precision), pipeline.Runtime{}, pipeline.Options{MaxBatchTokens: 512})
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = c.Close(context.Background()) }()
				found := 0
				for _, want := range g.Texts {
					for _, a := range pipeline.Aggregations {
						r, err := c.Tag(context.Background(), pipeline.TagRequest{Texts: []string{"before", want.Text}, Aggregation: a, Truncate: true})
						if err != nil {
							t.Fatal(err)
						}
						entities := want.Entities[string(a)]
						found += len(entities)
						if len(entities) != len(r.Entities[1]) {
							t.Errorf("%q, %s: %v, want %v", want.Text, a, r.Entities[1], entities)
							continue
						}
						for i, got := range r.Entities[1] {
							w := entities[i]
							if got.Label != w.Entity+w.Group || math.Abs(float64(got.Score)-w.Score) > 1e-5 || got.Word != w.Word || got.Start != w.Start || got.End != w.End ||
								a == pipeline.NoAggregation && got.Index != w.Index {
								t.Errorf("%q, %s: %+v, want %+v", want.Text, a, got, w)
							}
						}
					}
				}
				if found < 100 {
					t.Errorf("there are %d entities", found)
				}
			})
		}
	}
}
