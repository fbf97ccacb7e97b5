// Command pulumicli prints the path of the pinned Pulumi CLI and builds it
// first where there is none.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"
)

func main() {
	root, err := pulumicli.Root(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(filepath.Join(root, "bin", "pulumi"))
}
