package grammar

import "sync"

// node is a kind of value. Exactly one of its fields says which.
type node struct {
	anyOf   []int32 // none of which has alternatives of its own
	bytes   *byteDFA
	text    *stringNode
	object  *objectNode
	array   *arrayNode
	calls   *callsNode // of a whole answer
	nothing error      // why there is no such value

	// need is how many containers lie within one another in the flattest value.
	need int32
	// plenty: there are more such values than an array can have items that differ.
	plenty bool
	at     *value // the schema, while it is compiled
}

const impossible = 1 << 20

// frame is one value that is being read, on the stack of those that it lies in.
// There is one of each kind, so that equal stacks are the same.
type frame struct {
	parent *stack // nil at the top
	seen   *seen  // the items of an array in which they differ; what an item there may become
	node   int32  // -1 for the document: before its value, or behind it
	depth  int32  // containers that are open, if this is one
	index  int32  // of a property; the state of an automaton
	at     int32  // in the trie of names; a string's partial character
	count  int32  // of items, properties, characters
	phase  uint8  // of a container
	space  uint8  // white space that was read, see spaced
}

type stack struct {
	frame
	id uint32
}

// The phases of a container.
const (
	phaseOpen  = iota // behind the opening bracket
	phaseNext         // behind a comma
	phaseKey          // within the name of a property
	phaseName         // the frame above is the name of a further property
	phaseColon        // behind a name
	phaseValue        // behind a colon
	phaseIn           // the frame above is a property's value, or an item
	phaseAfter        // behind a value
	phaseDone         // the document is complete
)

// machine reads documents of a grammar over a vocabulary. It is an automaton
// whose states are made when they are first needed and then kept, up to a
// limit.
type machine struct {
	mu         sync.Mutex
	grammar    *Grammar
	vocabulary *Vocabulary

	stacks     map[frame]*stack
	states     map[string]*state
	generation int
	created    uint32
	size       int // bytes of what is kept

	items            // of arrays in which they differ
	out     []*stack // of the step that is being made
	key     []byte
	path    []*state // of the walk that is being made
	spelled []byte   // and what leads along it
	masked  []*state // the states that have a mask
	// Of a grammar with another notation than JSON.
	reading      Transcript // of the state that is being made
	json         []byte
	stacksBefore []*stack

	spare [][]uint64
	loose []uint64 // the last mask, if no state has it
	// walkedText: the walk depended on the text.
	walkedText bool
	tick       uint64
}

// state is a set of stacks that the text so far may have led to.
type state struct {
	stacks     []*stack
	reading    Transcript
	lines      [4]*[64]*state // what follows each byte; nil is not known yet
	generation int
	final      bool // the text so far is a complete document
	// plain says whether the plain tokens of up to plainRunes characters (below
	// 0: of any number) may follow; onlyPlain, that all stacks are such strings.
	plain, onlyPlain bool
	plainRunes       int

	mask []uint64
	used uint64
}

// dead is where no document leads to.
var dead = &state{}

const (
	maxStacks = 128      // of a state
	maxKept   = 24 << 20 // bytes of states and stacks that are kept

	// What each takes, with its place in a map.
	keptStack = 250
	keptState = 500
	keptLine  = 520
)

func newMachine(g *Grammar, v *Vocabulary) *machine {
	m := &machine{grammar: g, vocabulary: v}
	m.reset()
	return m
}

// reset forgets the states. Those that are in use go on.
func (m *machine) reset() {
	m.stacks, m.states = map[frame]*stack{}, map[string]*state{}
	m.size = 0
	m.forget()
	for _, s := range m.masked {
		s.mask = nil
	}
	m.masked = m.masked[:0]
	m.generation++
}

func (m *machine) begin() *state {
	first := frame{node: -1}
	if m.grammar.nodes[m.grammar.root].calls != nil {
		first.node = m.grammar.root
	}
	m.out, m.reading = append(m.out[:0], m.intern(first)), Transcript{}
	return m.state()
}

// read is the state behind b, and keeps the text that m.items needs.
func (m *machine) read(s *state, b byte) *state {
	to := m.next(s, b)
	if m.grammar.unique {
		m.scalar.read(b)
	}
	return to
}

// next is the state behind b. What it is may depend on the scalar that is open.
func (m *machine) next(s *state, b byte) *state {
	if s == dead {
		return dead
	}
	line := s.lines[b>>6]
	if line == nil {
		line = new([64]*state)
		s.lines[b>>6] = line
		m.size += keptLine
	}
	to := line[b&63]
	if to == nil {
		m.byText = false
		if m.grammar.escaped != nil {
			to = m.transcribed(s, b)
		} else {
			m.out = m.out[:0]
			for _, t := range s.stacks {
				m.step(&t.frame, b)
			}
			to = m.state()
		}
		if !m.byText {
			line[b&63] = to
		}
	}
	return to
}

// state returns the state with the stacks in out.
//
// Each stack by itself leads to a complete document, so the ones over the limit
// can be left out: some documents can't be written then, but no text runs into
// a dead end.
func (m *machine) state() *state {
	if len(m.out) == 0 {
		return dead
	}
	m.key = m.key[:0]
	n := 0
	for i, t := range m.out {
		if n == maxStacks {
			break
		}
		if i > 0 && m.isBefore(t, n) {
			continue
		}
		m.out[n] = t
		n++
		m.key = append(m.key, byte(t.id), byte(t.id>>8), byte(t.id>>16), byte(t.id>>24))
	}
	if m.grammar.escaped != nil {
		m.key = m.reading.appendKey(m.key)
	}
	if s, ok := m.states[string(m.key)]; ok {
		return s
	}
	key := string(m.key)
	if m.size > maxKept || m.weight > maxSeen {
		m.reset()
	}
	s := &state{stacks: append([]*stack(nil), m.out[:n]...), reading: m.reading, generation: m.generation}
	m.classify(s)
	m.states[key] = s
	m.size += keptState + 12*n
	return s
}

// isBefore reports whether t is among the first n of out.
func (m *machine) isBefore(t *stack, n int) bool {
	for _, o := range m.out[:n] {
		if o == t {
			return true
		}
	}
	return false
}

func (m *machine) classify(s *state) {
	s.onlyPlain = true
	for _, t := range s.stacks {
		if t.node < 0 {
			s.final = s.final || t.phase == phaseDone
			s.onlyPlain = false
			continue
		}
		n := &m.grammar.nodes[t.node]
		if n.calls != nil && n.calls.states[t.index].accept {
			s.final = true
		}
		if n.bytes != nil && t.parent == nil && n.bytes.states[t.index].accept {
			s.final = true
		}
		if n.text == nil || t.at != 0 || !n.text.dfa.free[t.index] {
			s.onlyPlain = false
			continue
		}
		left := -1
		if n.text.max >= 0 {
			left = n.text.max - int(t.count)
			if t.seen != nil {
				left = max(0, left-1) // the last character could make it another item
				s.onlyPlain = false
			}
		}
		if !s.plain || left < 0 || s.plainRunes >= 0 && left > s.plainRunes {
			s.plainRunes = left
		}
		s.plain = true
	}
	if m.grammar.escaped != nil && s.reading.mode != inString && s.reading.mode != beforeCall { // a name ends at a colon
		s.plain, s.onlyPlain = false, false
	}
}

// intern returns the one stack that is f.
func (m *machine) intern(f frame) *stack {
	t, ok := m.stacks[f]
	if !ok {
		m.created++
		m.size += keptStack
		t = &stack{f, m.created}
		m.stacks[f] = t
	}
	return t
}

func (m *machine) push(f frame) { m.out = append(m.out, m.intern(f)) }

// fits reports whether the node's flattest value fits in so many containers.
func (m *machine) fits(n, depth int32) bool { return m.grammar.nodes[n].need+depth <= maxDepth }
