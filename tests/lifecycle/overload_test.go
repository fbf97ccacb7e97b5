package lifecycle

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestOverload sends far more than the scorer takes at once: every request is
// answered 200, or 429 with a time to come again, and nothing else.
func TestOverload(t *testing.T) {
	p, err := scorerproc.Start(context.Background(), scorerproc.BundledModel(), "--max-concurrent-requests", "4", "--max-batch-tokens", "64")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	body := `{"text": ["` + strings.Repeat("good ", 200) + `", "bad"]}`
	var answered, refused atomic.Int64
	var wg sync.WaitGroup
	for range 48 {
		wg.Go(func() {
			for range 20 {
				resp, err := client.Post(p.URL+api.ScorePath, "application/json", strings.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				content, _ := io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				switch resp.StatusCode {
				case http.StatusOK:
					answered.Add(1)
				case http.StatusTooManyRequests:
					refused.Add(1)
					if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err != nil || seconds < 1 {
						t.Errorf("Retry-After is %q", resp.Header.Get("Retry-After"))
					}
				default:
					t.Errorf("status %d: %s", resp.StatusCode, content)
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d answered, %d refused", answered.Load(), refused.Load())
	if answered.Load() == 0 || refused.Load() == 0 || answered.Load()+refused.Load() != 48*20 {
		t.Errorf("%d answered, %d refused, of %d", answered.Load(), refused.Load(), 48*20)
	}
}

// TestDeadline gives requests too little time. They are answered 504, and the
// texts that were not yet taken cost no inference.
func TestDeadline(t *testing.T) {
	p, err := scorerproc.Start(context.Background(), scorerproc.BundledModel(), "--request-timeout", "2ms", "--max-batch-tokens", "16")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	texts := `"` + strings.Repeat(strings.Repeat("good ", 400)+`","`, 200) + `bad"`
	resp, err := http.Post(p.URL+api.ScorePath, "application/json", strings.NewReader(`{"text": [`+texts+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusGatewayTimeout {
		t.Errorf("status %d, want 504", resp.StatusCode)
	}
	metrics, err := http.Get(p.URL + api.MetricsPath)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = metrics.Body.Close() }()
	content, err := io.ReadAll(metrics.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(content), "\n") {
		if value, ok := strings.CutPrefix(line, "scorer_batch_texts_sum "); ok {
			if n, err := strconv.ParseFloat(value, 64); err != nil || n > 100 {
				t.Errorf("%s of 201 texts were run after their deadline", value)
			}
		}
	}
}
