// Generation measures how a decoder of Gemma 3 1B's true shape in int4 generates
// text, all in one run: our engine against the bare session, the limit of the
// memory's bandwidth, onnxruntime-genai and llama.cpp, and the scorer over HTTP.
//
// Machines are noisy, so that all take turns, and ratios are of medians.
package main

import (
	"context"
	"errors"
	"flag"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/command"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/peers"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
)

func main() {
	b := &bench{figures: figures{}}
	c := command.New("make bench")
	venv := flag.String("peers", "", "folder of the engines to compare with, as scripts/fetch-peer.sh generation prints it; none: without")
	seconds := flag.Float64("seconds", 20, "length of one measurement under load")
	only := flag.String("only", "", "run engine or http alone; or beside: the scorer beside the other engines, in a section of its own")
	flag.IntVar(&b.rounds, "rounds", 5, "how often each measurement is taken")
	flag.Parse()
	c.Fixed = append(c.Fixed, "peers")
	if c.Quick {
		b.rounds, *seconds = 1, 1
	}
	b.length = time.Duration(*seconds * float64(time.Second))
	section := "generation"
	if *only == "beside" {
		c.Target, section = "make bench-peers-generation", "generators"
		c.Fixed = append(c.Fixed, "only")
	}
	c.Main(func(ctx context.Context, dir string) (*command.Result, error) {
		text, err := b.run(ctx, dir, *venv, *only)
		return &command.Result{Section: section, Text: text}, err
	})
}

// bench holds what is measured.
type bench struct {
	figures figures
	rounds  int
	length  time.Duration
	threads int
	models  *models
	weights float64 // bytes that a token reads

	engine             *generation.Engine
	bare, short, whole *bare
	server             *server
	peers              []*peers.Peer
}

func (b *bench) run(ctx context.Context, dir, venv, only string) (string, error) {
	others, err := peers.Find(venv)
	if err != nil {
		return "", err
	}
	if b.models, err = makeModels(ctx, dir, others); err != nil {
		return "", err
	}
	if b.weights, err = weightBytes(b.models.graph); err != nil {
		return "", err
	}
	library, err := onnxlib.Locate("")
	if err != nil {
		return "", err
	}
	if err := onnx.Init(library); err != nil {
		return "", err
	}
	if only == "beside" {
		return b.beside(ctx, others)
	}
	if only != "http" {
		if err := b.inProcess(ctx, others); err != nil {
			return "", err
		}
	}
	if only != "engine" {
		for _, measure := range []func(context.Context) error{b.overloaded, b.memory} {
			if err := measure(ctx); err != nil {
				return "", err
			}
		}
	}
	return b.report(others != nil), nil
}

// inProcess takes what needs the engine here, the bare sessions and the peers.
func (b *bench) inProcess(ctx context.Context, p *peers.Peers) (err error) {
	defer func() { err = errors.Join(err, b.close()) }()
	b.engine, err = generation.Load(b.models.graph, heads, generation.Options{ContextWindow: window, MaxSequences: slots, PrefixCache: 1 << 30})
	if err != nil {
		return err
	}
	b.threads = b.engine.Threads()
	if b.bare, err = newBare(b.models.graph, b.threads, window, chunk); err != nil {
		return err
	}
	if b.server, err = serve(ctx, b.models.optimized, "--no-prompt-lookup"); err != nil { // as the engine here
		return err
	}
	if p != nil {
		for _, start := range [][2]string{{peers.GenAI, b.models.export}, {peers.Llama, b.models.gguf}} {
			started, err := p.Start(start[0], start[1], b.threads)
			if err != nil {
				return err
			}
			b.peers = append(b.peers, started)
		}
	}
	for round := range b.rounds {
		report.Note("round %d", round+1)
		for _, measure := range []func() error{b.single, b.batched, func() error { return b.prefix(round) }, b.prefill, b.repeated} {
			if err := measure(); err != nil {
				return err
			}
		}
	}
	if err := b.starts(ctx); err != nil {
		return err
	}
	if b.short, err = newBare(b.models.graph, b.threads, 4096, 1); err != nil {
		return err
	}
	if b.whole, err = newBare(b.models.whole, b.threads, 4096, 1); err != nil {
		return err
	}
	for range b.rounds {
		if err := b.windowed(); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) close() (err error) {
	if b.engine != nil {
		err = b.engine.Close()
	}
	for _, s := range []*bare{b.bare, b.short, b.whole} {
		if s != nil {
			s.close()
		}
	}
	if b.server != nil {
		b.server.Kill()
	}
	for _, p := range b.peers {
		err = errors.Join(err, p.Close())
	}
	return err
}
