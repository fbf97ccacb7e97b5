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

// weightsAlone are a chat model's files on the hub, without a graph.
func weightsAlone(t *testing.T, family string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{"tokenizer.json": goldens.DecoderTokenizer()}
	for _, name := range []string{"config.json", "model.safetensors"} {
		content, err := os.ReadFile(filepath.Join(goldens.DecoderDir(family), name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = content
	}
	return files
}

// TestImportAsDocumented pulls a chat model's weights from a local hub, and makes its graph.
func TestImportAsDocumented(t *testing.T) {
	commands := documented(t, "Making a chat model's graph: `scorer import`")
	h := hubtest.New(t, commands[0][1], weightsAlone(t, "smollm2"))
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

// TestPullOfWeights ends with a folder that is served, or says before it writes why not.
func TestPullOfWeights(t *testing.T) {
	files := weightsAlone(t, "smollm2")
	h := hubtest.New(t, "someone/chatty", files)
	t.Setenv("HF_ENDPOINT", h.URL)
	t.Chdir(t.TempDir())
	const dir = "models/chatty"
	code, out, errs := scorer(t, "", "pull", "someone/chatty", "--precision", "int4", "--no-optimize")
	if code != 0 || strings.Contains(out, "built") {
		t.Fatalf("exit status %d\n%s\n%s", code, out, errs)
	}
	code, _, errs = scorer(t, "", "serve", "--model-dir", goldens.ModelDir("distilbert-tiny-sentiment"), "--chat-model-dir", dir)
	if code != 1 || !strings.Contains(errs, "scorer import --model-dir "+dir+" --precision int4") {
		t.Errorf("exit status %d, %s", code, errs)
	}
	for i, c := range []struct {
		args []string
		code int
		want string
	}{
		{nil, 0, "builds the graph in int8 (1 MB, and as much again when it is prepared)\nbuilt the graph of LlamaForCausalLM (2 layers, int8)"},
		{nil, 0, "is prepared already (int8)"},
		{[]string{"--model-file", "model.safetensors"}, 0, "is prepared already (int8)"},
		{[]string{"--model-file", "onnx/model_q4.onnx"}, 1, "models/chatty was pulled without onnx/model_q4.onnx: name another folder with --to"},
		{[]string{"--precision", "fp32"}, 1, "model_int8.onnx was made of its weights in another precision: remove it and model_int8.onnx.data to have it in fp32"},
	} {
		code, out, errs := scorer(t, "", append([]string{"pull", "someone/chatty"}, c.args...)...)
		if code != c.code || !strings.Contains(out+errs, c.want) {
			t.Errorf("%d: exit status %d\n%s\n%s", i, code, out, errs)
		}
	}
	code, out, errs = scorer(t, "", "check", "--model-dir", dir)
	if code != 0 || !strings.Contains(out, "int8 on CPU") || !strings.Contains(out, "optimized") {
		t.Errorf("exit status %d\n%s\n%s", code, out, errs)
	}
	if err := os.CopyFS("models/other.partial", os.DirFS(dir)); err != nil { // as an interrupted pull leaves it
		t.Fatal(err)
	}
	code, out, errs = scorer(t, "", "check", "--model-dir", "models")
	if code != 0 || !strings.Contains(out, dir+"/optimized") {
		t.Errorf("exit status %d\n%s\n%s", code, out, errs)
	}
	if err := os.RemoveAll("models/other.partial"); err != nil {
		t.Fatal(err)
	}
	code, _, errs = scorer(t, "", "check", "--model-dir", dir, "--model-file", "model.safetensors")
	if code != 1 || !strings.Contains(errs, dir+"/model.safetensors has a chat model's weights alone: make its graph with scorer import") {
		t.Errorf("exit status %d, %s", code, errs)
	}
	files["config.json"] = []byte(strings.Replace(string(files["config.json"]), `"silu"`, `"mish"`, 1))
	code, out, errs = scorer(t, "", "pull", "someone/chatty", "--to", "models/other")
	if code != 1 || !strings.Contains(errs, `the model is fetched, but its graph can't be built: models/other/config.json: hidden_act is "mish"`) {
		t.Errorf("exit status %d\n%s\n%s", code, out, errs)
	}
	if left, _ := filepath.Glob("models/other/*.onnx*"); left != nil {
		t.Errorf("%v is left", left)
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
