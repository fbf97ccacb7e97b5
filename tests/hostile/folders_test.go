package hostile

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestPoisonedFolders: each folder ends `scorer check` with one line that names
// the file and what is wrong with it, soon and in little memory.
func TestPoisonedFolders(t *testing.T) {
	number := func(field string, value any) func(string) error {
		return func(dir string) error {
			path := filepath.Join(dir, "config.json")
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			config := map[string]any{}
			if err := json.Unmarshal(data, &config); err != nil {
				return err
			}
			config[field] = value
			if data, err = json.Marshal(config); err != nil {
				return err
			}
			return os.WriteFile(path, data, 0o600)
		}
	}
	link := func(name, target string) func(string) error {
		return func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, name)), os.Symlink(target, filepath.Join(dir, name)))
		}
	}
	outside := filepath.Join(scorerproc.Root(), "inference", "models", "gemma-tiny-chat", "model.onnx.data")
	for name, c := range map[string]struct {
		spoil func(dir string) error
		want  []string
	}{
		"layers":           {number("num_hidden_layers", 1<<40), []string{"config.json", "num_hidden_layers is 1099511627776"}},
		"negative layers":  {number("num_hidden_layers", -1), []string{"config.json", "num_hidden_layers is -1"}},
		"heads":            {number("num_key_value_heads", 1<<40), []string{"config.json", "num_key_value_heads is 1099511627776"}},
		"window":           {number("sliding_window", 1<<40), []string{"config.json", "sliding_window is 1099511627776"}},
		"vocabulary":       {number("vocab_size", 1<<40), []string{"config.json", "vocab_size is 1099511627776"}},
		"endless settings": {link("config.json", "/dev/zero"), []string{"config.json", "no regular file"}},
		"endless weights":  {link("model.onnx.data", "/dev/zero"), []string{"model.onnx.data", "no regular file"}},
		"linked weights":   {link("model.onnx.data", outside), []string{"model.onnx", "is a link to", "put the file itself"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "model")
			if err := os.CopyFS(dir, os.DirFS(filepath.Dir(outside))); err != nil {
				t.Fatal(err)
			}
			if err := c.spoil(dir); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			cmd, err := scorerproc.Command(ctx, "check", "--model-dir", dir)
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			out, err := cmd.CombinedOutput()
			mib := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss / 1024
			t.Logf("%v, %d MiB: %.400s", time.Since(began).Round(time.Millisecond), mib, out)
			if err == nil || ctx.Err() != nil {
				t.Fatalf("got %v", err)
			}
			for _, want := range c.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("no %q", want)
				}
			}
			if lines := strings.Count(strings.TrimSpace(string(out)), "\n") + 1; lines != 1 || strings.Contains(string(out), "goroutine ") {
				t.Errorf("%d lines", lines)
			}
			if mib > 256 {
				t.Errorf("it took %d MiB", mib)
			}
		})
	}
}
