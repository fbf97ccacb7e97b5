package stackconfig

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// File edits a stack's file, Pulumi.STACK.yaml, and leaves alone what it isn't
// told to change: comments, blank lines, order, quotes, anchors. Every edit is
// read again and compared with what it should have made; one that can't be made
// in place is refused, and the text stays as it was.
//
// A path begins with a key of the project's configuration, without its prefix.
type File struct {
	project *Project
	stack   string
	path    string
	text    string
}

// Open reads a stack's file. path is "" for the one where the project has it.
func (p *Project) Open(stack, path string) (*File, error) {
	if path == "" {
		path = p.StackFile(stack)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("stack %s: %w; a stack's file is next to Pulumi.yaml", stack, err)
	}
	f := &File{project: p, stack: stack, path: path, text: string(text)}
	if _, err := read(f.text); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// Text is the file as Write would write it.
func (f *File) Text() []byte { return []byte(f.text) }

// Path is where the file lies.
func (f *File) Path() string { return f.path }

// Config reads and checks what the file says, as Project.Read does.
func (f *File) Config(preview bool) (*Config, error) {
	cfg, err := f.project.Parse([]byte(f.text), f.stack, preview)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.path, err)
	}
	return cfg, nil
}

// Deployments are the file's, whether or not all is well with them.
func (f *File) Deployments() map[string]Deployment {
	values, _, err := f.project.values([]byte(f.text))
	if err != nil {
		return nil // read has read it
	}
	cfg, _ := decode(f.project.Folder, values)
	return cfg.Deployments
}

// Write puts the text in the file's place.
func (f *File) Write() error { return WriteFile(f.path, f.Text()) }

// WriteFile puts a text in a file's place in one step, so that whoever reads it
// meanwhile, or after a crash, finds it whole. The mode stays, and what a link
// leads to is written.
func WriteFile(path string, text []byte) error {
	if err := replaceFile(path, text); err != nil {
		return fmt.Errorf("%s can't be written: %w", path, err)
	}
	return nil
}

func replaceFile(path string, text []byte) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	mode := os.FileMode(0o644)
	if old, err := os.Stat(path); err == nil {
		mode = old.Mode().Perm()
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".stack-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // gone where it was renamed
	_, err = temporary.Write(text)
	if err = errors.Join(err, temporary.Chmod(mode), temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}

// Has reports whether a key is there.
func (f *File) Has(path ...string) bool {
	_, ok := lookup(data(f.text), f.full(path))
	return ok
}

// Set stores a value, and makes the objects on the way where they are missing.
// Of an object, what differs is changed.
func (f *File) Set(value any, path ...string) error {
	normal, err := generic(value)
	if err != nil {
		return err
	}
	return f.edit(path, func(d *document, full []string) error { return d.set(full, normal) },
		func(all any, full []string) any { return with(all, full, normal) })
}

// Copy stores a copy of the value at from, which must be there, at to. Comments
// are copied too.
func (f *File) Copy(from, to []string) error {
	source := f.full(from)
	value, ok := lookup(data(f.text), source)
	if !ok {
		return fmt.Errorf("%s: %s isn't there", f.path, strings.Join(from, "."))
	}
	expected := func(all any, full []string) any { return with(all, full, value) }
	if !f.Has(to...) && slices.Equal(from[:len(from)-1], to[:len(to)-1]) {
		if f.edit(to, func(d *document, full []string) error { return d.copy(source, full[len(full)-1]) }, expected) == nil {
			return nil
		}
	}
	return f.edit(to, func(d *document, full []string) error { return d.set(full, value) }, expected)
}

// Remove takes a key out, if it is there.
func (f *File) Remove(path ...string) error {
	if !f.Has(path...) {
		return nil
	}
	return f.edit(path, func(d *document, full []string) error { return d.remove(full) }, without)
}

// edit changes the text, and checks that what it says then is expected.
func (f *File) edit(path []string, change func(*document, []string) error, expected func(any, []string) any) error {
	full := f.full(path)
	want := expected(data(f.text), full)
	d, err := read(f.text)
	if err == nil {
		err = change(d, full)
	}
	if err == nil && !equal(data(d.text), want) {
		if d, err = read(f.text); err == nil { // without the aliases that would change too
			if err = d.alone(full, change); err == nil && !equal(data(d.text), want) {
				err = errors.New("it is written in a way that can't be edited in place, with an anchor for example")
			}
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %s: %w; change it by hand", f.path, strings.Join(path, "."), err)
	}
	f.text = d.text
	return nil
}

// full is a path from the document's root. At the top a key has the project's
// prefix or, as Pulumi allows, none.
func (f *File) full(path []string) []string {
	key := f.project.Name + ":" + path[0]
	root := data(f.text)
	if _, ok := lookup(root, []string{"config", key}); !ok {
		if _, bare := lookup(root, []string{"config", path[0]}); bare {
			key = path[0]
		}
	}
	return append([]string{"config", key}, path[1:]...)
}

// read takes a text apart.
func read(text string) (*document, error) {
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		return nil, err
	}
	d := &document{text: text, newline: "\n"}
	if strings.Contains(text, "\r\n") {
		d.newline = "\r\n"
	}
	if node.Kind == 0 { // an empty file
		return d, nil
	}
	if d.root = node.Content[0]; d.root.Kind != yaml.MappingNode {
		return nil, errors.New("the stack's file is no object of keys and values")
	}
	return d, nil
}
