package onnx

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
)

// TestOwnOperatorsAreNotForCUDA, which would have to fetch what they compute from the CPU.
func TestOwnOperatorsAreNotForCUDA(t *testing.T) {
	dir := t.TempDir()
	library := filepath.Join(dir, "libonnxruntime.so")
	if err := forCUDA("model.onnx", &graph.Signature{}, library); err == nil || !strings.Contains(err.Error(), "has no CUDA provider") {
		t.Errorf("without the provider's library: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, cudaProvider), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := forCUDA("model.onnx", &graph.Signature{}, library); err != nil {
		t.Error(err)
	}
	err := forCUDA("model.onnx", &graph.Signature{Own: true}, library)
	if err == nil || !strings.Contains(err.Error(), "model.onnx was prepared for the CPU") || !strings.Contains(err.Error(), "--execution-provider cuda") {
		t.Errorf("%v", err)
	}
}
