// Package hostile attacks the real scorer over loopback, as a hostile caller
// would, and looks what a polite one has of it: each attack logs what memory the
// process took, and how long a polite caller waited meanwhile.
//
// Run as it is, the attacks are small; HOSTILE=full (make hostile) gives them
// their whole size.
package hostile

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// scaled is how many of something an attack has: quick in every test run, whole with
// HOSTILE=full.
func scaled(quick, whole int) int {
	if os.Getenv("HOSTILE") == "full" {
		return whole
	}
	return quick
}

// serve starts the scorer with both bundled models.
func serve(t *testing.T, args ...string) *scorerproc.Process {
	t.Helper()
	chat := filepath.Join(scorerproc.Root(), "inference", "models", "gemma-tiny-chat")
	p, err := scorerproc.Start(context.Background(), scorerproc.BundledModel(), append([]string{"--chat-model-dir", chat}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			log := p.Log()
			t.Logf("the scorer's log ends with:\n%s", log[max(0, len(log)-4000):])
		}
	})
	return p
}

// memory reads a figure of the process in MiB: VmRSS, what it has now, or VmHWM,
// the most that it ever had.
func memory(t *testing.T, p *scorerproc.Process, name string) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID()))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		t.Fatalf("/proc/%d/status has no %s", p.PID(), name)
	}
	kib, err := strconv.Atoi(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	return kib / 1024
}

// request is one of a polite caller's.
type request struct{ method, path, body string }

// politeRequests has one of each route that asks a model, and those of probes.
var politeRequests = []request{
	{"POST", api.ScorePath, `{"text": "lovely"}`},
	{"POST", api.PredictPath, `{"inputs": "lovely"}`},
	{"POST", "/", `{"inputs": "lovely"}`},
	{"POST", "/v2/models/distilbert-tiny-sentiment/infer", `{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["lovely"]}]}`},
	{"POST", api.ChatPath, `{"messages": [{"role": "user", "content": "hi"}], "max_tokens": 2}`},
	{"POST", api.CompletionsPath, `{"prompt": "hi", "max_tokens": 2}`},
	{"POST", api.TokenizePath, `{"text": "hi"}`},
	{"GET", api.ReadyPath, ""},
	{"GET", api.InfoPath, ""},
	{"GET", api.ModelsPath, ""},
}

// polite asks once on each route, on a connection of its own, and returns how long the slowest answer
// took. Every answer must be 200.
func polite(t *testing.T, p *scorerproc.Process) (slowest time.Duration) {
	t.Helper()
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for _, q := range politeRequests {
		began := time.Now()
		status, answer, err := send(client, p.URL, q)
		took := time.Since(began)
		if err != nil || status != http.StatusOK {
			t.Errorf("%s %s: status %d, %.200s %v", q.method, q.path, status, answer, err)
		}
		slowest = max(slowest, took)
	}
	return slowest
}

func send(client *http.Client, url string, q request) (status int, answer []byte, err error) {
	r, err := http.NewRequest(q.method, url+q.path, strings.NewReader(q.body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err = io.ReadAll(resp.Body)
	return resp.StatusCode, answer, err
}

// dial opens a connection to the scorer and sends what is given.
func dial(t *testing.T, p *scorerproc.Process, content string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(p.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := io.WriteString(c, content); err != nil {
		t.Fatal(err)
	}
	return c
}

// flood posts a body from many clients at once, and counts the answers' status.
func flood(t *testing.T, p *scorerproc.Process, path string, clients int, body []byte) map[int]int {
	t.Helper()
	var mu sync.Mutex
	statuses := map[int]int{}
	var wg sync.WaitGroup
	client := &http.Client{Timeout: 2 * time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}
	for range clients {
		wg.Go(func() {
			resp, err := client.Post(p.URL+path, "application/json", bytes.NewReader(body))
			status := -1
			if err == nil {
				status = resp.StatusCode
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
			mu.Lock()
			defer mu.Unlock()
			statuses[status]++
		})
	}
	wg.Wait()
	return statuses
}
