package main

import (
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// small is a small model as the subject of a run, and a bench that measures it.
func small(t *testing.T, dir string, s subject, texts []goldens.Text, only string) (*bench, *models) {
	t.Helper()
	m := &models{source: dir, export: dir}
	if err := m.prepare(t.Context(), t.TempDir()); err != nil {
		t.Fatal(err)
	}
	b := &bench{subject: &s, turns: 1, length: 50 * time.Millisecond, texts: texts}
	var err error
	if b.contenders, err = choose(keys(), only); err != nil {
		t.Fatal(err)
	}
	return b, m
}

// classified are the texts of the bundled model.
func classified(t *testing.T) []goldens.Text {
	t.Helper()
	golden, err := goldens.Load("distilbert-tiny-sentiment")
	if err != nil {
		t.Fatal(err)
	}
	return golden.Texts
}

// architecture has the texts of a folder of tests/testdata/architectures.
func architecture(t *testing.T, name string) (texts []goldens.Text) {
	t.Helper()
	golden, err := goldens.LoadArchitecture(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range golden.Texts {
		if g.Pair != nil || g.Prompt != "" {
			continue
		}
		length := 0.0
		for _, v := range g.Vector {
			length += v * v
		}
		for i := range g.Vector {
			g.Vector[i] /= math.Sqrt(length)
		}
		texts = append(texts, goldens.Text{Text: g.Text, Scores: g.Scores, Vector: g.Vector})
	}
	return texts
}

// TestOursAlone measures the scorer on small models, one of each kind, through every phase.
func TestOursAlone(t *testing.T) {
	for name, c := range map[string]struct {
		dir   string
		s     subject
		texts []goldens.Text
		want  []string // of the report
	}{
		"DistilBERT": {goldens.ModelDir("distilbert-tiny-sentiment"), subject{task: classify, clients: []int{1, 8, 32}, open: true}, classified(t), []string{
			"\n### Latency in open loop\n", "| same label |", "| int8, scores of one text among any neighbours | ",
		}},
		"RoBERTa":    {goldens.ArchitectureDir("roberta"), subject{task: classify, clients: []int{1, 32}}, architecture(t, "roberta"), []string{"| int8, scores of one text among any neighbours | "}},
		"embeddings": {goldens.ArchitectureDir("bert-embed"), subject{task: embed, clients: []int{1, 32}}, architecture(t, "bert-embed"), []string{"| least cosine |", "| int8, numbers of one text among any neighbours | "}},
	} {
		t.Run(name, func(t *testing.T) {
			b, m := small(t, c.dir, c.s, c.texts, "ours,ours-int8")
			text, charts, err := b.measure(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range append(c.want, "| ours, fp32 | ONNX Runtime", "| ours, int8: ideal batches, driven directly | ", "| fp32 at best, against ideal batches, texts/s | ") {
				if !strings.Contains(text, want) {
					t.Errorf("the report lacks %q:\n%s", want, text)
				}
			}
			b.looksMeasured(t)
			if c.s.open != strings.Contains(text, ".svg") || c.s.open != (len(charts) > 0) {
				t.Errorf("%d charts, and the report is\n%s", len(charts), text)
			}
			for name, svg := range charts {
				if !strings.Contains(svg, "ours, int8") || filepath.Ext(name) != ".svg" || !strings.Contains(text, "("+name+")") {
					t.Errorf("%s: %s", name, svg)
				}
			}
		})
	}
}

// looksMeasured checks what all contenders must have.
func (b *bench) looksMeasured(t *testing.T) {
	t.Helper()
	for _, c := range b.contenders {
		for _, what := range []quantity{rate, p50, p99, cpu} {
			for _, n := range b.clients {
				if v, ok := b.figures.median(measured{c.key, what, n}); !ok || v <= 0 && what != cpu {
					t.Errorf("%s, %d clients: %v %s", c.key, n, v, what)
				}
			}
		}
		if c.peak < 1e6 || c.bytes < 1e6 {
			t.Errorf("%s: %v bytes of memory, %d of disk", c.key, c.peak, c.bytes)
		}
		switch a := c.answers.(type) {
		case *scores:
			if a.seen == 0 || a.same < a.seen*9/10 {
				t.Errorf("%s: %d answers, %d with the reference's label", c.key, a.seen, a.same)
			}
		case *vectors:
			if a.seen == 0 || a.least < 0.99 || a.furthest == 0 {
				t.Errorf("%s: %+v", c.key, a)
			}
		}
		if c.process != nil {
			t.Errorf("%s still runs", c.key)
		}
	}
}

// A wrong answer ends the run, and no server is left.
func TestWrongAnswerEndsTheRun(t *testing.T) {
	texts := classified(t)[:20]
	texts[7].Scores = []goldens.Score{{Label: "POSITIVE", Score: 2}}
	b, m := small(t, goldens.ModelDir("distilbert-tiny-sentiment"), subject{task: classify, clients: []int{1, 8}}, texts, "ours")
	if _, _, err := b.measure(t.Context(), m); err == nil || !strings.Contains(err.Error(), "texts[7]") {
		t.Errorf("%v", err)
	}
	select {
	case <-b.contenders[0].process.done:
	default:
		t.Error("the server still runs")
	}
}
