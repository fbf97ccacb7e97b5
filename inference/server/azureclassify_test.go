package server_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
)

// TestAzureClassification sends the bodies of Azure's samples, whose places
// azureclassify.go names, and checks the answers' shape.
func TestAzureClassification(t *testing.T) {
	c := &keeping{}
	alone := start(t, c)
	both := start(t, c, func(o *server.Options) { o.Generator = server.GeneratorOf(&scripted{pieces: []string{"Hi"}}) })
	const (
		amazing, unfortunate = "Today was an amazing day!", "It was an unfortunate series of events."
		best                 = `{"label":"POSITIVE","score":0.75}`
		other                = `{"label":"NEGATIVE","score":0.25}`
		texts                = `["` + amazing + `", "` + unfortunate + `"]`
	)
	for _, q := range []struct{ body, want string }{
		{`{"input_data": ` + texts + `}`, `[` + best + `,` + best + `]`},
		{`{"input_data": ` + texts + `, "params": {}}`, `[` + best + `,` + best + `]`},
		{`{"input_data": ` + texts + `, "params": {"return_all_scores": true}}`, `[[` + other + `,` + best + `],[` + other + `,` + best + `]]`},
		{`{"input_data": ` + texts + `, "params": {"return_all_scores": false, "function_to_apply": "softmax"}}`, `[` + best + `,` + best + `]`},
		{`{"input_data": ` + texts + `, "params": {"top_k": null}}`, `[[` + best + `,` + other + `],[` + best + `,` + other + `]]`},
		{`{"inputs": {"input_string": ` + texts + `}}`, `[{"0":"POSITIVE"},{"0":"POSITIVE"}]`},
		{`{"input_data": {"index": [0, 1], "columns": ["text"], "data": [["` + amazing + `"], ["` + unfortunate + `"]]}}`, `[{"0":"POSITIVE"},{"0":"POSITIVE"}]`},
		{`{"input_data": {"columns": [0], "data": ["` + amazing + `", "` + unfortunate + `"], "index": null}, "params": null}`, `[{"0":"POSITIVE"},{"0":"POSITIVE"}]`},
	} {
		for name, s := range map[string]*started{"alone": alone, "beside a chat model": both} {
			got := s.do(t, "POST", "/score", q.body)
			if got.StatusCode != 200 || strings.TrimSpace(got.body) != q.want {
				t.Errorf("%s, %s: status %d, %s; want %s", name, q.body, got.StatusCode, got.body, q.want)
			}
			if read := fmt.Sprint(c.texts()); read != fmt.Sprint([]string{amazing, unfortunate}) {
				t.Errorf("%s, %s: the texts are %s", name, q.body, read)
			}
		}
	}
	// A chat model takes this form too, and has it if both are there.
	form := `{"input_data": {"input_string": ["a"]}}`
	if got := alone.do(t, "POST", "/score", form); strings.TrimSpace(got.body) != `[{"0":"POSITIVE"}]` {
		t.Errorf("%s: %s", form, got.body)
	}
	if got := both.do(t, "POST", "/score", form); strings.TrimSpace(got.body) != `[{"0":"aHi"}]` {
		t.Errorf("%s: %s", form, got.body)
	}
}

func TestBadAzureClassification(t *testing.T) {
	s := start(t, &fake{})
	for _, c := range []struct{ body, message string }{
		{`{"input_data": "a"}`, "input_data is a string: send a list of texts"},
		{`{"input_data": []}`, "input_data is an empty list"},
		{`{"input_data": [["a"]]}`, "input_data[0] is a list, a string is needed"},
		{`{"input_data": [1]}`, "input_data[0] is a number"},
		{`{"input_data": {}}`, "input_data has no texts"},
		{`{"input_data": {"input_string": [{"role": "user", "content": "a"}]}}`, "input_data.input_string[0] is an object, a string is needed"},
		{`{"input_data": {"input_string": ["a"], "data": ["b"]}}`, "both input_string and columns"},
		{`{"input_data": {"text": ["a"]}}`, "input_data.text is not known"},
		{`{"input_data": {"data": ["a"]}}`, "input_data.columns is nothing, a list of one name is needed"},
		{`{"input_data": {"columns": ["premise", "hypothesis"], "data": [["a", "b"]]}}`, "input_data.columns has not one name"},
		{`{"input_data": {"columns": ["text"], "data": [["a", "b"]]}}`, "input_data.data[0] has not one value"},
		{`{"input_data": {"columns": ["text"], "data": [["a"], [1]]}}`, "input_data.data[1][0] is a number"},
		{`{"input_data": {"columns": ["text"], "data": ["a", null]}}`, "input_data.data[1] is null"},
		{`{"input_data": {"columns": ["text"], "data": []}}`, "input_data.data is an empty list"},
		{`{"input_data": {"columns": ["text"], "data": ["a"], "index": [0, 1]}}`, "input_data.index has not a label for each"},
		{`{"input_data": ["a"], "inputs": {"input_string": ["a"]}}`, "both input_data and inputs"},
		{`{"input_data": ["a"], "params": {}, "parameters": {}}`, "both params and parameters"},
		{`{"input_data": ["a"], "params": {"return_all_scores": 1}}`, "params.return_all_scores is 1: true or false"},
		{`{"input_data": ["a"], "params": {"return_all_scores": true, "top_k": 1}}`, "both top_k and return_all_scores"},
		{`{"input_data": ["a"], "params": {"max_new_tokens": 1}}`, "params.max_new_tokens is not known"},
		{`{"inputs": {"input_string": ["a"]}, "params": {"top_k": 2}}`, "params asks for scores"},
		{`{"input_data": ["a"], "Params": {}}`, `"Params" is not known`},
		{`{"input_data": ["1","2","3","4","5","6","7","8","9"]}`, "input_data has more than 8 texts"},
		{`{"input_data": {"columns": ["text"], "data": ["1","2","3","4","5","6","7","8","9"]}}`, "input_data.data has more than 8 texts"},
	} {
		got := s.do(t, "POST", "/score", c.body)
		message := got.failure(t).Message
		if got.StatusCode/100 != 4 || !strings.Contains(message, c.message) || strings.Contains(message, "chat") {
			t.Errorf("%s: status %d, %s; want %s", c.body, got.StatusCode, message, c.message)
		}
	}
}
