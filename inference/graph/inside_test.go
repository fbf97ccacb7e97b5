package graph

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDataStaysInside(t *testing.T) {
	root := t.TempDir()
	put := func(path, target string) {
		t.Helper()
		path = filepath.Join(root, path)
		err := os.MkdirAll(filepath.Dir(path), 0o700)
		if err == nil && target == "" {
			err = os.WriteFile(path, []byte("x"), 0o600)
		} else if err == nil {
			err = os.Symlink(target, path)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put("secret", "")
	put("plain/own", "")
	put("plain/near", "own")
	put("plain/far", "../secret")
	put("plain/up", "..")
	put("current", "plain")
	put("models--a--b/blobs/1", "")
	put("models--c--d/blobs/1", "")
	put("models--a--b/snapshots/0/onnx/own", "../../../blobs/1")
	put("models--a--b/snapshots/0/onnx/other", "../../../../models--c--d/blobs/1")
	put("models--a--b/snapshots/0/onnx/far", "../../../../secret")
	for _, c := range []struct{ dir, location, want string }{
		{"plain", "own", ""},
		{"plain", "near", ""},
		{"current", "own", ""},
		{"plain", "far", "is a link to"},
		{"current", "far", "is a link to"},
		{"plain", "up/secret", "is a link to"},
		{"plain", "../secret", "outside of the model's folder"},
		{"plain", "/etc/hostname", "outside of the model's folder"},
		{"plain", "", "outside of the model's folder"},
		{"models--a--b/snapshots/0/onnx", "own", ""},
		{"models--a--b/snapshots/0/onnx", "other", "is a link to"},
		{"models--a--b/snapshots/0/onnx", "far", "is a link to"},
	} {
		_, err := Inside(filepath.Join(root, c.dir), c.location)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s, %q: %v, want %q", c.dir, c.location, err, c.want)
		}
	}
}
