package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/go-logr/logr"
	prometheusbridge "go.opentelemetry.io/contrib/bridges/prometheus"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
	"go.opentelemetry.io/otel/trace"
)

// Export sends traces and metrics by OTLP. The zero value, and nil, send
// nothing.
type Export struct {
	tracer     trace.Tracer
	propagator propagation.TextMapPropagator
	closers    []func(context.Context) error
}

// StartExport starts the exporters that the usual OTEL_* variables ask for:
// OTEL_EXPORTER_OTLP_ENDPOINT for traces and metrics, or the variables of one
// of them alone; OTEL_SDK_DISABLED, OTEL_TRACES_EXPORTER and
// OTEL_METRICS_EXPORTER turn them off. Without, nothing is started. The
// protocol is http/protobuf. The metrics are those of m. What can't be sent is
// told to log, and costs no request anything.
func StartExport(ctx context.Context, version string, m *Metrics, log *slog.Logger) (*Export, error) {
	e := &Export{propagator: propagation.TraceContext{}}
	if disabled, _ := strconv.ParseBool(os.Getenv("OTEL_SDK_DISABLED")); disabled {
		return e, nil
	}
	traces, err := asked("TRACES")
	if err != nil {
		return nil, err
	}
	metrics, err := asked("METRICS")
	if err != nil {
		return nil, err
	}
	if !traces && !metrics {
		return e, nil
	}
	otel.SetLogger(logr.New(messages{log}))
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		log.Warn("OpenTelemetry", "error", err.Error())
	}))
	about, err := resource.New(ctx,
		resource.WithAttributes(semconv.ServiceName("azure-nlp-endpoint"), semconv.ServiceVersion(version)),
		resource.WithHost(), resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil && !errors.Is(err, resource.ErrPartialResource) {
		return nil, fmt.Errorf("OpenTelemetry: %w", err)
	}
	if traces {
		exporter, err := otlptracehttp.New(ctx)
		if err != nil {
			return nil, fmt.Errorf("OpenTelemetry traces: %w", err)
		}
		p := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about))
		e.tracer = p.Tracer("azure-nlp-endpoint")
		e.closers = append(e.closers, p.Shutdown)
	}
	if metrics {
		exporter, err := otlpmetrichttp.New(ctx)
		if err != nil {
			return nil, fmt.Errorf("OpenTelemetry metrics: %w", err)
		}
		reader := sdkmetric.NewPeriodicReader(exporter,
			sdkmetric.WithProducer(prometheusbridge.NewMetricProducer(prometheusbridge.WithGatherer(m.registry))))
		e.closers = append(e.closers, sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader), sdkmetric.WithResource(about)).Shutdown)
	}
	return e, nil
}

// messages logs what OpenTelemetry says of its variables, without the values that it
// quotes: they may be a collector's key.
type messages struct{ log *slog.Logger }

var _ logr.LogSink = messages{}

func (messages) Init(logr.RuntimeInfo)    {}
func (messages) Enabled(int) bool         { return false } // but for errors
func (messages) Info(int, string, ...any) {}
func (m messages) Error(_ error, msg string, _ ...any) {
	m.log.Warn("OpenTelemetry can't use a variable", "error", msg)
}
func (m messages) WithValues(...any) logr.LogSink { return m }
func (m messages) WithName(string) logr.LogSink   { return m }

// asked reports whether the variables ask for a signal, TRACES or METRICS.
func asked(signal string) (bool, error) {
	if os.Getenv("OTEL_"+signal+"_EXPORTER") == "none" {
		return false, nil
	}
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_"+signal+"_ENDPOINT") == "" {
		return false, nil
	}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_" + signal + "_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"} {
		switch p := os.Getenv(name); p {
		case "", "http/protobuf":
		default:
			return false, fmt.Errorf("%s is %q, only http/protobuf is supported: send to the collector's HTTP port, 4318 by default", name, p)
		}
	}
	return true, nil
}

// Close sends what is left and stops the exporters. Its error says that some
// was lost, which is no reason to call the program's end a failure.
func (e *Export) Close(ctx context.Context) error {
	var all []error
	for _, c := range e.closers {
		all = append(all, c(ctx))
	}
	return errors.Join(all...)
}

// StartRequest begins the span of a request, as a child of the caller's if the
// request carries one. The returned end must be called with the answer's
// status and what the request took, if texts were scored or one generated.
// traceID is "" if nothing is traced.
func (e *Export) StartRequest(r *http.Request, route string) (ctx context.Context, traceID string, end EndRequest) {
	if e == nil || e.tracer == nil {
		return r.Context(), "", func(int, *Scored, *Generated) {}
	}
	parent := e.propagator.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	_, path, _ := strings.Cut(route, " ")
	ctx, span := e.tracer.Start(parent, route, trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.String("http.request.method", r.Method), attribute.String("http.route", path)))
	return ctx, span.SpanContext().TraceID().String(), func(status int, scored *Scored, generated *Generated) {
		span.SetAttributes(attribute.Int("http.response.status_code", status))
		if status >= 500 {
			span.SetStatus(codes.Error, http.StatusText(status))
		}
		if scored != nil {
			span.SetAttributes(attribute.Int("scorer.texts", scored.Texts), attribute.Int("scorer.tokens", scored.Tokens))
			e.phases(ctx, scored.Began, phase{"tokenize", scored.Tokenize}, phase{"queue", scored.Queue}, phase{"inference", scored.Inference})
		}
		if g := generated; g != nil {
			span.SetAttributes(attribute.Int("gen_ai.usage.input_tokens", g.PromptTokens), attribute.Int("gen_ai.usage.output_tokens", g.OutputTokens),
				attribute.StringSlice("gen_ai.response.finish_reasons", []string{g.Finish}))
			if g.CachedTokens != nil {
				span.SetAttributes(attribute.Int("scorer.cached_tokens", *g.CachedTokens))
			}
			e.phases(ctx, g.Began, phase{"queue", g.Queue}, phase{"prefill", g.Prefill}, phase{"decode", g.Decode})
		}
		span.End()
	}
}

// EndRequest ends the span of a request.
type EndRequest func(status int, scored *Scored, generated *Generated)

type phase struct {
	name string
	took time.Duration
}

// phases adds the spans of what a request went through, one after the other.
func (e *Export) phases(ctx context.Context, at time.Time, all ...phase) {
	for _, p := range all {
		_, span := e.tracer.Start(ctx, p.name, trace.WithTimestamp(at))
		at = at.Add(p.took)
		span.End(trace.WithTimestamp(at))
	}
}
