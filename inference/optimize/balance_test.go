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
	if _, err := graph.Rewrite(m, c.spec(), graph.Int8, make([]float32, 7)); err == nil || !strings.Contains(err.Error(), "7 columns") {
		t.Errorf("squares of another model: %v", err)
	}
	plain, err := graph.Rewrite(m, c.spec(), graph.Int8, nil)
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
