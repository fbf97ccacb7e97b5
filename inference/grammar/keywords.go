package grammar

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

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
	chain        *link
}

// link is the chain of schemas that led to one.
type link struct {
	schema *value
	before *link
}

func (l *link) has(v *value) bool {
	for ; l != nil; l = l.before {
		if l.schema == v {
			return true
		}
	}
	return false
}

func (k *keywordAt) refuse(format string, args ...any) error {
	return &SchemaError{k.schema.path, k.name, k.value.String(), fmt.Sprintf(format, args...)}
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
		"items": readArray, "prefixItems": readArray, "minItems": readMinItems, "maxItems": readMaxItems,
		"uniqueItems": readUniqueItems, "$id": readID, "nullable": readNullable,
	}
	for _, name := range []string{"title", "description", "default", "examples", "example", "$schema", "$comment", "deprecated",
		"readOnly", "writeOnly", "$defs", "definitions", "discriminator"} {
		keywords[name] = func(*compiler, *shape, *keywordAt) error { return nil }
	}
}

// remedies say what to do without the best-known keywords that aren't
// supported.
var remedies = map[string]string{
	"not":                   "say what is allowed, with enum, anyOf or pattern",
	"if":                    "write the cases as anyOf",
	"then":                  "write the cases as anyOf",
	"else":                  "write the cases as anyOf",
	"dependentRequired":     "write the cases as anyOf",
	"dependentSchemas":      "write the cases as anyOf",
	"dependencies":          "write the cases as anyOf",
	"patternProperties":     "take properties, or additionalProperties with propertyNames",
	"unevaluatedProperties": "take additionalProperties",
	"unevaluatedItems":      "take items",
	"additionalItems":       "take prefixItems with items",
	"contains":              "put the item first, with prefixItems",
	"minContains":           "put the items first, with prefixItems",
	"maxContains":           "take maxItems",
	"$dynamicRef":           "take $ref",
	"$recursiveRef":         "take $ref",
	"$anchor":               "take a $ref to #/$defs/…",
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

func readEnum(_ *compiler, s *shape, k *keywordAt) error {
	if k.value.kind != '[' || len(k.value.items) == 0 {
		return k.refuse("it has to be a list of at least one value")
	}
	s.restrict(k.value.items)
	return nil
}

func readConst(_ *compiler, s *shape, k *keywordAt) error {
	s.restrict([]*value{k.value})
	return nil
}

func readRef(c *compiler, _ *shape, k *keywordAt) error {
	pointer, ok := strings.CutPrefix(k.value.text, "#")
	if k.value.kind != '"' || !ok {
		return k.refuse("a reference has to lie within the schema: write it as #/$defs/name")
	}
	to, err := unescapeFragment(pointer)
	if err != nil {
		return k.refuse("it is not a JSON pointer: write it as #/$defs/name")
	}
	target := c.root.find(to)
	if target == nil {
		return k.refuse("there is nothing at this place of the schema")
	}
	k.more = append(k.more, pending{schema: target, chain: k.chain})
	return nil
}

// unescapeFragment decodes %XX.
func unescapeFragment(s string) (string, error) {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			if i+3 > len(s) {
				return "", strconv.ErrSyntax
			}
			n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
			if err != nil {
				return "", err
			}
			s = s[:i] + string([]byte{byte(n)}) + s[i+3:]
		}
	}
	return s, nil
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
	if err := c.checkDisjoint(k, all); err != nil {
		return err
	}
	k.more = append(k.more, pending{alternatives: all, chain: k.chain})
	return nil
}

func readNullable(_ *compiler, _ *shape, k *keywordAt) error {
	if k.value.kind == 'f' {
		return nil
	}
	return k.refuse(`it is no keyword of JSON Schema: add "null" to type`)
}

func readID(c *compiler, _ *shape, k *keywordAt) error {
	if k.schema == c.root {
		return nil
	}
	return k.refuse("it is supported at the top of a schema only: leave it out")
}

func readBound(k *keywordAt) (*bound, error) {
	if k.value.kind == 't' || k.value.kind == 'f' {
		return nil, k.refuse("it has to be a number: write the limit itself here, without minimum or maximum beside it")
	}
	if k.value.kind != '0' {
		return nil, k.refuse("it has to be a number")
	}
	d, err := parseDecimal(k.value.text)
	if err != nil {
		return nil, k.refuse("%v: take a number with fewer digits", err)
	}
	return &bound{d, strings.HasPrefix(k.name, "exclusive")}, nil
}

func readMinimum(_ *compiler, s *shape, k *keywordAt) error {
	b, err := readBound(k)
	if err == nil {
		s.number.atLeast(*b)
		s.spoken |= typeNumber
	}
	return err
}

func readMaximum(_ *compiler, s *shape, k *keywordAt) error {
	b, err := readBound(k)
	if err == nil {
		s.number.atMost(*b)
		s.spoken |= typeNumber
	}
	return err
}

func readMultipleOf(_ *compiler, s *shape, k *keywordAt) error {
	s.spoken |= typeNumber
	if k.value.kind == '0' {
		d, err := parseDecimal(k.value.text)
		_, power := fractionDigits(d)
		n, convErr := strconv.Atoi(d.whole)
		if err == nil && (power || d.isInteger() && !d.negative && convErr == nil && n >= 1 && n <= maxMultiple) {
			s.number.multiples = append(s.number.multiples, d)
			return nil
		}
	}
	return k.refuse("it can be a whole number from 1 to %d, or 0.1, 0.01 and so on", maxMultiple)
}

// readCount reads a number of characters, items or properties.
func readCount(k *keywordAt) (int, error) {
	d, err := parseDecimal(k.value.text)
	if k.value.kind != '0' || err != nil || d.negative || !d.isInteger() {
		return 0, k.refuse("it has to be a whole number from 0 on")
	}
	n, err := strconv.Atoi(d.whole)
	if err != nil || n > math.MaxInt32/2 {
		n = math.MaxInt32 / 2 // more than any text has
	}
	if n > maxCount && strings.HasPrefix(k.name, "min") {
		return 0, k.refuse("it can be up to %d", maxCount)
	}
	return n, nil
}

const maxCount = 1_000_000

func counting(t types, apply func(s *shape, n int)) keyword {
	return func(_ *compiler, s *shape, k *keywordAt) error {
		n, err := readCount(k)
		if err != nil {
			return err
		}
		s.spoken |= t
		apply(s, n)
		return nil
	}
}

var (
	readMinLength = counting(typeString, func(s *shape, n int) {
		s.minLength, s.textRules = max(s.minLength, n), true
	})
	readMaxLength = counting(typeString, func(s *shape, n int) {
		s.maxLength, s.textRules = tighter(s.maxLength, n), true
	})
	readMinItems      = counting(typeArray, func(s *shape, n int) { s.minItems = max(s.minItems, n) })
	readMaxItems      = counting(typeArray, func(s *shape, n int) { s.maxItems = tighter(s.maxItems, n) })
	readMinProperties = counting(typeObject, func(s *shape, n int) { s.minProperties = max(s.minProperties, n) })
	readMaxProperties = counting(typeObject, func(s *shape, n int) { s.maxProperties = tighter(s.maxProperties, n) })
)

func readPattern(c *compiler, s *shape, k *keywordAt) error {
	if k.value.kind != '"' {
		return k.refuse("it has to be a string")
	}
	d, err := c.pattern(k.value.text)
	if err != nil {
		return k.refuse("%v", err)
	}
	if d == nil {
		return k.refuse("no string matches it: correct it or leave it out")
	}
	s.texts = append(s.texts, d)
	s.spoken |= typeString
	s.textRules = true
	return nil
}

func readFormat(_ *compiler, s *shape, k *keywordAt) error {
	if _, ok := formatPatterns[k.value.text]; k.value.kind != '"' || !ok {
		return k.refuse("supported are %s: take one of these, or a pattern", formatNames())
	}
	d, err := compileFormat(k.value.text)
	if err != nil {
		return k.refuse("%v", err)
	}
	s.texts = append(s.texts, d)
	s.spoken |= typeString
	s.textRules = true
	return nil
}

// readObject reads properties and additionalProperties together, for what the
// second says depends on the first.
func readObject(_ *compiler, s *shape, k *keywordAt) error {
	s.spoken |= typeObject
	properties, additional := k.schema.member("properties"), k.schema.member("additionalProperties")
	if k.name == "properties" && k.value.kind != '{' {
		return k.refuse("it has to be an object with a schema for each name")
	}
	if properties != nil && additional != nil && k.name == "additionalProperties" {
		return nil // read with the other
	}
	part := objectPart{additional: additional}
	if properties != nil {
		part.properties = properties.members
	}
	s.objects = append(s.objects, part)
	return nil
}

func readRequired(_ *compiler, s *shape, k *keywordAt) error {
	if k.value.kind != '[' || slices.ContainsFunc(k.value.items, func(v *value) bool { return v.kind != '"' }) {
		return k.refuse("it has to be a list of names, beside properties")
	}
	s.spoken |= typeObject
	s.required = append(s.required, k.value.items...)
	return nil
}

func readPropertyNames(_ *compiler, s *shape, k *keywordAt) error {
	s.spoken |= typeObject
	s.nameRules = append(s.nameRules, k.value)
	return nil
}

func readArray(_ *compiler, s *shape, k *keywordAt) error {
	s.spoken |= typeArray
	prefix, items := k.schema.member("prefixItems"), k.schema.member("items")
	switch {
	case k.name == "items" && k.value.kind == '[':
		return k.refuse("a list is what older drafts had: call it prefixItems")
	case k.name == "prefixItems" && k.value.kind != '[':
		return k.refuse("it has to be a list of schemas")
	case k.name == "items" && prefix != nil:
		return nil // read with the other
	}
	part := arrayPart{items: items, tuple: prefix != nil}
	if prefix != nil {
		part.first = prefix.items
	}
	s.arrays = append(s.arrays, part)
	return nil
}

func readUniqueItems(_ *compiler, s *shape, k *keywordAt) error {
	s.spoken |= typeArray
	switch k.value.kind {
	case 'f':
		return nil
	case 't':
		return k.refuse("that items differ is not supported: leave it out, and say it in the description")
	}
	return k.refuse("it has to be true or false")
}
