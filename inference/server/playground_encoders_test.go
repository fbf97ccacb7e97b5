package server_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/browser"
)

// TestPlaygroundMatrix compares texts by a real model's vectors.
func TestPlaygroundMatrix(t *testing.T) {
	s, g := embeds(t)
	p := browser.Open(t, s.url)
	p.Wait(`!document.querySelector("#main").hidden`)
	if p.Eval(`document.querySelector("#classify-tab").hidden`) != "true" {
		t.Error("the page classifies with a model that can't")
	}
	var lines []string
	var vectors [][]float64
	for _, text := range g.Texts {
		if text.Prompt == "" && strings.TrimSpace(text.Text) != "" && !strings.Contains(text.Text, "\n") {
			lines, vectors = append(lines, text.Text), append(vectors, text.Vector)
		}
	}
	lines = lines[:min(len(lines), 20)]
	if len(lines) < 3 {
		t.Fatalf("%d texts are too few", len(lines))
	}
	texts, err := json.Marshal(strings.Join(lines, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	p.Eval(`document.querySelector("#embed-texts").value = ` + string(texts))
	p.Click("#embed")
	p.Wait(`document.querySelectorAll("#vectors tbody tr").length === ` + strconv.Itoa(len(lines)))
	var shown [][]string
	if err := json.Unmarshal([]byte(p.Eval(`[...document.querySelectorAll("#vectors tbody tr")].map((r) => [...r.querySelectorAll("td")].map((d) => d.textContent))`)), &shown); err != nil {
		t.Fatal(err)
	}
	for i, row := range shown {
		for j, got := range row {
			if want := fmt.Sprintf("%.2f", cosine(vectors[i], vectors[j])); got != want {
				t.Errorf("texts %d and %d are alike by %s, want %s", i+1, j+1, got, want)
			}
		}
	}
	if nameless := p.Nameless(); len(nameless) > 0 {
		t.Errorf("these have no name: %q", nameless)
	}
	if log := p.Log(); len(log) > 0 {
		t.Errorf("the browser complains: %s", log)
	}
}

func cosine(a, b []float64) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab, aa, bb = ab+a[i]*b[i], aa+a[i]*a[i], bb+b[i]*b[i]
	}
	return ab / math.Sqrt(aa*bb)
}

// TestPlaygroundRanks ranks texts, and scores labels of the user's own, with real models.
func TestPlaygroundRanks(t *testing.T) {
	s, _ := classifies(t, "bert-rerank")
	query, texts := "a film", []string{"I love this movie!", "What a terrible waste of time.", "naïve café — 3/10"}
	p := browser.Open(t, s.url)
	p.Wait(`!document.querySelector("#main").hidden`)
	p.Eval(`document.querySelector("#query").value = ` + quoted(query))
	p.Eval(`document.querySelector("#rank-texts").value = ` + quoted(strings.Join(texts, "\n")))
	p.Click("#rank")
	p.Wait(`document.querySelectorAll("#ranks li").length === ` + strconv.Itoa(len(texts)))
	answer := s.do(t, "POST", "/rerank", `{"query": `+quoted(query)+`, "texts": `+quoted(texts)+`}`)
	var ranks []api.Rank
	if err := json.Unmarshal([]byte(answer.body), &ranks); err != nil {
		t.Fatal(err)
	}
	for i, r := range ranks {
		want := fmt.Sprintf("%.4f %s", r.Score, texts[r.Index])
		if got := strings.TrimSpace(p.Text(fmt.Sprintf("#ranks li:nth-child(%d)", i+1))); got != want {
			t.Errorf("rank %d is %q, want %q", i+1, got, want)
		}
	}
	if nameless := p.Nameless(); len(nameless) > 0 {
		t.Errorf("these have no name: %q", nameless)
	}

	s, _ = classifies(t, "bert-nli")
	p = browser.Open(t, s.url)
	p.Wait(`!document.querySelector("#main").hidden && !document.querySelector("#own-labels").hidden`)
	p.Eval(`document.querySelector("#texts").value = "the match was won"`)
	p.Eval(`document.querySelector("#candidates").value = "sport, politics"`)
	p.Click("#classify")
	p.Wait(`document.querySelectorAll("#scores .bars tr").length === 2`)
	answer = s.do(t, "POST", "/score", `{"inputs": "the match was won", "parameters": {"candidate_labels": ["sport", "politics"]}}`)
	var scored struct {
		Labels []string
		Scores []float64
	}
	if err := json.Unmarshal([]byte(answer.body), &scored); err != nil || len(scored.Labels) != 2 {
		t.Fatalf("%v: %s", err, answer.body)
	}
	for i, label := range scored.Labels {
		want := fmt.Sprintf("%s\t\t%.4f", label, scored.Scores[i])
		if got := p.Text(fmt.Sprintf("#scores .bars tr:nth-child(%d)", i+1)); got != want {
			t.Errorf("label %d is %q, want %q", i+1, got, want)
		}
	}
}

// unquoted is a string of JavaScript.
func unquoted(t *testing.T, value string) (s string) {
	t.Helper()
	if err := json.Unmarshal([]byte(value), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// quoted is a value in JavaScript.
func quoted(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// TestPlaygroundEntities marks what a real model finds.
func TestPlaygroundEntities(t *testing.T) {
	s, g := tags(t)
	p := browser.Open(t, s.url)
	p.Wait(`!document.querySelector("#main").hidden`)
	tried := 0
	for _, text := range g.Texts {
		entities := text.Entities["simple"]
		if len(entities) == 0 || len(text.IDs) > 48 {
			continue
		}
		tried++
		p.Eval(`document.querySelector("#tagged").replaceChildren(); document.querySelector("#tag-text").value = ` + quoted(text.Text))
		p.Click("#tag")
		p.Wait(`document.querySelectorAll("#tagged mark").length === ` + strconv.Itoa(len(entities)))
		for i, e := range entities {
			want := fmt.Sprintf("%s %s %.2f", string([]rune(text.Text)[e.Start:e.End]), e.Group, e.Score)
			if got := unquoted(t, p.Eval(fmt.Sprintf(`document.querySelectorAll("#tagged mark")[%d].textContent`, i))); got != want {
				t.Errorf("entity %d is %q, want %q", i, got, want)
			}
		}
		if got := unquoted(t, p.Eval(`(() => { const p = document.querySelector(".tagged").cloneNode(true); p.querySelectorAll(".label").forEach((l) => l.remove()); return p.textContent; })()`)); got != text.Text {
			t.Errorf("the text is %q, want %q", got, text.Text)
		}
	}
	if tried < 2 {
		t.Errorf("%d texts are too few", tried)
	}
	if nameless := p.Nameless(); len(nameless) > 0 {
		t.Errorf("these have no name: %q", nameless)
	}
}
