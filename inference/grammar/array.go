package grammar

// arrayNode is an array: the first items have nodes of their own.
type arrayNode struct {
	first    []int32
	items    int32 // node of the others, -1 for none
	min, max int   // items; max is -1 for no limit
	unique   bool  // items are scalars and differ
}

// item is the node of the i-th item, -1 if there can't be one.
func (a *arrayNode) item(i int) int32 {
	switch {
	case a.max >= 0 && i >= a.max:
		return -1
	case i < len(a.first):
		return a.first[i]
	}
	return a.items
}

// counted is count as far as it matters.
func (a *arrayNode) counted(count int32) int32 {
	if a.max < 0 {
		return min(count, int32(max(a.min, len(a.first))))
	}
	return count
}

// grows reports whether another item may come.
func (m *machine) grows(a *arrayNode, f *frame) bool {
	item := a.item(int(f.count))
	return item >= 0 && m.fits(item, f.depth) && (f.seen == nil || m.left(item, f.seen))
}

// stepArray takes a byte within an array, outside its items.
func (m *machine) stepArray(f *frame, a *arrayNode, b byte) {
	g := *f
	closes := int(f.count) >= a.min
	switch f.phase {
	case phaseOpen, phaseNext:
		if space, ok := spaced(f, b); ok {
			g.space = space
			m.push(g)
			return
		}
		if b == ']' {
			if f.phase == phaseOpen && closes {
				m.finish(f.parent, nil, b)
			}
			return
		}
		if m.grows(a, f) {
			g.phase, g.space = phaseIn, 0
			m.start(a.item(int(f.count)), g, b)
		}
	case phaseAfter:
		if b == ']' && closes {
			m.finish(f.parent, nil, b)
		}
		if space, ok := spaced(f, b); ok && closes {
			g.space = space
			m.push(g)
		}
		if b == ',' && f.space == 0 && m.grows(a, f) {
			g.phase = phaseNext
			m.push(g)
		}
	}
}
