package main

import (
	"log/slog"
	"slices"
	"sync"
	"time"
)

// phases are what a start took its time for. Some of them go on at once.
type phases struct {
	began time.Time
	mu    sync.Mutex
	names []string // as they first ended
	took  map[string]time.Duration
}

func newPhases() *phases { return &phases{began: time.Now(), took: map[string]time.Duration{}} }

// begin begins a phase; what it returns ends it. Those of one name, of two models, are
// added up.
func (p *phases) begin(name string) (end func()) {
	start := time.Now()
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if !slices.Contains(p.names, name) {
			p.names = append(p.names, name)
		}
		p.took[name] += time.Since(start)
	}
}

// log is what the log says of them: milliseconds of those that ended, and until now.
func (p *phases) log() slog.Attr {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []any
	for _, name := range p.names {
		all = append(all, slog.Float64(name, milliseconds(p.took[name])))
	}
	return slog.Group("took_ms", append(all, slog.Float64("all", milliseconds(time.Since(p.began))))...)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
