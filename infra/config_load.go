package infra

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/manifest"
)

// problem is one thing that is wrong in a stack's configuration.
type problem struct {
	key     string // path, such as deployments.blue.instanceCount
	value   string // as the stack says it; empty where there is none
	allowed string // what could stand there
	remedy  string // what to do
}

func (p problem) String() string {
	out := p.key
	if p.value != "" {
		out += " = " + p.value
	}
	return out + ": " + p.allowed + "; " + p.remedy
}

// configError is all that is wrong, in one message.
func configError(stack string, problems []problem) error {
	if len(problems) == 0 {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "the configuration of stack %s has %d problem(s):", stack, len(problems))
	for _, p := range problems {
		b.WriteString("\n  - " + p.String())
	}
	return errors.New(b.String())
}

// loadConfig reads and checks the configuration of the running stack.
func loadConfig(ctx *pulumi.Context) (*Config, error) {
	values := map[string]any{}
	for _, key := range configKeys(ctx) {
		text, ok := ctx.GetConfig(ctx.Project() + ":" + key)
		if !ok {
			continue
		}
		values[key] = configValue(text)
	}
	return newConfig(ctx.Stack(), values, ctx.DryRun())
}

// configKeys lists the keys to read. The SDK gives no list, but the language
// host's environment does, which is how misspelled keys come to light; inline
// programs, which have no such environment, see the known ones.
func configKeys(ctx *pulumi.Context) []string {
	keys := knownKeys()
	var all map[string]string
	if err := json.Unmarshal([]byte(os.Getenv(pulumi.EnvConfig)), &all); err != nil {
		return keys
	}
	for name := range all {
		if key, ok := strings.CutPrefix(name, ctx.Project()+":"); ok && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// configValue decodes a value as the engine hands it over: objects, lists,
// numbers and booleans as JSON, strings bare.
func configValue(text string) any {
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	err := d.Decode(&v)
	if _, quoted := v.(string); err != nil || d.More() || quoted || v == nil {
		return text
	}
	return v
}

// ReadStackFile reads and checks a Pulumi.STACK.yaml without the engine, for
// `preflight` and for tests. project is the prefix of the keys.
func ReadStackFile(path, project, stack string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("stack %s: %w; a stack's file lies beside Pulumi.yaml", stack, err)
	}
	cfg, err := ParseStackFile(data, project, stack, true)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return cfg, nil
}

// ParseStackFile is ReadStackFile for the text of a file. preview allows what
// only an update needs to be missing.
func ParseStackFile(data []byte, project, stack string, preview bool) (*Config, error) {
	var file struct {
		Config map[string]any `yaml:"config"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	values := map[string]any{}
	for name, value := range file.Config {
		key, ok := strings.CutPrefix(name, project+":")
		if ok || !strings.Contains(name, ":") { // a key without namespace is the project's
			values[key] = value
		}
	}
	return newConfig(stack, values, preview)
}

// complete fills in what follows from the rest: a delivered model's version.
func (cfg *Config) complete() {
	for name, d := range cfg.Deployments {
		if d.Model.Version == "" && manifest.ValidSum(d.Model.SHA256) {
			d.Model.Version = manifest.Version(d.Model.SHA256)
			cfg.Deployments[name] = d
		}
	}
}

// newConfig decodes and checks values by key. preview allows what only an
// update needs to be missing. A stack that is asleep is checked as awake, and
// then has no deployments.
func newConfig(stack string, values map[string]any, preview bool) (*Config, error) {
	cfg, problems := decodeConfig(values)
	cfg.complete()
	problems = append(problems, cfg.check(preview || !cfg.Awake, problems)...)
	if err := configError(stack, problems); err != nil {
		return nil, err
	}
	if !cfg.Awake {
		cfg.Deployments, cfg.Traffic, cfg.MirrorTraffic = nil, nil, nil
	}
	return cfg, nil
}
