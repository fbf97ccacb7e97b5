package stackconfig

import (
	"errors"
	"fmt"
	"strings"
)

// Problem is one thing that is wrong in a stack's configuration.
type Problem struct {
	Key     string // path, such as deployments.blue.instanceCount
	Value   string // as the stack says it; empty where there is none
	Allowed string // what could stand there
	Remedy  string // what to do
}

func (p Problem) String() string {
	out := p.Key
	if p.Value != "" {
		out += " = " + p.Value
	}
	return out + ": " + p.Allowed + "; " + p.Remedy
}

// Error is all that is wrong, in one message; nil where nothing is.
func Error(stack string, problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "the configuration of stack %s has %d problem(s):", stack, len(problems))
	for _, p := range problems {
		b.WriteString("\n  - " + p.String())
	}
	return errors.New(b.String())
}
