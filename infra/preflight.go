package infra

import (
	"context"
	"fmt"
	"io"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// runPreflight checks the stack before anything is declared.
func runPreflight(*pulumi.Context, *Config) error { return nil }

// PreflightCommand is `go run . preflight -s STACK`; it returns the exit
// status.
func PreflightCommand(_ context.Context, _ []string, _, stderr io.Writer) int {
	fmt.Fprintln(stderr, "preflight: infra/preflight isn't connected yet")
	return 1
}
