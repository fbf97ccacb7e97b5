package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"azure-nlp-endpoint/inference/onnxlib"
	"azure-nlp-endpoint/tests/goldens"
)

// TestPredictShowsProgress runs predict with a terminal as stderr, which gets a
// bar, while stdout gets nothing but the answers.
func TestPredictShowsProgress(t *testing.T) {
	withLibrary(t)
	terminal, program, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	var seen bytes.Buffer
	var reading sync.WaitGroup
	reading.Go(func() {
		_, _ = io.Copy(&seen, terminal) // ends with an error when program is closed
	})
	var out bytes.Buffer
	const n = 300
	code := run([]string{"predict", "--model-dir", goldens.ModelDir("distilbert-tiny-sentiment"), "--max-client-batch-size", "20"},
		strings.NewReader(strings.Repeat("This is great!\n", n)), &out, program)
	if err := program.Close(); err != nil {
		t.Fatal(err)
	}
	reading.Wait()
	_ = terminal.Close()
	if code != 0 || strings.Count(out.String(), "\n") != n || strings.Contains(out.String(), "\r") {
		t.Errorf("exit status %d, %d lines", code, strings.Count(out.String(), "\n"))
	}
	if !strings.Contains(seen.String(), "scoring") || !strings.Contains(seen.String(), "\r") {
		t.Errorf("the terminal shows %q", seen.String())
	}
}

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
