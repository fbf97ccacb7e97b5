package delivery

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

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
