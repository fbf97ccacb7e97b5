// Command preview prints what `pulumi preview` plans for the stacks of this
// repository, or for those given as arguments, without a subscription, a login
// or a network: the real CLI and engine run the program against the offline
// Azure of tests/azure, which is empty at first.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/engine"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "preview:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, stacks []string) error {
	project, err := pulumicli.Repository()
	if err != nil {
		return err
	}
	if len(stacks) == 0 {
		files, err := filepath.Glob(filepath.Join(project, "Pulumi.*.yaml"))
		if err != nil {
			return err
		}
		for _, file := range files {
			stacks = append(stacks, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml"))
		}
	}
	// One for all, so that Pulumi's host builds the program once.
	folder, err := os.MkdirTemp("", "pulumi-preview-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	for _, stack := range stacks {
		fmt.Printf("\n== pulumi preview -s %s, offline ==\n", stack)
		if err := preview(ctx, project, stack, folder); err != nil {
			return fmt.Errorf("stack %s: %w", stack, err)
		}
	}
	return nil
}

func preview(ctx context.Context, project, stack, folder string) error {
	cloud := azure.New()
	if err := engine.Prepare(cloud, project, stack); err != nil {
		return err
	}
	plain, err := engine.OpenPlain(ctx, cloud, project, stack, folder, os.Stdout)
	if err != nil {
		return err
	}
	defer plain.Close()
	return plain.Run(ctx, "preview", "--diff=false", "--suppress-permalink=true")
}
