package stackconfig

import (
	"maps"
	"reflect"

	"gopkg.in/yaml.v3"
)

// data is what a text says, nil where it isn't YAML.
func data(text string) any {
	var all any
	if err := yaml.Unmarshal([]byte(text), &all); err != nil {
		return nil
	}
	return all
}

// generic is a value as data has it.
func generic(value any) (any, error) {
	text, err := yaml.Marshal(value)
	if err != nil {
		return nil, err
	}
	return data(string(text)), nil
}

// lookup is the value at a path.
func lookup(all any, path []string) (any, bool) {
	for _, name := range path {
		object, ok := all.(map[string]any)
		if !ok {
			return nil, false
		}
		if all, ok = object[name]; !ok {
			return nil, false
		}
	}
	return all, true
}

// with is a copy of all with a value at a path.
func with(all any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	object, _ := all.(map[string]any)
	copied := maps.Clone(object)
	if copied == nil {
		copied = map[string]any{}
	}
	copied[path[0]] = with(object[path[0]], path[1:], value)
	return copied
}

// without is a copy of all with nothing at a path, which is there.
func without(all any, path []string) any {
	copied := maps.Clone(all.(map[string]any))
	if len(path) == 1 {
		delete(copied, path[0])
	} else {
		copied[path[0]] = without(copied[path[0]], path[1:])
	}
	return copied
}

// equal reports whether two values say the same.
func equal(a, b any) bool { return reflect.DeepEqual(a, b) }
