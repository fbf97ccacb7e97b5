package delivery

import (
	"bytes"
	"fmt"
	"os"
	"strconv"

	"gopkg.in/yaml.v3"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/manifest"
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
