package server_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// classifies starts a server of a small model that is served from its weights.
func classifies(t *testing.T, name string) (*started, *goldens.Architecture) {
	t.Helper()
	return start(t, load(t, goldens.ArchitectureDir(name), pipeline.Load)), architecture(t, name)
}

// post sends a body and reads the answer, which must be a success.
func (s *started) post(t *testing.T, path string, body, to any) {
	t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	got := s.do(t, "POST", path, string(encoded))
	if got.StatusCode != 200 {
		t.Fatalf("%s %s: %d %s", path, encoded, got.StatusCode, got.body)
	}
	if err := json.Unmarshal([]byte(got.body), to); err != nil {
		t.Fatalf("%s %s: %v: %s", path, encoded, err, got.body)
	}
}

type object = map[string]any

// TestPairs: a pair's scores are the pipeline's, in every form that a body can have it in.
func TestPairs(t *testing.T) {
	s, g := classifies(t, "bert-nli")
	tested := 0
	for _, want := range g.Texts {
		if want.Pair == nil {
			continue
		}
		tested++
		var one []goldens.Score
		var many [][]goldens.Score
		all := object{"top_k": nil}
		s.post(t, "/score", object{"text": want.Text, "text_pair": *want.Pair, "parameters": all}, &one)
		many = append(many, one)
		for path, body := range map[string]any{
			"/score":   object{"inputs": []any{object{"text": want.Text, "text_pair": *want.Pair}}, "parameters": all},
			"/score ":  object{"text": []string{want.Text}, "text_pair": []string{*want.Pair}, "parameters": all},
			"/":        object{"inputs": []any{object{"text": want.Text, "text_pair": *want.Pair}}},
			"/predict": object{"inputs": [][]string{{want.Text, *want.Pair}}},
		} {
			var lists [][]goldens.Score
			s.post(t, strings.TrimSpace(path), body, &lists)
			many = append(many, lists...)
		}
		s.post(t, "/predict", object{"inputs": []string{want.Text, *want.Pair}}, &one)
		many = append(many, one)
		if len(many) != 6 {
			t.Fatalf("%d answers", len(many))
		}
		for _, got := range many {
			if problem := goldens.Compare(got, want.Scores); problem != "" {
				t.Errorf("%q, %q: %s", want.Text, *want.Pair, problem)
			}
		}
	}
	if tested < 3 {
		t.Errorf("%d pairs were tested", tested)
	}
	for _, c := range []struct{ body, want string }{
		{`{"text": "a", "text_pair": ["b"]}`, "text_pair has a list of 1, text has a string"},
		{`{"text": ["a", "b"], "text_pair": ["c"]}`, "text_pair has a list of 1, text has a list of 2"},
		{`{"text": "a", "text_pair": 1}`, "text_pair is a number"},
		{`{"inputs": [{"text": "a", "pair": "b"}]}`, "inputs[0].pair"},
		{`{"inputs": [{"text_pair": "b"}]}`, "inputs[0] has no text"},
		{`{"inputs": [{"text": "a"}, "b"]}`, "inputs[1] is a string"},
		{`{"inputs": [{"text": "a"}], "text_pair": ["b"]}`, "text_pair is given twice"},
		{`{"text_pair": "b"}`, "is missing"},
	} {
		if got := s.do(t, "POST", "/score", c.body); got.StatusCode != 400 || !strings.Contains(got.body, c.want) {
			t.Errorf("%s: %d %s, want %q", c.body, got.StatusCode, got.body, c.want)
		}
	}
}

// TestZeroShot compares with the pipeline by /score, and by POST / in the hub's form.
func TestZeroShot(t *testing.T) {
	s, g := classifies(t, "bert-nli")
	for _, want := range g.ZeroShot {
		type answer struct {
			Sequence string    `json:"sequence"`
			Labels   []string  `json:"labels"`
			Scores   []float64 `json:"scores"`
		}
		var one answer
		s.post(t, "/score", object{"inputs": want.Text, "parameters": want.Parameters}, &one)
		var many []answer
		s.post(t, "/score", object{"inputs": []string{"other", want.Text}, "parameters": want.Parameters}, &many)
		var hub []goldens.Score
		s.post(t, "/", object{"inputs": want.Text, "parameters": want.Parameters}, &hub)
		if len(many) != 2 || one.Sequence != want.Text || len(hub) != len(want.Output.Labels) {
			t.Fatalf("%+v, %+v, %+v", one, many, hub)
		}
		for i, label := range want.Output.Labels {
			score := want.Output.Scores[i]
			for _, got := range []goldens.Score{{Label: one.Labels[i], Score: one.Scores[i]}, {Label: many[1].Labels[i], Score: many[1].Scores[i]}, hub[i]} {
				if got.Label != label || math.Abs(got.Score-score) > goldens.Tolerance {
					t.Errorf("%q, %s: %+v, want %s %g", want.Text, want.Parameters, got, label, score)
				}
			}
		}
	}
	for _, c := range []struct {
		parameters string
		status     int
		want       string
	}{
		{`{"candidate_labels": []}`, 400, "has no label"},
		{`{"candidate_labels": " , "}`, 400, "has no label"},
		{`{"candidate_labels": ["a", 1]}`, 400, "candidate_labels[1]"},
		{`{"multi_label": true}`, 400, "send candidate_labels too"},
		{`{"candidate_labels": ["a"], "function_to_apply": "none"}`, 400, "function_to_apply"},
		{`{"candidate_labels": ["a"], "hypothesis_template": "nothing"}`, 400, "must have {} once"},
		{`{"candidate_labels": ["1","2","3","4","5","6","7","8","9"]}`, 413, "more than 8 labels"},
	} {
		for _, path := range []string{"/score", "/"} {
			if got := s.do(t, "POST", path, `{"inputs": "a", "parameters": `+c.parameters+`}`); got.StatusCode != c.status || !strings.Contains(got.body, c.want) {
				t.Errorf("%s %s: %d %s, want %q", path, c.parameters, got.StatusCode, got.body, c.want)
			}
		}
	}
}

// TestRerank compares with the cross-encoder's own answers.
func TestRerank(t *testing.T) {
	s, g := classifies(t, "bert-rerank")
	type rank struct {
		Index int     `json:"index"`
		Score float64 `json:"score"`
		Text  *string `json:"text"`
	}
	texts := g.Rerank.Texts
	for _, raw := range []bool{false, true} {
		var ranks []rank
		s.post(t, "/rerank", object{"query": g.Rerank.Query, "texts": texts, "raw_scores": raw, "return_text": raw}, &ranks)
		if len(ranks) != len(texts) {
			t.Fatalf("%d texts", len(ranks))
		}
		last := math.Inf(1)
		for _, r := range ranks {
			want := g.Rerank.Logits[r.Index]
			if !raw {
				want = 1 / (1 + math.Exp(-want))
			}
			if math.Abs(r.Score-want) > goldens.Tolerance || r.Score > last || raw != (r.Text != nil) || raw && *r.Text != texts[r.Index] {
				t.Errorf("raw %v: %+v, want %g", raw, r, want)
			}
			last = r.Score
		}
	}
	for _, c := range []struct{ body, want string }{
		{`{"texts": ["a"]}`, "query is missing"}, {`{"query": "a"}`, "texts is missing"}, {`{"query": "a", "texts": "b"}`, "texts is a string"},
		{`{"query": "a", "texts": []}`, "empty list"}, {`{"query": "a", "texts": ["b"], "top_n": 1}`, "is not known"},
	} {
		if got := s.do(t, "POST", "/rerank", c.body); got.StatusCode != 400 || !strings.Contains(got.body, c.want) {
			t.Errorf("%s: %d %s, want %q", c.body, got.StatusCode, got.body, c.want)
		}
	}
	other, _ := classifies(t, "bert-nli")
	if got := other.do(t, "POST", "/rerank", `{"query": "a", "texts": ["b"]}`); got.StatusCode != 400 || !strings.Contains(got.body, "has 3 labels") {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
}

// TestPairsAreAsDescribed holds requests and answers against openapi.json.
func TestPairsAreAsDescribed(t *testing.T) {
	ask := asker(t)
	s, _ := classifies(t, "bert-nli")
	for _, body := range []string{
		`{"text": "a", "text_pair": "b"}`, `{"text": ["a"], "text_pair": ["b"]}`, `{"inputs": [{"text": "a", "text_pair": "b"}, {"text": "c"}]}`,
		`{"inputs": "a", "parameters": {"candidate_labels": ["b", "c"]}}`, `{"inputs": ["a"], "parameters": {"candidate_labels": "b, c", "multi_label": true, "hypothesis_template": "{}"}}`,
	} {
		ask(s, "POST", "/score", body, 200)
		ask(s, "POST", "/", body, 200)
	}
	for _, body := range []string{`{"inputs": ["a", "b"]}`, `{"inputs": [["a", "b"], ["c"]]}`} {
		ask(s, "POST", "/predict", body, 200)
	}
	r, _ := classifies(t, "bert-rerank")
	ask(r, "POST", "/rerank", `{"query": "a", "texts": ["b", "c"], "return_text": true, "raw_scores": false, "truncate": null, "truncation_direction": "Right"}`, 200)
	ask(r, "POST", "/rerank", `{"query": "a"}`, 400)
	ask(chats(t, &scripted{}), "POST", "/rerank", `{"query": "a", "texts": ["b"]}`, 404)
}
