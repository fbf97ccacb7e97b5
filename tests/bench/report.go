package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"azure-nlp-endpoint/inference/onnx"
)

// machine says on what, and of what, the figures are.
func machine() string {
	model, flags := processor()
	var of []string
	for _, f := range []string{"avx2", "avx512f", "avx512_vnni", "amx_int8"} {
		if slices.Contains(flags, f) {
			of = append(of, f)
		}
	}
	commit, _ := exec.Command("git", "rev-parse", "--short=12", "HEAD").Output()
	return fmt.Sprintf("Made by `make bench` on %s, commit %s: %s, %d processors (%s), %s, ONNX Runtime %s.\n"+
		"The model is a DistilBERT of real size (6 layers, 768, 12 heads, vocabulary 30,522) with random weights; "+
		"the texts have a median of 21 tokens, 1 %% of them 100 to 400.\n",
		time.Now().UTC().Format("2006-01-02"), strings.TrimSpace(string(commit)), model, runtime.NumCPU(), strings.Join(of, ", "), runtime.Version(), onnx.LibraryVersion)
}

func processor() (model string, flags []string) {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "unknown processor", nil
	}
	defer func() { _ = f.Close() }()
	for s := bufio.NewScanner(f); s.Scan(); {
		key, value, _ := strings.Cut(s.Text(), ":")
		switch strings.TrimSpace(key) {
		case "model name":
			model = strings.TrimSpace(value)
		case "flags":
			return model, strings.Fields(value)
		}
	}
	return model, nil
}

const (
	sectionBegin = "<!-- make bench writes from here -->\n"
	sectionEnd   = "<!-- to here -->\n"
)

// replaceSection puts the report between the two marks of the file.
func replaceSection(path, report string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(data), sectionBegin)
	_, after, ok2 := strings.Cut(rest, sectionEnd)
	if !ok || !ok2 {
		return fmt.Errorf("%s lacks the marks %q and %q", path, sectionBegin, sectionEnd)
	}
	return os.WriteFile(path, []byte(before+sectionBegin+report+sectionEnd+after), 0o644)
}
