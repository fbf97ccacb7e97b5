package grammar

import "slices"

// Matcher follows one text. It says which tokens may come next, so that the
// text becomes a document of the grammar. It is for one goroutine; the ones of
// a Grammar may be used at the same time.
type Matcher struct {
	machine *machine
	state   *state
	end     []int32
	done    bool
	current bool   // the mask is the state's
	scalar  scalar // if items have to differ
	mask    []uint64
}

// Start begins a text of tokens of v. The end tokens may come when the text is
// a complete document, and nothing else can then, unless the document is a
// number, which may go on.
func (g *Grammar) Start(v *Vocabulary, end []int32) *Matcher {
	m := g.machine(v)
	m.mu.Lock()
	defer m.mu.Unlock()
	return &Matcher{machine: m, state: m.begin(), end: slices.Clone(end), mask: make([]uint64, (v.size+63)/64)}
}

// Mask has the bit of each token that may come. It is valid until Accept. It is
// empty when the text is over, or if the vocabulary has no token to go on with,
// as one without tokens for single bytes may.
func (m *Matcher) Mask() []uint64 {
	if m.current {
		return m.mask
	}
	m.current = true
	if m.done {
		clear(m.mask)
		return m.mask
	}
	m.machine.mu.Lock()
	defer m.machine.mu.Unlock()
	m.state = m.machine.renewed(m.state)
	m.machine.scalar.set(m.scalar)
	copy(m.mask, m.machine.mask(m.state))
	if m.state.final {
		for _, id := range m.end {
			if id >= 0 && int(id) < m.machine.vocabulary.size {
				m.mask[id/64] |= 1 << (id % 64)
			}
		}
	}
	return m.mask
}

// Accept takes the token that came. It reports false, and stays where it is, if
// that token may not come.
func (m *Matcher) Accept(id int32) bool {
	if m.done {
		return false
	}
	if slices.Contains(m.end, id) {
		if m.state.final {
			m.done, m.current = true, false
		}
		return m.state.final
	}
	v := m.machine.vocabulary
	if id < 0 || int(id) >= v.size || len(v.piece(id)) == 0 {
		return false
	}
	return m.Begin(v.piece(id))
}

// Begin takes what a document begins with, which needn't be tokens. It reports false, and
// stays where it is, if none begins so.
func (m *Matcher) Begin(text []byte) bool {
	m.machine.mu.Lock()
	defer m.machine.mu.Unlock()
	s := m.machine.renewed(m.state)
	m.machine.scalar.set(m.scalar)
	for _, b := range text {
		if s = m.machine.read(s, b); s == dead {
			return false
		}
	}
	if m.machine.grammar.unique {
		s = m.machine.settle(s)
		m.scalar.set(m.machine.scalar)
	}
	m.state, m.current = s, false
	return true
}

// Complete reports whether the text so far is a complete document.
func (m *Matcher) Complete() bool { return m.state.final }
