package grammar

// step adds to out where b leads to from f.
func (m *machine) step(f *frame, b byte) {
	if f.node < 0 {
		if f.phase != phaseDone {
			m.startIn(m.grammar.root, nil, 0, b)
		}
		return
	}
	n := &m.grammar.nodes[f.node]
	switch {
	case n.bytes != nil:
		m.stepBytes(f.parent, f.seen, f.node, n.bytes, f.index, b)
		if n.bytes.states[f.index].accept && f.parent != nil {
			if after, ok := m.behind(f.parent, f.seen, nil); ok {
				m.step(&after, b)
			}
		}
	case n.text != nil:
		m.stepText(f, n.text, b)
	case n.object != nil:
		m.stepObject(f, n.object, b)
	case n.array != nil:
		m.stepArray(f, n.array, b)
	case n.calls != nil:
		m.stepCalls(f, n.calls, b)
	}
}

func (m *machine) stepText(f *frame, t *stringNode, b byte) {
	if b == '"' && f.at == 0 {
		if t.ends(f.index, int(f.count)) {
			m.finish(f.parent, f.seen, b)
		}
		return
	}
	before := place{f.index, f.count, f.at, f.seen != nil}
	p, ok := t.read(before, b)
	if !ok {
		return
	}
	seen := f.seen
	if seen != nil {
		if seen, ok = m.differs(t, seen, before, p, b); !ok {
			return
		}
	}
	m.push(frame{parent: f.parent, seen: seen, node: f.node, index: p.state, count: p.count, at: p.partial})
}

// stepBytes takes a byte of a number or literal. It is over when nothing can
// follow within it; a number, only when something else comes.
func (m *machine) stepBytes(parent *stack, seen *seen, node int32, d *byteDFA, state int32, b byte) {
	to := d.next(state, b)
	item := seen
	if to >= 0 && seen != nil {
		if seen = m.advance(seen, b); !m.bytesLeft(d, to, seen) {
			return
		}
	}
	switch {
	case to < 0:
	case len(d.states[to].edges) == 0:
		m.finish(parent, item, b)
	default:
		m.push(frame{parent: parent, seen: seen, node: node, index: to})
	}
}

// start takes the first byte of a value that lies in the container f.
func (m *machine) start(n int32, f frame, b byte) {
	m.startIn(n, &f, f.depth, b)
}

func (m *machine) startIn(n int32, in *frame, depth int32, b byte) {
	node := &m.grammar.nodes[n]
	if !m.fits(n, depth) {
		return
	}
	if node.anyOf != nil {
		for _, n := range node.anyOf {
			m.startIn(n, in, depth, b)
		}
		return
	}
	switch {
	case node.bytes != nil && node.bytes.next(0, b) >= 0,
		node.text != nil && b == '"', node.object != nil && b == '{', node.array != nil && b == '[':
	default:
		return
	}
	var parent *stack
	var seen *seen
	if in != nil {
		if in.seen != nil {
			if !m.left(n, in.seen) {
				return
			}
			seen = m.firstOf(in.seen)
			in.seen = m.settled(in.seen)
		}
		parent = m.intern(*in)
	}
	switch {
	case node.bytes != nil:
		m.stepBytes(parent, seen, n, node.bytes, 0, b)
	case node.text != nil:
		m.push(frame{parent: parent, seen: m.advance(seen, b), node: n})
	case node.array != nil && node.array.unique:
		m.push(frame{parent: parent, seen: nothing, node: n, depth: depth + 1})
	default:
		m.push(frame{parent: parent, node: n, depth: depth + 1})
	}
}

// finish ends the value that lies in parent with the byte last.
func (m *machine) finish(parent *stack, item *seen, last byte) {
	if parent == nil {
		m.push(frame{node: -1, phase: phaseDone})
		return
	}
	if after, ok := m.behind(parent, item, []byte{last}); ok {
		m.push(after)
	}
}

// behind is a container when the frame above it is over, of which last comes
// behind what item says. It reports false if that is an item that was there
// before.
func (m *machine) behind(t *stack, item *seen, last []byte) (frame, bool) {
	f := t.frame
	n := &m.grammar.nodes[f.node]
	switch {
	case n.calls != nil: // it is where the arguments lead to
	case n.array != nil:
		f.phase, f.count = phaseAfter, n.array.counted(f.count+1)
		if n.array.unique {
			var ok bool
			if f.seen, ok = m.with(f.seen, item, last); !ok {
				return f, false
			}
		}
	case f.phase == phaseName:
		f.phase = phaseColon
		if n.object.countsKeys {
			f.count++
		}
	default:
		f.phase = phaseAfter
		f.index = min(f.index+1, int32(len(n.object.names)))
	}
	return f, true
}

// White space between tokens is none, a space, or a line end and an
// indentation, of up to four spaces or a tab for each open container. Behind a
// colon it is at most a space. frame.space counts it.
const (
	oneSpace = 1
	lineEnd  = 2 // and so many spaces more
	tabs     = lineEnd + 4*maxDepth
)

// spaced reads white space.
func spaced(f *frame, b byte) (uint8, bool) {
	switch s := int32(f.space); {
	case b == ' ' && s == 0:
		return oneSpace, true
	case b == '\n' && s == 0:
		return lineEnd, true
	case b == ' ' && s >= lineEnd && s < lineEnd+4*f.depth:
		return uint8(s + 1), true
	case b == '\t' && s == lineEnd:
		return tabs + 1, true
	case b == '\t' && s > tabs && s < tabs+f.depth:
		return uint8(s + 1), true
	}
	return 0, false
}
