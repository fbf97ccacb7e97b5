// Command azure-nlp-endpoint is the Pulumi program. The Pulumi CLI runs it;
// run by hand as `go run . preflight -s STACK` it checks a stack's disk,
// memory, sizes, quota and cost without changing anything.
package main

import (
	"context"
	"os"
	"os/signal"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "preflight" {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		os.Exit(infra.PreflightCommand(ctx, os.Args[2:], os.Stdout, os.Stderr))
	}
	pulumi.Run(infra.Deploy)
}
