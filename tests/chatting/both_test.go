package chatting_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

const (
	question = "What is the capital of France?"
	answer   = "The capital of France is Paris."
)

// startBoth serves the classifier and the chat model in one process.
func startBoth(t *testing.T) *scorerproc.Process {
	t.Helper()
	p, err := scorerproc.Start(t.Context(), scorerproc.BundledModel(), "--chat-model-dir", goldens.ModelDir("gemma-tiny-chat"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	return p
}

// TestBothModelsInOneProcess has both answer at the same time.
func TestBothModelsInOneProcess(t *testing.T) {
	p := startBoth(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				if resp, body, err := post(t.Context(), p.URL+"/score", object{"text": "This is great!"}); err != nil || resp.StatusCode != 200 || !strings.Contains(string(body), "POSITIVE") {
					t.Errorf("%v, %s", err, body)
					return
				}
			}
		})
		wg.Go(func() {
			for range 10 {
				resp, body, err := post(t.Context(), p.URL+"/v1/chat/completions", object{"messages": []object{{"role": "user", "content": question}}, "temperature": 0})
				if err != nil || resp.StatusCode != 200 || !strings.Contains(string(body), answer) {
					t.Errorf("%v, %s", err, body)
					return
				}
			}
		})
	}
	wg.Wait()
}

// TestScoringPathChats asks in the forms that one route takes: the scoring
// path alone.
func TestScoringPathChats(t *testing.T) {
	p := startBoth(t)
	conversation := []object{{"role": "user", "content": question}}
	prompt := "<start_of_turn>user\n" + question + "<end_of_turn>\n<start_of_turn>model\n"
	for name, c := range map[string]struct {
		body   object
		stream bool
		want   string
	}{
		"messages":             {object{"messages": conversation, "temperature": 0}, false, answer},
		"messages, streamed":   {object{"messages": conversation, "temperature": 0, "stream": true}, true, "[DONE]"},
		"Azure's":              {object{"input_data": object{"input_string": conversation, "parameters": object{"temperature": 0, "max_new_tokens": 20}}}, false, answer},
		"generation inference": {object{"inputs": prompt, "parameters": object{"max_new_tokens": 4, "do_sample": false}}, false, `"generated_text"`},
		"the same, streamed":   {object{"inputs": prompt, "parameters": object{"max_new_tokens": 4}, "stream": true}, true, `"token"`},
		"a text is classified": {object{"text": "This is great!"}, false, "POSITIVE"},
		"inputs are, too":      {object{"inputs": []string{"This is great!"}, "parameters": object{"top_k": 2}}, false, "NEGATIVE"},
	} {
		resp, body, err := post(t.Context(), p.URL+"/score", c.body)
		if err != nil {
			t.Fatal(err)
		}
		if streamed := resp.Header.Get("Content-Type") == "text/event-stream"; resp.StatusCode != http.StatusOK || streamed != c.stream || !strings.Contains(string(body), c.want) {
			t.Errorf("%s: status %d, %s: %s", name, resp.StatusCode, resp.Header.Get("Content-Type"), body)
		}
		if !c.stream && !json.Valid(body) {
			t.Errorf("%s: %s", name, body)
		}
	}
}
