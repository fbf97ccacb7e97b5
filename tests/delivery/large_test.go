package delivery

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azurite"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

const gib = 1 << 30

// sparse makes a folder with a file of 2 GiB, nearly all of it a hole.
func sparse(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "large"), 0o755); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(folder, "large", "model.onnx_data"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range int64(4) {
		if _, err := file.WriteAt(fmt.Appendf(nil, "mark %d", i), i*gib/2); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Truncate(2 * gib); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestTwoGiB sends a file of 2 GiB over a cable that is cut in the middle, is
// interrupted by a signal later on, and ends with a third run. No block goes
// over the network twice, but for those that were on their way; memory stays
// small.
func TestTwoGiB(t *testing.T) {
	if testing.Short() {
		t.Skip("2 GiB")
	}
	t.Parallel()
	server := azurite.Start(t, false)
	if _, err := server.NewContainer(t.Context(), "models"); err != nil {
		t.Fatal(err)
	}
	proxy := azurite.NewProxy(t, server.Endpoint)
	folder := sparse(t)
	deliver := func() (*exec.Cmd, *scorerproc.Buffer) {
		cmd := command(t, folder, keyLogin(proxy.Endpoint), "--from", "large", "--as-is", "--no-write", "--retries", "1")
		log := &scorerproc.Buffer{}
		cmd.Stdout, cmd.Stderr = log, log
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd, log
	}
	start := time.Now()
	var peak int64 // KiB
	end := func(what string, cmd *exec.Cmd, log *scorerproc.Buffer, fails bool) string {
		t.Helper()
		err := cmd.Wait()
		if fails != (err != nil) {
			t.Fatalf("%s: %v\n%s", what, err, log)
		}
		rss := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
		peak = max(peak, rss)
		t.Logf("%s, after %.1f s: %d MiB sent, peak memory %d MiB", what, time.Since(start).Seconds(), proxy.Sent()>>20, rss>>10)
		return log.String()
	}
	proxy.CutAfter(gib / 2)
	cmd, log := deliver()
	text := end("cut", cmd, log, true)
	if !strings.Contains(text, "failed: ") || !strings.Contains(text, "the same command goes on from there") {
		t.Errorf("it doesn't say that it can go on:\n%s", text)
	}
	proxy.CutAfter(-1)

	cmd, log = deliver()
	for until := time.Now().Add(2 * time.Minute); proxy.Sent() < gib && time.Now().Before(until); {
		time.Sleep(10 * time.Millisecond)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if text := end("interrupted", cmd, log, true); !strings.Contains(text, "interrupted; the same command goes on") {
		t.Errorf("it doesn't say that it can go on:\n%s", text)
	}

	cmd, log = deliver()
	text = end("completed", cmd, log, false)
	for _, want := range []string{"uploading: 100 % of 2147 MB", "left there by an upload that broke off", "sizeMiB: 2048"} {
		if !strings.Contains(text, want) {
			t.Errorf("the output has no %q:\n%s", want, text)
		}
	}
	// Twice 8 blocks of 8 MiB may have been on their way.
	if most := int64(2*gib + 2*8*(8<<20) + 4<<20); proxy.Sent() > most {
		t.Errorf("%d MiB went over the network for 2048", proxy.Sent()>>20)
	}
	if peak > 160<<10 {
		t.Errorf("it took %d MiB of memory", peak>>10)
	}
}
