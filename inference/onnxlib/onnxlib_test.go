package onnxlib

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLocateFindsTheCache(t *testing.T) {
	path, err := Locate("")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Locate(path); err != nil || again != path {
		t.Errorf("Locate(%q) = %q, %v", path, again, err)
	}
}

func TestLocateSaysHowToGetIt(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	real, err := Locate("")
	if err != nil {
		t.Fatal(err)
	}
	library, err := os.ReadFile(real)
	if err != nil {
		t.Fatal(err)
	}
	other := []byte(string(library))
	other[18], other[19] = 0xF3, 0 // e_machine: RISC-V
	for name, c := range map[string]struct{ path, want string }{
		"missing":      {filepath.Join(dir, "absent.so"), "does not exist"},
		"text":         {write("text.so", "hello"), "is not a shared library"},
		"cut off":      {write("cut.so", string(library[:4096])), "cut.so"},
		"architecture": {write("riscv.so", string(other)), "EM_RISCV"},
		"another one":  {libc(t), "lacks OrtGetApiBase"},
	} {
		_, err := Locate(c.path)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "fetch-onnxruntime.sh") {
			t.Errorf("%s: got %v, want %q and the remedy", name, err, c.want)
		}
	}
}

// TestVersionsArePinned: what is fetched is what the scorer takes.
func TestVersionsArePinned(t *testing.T) {
	for file, want := range map[string]string{
		"../../scripts/fetch-onnxruntime.sh": "\nversion=" + Version + "\n",
		"../cuda13-requirements.txt":         "\nonnxruntime-gpu==" + Version + " ",
		"../cuda12-requirements.txt":         "\nonnxruntime-gpu==" + CUDA12Version + " ",
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), want) {
			t.Errorf("%s doesn't have %q", file, want)
		}
	}
	script, err := os.ReadFile("../../scripts/fetch-onnxruntime.sh")
	if err != nil {
		t.Fatal(err)
	}
	if want := "\n  version=" + CUDA12Version + "\n"; !strings.Contains(string(script), want) {
		t.Errorf("the script doesn't have %q", want)
	}
}

// libc is a shared library that any Linux machine with gcc has.
func libc(t *testing.T) string {
	for _, pattern := range []string{"/lib/*/libc.so.6", "/lib64/libc.so.6", "/usr/lib/libc.so.6"} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[0]
		}
	}
	t.Fatal("no libc.so.6 was found to test with")
	return ""
}
