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
	if d, err := v.asDecimal(); err == nil && d.isInteger() {
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
	at    *value // the first schema
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

	seen *link // the schemas that were read

	index properties // of objects, see compiler.propertiesOf
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

func newShape(at *value) *shape {
	return &shape{at: at, types: allTypes, maxLength: -1, maxProperties: -1, maxItems: -1}
}

// shapeBytes is what a shape takes without its lists.
const shapeBytes = 600

// clone returns a copy that can be narrowed by itself.
func (s *shape) clone() *shape {
	c := *s
	c.index = nil
	c.enum = slices.Clip(c.enum)
	c.number.multiples = slices.Clip(c.number.multiples)
	c.texts = slices.Clip(c.texts)
	c.objects = slices.Clip(c.objects)
	c.required = slices.Clip(c.required)
	c.shown = slices.Clip(c.shown)
	c.nameRules = slices.Clip(c.nameRules)
	c.arrays = slices.Clip(c.arrays)
	return &c
}

// listed is how many bytes its lists have.
func (s *shape) listed() int {
	return 8*(len(s.enum)+len(s.required)+len(s.shown)+len(s.nameRules)+len(s.texts)) +
		64*(len(s.objects)+len(s.arrays)+len(s.number.multiples))
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
func (c *compiler) restrict(s *shape, values []*value) {
	if !s.isEnum {
		s.enum, s.isEnum = values, true
		return
	}
	set := c.setOf(values)
	c.spend(comparing, 2*len(s.enum), 0)
	var left []*value
	for _, v := range s.enum {
		if set[c.equal(v)] {
			left = append(left, v)
		}
	}
	c.spend(comparing, 0, 16*len(left))
	s.enum = left
}

// setOf has the numbers of the values.
func (c *compiler) setOf(values []*value) map[int32]bool {
	c.spend(comparing, 5*len(values), 20*len(values))
	set := make(map[int32]bool, len(values))
	for _, v := range values {
		set[c.equal(v)] = true
	}
	return set
}

// equal is a number that equal values share.
func (c *compiler) equal(v *value) int32 {
	if v.equal == 0 {
		key := string(v.appendKey(nil))
		c.spend(comparing, 30, 4*len(key)+50)
		n, ok := c.equals[key]
		if !ok {
			n = int32(len(c.equals) + 1)
			c.equals[key] = n
		}
		v.equal = n
	}
	return v.equal
}

func tighter(a, b int) int {
	if a < 0 {
		return b
	}
	return min(a, b)
}
