package armcheck

import "regexp"

// strict rewrites a schema document of draft 4 in place so that it refuses
// properties that it doesn't name.
//
// As published, most objects allow any property, and the base of a
// discriminated type refuses the properties of its own variants. So the
// document is moved to the draft 2020-12, whose unevaluatedProperties looks
// through allOf, oneOf and $ref: definitions stay open, and each place where
// one is used closes it.
func strict(root map[string]any, id string) {
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$id"] = id
	delete(root, "id")
	for _, group := range []string{
		"definitions", "resourceDefinitions", "extension_resourceDefinitions", "subscription_resourceDefinitions",
		"managementGroup_resourceDefinitions", "tenant_resourceDefinitions", "unknown_resourceDefinitions",
	} {
		definitions, _ := root[group].(map[string]any)
		for _, definition := range definitions {
			if schema, ok := definition.(map[string]any); ok {
				rewrite(schema, true, root)
				if group != "definitions" {
					schema["unevaluatedProperties"] = false
				}
			}
		}
	}
}

// rewrite closes a schema unless open says that something around it does, and
// goes on with what is inside.
func rewrite(schema map[string]any, open bool, root map[string]any) {
	named, _ := schema["properties"].(map[string]any)
	_, combined := schema["allOf"]
	if schema["additionalProperties"] == false {
		delete(schema, "additionalProperties")
	}
	if pattern, ok := schema["pattern"].(string); ok {
		// Some patterns of names look ahead, which Go's regexp doesn't.
		if _, err := regexp.Compile(pattern); err != nil {
			delete(schema, "pattern")
		}
	}
	variants, _ := schema["oneOf"].([]any)
	isObject := len(named) > 0 || combined || hasInlineObject(variants)
	if isObject {
		// Published beside named properties it means "any object", which
		// would let misspelled ones through.
		delete(schema, "additionalProperties")
	}
	reference, isReference := schema["$ref"].(string)
	if !open && (isObject || isReference && describesObject(reference, root)) {
		schema["unevaluatedProperties"] = false
	}

	for _, property := range named {
		rewriteAny(property, false, root)
	}
	rewriteAny(schema["items"], false, root)
	rewriteAny(schema["additionalProperties"], false, root)
	for _, part := range list(schema["allOf"]) {
		rewriteAny(part, true, root)
	}
	for _, keyword := range []string{"oneOf", "anyOf"} {
		for _, part := range list(schema[keyword]) {
			rewriteAny(part, open && !onlyReferences(list(schema[keyword])) || isObject, root)
		}
	}
}

func rewriteAny(schema any, open bool, root map[string]any) {
	if m, ok := schema.(map[string]any); ok {
		rewrite(m, open, root)
	}
}

// describesObject says whether a $ref leads to an object with named
// properties; one without them takes anything.
func describesObject(reference string, root map[string]any) bool {
	const prefix = "#/definitions/"
	if len(reference) <= len(prefix) || reference[:len(prefix)] != prefix {
		return false
	}
	definition, _ := value(root, "definitions", reference[len(prefix):]).(map[string]any)
	named, _ := definition["properties"].(map[string]any)
	variants, _ := definition["oneOf"].([]any)
	_, combined := definition["allOf"]
	return len(named) > 0 || combined || hasInlineObject(variants)
}

func hasInlineObject(variants []any) bool {
	for _, variant := range variants {
		m, _ := variant.(map[string]any)
		named, _ := m["properties"].(map[string]any)
		_, combined := m["allOf"]
		if len(named) > 0 || combined {
			return true
		}
	}
	return false
}

func onlyReferences(parts []any) bool {
	for _, part := range parts {
		if m, _ := part.(map[string]any); m["$ref"] == nil {
			return false
		}
	}
	return true
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}
