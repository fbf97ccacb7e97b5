// Package genuine finds the genuine tokenizers and MiniLM, and reads what the reference
// makes by the tokenizers, which tests/reference recorded.
package genuine

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// Names are the tokenizers that there are.
var Names = []string{"gemma3", "llama2", "llama3", "llama3_1", "qwen3"}

func root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

var fetched = sync.OnceValues(func() (string, error) { return fetch("fetch-tokenizers.sh") })

// fetch runs one of the scripts, which prints the path of what it fetched.
func fetch(script string, args ...string) (string, error) {
	cmd := exec.Command(filepath.Join(root(), "scripts", script), args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	path, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", script, err, &stderr)
	}
	return strings.TrimSpace(string(path)), nil
}

// Tokenizer is the folder of a tokenizer, with tokenizer.json and
// tokenizer_config.json. It is fetched if it isn't there.
func Tokenizer(name string) (string, error) {
	folder, err := fetched()
	return filepath.Join(folder, name), err
}

// ReadGoldens reads a file of tests/testdata/genuine-goldens.
func ReadGoldens(name string, v any) error {
	f, err := os.Open(filepath.Join(root(), "tests", "testdata", "genuine-goldens", name))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	return json.NewDecoder(z).Decode(v)
}
