package stackconfig

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// alone changes what is at a path and nothing else: the aliases of all anchors
// on the way there are written out first.
func (d *document) alone(path []string, change func(*document, []string) error) error {
	var anchored []*yaml.Node
	for depth := range path {
		if at := d.find(path[:depth+1]); at.depth == depth && at.index >= 0 && at.value().Anchor != "" {
			anchored = append(anchored, at.value())
		}
	}
	for _, alias := range aliasesOf(anchored, d.root, nil) {
		value, _ := lookup(data(d.text), alias)
		if err := d.again(func() error { return d.replace(d.find(alias), value) }); err != nil {
			return err
		}
	}
	return change(d, path)
}

// aliasesOf are the paths of the aliases of nodes below an object.
func aliasesOf(nodes []*yaml.Node, object *yaml.Node, at []string) (paths [][]string) {
	for i := 0; i+1 < len(object.Content) && object.Kind == yaml.MappingNode; i += 2 {
		key, value := object.Content[i].Value, object.Content[i+1]
		path := append(slices.Clone(at), key)
		if value.Kind == yaml.AliasNode && slices.Contains(nodes, value.Alias) && key != "<<" {
			paths = append(paths, path)
		}
		paths = append(paths, aliasesOf(nodes, value, path)...)
	}
	return paths
}
