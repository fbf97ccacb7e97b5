package grammar

import "fmt"

// keyword narrows a shape by one keyword's value. It may add schemas and
// choices that narrow it further.
type keyword func(c *compiler, s *shape, k *keywordAt) error

// keywordAt is a keyword in its place.
type keywordAt struct {
	schema *value
	name   string
	value  *value
	chain  *link
	// more is what else has to be met.
	more []pending
}

// pending is a schema to be met, or, if alternatives is set, one of several.
type pending struct {
	schema       *value
	alternatives []*value
	shown        []*value // names of the properties that show which it is
	chain        *link
}

// link is a list of schemas, as of those that led to one.
type link struct {
	schema *value
	before *link
}

func (k *keywordAt) refuse(format string, args ...any) error {
	return &SchemaError{k.schema.path(), k.name, k.value.String(), fmt.Sprintf(format, args...)}
}

var keywords map[string]keyword

func init() { // it refers to itself
	keywords = map[string]keyword{
		"type": readType, "enum": readEnum, "const": readConst,
		"$ref": readRef, "allOf": readAllOf, "anyOf": readAnyOf, "oneOf": readOneOf,
		"minimum": readMinimum, "maximum": readMaximum, "exclusiveMinimum": readMinimum, "exclusiveMaximum": readMaximum,
		"multipleOf": readMultipleOf,
		"minLength":  readMinLength, "maxLength": readMaxLength, "pattern": readPattern, "format": readFormat,
		"properties": readObject, "additionalProperties": readObject, "required": readRequired,
		"propertyNames": readPropertyNames, "minProperties": readMinProperties, "maxProperties": readMaxProperties,
		"patternProperties": readObject,
		"items":             readArray, "prefixItems": readArray, "additionalItems": readAdditionalItems, "minItems": readMinItems, "maxItems": readMaxItems,
		"uniqueItems": readUniqueItems, "not": readNot, "nullable": readNullable,
	}
	for _, name := range []string{"title", "description", "default", "examples", "example", "$schema", "$comment", "deprecated",
		"readOnly", "writeOnly", "$defs", "definitions", "discriminator", "$id", "id", "$anchor", "contentEncoding", "contentMediaType",
		"contentSchema", "externalDocs", "errorMessage", "markdownDescription"} {
		keywords[name] = func(*compiler, *shape, *keywordAt) error { return nil }
	}
}

// remedies say what to do without the best-known keywords that aren't
// supported.
var remedies = map[string]string{
	"if":                    "write the cases as anyOf",
	"then":                  "write the cases as anyOf",
	"else":                  "write the cases as anyOf",
	"dependentRequired":     "write the cases as anyOf",
	"dependentSchemas":      "write the cases as anyOf",
	"dependencies":          "write the cases as anyOf",
	"unevaluatedProperties": "take additionalProperties",
	"unevaluatedItems":      "take items",
	"contains":              "put the item first, with prefixItems",
	"minContains":           "put the items first, with prefixItems",
	"maxContains":           "take maxItems",
	"$dynamicRef":           "take $ref",
	"$recursiveRef":         "take $ref",
	"$dynamicAnchor":        "take a $ref to #/$defs/…",
}

func readType(_ *compiler, s *shape, k *keywordAt) error {
	names := []*value{k.value}
	if k.value.kind == '[' {
		names = k.value.items
	}
	var all types
	for _, name := range names {
		t, ok := typeNames[name.text]
		if name.kind != '"' || !ok {
			return k.refuse("it can be string, number, integer, boolean, null, object, array or a list of these")
		}
		all |= t
	}
	if all == 0 {
		return k.refuse("it names no type: name at least one")
	}
	s.types &= all
	s.typed = true
	return nil
}

func readEnum(c *compiler, s *shape, k *keywordAt) error {
	if k.value.kind != '[' || len(k.value.items) == 0 {
		return k.refuse("it has to be a list of at least one value")
	}
	c.restrict(s, k.value.items)
	return nil
}

func readConst(c *compiler, s *shape, k *keywordAt) error {
	c.restrict(s, []*value{k.value})
	return nil
}

func schemas(k *keywordAt) ([]*value, error) {
	if k.value.kind != '[' || len(k.value.items) == 0 {
		return nil, k.refuse("it has to be a list of at least one schema")
	}
	return k.value.items, nil
}

func readAllOf(_ *compiler, _ *shape, k *keywordAt) error {
	all, err := schemas(k)
	for _, v := range all {
		k.more = append(k.more, pending{schema: v, chain: k.chain})
	}
	return err
}

func readAnyOf(_ *compiler, _ *shape, k *keywordAt) error {
	all, err := schemas(k)
	k.more = append(k.more, pending{alternatives: all, chain: k.chain})
	return err
}

func readOneOf(c *compiler, _ *shape, k *keywordAt) error {
	all, err := schemas(k)
	if err != nil {
		return err
	}
	names, err := c.distinguish(k, all)
	if err != nil {
		return err
	}
	k.more = append(k.more, pending{alternatives: all, shown: names, chain: k.chain})
	return nil
}

func readNullable(_ *compiler, _ *shape, k *keywordAt) error {
	if k.value.kind == 'f' {
		return nil
	}
	return k.refuse(`it is no keyword of JSON Schema: add "null" to type`)
}

// readNot takes what is no more than another way to write false and true.
func readNot(_ *compiler, s *shape, k *keywordAt) error {
	switch {
	case k.value.kind == 't', k.value.kind == '{' && len(k.value.members) == 0:
		s.never = true
	case k.value.kind != 'f':
		return k.refuse("it is only supported as {}: say what is allowed, with enum, anyOf or pattern")
	}
	return nil
}
