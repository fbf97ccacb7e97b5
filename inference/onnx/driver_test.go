package onnx

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCUDAFailure names the driver in one line. The first two files are in the
// forms of NVIDIA's closed and open kernel modules.
func TestCUDAFailure(t *testing.T) {
	cause := errors.New("CUDA failure 35")
	for text, want := range map[string]string{
		"NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.161.08  Sat Feb 17 22:55:48 UTC 2024\nGCC version: 12.3.0\n":       "NVIDIA driver 535.161.08 is older than CUDA 13 needs, 580;",
		"NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build\nGCC version:  gcc version 12.3.0\n": "with NVIDIA driver 580.65.06;",
		"nothing": "isn't known",
	} {
		path := filepath.Join(t.TempDir(), "version")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		err := cudaFailure(cause, path)
		if !strings.Contains(err.Error(), want) || !errors.Is(err, cause) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := cudaFailure(cause, filepath.Join(t.TempDir(), "none")); !strings.Contains(err.Error(), "no NVIDIA driver shows itself") {
		t.Error(err)
	}
}
