package server

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// FuzzChat feeds the decoders of all forms of chats. Whatever comes, they give a
// request that may be asked, or an error of the client's.
func FuzzChat(f *testing.F) {
	for _, seed := range []string{
		`{"messages": [{"role": "user", "content": "Hi"}], "temperature": 0.5, "stop": ["a"], "logit_bias": {"1": 2}, "stream": true}`,
		`{"messages": [{"role": "developer", "content": [{"type": "text", "text": "Hi"}]}], "response_format": {"type": "json_schema", "json_schema": {"schema": {}}}}`,
		`{"prompt": [[1, 2]], "logprobs": 2}`, `{"inputs": "a", "parameters": {"grammar": {"type": "json", "value": {}}, "do_sample": false}}`,
		`{"input_data": {"input_string": [{"role": "user", "content": "Hi"}], "parameters": {"top_k": -1}}}`, `{"messages": [null]}`,
		`{"prompt": ["a", [1], "b"]}`, `{"messages": [{"role": "assistant", "content": null, "refusal": "No.", "tool_calls": [ ]}]}`,
		`{"text": "a", "add_special_tokens": false}`, `{"stop": [[`, `{"text": "a"}`,
	} {
		f.Add([]byte(seed))
	}
	s := &Server{Options: Options{Generator: nobody{}, Limits: api.Limits{MaxClientBatchSize: 4}}}
	strict := func(body []byte) (*generation, error) { return s.decodeChat(body, unknownField) }
	f.Fuzz(func(t *testing.T, body []byte) {
		if given, err := membersOf(body); err == nil {
			_ = s.formOf(given)
		}
		tokens := func(body []byte) (*generation, error) {
			_, err := s.decodeTokenize(t.Context(), body)
			return nil, err
		}
		for _, decode := range []func([]byte) (*generation, error){strict, s.decodeCompletion, s.decodeAzure, s.decodeTextGeneration, tokens} {
			q, err := decode(body)
			var e *httpError
			if err != nil {
				if !errors.As(err, &e) || e.status < 400 || e.status >= 500 || e.body.Message == "" || !json.Valid(e.openAI()) {
					t.Errorf("%q: the error is %v", body, err)
				}
				continue
			}
			if q == nil {
				continue
			}
			given := 0
			for _, is := range []bool{q.Messages != nil, q.Prompt != nil, q.PromptTokens != nil, q.prompts != nil} {
				if is {
					given++
				}
			}
			if given != 1 || len(q.prompts) == 1 || len(q.prompts) > 4 || q.MaxTokens < 0 || len(q.Stop) > maxStops || q.form == nil {
				t.Errorf("%q gives %+v", body, q)
			}
		}
	})
}

// nobody is a Generator that is asked for its name and for tokens alone.
type nobody struct{ Generator }

func (nobody) Tokenize(string, bool, int) ([]int32, error) { return []int32{1}, nil }
func (nobody) TokenizeChat(context.Context, *pipeline.GenerateRequest, int) ([]int32, error) {
	return []int32{1}, nil
}
func (nobody) Info() pipeline.GeneratorInfo {
	return pipeline.GeneratorInfo{Name: "nobody", Share: 4, ContextWindow: 64}
}

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

// limitsOfFuzzing can be reached by short bodies.
var limitsOfFuzzing = api.Limits{MaxClientBatchSize: 4, MaxBodyBytes: 4096, MaxConcurrentRequests: 1 << 30, Truncation: true}

// checkDecoded checks that a body gave texts within the limits, or an error of
// the client's.
func checkDecoded(t *testing.T, body []byte, texts []string, err error) {
	t.Helper()
	var e *httpError
	if err != nil {
		if !errors.As(err, &e) || e.status < 400 || e.status >= 500 || e.body.Message == "" {
			t.Errorf("%q: the error is %v", body, err)
		}
		return
	}
	if len(texts) == 0 || len(texts) > limitsOfFuzzing.MaxClientBatchSize {
		t.Errorf("%q: %d texts were taken", body, len(texts))
	}
	for _, text := range texts {
		if !utf8.ValidString(text) {
			t.Errorf("%q: the text %q is not UTF-8", body, text)
		}
	}
}

// FuzzDecode feeds the decoders of classifications.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"text": "This is great!"}`, `{"text": ["a", "b"]}`, `{"inputs": "a", "parameters": {"top_k": null, "function_to_apply": "none"}}`,
		`{"inputs": [["a"], ["b"]], "raw_scores": true}`, `{"text": "\ud800\u0000"}`, `{"text": ["a"`, `{"text": {}}`, `[[[[`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if !utf8.Valid(body) {
			return // refused before
		}
		q, err := decodeScore(body, limitsOfFuzzing)
		if err != nil {
			q = &scoreRequest{}
		}
		checkDecoded(t, body, q.texts, err)
		tei := &teiRequest{}
		err = tei.decode(body, limitsOfFuzzing)
		checkDecoded(t, body, tei.texts, err)
	})
}

// FuzzInfer feeds the decoder of tensors, whose data may follow the JSON.
func FuzzInfer(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"id": "1", "inputs": [{"name": "text", "datatype": "BYTES", "shape": [2], "data": ["a", "b"]}], "outputs": [{"name": "label", "parameters": {"binary_data": true}}]}`, ""},
		{`{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [2, 1], "data": [["YQ=="], ["Yg=="]], "parameters": {"content_type": "base64"}}], "parameters": {"timeout": 5}}`, ""},
		{`{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [2], "parameters": {"binary_data_size": 10}}], "parameters": {"binary_data_output": true}}`, "\x01\x00\x00\x00a\x01\x00\x00\x00b"},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	f.Fuzz(func(t *testing.T, body, data []byte) {
		q := &kserveRequest{known: []kserveTensor{{Name: labelOutput}, {Name: scoreOutput}, {Name: scoresOutput}}}
		err := q.decode(body, data, limitsOfFuzzing)
		checkDecoded(t, body, q.texts, err)
		if err != nil {
			return
		}
		size := 1
		for _, n := range q.shape {
			size *= n
		}
		if size != len(q.texts) {
			t.Errorf("%q: the shape %v has %d texts", body, q.shape, len(q.texts))
		}
		scores := make([][]pipeline.LabelScore, len(q.texts))
		for i := range scores {
			scores[i] = []pipeline.LabelScore{{Label: "b", Score: 0.75, Class: 1}, {Label: "a", Score: 0.25}}
		}
		for _, o := range q.wanted() {
			tensor := q.tensor(o.name, scores, 2)
			if b := tensor.pack(nil); len(b) != tensor.Parameters["binary_data_size"] || len(b) == 0 {
				t.Errorf("%q: %s has %d bytes, not %v", body, o.name, len(b), tensor.Parameters)
			}
		}
	})
}

// FuzzBody feeds what reads bodies, compressed and not.
func FuzzBody(f *testing.F) {
	gz := func(s string) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write([]byte(s))
		_ = w.Close()
		return b.Bytes()
	}
	f.Add(gz(`{"text": "a"}`), "gzip", "13")
	f.Add(gz(strings.Repeat("a", 10000)), "gzip", "")
	f.Add([]byte(`{"text": "a"}`), "", "5")
	f.Add([]byte("x\x9c\x03\x00\x00\x00\x00\x01"), "deflate", "0")
	s := &Server{Options: Options{Limits: limitsOfFuzzing}, memory: newMemory(0, limitsOfFuzzing.MaxBodyBytes)}
	f.Fuzz(func(t *testing.T, body []byte, encoding, length string) {
		r := httptest.NewRequest(http.MethodPost, "/v2/models/x/infer", bytes.NewReader(body))
		r.Header["Content-Encoding"], r.Header[kserveLengthHeader] = []string{encoding}, []string{length}
		n := &note{share: &share{of: s.memory}}
		defer n.share.take(0)
		r = r.WithContext(context.WithValue(r.Context(), noteKey{}, n))
		head, data, err := s.readInfer(httptest.NewRecorder(), r)
		var e *httpError
		var large *http.MaxBytesError
		switch {
		case err == nil:
			if int64(len(head)+len(data)) > limitsOfFuzzing.MaxBodyBytes || !utf8.Valid(head) {
				t.Errorf("%q, %q, %q gives %d and %d bytes", body, encoding, length, len(head), len(data))
			}
		case !errors.As(err, &large) && (!errors.As(err, &e) || e.status < 400 || e.status >= 500):
			t.Errorf("%q, %q, %q: %v", body, encoding, length, err)
		}
	})
}

// FuzzUnicode checks that encoding/json replaces nothing in a body that is taken.
func FuzzUnicode(f *testing.F) {
	for _, seed := range []string{`"\ud83d\ude00"`, `"\ud83d"`, `"\\ud83d"`, `"\\\ud83d\\"`, `{"\udc00": "\uD83D\u0041"}`, "\"\xff\"", `"\u12"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var v any
		if checkUnicode(body) != nil || json.Unmarshal(body, &v) != nil || strings.Contains(strings.ToLower(string(body)), `\ufffd`) || bytes.ContainsRune(body, utf8.RuneError) {
			return
		}
		if again, err := json.Marshal(v); err != nil || bytes.ContainsRune(again, utf8.RuneError) || strings.Contains(string(again), `\ufffd`) {
			t.Errorf("%q is read as %q, %v", body, again, err)
		}
	})
}
