package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// answering is a server that gives one answer, and keeps the last request.
type answering struct {
	status  int
	header  map[string]string
	body    string
	request *http.Request
	sent    string
}

func (a *answering) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a.request, a.sent = r, string(body)
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body)
}

func clientOf(t *testing.T, h http.Handler) *api.Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return &api.Client{URL: s.URL + "/"}
}

func TestClientSends(t *testing.T) {
	no := false
	for _, c := range []struct {
		parameters api.Parameters
		want       string
	}{
		{api.Parameters{}, `{"inputs":["a"],"parameters":{"top_k":null}}`},
		{api.Parameters{TopK: 2, Function: "none", Truncation: &no},
			`{"inputs":["a"],"parameters":{"function_to_apply":"none","top_k":2,"truncation":false}}`},
	} {
		a := &answering{status: 200, body: `[[{"label":"P","score":0.5}]]`}
		client := clientOf(t, a)
		client.Deployment = "blue"
		client.Token = func(context.Context) (string, error) { return "key", nil }
		got, err := client.ScoreWith(context.Background(), []string{"a"}, c.parameters)
		if err != nil || got[0][0] != (api.Score{Label: "P", Score: 0.5}) {
			t.Fatalf("got %v, %v", got, err)
		}
		h := a.request.Header
		if a.sent != c.want || a.request.URL.Path != "/score" || h.Get("Content-Type") != "application/json" ||
			h.Get("Authorization") != "Bearer key" || h.Get("azureml-model-deployment") != "blue" {
			t.Errorf("sent %s %s %v, want %s", a.request.URL.Path, a.sent, h, c.want)
		}
	}
}

// TestClientURLs has addresses as people have them: a scorer's, what Azure shows as
// scoring URI, and the base URL that OpenAI's clients take.
func TestClientURLs(t *testing.T) {
	a := &answering{status: 200, body: `[[{"label":"P","score":0.5}]]`}
	base := clientOf(t, a).URL
	base = base[:len(base)-1]
	for _, url := range []string{base, base + "/", base + "//", base + "/score", base + "/score/", base + "/v1", base + "/v1/"} {
		client := &api.Client{URL: url}
		if _, err := client.Score(t.Context(), "a"); err != nil || a.request.URL.Path != "/score" {
			t.Errorf("%s: %v, asked %s", url, err, a.request.URL.Path)
		}
		if got := api.BaseURL(url); got != base {
			t.Errorf("%s: the base is %s, want %s", url, got, base)
		}
	}
	client := &api.Client{URL: base + "/behind/v1"}
	if _, err := client.Score(t.Context(), "a"); err != nil || a.request.URL.Path != "/behind/score" {
		t.Errorf("%v, asked %s", err, a.request.URL.Path)
	}
}

func TestClientErrors(t *testing.T) {
	body, err := json.Marshal(api.ErrorBody{Error: api.Error{Code: api.Overloaded, Message: "try later"}})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		answer    answering
		want      api.StatusError
		temporary bool
	}{
		"the scorer's": {
			answering{status: 429, body: string(body), header: map[string]string{"Retry-After": "3", api.RequestIDHeader: "r-1"}},
			api.StatusError{Status: 429, Code: api.Overloaded, Message: "try later", RetryAfter: 3 * time.Second, RequestID: "r-1"}, true},
		"the scorer's, by way of Azure": {
			answering{status: 424, body: string(body), header: map[string]string{api.ModelStatusHeader: "429"}},
			api.StatusError{Status: 429, Code: api.Overloaded, Message: "try later"}, true},
		"Azure's own": {
			answering{status: 401, body: "key_auth_bad_header_forbidden\n", header: map[string]string{"Content-Type": "text/plain"}},
			api.StatusError{Status: 401, Message: "key_auth_bad_header_forbidden"}, false},
		"a proxy's page": {
			answering{status: 502, body: "<html>", header: map[string]string{"Content-Type": "text/html"}},
			api.StatusError{Status: 502}, true},
	} {
		_, err := clientOf(t, &c.answer).Score(context.Background(), "a")
		var got *api.StatusError
		if !errors.As(err, &got) || *got != c.want || got.Temporary() != c.temporary {
			t.Errorf("%s: got %#v, want %#v", name, err, c.want)
		}
		if !strings.Contains(err.Error(), c.want.Message) {
			t.Errorf("%s: the error says %q", name, err)
		}
	}
	for answer, want := range map[string]string{
		`[]`:   "answered 0 texts, 1 were sent",
		`[[]]`: "no label for text 0",
		`{}`:   "isn't a scorer's",
		`[[`:   "isn't a scorer's",
	} {
		_, err := clientOf(t, &answering{status: 200, body: answer}).Score(context.Background(), "a")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("answer %s: got %v, want %q", answer, err, want)
		}
	}
	client := &api.Client{URL: "http://127.0.0.1:1", Token: func(context.Context) (string, error) { return "", errors.New("no login") }}
	if _, err := client.Score(context.Background(), "a"); err == nil || !strings.Contains(err.Error(), "no login") {
		t.Errorf("without a token: %v", err)
	}
	if got, err := client.Score(context.Background()); err != nil || len(got) != 0 {
		t.Errorf("without texts: %v, %v", got, err)
	}
}

// TestClientGivesUp checks that a request ends with its context.
func TestClientGivesUp(t *testing.T) {
	gone := make(chan struct{})
	client := clientOf(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body) // only then does net/http watch the connection
		<-r.Context().Done()
		close(gone)
	}))
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := client.Score(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	<-gone
}
