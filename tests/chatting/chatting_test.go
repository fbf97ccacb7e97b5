// Package chatting_test talks with the real scorer and the small chat model.
package chatting_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// prepared is a copy of the small chat model with its prepared form.
func prepared(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "gemma-tiny-chat")
	if err := os.CopyFS(dir, os.DirFS(goldens.ModelDir("gemma-tiny-chat"))); err != nil {
		t.Fatal(err)
	}
	cmd, err := scorerproc.Command(t.Context(), "optimize", "--model-dir", dir)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}

func start(t *testing.T, args ...string) *scorerproc.Process {
	t.Helper()
	p, err := scorerproc.Start(t.Context(), prepared(t), args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	return p
}

// post sends a body and returns the answer.
func post(ctx context.Context, url string, body any) (*http.Response, []byte, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(data))
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	return resp, answer, err
}

type object = map[string]any

// complete continues token ids greedily; streamed or not.
func complete(ctx context.Context, url string, ids []int32, n int, stream bool) (text string, err error) {
	resp, body, err := post(ctx, url+"/v1/completions", object{"prompt": ids, "max_tokens": n, "temperature": 0, "stream": stream})
	if err != nil {
		return "", err
	}
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("status %d: %s", resp.StatusCode, body)
	}
	type answer struct {
		Choices []struct {
			Text   string  `json:"text"`
			Finish *string `json:"finish_reason"`
		} `json:"choices"`
	}
	if !stream {
		var a answer
		if err := json.Unmarshal(body, &a); err != nil {
			return "", err
		}
		return a.Choices[0].Text, nil
	}
	rest, ok := strings.CutSuffix(string(body), "data: [DONE]\n\n")
	if !ok {
		return "", fmt.Errorf("the stream has no end: %s", body)
	}
	for event := range strings.SplitSeq(strings.TrimSuffix(rest, "\n\n"), "\n\n") {
		var a answer
		if err := json.Unmarshal([]byte(strings.TrimPrefix(event, "data: ")), &a); err != nil {
			return "", fmt.Errorf("%w in %q", err, event)
		}
		text += a.Choices[0].Text
	}
	return text, nil
}

// metric is a series of the scorer's metrics.
func metric(t *testing.T, url, series string) float64 {
	t.Helper()
	resp, err := http.Get(url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(body)) {
		if value, ok := strings.CutPrefix(line, series+" "); ok {
			v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	t.Fatalf("/metrics has no %s", series)
	return 0
}

// TestHundredChatsAtOnce sends every golden prompt twice at the same time,
// streamed and not. Each answer must be transformers'; none may be lost.
func TestHundredChatsAtOnce(t *testing.T) {
	golden, err := goldens.LoadGeneration()
	if err != nil {
		t.Fatal(err)
	}
	names, err := tokenizer.Load(filepath.Join(goldens.ModelDir("gemma-tiny-chat"), "tokenizer.json"))
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, "--max-queue", "100", "--max-sequences", "6")
	if len(golden.Prompts) < 50 {
		t.Fatalf("%d prompts", len(golden.Prompts))
	}
	var wg sync.WaitGroup
	for i, prompt := range golden.Prompts[:50] {
		for _, stream := range []bool{false, true} {
			wg.Go(func() {
				got, err := complete(t.Context(), p.URL, prompt.IDs, golden.NewTokens, stream)
				if err != nil {
					t.Errorf("%s: %v", prompt.Name, err)
					return
				}
				if want := names.Decode(golden.FP32[i].Tokens, true); got != want {
					t.Errorf("%s, stream %v: got %q, want %q", prompt.Name, stream, got, want)
				}
			})
		}
	}
	wg.Wait()
	done := metric(t, p.URL, `scorer_generations_total{reason="stop"}`) + metric(t, p.URL, `scorer_generations_total{reason="length"}`)
	if done < 100 || metric(t, p.URL, "scorer_generation_batch_size_sum") <= metric(t, p.URL, "scorer_generation_batch_size_count") {
		t.Errorf("%v texts were finished, in %v steps of %v texts", done,
			metric(t, p.URL, "scorer_generation_batch_size_count"), metric(t, p.URL, "scorer_generation_batch_size_sum"))
	}
}

// endless asks for a text that goes on: its end tokens are forbidden.
func endless(tokens int) object {
	return object{"messages": []object{{"role": "user", "content": "Tell me a story about a fox."}}, "max_tokens": tokens,
		"logit_bias": object{"1": -100, "106": -100}, "stream": true, "seed": 1}
}

// TestCutStreamFreesItsSlot leaves a stream after its first bytes.
func TestCutStreamFreesItsSlot(t *testing.T) {
	p := start(t, "--max-sequences", "1", "--max-queue", "1")
	for range 5 {
		ctx, cancel := context.WithCancel(t.Context())
		data, err := json.Marshal(endless(1900))
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL+"/v1/chat/completions", bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(resp.Body, make([]byte, 500)); err != nil {
			t.Fatal(err)
		}
		cancel()
		_ = resp.Body.Close()
		left := time.Now()
		for metric(t, p.URL, "scorer_generation_running") != 0 {
			if time.Since(left) > 2*time.Second {
				t.Fatal("the text goes on though its client left")
			}
			time.Sleep(time.Millisecond)
		}
	}
	if n := metric(t, p.URL, `scorer_generations_total{reason="cancelled"}`); n != 5 {
		t.Errorf("%v texts were cancelled", n)
	}
	if text, err := complete(t.Context(), p.URL, []int32{2}, 3, false); err != nil {
		t.Errorf("the next one: %q, %v", text, err)
	}
}

// TestOverload sends more than slots and queue take. What is taken is answered
// whole, the rest is 429 with the time to wait. All may come before a slot is
// given away, so that only the queue takes some.
func TestOverload(t *testing.T) {
	p := start(t, "--max-sequences", "2", "--max-queue", "3")
	var mu sync.Mutex
	codes := map[int]int{}
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			resp, body, err := post(t.Context(), p.URL+"/v1/chat/completions", endless(400))
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			codes[resp.StatusCode]++
			switch resp.StatusCode {
			case http.StatusOK:
				if !strings.HasSuffix(string(body), "data: [DONE]\n\n") {
					t.Errorf("a text was cut: …%s", body[max(0, len(body)-200):])
				}
			case http.StatusTooManyRequests:
				if wait, err := strconv.Atoi(resp.Header.Get("Retry-After")); err != nil || wait < 1 {
					t.Errorf("Retry-After is %q", resp.Header.Get("Retry-After"))
				}
			default:
				t.Errorf("status %d: %s", resp.StatusCode, body)
			}
		})
	}
	wg.Wait()
	if codes[200] < 3 || codes[429] == 0 || codes[200]+codes[429] != 40 {
		t.Errorf("status codes %v", codes)
	}
}

// TestMemoryStaysFlat generates 10,000 tokens and compares the process's
// resident memory.
func TestMemoryStaysFlat(t *testing.T) {
	p := start(t, "--max-sequences", "4", "--prefix-cache-mib", "2")
	generate := func(tokens int) {
		var wg sync.WaitGroup
		for range tokens / 500 {
			wg.Go(func() {
				resp, body, err := post(t.Context(), p.URL+"/v1/chat/completions", endless(500))
				if err != nil || resp.StatusCode != http.StatusOK {
					t.Errorf("%v, %v, %.300s", err, resp, body)
				}
			})
		}
		wg.Wait()
	}
	resident := func() float64 {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID()))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(status)) {
			if f := strings.Fields(line); f[0] == "VmRSS:" {
				kib, err := strconv.ParseFloat(f[1], 64)
				if err != nil {
					t.Fatal(err)
				}
				return kib
			}
		}
		t.Fatal("no VmRSS")
		return 0
	}
	generate(10_000)
	generate(10_000)
	// Go's heap moves by some hundred KiB; a leak would show each time.
	least := math.Inf(1)
	for range 3 {
		before, generated := resident(), metric(t, p.URL, "scorer_output_tokens_total")
		generate(10_000)
		after := resident()
		t.Logf("%.0f KiB resident before, %.0f after", before, after)
		least = min(least, after/before)
		if n := metric(t, p.URL, "scorer_output_tokens_total") - generated; n < 10_000 {
			t.Errorf("only %v tokens", n)
		}
	}
	if least > 1.01 {
		t.Errorf("10,000 tokens make the resident memory %.3f times what it was", least)
	}
}
