package delivery

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOpenRefuses what can't be before anything is asked, and quotes no secret.
func TestOpenRefuses(t *testing.T) {
	const secret = "no-base64-but-secret"
	variables := func(pairs ...string) func(string) string {
		return func(name string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1]
				}
			}
			return ""
		}
	}
	for _, c := range []struct {
		place       Place
		environment func(string) string
		want        string
	}{
		{Place{Container: "models"}, noVariables, `the storage account is "": must be 3 to 24`},
		{Place{Account: "Big", Container: "models"}, noVariables, `the storage account is "Big"`},
		{Place{Account: "account", Container: "a--b"}, noVariables, `the container is "a--b"`},
		{Place{Container: "A"}, variables(connectionVariable, "x"), `the container is "A"`},
		{Place{Container: "models", Endpoint: "host"}, noVariables, "the blob endpoint must be an address"},
		{Place{Container: "models", Endpoint: "https://host/?sig=" + secret}, noVariables, "the blob endpoint must be an address"},
		{Place{Container: "models", Endpoint: "http://host"}, noVariables, "tokens go over https only"},
		{Place{Container: "models", Endpoint: "http://host"}, variables(keyVariable, secret), "no storage account is named"},
		{Place{Account: "account", Container: "models"}, variables(keyVariable, secret), keyVariable + " is no account key"},
		{Place{Container: "models"}, variables(connectionVariable, "AccountKey="+secret), connectionVariable + " can't be read"},
	} {
		_, _, err := Open(c.place, Login{Environment: c.environment})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), secret) {
			t.Errorf("%+v: got %v, want %q", c.place, err, c.want)
		}
	}
}

func TestScanRefuses(t *testing.T) {
	for name, want := range map[string]string{
		"": "has no files", "delivery.json": "a delivery's own file", "model.onnx.partial": "interrupted download", "folder/link": "no such file",
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		switch {
		case strings.HasSuffix(name, "link"):
			err = os.Symlink("nowhere", path)
		case name != "":
			err = os.WriteFile(path, []byte("x"), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Scan(t.Context(), dir, 0, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", name, err, want)
		}
	}
}

// TestLargeFilesHaveLargerBlocks: a blob has 50,000 at most.
func TestLargeFilesHaveLargerBlocks(t *testing.T) {
	f := &Folder{blockSize: defaultBlock}
	for _, size := range []int64{1, 2 << 30, 400 << 30, 4 << 40} {
		block := f.blockOf(size)
		if block < defaultBlock || (size+block-1)/block > mostBlocks {
			t.Errorf("%d bytes in blocks of %d", size, block)
		}
	}
}
