package rollout_test

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/rollout"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/signin"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/entra"
)

// unauthorized is a status. The output has digits of other kinds: durations, names of
// temporary folders.
var unauthorized = regexp.MustCompile(`\b401\b`)

// TestOutlivesItsTokens rolls out, and then rolls back, with tokens that hold for a
// second, as hours do with Azure's of an hour. Whoever keeps one fails.
func TestOutlivesItsTokens(t *testing.T) {
	t.Parallel()
	service := entra.New(t, time.Second)
	cloud := azure.New()
	cloud.Token, cloud.Entra = "the name of a cloud", service
	s := openWith(t, cloud, infra.Deploy, published, nil)
	login, err := signin.New(service.Getenv, signin.Options{Transport: service, HTTP: service.HTTP()})
	if err != nil {
		t.Fatal(err)
	}
	s.Credential = login
	before := s.file()

	first := service.Issue("https://management.azure.com/.default")
	s.out.line = func(text string) {
		if strings.Contains(text, "50 % of the requests to green") {
			s.expires(first)
		}
	}
	o := options()
	o.Mirror, o.Steps = 0, []int{50, 100}
	if err := s.Run(t.Context(), o); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.want("green-f4sv2:100")
	if s.file() == before {
		t.Error("the file is as before")
	}
	if unauthorized.MatchString(s.out.String()) {
		t.Errorf("a token was refused:\n%s", s.out)
	}

	// The way back.
	o.Change.Image = digest("c")
	last := service.Issue("https://management.azure.com/.default")
	var broken atomic.Bool // once the traffic shifts
	s.out.line = func(text string) {
		if strings.Contains(text, "50 % of the requests to blue") {
			s.expires(last)
			broken.Store(true)
		}
	}
	cloud.Publish(digest("c"), azure.Container{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() {
			http.Error(w, "broken", http.StatusInternalServerError)
			return
		}
		azure.Scorer(w, r)
	})})
	live := s.file()
	if err := s.Run(t.Context(), o); !errors.Is(err, rollout.ErrRolledBack) || s.file() != live {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.want("green-f4sv2:100")

	// One token for the whole of it, as a command had it that signed in once.
	only := service.Issue("https://management.azure.com/.default")
	s.Credential = credential{only}
	s.out.line = func(text string) {
		if strings.Contains(text, " next to ") {
			s.expires(only)
		}
	}
	o.Change.Image = digest("d")
	if err := s.Run(t.Context(), o); err == nil || !unauthorized.MatchString(err.Error()) {
		t.Errorf("with a token that expired: %v\n%s", err, s.out)
	}
}

// expires waits, in the middle of a rollout, until Azure says that a token has expired.
func (s *stand) expires(token string) {
	options, err := arm.Options(gatewayServer.URL)
	if err != nil {
		s.t.Error(err)
		return
	}
	client, err := arm.New(credential{token}, options)
	if err != nil {
		s.t.Error(err)
		return
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		err = client.Do(s.t.Context(), http.MethodGet, s.cloud.Find(endpoints)[0], "2024-04-01", nil, nil, nil)
		if arm.Code(err) == "ExpiredAuthenticationToken" {
			return
		}
		if time.Now().After(deadline) {
			s.t.Errorf("a token from before: %v", err)
			return
		}
	}
}
