package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub/hubtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// scorer runs the program in this process.
func scorer(t *testing.T, stdin string, args ...string) (code int, out, errs string) {
	t.Helper()
	withLibrary(t)
	var stdout, stderr bytes.Buffer
	code = run(args, strings.NewReader(stdin), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// TestMistakesEndTheProcess checks that each mistake is told in one line on
// stderr, before anything listens.
func TestMistakesEndTheProcess(t *testing.T) {
	bundled := goldens.ModelDir("distilbert-tiny-sentiment")
	chatty := goldens.ModelDir("gemma-tiny-chat")
	empty := t.TempDir()
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"serve"}, 2, "no model folder is named: use --model-dir"},
		{[]string{"serve", "--model-dir", empty}, 1, "there is no config.json in or below " + empty},
		{[]string{"serve", "--model-dir", empty + "/absent"}, 1, "name the model's folder with --model-dir"},
		{[]string{"serve", "--model-dir", bundled, "--onnxruntime-library", "/absent.so"}, 1, "fetch it with scripts/fetch-onnxruntime.sh"},
		{[]string{"serve", "--model-dir", bundled, "--port", "0"}, 2, "--port is 0, it can be 1 to 65535"},
		{[]string{"serve", "--model-dir", bundled, "--port", "x"}, 2, "--port"},
		{[]string{"serve", "--model-dir", bundled, "--max-batch-tokens", "0"}, 2, "--max-batch-tokens is 0, it can be 1 to"},
		{[]string{"serve", "--model-dir", bundled, "--max-client-batch-size=-1"}, 2, "--max-client-batch-size is -1"},
		{[]string{"serve", "--model-dir", bundled, "--max-concurrent-requests", "0"}, 2, "--max-concurrent-requests is 0"},
		{[]string{"serve", "--model-dir", bundled, "--max-input-length", "2"}, 2, "--max-input-length is 2"},
		{[]string{"serve", "--model-dir", bundled, "--max-body-bytes", "1"}, 2, "--max-body-bytes is 1"},
		{[]string{"serve", "--model-dir", bundled, "--cors-allow-origin", "https://a.b,example.com"}, 2, "--cors-allow-origin is example.com, it can be an origin"},
		{[]string{"serve", "--model-dir", bundled, "--cors-allow-origin", "https://example.com/"}, 2, "--cors-allow-origin is https://example.com/"},
		{[]string{"serve", "--model-dir", bundled, "--cors-allow-origin", "https://Example.com"}, 2, "--cors-allow-origin is https://Example.com"},
		{[]string{"serve", "--model-dir", bundled, "--max-connections=-1"}, 2, "--max-connections is -1, it can be 0 to 1048576"},
		{[]string{"serve", "--model-dir", bundled, "--request-timeout", "0s"}, 2, "--request-timeout is 0s, it can be 1ms to 1h"},
		{[]string{"serve", "--model-dir", bundled, "--heartbeat=1ms"}, 2, "--heartbeat is 1ms"},
		{[]string{"serve", "--model-dir", bundled, "--drain-delay=-1s"}, 2, "--drain-delay is -1s"},
		{[]string{"serve", "--model-dir", bundled, "--shutdown-grace", "24h"}, 2, "--shutdown-grace is 24h"},
		{[]string{"serve", "--model-dir", bundled, "--threads=-2"}, 2, "--threads is -2"},
		{[]string{"serve", "--model-dir", bundled, "--log-level", "loud"}, 2, "--log-level"},
		{[]string{"serve", "--model-dir", bundled, "--optimized", "yes"}, 2, "--optimized"},
		{[]string{"serve", "--model-dir", bundled, "--context-window", "1"}, 2, "--context-window is 1, it can be 0, or 2 to"},
		{[]string{"serve", "--model-dir", bundled, "--max-sequences", "0"}, 2, "--max-sequences is 0"},
		{[]string{"serve", "--model-dir", bundled, "--execution-provider", "tpu"}, 2, "--execution-provider"},
		{[]string{"serve", "--model-dir", chatty, "--execution-provider", "cuda"}, 1, "ONNX Runtime has no CUDA provider, for there is no"},
		{[]string{"serve", "--model-dir", chatty, "--context-window", "9999"}, 1, "max_position_embeddings is 2048, so the window can't be 9999 tokens"},
		{[]string{"serve", "--model-dir", chatty, "--kv-cache-mib", "1"}, 1, "KV memory: 1048576 bytes, but one conversation of 2048 tokens takes"},
		{[]string{"serve", "--model-dir", bundled, "--chat-model-dir", bundled}, 2, "which doesn't generate text"},
		{[]string{"serve", "--model-dir", chatty, "--chat-model-dir", chatty}, 2, "name one of them"},
		{[]string{"serve", "--model-dir", chatty, "--chat-model-file", "x.onnx"}, 2, "name a file of --model-dir with --model-file"},
		{[]string{"serve", "--model-dir", bundled, "--chat-model-dir", chatty, "--chat-model-file", "x.onnx"}, 1, "--chat-model-file names it; choose one of model.onnx with --chat-model-file"},
		{[]string{"serve", "--model-dir", bundled, "--chat-model-dir", chatty, "--model-file", "model.onnx"}, 1, "(--model-file names a file of --model-dir, --chat-model-file one of --chat-model-dir)"},
		{[]string{"predict", "--model-dir", chatty}, 1, "a model that classifies texts is needed here"},
		{[]string{"optimize", "--model-dir", chatty, "--precision", "int8", "--output", empty + "/y"}, 1, "leave --precision out"},
		{[]string{"serve", "--unknown"}, 2, "unknown flag --unknown"},
		{[]string{"dance"}, 2, "unexpected argument dance"},
		{[]string{"check", "--model-dir", bundled, "--hide", "metrics,doc"}, 2, "--hide is doc, it can be docs, info, metrics, page"},
		{[]string{"check", "--model-dir", bundled, "--hide", "info"}, 2, "hide page too"},
		{[]string{"check", "--model-dir", bundled, "--port", "70000"}, 2, "--port is 70000, it can be 1 to 65535"},
		{[]string{"check", "--model-dir", bundled, "--shutdown-grace=-1s"}, 2, "--shutdown-grace is -1s"},
		{[]string{"check", "--model-dir", bundled, "--log-format", "xml"}, 2, "--log-format"},
		{[]string{"predict", "--model-dir", bundled, "--top-k", "0"}, 2, "--top-k is 0"},
		{[]string{"optimize", "--model-dir", bundled, "--max-score-difference", "2"}, 2, "--max-score-difference is 2"},
		{[]string{"fetch", "https://a.blob.core.windows.net/models/m/1"}, 2, "--to"},
		{[]string{"fetch", "http://a.blob.core.windows.net/models/m/1", "--to", empty + "/z"}, 1, "must be https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER"},
		{[]string{"pull"}, 2, "<repo>"},
		{[]string{"pull", "noslash", "--to", empty + "/x"}, 1, "name it as OWNER/NAME"},
	} {
		code, out, errs := scorer(t, "", c.args...)
		if code != c.code || !strings.Contains(errs, c.want) || strings.Count(errs, "\n") != 1 || out != "" {
			t.Errorf("%v: exit status %d, stderr %q, stdout %q; want %d and one line with %q", c.args, code, errs, out, c.code, c.want)
		}
	}
}

// TestEveryOptionHasAVariable checks that help lists an environment variable
// for each flag, by the same name, and that the documentation has the flag.
func TestEveryOptionHasAVariable(t *testing.T) {
	flag := regexp.MustCompile(`--(?:\[no-\])?([a-z-]+)`)
	documented, err := os.ReadFile("../../../docs/reference/scorer.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"serve", "check", "predict", "optimize", "import", "quantize", "pull"} {
		code, out, _ := scorer(t, "", command, "--help")
		if code != 0 {
			t.Fatalf("%s --help ends with %d", command, code)
		}
		flags := out[strings.Index(out, "Flags:"):]
		names := 0
		// A flag's entry goes on until the next one begins.
		for entry := range strings.SplitSeq(flags, "\n      --") {
			m := flag.FindStringSubmatch("--" + entry)
			if m == nil || strings.HasPrefix(entry, "Flags:") {
				continue
			}
			names++
			variable := "$SCORER_" + strings.ToUpper(strings.ReplaceAll(m[1], "-", "_"))
			if m[1] == "endpoint" {
				variable = "$HF_ENDPOINT"
			}
			if command == "serve" && !strings.Contains(string(documented), "--"+m[1]) && !strings.Contains(string(documented), "--no-"+m[1]) {
				t.Errorf("docs/reference/scorer.md lacks --%s", m[1])
			}
			if !strings.Contains(entry, variable) {
				t.Errorf("%s: --%s has no %s: %s", command, m[1], variable, entry)
			}
		}
		if names < 4 {
			t.Errorf("%s: only %d flags were found in %s", command, names, out)
		}
	}
}

// TestHelpOfTheProgram checks that the commands and the options of serve are
// both in it.
func TestHelpOfTheProgram(t *testing.T) {
	code, out, errs := scorer(t, "", "--help")
	for _, want := range []string{"optimize", "--max-batch-tokens=512", "$SCORER_MAX_BATCH_TOKENS", "--drain-delay=1s"} {
		if code != 0 || errs != "" || !strings.Contains(out, want) {
			t.Errorf("exit status %d, %s%s lacks %s", code, errs, out, want)
		}
	}
}

func TestVariablesAreRead(t *testing.T) {
	t.Setenv("SCORER_MAX_BATCH_TOKENS", "-5")
	t.Setenv("AZUREML_MODEL_DIR", goldens.ModelDir("distilbert-tiny-sentiment"))
	if code, _, errs := scorer(t, "", "check"); code != 2 || !strings.Contains(errs, "--max-batch-tokens is -5") {
		t.Errorf("exit status %d, %s", code, errs)
	}
	t.Setenv("SCORER_MAX_BATCH_TOKENS", "64")
	if code, out, errs := scorer(t, "", "check"); code != 0 || !strings.HasSuffix(out, "ok\n") || !strings.Contains(out, "NEGATIVE, POSITIVE") {
		t.Errorf("exit status %d, %s, %s", code, out, errs)
	}
}

func TestPredict(t *testing.T) {
	bundled := goldens.ModelDir("distilbert-tiny-sentiment")
	code, out, errs := scorer(t, "This is great!\r\nThis was a terrible waste of time.\n\nlast, without an end", "predict", "--model-dir", bundled)
	if code != 0 || errs != "" {
		t.Fatalf("exit status %d, %s", code, errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 4 {
		t.Fatalf("4 lines gave %q", lines)
	}
	for i, want := range []string{"POSITIVE", "NEGATIVE"} {
		var got struct {
			Label string
			Score float64
		}
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil || got.Label != want || got.Score < 0.5 {
			t.Errorf("line %d gave %s", i+1, lines[i])
		}
	}
	code, out, _ = scorer(t, "good\n", "predict", "--model-dir", bundled, "--top-k", "2")
	if code != 0 || !strings.HasPrefix(out, `[{"label":"POSITIVE"`) {
		t.Errorf("with two labels: %s", out)
	}
	code, _, errs = scorer(t, "ok\n"+strings.Repeat("good ", 600)+"\n", "predict", "--model-dir", bundled, "--no-truncation")
	if code != 1 || !strings.Contains(errs, "line 2 has more than 512 tokens, which the model takes") {
		t.Errorf("a line too long: exit status %d, %s", code, errs)
	}
}

// TestPredictShowsProgressOnATerminal runs the real binary with a terminal for
// its stderr, which script makes.
func TestPredictShowsProgressOnATerminal(t *testing.T) {
	if _, err := exec.LookPath("script"); err != nil {
		t.Fatal("script is needed, of the package bsdutils")
	}
	binary, err := scorerproc.Build()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	lines := filepath.Join(dir, "lines")
	if err := os.WriteFile(lines, []byte(strings.Repeat("This is great!\n", 2000)), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	typescript := filepath.Join(dir, "typescript")
	command := binary + " predict --model-dir " + goldens.ModelDir("distilbert-tiny-sentiment") + " < " + lines + " > " + out
	if output, err := exec.Command("script", "-qec", command, typescript).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	scores, err := os.ReadFile(out)
	if err != nil || strings.Count(string(scores), "POSITIVE") != 2000 {
		t.Errorf("%d lines of scores, %v", strings.Count(string(scores), "\n"), err)
	}
	if seen, err := os.ReadFile(typescript); err != nil || !strings.Contains(string(seen), "scoring") {
		t.Errorf("the terminal showed %q, %v", seen, err)
	}
}

// TestPullFromALocalHub fetches the bundled model over a connection that breaks
// off, prepares it, and scores with it.
func TestPullFromALocalHub(t *testing.T) {
	files := map[string][]byte{}
	bundled := goldens.ModelDir("distilbert-tiny-sentiment")
	for _, name := range []string{"config.json", "tokenizer.json", "tokenizer_config.json", "onnx/model.onnx"} {
		content, err := os.ReadFile(filepath.Join(bundled, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = content
	}
	h := hubtest.New(t, "someone/sentiment", files)
	h.Breaks = []int{-1, -1, -1, 1 << 20, 1 << 20}
	h.RequireToken("hf_secret")
	t.Setenv("HF_TOKEN", "hf_secret")
	dir := filepath.Join(t.TempDir(), "sentiment")
	began := time.Now()
	code, out, errs := scorer(t, "", "pull", "someone/sentiment", "--to", dir, "--endpoint", h.URL)
	if code != 0 || !strings.Contains(out, "fetched someone/sentiment at 0123456789ab") || !strings.Contains(out, "optimised sentiment (fp32)") {
		t.Fatalf("exit status %d after %v\n%s\n%s", code, time.Since(began), out, errs)
	}
	if !strings.Contains(errs, "broke off") && !strings.Contains(errs, "trying again") {
		t.Errorf("the break wasn't told: %s", errs)
	}
	if strings.Contains(out+errs, "hf_secret") {
		t.Error("the token was printed")
	}
	code, out, _ = scorer(t, "This is great!\n", "predict", "--model-dir", dir)
	if code != 0 || !strings.Contains(out, "POSITIVE") {
		t.Errorf("the pulled model says %s", out)
	}
	code, out, errs = scorer(t, "", "pull", "someone/sentiment@main", "--to", dir, "--endpoint", h.URL)
	if code != 0 || !strings.Contains(out, "is there already") || !strings.Contains(out, "is prepared already") {
		t.Errorf("again: exit status %d, %s, %s", code, out, errs)
	}
}

// TestPullAChatModel fetches a chat model with all that belongs to it, prepares
// it, and checks it as serve would.
func TestPullAChatModel(t *testing.T) {
	files := map[string][]byte{"README.md": []byte("not wanted")}
	for _, name := range []string{"config.json", "tokenizer.json", "tokenizer_config.json", "generation_config.json", "chat_template.jinja", "model.onnx", "model.onnx.data"} {
		content, err := os.ReadFile(filepath.Join(goldens.ModelDir("gemma-int4"), name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = content
	}
	h := hubtest.New(t, "someone/chat", files)
	dir := filepath.Join(t.TempDir(), "chat")
	code, out, errs := scorer(t, "", "pull", "someone/chat", "--to", dir, "--endpoint", h.URL)
	if code != 0 || !strings.Contains(out, "optimised chat (int4)") || !strings.Contains(out, "100.0 % of the next tokens are the same") {
		t.Fatalf("exit status %d\n%s\n%s", code, out, errs)
	}
	code, out, errs = scorer(t, "", "check", "--model-dir", dir, "--execution-provider", "cpu")
	if code != 0 || !strings.Contains(out, "chat (Gemma3ForCausalLM)") || !strings.Contains(out, filepath.Join("optimized", "model.onnx")) || !strings.Contains(out, "int4 on CPU") {
		t.Errorf("exit status %d\n%s\n%s", code, out, errs)
	}
	code, out, errs = scorer(t, "", "pull", "someone/chat", "--to", dir, "--endpoint", h.URL)
	if code != 0 || !strings.Contains(out, "is prepared already (int4)") {
		t.Errorf("again: exit status %d\n%s\n%s", code, out, errs)
	}
}

// TestHideByVariable: a stack's entry may be empty, which hides nothing.
func TestHideByVariable(t *testing.T) {
	for value, want := range map[string]int{"": 0, "metrics": 0, "metrics,docs,page,info": 0, "metric": 2} {
		t.Setenv("SCORER_HIDE", value)
		if code, _, errs := scorer(t, "", "check", "--model-dir", goldens.ModelDir("distilbert-tiny-sentiment")); code != want {
			t.Errorf("SCORER_HIDE=%q: exit status %d, want %d: %s", value, code, want, errs)
		}
	}
}
