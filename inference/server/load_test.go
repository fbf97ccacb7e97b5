package server_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
)

// TestSlowBodiesTakeNoPlace opens more requests than may be at once, whose bodies
// come slowly: others are answered meanwhile, and so are they in the end.
func TestSlowBodiesTakeNoPlace(t *testing.T) {
	s := start(t, &fake{}, func(o *server.Options) { o.Limits.MaxConcurrentRequests = 2 })
	var bodies []*io.PipeWriter
	var waiting sync.WaitGroup
	for range 12 {
		body, w := io.Pipe()
		bodies = append(bodies, w)
		waiting.Go(func() {
			resp, err := http.Post(s.url+"/score", "application/json", body)
			if err != nil {
				t.Error(err)
				return
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusTooManyRequests { // twelve at once are more than four
				t.Errorf("a slow request is answered %d", resp.StatusCode)
			}
		})
		if _, err := io.WriteString(w, `{"text"`); err != nil {
			t.Fatal(err)
		}
	}
	s.await(t, "scorer_requests_in_flight 13\n")
	if got := s.do(t, "POST", "/score", `{"text": "a"}`); got.StatusCode != http.StatusOK {
		t.Errorf("beside slow bodies: status %d, %s", got.StatusCode, got.body)
	}
	for _, w := range bodies {
		if _, err := io.WriteString(w, `: "a"}`); err != nil {
			t.Fatal(err)
		}
		_ = w.Close()
	}
	waiting.Wait()
}

// TestPlacesAreBounded fills the places of those that wait: one more is refused
// before its body is read.
func TestPlacesAreBounded(t *testing.T) {
	s := start(t, &fake{wait: true}, func(o *server.Options) { o.Limits.MaxConcurrentRequests = 2 })
	ctx, leave := context.WithCancel(context.Background())
	var waiting sync.WaitGroup
	for range 4 {
		waiting.Go(func() {
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/score", strings.NewReader(`{"text": "a"}`))
			if err != nil {
				t.Error(err)
				return
			}
			if resp, err := http.DefaultClient.Do(r); err == nil {
				_ = resp.Body.Close()
				t.Errorf("status %d", resp.StatusCode)
			}
		})
	}
	s.await(t, "scorer_requests_in_flight 5\n")
	refused := func() bool {
		got := s.do(t, "POST", "/score", `not read`)
		return got.StatusCode == http.StatusTooManyRequests && got.failure(t).Code == "overloaded" && got.Header.Get("Retry-After") == "1"
	}
	for deadline := time.Now().Add(5 * time.Second); !refused(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a fifth request is taken")
		}
	}
	if got := s.do(t, "GET", "/readyz", ""); got.StatusCode != http.StatusOK {
		t.Errorf("/readyz answers %d", got.StatusCode)
	}
	leave()
	waiting.Wait()
}

// await waits until the metrics have a line.
func (s *started) await(t *testing.T, line string) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !strings.Contains(s.do(t, "GET", "/metrics", "").body, line); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the metrics never have %q", line)
		}
	}
}

// TestNoGoroutineStays serves good, bad, late and abandoned requests, stops,
// and counts the goroutines.
func TestNoGoroutineStays(t *testing.T) {
	before := runtime.NumGoroutine()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	short := limits
	short.RequestTimeoutSeconds = 0.02
	s := server.New(server.Options{
		Classifier: &fake{wait: true}, Limits: short, Metrics: telemetry.NewMetrics(), Log: slog.New(slog.DiscardHandler),
	})
	s.SetReady()
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l, server.Stopping{Grace: 5 * time.Second}) }()
	transport := &http.Transport{}
	client := &http.Client{Transport: transport}
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			mine, cancel := context.WithTimeout(context.Background(), []time.Duration{5 * time.Millisecond, 5 * time.Second}[i%2])
			defer cancel()
			body := []string{`{"text": "a"}`, `{"text": 1}`, `{`}[i%3]
			req, err := http.NewRequestWithContext(mine, "POST", "http://"+l.Addr().String()+"/score", strings.NewReader(body))
			if err != nil {
				t.Error(err)
				return
			}
			resp, err := client.Do(req)
			if err == nil {
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		})
	}
	all.Wait()
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
	transport.CloseIdleConnections()
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines before, %d now: %s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// TestUnusedConnection checks that a connection that was opened and not used
// holds the end up for a second at most.
func TestUnusedConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := server.New(server.Options{Classifier: &fake{}, Limits: limits, Metrics: telemetry.NewMetrics(), Log: slog.New(slog.DiscardHandler)})
	s.SetReady()
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l, server.Stopping{Grace: 3 * time.Second}) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if resp, err := http.Get("http://" + l.Addr().String() + "/livez"); err != nil {
		t.Fatal(err)
	} else {
		_ = resp.Body.Close()
	}
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
}
