// Deliver brings a model from the hub, or a folder, into a stack's storage and
// makes the stack use it: fetch, prepare, upload, write down.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

const (
	exitFailed = 1
	exitUsage  = 2
)

const description = `Deliver a model: fetch it from the Hugging Face hub, prepare it, upload it to the stack's storage, and write its hash into
Pulumi.STACK.yaml, so that pulumi up deploys it. Run it in the folder of Pulumi.yaml.

It signs in to Azure as azidentity does (az login, a managed identity, AZURE_CLIENT_ID and so on), or with
AZURE_STORAGE_KEY or AZURE_STORAGE_CONNECTION_STRING. The hub's token for gated models comes from HF_TOKEN or the
Key Vault (--token-secret). No secret is an option, so that no list of processes shows one.`

// run is the program but for the process: it returns the exit status.
func run(args []string, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	var d deliver
	exit := -1
	parser, err := kong.New(&d, kong.Name("deliver"), kong.Description(description), kong.Writers(out, errs),
		kong.Exit(func(code int) { exit = code }))
	if err != nil { // a mistake in the tags
		panic(err)
	}
	_, err = parser.Parse(args)
	if exit >= 0 { // help was asked for
		return exit
	}
	if err == nil {
		err = d.check()
	}
	if err != nil {
		_, _ = fmt.Fprintf(errs, "deliver: %v; deliver --help lists the options\n", err)
		return exitUsage
	}
	d.out, d.err = out, errs
	if err := d.run(ctx); err != nil {
		if errors.Is(err, context.Canceled) {
			err = errors.New("interrupted; the same command goes on where it was")
		}
		_, _ = fmt.Fprintf(errs, "deliver: %v\n", err)
		return exitFailed
	}
	return 0
}
