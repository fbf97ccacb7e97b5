package stackconfig

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// document is a text and the nodes that were read from it. Each change
// parses it again.
type document struct {
	text    string
	newline string
	root    *yaml.Node // nil for an empty file
}

// place is where a path leads as far as it is written out.
type place struct {
	parent *yaml.Node // object that holds, or would hold, the key at depth
	index  int        // of the key in the parent, -1 where it isn't there
	depth  int        // of the path
	limit  int        // line, from 0, at which the parent's text has ended
}

func (p place) key() *yaml.Node   { return p.parent.Content[p.index] }
func (p place) value() *yaml.Node { return p.parent.Content[p.index+1] }
func (p place) flow() bool        { return p.parent.Style&yaml.FlowStyle != 0 }

// find follows a path until it ends, or until what is next isn't written below:
// because it is missing, or behind an alias, or merged in.
func (d *document) find(path []string) place {
	at := place{parent: d.root, limit: len(d.lines())}
	for {
		at.index = index(at.parent, path[at.depth])
		if at.index < 0 || at.depth == len(path)-1 || at.value().Kind != yaml.MappingNode {
			return at
		}
		at = place{parent: at.value(), depth: at.depth + 1, limit: d.next(at)}
	}
}

// next is the line of the parent's next key, or where the parent ends.
func (d *document) next(at place) int {
	if at.index+2 < len(at.parent.Content) && !at.flow() {
		return at.parent.Content[at.index+2].Line - 1
	}
	return at.limit
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

// set stores a value.
func (d *document) set(path []string, value any) error {
	if d.root == nil {
		if d.text != "" && !strings.HasSuffix(d.text, "\n") {
			d.text += d.newline
		}
		d.text += d.block("", path[0], with(nil, path[1:], value))
		return nil
	}
	at := d.find(path)
	there, _ := lookup(data(d.text), path[:at.depth+1])
	last := at.depth == len(path)-1
	object, isObject := value.(map[string]any)
	old, wasObject := there.(map[string]any)
	switch {
	case at.index < 0:
		return d.insert(at, path[at.depth], with(there, path[at.depth+1:], value))
	case !last && there != nil && !wasObject:
		return fmt.Errorf("%s is no object of names and values", path[at.depth])
	case !last: // null, or an alias, which is written out
		return d.replace(at, with(there, path[at.depth+1:], value))
	case equal(there, value):
		return nil
	case isObject && wasObject && len(object) > 0 && at.value().Kind == yaml.MappingNode && len(at.value().Content) > 0:
		return d.merge(path, old, object)
	}
	return d.replace(at, value)
}

// merge makes an object another one, entry by entry.
func (d *document) merge(path []string, old, object map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if err := d.again(func() error { return d.set(append(slices.Clone(path), name), object[name]) }); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if _, ok := object[name]; ok {
			continue
		}
		if err := d.again(func() error { return d.remove(append(slices.Clone(path), name)) }); err != nil {
			return err
		}
	}
	return nil
}

// again makes one change of several, and reads the text for the next one.
func (d *document) again(change func() error) error {
	if err := change(); err != nil {
		return err
	}
	read, err := read(d.text)
	if err == nil {
		*d = *read
	}
	return err
}

// remove takes a key out that is there.
func (d *document) remove(path []string) error {
	at := d.find(path)
	if at.depth < len(path)-1 && at.index >= 0 { // behind an alias
		there, _ := lookup(data(d.text), path[:at.depth+1])
		return d.replace(at, without(there, path[at.depth+1:]))
	}
	if at.index < 0 {
		return fmt.Errorf("%s is merged in from elsewhere", path[at.depth])
	}
	switch {
	case len(at.parent.Content) == 2 && !at.flow():
		return d.replace(d.find(path[:len(path)-1]), map[string]any{})
	case at.flow():
		start, end, err := d.inFlow(at)
		if err == nil {
			d.text = d.text[:start] + d.text[end:]
		}
		return err
	}
	lines := d.lines()
	start, end := d.head(at), d.end(at)
	d.text = strings.Join(slices.Delete(lines, start, end), "")
	return nil
}

// inFlow is the text of an entry between braces, with a comma.
func (d *document) inFlow(at place) (start, end int, err error) {
	content := at.parent.Content
	start = d.offset(at.key())
	switch {
	case at.index+2 < len(content):
		return start, d.offset(content[at.index+2]), nil
	case at.index > 0:
		if start, err = d.inlineEnd(content[at.index-1]); err != nil {
			return 0, 0, err
		}
	}
	end, err = d.inlineEnd(at.value())
	return start, end, err
}

// copy adds a copy of an entry to the object that it is in.
func (d *document) copy(path []string, name string) error {
	at := d.find(path)
	if at.index < 0 || at.depth < len(path)-1 {
		return fmt.Errorf("%s isn't written out", path[at.depth])
	}
	last := at
	last.index = len(at.parent.Content) - 2
	keyEnd, err := d.inlineEnd(at.key())
	if err != nil {
		return err
	}
	if at.flow() {
		end, err := d.inlineEnd(at.value())
		if err != nil {
			return err
		}
		after, err := d.inlineEnd(last.value())
		if err == nil {
			d.text = d.text[:after] + ", " + name + d.text[keyEnd:end] + d.text[after:]
		}
		return err
	}
	lines := d.lines()
	start, line := d.head(at), at.key().Line-1
	copied := slices.Clone(lines[start:d.end(at)])
	begin, key := d.offset(at.key())-d.start(line), keyEnd-d.start(line)
	rest := lines[line][key:]
	if anchor := at.value().Anchor; anchor != "" { // it stays where it is
		rest = strings.Replace(rest, " &"+anchor, "", 1)
	}
	copied[line-start] = lines[line][:begin] + name + rest
	if head := d.head(last); last.index > 0 && strings.TrimSpace(lines[head-1]) == "" {
		copied = slices.Insert(copied, 0, d.newline) // as the others are apart
	}
	d.insertLines(d.end(last), copied...)
	return nil
}
