package stackconfig

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Project is a Pulumi project as its Pulumi.yaml describes it.
type Project struct {
	// Name is the prefix of the keys in its stacks' files.
	Name string
	// Folder is where Pulumi.yaml lies.
	Folder string

	stacks   string // folder of the stacks' files, from Folder
	defaults map[string]string
}

// ReadProject reads the Pulumi.yaml in a folder: the project's name, and the
// values of keys that a stack doesn't set.
func ReadProject(folder string) (*Project, error) {
	path := filepath.Join(folder, "Pulumi.yaml")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w; run this in the project's folder", err)
	} else if err != nil {
		return nil, err
	}
	var file struct {
		Name           string
		StackConfigDir string         `yaml:"stackConfigDir"`
		Config         map[string]any // a folder too, in Pulumi's old form
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if file.Name == "" {
		return nil, fmt.Errorf("%s: name is missing", path)
	}
	p := &Project{Name: file.Name, Folder: folder, stacks: file.StackConfigDir}
	defaults := map[string]any{}
	for key, entry := range file.Config {
		defaults[key] = entry
		if typed, ok := entry.(map[string]any); ok { // a schema, not a value alone
			defaults[key] = typed["value"]
			if typed["default"] != nil {
				defaults[key] = typed["default"]
			}
		}
	}
	var problems []Problem
	p.defaults, problems = p.own(defaults)
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s: %s", path, problems[0])
	}
	return p, nil
}

// StackFile is the path of a stack's file.
func (p *Project) StackFile(stack string) string {
	return filepath.Join(p.Folder, p.stacks, "Pulumi."+stack+".yaml")
}

// Read reads and checks a stack's file without Pulumi, through the same
// decoding and checks as an update, with Pulumi.yaml's values where the file
// has none. preview allows what only an update needs to be missing.
func (p *Project) Read(stack string, preview bool) (*Config, error) {
	path := p.StackFile(stack)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("stack %s: %w; a stack's file is next to Pulumi.yaml", stack, err)
	}
	cfg, err := p.Parse(data, stack, preview)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return cfg, nil
}

// Parse is Read for the text of a file.
func (p *Project) Parse(text []byte, stack string, preview bool) (*Config, error) {
	values, problems, err := p.values(text)
	if err != nil {
		return nil, err
	}
	return load(stack, p.Folder, values, problems, preview)
}

// values are a file's, as the engine would hand them over.
func (p *Project) values(text []byte) (map[string]string, []Problem, error) {
	var file struct{ Config map[string]any }
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, nil, err
	}
	values, problems := p.own(file.Config)
	for key, value := range p.defaults {
		if _, ok := values[key]; !ok && !slices.ContainsFunc(problems, func(p Problem) bool { return p.Key == key }) {
			values[key] = value
		}
	}
	return values, problems, nil
}

// own are the values of the project's keys: those with its name before a
// colon, and those without any.
func (p *Project) own(config map[string]any) (map[string]string, []Problem) {
	values := map[string]string{}
	var problems []Problem
	for _, name := range slices.Sorted(maps.Keys(config)) {
		key, own := strings.CutPrefix(name, p.Name+":")
		if !own && strings.Contains(name, ":") || config[name] == nil {
			continue // a provider's, or nothing
		}
		text, ok := config[name].(string)
		data, err := json.Marshal(config[name])
		switch _, twice := values[key]; {
		case twice:
			problems = append(problems, Problem{key, "", "is there twice, with the project's name and without", "remove one of the two"})
		case encrypted(config[name]):
			problems = append(problems, Problem{key, "", "is encrypted, which only Pulumi can read", "set it without --secret: nothing here is one"})
		case ok:
			values[key] = text
		case err != nil:
			problems = append(problems, Problem{key, "", "can't be read: " + err.Error(), "quote names that YAML takes for something else"})
		default:
			values[key] = string(data)
		}
	}
	return values, problems
}

// encrypted reports whether a value, or one in it, is as `pulumi config set
// --secret` writes it.
func encrypted(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		if _, ok := v["secure"]; ok && len(v) == 1 {
			return true
		}
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), encrypted)
	case []any:
		return slices.ContainsFunc(v, encrypted)
	}
	return false
}
