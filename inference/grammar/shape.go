package grammar

import "slices"

// types are kinds of values. A number that is not whole is a kind of its own,
// so that types intersect as sets.
type types uint8

const (
	typeNull types = 1 << iota
	typeBoolean
	typeInteger
	typeFraction
	typeString
	typeArray
	typeObject

	typeNumber = typeInteger | typeFraction
	allTypes   = 1<<7 - 1
)

var typeNames = map[string]types{"null": typeNull, "boolean": typeBoolean, "integer": typeInteger, "number": typeNumber,
	"string": typeString, "array": typeArray, "object": typeObject}

// typeOf is a value's one type.
func typeOf(v *value) types {
	switch v.kind {
	case 'n':
		return typeNull
	case 't', 'f':
		return typeBoolean
	case '"':
		return typeString
	case '[':
		return typeArray
	case '{':
		return typeObject
	}
	if d, err := parseDecimal(v.text); err == nil && d.isInteger() {
		return typeInteger
	}
	return typeFraction
}

func typesOf(values []*value) (all types) {
	for _, v := range values {
		all |= typeOf(v)
	}
	return all
}

// shape is what several schemas together say of a value, with one alternative
// chosen of each anyOf.
type shape struct {
	path  string // of the first schema
	types types
	typed bool // a schema names types
	// spoken are the types that keywords speak of.
	spoken types
	// never: one of the schemas is false. refers: one leads back to itself.
	never, refers bool

	enum   []*value // what is left of the enums, if there are any
	isEnum bool

	number numberSpec

	texts     []*runeDFA // of patterns and formats
	textRules bool
	minLength int
	maxLength int // -1 for no limit

	objects                      []objectPart
	required                     []*value
	shown                        []*value // required where they are properties at all
	nameRules                    []*value // propertyNames
	minProperties, maxProperties int      // -1 for no limit

	arrays             []arrayPart
	minItems, maxItems int // -1 for no limit
	unique             bool

	seen []*value
}

// objectPart is what one schema says of properties.
type objectPart struct {
	properties []member
	patterns   []patternPart
	additional *value // nil if it says nothing
}

// patternPart is one of the patternProperties.
type patternPart struct {
	// names match, others than perhaps don't. Either may be nil.
	names, perhaps *runeDFA
	schema         *value
}

func (p *patternPart) matches(name string) bool { return p.names != nil && p.names.matches(name) }

func (p *patternPart) mayMatch(name string) bool { return p.perhaps != nil && p.perhaps.matches(name) }

type arrayPart struct {
	first []*value
	items *value // nil if it says nothing
	tuple bool   // it has prefixItems
}

func newShape(path string) *shape {
	return &shape{path: path, types: allTypes, maxLength: -1, maxProperties: -1, maxItems: -1}
}

// clone returns a copy that can be narrowed by itself.
func (s *shape) clone() *shape {
	c := *s
	c.enum = slices.Clip(c.enum)
	c.number.multiples = slices.Clip(c.number.multiples)
	c.texts = slices.Clip(c.texts)
	c.objects = slices.Clip(c.objects)
	c.required = slices.Clip(c.required)
	c.shown = slices.Clip(c.shown)
	c.nameRules = slices.Clip(c.nameRules)
	c.arrays = slices.Clip(c.arrays)
	c.seen = slices.Clip(c.seen)
	return &c
}

// allowed are the types that documents have. A schema without a type speaks of
// the types that its keywords are for: others would meet it as well, but are
// hardly what is meant.
func (s *shape) allowed() types {
	t := s.types
	if !s.typed && !s.isEnum && s.spoken != 0 {
		t &= s.spoken
	}
	return t
}

// restrict keeps the values of an enum that another one has as well.
func (s *shape) restrict(values []*value) {
	if !s.isEnum {
		s.enum, s.isEnum = values, true
		return
	}
	keys := map[string]bool{}
	for _, v := range values {
		keys[v.key()] = true
	}
	var left []*value
	for _, v := range s.enum {
		if keys[v.key()] {
			left = append(left, v)
		}
	}
	s.enum = left
}

func tighter(a, b int) int {
	if a < 0 {
		return b
	}
	return min(a, b)
}
