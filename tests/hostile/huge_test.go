package hostile

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// TestHugeRequests sends 40 requests at once that have as many texts of the longest
// size as may be, far more than can be answered in time. Those that can't be are
// refused as soon as that is known; those that are taken are answered; and a polite caller of short
// texts doesn't wait for them.
func TestHugeRequests(t *testing.T) {
	const clients = 40
	timeout := time.Duration(scaled(10, 30)) * time.Second
	p := serve(t, "--request-timeout", timeout.String(), "--threads", "1")
	start := memory(t, p, "VmRSS")
	body := fmt.Sprintf(`{"text": [%s"bad"], "parameters": {"truncation": true}}`, strings.Repeat(`"`+strings.Repeat("good ", 510)+`",`, 255))
	client := &http.Client{Timeout: 2 * timeout, Transport: &http.Transport{DisableKeepAlives: true}}
	var mu sync.Mutex
	statuses := map[int]int{}
	var slowestRefusal time.Duration
	var huge sync.WaitGroup
	for range clients {
		huge.Go(func() {
			began := time.Now()
			resp, err := client.Post(p.URL+api.ScorePath, "application/json", strings.NewReader(body))
			took := time.Since(began)
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			mu.Lock()
			defer mu.Unlock()
			statuses[resp.StatusCode]++
			if resp.StatusCode == http.StatusTooManyRequests {
				slowestRefusal = max(slowestRefusal, took)
				if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err != nil || seconds < 1 {
					t.Errorf("Retry-After is %q", resp.Header.Get("Retry-After"))
				}
			}
		})
	}
	done := make(chan struct{})
	go func() {
		huge.Wait()
		close(done)
	}()
	var waits []time.Duration
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
			began := time.Now()
			status, answer, err := send(client, p.URL, politeRequests[0])
			if err != nil || status != http.StatusOK {
				t.Errorf("the polite caller: status %d, %s, %v", status, answer, err)
			}
			waits = append(waits, time.Since(began))
		}
	}
	slices.Sort(waits)
	p50, p99 := waits[len(waits)/2], waits[len(waits)*99/100]
	t.Logf("%d huge requests: %v; a refusal took up to %v; %d polite answers, p50 %v, p99 %v; %d MiB, %d before",
		clients, statuses, slowestRefusal.Round(time.Millisecond), len(waits), p50.Round(time.Millisecond/10), p99.Round(time.Millisecond/10), memory(t, p, "VmHWM"), start)
	// A machine that gets busier meanwhile can make the last ones late.
	answered, late := statuses[http.StatusOK], statuses[http.StatusGatewayTimeout]
	if answered == 0 || 4*late > answered || answered+late+statuses[http.StatusTooManyRequests] != clients {
		t.Errorf("%v: all should be answered 200 or 429, and some 200", statuses)
	}
	if p99 > patience {
		t.Errorf("the polite caller waits %v", p99)
	}
}
