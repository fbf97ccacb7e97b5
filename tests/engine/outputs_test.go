package engine_test

import (
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/engine"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
)

// foretold wants the preview of a stack that didn't exist yet to have shown names,
// addresses and the readme as they became.
func (s *stack) foretold(preview engine.Run, made auto.OutputMap) {
	s.t.Helper()
	_, outputs, ok := strings.Cut(preview.Output, "Outputs:")
	if !ok || strings.Contains(outputs, "[unknown]") || strings.Contains(outputs, "output<") {
		s.t.Errorf("%s:\n%s", s.name, outputs)
	}
	previewed := map[string]string{}
	for line := range strings.Lines(outputs) {
		if key, value, ok := strings.Cut(line, ":"); ok {
			previewed[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	for key, output := range made {
		text, ok := output.Value.(string)
		if !ok || strings.Contains(text, "\n") || len(text) > 100 { // the CLI cuts long ones
			continue
		}
		if want := `"` + text + `"`; previewed[key] != want {
			s.t.Errorf("%s: the preview says %s is %s, the update %s", s.name, key, previewed[key], want)
		}
	}
}
