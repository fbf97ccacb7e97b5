package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestOursAlone measures the scorer on the bundled model, through every phase.
func TestOursAlone(t *testing.T) {
	dir := t.TempDir()
	golden, err := goldens.Load("distilbert-tiny-sentiment")
	if err != nil {
		t.Fatal(err)
	}
	m, err := makeModels(context.Background(), goldens.ModelDir("distilbert-tiny-sentiment"), dir)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{turns: 1, length: 50 * time.Millisecond, texts: golden.Texts}
	if b.contenders, err = choose("ours,ours-int8"); err != nil {
		t.Fatal(err)
	}
	text, charts, err := b.measure(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| ours, fp32 | ONNX Runtime", "| ours, int8: ideal batches, driven directly | ", "\n### Latency in open loop\n",
		"| fp32 at best, against ideal batches, texts/s | ", "| int8, scores of one text among any neighbours | ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q:\n%s", want, text)
		}
	}
	for _, c := range b.contenders {
		for _, what := range []quantity{rate, p50, p99, cpu} {
			for _, n := range clients {
				if v, ok := b.figures.median(measured{c.key, what, n}); !ok || v <= 0 && what != cpu {
					t.Errorf("%s, %d clients: %v %s", c.key, n, v, what)
				}
			}
		}
		if c.peak < 1e6 || c.bytes < 1e6 || c.answers.seen == 0 || c.answers.same < c.answers.seen*9/10 {
			t.Errorf("%s: %v bytes of memory, %d of disk, %d answers, %d with the reference's label", c.key, c.peak, c.bytes, c.answers.seen, c.answers.same)
		}
		if c.process != nil {
			t.Errorf("%s still runs", c.key)
		}
	}
	for name, svg := range charts {
		if !strings.Contains(svg, "ours, int8") || filepath.Ext(name) != ".svg" {
			t.Errorf("%s: %s", name, svg)
		}
	}
}

// A wrong answer ends the run, and no server is left.
func TestWrongAnswerEndsTheRun(t *testing.T) {
	golden, err := goldens.Load("distilbert-tiny-sentiment")
	if err != nil {
		t.Fatal(err)
	}
	m, err := makeModels(context.Background(), goldens.ModelDir("distilbert-tiny-sentiment"), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	texts := golden.Texts[:20]
	texts[7].Scores = []goldens.Score{{Label: "POSITIVE", Score: 2}}
	b := &bench{turns: 1, length: 50 * time.Millisecond, texts: texts}
	if b.contenders, err = choose("ours"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.measure(context.Background(), m); err == nil || !strings.Contains(err.Error(), "texts[7]") {
		t.Errorf("%v", err)
	}
	select {
	case <-b.contenders[0].process.done:
	default:
		t.Error("the server still runs")
	}
}
