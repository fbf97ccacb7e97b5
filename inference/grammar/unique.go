package grammar

import "slices"

const (
	maxUnique = 1_000   // items of an array in which they differ
	maxSeen   = 500_000 // values in what is kept
)

// seen is what an array has whose items differ: before, and value. Or, within
// such an item, which of the array's items begin as it does.
//
// Values are JSON as it is written without needless escapes.
type seen struct {
	before *seen
	value  string
	count  int  // of the array's items
	late   bool // value is that of the last scalar, which differs from all before

	among []string
	read  int // bytes that they have in common with the item
}

// nothing is what an empty array has.
var nothing = &seen{}

// items keeps the seens, of which there is one of each kind until they are
// forgotten. Values that begin as no other does are late: the states don't tell
// them apart until it matters, then the text does.
type items struct {
	kept   map[seenKey]*seen
	weight int // of what is kept
	scalar scalar
	ahead  []byte // behind scalar, in a walk
	byText bool   // the step depends on the text
}

type seenKey struct {
	of   *seen
	text string
	kind seenKind
}

type seenKind uint8

const (
	whole seenKind = iota
	begun
	late
)

func (m *items) forget() { m.kept, m.weight = map[seenKey]*seen{}, 0 }

// keep returns the one that is kept by the key, which make makes.
func (m *items) keep(key seenKey, make func() *seen) *seen {
	s, ok := m.kept[key]
	if !ok {
		s = make()
		m.kept[key] = s
		m.weight += 1 + len(s.among)
	}
	return s
}

// with returns what an array has with an item that was read up to at, but for
// its bytes rest. It reports false if it was there already.
func (m *items) with(s, at *seen, rest []byte) (*seen, bool) {
	if at == nil {
		return m.keep(seenKey{s, "", late}, func() *seen { return &seen{before: s, count: s.count + 1, late: true} }), true
	}
	if at.has(string(rest)) {
		return nil, false
	}
	return m.add(s, at.among[0][:at.read]+string(rest)), true
}

func (m *items) add(s *seen, value string) *seen {
	return m.keep(seenKey{s, value, whole}, func() *seen { return &seen{before: s, value: value, count: s.count + 1} })
}

// settled is s with its value.
func (m *items) settled(s *seen) *seen {
	if !s.late {
		return s
	}
	m.byText = true
	text := scalar{append([]byte(nil), m.scalar.text...), m.scalar.over}
	for _, b := range m.ahead {
		text.read(b)
	}
	return m.add(s.before, valueOf(text.text))
}

// firstOf is where an item begins, nil in an array without any.
func (m *items) firstOf(s *seen) *seen {
	if s.count == 0 {
		return nil
	}
	s = m.settled(s)
	return m.keep(seenKey{s, "", begun}, func() *seen {
		first := &seen{before: s, among: make([]string, 0, s.count)}
		for at := s; at.count > 0; at = at.before {
			first.among = append(first.among, at.value)
		}
		return first
	})
}

// advance is where the item is behind a byte, nil if no other begins so.
func (m *items) advance(s *seen, b byte) *seen {
	if s == nil {
		return nil
	}
	goesOn := func(v string) bool { return len(v) > s.read && v[s.read] == b }
	i := slices.IndexFunc(s.among, goesOn)
	if i < 0 {
		return nil
	}
	return m.keep(seenKey{s.before, s.among[i][:s.read+1], begun}, func() *seen {
		next := &seen{before: s.before, read: s.read + 1}
		for _, v := range s.among[i:] {
			if goesOn(v) {
				next.among = append(next.among, v)
			}
		}
		return next
	})
}

// advanceRune is where a string is behind a character.
func (m *items) advanceRune(s *seen, c rune) *seen {
	quoted := appendQuoted(make([]byte, 0, 8), string(c))
	for _, b := range quoted[1 : len(quoted)-1] {
		s = m.advance(s, b)
	}
	return s
}

// has reports whether one of the items is over here, with what is to be added.
func (s *seen) has(rest string) bool {
	for _, v := range s.among {
		if v[s.read:] == rest {
			return true
		}
	}
	return false
}

// settle is the state with the values of its arrays, when a token is over.
func (m *machine) settle(s *state) *state {
	isLate := func(t *stack) bool { return t.seen != nil && t.seen.late }
	if !slices.ContainsFunc(s.stacks, isLate) {
		return s
	}
	m.out = m.out[:0]
	for _, t := range s.stacks {
		if isLate(t) {
			f := t.frame
			f.seen = m.settled(f.seen)
			t = m.intern(f)
		}
		m.out = append(m.out, t)
	}
	return m.state()
}
