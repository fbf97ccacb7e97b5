package gateway

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestStreaming checks that a chat's tokens pass one by one: the first is with
// the caller long before the last was made.
func TestStreaming(t *testing.T) {
	o := options()
	o.RequestTimeout = 2 * time.Minute
	e := deploy(t, o, 1, goldens.ModelDir("gemma-tiny-chat"))
	body := `{"messages": [{"role": "user", "content": "hello"}], "stream": true, "temperature": 0, "max_tokens": 1000, "logit_bias": {"1": -100, "106": -100}}`
	start := time.Now()
	resp, err := http.Post(e.url+"/score", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || !strings.HasPrefix(got, "text/event-stream") {
		t.Fatalf("status %d, type %q", resp.StatusCode, got)
	}
	if resp.ContentLength >= 0 || resp.Header.Get("Content-Encoding") != "" {
		t.Errorf("length %d, encoding %q; want chunks", resp.ContentLength, resp.Header.Get("Content-Encoding"))
	}
	var arrived []time.Duration
	last := ""
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			arrived = append(arrived, time.Since(start))
			last = data
		}
	}
	if last != "[DONE]" || len(arrived) < 20 {
		t.Fatalf("%d events, the last is %q", len(arrived), last)
	}
	first, end := arrived[0], arrived[len(arrived)-1]
	t.Logf("%d events, the first after %v, the last after %v", len(arrived), first, end)
	// Buffered, they would all come at once.
	distinct := map[time.Duration]bool{}
	for _, a := range arrived {
		distinct[a.Truncate(time.Millisecond)] = true
	}
	if first > end/2 || len(distinct) < 10 {
		t.Errorf("the events came in bursts: first after %v, last after %v, at %d distinct times", first, end, len(distinct))
	}
}

// TestCallerLeavesStream ends a stream from the caller's side; the container
// must stop writing the text.
func TestCallerLeavesStream(t *testing.T) {
	o := options()
	o.RequestTimeout = 2 * time.Minute
	e := deploy(t, o, 1, goldens.ModelDir("gemma-tiny-chat"))
	body := `{"messages": [{"role": "user", "content": "hello"}], "stream": true, "temperature": 0, "max_tokens": 1500, "logit_bias": {"1": -100, "106": -100}}`
	req, err := http.NewRequest(http.MethodPost, e.url+"/score", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(ClientIDHeader, "leaves")
	resp, err := e.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	logLine(t, e.scorers[0], `"client_request_id":"leaves"`, `"status":499`)
}
