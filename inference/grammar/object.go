package grammar

import "slices"

// objectNode is an object. Its properties come in their order, further ones
// behind them.
type objectNode struct {
	names      []string
	values     []int32 // nodes of the properties
	required   []bool
	extras     []extraNode
	min, max   int   // properties; max is -1 for no limit
	next       []int // next[i] is the first required property from i on, or len(names)
	needed     []int // needed[i] is how many required ones there are from i on
	possible   []int // possible[i] is how many can be from i on
	keys       []keyNode
	countsKeys bool
}

// extraNode is a kind of further properties. No name is of two kinds.
type extraNode struct {
	name  int32 // a string node
	value int32
}

// keyNode is a node of the trie of the quoted names, without the first quote.
// properties are those below it, in order.
type keyNode struct {
	edges      []byteEdge
	properties []int32
	whole      bool // the closing quote was read
}

// prepare makes the tables, when all nodes are known.
func (o *objectNode) prepare(nodes []node, b *budget) {
	n := len(o.names)
	b.spend(naming, 5*n, 24*n)
	o.next, o.needed, o.possible = make([]int, n+1), make([]int, n+1), make([]int, n+1)
	o.next[n] = n
	for i := n - 1; i >= 0; i-- {
		o.next[i], o.needed[i], o.possible[i] = o.next[i+1], o.needed[i+1], o.possible[i+1]
		if o.required[i] {
			o.next[i] = i
			o.needed[i]++
		}
		if nodes[o.values[i]].need < impossible {
			o.possible[i]++
		}
	}
	o.countsKeys = o.min > 0 || o.max >= 0
	o.keys = []keyNode{{}}
	for i, name := range o.names {
		b.spend(naming, 3*len(name), 200*len(name))
		at := int32(0)
		o.keys[at].properties = append(o.keys[at].properties, int32(i))
		for _, b := range appendQuoted(nil, name)[1:] {
			to := o.key(at, b)
			if to < 0 {
				to = int32(len(o.keys))
				o.keys = append(o.keys, keyNode{})
				o.keys[at].edges = append(o.keys[at].edges, byteEdge{b, to})
			}
			at = to
			o.keys[at].properties = append(o.keys[at].properties, int32(i))
		}
		o.keys[at].whole = true
	}
}

func (o *objectNode) key(at int32, b byte) int32 {
	for _, e := range o.keys[at].edges {
		if e.char == b {
			return e.to
		}
	}
	return -1
}

// value is the node of the i-th property, or, behind those, kind of further
// ones.
func (o *objectNode) value(i int) int32 {
	if i < len(o.names) {
		return o.values[i]
	}
	return o.extras[i-len(o.names)].value
}

// closes reports whether the object may end when the next property would be
// from at the earliest.
func (o *objectNode) closes(from, count int32) bool {
	return o.next[from] == len(o.names) && int(count) >= o.min
}

// named reports whether one of the properties below a keyNode may come.
func (m *machine) named(o *objectNode, f *frame, at int32) bool {
	list := o.keys[at].properties
	i, _ := slices.BinarySearch(list, f.index)
	last := int32(o.next[f.index])
	for ; i < len(list) && list[i] <= last; i++ {
		j := list[i]
		if m.fits(o.values[j], f.depth) &&
			(o.max < 0 || int(f.count)+1+o.needed[j+1] <= o.max) &&
			(len(o.extras) > 0 || int(f.count)+1+o.possible[j+1] >= o.min) {
			return true
		}
	}
	return false
}

// further reports whether a property without a name of its own may come.
func (m *machine) further(o *objectNode, f *frame) bool {
	if o.next[f.index] < len(o.names) || o.max >= 0 && int(f.count) >= o.max {
		return false
	}
	for _, e := range o.extras {
		if m.fits(e.value, f.depth) {
			return true
		}
	}
	return false
}

// stepObject takes a byte within an object, outside the values and further
// names.
func (m *machine) stepObject(f *frame, o *objectNode, b byte) {
	g := *f
	switch f.phase {
	case phaseOpen, phaseNext:
		if space, ok := spaced(f, b); ok {
			g.space = space
			m.push(g)
		}
		if b == '}' && f.phase == phaseOpen && o.closes(f.index, f.count) {
			m.finish(f.parent, nil, b)
		}
		if b == '"' {
			g.space = 0
			if len(o.names) > 0 && m.named(o, f, 0) {
				g.phase = phaseKey
				m.push(g)
			}
			if m.further(o, f) {
				for i, e := range o.extras {
					if m.fits(e.value, f.depth) {
						g.phase, g.index = phaseName, int32(len(o.names)+i)
						m.push(frame{parent: m.intern(g), node: e.name})
					}
				}
			}
		}
	case phaseKey:
		to := o.key(f.at, b)
		if to < 0 || !m.named(o, f, to) {
			return
		}
		g.at = to
		if o.keys[to].whole {
			g.phase, g.at, g.index = phaseColon, 0, o.keys[to].properties[0]
			if o.countsKeys {
				g.count++
			}
		}
		m.push(g)
	case phaseColon:
		if b == ':' {
			g.phase = phaseValue
			m.push(g)
		}
	case phaseValue:
		if b == ' ' && f.space == 0 {
			g.space = 1
			m.push(g)
			return
		}
		g.phase, g.space = phaseIn, 0
		m.start(o.value(int(f.index)), g, b)
	case phaseAfter:
		closes := o.closes(f.index, f.count)
		if b == '}' && closes {
			m.finish(f.parent, nil, b)
		}
		if space, ok := spaced(f, b); ok && closes {
			g.space = space
			m.push(g)
		}
		if b == ',' && f.space == 0 && (len(o.names) > 0 && m.named(o, f, 0) || m.further(o, f)) {
			g.phase = phaseNext
			m.push(g)
		}
	}
}
