package grammar

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// addresses are where references of a schema may lead, by address.
type addresses struct {
	*compiler
	id    string              // the keyword, which draft-04 writes without $
	base  map[*value]*url.URL // of each schema
	size  map[*url.URL]int    // of bases, in bytes
	named map[string]*value   // schemas with an $id, and anchors
	found map[*value]*value   // by the schema that refers
}

// schemaHolders are the keywords whose values hold schemas: one, a list of them,
// or one for each name.
var schemaHolders = map[string]bool{ // true: by name
	"properties": true, "patternProperties": true, "$defs": true, "definitions": true, "dependentSchemas": true,
	"items": false, "prefixItems": false, "additionalItems": false, "additionalProperties": false, "propertyNames": false,
	"allOf": false, "anyOf": false, "oneOf": false, "not": false, "contains": false, "if": false, "then": false, "else": false,
}

// findAddresses looks for $id and $anchor. What isn't an address or a name of its
// own, and so can't be meant by a reference, is left out.
func (c *compiler) findAddresses() *addresses {
	a := &addresses{compiler: c, id: "$id", base: map[*value]*url.URL{}, size: map[*url.URL]int{}, named: map[string]*value{}, found: map[*value]*value{}}
	if c.draft == "draft-04" {
		a.id = "id"
	}
	a.visit(c.root, &url.URL{})
	return a
}

// parse reads an address that stands in a schema with that base.
func (a *addresses) parse(base *url.URL, address string) (*url.URL, error) {
	size := a.size[base] + len(address)
	a.spend(reading, 50, 500+5*size)
	to, err := base.Parse(address)
	if err == nil {
		a.size[to] = size
	}
	return to, err
}

func (a *addresses) visit(schema *value, base *url.URL) {
	if id := schema.member(a.id); id != nil && id.kind == '"' {
		own, err := a.parse(base, id.text)
		switch {
		case err != nil:
		case strings.HasPrefix(id.text, "#"): // how draft-07 writes an $anchor
			a.add(own.String(), schema)
		default:
			own.Fragment, own.RawFragment = "", ""
			base = own
			a.add(own.String(), schema)
		}
	}
	a.spend(reading, 30+2*len(schema.members), 80)
	a.base[schema] = base
	if anchor := schema.member("$anchor"); anchor != nil && anchor.kind == '"' {
		if own, err := a.parse(base, "#"+anchor.text); err == nil {
			a.add(own.String(), schema)
		}
	}
	for _, m := range schema.members {
		byName, holds := schemaHolders[m.name]
		switch {
		case !holds:
		case byName:
			for _, inner := range m.value.members {
				a.visit(inner.value, base)
			}
		case m.value.kind == '[':
			for _, inner := range m.value.items {
				a.visit(inner, base)
			}
		default:
			a.visit(m.value, base)
		}
	}
}

func (a *addresses) add(address string, schema *value) {
	if _, ok := a.named[address]; !ok {
		a.named[address] = schema
	}
}

// find returns what a reference in a schema leads to, nil for nothing.
func (a *addresses) find(in *value, ref string) (*value, error) {
	if v, ok := a.found[in]; ok {
		return v, nil
	}
	v, err := a.search(in, ref)
	if err == nil {
		a.found[in] = v
	}
	return v, err
}

func (a *addresses) search(in *value, ref string) (*value, error) {
	base := a.base[in]
	if base == nil {
		base = a.base[a.root]
	}
	to, err := a.parse(base, ref)
	if err != nil {
		return nil, err
	}
	if v := a.named[to.String()]; v != nil {
		return v, nil
	}
	pointer := to.Fragment
	to.Fragment, to.RawFragment = "", ""
	resource := a.named[to.String()]
	if resource == nil && (to.String() == "" || to.String() == a.base[a.root].String()) {
		resource = a.root
	}
	if resource == nil {
		return nil, nil
	}
	return a.follow(resource, pointer), nil
}

// follow follows a JSON pointer, without its #. It returns nil if nothing is there.
func (a *addresses) follow(v *value, pointer string) *value {
	if pointer == "" {
		return v
	}
	if pointer[0] != '/' {
		return nil
	}
	a.spend(reading, 0, 20*len(pointer))
	for _, part := range strings.Split(pointer[1:], "/") {
		part = pointerUnescape.Replace(part)
		switch v.kind {
		case '{':
			v = a.byName(v.members)[part]
		case '[':
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(v.items) {
				return nil
			}
			v = v.items[i]
		default:
			return nil
		}
		if v == nil {
			return nil
		}
	}
	return v
}

func readRef(c *compiler, _ *shape, k *keywordAt) error {
	if k.value.kind != '"' {
		return k.refuse("it has to be a string, such as #/$defs/name")
	}
	if c.addresses == nil {
		c.addresses = c.findAddresses()
	}
	target, err := c.addresses.find(k.schema, k.value.text)
	switch {
	case err != nil:
		return k.refuse("it is no reference: write it as #/$defs/name")
	case target == nil && strings.HasPrefix(k.value.text, "#"):
		return k.refuse("there is nothing at this place of the schema")
	case target == nil:
		return k.refuse("a reference has to lie within the schema: write it as #/$defs/name")
	}
	k.more = append(k.more, pending{schema: target, chain: k.chain})
	return nil
}

// olderDrafts lack prefixItems, whose part their items has.
var olderDrafts = []string{"draft-04", "draft-06", "draft-07", "2019-09"}

// draftOf is the one of olderDrafts that the schema is of, or "".
func draftOf(root *value) string {
	if of := root.member("$schema"); of != nil {
		if i := slices.IndexFunc(olderDrafts, func(d string) bool { return strings.Contains(of.text, d) }); i >= 0 {
			return olderDrafts[i]
		}
	}
	return ""
}
