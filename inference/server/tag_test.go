package server_test

import (
	"math"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// tags serves a small classifier of tokens.
func tags(t *testing.T) (*started, *goldens.Architecture) {
	t.Helper()
	c := load(t, goldens.ArchitectureDir("bert-tag"), pipeline.LoadTagger)
	return start(t, nil, func(o *server.Options) { o.Classifier, o.Tagger = nil, c }), architecture(t, "bert-tag")
}

// TestTag: entities are the pipeline's by /score, and the inference API's by POST /.
func TestTag(t *testing.T) {
	s, g := tags(t)
	same := func(what string, got, want []goldens.Entity) {
		t.Helper()
		if len(got) != len(want) {
			t.Errorf("%s: %+v, want %+v", what, got, want)
			return
		}
		for i := range want {
			score := got[i].Score - want[i].Score
			got[i].Score = want[i].Score
			if got[i] != want[i] || math.Abs(score) > 1e-5 {
				t.Errorf("%s: %+v, want %+v, scores differ by %g", what, got[i], want[i], score)
			}
		}
	}
	for _, text := range g.Texts {
		for strategy, want := range text.Entities {
			var one []goldens.Entity
			s.post(t, "/score", object{"inputs": text.Text, "parameters": object{"aggregation_strategy": strategy}}, &one)
			same(strategy, one, want)
			var many [][]goldens.Entity
			s.post(t, "/", object{"inputs": []string{text.Text}, "parameters": object{"aggregation_strategy": strategy, "ignore_labels": nil}}, &many)
			same(strategy, many[0], want)
		}
		var pipelines, hubs []goldens.Entity
		s.post(t, "/score", object{"text": text.Text}, &pipelines)
		same("/score", pipelines, text.Entities["none"])
		s.post(t, "/", object{"inputs": text.Text}, &hubs)
		same("/", hubs, text.Entities["simple"])
		var all []goldens.Entity
		s.post(t, "/score", object{"text": text.Text, "parameters": object{"ignore_labels": []string{}}}, &all)
		if len(all) != min(len(text.IDs), 48)-2 {
			t.Errorf("%q: %d entities without any left out, of %d tokens", text.Text, len(all), len(text.IDs))
		}
	}
	for _, c := range []struct{ body, want string }{
		{`{}`, "is missing"}, {`{"inputs": 1}`, "inputs is a number"}, {`{"inputs": "a", "text": "b"}`, "send one of them"},
		{`{"inputs": "a", "parameters": {"aggregation_strategy": "best"}}`, "none, simple, first, average or max"},
		{`{"inputs": "a", "parameters": {"stride": 1}}`, "stride: it needs an aggregation_strategy other than none"},
		{`{"inputs": "a", "parameters": {"stride": -1}}`, "stride is -1"}, {`{"inputs": "a", "parameters": {"stride": 46, "aggregation_strategy": "max"}}`, "so it can be 0 to 45"},
		{`{"inputs": "a", "parameters": {"top_k": 1}}`, "is not known"},
	} {
		if got := s.do(t, "POST", "/score", c.body); got.StatusCode != 400 || !strings.Contains(got.body, c.want) {
			t.Errorf("%s: %d %s, want %q", c.body, got.StatusCode, got.body, c.want)
		}
	}
	ask := asker(t)
	for _, body := range []string{`{"inputs": "a film"}`, `{"text": ["a", "b"], "parameters": {"aggregation_strategy": "first", "ignore_labels": ["O"], "truncation": true, "stride": 5}}`} {
		ask(s, "POST", "/score", body, 200)
		ask(s, "POST", "/", body, 200)
	}
	ask(s, "GET", "/info", "", 200)
	ask(s, "POST", "/predict", `{"inputs": "a"}`, 404)
	ask(s, "GET", "/v1/models", "", 404)
}
