package stackconfig

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
)

// Load decodes and checks a stack's configuration. folder is the project's, from
// which models' folders are named; values are by key, without the project's
// name, each as Pulumi's engine hands it over: objects, lists, numbers and booleans as
// JSON, strings bare. preview allows what only an
// update needs to be missing. The error names all problems.
//
// A stack that is asleep is checked as awake, and then has no deployments.
func Load(stack, folder string, values map[string]string, preview bool) (*Config, error) {
	return load(stack, folder, values, nil, preview)
}

// load is Load with the problems of reading the values.
func load(stack, folder string, values map[string]string, problems []Problem, preview bool) (*Config, error) {
	cfg, unread := decode(folder, values)
	return cfg.finish(stack, folder, append(problems, unread...), preview)
}

// finish checks a decoded configuration.
func (cfg *Config) finish(stack, folder string, problems []Problem, preview bool) (*Config, error) {
	problems = append(problems, cfg.check(folder, preview || !cfg.Awake, problems)...)
	if err := Error(stack, problems); err != nil {
		return nil, err
	}
	if !cfg.Awake {
		cfg.Deployments, cfg.Traffic, cfg.MirrorTraffic = nil, nil, nil
	}
	return cfg, nil
}

// decode fills a Config, and reports what can't be read.
func decode(folder string, values map[string]string) (*Config, []Problem) {
	decoded := map[string]any{}
	for key, text := range values {
		decoded[key] = value(text)
	}
	cfg, problems := decodeConfig(decoded)
	cfg.complete(folder)
	return cfg, problems
}

// value decodes a value as the engine hands it over.
func value(text string) any {
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	err := d.Decode(&v)
	if _, quoted := v.(string); err != nil || d.More() || quoted || v == nil {
		return text
	}
	return v
}

// complete fills in what follows from the rest.
func (cfg *Config) complete(folder string) {
	for name, d := range cfg.Deployments {
		d.Model = d.Model.Complete(folder)
		for variable, secret := range d.Secrets {
			d.Secrets[variable] = strings.ToLower(secret) // as the vault takes them
		}
		cfg.Deployments[name] = d
	}
}

// Complete fills in what follows from the rest: the version of a model with a
// source or a hash, and a source's precision. folder is the project's. A model's
// folder that can't be read gives no version, which checks report.
func (m Model) Complete(folder string) Model {
	if m.Source != "" {
		m.Precision = cmp.Or(m.Precision, "fp32")
		version, _ := m.sourceVersion(folder)
		m.Version = cmp.Or(m.Version, version)
	}
	if m.Version == "" && manifest.ValidSum(m.SHA256) {
		m.Version = manifest.Version(m.SHA256)
	}
	return m
}

// DeploymentNames are the configured deployments, in order.
func (cfg *Config) DeploymentNames() []string { return slices.Sorted(maps.Keys(cfg.Deployments)) }
