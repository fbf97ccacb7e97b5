package grammar

import (
	"net/url"
	"slices"
	"strings"
)

// addresses are where references of a schema may lead, by address.
type addresses struct {
	id    string              // the keyword, which draft-04 writes without $
	base  map[*value]*url.URL // of each schema
	named map[string]*value   // schemas with an $id, and anchors
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
func findAddresses(root *value) *addresses {
	a := &addresses{id: "$id", base: map[*value]*url.URL{}, named: map[string]*value{}}
	if draft(root) == "draft-04" {
		a.id = "id"
	}
	a.visit(root, &url.URL{})
	return a
}

func (a *addresses) visit(schema *value, base *url.URL) {
	if id := schema.member(a.id); id != nil && id.kind == '"' {
		own, err := base.Parse(id.text)
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
	a.base[schema] = base
	if anchor := schema.member("$anchor"); anchor != nil && anchor.kind == '"' {
		if own, err := base.Parse("#" + anchor.text); err == nil {
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
func (a *addresses) find(in, root *value, ref string) (*value, error) {
	base := a.base[in]
	if base == nil {
		base = a.base[root]
	}
	to, err := base.Parse(ref)
	if err != nil {
		return nil, err
	}
	if v := a.named[to.String()]; v != nil {
		return v, nil
	}
	pointer := to.Fragment
	to.Fragment, to.RawFragment = "", ""
	resource := a.named[to.String()]
	if resource == nil && (to.String() == "" || to.String() == a.base[root].String()) {
		resource = root
	}
	if resource == nil {
		return nil, nil
	}
	return resource.find(pointer), nil
}

func readRef(c *compiler, _ *shape, k *keywordAt) error {
	if k.value.kind != '"' {
		return k.refuse("it has to be a string, as #/$defs/name")
	}
	if c.addresses == nil {
		c.addresses = findAddresses(c.root)
	}
	target, err := c.addresses.find(k.schema, c.root, k.value.text)
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

// draft is the one of olderDrafts that the schema is of, or "".
func draft(root *value) string {
	if of := root.member("$schema"); of != nil {
		if i := slices.IndexFunc(olderDrafts, func(d string) bool { return strings.Contains(of.text, d) }); i >= 0 {
			return olderDrafts[i]
		}
	}
	return ""
}
