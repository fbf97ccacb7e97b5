// Nlp is the command alongside Pulumi: it checks a stack, brings models to it,
// rolls out, explains, puts to sleep, wakes and tears down. It is run in the
// folder of Pulumi.yaml, by hand and in CI.
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

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/rollout"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Exit statuses of every command, as docs/operating.md has them.
const (
	exitFine        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitRolledBack  = 3
	exitInterrupted = 130
)

type cli struct {
	Preflight preflightCmd `cmd:"" help:"Check a stack's disk, memory, sizes, quota and cost, and change nothing."`
	Deliver   deliver      `cmd:"" help:"Bring a model from the hub, or a folder, to the stack's storage and into its file."`
	Rollout   rolloutCmd   `cmd:"" help:"Replace what the endpoint runs."`
	Rollback  rollbackCmd  `cmd:"" help:"Take back a rollout that was interrupted."`
	Explain   explainCmd   `cmd:"" help:"Say why a deployment failed: events, logs, the cause and what to do."`
	Verify    verifyCmd    `cmd:"" help:"Ask a live endpoint what could not be proven offline, and say which assumption doesn't hold."`
	Sleep     sleepCmd     `cmd:"" help:"Delete the deployments; the endpoint stays with its URL and keys, and costs nothing."`
	Wake      wakeCmd      `cmd:"" help:"Make the deployments again, and try them."`
	Teardown  teardownCmd  `cmd:"" help:"Destroy the stack, purge the names that Azure would keep, and check that they are free."`
}

// signals are the interruptions of a run: the first one ends its context, which stops it
// between two commands of Pulumi, the second one interrupts Pulumi, the third ends the
// process.
type signals struct {
	kill <-chan struct{} // closed at the second one
	ends *[]func()       // what is left to do when the command has ended
}

func catch(stderr io.Writer) (context.Context, signals, func()) {
	ctx, stop := context.WithCancel(context.Background())
	kill := make(chan struct{})
	caught := make(chan os.Signal, 3)
	signal.Notify(caught, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-caught
		_, _ = fmt.Fprintln(stderr, "nlp: stopping after the running step; another signal interrupts Pulumi, which may leave the stack locked")
		stop()
		<-caught
		close(kill)
		signal.Stop(caught)
	}()
	ends := new([]func())
	return ctx, signals{kill, ends}, func() {
		signal.Stop(caught)
		stop()
		for _, end := range *ends {
			end()
		}
	}
}

// streams are the process's own, or a test's.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// usageError is a value of an option that can't be.
type usageError struct{ error }

func run(args []string, in io.Reader, out, errs io.Writer) int {
	ctx, caught, release := catch(errs)
	defer release()
	var c cli
	exit := -1
	parser, err := kong.New(&c,
		kong.Name("nlp"),
		kong.Description("Operate a stack, alongside Pulumi. Run it in the folder of Pulumi.yaml; nlp COMMAND --help lists a command's options."),
		kong.Writers(out, errs),
		kong.Exit(func(code int) { exit = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.Bind(streams{in, out, errs}, caught),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil { // a mistake in the tags
		panic(err)
	}
	command, err := parser.Parse(args)
	if exit >= 0 { // help was asked for
		return exit
	}
	if err != nil {
		_, _ = fmt.Fprintf(errs, "nlp: %v; nlp COMMAND --help lists the options\n", err)
		return exitUsage
	}
	err = command.Run()
	if err == nil {
		return exitFine
	}
	_, _ = fmt.Fprintf(errs, "nlp: %v\n", err)
	var usage usageError
	switch {
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, rollout.ErrRolledBack):
		return exitRolledBack
	case errors.Is(err, rollout.ErrInterrupted), errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	return exitFailed
}
