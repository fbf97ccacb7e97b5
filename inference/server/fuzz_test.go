package server

import (
	"encoding/json"
	"errors"
	"testing"
	"unicode/utf8"

	"azure-nlp-endpoint/inference/api"
	"azure-nlp-endpoint/inference/pipeline"
)

// FuzzChat feeds the decoders of all forms of chats. Whatever comes, they give a
// request that may be asked, or an error of the client's.
func FuzzChat(f *testing.F) {
	for _, seed := range []string{
		`{"messages": [{"role": "user", "content": "Hi"}], "temperature": 0.5, "stop": ["a"], "logit_bias": {"1": 2}, "stream": true}`,
		`{"messages": [{"role": "developer", "content": [{"type": "text", "text": "Hi"}]}], "response_format": {"type": "json_schema", "json_schema": {"schema": {}}}}`,
		`{"prompt": [[1, 2]], "logprobs": 2}`, `{"inputs": "a", "parameters": {"grammar": {"type": "json", "value": {}}, "do_sample": false}}`,
		`{"input_data": {"input_string": [{"role": "user", "content": "Hi"}], "parameters": {"top_k": -1}}}`, `{"messages": [null]}`, `{"stop": [[`, `{"text": "a"}`,
	} {
		f.Add([]byte(seed))
	}
	s := &Server{Options: Options{Generator: nobody{}}}
	strict := func(body []byte) (*generation, error) { return s.decodeChat(body, unknownField) }
	f.Fuzz(func(t *testing.T, body []byte) {
		_, _ = s.formOf(body)
		for _, decode := range []func([]byte) (*generation, error){strict, s.decodeCompletion, s.decodeAzure, s.decodeTextGeneration} {
			q, err := decode(body)
			var e *httpError
			if err != nil {
				if !errors.As(err, &e) || e.status < 400 || e.status >= 500 || e.body.Message == "" || !json.Valid(e.openAI()) {
					t.Errorf("%q: the error is %v", body, err)
				}
				continue
			}
			given := 0
			for _, is := range []bool{q.Messages != nil, q.Prompt != nil, q.PromptTokens != nil} {
				if is {
					given++
				}
			}
			if given != 1 || q.MaxTokens < 0 || len(q.Stop) > maxStops || q.form == nil {
				t.Errorf("%q gives %+v", body, q)
			}
		}
	})
}

// nobody is a Generator that is asked for its name alone.
type nobody struct{ Generator }

func (nobody) Info() pipeline.GeneratorInfo { return pipeline.GeneratorInfo{Name: "nobody"} }

// FuzzAppendString holds strings against encoding/json, which reads them back.
func FuzzAppendString(f *testing.F) {
	for _, seed := range []string{"", "a\"\\\n\r\t\x00\x1f\x7f", "é\u2028😀", "\xff\xf0\x9f", "\xed\xa0\x80"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got, fromBytes string
		if err := json.Unmarshal(appendString(nil, text), &got); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var want string
		if json.Unmarshal(quoted, &want) != nil || got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if json.Unmarshal(appendString(nil, []byte(text)), &fromBytes) != nil || fromBytes != got {
			t.Errorf("%q: of bytes %q", text, fromBytes)
		}
	})
}

// FuzzDecode feeds the decoders of all three protocols. Whatever comes, they
// give texts within the limits, or an error of the client's.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"text": "This is great!"}`, `{"text": ["a", "b"]}`, `{"inputs": "a", "parameters": {"top_k": null, "function_to_apply": "none"}}`,
		`{"inputs": [["a"], ["b"]], "raw_scores": true}`, `{"text": "\ud800\u0000"}`, `{"text": ["a"`, `{"text": {}}`, `[[[[`,
		`{"id": "1", "inputs": [{"name": "text", "datatype": "BYTES", "shape": [2], "data": ["a", "b"]}], "outputs": [{"name": "label"}]}`,
	} {
		f.Add([]byte(seed))
	}
	limits := api.Limits{MaxClientBatchSize: 4, Truncation: true}
	f.Fuzz(func(t *testing.T, body []byte) {
		check := func(texts []string, err error) {
			var e *httpError
			if err != nil && (!errors.As(err, &e) || e.status < 400 || e.status >= 500 || e.body.Message == "") {
				t.Errorf("%q: the error is %v", body, err)
			}
			if err != nil {
				return
			}
			if len(texts) == 0 || len(texts) > limits.MaxClientBatchSize {
				t.Errorf("%q: %d texts were taken", body, len(texts))
			}
			for _, text := range texts {
				if !utf8.ValidString(text) {
					t.Errorf("%q: the text %q is not UTF-8", body, text)
				}
			}
		}
		q, err := decodeScore(body, limits)
		if err == nil {
			check(q.texts, nil)
			if q.topK < 0 {
				t.Errorf("%q: top_k is %d", body, q.topK)
			}
		} else {
			check(nil, err)
		}
		tei := &teiRequest{}
		err = tei.decode(body, limits)
		check(tei.texts, err)
		kserve := &kserveRequest{}
		err = kserve.decode(body, limits)
		check(kserve.texts, err)
	})
}
