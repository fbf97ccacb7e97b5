package onnx

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
)

// TestCUDAFailure names the driver in one line. The first two files are in the
// forms of NVIDIA's closed and open kernel modules.
func TestCUDAFailure(t *testing.T) {
	cause := errors.New("CUDA failure 35")
	const (
		closed = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.161.08  Sat Feb 17 22:55:48 UTC 2024\nGCC version: 12.3.0\n"
		open   = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build\nGCC version:  gcc version 12.3.0\n"
		old    = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.256.02  Thu May  2 14:37:44 UTC 2024\n"
	)
	for _, c := range []struct{ release, text, want string }{
		{onnxlib.Version, closed, "NVIDIA driver 535.161.08 is older than CUDA 13 needs, 580; ONNX Runtime 1.30.0"},
		{onnxlib.Version, open, "with NVIDIA driver 580.65.06;"},
		{onnxlib.CUDA12Version, closed, "with NVIDIA driver 535.161.08; ONNX Runtime 1.26.0"},
		{onnxlib.CUDA12Version, old, "NVIDIA driver 470.256.02 is older than CUDA 12 needs, 525;"},
		{onnxlib.Version, "nothing", "isn't known"},
	} {
		path := filepath.Join(t.TempDir(), "version")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		err := cudaFailure(cause, path, c.release)
		if !strings.Contains(err.Error(), c.want) || !errors.Is(err, cause) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s, %q: %v", c.release, c.text, err)
		}
	}
	if err := cudaFailure(cause, filepath.Join(t.TempDir(), "none"), onnxlib.Version); !strings.Contains(err.Error(), "no NVIDIA driver shows itself") {
		t.Error(err)
	}
}
