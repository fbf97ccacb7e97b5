package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// Keys of those that figures are compared of.
const (
	predecessor  = "azureml"
	fastAPI      = "fastapi"
	oursFP32     = "ours"
	oursSpinning = "ours-spinning"
	oursInt8     = "ours-int8"
)

// contender is a server that is measured.
type contender struct {
	key, name string
	int8      bool // it answers within the task's wider tolerance
	// prepare finds what it is installed from, and how it is started.
	prepare func(ctx context.Context, m *models) (*installation, error)

	*installation
	process *process
	answers answers
	peak    float64   // bytes, of all its processes
	opened  []*opened // by rate
}

// installation is a contender that can be started.
type installation struct {
	what    string // with versions
	bytes   int64  // on disk
	command func(ctx context.Context, port int) (*exec.Cmd, error)
}

func (c *contender) install(ctx context.Context, m *models) (err error) {
	c.installation, err = c.prepare(ctx, m)
	return err
}

func all() []*contender {
	return []*contender{
		{key: predecessor, name: "Azure's inference server", prepare: azureml},
		{key: fastAPI, name: "FastAPI, ONNX Runtime", prepare: fastapi},
		{key: "transformersjs", name: "transformers.js", prepare: transformersJS},
		{key: "hugot", name: "hugot", prepare: hugot},
		{key: oursFP32, name: "ours, fp32", prepare: ours(func(m *models) string { return m.fp32 })},
		{key: oursSpinning, name: "ours, fp32, `--spinning`", prepare: ours(func(m *models) string { return m.fp32 }, "--spinning")},
		{key: oursInt8, name: "ours, int8", int8: true, prepare: ours(func(m *models) string { return m.int8 })},
	}
}

func keys() (keys []string) {
	for _, c := range all() {
		keys = append(keys, c.key)
	}
	return keys
}

// choose returns those of the keys that a list with commas names; all of them, if it is
// empty.
func choose(of []string, only string) ([]*contender, error) {
	wanted := of
	if only != "" {
		wanted = strings.Split(only, ",")
	}
	for _, key := range wanted {
		if !slices.Contains(of, key) {
			return nil, fmt.Errorf("there is no %s, only %s", key, strings.Join(of, ", "))
		}
	}
	return slices.DeleteFunc(all(), func(c *contender) bool { return !slices.Contains(wanted, c.key) }), nil
}

// pins is the folder that pins a peer, and has our lines of its server.
func pins(name string) string {
	return filepath.Join(scorerproc.Root(), "tests", "bench", "peers", name)
}

// fetch installs a peer and returns its folder.
func fetch(ctx context.Context, name string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(scorerproc.Root(), "scripts", "fetch-peer.sh"), name)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err
}

// pinned is the version of a package in a file of pins, whatever the file's kind.
func pinned(file, name string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	found := regexp.MustCompile(`(?m)^[\s"]*(?:require )?` + regexp.QuoteMeta(name) + `(?:==|": "| v)([0-9][^\s"]*)`).FindSubmatch(data)
	if found == nil {
		return "", fmt.Errorf("%s doesn't pin %s", file, name)
	}
	return string(found[1]), nil
}

// versions names packages with what a file pins them to.
func versions(file string, names ...string) (string, error) {
	var out []string
	for _, name := range names {
		v, err := pinned(file, name)
		if err != nil {
			return "", err
		}
		out = append(out, name+" "+v)
	}
	return strings.Join(out, ", "), nil
}

// size is how many bytes the files under some folders or files have. What only a
// machine with an NVIDIA GPU needs isn't counted.
func size(paths ...string) (total int64, err error) {
	for _, root := range paths {
		err = errors.Join(err, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && (d.Name() == "nvidia" || d.Name() == "triton") {
				return fs.SkipDir
			}
			if !d.Type().IsRegular() || strings.HasPrefix(d.Name(), "libtorch_cuda") {
				return nil
			}
			info, err := d.Info()
			total += info.Size()
			return err
		}))
	}
	return total, err
}

// virtual is a peer in a virtual environment.
func virtual(ctx context.Context, name string, packages []string, command func(venv string, port int) *exec.Cmd) (*installation, error) {
	dir, err := fetch(ctx, name)
	if err != nil {
		return nil, err
	}
	venv := filepath.Join(dir, "venv")
	what, err := versions(filepath.Join(pins(name), "requirements.txt"), packages...)
	if err != nil {
		return nil, err
	}
	bytes, err := size(filepath.Join(venv, "lib"))
	return &installation{what + ", Python 3.11", bytes, func(_ context.Context, port int) (*exec.Cmd, error) {
		cmd := command(venv, port)
		cmd.Dir = pins(name)
		cmd.Env = append(cmd.Environ(), "HF_HUB_OFFLINE=1")
		return cmd, nil
	}}, err
}

func azureml(ctx context.Context, m *models) (*installation, error) {
	return virtual(ctx, predecessor, []string{"azureml-inference-server-http", "transformers", "torch"}, func(venv string, port int) *exec.Cmd {
		cmd := exec.CommandContext(ctx, filepath.Join(venv, "bin", "azmlinfsrv"), "--entry_script", "score.py", "--port", strconv.Itoa(port))
		cmd.Env = append(os.Environ(), "AZUREML_MODEL_DIR="+m.export)
		return cmd
	})
}

func fastapi(ctx context.Context, m *models) (*installation, error) {
	return virtual(ctx, fastAPI, []string{"fastapi", "uvicorn", "onnxruntime", "tokenizers"}, func(venv string, port int) *exec.Cmd {
		cmd := exec.CommandContext(ctx, filepath.Join(venv, "bin", "uvicorn"), m.task.app+":app", "--port", strconv.Itoa(port))
		cmd.Env = append(os.Environ(), "MODEL_DIR="+m.export)
		return cmd
	})
}

func transformersJS(ctx context.Context, m *models) (*installation, error) {
	dir, err := fetch(ctx, "transformersjs")
	if err != nil {
		return nil, err
	}
	node, err := exec.CommandContext(ctx, "node", "--version").Output()
	if err != nil {
		return nil, err
	}
	what, err := versions(filepath.Join(pins("transformersjs"), "package.json"), "@huggingface/transformers")
	if err != nil {
		return nil, err
	}
	bytes, err := size(filepath.Join(dir, "node_modules"))
	return &installation{what + ", Node " + strings.TrimSpace(string(node)), bytes, func(ctx context.Context, port int) (*exec.Cmd, error) {
		cmd := exec.CommandContext(ctx, "node", "server.mjs", strconv.Itoa(port))
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "MODELS="+filepath.Dir(m.export), "MODEL="+filepath.Base(m.export))
		return cmd, nil
	}}, err
}

func hugot(ctx context.Context, m *models) (*installation, error) {
	dir, err := fetch(ctx, "hugot")
	if err != nil {
		return nil, err
	}
	peer, flat := filepath.Join(dir, "peer"), m.export+"-flat"
	if err := flatten(m.export, flat); err != nil {
		return nil, err
	}
	what, err := versions(filepath.Join(pins("hugot"), "go.mod"), "github.com/knights-analytics/hugot")
	if err != nil {
		return nil, err
	}
	bytes, err := size(peer)
	return &installation{what + ", ONNX Runtime " + onnxlib.Version, bytes, func(ctx context.Context, port int) (*exec.Cmd, error) {
		return exec.CommandContext(ctx, filepath.Join(peer, "hugot"), peer, flat, fmt.Sprintf("127.0.0.1:%d", port)), nil
	}}, err
}

func ours(dir func(*models) string, options ...string) func(context.Context, *models) (*installation, error) {
	return func(ctx context.Context, m *models) (*installation, error) {
		binary, err := scorerproc.Build()
		if err != nil {
			return nil, err
		}
		library, err := onnxlib.Locate("")
		if err != nil {
			return nil, err
		}
		bytes, err := size(binary, library)
		return &installation{"ONNX Runtime " + onnxlib.Version, bytes, func(ctx context.Context, port int) (*exec.Cmd, error) {
			return scorerproc.Command(ctx, append([]string{"serve", "--model-dir", dir(m), "--host", "127.0.0.1", "--port", strconv.Itoa(port)}, options...)...)
		}}, err
	}
}

// flatten puts an export's files into one folder, as hugot wants them, by hard links, for
// ONNX Runtime reads no weights behind others: without the
// members of config.json that are null, which it takes for wrong.
func flatten(export, flat string) error {
	if err := os.RemoveAll(flat); err != nil {
		return err
	}
	if err := os.MkdirAll(flat, 0o755); err != nil {
		return err
	}
	for _, pattern := range []string{"*.json", "*.txt", "onnx/*"} {
		files, err := filepath.Glob(filepath.Join(export, pattern))
		if err != nil {
			return err
		}
		for _, file := range files {
			if err := os.Link(file, filepath.Join(flat, filepath.Base(file))); err != nil {
				return err
			}
		}
	}
	config := filepath.Join(flat, "config.json")
	data, err := os.ReadFile(config)
	if err != nil {
		return err
	}
	var members map[string]any
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	for name, v := range members {
		if v == nil {
			delete(members, name)
		}
	}
	if data, err = json.Marshal(members); err != nil {
		return err
	}
	if err := os.Remove(config); err != nil {
		return err
	}
	return os.WriteFile(config, data, 0o644)
}
