// Package onnxtest gives tests the real ONNX Runtime.
package onnxtest

import (
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
)

// Init loads ONNX Runtime for the test's process. Without the library the test
// fails, with the command that fetches it: a skipped test would hide that
// nothing was tested.
func Init(t testing.TB) {
	t.Helper()
	path, err := onnxlib.Locate("")
	if err == nil {
		err = onnx.Init(path)
	}
	if err != nil {
		t.Fatal(err)
	}
}
