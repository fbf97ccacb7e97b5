package server_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

// TestBadRequests lists what clients get wrong, and checks the status, the code
// and that the message says where and what.
func TestBadRequests(t *testing.T) {
	s := start(t, &fake{})
	infer := "/v2/models/fake/infer"
	tensor := func(t string) string { return `{"inputs": [` + t + `]}` }
	for _, c := range []struct {
		path, body string
		status     int
		message    string
	}{
		{"/score", ``, 400, "the body is not JSON: it ends early"},
		{"/score", `{`, 400, "the body is not JSON"},
		{"/score", `{"text": "a"`, 400, "the body is not JSON"},
		{"/score", `{"text": "a"} {}`, 400, "more after its end"},
		{"/score", `{"text": "a", "text": "b"}`, 400, `"text" is given twice`},
		{"/score", `["a"]`, 400, "the body is a list, an object is needed"},
		{"/score", `"a"`, 400, "the body is a string, an object is needed"},
		{"/score", `null`, 400, "the body is null, an object is needed"},
		{"/score", `{}`, 400, `"text" is missing`},
		{"/score", `{"txt": "a"}`, 400, `"txt" is not known`},
		{"/score", `{"text": "a", "inputs": "b"}`, 400, `both "text" and "inputs" are given`},
		{"/score", `{"text": 3}`, 400, "text is a number, a string or a list of strings is needed"},
		{"/score", `{"text": null}`, 400, `"text" is missing`},
		{"/score", `{"text": true}`, 400, "text is a boolean"},
		{"/score", `{"text": {"a": "b"}}`, 400, "text is an object"},
		{"/score", `{"text": []}`, 400, "text is an empty list"},
		{"/score", `{"inputs": ["a", 3]}`, 400, "inputs[1] is a number, a string is needed"},
		{"/score", `{"inputs": ["a", ["b"]]}`, 400, "inputs[1] is a list"},
		{"/score", `{"inputs": ["a", null]}`, 400, "inputs[1] is null"},
		{"/score", `{"inputs": ["a",]}`, 400, "the body is not JSON: invalid character ']' looking for beginning of value, at byte 17"},
		{"/score", `{"text": "a", "parameters": []}`, 400, "parameters is a list, an object is needed"},
		{"/score", `{"text": "a", "parameters": {"topk": 1}}`, 400, "parameters.topk is not known"},
		{"/score", `{"text": "a", "parameters": {"top_k": 0}}`, 400, "parameters.top_k is 0"},
		{"/score", `{"text": "a", "parameters": {"top_k": 1.5}}`, 400, "parameters.top_k is 1.5"},
		{"/score", `{"text": "a", "parameters": {"top_k": "1"}}`, 400, `parameters.top_k is "1"`},
		{"/score", `{"text": "a", "parameters": {"top_k": 1, "top_k": 2}}`, 400, "parameters.top_k is given twice"},
		{"/score", `{"text": "a", "parameters": {"function_to_apply": "tanh"}}`, 400, "it can be softmax, sigmoid or none"},
		{"/score", `{"text": "a", "parameters": {"function_to_apply": 1}}`, 400, "parameters.function_to_apply is a number"},
		{"/score", `{"text": "a", "parameters": {"truncation": "yes"}}`, 400, "parameters.truncation is \"yes\": true or false is needed"},
		{"/score", "{\"text\": \"\xff\"}", 400, "the body is not UTF-8"},
		{"/score", `{"text": "\x"}`, 400, "is not JSON"},
		{"/score", `{"text": "a\ud83d"}`, 400, `half a surrogate pair, \ud83d at byte 11`},
		{"/score", `{"text": "\uDE00\ud83d"}`, 400, `half a surrogate pair, \uDE00`},
		{"/score", `{"text": "\ud83d\ud83d\ude00"}`, 400, "half a surrogate pair"},
		{"/score", `{"text": "\ud83dx"}`, 400, "half a surrogate pair"},
		{"/score", `{"text": "\\\ud83d"}`, 400, "half a surrogate pair"},
		{"/score", `{"\ud83d": 1}`, 400, "half a surrogate pair"},
		{"/score", `{"text": "\ud8`, 400, "is not JSON"},
		{"/score", `\`, 400, "is not JSON"},
		{"/predict", `{"inputs": "\ud83d"}`, 400, "half a surrogate pair"},
		{infer, tensor(`{"name": "\ud83d"}`), 400, "half a surrogate pair"},
		{"/score", `{"text": ` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + `}`, 400, "text[0] is a list"},
		{"/score", `{"text": ["1","2","3","4","5","6","7","8","9"]}`, 413, "text has more than 8 texts, the limit"},
		{"/score", `{"text": "` + strings.Repeat("a", 5000) + `"}`, 413, "the body is over 4096 bytes, the limit"},
		{"/predict", `{}`, 400, "inputs is missing"},
		{"/predict", `{"inputs": []}`, 400, "inputs is an empty list"},
		{"/predict", `{"inputs": [["1"],["2"],["3"],["4"],["5"],["6"],["7"],["8"],["9"]]}`, 413, "inputs has more than 8 texts, the limit"},
		{"/predict", `{"inputs": [["a"], "b"]}`, 400, "inputs[1] is a string, a list of one string or two is needed"},
		{"/predict", `{"inputs": [["a"], []]}`, 400, "inputs[1] is an empty list"},
		{"/predict", `{"inputs": 1}`, 400, "inputs is a number"},
		{"/predict", `{"inputs": ["a", "b", "c"]}`, 400, "inputs has more than two texts, which are no pair"},
		{"/predict", `{"inputs": [["a"], ["b", "c", "d"]]}`, 400, "inputs[1] has more than two texts"},
		{"/predict", `{"inputs": [["a"], [1]]}`, 400, "inputs[1][0] is a number"},
		{"/predict", `{"inputs": "a", "raw_scores": 1}`, 400, "raw_scores is 1: true or false is needed"},
		{"/predict", `{"inputs": "a", "truncation_direction": "Left"}`, 400, "truncation_direction"},
		{"/predict", `{"inputs": "a", "normalize": true}`, 400, `"normalize" is not known`},
		{infer, `{}`, 400, "inputs is missing"},
		{infer, `{"inputs": {}}`, 400, "inputs is an object, a list of one tensor is needed"},
		{infer, tensor(``), 400, "inputs is an empty list"},
		{infer, tensor(`1`), 400, "inputs[0] is a number, an object is needed"},
		{infer, tensor(`{"name": "text"}, {}`), 400, "inputs has several tensors"},
		{infer, tensor(`{"name": "ids"}`), 400, `inputs[0].name is "ids": send one tensor, named "text"`},
		{infer, tensor(`{"name": "text", "datatype": "FP32"}`), 400, "texts are BYTES"},
		{infer, tensor(`{"name": "text", "datatype": "BYTES", "shape": [1]}`), 400, "inputs[0].data is missing"},
		{infer, tensor(`{"name": "text", "datatype": "BYTES", "shape": [2], "data": ["a"]}`), 400, "inputs[0].data has 1 items, shape says 2"},
		{infer, tensor(`{"name": "text", "datatype": "BYTES", "shape": [-1], "data": ["a"]}`), 400, "inputs[0].shape is [-1]"},
		{infer, tensor(`{"name": "text", "datatype": "BYTES", "shape": [1], "data": [1]}`), 400, "inputs[0].data[0] is a number"},
		{infer, `{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"]}], "outputs": [{"name": "x"}]}`, 400, "outputs[0].name"},
		{"/v2/models/other/infer", `{}`, 404, `there is no model "other"`},
		{"/v2/models/fake/versions/2/infer", `{}`, 404, `there is no version "2"`},
		{"/nothing", `{}`, 404, "there is no route"},
	} {
		got := s.do(t, "POST", c.path, c.body)
		message := got.errorOf(t, c.path)
		if got.StatusCode != c.status || !strings.Contains(message, c.message) {
			t.Errorf("%s %.60s: status %d, %q; want %d, %q", c.path, c.body, got.StatusCode, message, c.status, c.message)
		}
	}
}

func TestContentTypes(t *testing.T) {
	s := start(t, &fake{})
	for contentType, status := range map[string]int{
		"application/json": 200, "application/json; charset=utf-8": 200, "Application/JSON;charset=UTF-8": 200,
		"application/x-www-form-urlencoded": 415, "text/plain": 415, "application/json; charset=latin1": 415, ";": 415,
	} {
		got := s.do(t, "POST", "/score", `{"text": "a"}`, "Content-Type", contentType)
		if got.StatusCode != status {
			t.Errorf("Content-Type %q: status %d, want %d", contentType, got.StatusCode, status)
		}
	}
}

func TestMethods(t *testing.T) {
	s := start(t, &fake{})
	for _, c := range []struct{ method, path, allow string }{
		{"GET", "/score", "POST"}, {"DELETE", "/score", "POST"}, {"POST", "/info", "GET"}, {"PUT", "/", "GET, POST"},
	} {
		got := s.do(t, c.method, c.path, "")
		if got.StatusCode != 405 || got.Header.Get("Allow") != c.allow || got.errorOf(t, c.path) == "" {
			t.Errorf("%s %s: status %d, Allow %q, %s", c.method, c.path, got.StatusCode, got.Header.Get("Allow"), got.body)
		}
	}
}

// TestErrorsOfTheModel checks which answer each error of Classify gets.
func TestErrorsOfTheModel(t *testing.T) {
	secret := errors.New("the runtime's own words")
	for _, c := range []struct {
		err    error
		status int
		code   api.Code
		retry  string
	}{
		{&turns.FullError{RetryAfter: 2500 * time.Millisecond}, 429, api.Overloaded, "3"},
		{&turns.FullError{}, 429, api.Overloaded, "1"},
		{&turns.FullError{RetryAfter: 2500 * time.Millisecond, Takes: 40 * time.Second}, 429, api.Overloaded, "3"},
		{&pipeline.TooLongError{Index: 2, Limit: 512}, 422, api.TooLong, ""},
		{pipeline.ErrDraining, 503, api.Draining, ""},
		{fmt.Errorf("batch: %w", context.DeadlineExceeded), 504, api.DeadlineExceeded, ""},
		{secret, 500, api.Internal, ""},
	} {
		s := start(t, &fake{err: c.err})
		got := s.do(t, "POST", "/score", `{"text": "a"}`)
		if e := got.failure(t); got.StatusCode != c.status || e.Code != c.code || got.Header.Get("Retry-After") != c.retry {
			t.Errorf("%v: status %d, %+v, Retry-After %q", c.err, got.StatusCode, e, got.Header.Get("Retry-After"))
		}
		if strings.Contains(got.body, secret.Error()) {
			t.Errorf("the answer shows the inner error: %s", got.body)
		}
		if c.status == 500 && !strings.Contains(s.log.String(), secret.Error()) {
			t.Errorf("the log lacks the cause: %s", s.log)
		}
	}
}

func TestDeadline(t *testing.T) {
	s := start(t, &fake{wait: true}, func(o *server.Options) { o.Limits.RequestTimeoutSeconds = 0.05 })
	got := s.do(t, "POST", "/score", `{"text": "a"}`)
	if e := got.failure(t); got.StatusCode != 504 || !strings.Contains(e.Message, "50ms") {
		t.Errorf("status %d, %+v", got.StatusCode, e)
	}
}

func TestPanicIsAnAnswer(t *testing.T) {
	s := start(t, &fake{panics: true})
	got := s.do(t, "POST", "/score", `{"text": "a"}`)
	if e := got.failure(t); got.StatusCode != 500 || e.Code != api.Internal || strings.Contains(got.body, "told to") {
		t.Errorf("status %d, %s", got.StatusCode, got.body)
	}
	if !strings.Contains(s.log.String(), "the fake was told to") || !strings.Contains(s.log.String(), "helpers_test.go") {
		t.Errorf("the log lacks the panic and its stack: %s", s.log)
	}
	if got := s.do(t, "GET", "/livez", ""); got.StatusCode != 200 {
		t.Errorf("after a panic: status %d", got.StatusCode)
	}
}

// TestClientThatLeaves checks that a request whose client hung up ends, and
// that nothing is said to nobody.
func TestClientThatLeaves(t *testing.T) {
	began := make(chan struct{}, 1)
	s := start(t, &fake{wait: true, began: began})
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	const body = `{"text": "a"}`
	if _, err := fmt.Fprintf(conn, "POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body); err != nil {
		t.Fatal(err)
	}
	<-began
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(3 * time.Second); !strings.Contains(s.log.String(), `"status":499`); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the log has no status 499: %s", s.log)
		}
	}
}

// TestBodyThatBreaksOff checks a body shorter than it was said to be.
func TestBodyThatBreaksOff(t *testing.T) {
	s := start(t, &fake{})
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := fmt.Fprint(conn, "POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"text\""); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err == nil {
		defer func() { _ = resp.Body.Close() }()
		if resp.StatusCode != 400 {
			t.Errorf("status %d, want 400", resp.StatusCode)
		}
	}
	if got := s.do(t, "GET", "/livez", ""); got.StatusCode != 200 {
		t.Errorf("afterwards: status %d", got.StatusCode)
	}
}
