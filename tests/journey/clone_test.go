package journey

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// clone is a clean clone of the working tree, until the test ends. It lies where the
// last one lay, so that go doesn't compile it again, as it does for another folder.
func clone(t *testing.T) string {
	t.Helper()
	root, origin := scorerproc.Root(), t.TempDir()
	user, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	place := filepath.Join(user, own, "journey", fmt.Sprintf("%x", sha256.Sum256([]byte(root)))[:16])
	if err := os.MkdirAll(place, 0o700); err != nil {
		t.Fatal(err)
	}
	lock, err := os.OpenFile(filepath.Join(place, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(place, "azure-nlp-endpoint")
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = os.RemoveAll(to)
		_ = lock.Close()
	})
	git := func(dir string, arguments ...string) string {
		command := exec.Command("git", append([]string{"-c", "safe.directory=*", "-c", "user.name=journey", "-c", "user.email=journey@localhost"}, arguments...)...)
		command.Dir = dir
		out, err := command.Output()
		if err != nil {
			t.Fatalf("git %v: %v", arguments, err)
		}
		return string(out)
	}
	for _, path := range strings.Split(git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"), "\x00") {
		info, err := os.Lstat(filepath.Join(root, path))
		if path == "" || os.IsNotExist(err) { // deleted, not committed yet
			continue
		}
		if err != nil || !info.Mode().IsRegular() {
			t.Fatalf("%s: %v, %v", path, info, err)
		}
		content, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		target := filepath.Join(origin, path)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, content, info.Mode().Perm()); err != nil {
			t.Fatal(err)
		}
	}
	git(origin, "init", "--quiet")
	git(origin, "add", "--all", "--force")
	git(origin, "commit", "--quiet", "--message", "working tree")
	git(origin, "clone", "--quiet", origin, to)
	return to
}
