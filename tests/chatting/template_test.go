package chatting_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestFolderWithoutATemplate serves a chat model whose folder lost its template:
// the start says so, chats are refused with the reason, and texts go on.
func TestFolderWithoutATemplate(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(goldens.ModelDir("gemma-int4"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "chat_template.jinja")); err != nil {
		t.Fatal(err)
	}
	check, err := scorerproc.Command(t.Context(), "check", "--model-dir", dir, "--execution-provider", "cpu")
	if err != nil {
		t.Fatal(err)
	}
	const said = "it can continue texts, but not chat: "
	if out, err := check.CombinedOutput(); err != nil || !strings.Contains(string(out), "note       "+said) {
		t.Errorf("check: %v, %s", err, out)
	}
	p, err := scorerproc.Start(t.Context(), dir, "--execution-provider", "cpu")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	if !strings.Contains(p.Log(), said) {
		t.Errorf("the log doesn't say it: %s", p.Log())
	}
	for path, c := range map[string]struct {
		body   string
		status int
		want   string
	}{
		"/v1/chat/completions": {`{"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 4}`, http.StatusBadRequest, "the model has no chat template"},
		"/v1/completions":      {`{"prompt": "Hello", "max_tokens": 4}`, http.StatusOK, `"text"`},
	} {
		r, err := http.Post(p.URL+path, "application/json", strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil || r.StatusCode != c.status || !strings.Contains(string(body), c.want) {
			t.Errorf("%s: %v, status %d, %s", path, err, r.StatusCode, body)
		}
	}
}
