package onnx

import (
	"fmt"
	"os"
	"regexp"
	"strconv"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
)

// cudaOf has the CUDA that a release's GPU build is for, and NVIDIA's first driver
// that runs it (inference/cuda12-requirements.txt, cuda13-requirements.txt).
var cudaOf = map[string]struct{ major, driver int }{
	onnxlib.CUDA12Version: {12, 525},
	onnxlib.Version:       {13, 580},
}

var driverVersion = regexp.MustCompile(`\b(\d{3,})\.\d+(?:\.\d+)?\b`)

// cudaFailure says in one line with which driver the CUDA provider didn't start.
// The kernel's module tells its version in the file at path; release is ONNX Runtime's.
func cudaFailure(err error, path, release string) error {
	text, failed := os.ReadFile(path)
	version := driverVersion.FindSubmatch(text)
	switch {
	case failed != nil:
		return fmt.Errorf("the CUDA provider can't start: no NVIDIA driver shows itself (%w); ONNX Runtime %s says: %w", failed, release, err)
	case version == nil:
		return fmt.Errorf("the CUDA provider can't start: the NVIDIA driver's version isn't known; ONNX Runtime %s says: %w", release, err)
	}
	cuda := cudaOf[release]
	if major, _ := strconv.Atoi(string(version[1])); major < cuda.driver {
		return fmt.Errorf("the CUDA provider can't start: NVIDIA driver %s is older than CUDA %d needs, %d; ONNX Runtime %s says: %w", version[0], cuda.major, cuda.driver, release, err)
	}
	return fmt.Errorf("the CUDA provider can't start with NVIDIA driver %s; ONNX Runtime %s says: %w", version[0], release, err)
}
