package stackconfig

import (
	"bytes"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// insert adds an entry to an object: where Config has its field, or at the end.
func (d *document) insert(at place, name string, value any) error {
	content := at.parent.Content
	before := d.before(at, name)
	if at.flow() {
		entry := inline(map[string]any{name: value}, 0, true)
		entry = entry[1 : len(entry)-1] // without braces
		if before < 0 {
			open := d.inlineStart(at.parent) + 1
			if len(content) > 0 {
				entry += ", "
			}
			d.text = d.text[:open] + entry + d.text[open:]
			return nil
		}
		end, err := d.inlineEnd(content[before+1])
		if err == nil {
			d.text = d.text[:end] + ", " + entry + d.text[end:]
		}
		return err
	}
	margin := strings.Repeat(" ", content[0].Column-1)
	at.index = before
	d.insertLines(d.end(at), d.block(margin, name, value))
	return nil
}

// before is the index of the key after which a new one goes, -1 where there is
// none.
func (d *document) before(at place, name string) int {
	last := len(at.parent.Content) - 2
	if last < 0 {
		return -1
	}
	order := d.siblings(at.parent)
	own := slices.Index(order, name)
	if own < 0 {
		return last
	}
	for i := last; i >= 0; i -= 2 {
		if other := slices.Index(order, at.parent.Content[i].Value); other >= 0 && other < own {
			return i
		}
	}
	return last
}

// siblings are the fields of the type in Config that an object is, if one fits.
func (d *document) siblings(object *yaml.Node) []string {
	for _, t := range []reflect.Type{reflect.TypeFor[Image](), reflect.TypeFor[Model](), reflect.TypeFor[Deployment]()} {
		names := fieldNames(t)
		fits := func(i int) bool { return slices.Contains(names, object.Content[i].Value) }
		all := true
		for i := 0; i < len(object.Content); i += 2 {
			all = all && fits(i)
		}
		if all {
			return names
		}
	}
	return nil
}

// replace puts a value in the place of another one.
func (d *document) replace(at place, value any) error {
	key, old := at.key(), at.value()
	object, isObject := value.(map[string]any)
	asBlock := isObject && len(object) > 0 && !at.flow()
	oldEnd, notInline := d.inlineEnd(old)
	if notInline == nil && !(asBlock && old.Kind == yaml.AliasNode) {
		start := d.inlineStart(old)
		d.text = d.text[:start] + inline(value, old.Style, at.flow()) + d.text[oldEnd:]
		return nil
	}
	end, err := d.inlineEnd(key)
	if err != nil {
		return err
	}
	end += strings.IndexByte(d.text[end:], ':') + 1
	if at.flow() { // {a: , b: 1}
		d.text = d.text[:end] + " " + inline(value, 0, true) + d.text[end:]
		return nil
	}
	line := key.Line - 1
	lines := d.lines()
	rest := strings.TrimRight(lines[line][max(oldEnd, end)-d.start(line):], "\r\n")
	if !isComment(rest) { // a literal's mark
		rest = ""
	}
	kept := lines[line][:end-d.start(line)]
	margin := strings.Repeat(" ", key.Column-1)
	after := slices.Clone(lines[max(d.end(at), line+1):])
	if asBlock {
		block := d.block(margin, key.Value, value)
		kept += rest + block[strings.Index(block, "\n")-len(d.newline)+1:]
	} else {
		kept += " " + inline(value, 0, false) + rest + d.newline
	}
	d.text = strings.Join(append(append(slices.Clone(lines[:line]), kept), after...), "")
	return nil
}

// block is an entry with lines of its own, indented.
func (d *document) block(margin, name string, value any) string {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(node(map[string]any{name: value})); err != nil {
		panic(err) // plain values
	}
	var text strings.Builder
	for line := range strings.Lines(out.String()) {
		text.WriteString(margin + strings.TrimSuffix(line, "\n") + d.newline)
	}
	return text.String()
}

// inline is a value on one line. style is of the text that it replaces; in
// brackets more has to be quoted.
func inline(value any, style yaml.Style, brackets bool) string {
	n := node(value)
	if quotes := style & (yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle); n.Tag == "!!str" && quotes != 0 {
		n.Style = quotes
	}
	if text, err := yaml.Marshal(n); err == nil && n.Kind == yaml.ScalarNode && !brackets && bytes.Count(text, []byte("\n")) == 1 {
		return strings.TrimSuffix(string(text), "\n")
	}
	out, err := yaml.Marshal(&yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: []*yaml.Node{n}})
	if err != nil {
		panic(err) // plain values
	}
	text := strings.TrimSuffix(string(out), "\n")
	return text[1 : len(text)-1] // without brackets
}

// likeNumber are texts that one reader or another may take for a number.
var likeNumber = regexp.MustCompile(`^[a-f.+_-]*[0-9][0-9a-f.+_-]*$`)

// node is a value as YAML's encoder takes it.
func node(value any) *yaml.Node {
	n := &yaml.Node{}
	switch v := value.(type) {
	case map[string]any:
		n.Kind, n.Tag = yaml.MappingNode, "!!map"
		for _, name := range slices.Sorted(maps.Keys(v)) {
			n.Content = append(n.Content, node(name), node(v[name]))
		}
		return n
	case []any:
		n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
		for _, item := range v {
			n.Content = append(n.Content, node(item))
		}
		return n
	case string:
		n.SetString(v)
		if likeNumber.MatchString(v) {
			n.Style = yaml.DoubleQuotedStyle
		}
		return n
	}
	if err := n.Encode(value); err != nil {
		panic(err) // plain values
	}
	return n
}
