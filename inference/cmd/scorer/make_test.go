package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub/hubtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// documented are the commands of docs/reference/models.md below a heading.
func documented(t *testing.T, heading string) (commands [][]string) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(goldens.ModelDir("gemma-tiny-chat"), "..", "..", "..", "docs", "reference", "models.md"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)\n### " + regexp.QuoteMeta(heading) + "\n.*?```sh\n(.*?)```").FindSubmatch(page)
	if m == nil {
		t.Fatalf("models.md has no commands below %q", heading)
	}
	for line := range strings.Lines(string(m[1])) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "build/scorer ")
		if !ok {
			t.Fatalf("%q isn't the scorer's", line)
		}
		commands = append(commands, strings.Fields(rest))
	}
	return commands
}

// TestImportAsDocumented pulls a chat model's weights from a local hub, and makes its graph.
func TestImportAsDocumented(t *testing.T) {
	files := map[string][]byte{}
	for name, from := range map[string]string{
		"config.json":       filepath.Join(goldens.DecoderDir("smollm2"), "config.json"),
		"model.safetensors": filepath.Join(goldens.DecoderDir("smollm2"), "model.safetensors"),
		"tokenizer.json":    filepath.Join(goldens.ModelDir("gemma-tiny-chat"), "tokenizer.json"),
	} {
		content, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = content
	}
	commands := documented(t, "Making a chat model's graph: `scorer import`")
	h := hubtest.New(t, commands[0][1], files)
	t.Setenv("HF_ENDPOINT", h.URL)
	t.Chdir(t.TempDir())
	last := ""
	for _, c := range commands {
		code, out, errs := scorer(t, "", c...)
		if last = out; code != 0 {
			t.Fatalf("%v: exit status %d\n%s\n%s", c, code, out, errs)
		}
	}
	if !strings.Contains(last, "built the graph of LlamaForCausalLM (2 layers, int4)") {
		t.Error(last)
	}
	code, out, errs := scorer(t, "", "import", "--model-dir", "models/SmolLM2-135M-Instruct", "--precision", "int4")
	if code != 1 || !strings.Contains(errs, "is there already: remove it, or name another folder with --output") {
		t.Errorf("again: exit status %d\n%s\n%s", code, out, errs)
	}
}

// TestQuantizeAsDocumented makes int4 of an export, which serves.
func TestQuantizeAsDocumented(t *testing.T) {
	source := goldens.ModelDir("gemma-tiny-chat")
	t.Chdir(t.TempDir())
	if err := os.CopyFS("models/gemma-3-1b-it", os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	for _, c := range documented(t, "Quantizing an export: `scorer quantize`") {
		code, out, errs := scorer(t, "", c...)
		if code != 0 || !strings.Contains(out, "quantized ") || !strings.Contains(out, "(int4, blocks of 32)") {
			t.Fatalf("%v: exit status %d\n%s\n%s", c, code, out, errs)
		}
	}
	code, out, errs := scorer(t, "", "check", "--model-dir", "models/gemma-3-1b-it-int4", "--execution-provider", "cpu")
	if code != 0 || !strings.Contains(out, "int4 on CPU") {
		t.Errorf("exit status %d\n%s\n%s", code, out, errs)
	}
	code, _, errs = scorer(t, "", "quantize", "--model-dir", goldens.ModelDir("distilbert-tiny-sentiment"))
	if code != 1 || !strings.Contains(errs, "chat models alone are quantized so: scorer optimize --precision int8") {
		t.Errorf("exit status %d, %s", code, errs)
	}
}
