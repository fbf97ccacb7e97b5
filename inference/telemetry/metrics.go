package telemetry

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are the scorer's Prometheus metrics. Durations are in seconds.
type Metrics struct {
	registry *prometheus.Registry

	requests  *prometheus.CounterVec
	duration  *prometheus.HistogramVec
	phases    *prometheus.HistogramVec
	texts     prometheus.Counter
	tokens    prometheus.Counter
	truncated prometheus.Counter
	inFlight  prometheus.Gauge

	batchTexts, batchTokens, batchSeconds prometheus.Histogram
	queue                                 prometheus.Gauge
	ready                                 prometheus.Gauge
	model                                 *prometheus.GaugeVec

	generation generationMetrics
}

// seconds are the bounds of the duration histograms.
var seconds = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}

// NewMetrics makes the metrics, those of the process and of Go's runtime
// included, in a registry of their own.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "scorer_requests_total", Help: "Requests by route and HTTP status; 499 means that the client left."},
			[]string{"route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "scorer_request_duration_seconds", Help: "Time from a request's header to the end of its answer.", Buckets: seconds},
			[]string{"route"}),
		phases: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "scorer_phase_duration_seconds", Help: "Time of a request in tokenize, queue and inference.", Buckets: seconds},
			[]string{"phase"}),
		texts: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "scorer_texts_total", Help: "Texts scored."}),
		tokens: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "scorer_tokens_total", Help: "Tokens read by the model, special ones included."}),
		truncated: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "scorer_truncated_texts_total", Help: "Texts that were cut to the model's limit."}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "scorer_requests_in_flight", Help: "Requests that are being answered."}),
		batchTexts: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "scorer_batch_texts", Help: "Texts in a batch.", Buckets: prometheus.ExponentialBuckets(1, 2, 9)}),
		batchTokens: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "scorer_batch_tokens", Help: "Tokens in a batch.", Buckets: prometheus.ExponentialBuckets(8, 2, 9)}),
		batchSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "scorer_batch_duration_seconds", Help: "Time that the model took for a batch.", Buckets: seconds}),
		queue: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "scorer_queue_texts", Help: "Texts that wait for a batch."}),
		ready: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "scorer_ready", Help: "1 while requests are taken."}),
		model: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "scorer_model_info", Help: "1, labelled with what is served."},
			[]string{"task", "model", "architecture", "precision", "layout", "version"}),
	}
	m.generation = newGenerationMetrics(m.registry)
	m.registry.MustRegister(m.requests, m.duration, m.phases, m.texts, m.tokens, m.truncated, m.inFlight,
		m.batchTexts, m.batchTokens, m.batchSeconds, m.queue, m.ready, m.model,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the metrics in Prometheus' text format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// Tasks of a model.
const (
	Classifier = "text-classification"
	Embedder   = "feature-extraction"
	Tagger     = "token-classification"
	Generator  = "text-generation"
)

// SetModel says what is served for a task.
func (m *Metrics) SetModel(task, model, architecture, precision, layout, version string) {
	m.model.DeletePartialMatch(prometheus.Labels{"task": task})
	m.model.WithLabelValues(task, model, architecture, precision, layout, version).Set(1)
}

// SetReady says whether requests are taken.
func (m *Metrics) SetReady(ready bool) {
	if ready {
		m.ready.Set(1)
	} else {
		m.ready.Set(0)
	}
}

// Scored is what a request for scores took.
type Scored struct {
	Began                      time.Time
	Texts, Tokens, Truncated   int
	Tokenize, Queue, Inference time.Duration
}

// ObserveScored counts a request's texts.
func (m *Metrics) ObserveScored(s Scored) {
	m.texts.Add(float64(s.Texts))
	m.tokens.Add(float64(s.Tokens))
	m.truncated.Add(float64(s.Truncated))
	m.phases.WithLabelValues("tokenize").Observe(s.Tokenize.Seconds())
	m.phases.WithLabelValues("queue").Observe(s.Queue.Seconds())
	m.phases.WithLabelValues("inference").Observe(s.Inference.Seconds())
}

// RequestStarted and RequestDone count the requests of a route.
func (m *Metrics) RequestStarted() { m.inFlight.Inc() }

// RequestDone must be called once for each RequestStarted.
func (m *Metrics) RequestDone(route string, status int, d time.Duration) {
	m.inFlight.Dec()
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(route).Observe(d.Seconds())
}

// ObserveBatch implements batcher.Observer.
func (m *Metrics) ObserveBatch(texts, tokens int, d time.Duration) {
	m.batchTexts.Observe(float64(texts))
	m.batchTokens.Observe(float64(tokens))
	m.batchSeconds.Observe(d.Seconds())
}

// SetQueue implements batcher.Observer.
func (m *Metrics) SetQueue(texts int) { m.queue.Set(float64(texts)) }
