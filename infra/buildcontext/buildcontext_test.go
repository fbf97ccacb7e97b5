package buildcontext

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, folder, name, content string) {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// project is a context with a Dockerfile and a .dockerignore.
func project(t *testing.T) (folder, dockerfile string) {
	t.Helper()
	folder = t.TempDir()
	write(t, folder, "go.mod", "module x\n")
	write(t, folder, "cmd/main.go", "package main\n")
	write(t, folder, "build/scorer", "binary")
	write(t, folder, "notes/api.md", "# API\n")
	write(t, folder, "notes/embedded.md", "# In the binary\n")
	write(t, folder, "image/Dockerfile", "FROM scratch\n")
	write(t, folder, ".dockerignore", "# what the builder doesn't need\nbuild\n**/*.md\n!notes/embedded.md\n")
	return folder, filepath.Join(folder, "image", "Dockerfile")
}

func mustHash(t *testing.T, folder, dockerfile string) string {
	t.Helper()
	sum, err := Hash(folder, dockerfile)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func TestHashFollowsTheContent(t *testing.T) {
	folder, dockerfile := project(t)
	sum := mustHash(t, folder, dockerfile)
	same := func(what string) {
		t.Helper()
		if got := mustHash(t, folder, dockerfile); got != sum {
			t.Errorf("%s changes the hash", what)
		}
	}
	other := func(what string) {
		t.Helper()
		got := mustHash(t, folder, dockerfile)
		if got == sum {
			t.Errorf("%s doesn't change the hash", what)
		}
		sum = got
	}
	if err := os.Chtimes(filepath.Join(folder, "go.mod"), time.Now(), time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	same("a time")
	write(t, folder, "build/scorer", "another binary")
	write(t, folder, "notes/api.md", "# Other\n")
	same("an ignored file")
	write(t, folder, "notes/embedded.md", "# Other\n")
	other("a file that is ignored but for an exception")
	write(t, folder, "cmd/main.go", "package main // other\n")
	other("a source")
	write(t, folder, "cmd/more.go", "package main\n")
	other("a new source")
	if err := os.Chmod(filepath.Join(folder, "cmd/more.go"), 0o755); err != nil {
		t.Fatal(err)
	}
	other("an executable")
	if err := os.Symlink("more.go", filepath.Join(folder, "cmd", "link.go")); err != nil {
		t.Fatal(err)
	}
	other("a link")
	write(t, folder, "image/Dockerfile", "FROM other\n")
	other("the Dockerfile")
	write(t, folder, "image/Dockerfile.dockerignore", "cmd\n**/*.dockerignore\n")
	other("a list of its own")
	write(t, folder, "cmd/main.go", "package main // ignored now\n")
	same("what the Dockerfile's own list ignores")
	elsewhere, _ := project(t)
	again, _ := project(t)
	if mustHash(t, elsewhere, filepath.Join(elsewhere, "image", "Dockerfile")) != mustHash(t, again, filepath.Join(again, "image", "Dockerfile")) {
		t.Error("the folder's place changes the hash")
	}
}

func TestHashRefuses(t *testing.T) {
	folder, dockerfile := project(t)
	for _, c := range []struct {
		context, dockerfile string
		ofDockerfile        bool
		want                string
	}{
		{folder, filepath.Join(folder, "none"), true, "no such file"},
		{filepath.Join(folder, "none"), dockerfile, false, "no such file"},
		{t.TempDir(), dockerfile, false, "no file"},
	} {
		_, err := Hash(c.context, c.dockerfile)
		var e *Error
		if !errors.As(err, &e) || e.Dockerfile != c.ofDockerfile || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, %s: %v, want %q", c.context, c.dockerfile, err, c.want)
		}
	}
	write(t, folder, ".dockerignore", "[")
	if _, err := Hash(folder, dockerfile); err == nil {
		t.Error("a malformed .dockerignore passes")
	}
}
