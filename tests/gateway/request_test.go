package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestHeaders checks which headers reach the container, its log and the caller.
func TestHeaders(t *testing.T) {
	e := deploy(t, options(), 1, scorerproc.BundledModel())
	r := e.mustPost(t, `{"text": "good"}`, ClientIDHeader, "call-17", DeploymentHeader, "blue", "Authorization", "Bearer secret-key")
	id := r.header.Get(RequestIDHeader)
	if r.status != http.StatusOK || id == "" || r.header.Get(ClientIDHeader) != "call-17" || r.header.Get(DeploymentHeader) != "blue" {
		t.Errorf("status %d, headers %v", r.status, r.header)
	}
	if got := r.header.Get("x-ms-request-id"); got != id {
		t.Errorf("the scorer calls the request %q, the gateway %q", got, id)
	}
	line := logLine(t, e.scorers[0], `"request_id":"`+id+`"`, `"client_request_id":"call-17"`)
	if strings.Contains(e.scorers[0].Log(), "secret-key") {
		t.Errorf("the key is in the log: %s", line)
	}
	if r := e.mustPost(t, `{"text": "good"}`, ClientIDHeader, strings.Repeat("x", 41)); r.status != http.StatusOK || r.header.Get(ClientIDHeader) != "" {
		t.Errorf("an id of 41 characters: status %d, echoed as %q", r.status, r.header.Get(ClientIDHeader))
	}
	if r := e.mustPost(t, `{"text": "good"}`, DeploymentHeader, "green"); r.status != http.StatusNotFound {
		t.Errorf("a deployment that isn't there: status %d, want 404", r.status)
	}
}

// TestStatusMapping: what isn't 200 becomes 424 with the container's own status
// in a header, and its body says what is wrong.
func TestStatusMapping(t *testing.T) {
	e := deploy(t, options(), 1, scorerproc.BundledModel(), "--max-client-batch-size", "4", "--no-truncation", "--request-timeout", "1s", "--max-batch-tokens", "512")
	tooMany := `{"text": ["1","2","3","4","5"]}`
	for name, c := range map[string]struct {
		body    string
		headers []string
		status  string
	}{
		"not JSON":       {`{"text": `, nil, "400"},
		"unknown field":  {`{"texts": "good"}`, nil, "400"},
		"too many texts": {tooMany, nil, "413"},
		"too long":       {`{"text": "` + strings.Repeat("good ", 600) + `"}`, nil, "422"},
		"not said JSON":  {`{"text": "good"}`, []string{"Content-Type", "text/csv"}, "415"},
	} {
		r := e.mustPost(t, c.body, c.headers...)
		if r.status != http.StatusFailedDependency || r.header.Get(ModelStatusHeader) != c.status || errorCode(r.body) == "" {
			t.Errorf("%s: status %d, the container's %q, want 424 and %s; %s", name, r.status, r.header.Get(ModelStatusHeader), c.status, r.body)
		}
	}
	r := e.mustPost(t, `{"text": "good"}`)
	if r.status != http.StatusOK || r.header.Get(ModelStatusHeader) != "" {
		t.Errorf("status %d, %v", r.status, r.header)
	}
}

// TestContainerGivesUpFirst has the container's own time-out below the
// gateway's, as the Pulumi program sets it: callers get the scorer's error.
func TestContainerGivesUpFirst(t *testing.T) {
	o := options()
	o.RequestTimeout = 3 * time.Second
	e := deploy(t, o, 1, scorerproc.BundledModel(), "--request-timeout", "50ms")
	r := e.mustPost(t, long(256))
	if r.status != http.StatusFailedDependency || r.header.Get(ModelStatusHeader) != "504" || errorCode(r.body) == "" {
		t.Errorf("status %d, the container's %q: %s", r.status, r.header.Get(ModelStatusHeader), r.body)
	}
}

// TestGatewayGivesUp has the gateway's time-out below what the request takes:
// 408, and the container stops working on it.
func TestGatewayGivesUp(t *testing.T) {
	o := options()
	o.RequestTimeout = 100 * time.Millisecond
	e := deploy(t, o, 1, scorerproc.BundledModel(), "--max-batch-tokens", "512")
	start := time.Now()
	r := e.mustPost(t, long(256), ClientIDHeader, "late")
	if took := time.Since(start); r.status != http.StatusRequestTimeout || took > 2*time.Second {
		t.Fatalf("status %d after %v: %s", r.status, took, r.body)
	}
	logLine(t, e.scorers[0], `"client_request_id":"late"`, `"status":499`)
	// What was given up on no longer stands in the way of others.
	start = time.Now()
	if r := e.mustPost(t, `{"text": "good"}`); r.status != http.StatusOK {
		t.Errorf("after it: status %d in %v: %s", r.status, time.Since(start), r.body)
	}
}

// TestTooManyPending checks that the gateway's 429 comes before the scorer's.
func TestTooManyPending(t *testing.T) {
	o := options()
	o.MaxConcurrent = 2
	e := deploy(t, o, 1, scorerproc.BundledModel(), "--max-concurrent-requests", "2")
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[string]int{}
	for range 24 {
		wg.Go(func() {
			r, err := e.post(long(32))
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			got[fmt.Sprint(r.status, " ", r.header.Get(ModelStatusHeader))]++
			mu.Unlock()
		})
	}
	wg.Wait()
	t.Log(got)
	if got["200 "] == 0 || got["429 "] == 0 || got["200 "]+got["429 "]+got["424 429"] != 24 {
		t.Errorf("%v; want answers and 429s alone", got)
	}
}

// TestKeepAlive counts the connections that the gateway needs.
func TestKeepAlive(t *testing.T) {
	e := deploy(t, options(), 1, scorerproc.BundledModel())
	for range 50 {
		if r := e.mustPost(t, `{"text": "good"}`); r.status != http.StatusOK {
			t.Fatalf("status %d", r.status)
		}
	}
	if n := e.Connections(0); n != 1 {
		t.Errorf("50 requests in turn took %d connections, want 1", n)
	}
	e.mustPost(t, `{"text": `) // an error doesn't cost the connection
	e.mustPost(t, `{"text": "good"}`)
	if n := e.Connections(0); n != 1 {
		t.Errorf("after an error there are %d connections, want 1", n)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 25 {
				if r, err := e.post(`{"text": "good"}`); err != nil || r.status != http.StatusOK {
					t.Errorf("status %d, %v", r.status, err)
				}
			}
		})
	}
	wg.Wait()
	if n := e.Connections(0); n > 16 {
		t.Errorf("8 clients took %d connections", n)
	}
}

// TestLargeBodies sends requests and gets answers of about 5 MB, the most that
// Azure passes, and goes over it.
func TestLargeBodies(t *testing.T) {
	o := options()
	o.RequestTimeout = time.Minute
	e := deploy(t, o, 1, scorerproc.BundledModel(), "--max-client-batch-size", "65536")
	pad := func(size int) string { // white space between tokens costs no inference
		const head, end = `{"text": "good`, ` bad"}`
		return head + strings.Repeat(" ", size-len(head)-len(end)) + end
	}
	if r := e.mustPost(t, pad(maxBody)); r.status != http.StatusOK {
		t.Errorf("a body of 5 MiB: status %d: %.200s", r.status, r.body)
	}
	if r := e.mustPost(t, pad(maxBody+1)); r.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body over 5 MiB: status %d: %.200s", r.status, r.body)
	}
	// Whoever reaches the container past the gateway is told so by the scorer.
	resp, err := http.Post(e.scorers[0].URL+"/score", "application/json", strings.NewReader(pad(maxBody+1)))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a body over 5 MiB to the scorer: status %d, want 413", resp.StatusCode)
	}
	const texts = 62_000
	r := e.mustPost(t, `{"text": [`+strings.Repeat(`"a",`, texts-1)+`"a"], "parameters": {"top_k": null}}`)
	var scores [][]struct{ Label string }
	if err := json.Unmarshal(r.body, &scores); err != nil || r.status != http.StatusOK || len(scores) != texts || len(scores[texts-1]) != 2 {
		t.Fatalf("status %d, %v: %.200s", r.status, err, r.body)
	}
	t.Logf("an answer of %d bytes", len(r.body))
	if len(r.body) < 4.9e6 {
		t.Errorf("the answer has %d bytes, too few to show anything", len(r.body))
	}
}
