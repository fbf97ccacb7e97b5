package delivery

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azurite"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestDisk delivers with the stack's file on a disk that can't be written to, and on one
// that is full: the file stays as it was, and the same command does the rest later.
func TestDisk(t *testing.T) {
	if os.Getuid() != 0 && os.Getenv("CI") == "" {
		t.Skip("only root can mount a file system")
	}
	server := azurite.Start(t, false)
	if _, err := server.NewContainer(t.Context(), "models"); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	mount := func(options string, flags uintptr) {
		t.Helper()
		if err := syscall.Mount("tmpfs", folder, "tmpfs", flags, options); err != nil {
			t.Fatal(err)
		}
	}
	mount("size=1m", 0)
	t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) })
	path := filepath.Join(folder, "Pulumi.dev.yaml")
	deliver := func() (out, errs string, err error) {
		return run(command(t, folder, keyLogin(server.Endpoint), "--from", scorerproc.BundledModel()))
	}
	_ = command(t, folder, nil) // which puts the files there
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(why string) {
		t.Helper()
		out, errs, err := deliver()
		t.Log(errs)
		is, readErr := os.ReadFile(path)
		if err == nil || !strings.Contains(errs, "Pulumi.dev.yaml can't be written") || !strings.Contains(errs, why) || !strings.Contains(errs, "run the same command again") ||
			readErr != nil || !bytes.Equal(is, was) || strings.Contains(out, "uses it now") {
			t.Errorf("%v, %v, want %q:\n%s%s", err, readErr, why, out, errs)
		}
	}
	mount("", syscall.MS_REMOUNT|syscall.MS_RDONLY)
	refused("read-only file system")
	mount("size=1m", syscall.MS_REMOUNT)
	ballast := filepath.Join(folder, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 2<<20), 0o600); err == nil {
		t.Fatal("the disk isn't full")
	}
	refused("no space left on device")
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	out, errs, err := deliver()
	if err != nil || !strings.Contains(out, "nothing was sent") || !strings.Contains(out, "uses it now") {
		t.Errorf("after room was made: %v\n%s%s", err, out, errs)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".stack-") {
			t.Errorf("it left %s", e.Name())
		}
	}
}
