package rollout

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/online"
)

// credential counts how often it is asked.
type credential struct {
	asked   int
	scope   string
	expires time.Time
}

// scope is what a token is asked for.
const scope = "https://ml.azure.com/.default"

func (c *credential) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	c.asked, c.scope = c.asked+1, strings.Join(o.Scopes, " ")
	return azcore.AccessToken{Token: "t", ExpiresOn: c.expires}, nil
}

// serve is an endpoint whose deployments answer as given.
func serve(t *testing.T, answer func(w http.ResponseWriter, deployment string, chat bool)) (*scorer, *credential) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || r.URL.Path != api.ScorePath || r.Header.Get("Authorization") != "Bearer t" {
			t.Errorf("%s with %v, %v", r.URL.Path, body, err)
		}
		w.Header().Set("Content-Type", "application/json")
		answer(w, r.Header.Get(api.DeploymentHeader), body["messages"] != nil)
	}))
	t.Cleanup(server.Close)
	c := &credential{expires: time.Now().Add(time.Hour)}
	return newScorer(&online.Endpoint{URL: server.URL, Scope: scope}, nil, &Rollout{Credential: c}, false, 5*time.Second), c
}

const (
	goodScores = `[[{"label": "POSITIVE", "score": 0.9}], [{"label": "NEGATIVE", "score": 0.8}]]`
	goodChat   = `{"choices": [{"message": {"role": "assistant", "content": "Hello"}}]}`
)

func TestChooseTask(t *testing.T) {
	for _, c := range []struct {
		name, scores, chat string // an answer, or a status
		want               string // the task, or words of the error
	}{
		{"classifier", goodScores, "400", TaskSentiment},
		{"chat model", "422", goodChat, TaskChat},
		{"neither", "400", "400", "neither a text nor a chat"},
		{"broken", "503", goodChat, "503"},
		{"silent chat model", "404", `{"choices": [{"message": {"content": " "}}]}`, "answered nothing"},
		{"not allowed", "401", "401", "401"},
	} {
		s, _ := serve(t, func(w http.ResponseWriter, _ string, chat bool) {
			text := c.scores
			if chat {
				text = c.chat
			}
			if len(text) == 3 {
				w.WriteHeader(map[string]int{"400": 400, "401": 401, "404": 404, "422": 422, "503": 503}[text])
				return
			}
			_, _ = w.Write([]byte(text))
		})
		err := s.choose(t.Context(), "blue")
		got := s.task
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestPrivateIsSaid: who isn't in a private stack's network is told of it.
func TestPrivateIsSaid(t *testing.T) {
	for code, want := range map[int]bool{http.StatusForbidden: true, http.StatusNotFound: false} {
		s, _ := serve(t, func(w http.ResponseWriter, _ string, _ bool) { w.WriteHeader(code) })
		s.private = true
		if err := s.request(t.Context(), "blue"); err == nil || status(err) != code || strings.Contains(err.Error(), "the stack is private: run this in its network") != want {
			t.Errorf("%d: %v", code, err)
		}
	}
	s, _ := serve(t, nil)
	s.private, s.url = true, "http://closed.invalid"
	if err := s.request(t.Context(), "blue"); err == nil || !strings.Contains(err.Error(), "the stack is private") {
		t.Errorf("a name that doesn't resolve: %v", err)
	}
}

// TestSmoke waits for a deployment that the gateway learns of late, and doesn't
// for one that answers badly.
func TestSmoke(t *testing.T) {
	n := 0
	s, c := serve(t, func(w http.ResponseWriter, deployment string, _ bool) {
		if n++; n < 3 || deployment != "green" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write([]byte(goodScores))
	})
	if err := s.smoke(t.Context(), "green", 500*time.Millisecond); err != nil || n != 7 {
		t.Errorf("%d requests, %v", n, err)
	}
	if c.asked != 1 || c.scope != "https://ml.azure.com/.default" {
		t.Errorf("asked %d times for a token of %s", c.asked, c.scope)
	}
	start := time.Now()
	bad, _ := serve(t, func(w http.ResponseWriter, _ string, _ bool) { w.WriteHeader(http.StatusInternalServerError) })
	var answer *api.StatusError
	if err := bad.smoke(t.Context(), "green", time.Minute); !errors.As(err, &answer) || time.Since(start) > 30*time.Second {
		t.Errorf("%v after %s", err, time.Since(start))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	late, _ := serve(t, func(w http.ResponseWriter, _ string, _ bool) { w.WriteHeader(http.StatusNotFound) })
	if err := late.smoke(ctx, "green", time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

func TestTokenIsRenewed(t *testing.T) {
	c := &credential{expires: time.Now().Add(time.Minute)}
	cache := &tokenCache{credential: c, scope: scope}
	for range 2 {
		if token, err := cache.get(t.Context()); token != "t" || err != nil {
			t.Errorf("%q, %v", token, err)
		}
	}
	if c.asked != 2 {
		t.Errorf("a token that ends in a minute was asked for %d times, want 2", c.asked)
	}
}
