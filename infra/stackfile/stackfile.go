// Package stackfile edits a stack's file, Pulumi.STACK.yaml, and leaves alone
// what it isn't told to change: comments, order, the style of each value.
package stackfile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"gopkg.in/yaml.v3"
)

// File is a stack's file in memory.
type File struct {
	project  string
	document yaml.Node
}

// Parse reads the text of a stack's file. project is the prefix of the
// configuration's keys.
func Parse(text []byte, project string) (*File, error) {
	f := &File{project: project}
	if err := yaml.Unmarshal(text, &f.document); err != nil {
		return nil, err
	}
	if f.document.Kind == 0 { // an empty file
		f.document = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	if f.document.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("the stack's file is no object of keys and values")
	}
	return f, nil
}

// Text is the file as it would be written.
func (f *File) Text() ([]byte, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(&f.document); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}

// Write puts a text in a file's place in one step, so that whoever reads it
// meanwhile, or after a crash, finds it whole.
func Write(path string, text []byte) error {
	mode := os.FileMode(0o644)
	if old, err := os.Stat(path); err == nil {
		mode = old.Mode().Perm()
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".stackfile-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(text)
	if err = errors.Join(err, temporary.Chmod(mode), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}

// Has reports whether a key is there. The path begins with a key of the
// project's configuration, without its prefix.
func (f *File) Has(path ...string) bool { return f.find(path) != nil }

// Set stores a value, and makes the objects on the way where they are missing.
func (f *File) Set(value any, path ...string) error {
	var node yaml.Node
	if err := node.Encode(value); err != nil {
		return err
	}
	return f.put(&node, path)
}

// Copy stores a copy of the value at from, which must be there, at to. Comments
// are copied too.
func (f *File) Copy(from, to []string) error {
	node := f.find(from)
	if node == nil {
		return fmt.Errorf("%v isn't in the file", from)
	}
	return f.put(clone(node), to)
}

// Remove takes a key out, if it is there.
func (f *File) Remove(path ...string) {
	parent := f.config()
	if parent != nil && len(path) > 1 {
		parent = f.find(path[:len(path)-1])
	}
	if parent == nil {
		return
	}
	for _, name := range f.spellings(path) {
		if i := index(parent, name); i >= 0 {
			parent.Content = slices.Delete(parent.Content, i, i+2)
		}
	}
}

func (f *File) put(node *yaml.Node, path []string) error {
	parent := f.config()
	if parent == nil {
		root := f.document.Content[0]
		parent = &yaml.Node{Kind: yaml.MappingNode}
		root.Content = append(root.Content, scalar("config"), parent)
	}
	for depth := range path {
		i := -1
		names := f.spellings(path[:depth+1])
		for _, name := range names {
			if i < 0 {
				i = index(parent, name)
			}
		}
		last := depth == len(path)-1
		switch {
		case i < 0 && last:
			parent.Content = append(parent.Content, scalar(names[0]), node)
		case i < 0:
			child := &yaml.Node{Kind: yaml.MappingNode}
			parent.Content = append(parent.Content, scalar(names[0]), child)
			parent = child
		case last:
			old := parent.Content[i+1]
			node.HeadComment, node.LineComment, node.FootComment = old.HeadComment, old.LineComment, old.FootComment
			if node.Kind == old.Kind && node.Kind == yaml.ScalarNode && node.Tag == old.Tag {
				node.Style = old.Style
			}
			parent.Content[i+1] = node
		default:
			parent = parent.Content[i+1]
			if parent.Kind != yaml.MappingNode {
				return fmt.Errorf("%v is no object of names and values", path[:depth+1])
			}
		}
	}
	return nil
}

func (f *File) find(path []string) *yaml.Node {
	node := f.config()
	for depth := range path {
		if node == nil || node.Kind != yaml.MappingNode {
			return nil
		}
		i := -1
		for _, name := range f.spellings(path[:depth+1]) {
			if i < 0 {
				i = index(node, name)
			}
		}
		if i < 0 {
			return nil
		}
		node = node.Content[i+1]
	}
	return node
}

// config is the object below "config", nil where there is none.
func (f *File) config() *yaml.Node {
	root := f.document.Content[0]
	i := index(root, "config")
	if i < 0 || root.Content[i+1].Kind != yaml.MappingNode {
		return nil
	}
	return root.Content[i+1]
}

// spellings are the names that the last key of a path can have: at the top with
// the project's prefix or, as Pulumi allows, without.
func (f *File) spellings(path []string) []string {
	name := path[len(path)-1]
	if len(path) == 1 {
		return []string{f.project + ":" + name, name}
	}
	return []string{name}
}

// index is where an object has a key, -1 where it hasn't.
func index(object *yaml.Node, key string) int {
	for i := 0; i+1 < len(object.Content); i += 2 {
		if object.Content[i].Value == key {
			return i
		}
	}
	return -1
}

func scalar(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}

// clone copies a node with all below it.
func clone(node *yaml.Node) *yaml.Node {
	copied := *node
	copied.Content = make([]*yaml.Node, len(node.Content))
	for i, child := range node.Content {
		copied.Content[i] = clone(child)
	}
	return &copied
}
