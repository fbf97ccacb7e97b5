package hostile

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// patience is well below the time after which uploads are cut, and above what an
// answer takes on a busy machine.
const patience = 3 * time.Second

// TestIdleUploads opens more connections than requests may be at once, each of
// which says that a body comes and sends none of it, only its beginning, or a byte
// now and then.
func TestIdleUploads(t *testing.T) {
	for name, begun := range map[string]string{"nothing": "", "a beginning": `{"te`, "drops": " "} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // they wait
			p := serve(t)
			before := polite(t, p)
			start := memory(t, p, "VmRSS")
			var all []net.Conn
			opened := time.Now()
			for range 1100 {
				all = append(all, dial(t, p, fmt.Sprintf("POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n%s", api.ScorePath, begun)))
			}
			stop := func() {}
			if name == "drops" {
				ticker, done := time.NewTicker(500*time.Millisecond), make(chan struct{})
				stop = sync.OnceFunc(func() { close(done) })
				defer stop()
				go func() {
					defer ticker.Stop()
					for {
						select {
						case <-done:
							return
						case <-ticker.C:
						}
						for _, c := range all {
							_, _ = c.Write([]byte(" ")) // those that were cut fail
						}
					}
				}()
			}
			slowest := polite(t, p)
			t.Logf("1,100 uploads that idle: %d MiB, %d before; the slowest polite answer took %v, %v before",
				memory(t, p, "VmHWM"), start, slowest, before)
			if slowest > patience {
				t.Errorf("a polite caller waits %v, as if for the uploads", slowest)
			}
			for i, c := range all {
				_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
				resp, err := http.ReadResponse(bufio.NewReader(c), nil)
				if err != nil && name == "drops" {
					continue // a drop that came behind the answer can destroy it
				}
				if err != nil {
					t.Fatalf("connection %d: %v", i, err)
				}
				if resp.StatusCode != http.StatusRequestTimeout || !resp.Close {
					t.Fatalf("connection %d: status %d, closed: %v", i, resp.StatusCode, resp.Close)
				}
			}
			stop()
			t.Logf("all were cut %v after the first was opened", time.Since(opened).Round(time.Millisecond))
		})
	}
}

// TestIdleStreams does the same over HTTP/2, where one connection has many requests.
func TestIdleStreams(t *testing.T) {
	p := serve(t)
	before := polite(t, p)
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{Protocols: &protocols}}
	var uploads sync.WaitGroup
	var cut atomic.Int64
	for range 1100 {
		body, _ := io.Pipe() // of which nothing comes
		uploads.Go(func() {
			resp, err := client.Post(p.URL+api.ScorePath, "application/json", body)
			if err == nil && resp.StatusCode == http.StatusRequestTimeout {
				cut.Add(1)
			}
			if err == nil {
				_ = resp.Body.Close()
			}
			_ = body.Close()
		})
	}
	awaitMetric(t, p, "scorer_requests_in_flight 1101")
	slowest := polite(t, p)
	t.Logf("1,100 streams that idle: %d MiB; the slowest polite answer took %v, %v before", memory(t, p, "VmHWM"), slowest, before)
	if slowest > patience {
		t.Errorf("a polite caller waits %v, as if for the uploads", slowest)
	}
	uploads.Wait()
	if cut.Load() != 1100 {
		t.Errorf("%d of 1,100 were answered 408", cut.Load())
	}
}
