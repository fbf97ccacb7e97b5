package server

import (
	"errors"
	"testing"
	"unicode/utf8"

	"azure-nlp-endpoint/inference/api"
)

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
			if q.topK != nil && *q.topK < 1 {
				t.Errorf("%q: top_k is %d", body, *q.topK)
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
