package rollout

import (
	"errors"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/online"
)

// TestDriverIsReadFromTheLog: a line that tells none is no pass.
func TestDriverIsReadFromTheLog(t *testing.T) {
	for log, want := range map[string]struct {
		seen, failure string
		notAsked      bool
	}{
		"level=INFO msg=loaded\nlevel=INFO msg=GPU driver=550.144.03 cuda=12.9\n": {seen: "driver=550.144.03"},
		"CUDA failure 35: CUDA driver version is insufficient for CUDA runtime":   {failure: "driver version is insufficient"},
		"level=INFO msg=loaded\n": {failure: "doesn't name a driver", notAsked: true},
		"":                        {failure: "doesn't name a driver", notAsked: true},
	} {
		seen, err := driverIn(log)
		var skipped notAsked
		if (err == nil) != (want.failure == "") || err != nil && !strings.Contains(err.Error(), want.failure) ||
			!strings.Contains(seen, want.seen) || errors.As(err, &skipped) != want.notAsked {
			t.Errorf("%q: %q, %v", log, seen, err)
		}
	}
}

func TestDeploymentThatFailedProvesNoRoles(t *testing.T) {
	for state, holds := range map[string]bool{"Succeeded": true, "Failed": false, "Updating": false} {
		v := verification{live: online.Deployment{Name: "blue-f4sv2", State: state}}
		if _, err := v.identity(t.Context()); (err == nil) != holds {
			t.Errorf("%s: %v", state, err)
		}
	}
}
