package server_test

import (
	"context"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
)

// collector is an OTLP receiver.
type collector struct {
	mu      sync.Mutex
	spans   []*tracepb.Span
	metrics []string
	raw     []byte
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw = append(c.raw, body...)
	switch r.URL.Path {
	case "/v1/traces":
		var m collectortrace.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(body, &m)
		}
		for _, resource := range m.ResourceSpans {
			for _, scope := range resource.ScopeSpans {
				c.spans = append(c.spans, scope.Spans...)
			}
		}
	case "/v1/metrics":
		var m collectormetrics.ExportMetricsServiceRequest
		if err == nil {
			err = proto.Unmarshal(body, &m)
		}
		for _, resource := range m.ResourceMetrics {
			for _, scope := range resource.ScopeMetrics {
				for _, metric := range scope.Metrics {
					c.metrics = append(c.metrics, metric.Name)
				}
			}
		}
	}
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
	}
}

// TestExport sends a request of a caller that traces, and reads what arrives at
// the collector.
func TestExport(t *testing.T) {
	c := &collector{}
	h := httptest.NewServer(c)
	defer h.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", h.URL)
	metrics := telemetry.NewMetrics()
	export, err := telemetry.StartExport(context.Background(), "test", metrics, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, model(t, "distilbert-tiny-sentiment"), func(o *server.Options) { o.Export, o.Metrics = export, metrics })
	const trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	s.do(t, "POST", "/score", `{"text": "zanzibar is lovely"}`, "traceparent", "00-"+trace+"-"+parent+"-01")
	s.do(t, "GET", "/readyz", "")
	if err := export.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var names []string
	var root *tracepb.Span
	for _, span := range c.spans {
		names = append(names, span.Name)
		if span.Name == "POST /score" {
			root = span
		}
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"POST /score", "inference", "queue", "tokenize"}) {
		t.Fatalf("the collector has the spans %v", names)
	}
	for _, span := range c.spans {
		if hex.EncodeToString(span.TraceId) != trace {
			t.Errorf("%s is of the trace %x", span.Name, span.TraceId)
		}
		want := hex.EncodeToString(root.SpanId)
		if span == root {
			want = parent
		}
		if hex.EncodeToString(span.ParentSpanId) != want {
			t.Errorf("%s has the parent %x, want %s", span.Name, span.ParentSpanId, want)
		}
		if span.EndTimeUnixNano < span.StartTimeUnixNano {
			t.Errorf("%s ends before it starts", span.Name)
		}
	}
	for _, want := range []string{"scorer_requests_total", "scorer_phase_duration_seconds"} {
		if !slices.ContainsFunc(c.metrics, func(name string) bool { return strings.HasPrefix(name, strings.TrimSuffix(want, "_total")) }) {
			t.Errorf("the collector lacks %s, it has %v", want, c.metrics)
		}
	}
	if strings.Contains(string(c.raw), "zanzibar") {
		t.Error("the text was exported")
	}
	if !strings.Contains(s.log.String(), `"trace_id":"`+trace+`"`) {
		t.Errorf("the log lacks the trace's id: %s", s.log)
	}
}

// TestNothingIsExportedUnasked checks the variables that turn it off.
func TestNothingIsExportedUnasked(t *testing.T) {
	c := &collector{}
	h := httptest.NewServer(c)
	defer h.Close()
	for name, variables := range map[string]map[string]string{
		"none":     {},
		"disabled": {"OTEL_EXPORTER_OTLP_ENDPOINT": h.URL, "OTEL_SDK_DISABLED": "true"},
		"off":      {"OTEL_EXPORTER_OTLP_ENDPOINT": h.URL, "OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none"},
	} {
		t.Run(name, func(t *testing.T) {
			for k, v := range variables {
				t.Setenv(k, v)
			}
			export, err := telemetry.StartExport(context.Background(), "test", telemetry.NewMetrics(), slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			s := start(t, &fake{}, func(o *server.Options) { o.Export = export })
			s.do(t, "POST", "/score", `{"text": "a"}`)
			if err := export.Close(context.Background()); err != nil {
				t.Fatal(err)
			}
			if len(c.raw) > 0 || strings.Contains(s.log.String(), "trace_id") {
				t.Errorf("%d bytes were exported", len(c.raw))
			}
		})
	}
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", h.URL)
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
	if _, err := telemetry.StartExport(context.Background(), "test", telemetry.NewMetrics(), slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), `OTEL_EXPORTER_OTLP_PROTOCOL is "grpc"`) {
		t.Errorf("gRPC: %v", err)
	}
}
