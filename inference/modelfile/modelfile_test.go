package modelfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	for name, content := range map[string]string{"empty": "", "short": "12345678", "long": "123456789"} {
		if err := os.WriteFile(path(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(syscall.Mkfifo(path("pipe"), 0o600), os.Symlink("/dev/zero", path("device")), os.Symlink("short", path("link"))); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"empty": "", "short": "12345678", "link": "12345678"} {
		if got, err := Read(path(name), 8); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for name, want := range map[string]string{
		"long":   "has 9 bytes, at most 8 are read: fetch",
		"pipe":   "is no regular file", // which nobody writes to
		"device": "is no regular file",
		".":      "is no regular file",
	} {
		if _, err := Read(path(name), 8); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	if _, err := Read(path("none"), 8); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
