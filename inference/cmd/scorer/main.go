// Scorer serves Hugging Face text classifiers and chat models over HTTP, with
// ONNX Runtime.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/vault"
)

// version is set by the linker for a release.
var version = ""

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// cli are the commands.
type cli struct {
	Serve    serveCmd    `cmd:"" default:"withargs" help:"Serve a model over HTTP. This is what happens without a command."`
	Check    checkCmd    `cmd:"" help:"Check the model folder and the options without serving."`
	Predict  predictCmd  `cmd:"" help:"Score the lines of standard input; one JSON line each on standard output."`
	Optimize optimizeCmd `cmd:"" help:"Prepare a model folder for serving, and check that its answers stay the same."`
	Import   importCmd   `cmd:"" help:"Build the graph of a chat model from the weights of a Hugging Face folder."`
	Quantize quantizeCmd `cmd:"" help:"Quantize the weights of an exported chat model to int4 or int8."`
	Pull     pullCmd     `cmd:"" help:"Fetch a model from the Hugging Face hub, and prepare it for serving."`
	Fetch    fetchCmd    `cmd:"" help:"Fetch a delivered model from Azure Blob Storage, as the container's managed identity."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

// streams are the process's own, or a test's.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

const (
	exitFailed = 1
	exitUsage  = 2
)

// run is the program but for the process: it returns the exit status.
func run(args []string, in io.Reader, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	var c cli
	exit := -1
	parser, err := kong.New(&c,
		kong.Name("scorer"),
		kong.Description("Serve Hugging Face models over HTTP: classifiers, embeddings, rerankers, entities, chat. Every option is a flag and an environment variable."),
		kong.Writers(out, errs),
		kong.Exit(func(code int) { exit = code }),
		kong.Help(help),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(streams{in, out, errs}),
	)
	if err != nil { // a mistake in the tags above
		panic(err)
	}
	// Before the options, which are variables too.
	variables := vault.Environment{Variables: os.Environ(), Set: os.Setenv}
	if err := variables.Resolve(ctx, func(text string) { _, _ = fmt.Fprintln(errs, "scorer:", text) }); err != nil {
		_, _ = fmt.Fprintf(errs, "scorer: %v\n", err)
		return exitFailed
	}
	command, err := parser.Parse(args)
	if exit >= 0 { // help was asked for
		return exit
	}
	if err != nil {
		_, _ = fmt.Fprintf(errs, "scorer: %v; scorer --help lists the options\n", err)
		return exitUsage
	}
	if err := command.Run(); err != nil {
		if errors.Is(err, context.Canceled) {
			err = errors.New("interrupted")
		}
		_, _ = fmt.Fprintf(errs, "scorer: %v\n", err)
		var usage usageError
		if errors.As(err, &usage) {
			return exitUsage
		}
		return exitFailed
	}
	return 0
}

// help prints the help of a command. That of the program has the options of
// serve too, because they are what most people look for.
func help(o kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(o, ctx); err != nil || ctx.Selected() != nil {
		return err
	}
	serve, err := kong.Trace(ctx.Kong, []string{"serve"})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(ctx.Stdout); err != nil {
		return err
	}
	return kong.DefaultHelpPrinter(o, serve)
}

// usageError is a value of an option that can't be.
type usageError struct{ error }

type versionCmd struct{}

func (versionCmd) Run(s streams) error {
	_, err := fmt.Fprintln(s.out, programVersion())
	return err
}

// programVersion is the release's, or the commit's that was built.
func programVersion() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "devel-" + s.Value[:min(12, len(s.Value))]
		}
	}
	return "devel"
}
