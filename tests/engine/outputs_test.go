package engine_test

import (
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

// TestPreviewKnowsItsOutputs: of a stack that doesn't exist yet, the engine
// shows names, addresses and the readme as they will be.
func TestPreviewKnowsItsOutputs(t *testing.T) {
	t.Parallel()
	for _, name := range stacks {
		s := open(t, azure.New(), name, infra.Deploy)
		run, err := s.PreviewRun(t.Context())
		if err != nil {
			t.Fatalf("%v\n%s", err, run.Output)
		}
		_, outputs, ok := strings.Cut(run.Output, "Outputs:")
		if !ok || strings.Contains(outputs, "[unknown]") || strings.Contains(outputs, "output<") {
			t.Errorf("%s:\n%s", name, outputs)
		}
		previewed := map[string]string{}
		for line := range strings.Lines(outputs) {
			if key, value, ok := strings.Cut(line, ":"); ok {
				previewed[strings.TrimSpace(key)] = strings.TrimSpace(value)
			}
		}
		made := s.up("from nothing", nil)
		for key, output := range made {
			text, ok := output.Value.(string)
			if !ok || strings.Contains(text, "\n") || len(text) > 100 { // the CLI cuts long ones
				continue
			}
			if want := `"` + text + `"`; previewed[key] != want {
				t.Errorf("%s: the preview says %s is %s, the update %s", name, key, previewed[key], want)
			}
		}
	}
}
