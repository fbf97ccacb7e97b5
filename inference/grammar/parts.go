package grammar

import "slices"

// readObject reads properties, patternProperties and additionalProperties
// together, because what the last says depends on the others.
func readObject(c *compiler, s *shape, k *keywordAt) error {
	s.spoken |= typeObject
	if k.name != "additionalProperties" && k.value.kind != '{' {
		return k.refuse("it has to be an object with a schema for each name")
	}
	together := []string{"properties", "patternProperties", "additionalProperties"}
	for _, m := range k.schema.members {
		if m.name == k.name {
			break
		}
		if slices.Contains(together, m.name) {
			return nil // read with that one
		}
	}
	part := objectPart{additional: k.schema.member("additionalProperties")}
	if v := k.schema.member("properties"); v != nil {
		part.properties = v.members
	}
	if v := k.schema.member("patternProperties"); v != nil {
		k := keywordAt{schema: k.schema, name: "patternProperties", value: v}
		for _, m := range v.members {
			names, err := c.pattern(m.name, false)
			var perhaps *runeDFA
			if err == nil {
				perhaps, err = c.pattern(m.name, true)
			}
			if err != nil {
				return k.refuse("%.100q: %v", m.name, err)
			}
			part.patterns = append(part.patterns, patternPart{names, perhaps, m.value})
		}
	}
	s.objects = append(s.objects, part)
	return nil
}

func readRequired(_ *compiler, s *shape, k *keywordAt) error {
	if k.value.kind != '[' || slices.ContainsFunc(k.value.items, func(v *value) bool { return v.kind != '"' }) {
		return k.refuse("it has to be a list of names, next to properties")
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

// readArray reads items and prefixItems together. The list of schemas that
// prefixItems has was the value of items until 2019-09, with additionalItems for
// those behind them.
func readArray(c *compiler, s *shape, k *keywordAt) error {
	s.spoken |= typeArray
	prefix, items := k.schema.member("prefixItems"), k.schema.member("items")
	switch {
	case k.name == "prefixItems" && k.value.kind != '[':
		return k.refuse("it has to be a list of schemas")
	case prefix != nil && c.draft != "":
		return k.refuse("%s has no prefixItems: leave $schema out, or make items the list", c.draft)
	case prefix != nil && c.tuples == "items", items != nil && items.kind == '[' && (prefix != nil || c.tuples == "prefixItems"):
		return k.refuse("no draft has both prefixItems and lists of items, but the schema does: use only prefixItems")
	case k.name == "items" && prefix != nil:
		return nil // read with the other
	case k.name == "items" && items.kind == '[':
		c.tuples = "items"
		prefix, items = items, k.schema.member("additionalItems")
	case prefix != nil:
		c.tuples = "prefixItems"
	}
	part := arrayPart{items: items, tuple: prefix != nil}
	if prefix != nil {
		part.first = prefix.items
	}
	s.arrays = append(s.arrays, part)
	return nil
}

// readAdditionalItems has nothing to do: it says nothing but beside a list of
// items, and is read with that.
func readAdditionalItems(_ *compiler, s *shape, _ *keywordAt) error {
	s.spoken |= typeArray
	return nil
}

func readUniqueItems(_ *compiler, s *shape, k *keywordAt) error {
	s.spoken |= typeArray
	switch k.value.kind {
	case 'f':
		return nil
	case 't':
		s.unique = true
		return nil
	}
	return k.refuse("it has to be true or false")
}
