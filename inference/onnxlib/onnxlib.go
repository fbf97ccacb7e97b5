// Package onnxlib finds ONNX Runtime's shared library and tells whether it can
// fit, without loading it.
package onnxlib

import (
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

const (
	// Version of ONNX Runtime that scripts/fetch-onnxruntime.sh fetches, and
	// CUDA12Version the last release for CUDA 12, which the GPU image has. The
	// scorer takes either.
	Version       = "1.30.0"
	CUDA12Version = "1.26.0"
	// Name of the library's file.
	Name = "libonnxruntime.so.1"
	// Env names the library, as the option --onnxruntime-library does.
	Env = "SCORER_ONNXRUNTIME_LIBRARY"
	// CacheEnv names the folder in which scripts/fetch-onnxruntime.sh keeps it.
	CacheEnv = "ONNXRUNTIME_CACHE"
)

const remedy = "fetch it with scripts/fetch-onnxruntime.sh, or name one with --onnxruntime-library or " + Env

// Locate returns the path of the library: explicit if it is not empty, else
// what Env names, else the first that exists of: beside the program, in ../lib
// from it, in the fetch script's cache, and in the system's library folders.
// A library that is missing, or can't fit this program, is an error that says
// how to get one.
func Locate(explicit string) (string, error) {
	if explicit == "" {
		explicit = os.Getenv(Env)
	}
	if explicit != "" {
		return explicit, check(explicit)
	}
	places := places()
	for _, path := range places {
		if _, err := os.Stat(path); err == nil {
			return path, check(path)
		}
	}
	return "", fmt.Errorf("ONNX Runtime's library %s was not found in %s: %s", Name, strings.Join(folders(places), ", "), remedy)
}

func places() []string {
	var out []string
	if program, err := os.Executable(); err == nil {
		dir := filepath.Dir(program)
		out = append(out, filepath.Join(dir, Name), filepath.Join(dir, "..", "lib", Name))
	}
	if cache := CacheDir(); cache != "" {
		out = append(out, filepath.Join(cache, Name))
	}
	for _, dir := range []string{"/usr/local/lib", "/usr/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"} {
		out = append(out, filepath.Join(dir, Name))
	}
	return out
}

func folders(paths []string) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = filepath.Dir(p)
	}
	return out
}

// CacheDir is where scripts/fetch-onnxruntime.sh puts the library, or "" if the
// user has no cache folder.
func CacheDir() string {
	if dir := os.Getenv(CacheEnv); dir != "" {
		return dir
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	arch := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	return filepath.Join(cache, "azure-nlp-endpoint", "onnxruntime", Version, "linux-"+arch)
}

// Fits returns an error that says how to get another library if the one at path,
// whose release is version, doesn't fit the scorer.
func Fits(path, version string) error {
	if version == Version || version == CUDA12Version {
		return nil
	}
	return fmt.Errorf("%s is ONNX Runtime %s, %s or %s is needed: %s", path, version, Version, CUDA12Version, remedy)
}

// check tells what can be told of the file without running its code.
func check(path string) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("ONNX Runtime's library %s does not exist: %s", path, remedy)
	}
	f, err := elf.Open(path)
	if err != nil {
		return fmt.Errorf("%s is not a shared library for Linux (%v): %s", path, err, remedy)
	}
	defer func() { _ = f.Close() }()
	want := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[runtime.GOARCH]
	if f.Machine != want {
		return fmt.Errorf("%s is for %s, this program for %s: %s", path, f.Machine, want, remedy)
	}
	symbols, err := f.DynamicSymbols()
	if err != nil {
		return fmt.Errorf("%s can't be read (%v): %s", path, err, remedy)
	}
	for _, s := range symbols {
		if s.Name != "OrtGetApiBase" || s.Section == elf.SHN_UNDEF {
			continue
		}
		if v := strings.TrimPrefix(s.Version, "VERS_"); v != "" {
			return Fits(path, v)
		}
		return nil
	}
	return fmt.Errorf("%s is not ONNX Runtime, it lacks OrtGetApiBase: %s", path, remedy)
}
