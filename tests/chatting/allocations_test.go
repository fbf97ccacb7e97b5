package chatting_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestAllocationsOfAStream counts what the whole process allocates for a token
// on its way from the engine through server-sent events. The client reads into
// memory that it has.
func TestAllocationsOfAStream(t *testing.T) {
	onnxtest.Init(t)
	folder, err := modelstore.Find(goldens.ModelDir("gemma-tiny-chat"), modelstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	metrics := telemetry.NewMetrics()
	g, err := pipeline.LoadGenerator(folder, pipeline.GeneratorOptions{Engine: generation.Options{Observer: metrics}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = g.Close(context.Background()) }()
	s := server.New(server.Options{Generator: server.GeneratorOf(g), Metrics: metrics, Log: slog.New(slog.DiscardHandler),
		Limits: api.Limits{MaxBodyBytes: 1 << 20, MaxConcurrentRequests: 8, RequestTimeoutSeconds: 30}})
	s.SetReady()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serving, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(serving, listener, server.Stopping{Grace: 5 * time.Second}) }()
	defer func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	buffer := make([]byte, 64<<10)
	done := []byte("data: [DONE]\n\n\r\n0\r\n\r\n")

	// stream returns how many events and allocations a text of n tokens takes.
	stream := func(n int) (events int, allocations float64) {
		body := fmt.Sprintf(`{"messages": [{"role": "user", "content": "Tell me a story about a fox."}], "max_tokens": %d, "seed": 1,
			"logit_bias": {"1": -100, "106": -100}, "stream": true}`, n)
		request := fmt.Appendf(nil, "POST /v1/chat/completions HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := conn.Write(request); err != nil {
			t.Fatal(err)
		}
		length := 0
		for {
			k, err := conn.Read(buffer[length:])
			if err != nil && err != io.EOF {
				t.Fatalf("%v after %.300s", err, buffer[:length])
			}
			events += bytes.Count(buffer[length:length+k], []byte("data: "))
			length += k
			if bytes.HasSuffix(buffer[:length], done) {
				break
			}
			// An end may lie across two reads.
			keep := min(length, len(done))
			copy(buffer, buffer[length-keep:length])
			length = keep
		}
		runtime.ReadMemStats(&after)
		return events, float64(after.Mallocs - before.Mallocs)
	}
	stream(50)
	var each []float64
	longEvents := 0
	for range 3 { // what the engine puts off until the first answer allocates too, once
		shortEvents, short := stream(50)
		var long float64
		longEvents, long = stream(1500)
		each = append(each, (long-short)/float64(longEvents-shortEvents))
	}
	slices.Sort(each)
	perEvent := each[1]
	t.Logf("%d events, %.2f allocations each", longEvents, perEvent)
	if longEvents < 300 {
		t.Errorf("1,500 tokens came in only %d events", longEvents)
	}
	if perEvent > 2 {
		t.Errorf("%.2f allocations an event", perEvent)
	}
}
