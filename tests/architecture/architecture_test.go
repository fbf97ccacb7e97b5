// Package architecture asserts which package may import which.
package architecture

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

const module = "github.com/azure-nlp-endpoint/azure-nlp-endpoint"

type pkg struct {
	ImportPath string
	Imports    []string // direct
	Deps       []string // all
	CgoFiles   []string
	Standard   bool
}

// list returns the packages that match the patterns.
func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Deps,CgoFiles,Standard"}, args...)...)
	cmd.Dir = scorerproc.Root()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, &stderr)
	}
	var all []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// own are the packages of this module that p needs, directly or not, without
// the module's name.
func (p pkg) own() []string {
	var out []string
	for _, d := range p.Deps {
		if rest, ok := strings.CutPrefix(d, module+"/"); ok {
			out = append(out, rest)
		}
	}
	return out
}

// mayNeed lists, for each package of the scorer and of infra, the ones of its own
// module that it may need. A package that isn't listed must be added, with a
// thought.
var mayNeed = map[string][]string{
	"inference/api":                    {},
	"inference/manifest":               {},
	"inference/modelfile":              {},
	"inference/chat":                   {"inference/modelfile", "inference/pythonjson"},
	"inference/turns":                  {},
	"inference/batcher":                {"inference/turns"},
	"inference/grammar":                {"inference/turns"},
	"inference/pythonjson":             {},
	"inference/safetensors":            {"inference/modelfile"},
	"inference/decoder":                {"inference/pythonjson"},
	"inference/tokenizer":              {"inference/modelfile", "inference/pythonjson"},
	"inference/onnxlib":                {},
	"inference/graph/onnxpb":           {},
	"inference/graph":                  {"inference/decoder", "inference/graph/onnxpb", "inference/modelfile", "inference/pythonjson", "inference/safetensors"},
	"inference/onnx":                   {"inference/graph", "inference/decoder", "inference/graph/onnxpb", "inference/modelfile", "inference/pythonjson", "inference/safetensors", "inference/onnxlib"},
	"inference/onnx/kerneltest":        {},
	"inference/onnx/onnxtest":          {"inference/graph", "inference/decoder", "inference/graph/onnxpb", "inference/modelfile", "inference/pythonjson", "inference/safetensors", "inference/onnx", "inference/onnxlib"},
	"inference/modelstore":             {"inference/graph", "inference/decoder", "inference/graph/onnxpb", "inference/safetensors", "inference/modelfile", "inference/pythonjson"},
	"inference/modelstore/hub":         {"inference/graph", "inference/decoder", "inference/graph/onnxpb", "inference/safetensors", "inference/modelfile", "inference/modelstore", "inference/pythonjson"},
	"inference/modelstore/azureblob":   {"inference/manifest", "inference/retry"},
	"inference/retry":                  {},
	"inference/identity":               {"inference/retry"},
	"inference/vault":                  {"inference/identity", "inference/retry"},
	"inference/modelstore/hub/hubtest": {},
	"inference/sampling":               {},
	"inference/generation":             {"inference/graph", "inference/decoder", "inference/graph/onnxpb", "inference/modelfile", "inference/pythonjson", "inference/safetensors", "inference/onnx", "inference/onnxlib", "inference/sampling", "inference/turns"},
	"inference/optimize": {"inference/generation", "inference/graph", "inference/decoder", "inference/graph/onnxpb", "inference/safetensors", "inference/onnx", "inference/onnxlib", "inference/modelfile", "inference/modelstore",
		"inference/pythonjson", "inference/sampling", "inference/tokenizer", "inference/turns"},
	"inference/pipeline": {"inference/batcher", "inference/chat", "inference/generation", "inference/grammar", "inference/graph", "inference/decoder",
		"inference/graph/onnxpb", "inference/safetensors", "inference/modelfile", "inference/modelstore", "inference/onnx", "inference/onnxlib", "inference/pythonjson", "inference/sampling", "inference/tokenizer", "inference/turns"},
	"inference/telemetry":             {"inference/api"},
	"inference/telegram":              {"inference/api"},
	"inference/telegram/telegramtest": {},
	"inference/server": {"inference/api", "inference/batcher", "inference/chat", "inference/generation", "inference/grammar", "inference/graph", "inference/decoder",
		"inference/graph/onnxpb", "inference/safetensors", "inference/modelfile", "inference/modelstore", "inference/onnx", "inference/onnxlib", "inference/pipeline", "inference/pythonjson", "inference/sampling",
		"inference/telemetry", "inference/tokenizer", "inference/turns"},

	"infra/buildcontext":                {},
	"infra/containerapps":               {},
	"infra/networking":                  {},
	"infra/machinelearning":             {},
	"infra/managedidentity":             {},
	"infra/stackconfig":                 {"inference/api", "infra/buildcontext", "inference/manifest"},
	"infra/stackconfig/stackconfigtest": {"inference/api", "infra/buildcontext", "inference/manifest", "infra/stackconfig"},
	"infra/signin":                      {},
	"infra/delivery":                    {"inference/identity", "inference/manifest", "inference/retry", "inference/vault", "infra/signin"},
	"infra/preflight": {"inference/api", "inference/graph", "inference/decoder", "inference/graph/onnxpb", "inference/safetensors", "inference/modelfile", "inference/modelstore",
		"inference/modelstore/hub", "inference/pythonjson", "infra/arm", "infra/buildcontext", "inference/manifest", "infra/stackconfig"},
	"infra/policy":    {"inference/api", "infra/buildcontext", "inference/manifest", "infra/stackconfig"},
	"infra/arm":       {},
	"infra/diagnosis": {},
	"infra/judge":     {},
	"infra/online":    {"inference/api", "infra/arm"},
	"infra/apps":      {"inference/api", "infra/arm", "infra/online"},
	"infra/purge":     {"infra/arm"},
	"infra/rollout": {"inference/api", "infra/apps", "infra/arm", "infra/buildcontext", "infra/diagnosis", "infra/judge", "inference/manifest",
		"infra/online", "infra/purge", "infra/stackconfig"},
	"infra/supply": {"inference/api", "inference/graph", "inference/decoder", "inference/graph/onnxpb", "inference/safetensors", "inference/modelfile", "inference/modelstore", "inference/pythonjson",
		"infra/buildcontext", "infra/delivery", "inference/identity", "inference/retry", "inference/vault", "inference/manifest", "infra/signin", "infra/stackconfig"},
	"infra": {"inference/api", "inference/graph", "inference/decoder", "inference/graph/onnxpb", "inference/safetensors", "inference/modelfile", "inference/modelstore", "inference/modelstore/hub",
		"inference/pythonjson", "inference/identity", "inference/retry", "inference/vault", "infra/delivery", "infra/supply", "infra/arm", "infra/buildcontext", "infra/containerapps", "infra/diagnosis", "infra/machinelearning", "infra/managedidentity", "infra/networking", "inference/manifest",
		"infra/preflight", "infra/signin", "infra/stackconfig"},
}

func TestDependenciesRunOneWay(t *testing.T) {
	for _, p := range list(t, "./inference/...", "./infra/...") {
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		if strings.Contains(name, "/cmd/") {
			continue // wires everything
		}
		allowed, ok := mayNeed[name]
		if !ok {
			t.Errorf("%s is not in the table of what may need what", name)
			continue
		}
		for _, dep := range p.own() {
			if !slices.Contains(allowed, dep) {
				t.Errorf("%s needs %s, which it may not", name, dep)
			}
		}
	}
}

func TestOnlyOnnxNeedsTheRuntime(t *testing.T) {
	const bindings = "github.com/yalue/onnxruntime_go"
	for _, p := range list(t, "./...") {
		if slices.Contains(p.Imports, bindings) && p.ImportPath != module+"/inference/onnx" {
			t.Errorf("%s imports %s; only inference/onnx may", p.ImportPath, bindings)
		}
	}
}

func TestAPIUsesTheStandardLibraryAlone(t *testing.T) {
	for _, p := range list(t, "-deps", "./inference/api") {
		if !p.Standard && p.ImportPath != module+"/inference/api" {
			t.Errorf("inference/api needs %s", p.ImportPath)
		}
	}
}

// TestStackConfigNeedsNoCloud: the commands beside Pulumi read a stack without
// Pulumi's SDK and Azure's, and check it without Pulumi's.
func TestStackConfigNeedsNoCloud(t *testing.T) {
	for name, clouds := range map[string][]string{"./infra/stackconfig": {"github.com/pulumi/", "github.com/Azure/"}, "./infra/preflight": {"github.com/pulumi/"}} {
		for _, p := range list(t, "-deps", name) {
			if slices.ContainsFunc(clouds, func(c string) bool { return strings.HasPrefix(p.ImportPath, c) }) {
				t.Errorf("%s needs %s", name, p.ImportPath)
			}
		}
	}
}

// TestAzureLibrariesOfTheScorer: it has those that sign in and read a secret, which
// make it 1.0 MB larger (0.36 compressed) and no slower to start (7.9 ms for its
// version, with and without), and none of the larger ones.
func TestAzureLibrariesOfTheScorer(t *testing.T) {
	const azure = "github.com/Azure/azure-sdk-for-go/sdk/"
	for _, p := range list(t, "-deps", "./inference/cmd/scorer") {
		if name, ok := strings.CutPrefix(p.ImportPath, azure); ok && !slices.ContainsFunc([]string{"azcore", "azidentity", "internal", "security/keyvault"}, func(has string) bool {
			return name == has || strings.HasPrefix(name, has+"/")
		}) {
			t.Errorf("the scorer needs %s", p.ImportPath)
		}
	}
}

// TestCommandNeedsNoCompiler: nlp builds without cgo, wherever models are
// delivered from.
func TestCommandNeedsNoCompiler(t *testing.T) {
	for _, p := range list(t, "-deps", "./cmd/nlp") {
		if len(p.CgoFiles) > 0 && !p.Standard {
			t.Errorf("nlp needs %s, which needs cgo", p.ImportPath)
		}
	}
}

// TestRootProgramNeedsNoCompiler checks what `pulumi up` builds: no cgo beside
// the standard library's own, of the scorer the shared constants and what a model
// folder is, and nothing of the commands that run beside it. Of Azure's SDK it
// has what compiles in seconds, and not the typed clients.
func TestRootProgramNeedsNoCompiler(t *testing.T) {
	packages := list(t, "-deps", ".")
	if len(packages) < 100 {
		t.Fatalf("only %d packages were listed", len(packages))
	}
	for _, p := range packages {
		if len(p.CgoFiles) > 0 && !p.Standard {
			t.Errorf("the Pulumi program needs %s, which needs cgo", p.ImportPath)
		}
		own, inside := strings.CutPrefix(p.ImportPath, module+"/")
		if inside && strings.HasPrefix(own, "inference/") && !slices.Contains(mayNeed["infra"], own) ||
			strings.HasPrefix(own, "tests/") || own == "infra/rollout" || strings.HasPrefix(own, "cmd/") ||
			strings.HasPrefix(p.ImportPath, "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/") {
			t.Errorf("the Pulumi program needs %s", p.ImportPath)
		}
	}
}

// TestBotNeedsNoCompiler checks that the bot can be built without cgo, as its
// container is, and that it has nothing of the models in it.
func TestBotNeedsNoCompiler(t *testing.T) {
	for _, p := range list(t, "-deps", "./inference/cmd/bot") {
		if len(p.CgoFiles) > 0 && !p.Standard {
			t.Errorf("the bot needs %s, which needs cgo", p.ImportPath)
		}
		switch name, own := strings.CutPrefix(p.ImportPath, module+"/"); {
		case !own, name == "inference/api", name == "inference/identity", name == "inference/retry", name == "inference/telegram", name == "inference/telemetry", name == "inference/cmd/bot":
		default:
			t.Errorf("the bot needs %s", p.ImportPath)
		}
	}
}
