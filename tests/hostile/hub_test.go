package hostile

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub/hubtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// hub has the bundled classifier as a hub has it.
func hub(t *testing.T) *hubtest.Hub {
	t.Helper()
	files := map[string][]byte{}
	root := os.DirFS(scorerproc.BundledModel())
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[path], err = fs.ReadFile(root, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hubtest.New(t, "someone/sentiment", files)
}

const (
	treePath  = "/api/models/someone/sentiment/tree/" + hubtest.Commit
	graphPath = "/blobs/onnx/model.onnx"
)

// forever writes until the client leaves.
func forever(w io.Writer, what string) {
	all := []byte(strings.Repeat(what, 1+(64<<10)/len(what)))
	for {
		if _, err := w.Write(all); err != nil {
			return
		}
	}
}

// listed answers the list of files with those that serving needs, and one more.
func listed(more ...map[string]any) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		var all []map[string]any
		for _, name := range []string{"config.json", "tokenizer.json", "onnx/model.onnx"} {
			all = append(all, map[string]any{"type": "file", "path": name, "size": 5, "oid": strings.Repeat("a", 40)})
		}
		_ = json.NewEncoder(w).Encode(append(all, more...))
	}
}

func named(name string) map[string]any {
	return map[string]any{"type": "file", "path": name, "size": 5, "oid": strings.Repeat("a", 40)}
}

// TestLyingHub pulls from hubs that lie. Nothing may look like a model afterwards, no
// file may lie outside of the model's folder, and it ends soon, in little memory, with
// an error of one line.
func TestLyingHub(t *testing.T) {
	var bomb bytes.Buffer // 1 MiB
	z := gzip.NewWriter(&bomb)
	_, _ = z.Write(make([]byte, 1<<20))
	_ = z.Close()
	zipped := func(w http.ResponseWriter) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bytes.Repeat(bomb.Bytes(), 1024)) // parts of one file, by RFC 1952: 1 GiB in 1 MB
	}
	html := func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html>sign in</html>")
	}
	for name, c := range map[string]struct {
		path   string
		answer func(w http.ResponseWriter)
		want   string
	}{
		"an endless list":          {treePath, func(w http.ResponseWriter) { forever(w, `{"type": "file"},`) }, "has over 4 MiB"},
		"a list of nothings":       {treePath, func(w http.ResponseWriter) { _, _ = io.WriteString(w, "[{}"+strings.Repeat(",{}", 1<<20)+"]") }, "it has no model.onnx"},
		"a list that explodes":     {treePath, zipped, "has over 4 MiB"},
		"a list in HTML":           {treePath, html, "is not a hub"},
		"an endless graph":         {graphPath, func(w http.ResponseWriter) { forever(w, "weights") }, "the hub states"},
		"a graph that explodes":    {graphPath, zipped, "the hub states"},
		"a graph in HTML":          {graphPath, html, "the hub states"},
		"a graph elsewhere":        {graphPath, func(w http.ResponseWriter) { w.Header().Set("Location", "file:///etc/passwd"); w.WriteHeader(302) }, "only http and https are asked"},
		"a graph in circles":       {graphPath, func(w http.ResponseWriter) { w.Header().Set("Location", graphPath); w.WriteHeader(302) }, "redirects in circles"},
		"a path above":             {treePath, listed(named("onnx/model.onnx_data/../../../../evil")), "is no name below"},
		"a path to the root":       {treePath, listed(named("onnx/model.onnx_data/../../../../../../../../../../tmp/evil")), "is no name below"},
		"a path spelled otherwise": {treePath, listed(named("onnx/model.onnx.data/../model.onnx")), "is no name below"},
		"a path of two lines":      {treePath, listed(named("onnx/model.onnx_data\nscorer: all is well")), "is no name below"},
		"a path with a zero":       {treePath, listed(named("onnx/model.onnx_data\x00")), "is no name below"},
		"a download's own name":    {treePath, listed(named("onnx/model.onnx_data.partial")), "is no name below"},
		"a file listed twice":      {treePath, listed(named("onnx/model.onnx")), "has listed before"},
	} {
		t.Run(name, func(t *testing.T) {
			h := hub(t)
			h.Answer(func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path != c.path {
					return false
				}
				c.answer(w)
				return true
			})
			top := t.TempDir()
			dir := filepath.Join(top, "a", "b", "model")
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd, err := scorerproc.Command(ctx, "pull", h.Repo, "--to", dir, "--endpoint", h.URL, "--no-optimize")
			if err != nil {
				t.Fatal(err)
			}
			var said bytes.Buffer
			cmd.Stdout, cmd.Stderr = &said, &said
			began := time.Now()
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			// Not by the child's ru_maxrss, which begins with this process's own.
			ended, peak := make(chan struct{}), make(chan int)
			go func() { peak <- peakMemory(cmd.Process.Pid, ended) }()
			err = cmd.Wait()
			close(ended)
			mib, out := <-peak, said.String()
			t.Logf("%v, %d MiB: %s", time.Since(began).Round(time.Millisecond), mib, last(out))
			if err == nil || !strings.Contains(out, c.want) || strings.Contains(out, "\nscorer: all is well") || strings.Contains(out, "goroutine ") {
				t.Errorf("%v, want %q: %s", err, c.want, out)
			}
			if mib > 512 {
				t.Errorf("it took %d MiB", mib)
			}
			for _, left := range below(t, top) {
				if !strings.HasPrefix(left, "a/b/model.partial/") {
					t.Errorf("it left %s", left)
				}
			}
		})
	}
}

func last(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return fmt.Sprintf("%.300s", lines[len(lines)-1])
}
