package main

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/load"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/realsize"
)

// The texts are what the report says of them: those that are committed, and those that are
// made of a vocabulary.
func TestTexts(t *testing.T) {
	committed, err := goldens.BenchTexts()
	if err != nil {
		t.Fatal(err)
	}
	source, err := realsize.Source()
	if err != nil {
		t.Fatal(err)
	}
	made, err := textsOf(filepath.Join(source, "tokenizer.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, texts := range [][]goldens.Text{committed, made} {
		if len(texts) != blocks*block {
			t.Fatalf("%d texts", len(texts))
		}
		for some := range slices.Chunk(texts, block) {
			var lengths []int
			for _, text := range some {
				lengths = append(lengths, text.Tokens)
			}
			slices.Sort(lengths)
			for i, n := range lengths[:block-1] {
				if n != i+3 {
					t.Fatalf("lengths %v, want each from 3 to 50 once", lengths)
				}
			}
			if long := lengths[block-1]; long < 80 || long > 400 {
				t.Errorf("the long text has %d tokens", long)
			}
		}
	}
	tok, err := tokenizer.LoadPretrained(source, filepath.Join(source, "tokenizer.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range made {
		if n := len(tok.Encode(text.Text, 512).IDs); n != text.Tokens {
			t.Errorf("%q has %d tokens, want %d", text.Text, n, text.Tokens)
		}
	}
}

// TestWordsOf leaves out what isn't one token at every place.
func TestWordsOf(t *testing.T) {
	for want, vocabulary := range map[string][]string{
		"day good": {"[CLS]", "good", "day", "##day", "a", "Day", "naïve"},
		"good":     {"Ġ", "good", "Ġgood", "day", "Ġlong", "2nd", "Ġ2nd"},
	} {
		ids := map[string]int{}
		for i, token := range vocabulary {
			ids[token] = i
		}
		if got := strings.Join(wordsOf(ids), " "); got != want {
			t.Errorf("%q of %q, want %q", got, vocabulary, want)
		}
	}
}

// TestVectors takes a vector of length 1 that is near enough.
func TestVectors(t *testing.T) {
	texts := []goldens.Text{{Text: "a", Vector: []float64{.6, .8}}}
	for name, c := range map[string]struct {
		body  string
		right bool
	}{
		"the same":                 {`[[0.6,0.8]]`, true},
		"near":                     {`[[0.608,0.793939]]`, true},
		"too far":                  {`[[0.8,0.6]]`, false},
		"not of length 1":          {`[[1.2,1.6]]`, false},
		"nothing":                  {`[[0,0]]`, false},
		"a number more":            {`[[0.6,0.8,0]]`, false},
		"two vectors":              {`[[0.6,0.8],[0.6,0.8]]`, false},
		"an error with status 200": {`{"error":"no"}`, false},
	} {
		a := &vectors{texts: texts, tolerance: .001}
		if err := a.check(0, []byte(c.body)); (err == nil) != c.right {
			t.Errorf("%s: %v", name, err)
		}
	}
	a := &vectors{texts: texts, tolerance: .001}
	for _, body := range []string{`[[0.6,0.8]]`, `[[0.608,0.793939]]`} {
		if err := a.check(0, []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if a.seen != 2 || a.least > 0.99999 || math.Abs(a.furthest-.008) > 1e-9 || math.Abs(a.widest()-.008) > 1e-9 {
		t.Errorf("%+v", a)
	}
}

func TestAnswers(t *testing.T) {
	texts := []goldens.Text{
		{Text: "sure", Scores: []goldens.Score{{Label: "A", Score: .9}, {Label: "B", Score: .1}}},
		{Text: "close", Scores: []goldens.Score{{Label: "B", Score: .505}, {Label: "A", Score: .495}}},
	}
	for name, c := range map[string]struct {
		text  int
		body  string
		right bool
	}{
		"the same":                    {0, `[{"label":"A","score":0.9}]`, true},
		"hugot's spelling":            {0, `[{"Label":"A","Score":0.905}]`, true},
		"too far":                     {0, `[{"label":"A","score":0.92}]`, false},
		"another label":               {0, `[{"label":"B","score":0.1}]`, false},
		"another that is close":       {1, `[{"label":"A","score":0.501}]`, true},
		"a label that isn't there":    {1, `[{"label":"C","score":0.5}]`, false},
		"all labels":                  {0, `[{"label":"A","score":0.9},{"label":"B","score":0.1}]`, false},
		"no score, which is 0":        {0, `[{"label":"A"}]`, false},
		"an error with status 200":    {0, `{"error":"no"}`, false},
		"what isn't JSON":             {0, `A`, false},
		"an empty list":               {0, `[]`, false},
		"an object instead of a list": {0, `{"label":"A","score":0.9}`, false},
	} {
		a := &scores{texts: texts, tolerance: .01}
		if err := a.check(c.text, []byte(c.body)); (err == nil) != c.right {
			t.Errorf("%s: %v", name, err)
		}
	}
	a := &scores{texts: texts, tolerance: .01}
	for _, answer := range []struct {
		i    int
		body string
	}{{0, `[{"label":"A","score":0.901}]`}, {0, `[{"label":"A","score":0.898}]`}, {1, `[{"label":"A","score":0.5}]`}, {1, `[{"label":"A","score":0.5}]`}} {
		if err := a.check(answer.i, []byte(answer.body)); err != nil {
			t.Fatal(err)
		}
	}
	if a.seen != 4 || a.same != 2 || math.Abs(a.furthest-.005) > 1e-9 || math.Abs(a.widest()-.003) > 1e-9 {
		t.Errorf("seen %d, same %d, furthest %v, widest %v", a.seen, a.same, a.furthest, a.widest())
	}
}

func TestTree(t *testing.T) {
	pids, err := tree(os.Getppid())
	if err != nil || !slices.Contains(pids, os.Getpid()) {
		t.Errorf("%d isn't in its parent's %v (%v)", os.Getpid(), pids, err)
	}
}

func TestPinned(t *testing.T) {
	for _, c := range []struct{ peer, file, name string }{
		{"azureml", "requirements.txt", "azureml-inference-server-http"}, {"azureml", "requirements.txt", "torch"}, {"fastapi", "requirements.txt", "onnxruntime"},
		{"transformersjs", "package.json", "@huggingface/transformers"}, {"hugot", "go.mod", "github.com/knights-analytics/hugot"},
	} {
		v, err := pinned(filepath.Join(pins(c.peer), c.file), c.name)
		if err != nil || strings.Count(v, ".") != 2 || strings.ContainsAny(v, `",= `) {
			t.Errorf("%s: %q, %v", c.name, v, err)
		}
	}
	if v, err := pinned(filepath.Join(pins("fastapi"), "requirements.txt"), "api"); err == nil {
		t.Errorf("api is pinned to %s", v)
	}
}

func TestSizeWithoutGPU(t *testing.T) {
	dir := t.TempDir()
	for name, n := range map[string]int{"a": 10, "b/c": 20, "nvidia/d": 40, "torch/lib/libtorch_cuda.so": 80, "torch/lib/libtorch_cpu.so": 160} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, make([]byte, n), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("a", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if got, err := size(dir); err != nil || got != 190 {
		t.Errorf("%d bytes, %v", got, err)
	}
	if got, err := size(filepath.Join(dir, "a"), filepath.Join(dir, "b")); err != nil || got != 30 {
		t.Errorf("of two: %d bytes, %v", got, err)
	}
	if _, err := size(filepath.Join(dir, "none")); err == nil {
		t.Error("what isn't there has a size")
	}
}

func TestChoose(t *testing.T) {
	chosen, err := choose(keys(), "ours-int8,fastapi")
	if err != nil || len(chosen) != 2 || chosen[0].key != "fastapi" || chosen[1].key != "ours-int8" {
		t.Errorf("%v, %v", chosen, err)
	}
	if _, err := choose(keys(), "ours,theirs"); err == nil || !strings.Contains(err.Error(), "no theirs") {
		t.Errorf("an unknown name gave %v", err)
	}
}

func TestRatios(t *testing.T) {
	f := figures{measured{"a", rate, 1}: {10, 30, 20}, measured{"b", rate, 1}: {5, 10, 20}, measured{"a", rate, 8}: {40}}
	if r, ok := f.ratio(measured{"a", rate, 1}, measured{"b", rate, 1}); !ok || r != 2 {
		t.Errorf("ratio %v: want the median of 2, 3 and 1", r)
	}
	if _, ok := f.ratio(measured{"a", rate, 1}, measured{"c", rate, 1}); ok {
		t.Error("there is a ratio to what wasn't measured")
	}
	if at, most := f.best("a"); at != 8 || most != 40 {
		t.Errorf("best %v at %v", most, at)
	}
	for _, c := range []struct {
		aim   aim
		ratio float64
		met   bool
	}{{aim{bound: .8}, .8, true}, {aim{bound: .8}, .81, false}, {aim{bound: 2, atLeast: true}, 2, true}, {aim{bound: 2, atLeast: true}, 1.99, false}} {
		if got := c.aim.met(c.ratio); got != c.met {
			t.Errorf("%v of %v: met %v", c.ratio, c.aim, got)
		}
	}
}

func TestOpened(t *testing.T) {
	var o opened
	quick := &load.Arrivals{Latencies: load.Latencies{3 * time.Millisecond, 5 * time.Millisecond}, Sent: 2, Rate: 1}
	o.add(quick)
	if o.overloaded() {
		t.Error("a turn without overload is one")
	}
	o.add(&load.Arrivals{Latencies: load.Latencies{time.Millisecond}, Sent: 9, Late: true})
	if !o.overloaded() || len(o.latencies) != 2 {
		t.Errorf("after one of two turns: %+v", o)
	}
	o.add(quick)
	if o.overloaded() || o.latencies.Quantile(.5) != 5*time.Millisecond {
		t.Errorf("after one of three turns: %+v", o)
	}
	o.add(nil) // not asked: overloaded at a lower rate
	if !o.overloaded() {
		t.Errorf("after two of four turns: %+v", o)
	}
}
