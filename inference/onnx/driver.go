package onnx

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
)

// cudaDriver is the first driver of NVIDIA that runs CUDA 13, which the GPU
// build of ONNX Runtime is for (inference/cuda-requirements.txt).
const cudaDriver = 580

var driverVersion = regexp.MustCompile(`\b(\d{3,})\.\d+(?:\.\d+)?\b`)

// cudaFailure says in one line with which driver the CUDA provider didn't start.
// The kernel's module tells its version in the file at path.
func cudaFailure(err error, path string) error {
	text, failed := os.ReadFile(path)
	version := driverVersion.FindSubmatch(text)
	switch {
	case failed != nil:
		return fmt.Errorf("the CUDA provider can't start: no NVIDIA driver shows itself (%w); ONNX Runtime %s says: %w", failed, LibraryVersion, err)
	case version == nil:
		return fmt.Errorf("the CUDA provider can't start: the NVIDIA driver's version isn't known; ONNX Runtime %s says: %w", LibraryVersion, err)
	}
	if major, _ := strconv.Atoi(string(version[1])); major < cudaDriver {
		return fmt.Errorf("the CUDA provider can't start: NVIDIA driver %s is older than CUDA 13 needs, %d; ONNX Runtime %s says: %w", version[0], cudaDriver, LibraryVersion, err)
	}
	return fmt.Errorf("the CUDA provider can't start with NVIDIA driver %s; ONNX Runtime %s says: %w", version[0], LibraryVersion, err)
}
