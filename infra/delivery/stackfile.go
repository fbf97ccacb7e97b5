package delivery

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"azure-nlp-endpoint/infra/manifest"
)

// StackFile is a Pulumi.STACK.yaml.
type StackFile struct {
	path, project string
	text          []byte
}

// ReadStackFile reads a stack's file. project is the prefix of its keys.
func ReadStackFile(path, project string) (*StackFile, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w; a stack's file lies beside Pulumi.yaml", err)
	}
	s := &StackFile{path, project, text}
	if _, err := s.models(text); err != nil {
		return nil, err
	}
	return s, nil
}

// Model is what a deployment of the stack says of its model.
type Model struct {
	Deployment string
	Name       string
	SHA256     string
}

// Models are those of the stack's deployments, in the file's order.
func (s *StackFile) Models() []Model {
	nodes, err := s.models(s.text)
	if err != nil {
		return nil // ReadStackFile has read the same
	}
	var all []Model
	for _, n := range nodes {
		m := Model{Deployment: n.deployment}
		if value := field(n.node, "name"); value != nil {
			m.Name = value.Value
		}
		if value := field(n.node, "sha256"); value != nil {
			m.SHA256 = value.Value
		}
		all = append(all, m)
	}
	return all
}

type modelNode struct {
	deployment string
	node       *yaml.Node
}

// models finds the model of each deployment.
func (s *StackFile) models(text []byte) ([]modelNode, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("%s: %w", s.path, err)
	}
	if len(document.Content) == 0 {
		return nil, fmt.Errorf("%s is empty", s.path)
	}
	config := field(document.Content[0], "config")
	deployments := field(config, s.project+":deployments")
	if deployments == nil {
		deployments = field(config, "deployments") // a key without namespace is the project's
	}
	if deployments == nil || deployments.Kind != yaml.MappingNode {
		return nil, nil
	}
	var all []modelNode
	for i := 0; i+1 < len(deployments.Content); i += 2 {
		name, model := deployments.Content[i].Value, field(deployments.Content[i+1], "model")
		if model == nil {
			continue
		}
		if model.Kind != yaml.MappingNode {
			return nil, fmt.Errorf("%s: deployments.%s.model must be written out as an object, below its key", s.path, name)
		}
		all = append(all, modelNode{name, model})
	}
	return all, nil
}

// field is the value of a mapping's key, nil where there is none.
func field(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// SetModel makes deployments use a delivered model, and writes the file.
// Comments and all other text stay as they are. It reports whether anything
// was changed.
func (s *StackFile) SetModel(deployments []string, m manifest.Manifest) (bool, error) {
	sum := m.Sum()
	want := []struct{ key, value string }{
		{"version", strconv.Quote(manifest.Version(sum))}, // quoted: digits and an e would be a number
		{"sha256", strconv.Quote(sum)},
		{"sizeMiB", strconv.Itoa(max(1, m.SizeMiB()))},
	}
	text := s.text
	for _, deployment := range deployments {
		for _, w := range want {
			var err error
			if text, err = s.set(text, deployment, w.key, w.value); err != nil {
				return false, err
			}
		}
		var err error
		if text, err = s.remove(text, deployment, "path"); err != nil {
			return false, err
		}
	}
	if bytes.Equal(text, s.text) {
		return false, nil
	}
	s.text = text
	return true, replaceFile(s.path, text)
}

// set changes one field in the text: its value where it stands, or a line of
// its own after the model's name.
func (s *StackFile) set(text []byte, deployment, key, value string) ([]byte, error) {
	model, err := s.model(text, deployment)
	if err != nil {
		return nil, err
	}
	lines := strings.SplitAfter(string(text), "\n")
	if old := field(model, key); old != nil {
		if unquote(old.Value) == unquote(value) {
			return text, nil
		}
		line := lines[old.Line-1]
		before, rest := line[:byteOf(line, old.Column)], line[byteOf(line, old.Column):]
		length, err := scalarLength(old, rest)
		if err != nil {
			return nil, fmt.Errorf("%s: deployments.%s.model.%s: %w", s.path, deployment, key, err)
		}
		lines[old.Line-1] = before + value + rest[length:]
		return s.checked(lines, deployment, key, value)
	}
	name := field(model, "name")
	if name == nil {
		return nil, fmt.Errorf("%s: deployments.%s.model has no name", s.path, deployment)
	}
	if model.Style&yaml.FlowStyle != 0 { // {name: x}
		line := lines[name.Line-1]
		at := byteOf(line, name.Column)
		length, err := scalarLength(name, line[at:])
		if err != nil {
			return nil, err
		}
		lines[name.Line-1] = line[:at+length] + ", " + key + ": " + value + line[at+length:]
		return s.checked(lines, deployment, key, value)
	}
	indent := strings.Repeat(" ", model.Content[0].Column-1)
	if !strings.HasSuffix(lines[name.Line-1], "\n") {
		lines[name.Line-1] += "\n"
	}
	lines[name.Line-1] += indent + key + ": " + value + "\n"
	return s.checked(lines, deployment, key, value)
}

// remove takes a field away, if it is there.
func (s *StackFile) remove(text []byte, deployment, key string) ([]byte, error) {
	model, err := s.model(text, deployment)
	if err != nil || field(model, key) == nil {
		return text, err
	}
	if model.Style&yaml.FlowStyle != 0 {
		return nil, fmt.Errorf("%s: deployments.%s.model.%s: remove it by hand, the delivery's hash gives the path", s.path, deployment, key)
	}
	line := field(model, key).Line - 1
	lines := strings.SplitAfter(string(text), "\n")
	return []byte(strings.Join(slices.Delete(lines, line, line+1), "")), nil
}

func (s *StackFile) model(text []byte, deployment string) (*yaml.Node, error) {
	nodes, err := s.models(text)
	if err != nil {
		return nil, err
	}
	for _, n := range nodes {
		if n.deployment == deployment {
			return n.node, nil
		}
	}
	return nil, fmt.Errorf("%s has no deployment %s with a model", s.path, deployment)
}

// checked reads the changed text again: an edit of text that isn't YAML as it
// was thought to be must not be written.
func (s *StackFile) checked(lines []string, deployment, key, value string) ([]byte, error) {
	text := []byte(strings.Join(lines, ""))
	model, err := s.model(text, deployment)
	if err == nil {
		if got := field(model, key); got == nil || got.Value != unquote(value) {
			err = errors.New("the change didn't hold")
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s can't be edited (%w): set deployments.%s.model.%s to %s by hand", s.path, err, deployment, key, value)
	}
	return text, nil
}

// scalarLength is how many bytes of the text a value takes.
func scalarLength(n *yaml.Node, text string) (int, error) {
	switch {
	case n.Kind != yaml.ScalarNode || n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0:
		return 0, errors.New("must be a plain value on one line")
	case n.Style&yaml.DoubleQuotedStyle != 0:
		for i := 1; i < len(text); i++ {
			switch text[i] {
			case '\\':
				i++
			case '"':
				return i + 1, nil
			}
		}
	case n.Style&yaml.SingleQuotedStyle != 0:
		if end := strings.Index(text[1:], "'"); end >= 0 {
			return end + 2, nil
		}
	case strings.HasPrefix(text, n.Value):
		return len(n.Value), nil
	}
	return 0, errors.New("must be a plain value on one line")
}

// byteOf is where a column, counted in characters from 1, begins in a line.
func byteOf(line string, column int) int {
	for at := range line {
		if column--; column == 0 {
			return at
		}
	}
	return len(line)
}

func unquote(value string) string {
	if text, err := strconv.Unquote(value); err == nil {
		return text
	}
	return value
}

// replaceFile writes a file whole or not at all, and keeps its mode.
func replaceFile(path string, text []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	temporary := path + ".new"
	if err := os.WriteFile(temporary, text, info.Mode().Perm()); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}
