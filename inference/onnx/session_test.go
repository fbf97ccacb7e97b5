package onnx_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
)

func TestOpenRefusesWhatIsNotAGraph(t *testing.T) {
	onnxtest.Init(t)
	dir := t.TempDir()
	for name, content := range map[string]string{
		"text.onnx":      "this is not a protobuf",
		"empty.onnx":     "",
		"truncated.onnx": "\x3a\xff\x01\x0a",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := onnx.Open(path, onnx.Options{}); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "again") {
			t.Errorf("%s: got %v, want an error that names the file and the remedy", name, err)
		}
	}
	if _, err := onnx.Open(filepath.Join(dir, "absent.onnx"), onnx.Options{}); !os.IsNotExist(err) {
		t.Errorf("absent file: got %v", err)
	}
}

func TestInitWithAnotherLibrary(t *testing.T) {
	onnxtest.Init(t)
	if err := onnx.Init(onnx.Library()); err != nil {
		t.Errorf("the same library again: %v", err)
	}
	if err := onnx.Init("/elsewhere/libonnxruntime.so"); err == nil || !strings.Contains(err.Error(), onnx.Library()) {
		t.Errorf("another library: got %v", err)
	}
}
