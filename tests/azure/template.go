package azure

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

func checkTemplate(_ *Cloud, _ resourceID, body map[string]any, _ *Resource) *Error {
	p := properties(body)
	if mode := text(p, "mode"); mode != "Incremental" {
		return badRequest("properties.mode: %q; Complete would delete what the template leaves out", mode)
	}
	template := object(p, "template")
	if text(template, "$schema") == "" || text(template, "contentVersion") == "" {
		return badRequest("InvalidTemplate: $schema and contentVersion are required")
	}
	if _, ok := template["resources"].([]any); !ok {
		return badRequest("InvalidTemplate: resources is no list")
	}
	declared, given := object(template, "parameters"), object(p, "parameters")
	for name := range given {
		if declared[name] == nil {
			return badRequest("InvalidTemplate: parameter %q is not declared", name)
		}
	}
	for name, declaration := range declared {
		if _, ok := declaration.(map[string]any)["defaultValue"]; !ok && given[name] == nil {
			return badRequest("InvalidTemplate: parameter %q has no value", name)
		}
	}
	return nil
}

// completeTemplate drops the template, which a GET doesn't return.
func completeTemplate(_ *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	p := properties(body)
	p["templateHash"] = guid("template", id.full, text(body, "properties", "template", "contentVersion"))
	delete(p, "template")
	return nil
}

// runTemplate PUTs a template's resources in the order of their dependsOn. The
// template language is here as far as the program uses it: parameters() and
// variables() as whole values, and literals.
func (c *Cloud) runTemplate(id resourceID, body map[string]any) error {
	p := properties(clone(body))
	template := object(p, "template")
	values := map[string]any{}
	for name, declaration := range object(template, "parameters") {
		if d, ok := declaration.(map[string]any); ok {
			values["parameters."+name] = d["defaultValue"]
		}
	}
	for name, parameter := range object(p, "parameters") {
		if d, ok := parameter.(map[string]any); ok {
			values["parameters."+name] = d["value"]
		}
	}
	for name, value := range object(template, "variables") {
		values["variables."+name] = value
	}
	list, _ := template["resources"].([]any)
	for i, entry := range list {
		evaluated, err := evaluate(entry, values)
		if err != nil {
			return badRequest("InvalidTemplate: resources[%d]: %v", i, err)
		}
		declared, ok := evaluated.(map[string]any)
		if !ok {
			return badRequest("InvalidTemplate: resources[%d] is no object", i)
		}
		target, err := templateID(id, declared)
		if err != nil {
			return badRequest("InvalidTemplate: resources[%d]: %v", i, err)
		}
		version := text(declared, "apiVersion")
		for _, head := range []string{"name", "type", "apiVersion", "dependsOn", "condition", "scope", "comments"} {
			delete(declared, head)
		}
		if _, _, err := c.Put(target, version, declared); err != nil {
			return fmt.Errorf("DeploymentFailed: %s: %w", last(id.full), err)
		}
	}
	return nil
}

// templateID makes the id of a template's resource from its type and its name,
// which has a segment for every level of the type.
func templateID(deployment resourceID, declared map[string]any) (string, error) {
	typ, name := text(declared, "type"), text(declared, "name")
	namespace, rest, _ := strings.Cut(typ, "/")
	types, names := strings.Split(rest, "/"), strings.Split(name, "/")
	if rest == "" || len(types) != len(names) {
		return "", fmt.Errorf("type %q and name %q have not as many segments", typ, name)
	}
	if text(declared, "apiVersion") == "" {
		return "", fmt.Errorf("%s has no apiVersion", typ)
	}
	id := deployment.group + "/providers/" + namespace
	for i := range types {
		id += "/" + types[i] + "/" + names[i]
	}
	return id, nil
}

var reference = regexp.MustCompile(`^\[(parameters|variables)\('([^']+)'\)\]$`)

// evaluate replaces template expressions in a JSON value.
func evaluate(value any, values map[string]any) (any, error) {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, inner := range v {
			e, err := evaluate(inner, values)
			if err != nil {
				return nil, err
			}
			if e != nil {
				out[k] = e
			}
		}
		return out, nil
	case []any:
		out := make([]any, 0, len(v))
		for _, inner := range v {
			e, err := evaluate(inner, values)
			if err != nil {
				return nil, err
			}
			out = append(out, e)
		}
		return out, nil
	case string:
		if strings.HasPrefix(v, "[[") {
			return v[1:], nil // an escaped bracket
		}
		if !strings.HasPrefix(v, "[") {
			return v, nil
		}
		match := reference.FindStringSubmatch(v)
		if match == nil {
			return nil, fmt.Errorf("the expression %q is not known here; parameters() and variables() are", v)
		}
		e, ok := values[match[1]+"."+match[2]]
		if !ok {
			return nil, fmt.Errorf("%q names nothing", v)
		}
		copied, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		var out any
		err = json.Unmarshal(copied, &out)
		return out, err
	default:
		return v, nil
	}
}
