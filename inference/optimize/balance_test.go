package optimize

import (
	"context"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// uneven is a trained model whose normalisations give a few columns that are ten times
// as large, as those of genuine encoders do.
func uneven(t *testing.T) *modelstore.Folder {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(goldens.ModelDir("distilbert-tiny-sentiment"))); err != nil {
		t.Fatal(err)
	}
	f := find(t, dir, modelstore.Options{Plain: true})
	m, err := graph.Load(f.Graph)
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	for _, p := range m.Graph.Initializer {
		if !strings.HasSuffix(p.GetName(), "ayer_norm.weight") && !strings.HasSuffix(p.GetName(), "LayerNorm.weight") {
			continue
		}
		for _, column := range []int{3, 17, 40} {
			at := p.RawData[4*column:]
			binary.LittleEndian.PutUint32(at, math.Float32bits(10*math.Float32frombits(binary.LittleEndian.Uint32(at))))
		}
		changed++
	}
	if changed < 3 {
		t.Fatalf("%d normalisations were found", changed)
	}
	if err := graph.Save(m, f.Graph); err != nil {
		t.Fatal(err)
	}
	return find(t, dir, modelstore.Options{Plain: true})
}

// TestBalance: a few large columns cost int8 far less where they were observed.
func TestBalance(t *testing.T) {
	onnxtest.Init(t)
	c := classifier{Options{Folder: uneven(t), Precision: graph.Int8, MaxScoreDifference: 1}}
	ctx, target := context.Background(), filepath.Join(t.TempDir(), "model.onnx")
	balanced, err := c.prepare(ctx, "", target)
	if err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(target), "observe*")); err != nil || left != nil {
		t.Errorf("%v is left, %v", left, err)
	}
	m, err := graph.Load(c.Folder.Graph)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := graph.Rewrite(graph.FromExport(m), c.Folder.Config.Spec(), graph.Products{Precision: graph.Int8, Squares: make([]float32, 7)}); err == nil || !strings.Contains(err.Error(), "7 columns") {
		t.Errorf("squares of another model: %v", err)
	}
	plain, err := graph.Rewrite(graph.FromExport(m), c.Folder.Config.Spec(), graph.Products{Precision: graph.Int8})
	if err != nil {
		t.Fatal(err)
	}
	if err := graph.Save(plain, target); err != nil {
		t.Fatal(err)
	}
	words, err := tokenizer.LoadPretrained(c.Folder.Dir, c.Folder.Tokenizer)
	if err != nil {
		t.Fatal(err)
	}
	unbalanced, err := c.compare(ctx, target, samples(words, c.Folder.Config), words.PadID())
	if err != nil {
		t.Fatal(err)
	}
	if b := balanced.compared; !(b.logit*1.5 < unbalanced.logit) {
		t.Errorf("logits differ by up to %g balanced, %g not", b.logit, unbalanced.logit)
	}
	t.Logf("logits differ by up to %g balanced, %g not", balanced.compared.logit, unbalanced.logit)
}

// TestKeepsLayers: where int8 is too far from the export, the last layers stay in fp32, a
// third of them at most, and the record says so.
func TestKeepsLayers(t *testing.T) {
	onnxtest.Init(t)
	o := Options{Folder: uneven(t), Precision: graph.Int8, MaxScoreDifference: 1}
	all, err := classifier{o}.prepare(context.Background(), "", filepath.Join(t.TempDir(), "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	o.MaxScoreDifference = all.compared.score * 0.99
	kept, err := classifier{o}.prepare(context.Background(), "", filepath.Join(t.TempDir(), "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	const step = "the last 1 of 2 layers in fp32"
	if last := kept.steps[len(kept.steps)-1]; !strings.Contains(last, step) || strings.Contains(all.steps[len(all.steps)-1], step) {
		t.Errorf("the last step is %q, without need %q", last, all.steps[len(all.steps)-1])
	}
	if !(kept.compared.score < all.compared.score) {
		t.Errorf("scores differ by up to %g with a layer in fp32, %g without", kept.compared.score, all.compared.score)
	}
	o.MaxScoreDifference = 1e-9
	if _, err := (classifier{o}).prepare(context.Background(), "", filepath.Join(t.TempDir(), "model.onnx")); err == nil || !strings.Contains(err.Error(), "1e-09 is allowed") {
		t.Errorf("what no layer helps: %v", err)
	}
}
