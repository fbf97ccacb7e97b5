package stackconfig_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
)

// TestFolderGivesTheVersion: by what lies in it, wherever that is and whenever it
// was made.
func TestFolderGivesTheVersion(t *testing.T) {
	project := t.TempDir()
	write := func(path, text string) {
		t.Helper()
		path = filepath.Join(project, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	load := func(model map[string]any) (string, error) {
		t.Helper()
		values := stackconfigtest.Values(t, "dev", func(c map[string]any) {
			blue := c["deployments"].(map[string]any)["blue"].(map[string]any)
			for key, value := range map[string]any{"name": "m", "sizeMiB": 1, "memoryMiB": 1} {
				model[key] = value
			}
			blue["model"] = model
		})
		cfg, err := stackconfig.Load("dev", project, stackconfigtest.Texts(t, values), true)
		if err != nil {
			return "", err
		}
		return cfg.Deployments["blue"].Model.Version, nil
	}
	version := func(source string) string {
		t.Helper()
		v, err := load(map[string]any{"source": source})
		if err != nil || len(v) != 16 {
			t.Fatalf("%s: version %q, %v", source, v, err)
		}
		return v
	}
	write("models/a/config.json", "{}")
	write("models/a/onnx/model.onnx", "weights")
	write("models/a/.cache/x", "hidden")
	write("models/a/pull.json", "when and how")
	write("models/b/config.json", "{}")
	write("models/b/onnx/model.onnx", "weights")
	first := version("./models/a")
	if other := version("./models/b"); other != first {
		t.Errorf("the same files in another folder are %s, were %s", other, first)
	}
	write("models/a/onnx/model.onnx", "Weights")
	if other := version("./models/a"); other == first {
		t.Error("another file of the same size is the same version")
	}
	write("empty/.gitkeep", "")
	write("broken/model.onnx.partial", "")
	for _, c := range []struct {
		model map[string]any
		want  string
	}{
		{map[string]any{"source": "./models/c"}, `deployments.blue.model.source = "./models/c": can't be read: there is no folder ` + filepath.Join(project, "models/c")},
		{map[string]any{"source": "./models/a/config.json"}, "there is no folder"},
		{map[string]any{"source": "./../x"}, `model.source = "./../x": must be OWNER/NAME@COMMIT, with the commit's 40 hexadecimal digits, or a folder in the project's, ./models/NAME`},
		{map[string]any{"source": "models/a"}, `model.source = "models/a": must be`},
		{map[string]any{"source": "./empty"}, "has no files"},
		{map[string]any{"source": "./broken"}, "interrupted download"},
		{map[string]any{"source": "./models/b", "tokenSecret": "t"}, `model.tokenSecret = "t": is for a source on the hub; remove it`},
		{map[string]any{"source": "./models/b", "precision": "int4"}, `model.precision = "int4": is for a chat model that the hub has weights of alone; run scorer import`},
		{map[string]any{"source": "./models/b", "precision": "int2"}, `model.precision = "int2": must be one of fp32, int8, int4`},
		{map[string]any{"source": "./models/b", "version": "1"}, `model.version = "1": must be "` + first + `"`},
	} {
		if _, err := load(c.model); err == nil || !strings.Contains(err.Error(), c.want) || strings.Count(err.Error(), "\n") != 1 {
			t.Errorf("%v: %v\nwant %q alone", c.model, err, c.want)
		}
	}
}

// TestPreparationIsTheScorers: a scorer whose prepared graphs lie in another way
// makes another version of each model with a source.
func TestPreparationIsTheScorers(t *testing.T) {
	if want := graph.PackedLayout + " " + graph.DecoderLayout; stackconfig.Preparation != want {
		t.Errorf("preparation is %q, the scorer prepares %q", stackconfig.Preparation, want)
	}
}
