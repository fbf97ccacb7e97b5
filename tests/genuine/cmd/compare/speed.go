package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/peers"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// speed lets the scorer, onnxruntime-genai (both on the int4 folder) and llama.cpp
// (on the GGUF file) take turns, one thread each. Processor time a token is told
// beside tokens a second, because others may use the machine too.
func (c *comparison) speed(ctx context.Context) (err error) {
	const context, tokens, rounds = 64, 48, 5
	p, err := scorerproc.Start(ctx, filepath.Join(c.folder, "int4"), "--threads", "1", "--no-prompt-lookup")
	if err != nil {
		return err
	}
	defer p.Kill()
	var others []*peers.Peer
	venv, err := peers.Find(c.peers)
	if err != nil {
		return err
	}
	if venv != nil {
		for script, model := range map[string]string{peers.GenAI: filepath.Join(c.folder, "int4"), peers.Llama: c.gguf()} {
			peer, err := venv.Start(script, model, 1)
			if err != nil {
				return fmt.Errorf("%s: %w: tests/bench/peers/README.md says what it needs", script, err)
			}
			defer func() { _ = peer.Close() }()
			others = append(others, peer)
		}
	}
	rates, cpu := map[string][]float64{}, map[string][]float64{}
	for range rounds {
		rate, seconds, err := own(ctx, p, context, tokens)
		if err != nil {
			return err
		}
		rates["the scorer"], cpu["the scorer"] = append(rates["the scorer"], rate), append(cpu["the scorer"], seconds)
		for _, peer := range others {
			a, err := peer.Decode(context, tokens)
			if err != nil {
				return err
			}
			rates[peer.Name], cpu[peer.Name] = append(rates[peer.Name], a.TokensPerSecond), append(cpu[peer.Name], a.CPUSeconds/tokens)
		}
	}
	memory, err := peakMemory(p.PID())
	if err != nil {
		return err
	}
	describe := func(name, rest string) {
		c.document.row("speed", name, fmt.Sprintf("%.1f tokens a second, %.1f ms of processor time a token; %s", report.Median(rates[name]), 1000*report.Median(cpu[name]), rest))
	}
	describe("the scorer", fmt.Sprintf("ready after %.1f s, at most %.0f MB resident", p.Ready.Seconds(), memory/1e6))
	for _, peer := range others {
		a, err := peer.Decode(context, 1)
		if err != nil {
			return err
		}
		describe(peer.Name, fmt.Sprintf("ready after %.1f s, at most %.0f MB resident", peer.Ready.LoadSeconds, a.PeakBytes/1e6))
	}
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return err
	}
	c.document.row("speed", "how", fmt.Sprintf("one thread each, in turns, medians of %d; %d tokens after a prompt of %d; load of the machine then (1, 5, 15 minutes): %s",
		rounds, tokens, context, strings.Join(strings.Fields(string(load))[:3], ", ")))
	return nil
}

// own returns the scorer's tokens a second after the first, and its processor
// time for each of these, in seconds.
func own(ctx context.Context, p *scorerproc.Process, context, tokens int) (rate, cpu float64, err error) {
	ids := []int32{2} // as protocol.py makes them
	for i := range context - 1 {
		ids = append(ids, int32(1000+i*7919%200_000))
	}
	var got struct {
		Usage struct {
			CompletionTokens int `json:"completion_tokens"`
		}
	}
	ask := func(n int) (time.Duration, float64, error) {
		before, err := processorTime(p.PID())
		if err != nil {
			return 0, 0, err
		}
		start := time.Now()
		err = post(ctx, p.URL+"/v1/completions", object{"prompt": ids, "max_tokens": n, "temperature": 0, "logit_bias": noEnd}, &got)
		took := time.Since(start)
		if err == nil && got.Usage.CompletionTokens != n {
			err = fmt.Errorf("%d tokens instead of %d", got.Usage.CompletionTokens, n)
		}
		after, e := processorTime(p.PID())
		if err == nil {
			err = e
		}
		return took, after - before, err
	}
	one, cpuOne, err := ask(1)
	if err != nil {
		return 0, 0, err
	}
	all, cpuAll, err := ask(tokens + 1)
	return float64(tokens) / (all - one).Seconds(), (cpuAll - cpuOne) / float64(tokens), err
}

// processorTime is what a process has used, in seconds.
func processorTime(pid int) (float64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(data), ") ")
	fields := strings.Fields(rest)
	var ticks float64
	for _, f := range fields[11:13] { // utime, stime
		n, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return ticks / 100, nil
}
