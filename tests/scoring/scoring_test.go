// Package scoring compares what the real scorer process answers over HTTP with
// what transformers' pipeline says of the same texts.
package scoring

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/realsize"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// post sends a body to the scorer and returns the answer's body.
func post(url string, request any) ([]byte, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	resp, err := http.Post(url+api.ScorePath, "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %s", resp.StatusCode, content)
	}
	return content, err
}

// compare asks for all labels of every golden text, eight at a time, so that
// they meet in batches.
func compare(t *testing.T, url string, g *goldens.File) {
	t.Helper()
	var wg sync.WaitGroup
	slots := make(chan struct{}, 8)
	for i, want := range g.Texts {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			content, err := post(url, map[string]any{"inputs": []string{want.Text}, "parameters": map[string]any{"top_k": nil}})
			if err != nil {
				t.Errorf("text %d: %v", i, err)
				return
			}
			var got [][]goldens.Score
			if err := json.Unmarshal(content, &got); err != nil || len(got) != 1 {
				t.Errorf("text %d: %s", i, content)
				return
			}
			if d := goldens.Compare(got[0], want.Scores); d != "" {
				t.Errorf("text %d, %.40q: %s", i, want.Text, d)
			}
		})
	}
	wg.Wait()
}

func serve(t *testing.T, dir string, args ...string) *scorerproc.Process {
	t.Helper()
	p, err := scorerproc.Start(context.Background(), dir, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	return p
}

func optimize(t *testing.T, dir string) {
	t.Helper()
	cmd, err := scorerproc.Command(context.Background(), "optimize", "--model-dir", dir)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// TestBundledModel serves the bundled model as `make run` does.
func TestBundledModel(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "distilbert-tiny-sentiment")
	if err := os.CopyFS(dir, os.DirFS(scorerproc.BundledModel())); err != nil {
		t.Fatal(err)
	}
	optimize(t, dir)
	p := serve(t, dir)
	if !strings.Contains(p.Log(), `"layout":"packed"`) {
		t.Errorf("the optimised model isn't served: %s", p.Log())
	}
	content, err := post(p.URL, map[string]any{"text": []string{"This is great!", "This was a terrible waste of time."}})
	if err != nil {
		t.Fatal(err)
	}
	var got []goldens.Score
	if err := json.Unmarshal(content, &got); err != nil || len(got) != 2 || got[0].Label != "POSITIVE" || got[1].Label != "NEGATIVE" {
		t.Errorf("got %s, %v", content, err)
	}
	g, err := goldens.Load("distilbert-tiny-sentiment")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, p.URL, g)
}

// TestRealSize serves a DistilBERT of real size, as exported and optimised.
func TestRealSize(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "distilbert-base-random")
	if err := realsize.Write(dir); err != nil {
		t.Fatal(err)
	}
	optimize(t, dir)
	g, err := goldens.Load("distilbert-base-random")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ optimized, layout string }{{"auto", "packed"}, {"off", "padded"}} {
		t.Run(c.layout, func(t *testing.T) {
			p := serve(t, dir, "--optimized", c.optimized)
			if !strings.Contains(p.Log(), `"layout":"`+c.layout+`"`) {
				t.Errorf("the model isn't served %s: %s", c.layout, p.Log())
			}
			compare(t, p.URL, g)
		})
	}
}

// TestMemoryStaysFlat sends texts of all lengths, good and bad, and compares
// the process's memory after many rounds with that after a few.
func TestMemoryStaysFlat(t *testing.T) {
	p := serve(t, scorerproc.BundledModel(), "--log-level", "error")
	round := func() {
		for n := range 120 {
			text := strings.Repeat("good ", 1+(n*37)%700)
			if _, err := post(p.URL, map[string]any{"text": []string{text, "bad", strings.Repeat("x", n)}}); err != nil {
				t.Fatal(err)
			}
			if _, err := post(p.URL, map[string]any{"text": n}); err == nil {
				t.Fatal("a number was scored")
			}
		}
	}
	for range 4 {
		round()
	}
	before := resident(t, p.PID())
	for range 20 {
		round()
	}
	after := resident(t, p.PID())
	t.Logf("resident %.1f MB after 480 requests, %.1f MB after 2,880 more", before/1e6, after/1e6)
	if after > before*1.10+4e6 {
		t.Errorf("resident memory grew from %.1f MB to %.1f MB", before/1e6, after/1e6)
	}
}

func resident(t *testing.T, pid int) float64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(status), "\n") {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kb); n == 1 {
			return kb * 1024
		}
	}
	t.Fatal("the kernel doesn't say how much memory the process has")
	return 0
}
