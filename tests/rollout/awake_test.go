package rollout_test

import (
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

// TestSleepAndWake wants URL and keys to stay, and nothing to cost meanwhile.
func TestSleepAndWake(t *testing.T) {
	t.Parallel()
	s := open(t, func(c map[string]any) {
		c[key("endpoint")] = map[string]any{"authMode": "key"}
	})
	id := s.cloud.Find(endpoints)[0]
	keys, err := s.cloud.Keys(id)
	if err != nil {
		t.Fatal(err)
	}
	uri := s.endpoint()["scoringUri"]
	same := func() {
		t.Helper()
		now, err := s.cloud.Keys(id)
		if err != nil || now["primaryKey"] != keys["primaryKey"] || s.endpoint()["scoringUri"] != uri {
			t.Errorf("the keys or the URL %v, was %v, have changed (%v)", s.endpoint()["scoringUri"], uri, err)
		}
	}
	if err := s.Sleep(t.Context(), false); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.want()
	s.noChanges()
	same()
	if err := s.Run(t.Context(), options()); err == nil || !strings.Contains(err.Error(), "asleep") {
		t.Errorf("a rollout of a stack that is asleep: %v", err)
	}

	// What doesn't start isn't left to cost.
	s.cloud.Publish(digest("a"), azure.Container{Failure: &azure.Error{Status: 400, Code: "BadArgument", Message: "Unable to download user container image"}})
	if err := s.Wake(t.Context(), options(), false); err == nil {
		t.Fatal("woken in spite of an image that isn't available")
	}
	s.says("cause: image pull", "back to sleep")
	s.want()

	s.cloud.Publish(digest("a"), azure.Container{})
	o := options()
	o.Task = "auto"
	if err := s.Wake(t.Context(), o, false); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.want("blue-f4sv2:100")
	s.noChanges()
	same()
	if strings.Contains(s.out.String(), keys["primaryKey"].(string)) {
		t.Error("a key was printed")
	}
}
