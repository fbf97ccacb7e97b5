package stackfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackfile"
)

const text = `# A stack.
config:
  p:location: westeurope
  p:deployments:
    blue:
      image:
        repository: scorer-cpu
        uncompressedMiB: 150 # the limit
      model:
        version: "1" # a text
      autoscale:
        cpuPercent: {out: 70, in: 30}
  # all of it
  p:traffic:
    blue: 100
encryptionsalt: v1:abc
`

// TestEditsKeepTheRest rolls green out, and compares what is left with what a
// careful person would have written.
func TestEditsKeepTheRest(t *testing.T) {
	f, err := stackfile.Parse([]byte(text), "p")
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		f.Copy([]string{"deployments", "blue"}, []string{"deployments", "green"}),
		f.Set("sha256:b", "deployments", "green", "image", "digest"),
		f.Set("2", "deployments", "green", "model", "version"),
		f.Set(map[string]int{"green": 100}, "traffic"),
		f.Set(false, "awake"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	f.Remove("deployments", "blue")
	f.Remove("mirrorTraffic") // isn't there
	got, err := f.Text()
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(
		"    blue:\n      image", "    green:\n      image",
		"150 # the limit\n", "150 # the limit\n        digest: sha256:b\n",
		`version: "1"`, `version: "2"`,
		"blue: 100\n", "green: 100\n  p:awake: false\n",
	).Replace(text)
	if string(got) != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	again, err := stackfile.Parse([]byte(text), "p")
	if err != nil {
		t.Fatal(err)
	}
	if same, err := again.Text(); err != nil || string(same) != text {
		t.Errorf("reading and writing changed the file (%v):\n%s", err, same)
	}
}

func TestKeysWithoutPrefix(t *testing.T) {
	f, err := stackfile.Parse([]byte("config:\n  traffic: {blue: 100}\n"), "p")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Set(50, "traffic", "blue"); err != nil {
		t.Fatal(err)
	}
	if got, _ := f.Text(); string(got) != "config:\n  traffic: {blue: 50}\n" {
		t.Errorf("got:\n%s", got)
	}
	if !f.Has("traffic", "blue") || f.Has("traffic", "green") || f.Has("deployments") {
		t.Error("Has doesn't say what is there")
	}
}

func TestNoFileOfAStack(t *testing.T) {
	for _, bad := range []string{"- a\n", "a: [\n", "text"} {
		if _, err := stackfile.Parse([]byte(bad), "p"); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	f, err := stackfile.Parse(nil, "p")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Set(true, "awake"); err != nil {
		t.Fatal(err)
	}
	if got, _ := f.Text(); string(got) != "config:\n  p:awake: true\n" {
		t.Errorf("an empty file became:\n%s", got)
	}
	if err := f.Set(1, "awake", "below"); err == nil {
		t.Error("a key below a boolean was set")
	}
	if err := f.Copy([]string{"deployments", "blue"}, []string{"deployments", "green"}); err == nil {
		t.Error("what isn't there was copied")
	}
}

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := stackfile.Write(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != "new" {
		t.Errorf("%q, %v", got, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("files were left: %v", entries)
	}
}
