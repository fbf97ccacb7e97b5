// Package lifecycle tests the real scorer process: start, load, SIGTERM.
package lifecycle

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// outcome counts how the requests of a load ended.
type outcome struct {
	answered atomic.Int64 // 200 with a score
	refused  atomic.Int64 // 503 or 429 with an error body
	closed   atomic.Int64 // the connection was not accepted, or reset by the kernel before it was
	lost     atomic.Int64 // anything else: sent, and not answered
}

func (o *outcome) String() string {
	return fmt.Sprintf("%d answered, %d refused, %d not accepted, %d lost",
		o.answered.Load(), o.refused.Load(), o.closed.Load(), o.lost.Load())
}

// send sends one request and files how it ended. Scoring is idempotent, and the
// request says so in the way that net/http knows: it then sends a request
// again by itself if the server closed an idle connection just as it was
// reused, which HTTP/1.1 gives no server a means to avoid.
func (o *outcome) send(c *http.Client, url string, body []byte) error {
	req, err := http.NewRequest(http.MethodPost, url+api.ScorePath, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", "score")
	resp, err := c.Do(req)
	if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) {
		o.closed.Add(1)
		return nil
	}
	if err != nil {
		o.lost.Add(1)
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		o.lost.Add(1)
		return err
	}
	switch resp.StatusCode {
	case http.StatusOK:
		var scores []struct {
			Label string
			Score float64
		}
		if err := json.Unmarshal(content, &scores); err != nil || len(scores) == 0 || scores[0].Label == "" {
			o.lost.Add(1)
			return fmt.Errorf("status 200 with %s", content)
		}
		o.answered.Add(1)
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		var failure struct {
			Error struct{ Code, Message string }
		}
		if err := json.Unmarshal(content, &failure); err != nil || failure.Error.Code == "" {
			o.lost.Add(1)
			return fmt.Errorf("status %d with %s", resp.StatusCode, content)
		}
		o.refused.Add(1)
	default:
		o.lost.Add(1)
		return fmt.Errorf("status %d: %s", resp.StatusCode, content)
	}
	return nil
}

// TestTerminateUnderLoad stops the scorer while clients send as fast as they
// can. Each request must be answered, or refused in a way that a client can
// tell: with 503, or with a connection that isn't accepted.
func TestTerminateUnderLoad(t *testing.T) {
	for name, client := range map[string]*http.Client{
		"kept connections": {Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
		"new connections":  {Transport: &http.Transport{DisableKeepAlives: true}},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := scorerproc.Start(context.Background(), scorerproc.BundledModel())
			if err != nil {
				t.Fatal(err)
			}
			defer p.Kill()
			body, err := json.Marshal(map[string]any{"text": []string{"This is great!", "This was a terrible waste of time."}})
			if err != nil {
				t.Fatal(err)
			}
			var o outcome
			var wg sync.WaitGroup
			stop := make(chan struct{})
			for range 24 {
				wg.Go(func() {
					for {
						select {
						case <-stop:
							return
						default:
						}
						if err := o.send(client, p.URL, body); err != nil {
							t.Errorf("a request was lost: %v", err)
							return
						}
						if o.closed.Load() > 100 {
							return
						}
					}
				})
			}
			time.Sleep(500 * time.Millisecond)
			if o.answered.Load() == 0 {
				t.Error("nothing was answered before the end")
			}
			if err := p.Terminate(); err != nil {
				t.Fatal(err)
			}
			if err := p.Wait(); err != nil {
				t.Errorf("the scorer ended with %v, want exit status 0; its log:\n%s", err, p.Log())
			}
			time.Sleep(100 * time.Millisecond)
			close(stop)
			wg.Wait()
			t.Log(&o)
			if o.lost.Load() > 0 || o.closed.Load() == 0 {
				t.Errorf("want none lost and the last ones not accepted: %s", &o)
			}
			// What the scorer says that it answered must be what arrived.
			if logged := int64(strings.Count(p.Log(), `"route":"POST /score"`)); logged != o.answered.Load()+o.refused.Load() {
				t.Errorf("the scorer's log has %d requests, the clients had %d answers", logged, o.answered.Load()+o.refused.Load())
			}
		})
	}
}

// TestNotReadyAtOnce checks that a scorer that was told to end says so to
// Azure's probe while it still answers what is in flight.
func TestNotReadyAtOnce(t *testing.T) {
	p, err := scorerproc.Start(context.Background(), scorerproc.BundledModel(), "--drain-delay", "1s")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	if err := p.Terminate(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
	resp, err := http.Get(p.URL + api.ReadyPath)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%s answers %d after SIGTERM, want 503", api.ReadyPath, resp.StatusCode)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("the scorer ended with %v, want exit status 0", err)
	}
}
