package rollout_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/rollout"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

// mayNotScore signs in to Azure, and not to scoring.
type mayNotScore struct{ credential }

func (c mayNotScore) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := c.credential.GetToken(ctx, o)
	if strings.Contains(o.Scopes[0], "ml.azure.com") {
		token.Token = "another"
	}
	return token, err
}

// broken is a scorer of which one path doesn't answer.
func broken(path string, status int) azure.Container {
	return azure.Container{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == path {
			w.WriteHeader(status)
			return
		}
		azure.Scorer(w, r)
	})}
}

// heldBack is a scorer whose answers come at their end.
var heldBack = azure.Container{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	whole := httptest.NewRecorder()
	azure.Scorer(whole, r)
	for name, values := range whole.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(whole.Code)
	_, _ = w.Write(whole.Body.Bytes())
})}

// quick is a scorer whose answers take no time.
var quick = azure.Container{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	whole := httptest.NewRecorder()
	azure.Scorer(whole, r)
	w.WriteHeader(whole.Code)
	_, _ = w.Write(bytes.ReplaceAll(whole.Body.Bytes(), []byte(`"decode_ms": 90`), []byte(`"decode_ms": 1`)))
})}

// TestVerify breaks each assumption in turn: it is the one that is said to
// fail, and the rest is asked all the same.
func TestVerify(t *testing.T) {
	t.Parallel()
	s := open(t, nil)
	good := s.Credential
	for _, c := range []struct {
		name      string
		task      string
		container azure.Container
		login     azcore.TokenCredential
		silent    []string
		failed    []string // assumptions, none if all hold
		notAsked  []string
	}{
		{name: "a classifier that is well", task: rollout.TaskSentiment, notAsked: []string{"a stream arrives in pieces", "the host's GPU driver"}},
		{name: "a classifier without OpenAI's routes", task: "auto", container: broken(api.ModelsPath, http.StatusNotFound),
			notAsked: []string{"a stream arrives in pieces", "the host's GPU driver"}},
		{name: "a chat model that is well", task: rollout.TaskChat, notAsked: []string{"the host's GPU driver"}},
		{name: "score/action", task: rollout.TaskChat, login: mayNotScore{good.(credential)},
			failed:   []string{"whoever is signed in may call the endpoint"},
			notAsked: []string{"POST /score", "POST /", "/v1 through the gateway", "a stream arrives in pieces", "the host's GPU driver"}},
		{name: "scoring", task: rollout.TaskChat, container: broken(api.ScorePath, http.StatusInternalServerError), failed: []string{"POST /score"},
			notAsked: []string{"the host's GPU driver"}},
		{name: "the scoring URI", task: rollout.TaskChat, container: broken(api.ScoringRoute, http.StatusNotFound), failed: []string{"POST /"},
			notAsked: []string{"the host's GPU driver"}},
		{name: "models", task: rollout.TaskChat, container: broken(api.ModelsPath, http.StatusNotFound), failed: []string{"/v1 through the gateway"},
			notAsked: []string{"the host's GPU driver"}},
		{name: "chat", task: rollout.TaskChat, container: broken(api.ChatPath, http.StatusNotFound),
			failed: []string{"/v1 through the gateway", "a stream arrives in pieces"}, notAsked: []string{"the host's GPU driver"}},
		{name: "stream", task: rollout.TaskChat, container: heldBack, failed: []string{"a stream arrives in pieces"},
			notAsked: []string{"the host's GPU driver"}},
		{name: "a quick stream", task: rollout.TaskChat, container: quick, notAsked: []string{"a stream arrives in pieces", "the host's GPU driver"}},
		{name: "requests", task: rollout.TaskChat, silent: []string{"RequestsPerMinute"}, failed: []string{"metric RequestsPerMinute"},
			notAsked: []string{"the host's GPU driver"}},
		{name: "capacity", task: rollout.TaskChat, silent: []string{"DeploymentCapacity"},
			failed: []string{"series of healthy instances (DeploymentCapacity)"}, notAsked: []string{"the host's GPU driver"}},
		{name: "console log", task: rollout.TaskChat, silent: []string{"AmlOnlineEndpointConsoleLog"},
			failed: []string{"console log (AmlOnlineEndpointConsoleLog)"}, notAsked: []string{"the host's GPU driver"}},
		{name: "traffic log", task: rollout.TaskChat, silent: []string{"AmlOnlineEndpointTrafficLog"},
			failed: []string{"traffic log (AmlOnlineEndpointTrafficLog)"}, notAsked: []string{"the host's GPU driver"}},
	} {
		s.cloud.Publish(digest("a"), c.container)
		s.cloud.Silence(c.silent...)
		s.Credential = good
		if c.login != nil {
			s.Credential = c.login
		}
		out := &output{}
		s.Rollout.Out = out
		err := s.Verify(t.Context(), 50*time.Millisecond, c.task)
		var failed, notAsked []string
		for line := range strings.Lines(out.String()) {
			if _, rest, ok := strings.Cut(line, " FAILED: "); ok {
				name, _, _ := strings.Cut(rest, ": ")
				failed = append(failed, name)
			}
			if _, rest, ok := strings.Cut(line, " not asked: "); ok {
				name, _, _ := strings.Cut(rest, ": ")
				notAsked = append(notAsked, name)
			}
		}
		summary := fmt.Sprintf("%d of 11 assumptions hold, %d failed, %d could not be asked", 11-len(c.failed)-len(c.notAsked), len(c.failed), len(c.notAsked))
		if !slices.Equal(failed, c.failed) || !slices.Equal(notAsked, c.notAsked) || (err != nil) != (len(c.failed) > 0) ||
			!strings.Contains(out.String()+fmt.Sprint(err), summary) {
			t.Errorf("%s: failed %q, not asked %q, %v; want %q, %q\n%s", c.name, failed, notAsked, err, c.failed, c.notAsked, out)
		}
	}
}
