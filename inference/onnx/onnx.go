// Package onnx runs ONNX graphs with ONNX Runtime. It is the only package that
// needs cgo and the runtime's shared library.
//
// Init loads the library once for the process; Open makes a Session of a graph
// file; Session.Run computes.
package onnx

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
)

const remedy = "fetch it with scripts/fetch-onnxruntime.sh (npm's onnxruntime-node " + onnxlib.Version +
	") and name it with --onnxruntime-library or SCORER_ONNXRUNTIME_LIBRARY"

var (
	initOnce sync.Mutex
	loaded   string
)

// noTelemetry is the variable by which ONNX Runtime sends nothing.
const noTelemetry = "ORT_DISABLE_TELEMETRY"

// Init loads the shared library at path and starts the runtime. A second call
// with the same path does nothing; another path is an error, since a process
// can hold one library only. Errors say how to get a library that fits.
func Init(path string) error {
	initOnce.Lock()
	defer initOnce.Unlock()
	if loaded != "" {
		if loaded != path {
			return fmt.Errorf("ONNX Runtime is loaded already from %s, so %s can't be", loaded, path)
		}
		return nil
	}
	// Since 1.29 the runtime sends Microsoft what it loads and how long that took, from
	// a database below HOME, and leaves a file below TMPDIR at each start.
	if os.Getenv(noTelemetry) == "" {
		if err := os.Setenv(noTelemetry, "1"); err != nil {
			return err
		}
	}
	ort.SetSharedLibraryPath(path)
	// The runtime prints warnings and errors itself, and not in the log's format.
	// Errors are returned too, and its warnings (unused initializers and the
	// like) tell a person running the scorer nothing to do.
	if err := ort.InitializeEnvironment(ort.WithLogLevelFatal()); err != nil {
		return fmt.Errorf("ONNX Runtime library %s can't be loaded (%s): %s", path, oneLine(err), remedy)
	}
	if err := onnxlib.Fits(path, ort.GetVersion()); err != nil {
		return errors.Join(err, ort.DestroyEnvironment())
	}
	loaded = path
	return nil
}

// Library returns the path that Init loaded, or "".
func Library() string {
	initOnce.Lock()
	defer initOnce.Unlock()
	return loaded
}

// Version returns the release of the library that Init loaded, or "".
func Version() string {
	if Library() == "" {
		return ""
	}
	return ort.GetVersion()
}

// notLoaded says why a graph isn't loaded. The release for CUDA 12 doesn't know what
// later ones export.
func notLoaded(what string, err error) error {
	remedy := ""
	if invalid(err) && Version() == onnxlib.CUDA12Version {
		remedy = ". ONNX Runtime " + onnxlib.CUDA12Version + ", the last release for CUDA 12, knows less than later ones: " +
			"take an export made for it, or build the image with CUDA=13, for hosts with NVIDIA's driver " + strconv.Itoa(cudaOf[onnxlib.Version].driver)
	}
	return fmt.Errorf("ONNX Runtime can't load %s: %s%s", what, oneLine(err), remedy)
}

// invalid tells that ONNX Runtime refuses the graph, whatever would compute it.
func invalid(err error) bool {
	return strings.Contains(err.Error(), "This is an invalid model")
}

func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}
