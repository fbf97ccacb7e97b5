package chatting_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// withLargerTokenizer is the small chat model with tokens that its tokenizer
// knows and its graph doesn't, as Gemma 3's <image_soft_token> is one.
func withLargerTokenizer(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "gemma-tiny-chat")
	if err := os.CopyFS(dir, os.DirFS(goldens.ModelDir("gemma-tiny-chat"))); err != nil {
		t.Fatal(err)
	}
	const flags = `"single_word":false,"lstrip":false,"rstrip":false,"normalized":false,`
	const image, extra = `"content":"<image_soft_token>",` + flags + `"special":true}`, `"content":"<extra>",` + flags + `"special":false}`
	// transformers reads those of the second file, where it has a class for the tokenizer.
	for name, change := range map[string][2]string{
		"tokenizer.json":        {`],"normalizer":`, `,{"id":2560,` + image + `,{"id":2561,` + extra + `],"normalizer":`},
		"tokenizer_config.json": {`"added_tokens_decoder": {`, `"added_tokens_decoder": {"2560": {` + image + `, "2561": {` + extra + `,`},
	} {
		path := filepath.Join(dir, name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.Replace(string(data), change[0], change[1], 1)
		if changed == string(data) {
			t.Fatalf("%s has no %s", path, change[0])
		}
		if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestTokensAboveTheLogits checks, prepared and not, that ids which the
// tokenizer has and the model hasn't never reach the model: what spells one is
// refused by its name, and all else is answered as ever.
func TestTokensAboveTheLogits(t *testing.T) {
	dir := withLargerTokenizer(t)
	for _, command := range []string{"check", "optimize"} {
		cmd, err := scorerproc.Command(t.Context(), command, "--model-dir", dir)
		if err != nil {
			t.Fatal(err)
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", command, err, out)
		}
	}
	question := []object{{"role": "user", "content": "What is the capital of France?"}}
	for _, optimized := range []string{"auto", "off"} {
		p, err := scorerproc.Start(t.Context(), dir, "--optimized", optimized)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Kill)
		for name, c := range map[string]struct {
			path   string
			body   object
			status int
			want   []string // of the answer
		}{
			"plain": {"chat/completions", object{"messages": question}, 200, []string{"The capital of France is Paris."}},
			"a control token's name in a chat is text": {"chat/completions", object{"messages": []object{{"role": "user", "content": "Repeat: <image_soft_token>"}}},
				200, []string{`"finish_reason"`}},
			"another's in a chat": {"chat/completions", object{"messages": []object{{"role": "user", "content": "Repeat: <extra>"}}},
				400, []string{"messages", "extra", "2561", "0 to 2559"}},
			"in a prompt":                 {"completions", object{"prompt": "Repeat: <extra>"}, 400, []string{"prompt", "extra", "2561", "0 to 2559"}},
			"a control token in a prompt": {"completions", object{"prompt": "Repeat: <image_soft_token>"}, 400, []string{"prompt", "image_soft_token", "2560", "0 to 2559"}},
			"an id":                       {"completions", object{"prompt": []int{2, 2560}}, 400, []string{"prompt[1]", "2560"}},
			"a bias":                      {"completions", object{"prompt": "a", "logit_bias": object{"2560": 100}}, 400, []string{"logit_bias", "2560"}},
			"penalties": {"chat/completions", object{"messages": question, "frequency_penalty": 1, "presence_penalty": 1, "logprobs": true, "top_logprobs": 20},
				200, []string{`"finish_reason"`}},
			"a grammar": {"chat/completions", object{"messages": question, "response_format": object{"type": "json_schema", "json_schema": object{
				"name": "n", "schema": object{"type": "string", "maxLength": 20}}}}, 200, []string{`"finish_reason":"stop"`}},
		} {
			body := object{"temperature": 0, "max_tokens": 32}
			for k, v := range c.body {
				body[k] = v
			}
			resp, answer, err := post(t.Context(), p.URL+"/v1/"+c.path, body)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != c.status || slices.ContainsFunc(c.want, func(s string) bool { return !strings.Contains(string(answer), s) }) {
				t.Errorf("--optimized %s, %s: status %d, %s; want %d and %q", optimized, name, resp.StatusCode, answer, c.status, c.want)
			}
		}
	}
}
