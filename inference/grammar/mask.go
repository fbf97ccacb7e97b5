package grammar

// maxMasks is how many masks are kept, of some 32 KB each for a vocabulary of
// 262,144 tokens.
const maxMasks = 64

// mask returns the tokens that may follow s. It is not to be changed, and valid
// until the next call.
func (m *machine) mask(s *state) []uint64 {
	if m.loose != nil {
		m.spare = append(m.spare, m.loose)
		m.loose = nil
	}
	s = m.alike(s)
	m.tick++
	s.used = m.tick
	if s.mask != nil {
		return s.mask
	}
	mask := m.buffer()
	v := m.vocabulary
	if s.plain {
		v.addPlain(mask, s.plainRunes)
	}
	if s.onlyPlain {
		m.walk(&v.odd, s, mask)
	} else {
		m.walk(&v.all, s, mask)
	}
	if m.walkedText && !m.scalar.over && len(m.scalar.text) > 0 { // another text leads here, but not to this mask
		m.loose = mask
		return mask
	}
	if s.generation == m.generation { // else s is forgotten
		m.evict()
		m.masked = append(m.masked, s)
	}
	s.mask = mask
	return mask
}

// alike returns a state with the same mask, which is the same for all places of
// a string that has a maxLength, but not before long.
func (m *machine) alike(s *state) *state {
	for _, t := range s.stacks {
		if t.node < 0 {
			return s
		}
		n := m.grammar.nodes[t.node].text
		if n == nil || t.seen != nil || n.max < 0 || int(t.count) <= n.min || n.max-int(t.count) < m.vocabulary.longest+int(n.farthest) {
			return s
		}
	}
	generation := m.generation
	m.out, m.reading = m.out[:0], s.reading
	for _, t := range s.stacks {
		f := t.frame
		f.count = int32(m.grammar.nodes[t.node].text.min)
		m.out = append(m.out, m.intern(f))
	}
	if twin := m.state(); m.generation == generation {
		return twin
	}
	return s // forgotten meanwhile
}

// buffer returns an empty mask.
func (m *machine) buffer() []uint64 {
	if n := len(m.spare); n > 0 {
		mask := m.spare[n-1]
		m.spare = m.spare[:n-1]
		clear(mask)
		return mask
	}
	return make([]uint64, (m.vocabulary.size+63)/64)
}

// evict makes room for a mask.
func (m *machine) evict() {
	if len(m.masked) < maxMasks {
		return
	}
	oldest := 0
	for i, s := range m.masked {
		if s.used < m.masked[oldest].used {
			oldest = i
		}
	}
	m.spare = append(m.spare, m.masked[oldest].mask)
	m.masked[oldest].mask = nil
	last := len(m.masked) - 1
	m.masked[oldest] = m.masked[last]
	m.masked = m.masked[:last]
}

// walk adds to mask the tokens of t that may follow s.
func (m *machine) walk(t *trie, s *state, mask []uint64) {
	if len(m.path) == 0 {
		m.path = make([]*state, maxPiece+1)
		m.spelled = make([]byte, maxPiece+1)
	}
	m.path[0] = s
	m.walkedText = false
	deepest := 0
	for i := 0; i < len(t.char); {
		depth := int(t.depth[i])
		from, b := m.path[depth-1], t.char[i]
		var to *state
		if line := from.lines[b>>6]; line != nil {
			to = line[b&63]
		}
		if to == nil {
			if m.grammar.unique {
				m.ahead = m.spelled[:depth-1]
			}
			to = m.next(from, b)
			m.walkedText = m.walkedText || m.byText
		}
		if to == dead {
			i = int(t.skip[i])
			continue
		}
		for _, id := range t.token[t.first[i]:t.first[i+1]] {
			mask[id/64] |= 1 << (id % 64)
		}
		m.path[depth], m.spelled[depth-1] = to, b
		deepest = max(deepest, depth)
		i++
	}
	m.ahead = nil
	clear(m.path[:deepest+1]) // they may be forgotten ones
}

// renewed returns the state that is as s, if s was forgotten, so that it doesn't
// keep all those that it led to.
func (m *machine) renewed(s *state) *state {
	if s.generation == m.generation {
		return s
	}
	m.out, m.reading = m.out[:0], s.reading
	for _, t := range s.stacks {
		m.out = append(m.out, m.renewedStack(t))
	}
	return m.state()
}

func (m *machine) renewedStack(t *stack) *stack {
	f := t.frame
	if f.parent != nil {
		f.parent = m.renewedStack(f.parent)
	}
	return m.intern(f)
}
