package hostile

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestChurn sends requests that are all different, from callers that each come
// once: caches of schemas, prompts and callers must not grow with them, nor the metrics.
func TestChurn(t *testing.T) {
	p := serve(t, "--prefix-cache-mib", "8", "--caller", "header:X-Caller")
	before := polite(t, p)
	churn(t, p, 0, 200) // what caches may take
	start, lines := memory(t, p, "VmRSS"), metricLines(t, p)
	began := time.Now()
	rounds, each := 4, scaled(100, 2500)
	for i := range rounds {
		slowest := make(chan time.Duration, 1)
		go func() { slowest <- polite(t, p) }()
		churn(t, p, 200+i*each, each)
		t.Logf("%d requests of each kind: %d MiB, %d at the start, %d lines of metrics; the slowest polite answer took %v, %v before",
			(i+1)*each, memory(t, p, "VmRSS"), start, metricLines(t, p), (<-slowest).Round(time.Millisecond), before.Round(time.Millisecond))
	}
	t.Logf("it took %v", time.Since(began).Round(time.Millisecond))
	if now := metricLines(t, p); now > lines+20 { // of statuses that were new
		t.Errorf("the metrics had %d lines, and have %d", lines, now)
	}
	givenBack(t, func() int { return memory(t, p, "VmRSS") }, start)
}

// churn sends so many requests of each kind, numbered from first on.
func churn(t *testing.T, p *scorerproc.Process, first, n int) {
	t.Helper()
	numbers := make(chan int)
	var senders sync.WaitGroup
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	for range 8 {
		senders.Go(func() {
			for i := range numbers {
				for _, q := range distinct(i) {
					r, err := http.NewRequest(q.method, p.URL+q.path, strings.NewReader(q.body))
					if err != nil {
						t.Error(err)
						return
					}
					r.Header.Set("Content-Type", "application/json")
					r.Header.Set("X-Caller", fmt.Sprint("caller ", i))
					resp, err := client.Do(r)
					if err != nil {
						t.Error(err)
						return
					}
					if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusNotFound {
						t.Errorf("%s: status %d", q.path, resp.StatusCode)
					}
					_ = resp.Body.Close()
				}
			}
		})
	}
	for i := first; i < first+n; i++ {
		numbers <- i
	}
	close(numbers)
	senders.Wait()
}

func distinct(i int) []request {
	schema := fmt.Sprintf(`{"type": "object", "properties": {"field%d": {"enum": ["a%d", "b%d"]}, "pattern": {"type": "string", "maxLength": %d}}, "required": ["field%d"]}`, i, i, i, 1+i%500, i)
	return []request{
		{"POST", api.ChatPath, fmt.Sprintf(`{"messages": [{"role": "user", "content": "%d"}], "max_tokens": 2, "response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": %s}}}`, i, schema)},
		{"POST", api.ChatPath, fmt.Sprintf(`{"messages": [{"role": "system", "content": "%d %s"}, {"role": "user", "content": "hi"}], "max_tokens": 1}`, i, strings.Repeat("be kind ", 30))},
		{"POST", api.CompletionsPath, fmt.Sprintf(`{"prompt": "%d once upon a time", "max_tokens": 1}`, i)},
		{"POST", api.ScorePath, fmt.Sprintf(`{"text": "lovely number %d"}`, i)},
		{"GET", fmt.Sprintf("/nowhere/%d", i), ""},
		{"GET", fmt.Sprintf("%s/%d", api.ModelsPath, i), ""},
	}
}

func metricLines(t *testing.T, p *scorerproc.Process) int {
	t.Helper()
	_, answer, err := send(http.DefaultClient, p.URL, request{"GET", api.MetricsPath, ""})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(answer), "\n")
}
