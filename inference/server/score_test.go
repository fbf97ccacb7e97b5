package server_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestCallsAnswerAsTransformers sends every form of calling transformers'
// pipeline, and compares the JSON: its shape exactly, its numbers within the
// tolerance.
func TestCallsAnswerAsTransformers(t *testing.T) {
	for _, name := range goldens.SmallModels {
		t.Run(name, func(t *testing.T) {
			g, err := goldens.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			s := start(t, model(t, name), func(o *server.Options) { o.Limits.MaxClientBatchSize = 256 })
			for _, call := range g.Calls {
				got := s.do(t, "POST", "/score", fmt.Sprintf(`{"inputs": %s, "parameters": %s}`, call.Inputs, call.Parameters))
				if got.StatusCode != http.StatusOK {
					t.Errorf("%s: status %d: %s", call.Name, got.StatusCode, got.body)
					continue
				}
				if d := differ(t, got.body, string(call.Output)); d != "" {
					t.Errorf("%s: %s\n got %s\nwant %s", call.Name, d, got.body, call.Output)
				}
			}
		})
	}
}

// differ compares two JSON texts, numbers within the tolerance.
func differ(t *testing.T, got, want string) string {
	t.Helper()
	var a, b any
	if err := json.Unmarshal([]byte(got), &a); err != nil {
		return err.Error()
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatal(err)
	}
	return differValue("$", a, b)
}

func differValue(at string, got, want any) string {
	switch want := want.(type) {
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return fmt.Sprintf("%s is not a list of %d", at, len(want))
		}
		for i := range want {
			if d := differValue(fmt.Sprintf("%s[%d]", at, i), list[i], want[i]); d != "" {
				return d
			}
		}
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok || len(object) != len(want) {
			return fmt.Sprintf("%s has not the members %v", at, want)
		}
		for k := range want {
			if d := differValue(at+"."+k, object[k], want[k]); d != "" {
				return d
			}
		}
	case float64:
		number, ok := got.(float64)
		if !ok || math.Abs(number-want) > goldens.Tolerance*math.Max(1, math.Abs(want)) {
			return fmt.Sprintf("%s is %v, want %v", at, got, want)
		}
	default:
		if got != want {
			return fmt.Sprintf("%s is %v, want %v", at, got, want)
		}
	}
	return ""
}

// TestAliases asks the same of the other protocols' routes.
func TestAliases(t *testing.T) {
	s := start(t, model(t, "distilbert-tiny-sentiment"))
	const great, waste = "This is great!", "This was a terrible waste of time."
	var want [][]struct {
		Label string
		Score float64
	}
	body, err := json.Marshal(map[string]any{"text": []string{great, waste}, "parameters": map[string]any{"top_k": nil}})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(s.do(t, "POST", "/score", string(body)).body), &want); err != nil {
		t.Fatal(err)
	}
	if want[0][0].Label != "POSITIVE" || want[1][0].Label != "NEGATIVE" {
		t.Fatalf("the bundled model says %v", want)
	}
	list := func(i int) string {
		b, _ := json.Marshal([]any{
			map[string]any{"label": want[i][0].Label, "score": want[i][0].Score},
			map[string]any{"label": want[i][1].Label, "score": want[i][1].Score}})
		return string(b)
	}
	for name, c := range map[string]struct{ path, body, want string }{
		"TEI, a string": {"/predict", `{"inputs": "` + great + `"}`, list(0)},
		"TEI, a list":   {"/predict", `{"inputs": ["` + great + `"]}`, list(0)},
		"TEI, a batch":  {"/predict", `{"inputs": [["` + great + `"], ["` + waste + `"]], "truncate": true}`, "[" + list(0) + "," + list(1) + "]"},
		"KServe": {"/v2/models/distilbert-tiny-sentiment/infer",
			`{"id": "7", "inputs": [{"name": "text", "datatype": "BYTES", "shape": [2, 1], "data": ["` + great + `", "` + waste + `"]}], "outputs": [{"name": "label"}, {"name": "scores"}]}`,
			fmt.Sprintf(`{"model_name": "distilbert-tiny-sentiment", "model_version": "1", "id": "7", "outputs": [
				{"name": "label", "datatype": "BYTES", "shape": [2, 1], "data": ["POSITIVE", "NEGATIVE"]},
				{"name": "scores", "datatype": "FP32", "shape": [2, 1, 2], "data": [%v, %v, %v, %v]}]}`,
				want[0][1].Score, want[0][0].Score, want[1][0].Score, want[1][1].Score)},
		"KServe, a version": {"/v2/models/distilbert-tiny-sentiment/versions/1/infer",
			`{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["` + great + `"]}], "outputs": [{"name": "score"}]}`,
			fmt.Sprintf(`{"model_name": "distilbert-tiny-sentiment", "model_version": "1", "outputs": [
				{"name": "score", "datatype": "FP32", "shape": [1], "data": [%v]}]}`, want[0][0].Score)},
	} {
		got := s.do(t, "POST", c.path, c.body)
		if d := differ(t, got.body, c.want); got.StatusCode != http.StatusOK || d != "" {
			t.Errorf("%s: status %d, %s\n got %s\nwant %s", name, got.StatusCode, d, got.body, c.want)
		}
	}
	raw := s.do(t, "POST", "/predict", `{"inputs": "`+great+`", "raw_scores": true}`)
	logits := s.do(t, "POST", "/score", `{"inputs": "`+great+`", "parameters": {"top_k": null, "function_to_apply": "none"}}`)
	if raw.body != logits.body {
		t.Errorf("raw_scores gives %s, the logits are %s", raw.body, logits.body)
	}
}

func TestTruncation(t *testing.T) {
	s := start(t, model(t, "distilbert-tiny-sentiment"), func(o *server.Options) { o.Limits.MaxBodyBytes = 1 << 20 })
	long := strings.Repeat("good ", 700)
	body := func(truncation bool) string {
		return fmt.Sprintf(`{"text": ["ok", %q], "parameters": {"truncation": %v}}`, long, truncation)
	}
	cut := s.do(t, "POST", "/score", body(true))
	if cut.StatusCode != http.StatusOK || cut.Header.Get(api.TruncatedHeader) != "1" {
		t.Errorf("with truncation: status %d, %s: %q", cut.StatusCode, api.TruncatedHeader, cut.Header.Get(api.TruncatedHeader))
	}
	refused := s.do(t, "POST", "/score", body(false))
	if e := refused.failure(t); refused.StatusCode != http.StatusUnprocessableEntity || e.Code != api.TooLong ||
		!strings.Contains(e.Message, "text 1 has more than 512 tokens, which the model takes") {
		t.Errorf("without truncation: status %d, %+v", refused.StatusCode, e)
	}
}
