package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// generationMetrics are those of a chat model's engine.
type generationMetrics struct {
	firstToken, perToken, queued, step prometheus.Histogram
	rows                               prometheus.Histogram
	prompt, cached, output             prometheus.Counter
	finished                           *prometheus.CounterVec
	reasons                            map[string]prometheus.Counter // of finished, so that none is looked up by labels
	queue, running, kvUsed, kvTotal    prometheus.Gauge
}

// finishReasons are those that an engine gives.
var finishReasons = []string{"stop", "length", "cancelled", "error"}

func newGenerationMetrics(registry *prometheus.Registry) generationMetrics {
	histogram := func(name, help string, buckets []float64) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
	}
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	tokenSeconds := []float64{.001, .0025, .005, .01, .015, .02, .03, .04, .05, .075, .1, .15, .25, .5, 1, 2.5}
	g := generationMetrics{
		firstToken: histogram("scorer_time_to_first_token_seconds", "Time from a request's arrival at the engine to its first token.", seconds),
		perToken:   histogram("scorer_time_per_output_token_seconds", "Mean time between the tokens of a text, one observation per text.", tokenSeconds),
		queued:     histogram("scorer_generation_queue_seconds", "Time that a request waited for a slot.", seconds),
		step:       histogram("scorer_generation_step_seconds", "Time that the model took for a step of decoding.", tokenSeconds),
		rows:       histogram("scorer_generation_batch_size", "Texts in a step of decoding.", prometheus.ExponentialBuckets(1, 2, 8)),
		prompt:     counter("scorer_prompt_tokens_total", "Tokens of admitted prompts, cached ones included."),
		cached:     counter("scorer_prefix_cache_hit_tokens_total", "Tokens of admitted prompts that the prefix cache had."),
		output:     counter("scorer_output_tokens_total", "Tokens of finished texts."),
		finished: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "scorer_generations_total", Help: "Texts by why they ended."}, []string{"reason"}),
		reasons: map[string]prometheus.Counter{},
		queue:   gauge("scorer_generation_queue", "Requests that wait for a slot."),
		running: gauge("scorer_generation_running", "Texts that are being generated."),
		kvUsed:  gauge("scorer_kv_cache_used_bytes", "Memory of keys and values that texts and the prefix cache hold."),
		kvTotal: gauge("scorer_kv_cache_bytes", "Memory that there is for keys and values."),
	}
	for _, reason := range finishReasons {
		g.reasons[reason] = g.finished.WithLabelValues(reason)
	}
	registry.MustRegister(g.firstToken, g.perToken, g.queued, g.step, g.rows, g.prompt, g.cached, g.output, g.finished,
		g.queue, g.running, g.kvUsed, g.kvTotal)
	return g
}

// Generated is what a generated text took.
type Generated struct {
	Began                      time.Time
	PromptTokens, OutputTokens int
	CachedTokens               *int // of PromptTokens, how many the prefix cache had; nil if that isn't told
	Queue, Prefill, Decode     time.Duration
	Finish                     string // "" if the text was broken off
}

// The engine calls the methods below from its one goroutine, each step. They
// allocate nothing.

// Admitted counts a prompt that got a slot, after it had waited for queued.
func (m *Metrics) Admitted(queued time.Duration, promptTokens, cachedTokens int) {
	m.generation.queued.Observe(queued.Seconds())
	m.generation.prompt.Add(float64(promptTokens))
	m.generation.cached.Add(float64(cachedTokens))
}

// FirstToken counts the first token of a text.
func (m *Metrics) FirstToken(sinceArrival time.Duration) {
	m.generation.firstToken.Observe(sinceArrival.Seconds())
}

// Step counts a step of decoding over rows texts.
func (m *Metrics) Step(rows int, took time.Duration) {
	m.generation.rows.Observe(float64(rows))
	m.generation.step.Observe(took.Seconds())
}

// Finished counts a text that ended, and why: "stop", "length", "cancelled" or
// "error". perToken is the mean time between its tokens, 0 if it has fewer
// than two.
func (m *Metrics) Finished(reason string, outputTokens int, perToken time.Duration) {
	if c, ok := m.generation.reasons[reason]; ok {
		c.Inc()
	} else {
		m.generation.finished.WithLabelValues(reason).Inc()
	}
	m.generation.output.Add(float64(outputTokens))
	if perToken > 0 {
		m.generation.perToken.Observe(perToken.Seconds())
	}
}

// State says what there is to do, and how much memory of keys and values is
// taken.
func (m *Metrics) State(queued, running int, kvUsedBytes, kvTotalBytes int64) {
	m.generation.queue.Set(float64(queued))
	m.generation.running.Set(float64(running))
	m.generation.kvUsed.Set(float64(kvUsedBytes))
	m.generation.kvTotal.Set(float64(kvTotalBytes))
}
