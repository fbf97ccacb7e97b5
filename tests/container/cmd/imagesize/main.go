// Command imagesize prints what the image of an OCI layout takes, compressed and
// on disk, in MB of 1,000,000 bytes, and fails if either is over its limit.
//
//	go run ./tests/container/cmd/imagesize -compressed 60 -disk 150 build/image/scorer-cpu
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/container"
)

func main() {
	compressed := flag.Float64("compressed", 60, "most MB that a registry may have to store")
	disk := flag.Float64("disk", 150, "most MB that an instance's disk may have to hold")
	flag.Parse()
	if flag.NArg() != 1 {
		_, _ = fmt.Fprintln(os.Stderr, "usage: imagesize [-compressed MB] [-disk MB] LAYOUT")
		os.Exit(2)
	}
	if err := run(os.Stdout, flag.Arg(0), *compressed, *disk); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "imagesize:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, dir string, compressed, disk float64) error {
	image, err := container.Open(dir)
	if err != nil {
		return err
	}
	uncompressed, err := image.Uncompressed()
	if err != nil {
		return err
	}
	gotCompressed, gotDisk := float64(image.Compressed())/1e6, float64(uncompressed)/1e6
	if _, err := fmt.Fprintf(out, "%s: %.1f MB compressed, %.1f MB on disk\n", image.Digest, gotCompressed, gotDisk); err != nil {
		return err
	}
	if gotCompressed > compressed || gotDisk > disk {
		return fmt.Errorf("%s is over its limit of %.0f MB compressed, %.0f MB on disk", dir, compressed, disk)
	}
	return nil
}
