package rollout_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/rollout"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

// TestRollsOut replaces blue's image by green, and finds at the end that nobody
// was without an answer, that the file says what Azure has, and that Pulumi has
// nothing to do.
func TestRollsOut(t *testing.T) {
	t.Parallel()
	s := open(t, nil)
	before, uri := s.file(), s.endpoint()["scoringUri"]
	o := options()
	o.Task = "auto"
	if err := s.Plan(t.Context(), o); err != nil || s.file() != before {
		t.Fatalf("a plan: %v", err)
	}
	s.says("1. deploy green-f4sv2 (scorer-cpu@"+digest("b")[:19], "let it answer 50 %", "delete blue-f4sv2")

	if err := s.Run(t.Context(), o); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.want("green-f4sv2:100")
	s.noChanges()
	if got := s.endpoint()["scoringUri"]; got != uri {
		t.Errorf("the URL is %v, was %v", got, uri)
	}
	want := []string{
		"map[blue-f4sv2:100] mirror map[]", "map[blue-f4sv2:100] mirror map[green-f4sv2:20]", "map[blue-f4sv2:90 green-f4sv2:10] mirror map[]",
		"map[blue-f4sv2:50 green-f4sv2:50] mirror map[]", "map[green-f4sv2:100] mirror map[]",
	}
	if got := s.splits(); !slices.Equal(got, want) {
		t.Errorf("traffic was, one after the other:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	wantFile := strings.NewReplacer("blue:", "green:", digest("a"), digest("b")).Replace(before)
	if got := s.file(); got != wantFile {
		t.Errorf("the file is:\n%s\nwant:\n%s", got, wantFile)
	}
	directed, live, mirrored := s.cloud.Scored("green-f4sv2")
	if directed == 0 || live == 0 || mirrored == 0 {
		t.Errorf("green was asked directly %d times, by the traffic %d, by copies %d", directed, live, mirrored)
	}
	s.says("Azure Monitor counted", "done: green-f4sv2 answers all requests")
	if strings.Contains(s.out.String(), s.cloud.Token) {
		t.Error("the token was printed")
	}

	// Once more is none.
	if err := s.Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	s.says("nothing to do: green is live")
	s.want("green-f4sv2:100")
}

// TestBadDeploymentsRollBack rolls out what is deployed well and answers badly:
// each ends as it began.
func TestBadDeploymentsRollBack(t *testing.T) {
	t.Parallel()
	s := open(t, func(c map[string]any) {
		c[key("endpoint")] = map[string]any{"authMode": "key"}
	})
	before := s.file()
	good := azure.Scorer
	half := func(after int64) http.HandlerFunc {
		var n atomic.Int64
		return func(w http.ResponseWriter, r *http.Request) {
			if i := n.Add(1); i > after && i%2 == 0 {
				http.Error(w, "broken", http.StatusInternalServerError)
				return
			}
			good(w, r)
		}
	}
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		words   []string
		reached string // the last split before the way back
	}{
		{"turns bad under load", half(60), []string{"requests failed"}, "map[blue-f4sv2:90 green-f4sv2:10] mirror map[]"},
		{"slow", func(w http.ResponseWriter, r *http.Request) { time.Sleep(300 * time.Millisecond); good(w, r) },
			[]string{"p95 is at least", "above 100ms"}, "mirror map[green-f4sv2:20]"},
		{"answers something else", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`[[{"label": "", "score": 3}],[{"label": "", "score": 3}]]`))
		}, []string{"doesn't answer as it should", "no classifier gives"}, "map[blue-f4sv2:100] mirror map[]"},
	} {
		s.cloud.Publish(digest("b"), azure.Container{Handler: c.handler})
		o := options()
		o.AllowChanges = true
		if c.name == "slow" {
			o.Limits.MaxP95 = 100 * time.Millisecond
		}
		o.Patience = time.Second
		seen := len(s.splits())
		err := s.Run(t.Context(), o)
		if !errors.Is(err, rollout.ErrRolledBack) {
			t.Fatalf("%s: %v\n%s", c.name, err, s.out)
		}
		for _, words := range c.words {
			if !strings.Contains(err.Error(), words) {
				t.Errorf("%s: the error has no %q: %v", c.name, words, err)
			}
		}
		s.want("blue-f4sv2:100")
		if s.file() != before {
			t.Errorf("%s: the file is:\n%s", c.name, s.file())
		}
		splits := s.splits()
		if !slices.ContainsFunc(splits[seen-1:], func(split string) bool { return strings.HasSuffix(split, c.reached) }) {
			t.Errorf("%s: traffic was %v, want %q among it", c.name, splits[seen-1:], c.reached)
		}
		if last := splits[len(splits)-1]; last != "map[blue-f4sv2:100] mirror map[]" {
			t.Errorf("%s: traffic is %q in the end", c.name, last)
		}
	}
	s.noChanges()

	// While someone else's Pulumi is at work, nothing happens.
	lock := filepath.Join(filepath.Dir(s.stack.File()), ".pulumi", "locks", "organization", s.Stack.Project.Name, "dev", "other.json")
	if err := os.MkdirAll(filepath.Dir(lock), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(lock, []byte(`{"pid": 1, "username": "other"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	locked := options()
	locked.AllowChanges = true
	if err := s.Run(t.Context(), locked); !errors.Is(err, rollout.ErrLocked) || s.file() != before {
		t.Errorf("a locked stack: %v\n%s", err, s.file())
	}
	if strings.Contains(s.out.String(), "offline-") {
		t.Error("a key of the endpoint was printed")
	}
}
