package grammar

import "slices"

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
