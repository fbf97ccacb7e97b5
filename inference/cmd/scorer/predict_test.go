package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestPredictAnswersAtOnce checks that a line is answered before the next one
// comes, and that a signal ends the wait for it.
func TestPredictAnswersAtOnce(t *testing.T) {
	withLibrary(t)
	in, typing := io.Pipe()
	answers, out := io.Pipe()
	var errs bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		code := run([]string{"predict", "--model-dir", goldens.ModelDir("distilbert-tiny-sentiment")}, in, out, &errs)
		_ = out.Close()
		ended <- code
	}()
	lines := bufio.NewReader(answers)
	for range 2 {
		if _, err := io.WriteString(typing, "This is great!\n"); err != nil {
			t.Fatal(err)
		}
		line, err := lines.ReadString('\n')
		if err != nil || !strings.Contains(line, "POSITIVE") {
			t.Fatalf("got %q, %v: %s", line, err, errs.String())
		}
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case code := <-ended:
		if code != 1 || errs.String() != "scorer: interrupted\n" {
			t.Errorf("exit status %d, stderr %q", code, errs.String())
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the signal did not end it")
	}
	_ = typing.Close()
}

// withLibrary names the ONNX Runtime that scripts/fetch-onnxruntime.sh fetched.
func withLibrary(t *testing.T) {
	t.Helper()
	library, err := onnxlib.Locate("")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(onnxlib.Env, library)
}
