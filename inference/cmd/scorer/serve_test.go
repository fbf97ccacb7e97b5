package main

import (
	"context"
	"encoding/json"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestServeWithoutItsCollector serves with a collector that isn't there: texts
// are scored, the log tells in its own form, and SIGTERM ends it with 0.
func TestServeWithoutItsCollector(t *testing.T) {
	withLibrary(t)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://"+closed.Addr().String())
	_ = closed.Close()
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "50") // milliseconds
	t.Setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1000")
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	_ = free.Close()
	var out, errs scorerproc.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run([]string{"--model-dir", goldens.ModelDir("distilbert-tiny-sentiment"), "--host", "127.0.0.1",
			"--port", strconv.Itoa(port), "--drain-delay", "0s"}, strings.NewReader(""), &out, &errs)
	}()
	client := &api.Client{URL: "http://127.0.0.1:" + strconv.Itoa(port)}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for client.Ready(ctx) != nil {
		select {
		case code := <-ended:
			t.Fatalf("ended with %d: %s", code, errs.String())
		case <-ctx.Done():
			t.Fatalf("isn't ready: %s", out.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
	scores, err := client.Score(ctx, "This is great!")
	if err != nil || scores[0].Label != "POSITIVE" {
		t.Errorf("got %v, %v", scores, err)
	}
	began := time.Now()
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case code := <-ended:
		if code != 0 || errs.String() != "" {
			t.Errorf("exit status %d, stderr %q", code, errs.String())
		}
	case <-time.After(20 * time.Second):
		t.Fatal("SIGTERM did not end it")
	}
	for _, phase := range []string{"files", "runtime", "tokenizer", "session", "warm_up", "all"} {
		if ms := readyLine(t, out.String()).Took[phase]; ms <= 0 {
			t.Errorf("the log doesn't say how long %s took: %s", phase, out.String())
		}
	}
	if took := time.Since(began); took > 12*time.Second {
		t.Errorf("the end took %v", took)
	}
	warned := false
	for line := range strings.Lines(out.String()) {
		var entry struct{ Level, Msg string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Errorf("the log has %q", line)
		}
		warned = warned || entry.Level == "WARN" && entry.Msg == "OpenTelemetry"
	}
	if !warned || !strings.Contains(out.String(), `"msg":"stopped"`) {
		t.Errorf("the log is %s", out.String())
	}
}

// ready is what the log says when the scorer is.
type ready struct {
	Took map[string]float64 `json:"took_ms"`
}

func readyLine(t *testing.T, log string) (r ready) {
	t.Helper()
	for line := range strings.Lines(log) {
		if strings.Contains(line, `"ready"`) {
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
		}
	}
	return r
}
