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
		m.stepBytes(f.parent, f.node, n.bytes, f.index, b)
		if n.bytes.states[f.index].accept && f.parent != nil {
			after := m.behind(f.parent)
			m.step(&after, b)
		}
	case n.text != nil:
		if b == '"' && f.at == 0 {
			if n.text.ends(f.index, int(f.count)) {
				m.finish(f.parent)
			}
			return
		}
		p, ok := n.text.read(place{f.index, f.count, f.at}, b)
		if ok {
			m.push(frame{parent: f.parent, node: f.node, index: p.state, count: p.count, at: p.partial})
		}
	case n.object != nil:
		m.stepObject(f, n.object, b)
	case n.array != nil:
		m.stepArray(f, n.array, b)
	}
}

// stepBytes takes a byte of a number or literal. It is over when nothing can
// follow within it; a number, only when something else comes.
func (m *machine) stepBytes(parent *stack, node int32, d *byteDFA, state int32, b byte) {
	to := d.next(state, b)
	switch {
	case to < 0:
	case len(d.states[to].edges) == 0:
		m.finish(parent)
	default:
		m.push(frame{parent: parent, node: node, index: to})
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
	if in != nil {
		parent = m.intern(*in)
	}
	switch {
	case node.bytes != nil:
		m.stepBytes(parent, n, node.bytes, 0, b)
	case node.text != nil:
		m.push(frame{parent: parent, node: n})
	default:
		m.push(frame{parent: parent, node: n, depth: depth + 1})
	}
}

// finish ends the value that lies in parent.
func (m *machine) finish(parent *stack) {
	if parent == nil {
		m.push(frame{node: -1, phase: phaseDone})
		return
	}
	m.push(m.behind(parent))
}

// behind is a container when the frame above it is over.
func (m *machine) behind(t *stack) frame {
	f := t.frame
	n := &m.grammar.nodes[f.node]
	switch {
	case n.array != nil:
		f.phase, f.count = phaseAfter, n.array.counted(f.count+1)
	case f.phase == phaseName:
		f.phase = phaseColon
		if n.object.countsKeys {
			f.count++
		}
	default:
		f.phase = phaseAfter
		if int(f.index) < len(n.object.names) {
			f.index++
		}
	}
	return f
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
