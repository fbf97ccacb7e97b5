package modelstore

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// folder is a copy of a small model, for a test to spoil.
func folder(t *testing.T, at ...string) string {
	t.Helper()
	dir := filepath.Join(append([]string{t.TempDir()}, at...)...)
	if err := os.CopyFS(dir, os.DirFS(goldens.ModelDir("distilbert-tiny-multilabel"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

// edit replaces a part of a file, which must be there.
func edit(t *testing.T, path, old, new string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s has no %q", path, old)
	}
	write(t, path, strings.Replace(string(data), old, new, 1))
}

func TestFind(t *testing.T) {
	dir := folder(t, "azureml-models", "sentiment", "7")
	root := filepath.Dir(filepath.Dir(dir))
	for _, start := range []string{root, filepath.Dir(dir), dir} {
		f, err := Find(start, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if f.Dir != dir || f.Name != "sentiment" || f.Graph != filepath.Join(dir, "onnx", "model.onnx") || f.Record != nil {
			t.Errorf("from %s: %+v", start, f)
		}
		c := f.Config
		if c.Architecture != "DistilBertForSequenceClassification" || len(c.Labels) != 3 || c.ProblemType != "multi_label_classification" ||
			c.Layers != 2 || c.Hidden != 32 || c.Vocabulary != 1000 || c.Positions != 64 || c.Activation != "gelu" {
			t.Errorf("config %+v", c)
		}
		if err := f.CheckVocabulary(1000); err != nil {
			t.Error(err)
		}
	}
	// A link into the folder, and one in a circle, as mounts can have.
	if err := os.Symlink(root, filepath.Join(root, "circle")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(dir, filepath.Join(root, "current")); err != nil {
		t.Fatal(err)
	}
	if _, err := Find(root, Options{}); err != nil {
		t.Errorf("with links: %v", err)
	}
}

// TestFaults spoils a folder in every way that the scorer should tell.
func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir string) (root string, o Options)
		want  []string // all in one line
	}{
		"absent": {func(_ *testing.T, dir string) (string, Options) { return dir + "-absent", Options{} },
			[]string{"-absent", "--model-dir"}},
		"a file": {func(_ *testing.T, dir string) (string, Options) { return filepath.Join(dir, "config.json"), Options{} },
			[]string{"config.json is a file, not a model folder"}},
		"empty": {func(t *testing.T, dir string) (string, Options) {
			remove(t, filepath.Join(dir, "config.json"))
			return dir, Options{}
		}, []string{"there is no config.json in or below", "scorer pull"}},
		"two folders": {func(t *testing.T, dir string) (string, Options) {
			if err := os.CopyFS(dir+"-2", os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			return filepath.Dir(dir), Options{}
		}, []string{"2 model folders", "--model-dir"}},
		"two graphs": {func(t *testing.T, dir string) (string, Options) {
			write(t, filepath.Join(dir, "model.onnx"), "x")
			return dir, Options{}
		}, []string{"two candidate models, model.onnx and onnx/model.onnx", "--model-file"}},
		"no graph": {func(t *testing.T, dir string) (string, Options) {
			remove(t, filepath.Join(dir, "onnx"))
			return dir, Options{}
		}, []string{"has no model.onnx, onnx/model.onnx or model.safetensors", "export the model with optimum"}},
		"other graphs": {func(t *testing.T, dir string) (string, Options) {
			if err := os.Rename(filepath.Join(dir, "onnx", "model.onnx"), filepath.Join(dir, "onnx", "fast.onnx")); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "onnx", "exact.onnx"), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
			return dir, Options{}
		}, []string{"choose one of onnx/exact.onnx, onnx/fast.onnx with --model-file"}},
		"named graph absent": {func(_ *testing.T, dir string) (string, Options) {
			return dir, Options{GraphFile: "onnx/model_int8.onnx"}
		},
			[]string{"model_int8.onnx is missing", "choose one of onnx/model.onnx"}},
		"named graph outside": {func(_ *testing.T, dir string) (string, Options) { return dir, Options{GraphFile: "../model.onnx"} },
			[]string{`--model-file is "../model.onnx", which is outside`}},
		"no tokenizer": {func(t *testing.T, dir string) (string, Options) {
			remove(t, filepath.Join(dir, "tokenizer.json"))
			remove(t, filepath.Join(dir, "vocab.txt"))
			return dir, Options{}
		}, []string{"tokenizer.json is missing", "save_pretrained"}},
		"empty graph": {func(t *testing.T, dir string) (string, Options) {
			write(t, filepath.Join(dir, "onnx", "model.onnx"), "")
			return dir, Options{}
		}, []string{"model.onnx is empty", "again"}},
		"graph cut off": {func(t *testing.T, dir string) (string, Options) {
			path := filepath.Join(dir, "onnx", "model.onnx")
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			write(t, path, string(data[:len(data)/2]))
			return dir, Options{}
		}, []string{"model.onnx is not a complete ONNX file", "again"}},
		"pointer": {func(t *testing.T, dir string) (string, Options) {
			write(t, filepath.Join(dir, "onnx", "model.onnx"), "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
			return dir, Options{}
		}, []string{"model.onnx is a Git LFS pointer", "git lfs pull"}},
		"partial download": {func(t *testing.T, dir string) (string, Options) {
			if err := os.Rename(filepath.Join(dir, "tokenizer.json"), filepath.Join(dir, "tokenizer.json.partial")); err != nil {
				t.Fatal(err)
			}
			return dir, Options{}
		}, []string{"tokenizer.json.partial is an interrupted download", "scorer pull"}},
		"config no JSON": {func(t *testing.T, dir string) (string, Options) {
			write(t, filepath.Join(dir, "config.json"), "{\n  \"architectures\": [,]\n}")
			return dir, Options{}
		}, []string{"config.json is not a model's configuration (line 2, column 21", "again"}},
		"wrong type": {func(t *testing.T, dir string) (string, Options) {
			edit(t, filepath.Join(dir, "config.json"), `"vocab_size": 1000`, `"vocab_size": "many"`)
			return dir, Options{}
		}, []string{"config.json", "vocab_size"}},
		"no architecture": {func(t *testing.T, dir string) (string, Options) {
			write(t, filepath.Join(dir, "config.json"), "{}")
			return dir, Options{}
		}, []string{"config.json has no architectures"}},
		"other architecture": {func(t *testing.T, dir string) (string, Options) {
			edit(t, filepath.Join(dir, "config.json"), "DistilBertForSequenceClassification", "BigBirdForSequenceClassification")
			return dir, Options{}
		}, []string{`"BigBirdForSequenceClassification", which can't be served`, "DistilBertForSequenceClassification"}},
		"no vocabulary size": {func(t *testing.T, dir string) (string, Options) {
			edit(t, filepath.Join(dir, "config.json"), `"vocab_size": 1000`, `"vocab_size": 0`)
			return dir, Options{}
		}, []string{"vocab_size is 0"}},
		"gap in labels": {func(t *testing.T, dir string) (string, Options) {
			edit(t, filepath.Join(dir, "config.json"), `"2": `, `"5": `)
			return dir, Options{}
		}, []string{"id2label has 3 labels but none with the id 2"}},
		"label count": {func(t *testing.T, dir string) (string, Options) {
			path := filepath.Join(dir, "config.json")
			write(t, path, `{"architectures": ["DistilBertForSequenceClassification"], "id2label": {"0": "a", "1": "b"}, "vocab_size": 1000, "max_position_embeddings": 64}`)
			return dir, Options{}
		}, []string{"config.json has 2 labels in id2label", "gives 3 logits"}},
		"problem type": {func(t *testing.T, dir string) (string, Options) {
			edit(t, filepath.Join(dir, "config.json"), "multi_label_classification", "guessing")
			return dir, Options{}
		}, []string{`problem_type is "guessing"`}},
	} {
		t.Run(name, func(t *testing.T) {
			root, o := c.spoil(t, folder(t, "model"))
			_, err := Find(root, o)
			if err == nil {
				t.Fatal("the fault wasn't found")
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("got %q, want %q", err, part)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has several lines: %q", err)
			}
		})
	}
}

func TestVocabularyTooSmall(t *testing.T) {
	f, err := Find(folder(t, "model"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.CheckVocabulary(1001); err == nil || !strings.Contains(err.Error(), "ids up to 1000, but by "+filepath.Join(f.Dir, "config.json")+" the model knows 1000") {
		t.Errorf("got %v", err)
	}
	f.Config.Vocabulary = 5000 // config.json is wrong too
	if err := f.CheckVocabulary(1001); err == nil || !strings.Contains(err.Error(), "by "+f.Graph+" the model knows 1000") {
		t.Errorf("got %v", err)
	}
}

func TestTokenizerBesideTheGraph(t *testing.T) {
	dir := folder(t, "model")
	remove(t, filepath.Join(dir, "vocab.txt"))
	if err := os.Rename(filepath.Join(dir, "tokenizer.json"), filepath.Join(dir, "onnx", "tokenizer.json")); err != nil {
		t.Fatal(err)
	}
	f, err := Find(dir, Options{})
	if err != nil || f.Tokenizer != filepath.Join(dir, "onnx", "tokenizer.json") {
		t.Errorf("got %+v, %v", f, err)
	}
}

func TestDefaultLabels(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.json")
	for content, want := range map[string]string{
		`{"architectures": ["BertForSequenceClassification"], "vocab_size": 9, "max_position_embeddings": 9}`:                  "LABEL_0 LABEL_1",
		`{"architectures": ["BertForSequenceClassification"], "vocab_size": 9, "max_position_embeddings": 9, "num_labels": 1}`: "LABEL_0",
	} {
		write(t, path, content)
		c, err := ReadConfig(path)
		if err != nil || strings.Join(c.Labels, " ") != want {
			t.Errorf("got %v, %v; want %s", c.Labels, err, want)
		}
	}
}

// TestNamesOfMountedModels: Azure mounts <name>/<version>, by hash or count,
// with or without the folder that it was uploaded as.
func TestNamesOfMountedModels(t *testing.T) {
	hash := strings.Repeat("0123456789abcdef", 4)
	for dir, want := range map[string]string{
		"/mnt/sentiment": "sentiment", "/mnt/sentiment/1": "sentiment", "/mnt/sentiment/" + hash[:16]: "sentiment",
		"/mnt/sentiment/" + hash[:16] + "/" + hash:              "sentiment",
		"/cache/models--acme--good-bert/snapshots/" + hash[:40]: "good-bert", "/cache/models--gpt2/snapshots/main": "gpt2",
		"/cache/models--acme--good-bert/snapshots/" + hash[:40] + "/1": "good-bert", "/mnt/" + hash[:15]: hash[:15], "/1": "1", "/": "/",
	} {
		if got := nameOf(dir); got != want {
			t.Errorf("%s: %q, want %q", dir, got, want)
		}
	}
}

// TestTheMostPreciseGraphIsServed checks which of several exports is taken, and
// that it is said.
func TestTheMostPreciseGraphIsServed(t *testing.T) {
	dir := folder(t, "model")
	original, err := os.ReadFile(filepath.Join(dir, "onnx", "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	remove(t, filepath.Join(dir, "onnx", "model.onnx"))
	for _, c := range []struct{ add, want string }{ // each more precise than what was there
		{"model_q4f16", "model_q4f16"}, {"model_bnb4", "model_q4f16"}, {"model_quantized", "model_quantized"}, {"model_fp16", "model_fp16"},
		{"unknown", "model_fp16"}, {"model", "model"},
	} {
		write(t, filepath.Join(dir, "onnx", c.add+".onnx"), string(original))
		f, err := Find(dir, Options{})
		if err != nil {
			t.Fatalf("with %s: %v", c.add, err)
		}
		want := "onnx/" + c.want + ".onnx"
		said := len(f.Notes) == 1 && strings.Contains(f.Notes[0], "the most precise is served, "+want) && strings.Contains(f.Notes[0], "--model-file")
		if f.Graph != filepath.Join(dir, want) || !said && c.add != "model_q4f16" {
			t.Errorf("with %s: %s, %q; want %s", c.add, f.Graph, f.Notes, want)
		}
	}
	_, err = Find(dir, Options{GraphFile: "absent.onnx", GraphOption: "--chat-model-file"})
	if err == nil || !strings.Contains(err.Error(), "--chat-model-file names it; choose one of onnx/model.onnx") {
		t.Errorf("an absent one: %v", err)
	}
}

// TestVocabularyAloneIsEnough finds what transformers can make a tokenizer of.
func TestVocabularyAloneIsEnough(t *testing.T) {
	dir := folder(t, "model")
	remove(t, filepath.Join(dir, "tokenizer.json"))
	if f, err := Find(dir, Options{}); err != nil || f.Tokenizer != filepath.Join(dir, "vocab.txt") {
		t.Errorf("%+v, %v", f, err)
	}
}

// TestConfigAsPythonWritesIt compares with transformers 5.23's AutoConfig on the
// same files, by hand: id2label decides, num_labels over it, label2id never.
func TestConfigAsPythonWritesIt(t *testing.T) {
	const bert = `{"architectures": ["BertForSequenceClassification"], "model_type": "bert", "vocab_size": 9, "max_position_embeddings": 9`
	for _, c := range []struct{ fields, labels, remark, problem string }{
		{`, "id2label": {"0": "a", "1": "b"}, "label2id": {"a": "0", "b": "1"}`, "a b", "", ""},
		{`, "id2label": {"0": "a", "1": "b"}, "label2id": {"a": 0.0, "b": 1}`, "a b", "", ""},
		{`, "id2label": {"0": "a", "1": "b"}, "label2id": {"a": 1, "b": 0}`, "a b", `id2label says that 0 is "a", label2id says 1`, ""},
		{`, "id2label": {"0": 0, "1": 1.5}`, "0 1.5", "", ""},
		{`, "id2label": {" 0": "a", "01": true}`, "a true", "", ""},
		{`, "id2label": {"0": "a", "1": "a"}`, "a a", `has "a" for both 0 and 1`, ""},
		{`, "id2label": {"1": "a", "0": "b"}, "num_labels": 3`, "LABEL_0 LABEL_1 LABEL_2", "num_labels is 3, id2label has 2", ""},
		{`, "id2label": null, "label2id": {"x": 0}`, "LABEL_0 LABEL_1", "", ""},
		{`, "id2label": {"0": null, "1": "b"}`, "", "", "id2label: 0 is null"},
		{`, "id2label": {"zero": "a"}`, "", "", `the id "zero"`},
		{`, "id2label": ["a"]`, "", "", `id2label is ["a"]`},
		{`, "num_labels": 0`, "", "", "num_labels is 0"},
		{`, "id2label": {"0": "a"}, "problem_type": "single_label_classification"`, "", "", "there is one label"},
		{`, "classifier_dropout": NaN, "x": [Infinity, -Infinity, "NaN"]`, "LABEL_0 LABEL_1", "", ""},
		{`, "layer_norm_eps": NaN`, "", "", "layer_norm_eps is 1e999"},
		{`, "Vocab_Size": 700`, "LABEL_0 LABEL_1", "", ""}, // names count by their case
		{`, "model_type": "distilbert"`, "", "", `model_type is "distilbert", where "bert" is needed`},
	} {
		got, err := ReadConfig(writeFile(t, ConfigFile, "\ufeff"+bert+c.fields+"}"))
		if c.problem != "" {
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("%s: %v, want %q", c.fields, err, c.problem)
			}
			continue
		}
		remarks := strings.Join(got.Remarks, "; ")
		if err != nil || strings.Join(got.Labels, " ") != c.labels || got.Vocabulary != 9 || !strings.Contains(remarks, c.remark) || (remarks == "") != (c.remark == "") {
			t.Errorf("%s: %+v, %v", c.fields, got, err)
		}
	}
}

// TestTheOnlyGraphNeedsNoName serves a repository's only export, whatever its
// name.
func TestTheOnlyGraphNeedsNoName(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(goldens.ModelDir("bert-tiny"))); err != nil {
		t.Fatal(err)
	}
	named := filepath.Join(dir, "onnx", "model_q4.onnx")
	if err := os.Rename(filepath.Join(dir, "onnx", "model.onnx"), named); err != nil {
		t.Fatal(err)
	}
	if f, err := Find(dir, Options{}); err != nil || f.Graph != named {
		t.Errorf("%+v, %v", f, err)
	}
}

// TestVocabularyOfADecoder checks that the graph counts, not config.json, and that
// it must be able to read what it writes.
func TestVocabularyOfADecoder(t *testing.T) {
	f, err := Find(goldens.ModelDir("gemma-int4"), Options{Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	f.Config.Vocabulary = 100
	if err := f.CheckVocabulary(2560); err != nil {
		t.Error(err)
	}
	if err := f.CheckVocabulary(2561); err == nil || !strings.Contains(err.Error(), "ids up to 2560, but by "+f.Graph+" the model knows 2560") {
		t.Errorf("got %v", err)
	}
	f.Signature.EmbeddingRows = 2559
	if err := f.CheckVocabulary(2559); err == nil || !strings.Contains(err.Error(), "gives 2560 logits, but its embedding has 2559 rows") {
		t.Errorf("got %v", err)
	}
}

// TestWeightsBeyondTheirFile has places that no file reaches, nor an int64.
func TestWeightsBeyondTheirFile(t *testing.T) {
	path := writeFile(t, "weights", "0123456789")
	for _, e := range []graph.External{
		{Offset: math.MaxInt64, Length: 10}, {Offset: 1, Length: math.MaxInt64}, {Offset: -1, Length: 1}, {Offset: 5, Length: 6}, {Offset: 11, Length: -1},
	} {
		e.Location = filepath.Base(path)
		f := &Folder{Graph: filepath.Join(filepath.Dir(path), "model.onnx"), Signature: &graph.Signature{External: []graph.External{e}}}
		if err := f.checkExternal(); err == nil || !strings.Contains(err.Error(), "has 10 bytes, but model.onnx needs") {
			t.Errorf("%+v: %v", e, err)
		}
	}
}
