package optimize

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
)

// TestProductsStayWhereTextWouldChange allows no change at all.
func TestProductsStayWhereTextWouldChange(t *testing.T) {
	d := &decoder{Options: Options{Folder: decoderFolder(t, "gemma-int4")}}
	target := filepath.Join(t.TempDir(), "model.onnx")
	made, err := d.prepareStandard("source", target)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(target)
	if err != nil {
		t.Fatal(err)
	}
	if made, err = d.pack(target, made, -1, 1); err != nil {
		t.Fatal(err)
	}
	if p := made.products; p == nil || p.Packed || p.Tokens < 500 || !strings.Contains(strings.Join(made.steps, "; "), "products left as they are") {
		t.Errorf("recorded %+v, %q", p, made.steps)
	}
	if after, err := os.ReadFile(target); err != nil || string(after) != string(before) {
		t.Errorf("the graph changed, %v", err)
	}
	if s, err := graph.Inspect(target); err != nil || s.Own {
		t.Errorf("own operators, %v", err)
	}
	if entries, err := os.ReadDir(filepath.Dir(target)); err != nil || len(entries) != 2 {
		t.Errorf("%v are left, %v", entries, err)
	}
}
