package rollout_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/rollout"
)

// interrupted runs a rollout, and interrupts it while Pulumi does what it has
// announced by words.
func (s *stand) interrupted(o rollout.Options, words string) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	s.atWork(words, cancel)
	err := s.Run(ctx, o)
	if !errors.Is(err, rollout.ErrInterrupted) {
		s.t.Fatalf("interrupted at %q: %v\n%s", words, err, s.out)
	}
}

// atWork calls what is given once the rollout has printed words and Pulumi has
// sent Azure something after that.
func (s *stand) atWork(words string, call func()) {
	s.out.line = func(text string) {
		if !strings.Contains(text, words) {
			return
		}
		s.out.line = nil
		before := len(s.cloud.Requests())
		go func() {
			for len(s.cloud.Requests()) == before {
				time.Sleep(time.Millisecond)
			}
			call()
		}()
	}
}

// TestInterruptionResumes stops a rollout while Pulumi runs and while it
// observes. The same command goes on, also in a checkout that doesn't know what
// happened, as in CI; then `rollback` takes another one back.
func TestInterruptionResumes(t *testing.T) {
	t.Parallel()
	s := open(t, nil)
	committed := s.file()
	o := options()
	o.Mirror, o.Steps, o.AllowChanges = 0, []int{10, 50, 100}, true

	s.interrupted(o, "deploy green-f4sv2") // Pulumi ends what it has begun
	s.want("blue-f4sv2:100", "green-f4sv2:0")
	s.interrupted(o, "50 % of the requests")
	s.want("blue-f4sv2:50", "green-f4sv2:50")
	s.noChanges() // at the end of a rollout it looks for itself
	s.says("The same command goes on, `rollback` takes it back")

	// Something else can't be rolled out meanwhile.
	other := o
	other.Change.Image = digest("c")
	if err := s.Run(t.Context(), other); err == nil || !strings.Contains(err.Error(), "answers 50 % of the requests already") {
		t.Errorf("another rollout in between: %v", err)
	}

	s.write(committed)
	s.out.text.Reset()
	if err := s.Run(t.Context(), o); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	if text := s.out.String(); strings.Contains(text, "10 % of the requests") || !strings.Contains(text, "50 % of the requests") {
		t.Errorf("it didn't go on where it was:\n%s", text)
	}
	s.want("green-f4sv2:100")

	// And back: from green towards blue, and taken back on the way.
	before := s.file()
	o.Change.Image = digest("c")
	s.interrupted(o, "10 % of the requests")
	s.want("blue-f4sv2:10", "green-f4sv2:90")
	if err := s.Rollback(t.Context(), o, false); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.want("green-f4sv2:100")
	s.noChanges()
	if s.file() != before {
		t.Errorf("the file is:\n%s\nwas:\n%s", s.file(), before)
	}
	if err := s.Rollback(t.Context(), o, false); err != nil {
		t.Errorf("once more: %v", err)
	}
	s.says("there is no rollout to take back")
}

// TestKilledPulumiResumes begins where a run of Pulumi that was killed has left
// a deployment in Azure that its state has only begun.
func TestKilledPulumiResumes(t *testing.T) {
	t.Parallel()
	s := open(t, nil)
	s.deployByHand("green-f4sv2", "d")
	s.pending("deployment-green-f4sv2")
	o := options()
	o.Mirror, o.Steps, o.AllowChanges = 0, []int{100}, true
	if err := s.Run(t.Context(), o); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.says("1 unfinished operations are dropped", "delete green-f4sv2, which an interrupted run made")
	s.want("green-f4sv2:100")
	if state, err := s.stack.State(); err != nil || strings.Contains(string(state), `"pending_operations": [`) {
		t.Errorf("the state still has unfinished operations (%v)", err)
	}
}

// pending makes the state say that a resource like blue's deployment was being
// created when Pulumi was killed.
func (s *stand) pending(name string) {
	s.t.Helper()
	path := filepath.Join(filepath.Dir(s.stack.File()), ".pulumi", "stacks", s.Stack.Project.Name, "dev.json")
	text, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	var checkpoint map[string]any
	if err := json.Unmarshal(text, &checkpoint); err != nil {
		s.t.Fatal(err)
	}
	deployment := checkpoint["checkpoint"].(map[string]any)["latest"].(map[string]any)
	for _, entry := range deployment["resources"].([]any) {
		resource := maps.Clone(entry.(map[string]any))
		urn := resource["urn"].(string)
		if before, ok := strings.CutSuffix(urn, "deployment-blue-f4sv2"); ok {
			resource["urn"] = before + name
			delete(resource, "id")
			delete(resource, "outputs")
			deployment["pending_operations"] = []any{map[string]any{"resource": resource, "type": "creating"}}
		}
	}
	if text, err = json.Marshal(checkpoint); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// inTheMaking reports whether Azure works on a resource.
func (s *stand) inTheMaking(id string) bool {
	body, err := s.cloud.Get(id)
	if err != nil {
		s.t.Fatal(err)
	}
	state := body["properties"].(map[string]any)["provisioningState"]
	return state == "Creating" || state == "Updating"
}

// TestCutOffPulumiResumes interrupts Pulumi itself while Azure makes the
// deployment: the next run finds what became of it and goes on.
func TestCutOffPulumiResumes(t *testing.T) {
	t.Parallel()
	s := open(t, nil)
	o := options()
	o.Mirror, o.Steps, o.AllowChanges = 0, []int{100}, true
	s.cloud.Latency = 3 * time.Second
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.Stack.Kill = ctx.Done()
	s.atWork("deploy green-f4sv2", cancel)
	err := s.Run(ctx, o)
	if !errors.Is(err, rollout.ErrInterrupted) {
		t.Fatalf("%v\n%s", err, s.out)
	}
	for slices.ContainsFunc(s.cloud.Find(onlineDeployments), s.inTheMaking) { // Azure goes on
		time.Sleep(time.Millisecond)
	}
	s.cloud.Latency = time.Millisecond
	s.Stack.Kill = nil
	if err := s.Run(t.Context(), o); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.want("green-f4sv2:100")
}
