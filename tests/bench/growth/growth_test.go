package main

import (
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestCliffs names steps that cost too much, and no others.
func TestCliffs(t *testing.T) {
	ms := time.Millisecond
	a := &axis{title: "Clients", steps: []*step{
		{name: "1", rate: 100, cost: 2, p50: 10 * ms, p99: 40 * ms},
		{name: "2", rate: 86, cost: 2, p50: 10 * ms, p99: 41 * ms},
		{name: "4", rate: 73, cost: 3, p50: 10 * ms, p99: 10 * ms},
	}}
	want := []string{"Clients: at 2, p99 is 4.1 times the median.", "Clients: from 2 to 4, throughput falls by 15 %, and a text or token takes 1.50 times the processor time."}
	if got := a.cliffs(); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestSteps measures the real scorer with small models, one of each route.
func TestSteps(t *testing.T) {
	b := bench{length: 50 * time.Millisecond}
	classifier := &axis{title: "Texts", step: "texts", unit: unitTexts}
	classifier.add("3", shape{route: classify, clients: 2, texts: 3, tokens: 16})
	lengths := &axis{title: "Length", step: "tokens", unit: unitTokens}
	lengths.add("16", shape{route: classify, clients: 1, texts: 1, tokens: 16})
	vectors := &axis{title: "Vectors", step: "texts", unit: unitTexts}
	vectors.add("3", shape{route: embed, clients: 2, texts: 3, tokens: 6})
	chat := &axis{title: "Chats", step: "clients", unit: unitTokens}
	chat.add("2", shape{route: complete, clients: 2, texts: 1, tokens: 8, answer: 2})
	for _, m := range []struct {
		dir  string
		axes []*axis
	}{
		{goldens.ModelDir("distilbert-tiny-sentiment"), []*axis{classifier, lengths}},
		{goldens.ArchitectureDir("bert-embed"), []*axis{vectors}},
		{goldens.ModelDir("gemma-tiny-chat"), []*axis{chat}},
	} {
		if err := b.serve(t.Context(), m.dir, "1", nil, m.axes); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range []*axis{classifier, lengths, vectors, chat} {
		if s := a.steps[0]; s.rate <= 0 || s.p50 <= 0 || s.p99 < s.p50 || s.refused != 0 {
			t.Errorf("%s: %+v", a.title, s)
		}
	}
}
