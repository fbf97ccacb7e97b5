// Command realsize writes the real-size random model folder that tests and
// benchmarks use:
//
//	go run ./tests/realsize/cmd/realsize -o build/realsize
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/realsize"
)

func main() {
	os.Exit(run())
}

func run() int {
	dir := flag.String("o", "", "the `folder` to write; needs 270 MB")
	flag.Parse()
	if *dir == "" || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "realsize: want exactly -o FOLDER")
		return 2
	}
	if err := realsize.Write(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "realsize:", err)
		return 1
	}
	fmt.Println(*dir)
	return 0
}
