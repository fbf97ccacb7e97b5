package main

import (
	"fmt"
	"strings"
)

// report writes what was measured, and how it compares with what we aim at.
func (b *bench) report(withPeers bool) string {
	f := b.figures
	var out strings.Builder
	fmt.Fprintf(&out, "The model has Gemma 3 1B's shape and random weights, int4 in blocks of 32 (%.0f MB that a token reads), and was prepared by `scorer optimize`. "+
		"Medians of %d turns.\n", b.weights/1e6, b.rounds)
	limit := f.median(ofBandwidth) * 1e9 / b.weights
	if limit > 0 {
		fmt.Fprintf(&out, "\n### One stream\n\n%d threads; tokens a second after a prompt of so many tokens. Memory gives %.1f GB/s, which allows %.1f tokens a second.\n\n"+
			"| | at %d | of the limit | at %d |\n|---|---|---|---|\n", b.threads, f.median(ofBandwidth), limit, contexts[0], contexts[1])
		names := []string{ofBare, ofEngine, ofHTTP}
		for _, p := range b.peers {
			names = append(names, p.Name)
		}
		for _, name := range names {
			short := f.median(at(name, contexts[0]))
			fmt.Fprintf(&out, "| %s | %.1f | %.0f %% | %.1f |\n", name, short, 100*short/limit, f.median(at(name, contexts[1])))
		}
	}
	if !withPeers {
		out.WriteString("\nThe other engines were not measured: [tests/bench/peers](../tests/bench/peers/README.md) says what they need.\n")
	}
	out.WriteString("\n### Against the aims\n\n| what | figures | ratio | aim |\n|---|---|---|---|\n")
	row := func(what, unit, a, b string, ratio float64, aim string) {
		if ratio > 0 {
			fmt.Fprintf(&out, "| %s | %s | %.2f | %s |\n", what, fmt.Sprintf("%.4g against %.4g %s", f.median(a), f.median(b), unit), ratio, aim)
		}
	}
	faster := func(what, unit, a, b, aim string) { row(what, unit, a, b, div(f.median(a), f.median(b)), aim) }
	sooner := func(what, unit, a, b, aim string) { row(what, unit, a, b, div(f.median(b), f.median(a)), aim) }
	for _, c := range contexts {
		faster(fmt.Sprintf("engine against the bare session, context %d", c), "tokens/s", at(ofEngine, c), at(ofBare, c), ">= 0.97")
		for _, p := range b.peers {
			faster(fmt.Sprintf("engine against %s, context %d", p.Name, c), "tokens/s", at(ofEngine, c), at(p.Name, c), ">= 1")
		}
	}
	faster("HTTP against the engine", "tokens/s", at(ofHTTP, contexts[0]), at(ofEngine, contexts[0]), "")
	faster("4 streams against one", "tokens/s in all", streams(4), streams(1), ">= 2.1")
	faster("8 streams against one", "tokens/s in all", streams(8), streams(1), ">= 2.7")
	sooner("first token of 512 + 16, the 512 cached", "ms", ofCached, ofUncached, ">= 20")
	sooner("reading a prompt of 512, head pruned", "ms", ofPruned, ofUnpruned, ">= 1.25")
	faster("context 3,000, sliding layers keep their window alone", "tokens/s", ofShort, ofWhole, ">= 1.25")
	faster("text that repeats itself, looked up", "tokens/s", ofLookup, ofNoLookup, "> 1")
	row("time of a token at three times what can be served", "ms", ofOverload, ofFull, div(f.median(ofOverload), f.median(ofFull)), "<= 1.2")
	row("resident memory after 10,000 tokens more", "MB", ofResidentMore, ofResident, div(f.median(ofResidentMore), f.median(ofResident)), "<= 1.01")
	out.WriteString("\n| what | figure | aim |\n|---|---|---|\n")
	one := func(what, name, aim string) {
		if v := f.median(name); v > 0 {
			fmt.Fprintf(&out, "| %s | %.4g | %s |\n", what, v, aim)
		}
	}
	one("ms until 429 at three times what can be served, median", ofRefused, "<= 5")
	one("ms until 429, 99 % of them", ofRefused99, "<= 5")
	one("ms until the first token over HTTP, 63 of 64 tokens cached", ofFirstHTTP, "")
	one("ms from start to ready", ofReady, "")
	one("MB at most (VmHWM) with 4 conversations of 4,096 tokens", ofPeak, "<= 4,295")
	return out.String()
}

func div(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
