package optimize

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// exports are the ways in which one model was exported.
var exports = []string{"hub-opset11", "hub-opset14", "eager-opset11", "eager-opset18", "sdpa-opset14", "dynamo-opset18"}

func exportDir(model string) string {
	return filepath.Join(goldens.ModelDir("bert-tiny"), "..", "exports", model)
}

func find(t *testing.T, dir string, o modelstore.Options) *modelstore.Folder {
	t.Helper()
	f, err := modelstore.Find(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// exported is a model folder with one of the exports in it.
func exported(t *testing.T, model, export string) *modelstore.Folder {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(exportDir(model))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "tokenizer.json"), []byte(smallTokenizer), 0o600); err != nil {
		t.Fatal(err)
	}
	return find(t, dir, modelstore.Options{GraphFile: export + ".onnx", Plain: true})
}

// smallTokenizer has fewer ids than the exports' vocabulary of 200.
const smallTokenizer = `{
	"added_tokens": [{"id": 0, "content": "[PAD]"}, {"id": 1, "content": "[UNK]"}, {"id": 2, "content": "[CLS]"}, {"id": 3, "content": "[SEP]"}],
	"normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
	"pre_tokenizer": {"type": "BertPreTokenizer"},
	"post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
	"model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
		"vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "this": 4, "was": 5, "great": 6, "a": 7, "##s": 8, "t": 9, "##e": 10, "!": 11, ".": 12}}
}`

// TestEveryExporterIsRecognised rewrites each export, and compares the
// rewritten graph with the torch model's logits.
func TestEveryExporterIsRecognised(t *testing.T) {
	onnxtest.Init(t)
	for _, model := range []string{"distilbert", "bert"} {
		for _, export := range exports {
			t.Run(model+"/"+export, func(t *testing.T) {
				f := exported(t, model, export)
				record, err := Run(context.Background(), Options{Folder: f, Tool: "test"})
				if err != nil {
					t.Fatal(err)
				}
				if record.Check.Texts < 50 || record.Check.MaxLogitDifference > MaxLogitDifference || record.Check.SameLabel != 1 {
					t.Errorf("recorded %+v", record.Check)
				}
				compareWithTorch(t, filepath.Join(exportDir(model), "golden.json"), filepath.Join(f.Dir, "optimized", "model.onnx"))
			})
		}
	}
}

func compareWithTorch(t *testing.T, golden, model string) {
	t.Helper()
	data, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	var g struct {
		Batches []struct {
			InputIDs      [][]int32   `json:"input_ids"`
			AttentionMask [][]int64   `json:"attention_mask"`
			Logits        [][]float64 `json:"logits"`
		} `json:"batches"`
	}
	if err := json.Unmarshal(data, &g); err != nil || len(g.Batches) == 0 {
		t.Fatalf("%s: %v, %d batches", golden, err, len(g.Batches))
	}
	s, err := onnx.Open(model, onnx.Options{Optimization: onnx.OptimizeNone})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for n, b := range g.Batches {
		var batch []sequence
		for i, row := range b.InputIDs {
			length := 0
			for _, m := range b.AttentionMask[i] {
				length += int(m)
			}
			batch = append(batch, sequence{row[:length], make([]int32, length)})
		}
		got, err := runPacked(context.Background(), s, batch)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range b.Logits {
			for j, want := range row {
				if v := float64(got.Float32s[i*len(row)+j]); !(math.Abs(v-want) <= 1e-4) {
					t.Errorf("batch %d, text %d: logit %d is %v, torch gives %v", n, i, j, v, want)
				}
			}
		}
	}
}

func TestOutputIsAModelFolder(t *testing.T) {
	onnxtest.Init(t)
	f := exported(t, "distilbert", "hub-opset14")
	output := filepath.Join(t.TempDir(), "deep", "out")
	record, err := Run(context.Background(), Options{Folder: f, Output: output, Tool: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	prepared := find(t, output, modelstore.Options{})
	if prepared.Record == nil || prepared.Record.Source.SHA256 != record.Source.SHA256 || prepared.Record.Tool != "1.2.3" || !graph.IsPacked(prepared.Signature) {
		t.Errorf("the output is %+v", prepared)
	}
	if m := prepared.Signature.Metadata; m[graph.LayoutKey] != graph.PackedLayout || m[graph.PrecisionKey] != "fp32" || m[graph.SourceKey] != record.Source.SHA256 {
		t.Errorf("metadata %v", m)
	}
	if len(prepared.Signature.External) == 0 {
		t.Error("the weights are in the graph's file, so they can't be mapped")
	}
	for _, e := range prepared.Signature.External {
		if e.Offset%4096 != 0 {
			t.Errorf("%s lies at %d, which can't be mapped", e.Initializer, e.Offset)
		}
	}
	older := *record
	older.Layout = "packed/2"
	if err := older.Write(filepath.Join(output, modelstore.RecordFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := modelstore.Find(output, modelstore.Options{}); err == nil || !strings.Contains(err.Error(), "prepared by version 1.2.3 of this program, as packed/2") {
		t.Errorf("a folder whose weights lie in another way: %v", err)
	}
	if _, err := Run(context.Background(), Options{Folder: prepared}); err == nil || !strings.Contains(err.Error(), "optimised already") {
		t.Errorf("optimising twice: %v", err)
	}
	if _, err := Run(context.Background(), Options{Folder: f, Output: output}); err != nil {
		t.Errorf("replacing an optimised folder: %v", err)
	}
	if _, err := Run(context.Background(), Options{Folder: f, Output: f.Dir}); err == nil || !strings.Contains(err.Error(), "holds something other") {
		t.Errorf("replacing another folder: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(output), ".optimized-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestStaleOutputIsNotServed changes the source after it was optimised.
func TestStaleOutputIsNotServed(t *testing.T) {
	onnxtest.Init(t)
	dir := filepath.Join(t.TempDir(), "bert")
	if err := os.CopyFS(dir, os.DirFS(goldens.ModelDir("bert-tiny"))); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), Options{Folder: find(t, dir, modelstore.Options{})}); err != nil {
		t.Fatal(err)
	}
	f := find(t, dir, modelstore.Options{})
	if f.Record == nil || f.Name != filepath.Base(dir) {
		t.Errorf("the optimised model isn't preferred: %+v", f)
	}
	if plain := find(t, dir, modelstore.Options{Plain: true}); plain.Record != nil {
		t.Error("the optimised model is taken though the plain one was asked for")
	}
	config := filepath.Join(dir, "tokenizer_config.json")
	whole, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, []byte(`{"tokenizer_class": "BertTokenizer", "truncation_side": "left"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if f := find(t, dir, modelstore.Options{}); f.Record != nil || !strings.Contains(f.Remark, "tokenizer_config.json has changed since") {
		t.Errorf("another tokenizer: %+v", f)
	}
	if err := os.WriteFile(config, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	added := filepath.Join(dir, "added_tokens.json")
	if err := os.WriteFile(added, []byte(`{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if f := find(t, dir, modelstore.Options{}); f.Record != nil || !strings.Contains(f.Remark, "added_tokens.json has changed since") {
		t.Errorf("one more file: %+v", f)
	}
	if err := os.Remove(added); err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(dir, "onnx", "model.onnx")
	data, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1 // in a weight
	if err := os.WriteFile(source, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f = find(t, dir, modelstore.Options{})
	if f.Record != nil || !strings.Contains(f.Remark, "out of date") {
		t.Errorf("a stale model is served: %+v", f)
	}
}

// TestHalfExport has weights in float16, which are served as they are.
func TestHalfExport(t *testing.T) {
	onnxtest.Init(t)
	_, err := Run(context.Background(), Options{Folder: exported(t, "bert", "sdpa-opset14-fp16")})
	var unknown *graph.NotRecognisedError
	if !errors.As(err, &unknown) || !strings.Contains(err.Error(), "has element type FLOAT16") {
		t.Errorf("got %v", err)
	}
}

func TestNotRecognised(t *testing.T) {
	onnxtest.Init(t)
	for name, c := range map[string]struct {
		spoil func(f *modelstore.Folder)
		want  string
	}{
		"activation":   {func(f *modelstore.Folder) { f.Config.Activation = "selu" }, "its activation is selu"},
		"architecture": {func(f *modelstore.Folder) { f.Config.Architecture = "BigBirdForSequenceClassification" }, "its architecture is"},
		"layers":       {func(f *modelstore.Folder) { f.Config.Layers = 1 }, "it has the parameter"},
		"more layers":  {func(f *modelstore.Folder) { f.Config.Layers = 3 }, "layer.2"},
		"no layers":    {func(f *modelstore.Folder) { f.Config.Layers = 0 }, "0 layers"},
		"heads":        {func(f *modelstore.Folder) { f.Config.Heads = 5 }, "5 heads"},
		"width":        {func(f *modelstore.Folder) { f.Config.Hidden = 64 }, "has shape"},
		"other heads":  {func(f *modelstore.Folder) { f.Config.Heads *= 2 }, "its logits differ"},
		"other gelu":   {func(f *modelstore.Folder) { f.Config.Activation = "relu" }, "its logits differ"},
	} {
		t.Run(name, func(t *testing.T) {
			f := exported(t, "distilbert", "hub-opset14")
			c.spoil(f)
			_, err := Run(context.Background(), Options{Folder: f})
			var e *graph.NotRecognisedError
			if !errors.As(err, &e) || !strings.Contains(e.Reason, c.want) {
				t.Errorf("got %v, want a NotRecognisedError with %q", err, c.want)
			}
			if _, err := os.Stat(filepath.Join(f.Dir, "optimized")); err == nil {
				t.Error("something was written")
			}
		})
	}
	f := exported(t, "distilbert", "hub-opset14-int8")
	if _, err := Run(context.Background(), Options{Folder: f}); err == nil || !strings.Contains(err.Error(), "isn't one that can be rewritten") {
		t.Errorf("a quantized export: %v", err)
	}
}

// TestInt8 checks the bound on scores, from both sides.
func TestInt8(t *testing.T) {
	onnxtest.Init(t)
	f := find(t, goldens.ModelDir("distilbert-tiny-sentiment"), modelstore.Options{Plain: true})
	output := t.TempDir()
	record, err := Run(context.Background(), Options{Folder: f, Output: output, Precision: graph.Int8})
	if err != nil {
		t.Fatal(err)
	}
	if record.Precision != "int8" || record.Check.MaxScoreDifference == 0 || record.Check.MaxScoreDifference > MaxScoreDifference {
		t.Errorf("recorded %+v", record)
	}
	_, err = Run(context.Background(), Options{Folder: f, Output: t.TempDir(), Precision: graph.Int8, MaxScoreDifference: 1e-9})
	if err == nil || !strings.Contains(err.Error(), "--max-score-difference") {
		t.Errorf("a bound that can't be held: %v", err)
	}
}

func TestDifferencesSeeNaN(t *testing.T) {
	var d differences
	nan := float32(math.NaN())
	if err := d.add(onnx.Tensor{Shape: []int64{1, 2}, Float32s: []float32{1, 2}}, onnx.Tensor{Shape: []int64{1, 2}, Float32s: []float32{nan, 2}}); err != nil {
		t.Fatal(err)
	}
	for _, p := range []graph.Precision{graph.FP32, graph.Int8} {
		if err := d.within(Options{MaxScoreDifference: 1}, string(p)); err == nil {
			t.Errorf("%s: NaN is within the bound", p)
		}
	}
	if err := d.add(onnx.Tensor{Shape: []int64{1, 2}, Float32s: []float32{1, 2}}, onnx.Tensor{Shape: []int64{1, 1}, Float32s: []float32{1}}); err == nil {
		t.Error("different shapes are the same")
	}
}
