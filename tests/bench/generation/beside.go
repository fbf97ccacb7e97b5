package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	made "github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/models"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/peers"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
)

// forms are a model as each engine reads it.
type forms struct {
	name           string
	served, export string            // folders: what the scorer serves, and onnxruntime-genai
	graph          string            // that the scorer runs
	gguf           map[string]string // files of llama.cpp, by how they are quantized
}

// engine is one of those that take turns with a model.
type engine struct {
	name   string
	weight float64 // bytes that a token reads
	ready  float64 // seconds until it was
	// decode returns tokens a second after a prompt of so many tokens, first the
	// milliseconds until the first token after newPrompt ones that no cache has, and
	// peak the most memory that was resident, in bytes.
	decode func(context int) (float64, error)
	first  func(round int) (float64, error)
	peak   func() (float64, error)
}

const newPrompt = 500

// genuineForms are those of the Gemma 3 270M that `make genuine` fetches and converts,
// prepared in dir by the scorer that is measured; false if it hasn't.
func genuineForms(ctx context.Context, dir string) (forms, bool, error) {
	genuine, err := made.Genuine()
	if err != nil {
		return forms{}, false, nil
	}
	f := forms{name: "The genuine Gemma 3 270M", served: filepath.Join(dir, "genuine"), export: filepath.Join(genuine, "int4"),
		gguf: map[string]string{"Q4_K_M": filepath.Join(genuine, "gguf", "gemma-3-270m-q4_k_m.gguf")}}
	f.graph = filepath.Join(f.served, "model.onnx")
	if !exists(filepath.Join(f.export, "model.onnx")) || !exists(f.gguf["Q4_K_M"]) {
		return forms{}, false, nil
	}
	return f, true, prepare(ctx, f.export, f.served)
}

// beside compares the scorer over HTTP with the other engines, one stream at a time,
// and returns what the report has of it.
func (b *bench) beside(ctx context.Context, p *peers.Peers) (string, error) {
	if p == nil {
		return "", errors.New("name the engines to compare with by -peers")
	}
	var out strings.Builder
	fmt.Fprintf(&out, "One stream at a time, %d threads each. The engines took turns; medians of %d turns of %d tokens.\n", runtime.NumCPU(), b.rounds, perTurn)
	all := []forms{{"Gemma 3 1B's shape, random weights", b.models.optimized, b.models.export, b.models.graph, map[string]string{"Q4_0": b.models.gguf, "Q4_1": b.models.gguf5}}}
	genuine, ok, err := genuineForms(ctx, filepath.Dir(b.models.optimized))
	if err != nil {
		return "", err
	}
	if ok {
		all = append(all, genuine)
	} else {
		out.WriteString("The genuine Gemma 3 270M wasn't measured: `make genuine` fetches and converts it.\n")
	}
	for _, f := range all {
		if err := b.besideWith(ctx, p, f, &out); err != nil {
			return "", fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return out.String(), nil
}

func (b *bench) besideWith(ctx context.Context, p *peers.Peers, f forms, out *strings.Builder) error {
	s, err := serve(ctx, f.served, "--no-prompt-lookup")
	if err != nil {
		return err
	}
	defer s.Kill()
	var closing []*peers.Peer
	defer func() {
		for _, p := range closing {
			_ = p.Close()
		}
	}()
	weight, err := weightBytes(f.graph)
	if err != nil {
		return err
	}
	engines := []engine{scorerEngine(s, weight)}
	start := func(script, model, kind string, weight float64) error {
		peer, err := p.Start(script, model, runtime.NumCPU())
		if err != nil {
			return err
		}
		peer.Name += kind
		closing = append(closing, peer)
		engines = append(engines, peerEngine(peer, weight))
		return nil
	}
	if weight, err = weightBytes(filepath.Join(f.export, "model.onnx")); err != nil {
		return err
	}
	if err := start(peers.GenAI, f.export, "", weight); err != nil {
		return err
	}
	for _, kind := range slices.Sorted(maps.Keys(f.gguf)) {
		file, err := os.Stat(f.gguf[kind])
		if err != nil {
			return err
		}
		if err := start(peers.Llama, f.gguf[kind], ", "+kind, float64(file.Size())); err != nil {
			return err
		}
	}
	measured := figures{}
	for round := range b.rounds {
		report.Note("%s, round %d", f.name, round+1)
		for _, n := range contexts {
			for _, e := range engines {
				rate, err := e.decode(n)
				if err != nil {
					return err
				}
				measured.add(at(e.name, n), rate)
			}
		}
		for _, e := range engines {
			took, err := e.first(round)
			if err != nil {
				return err
			}
			measured.add(firstOf(e), took)
		}
	}
	return writeBeside(out, f, engines, measured)
}

func firstOf(e engine) string { return at("first token ms, "+e.name, newPrompt) }

func scorerEngine(s *server, weight float64) engine {
	return engine{
		name: "the scorer, by HTTP", weight: weight, ready: s.Ready.Seconds(),
		decode: func(n int) (float64, error) {
			c, err := s.complete(prompt(n, 0), perTurn+1)
			if err != nil {
				return 0, err
			}
			return 1 / c.perToken.Seconds(), nil
		},
		first: func(round int) (float64, error) {
			c, err := s.complete(prompt(newPrompt, 50_000+round), 2)
			if err != nil {
				return 0, err
			}
			return ms(c.first), nil
		},
		peak: func() (float64, error) {
			_, peak, err := report.Memory(s.PID())
			return peak, err
		},
	}
}

func peerEngine(p *peers.Peer, weight float64) engine {
	return engine{
		name: p.Name, weight: weight, ready: p.Ready.LoadSeconds,
		decode: func(n int) (float64, error) {
			a, err := p.Decode(n, perTurn)
			if err != nil {
				return 0, err
			}
			return a.TokensPerSecond, nil
		},
		first: func(int) (float64, error) {
			a, err := p.Decode(newPrompt, 1)
			if err != nil {
				return 0, err
			}
			return 1000 * newPrompt / a.Prefill, nil
		},
		peak: func() (float64, error) {
			a, err := p.Decode(contexts[0], 1)
			if err != nil {
				return 0, err
			}
			return a.PeakBytes, nil
		},
	}
}

// writeBeside writes what was measured with a model, and the aims: as many tokens as
// the others, and the first as soon.
func writeBeside(out *strings.Builder, f forms, engines []engine, measured figures) error {
	fmt.Fprintf(out, "\n### %s\n\n| | tokens/s at %d | at %d | MB that a token reads | first token of %d new ones, ms | memory MB | s to ready |\n|---|---|---|---|---|---|---|\n",
		f.name, contexts[0], contexts[1], newPrompt)
	for _, e := range engines {
		peak, err := e.peak()
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "| %s | %.1f | %.1f | %.0f | %.0f | %.0f | %.1f |\n", e.name, measured.median(at(e.name, contexts[0])), measured.median(at(e.name, contexts[1])),
			e.weight/1e6, measured.median(firstOf(e)), peak/1e6, e.ready)
	}
	out.WriteString("\n| the scorer against | what | ratio | aim | met |\n|---|---|---|---|---|\n")
	row := func(e engine, what string, ratio float64, aim string, met bool) {
		word := "no"
		if met {
			word = "yes"
		}
		fmt.Fprintf(out, "| %s | %s | %.2f | %s | %s |\n", e.name, what, ratio, aim, word)
	}
	own := engines[0]
	for _, e := range engines[1:] {
		for _, n := range contexts {
			ratio := measured.ratio(at(own.name, n), at(e.name, n))
			row(e, fmt.Sprintf("tokens/s at %d", n), ratio, "at least 1", ratio >= 1)
		}
		ratio := measured.ratio(firstOf(own), firstOf(e))
		row(e, fmt.Sprintf("first token of %d new ones, ms", newPrompt), ratio, "at most 1", ratio <= 1)
	}
	return nil
}

// ratio is the median of the rounds' ratios of a to b.
func (f figures) ratio(a, b string) float64 {
	var ratios []float64
	for i := range min(len(f[a]), len(f[b])) {
		ratios = append(ratios, f[a][i]/f[b][i])
	}
	if len(ratios) == 0 {
		return 0
	}
	return report.Median(ratios)
}
