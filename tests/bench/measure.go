package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/ideal"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/load"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// measurement is one way of scoring the texts, measured several times.
type measurement struct {
	name    string
	clients int // 0: driven directly
	take    func() (float64, error)
	rates   []float64 // texts a second
}

type measurements []*measurement

func (all measurements) rate(name string, clients int) float64 {
	for _, m := range all {
		if m.name == name && m.clients == clients {
			return report.Median(m.rates)
		}
	}
	return 0
}

const (
	onePlain   = "plain export, one text at a time"
	padded     = "plain export, batches of like lengths"
	packedFP32 = "optimised, fp32"
	packedInt8 = "optimised, int8"
)

// service is the route for scores; that they are right is for the tests.
func service(p *scorerproc.Process) load.Service { return load.Service{URL: p.URL + api.ScorePath} }

// throughput takes the measurements in turn.
func (b *bench) throughput(ctx context.Context) (measurements, error) {
	var all measurements
	served := func(name string, p *scorerproc.Process, clients ...int) {
		for _, n := range clients {
			all = append(all, &measurement{name: name, clients: n, take: func() (float64, error) {
				rate, _, err := load.Closed(ctx, service(p), b.texts, 1, n, b.length)
				return rate, err
			}})
		}
	}
	driven := func(name string, d *ideal.Session) {
		all = append(all, &measurement{name: name, take: func() (float64, error) { return d.Run(b.length) }})
	}
	served(onePlain, b.plain, 1, 32)
	served(padded, b.padded, 32)
	served(packedFP32, b.packed, 1, 8, 32, 64)
	driven(packedFP32, b.direct)
	served(packedInt8, b.packed8, 1, 8, 32, 64)
	driven(packedInt8, b.direct8)
	for round := range b.rounds {
		for _, m := range all {
			rate, err := m.take()
			if err != nil {
				return nil, fmt.Errorf("%s, %d clients: %w", m.name, m.clients, err)
			}
			report.Note("round %d: %s, %d clients: %.1f texts/s", round+1, m.name, m.clients, rate)
			m.rates = append(m.rates, rate)
		}
	}
	return all, nil
}

func (all measurements) table() string {
	var out strings.Builder
	out.WriteString("\n### Throughput over HTTP\n\nClosed loop: each client sends its next text when it has its answer. Clients and server share the machine.\n\n" +
		"| served | clients | texts/s | against one text at a time, as many clients or 32 | against ideal batches driven directly |\n|---|---|---|---|---|\n")
	for _, m := range all {
		rate := report.Median(m.rates)
		base := all.rate(onePlain, 32)
		if m.clients == 1 {
			base = all.rate(onePlain, 1)
		}
		if m.clients == 0 {
			fmt.Fprintf(&out, "| %s: ideal batches, driven directly | - | %.1f | %.2fx | 1 |\n", m.name, rate, rate/base)
			continue
		}
		against := "-"
		if ideal := all.rate(m.name, 0); ideal > 0 {
			against = fmt.Sprintf("%.2f", rate/ideal)
		}
		fmt.Fprintf(&out, "| %s | %d | %.1f | %.2fx | %s |\n", m.name, m.clients, rate, rate/base, against)
	}
	return out.String()
}

// latency sends texts at half of the rate that 32 clients reached.
func (b *bench) latency(ctx context.Context, all measurements) (string, error) {
	var out strings.Builder
	out.WriteString("\n### Latency at half load\n\nOpen loop: texts arrive at random times (Poisson), at half of the rate that 32 clients reached.\n\n| served | texts/s | p50 ms | p99 ms |\n|---|---|---|---|\n")
	for _, s := range []struct {
		name string
		p    *scorerproc.Process
	}{{onePlain, b.plain}, {packedFP32, b.packed}, {packedInt8, b.packed8}} {
		rate := all.rate(s.name, 32) / 2
		report.Note("latency: %s at %.1f texts/s", s.name, rate)
		l, err := load.Open(ctx, service(s.p), b.texts, rate, 4*b.length, 2)
		if err != nil {
			return "", err
		}
		if l.Overloaded() {
			return "", fmt.Errorf("%s can't bear %.1f texts/s, half of what 32 clients had", s.name, rate)
		}
		fmt.Fprintf(&out, "| %s | %.1f | %.1f | %.1f |\n", s.name, rate, ms(l.Quantile(.5)), ms(l.Quantile(.99)))
	}
	return out.String(), nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// memory reads what the kernel says of the servers, after all that load.
func (b *bench) memory() (string, error) {
	var out strings.Builder
	out.WriteString("\n### Memory after the load\n\nOf the process; mapped weights count as resident once they were read.\n\n| served | weights MB | resident MB | peak MB |\n|---|---|---|---|\n")
	for _, s := range []struct {
		name, weights string
		p             *scorerproc.Process
	}{
		{onePlain, b.model + "/onnx/model.onnx.data", b.plain},
		{packedFP32, b.fp32 + "/model.onnx.data", b.packed},
		{packedInt8, b.int8 + "/model.onnx.data", b.packed8},
	} {
		info, err := os.Stat(s.weights)
		if err != nil {
			return "", err
		}
		resident, peak, err := report.Memory(s.p.PID())
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "| %s | %.0f | %.0f | %.0f |\n", s.name, float64(info.Size())/1e6, resident/1e6, peak/1e6)
	}
	return out.String(), nil
}
