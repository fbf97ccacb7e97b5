package grammar

import (
	"slices"
	"strings"
)

// IDLength is how long ids of calls are.
const IDLength = 9

// id leads from a state along an id.
func (n *callsNode) id(from int32) int32 {
	for range IDLength {
		to := n.add()
		for b := byte('0'); b <= 'z'; b++ {
			if b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' {
				n.edge(from, b, to)
			}
		}
		from = to
	}
	return from
}

// automaton makes the states around the arguments.
func (c *Calls) automaton(arguments []int32, document int32) *callsNode {
	n := &callsNode{}
	opened, rest := n.add(), c.First+c.Open
	if document >= 0 {
		end := n.add()
		n.states[end].accept = true
		n.states[opened].value, n.states[opened].after = document, end
	} else if c.Text {
		opened, rest = c.text(n, opened), rest[len(c.Begin):]
	}
	ends := n.add()
	closing := ends // where Close begins
	if last := len(c.Close) - 1; last >= 0 {
		closing = n.add()
		n.edge(n.path(closing, c.Close[:last]), c.Close[last], ends)
	}
	call := func(from int32) {
		for i, f := range c.Functions {
			called := n.path(from, f.Name+c.ID)
			if c.ID != "" {
				called = n.id(called)
			}
			called = n.path(called, c.Middle)
			n.states[called].value, n.states[called].after = arguments[i], closing
		}
	}
	call(n.path(opened, rest))
	n.states[n.path(ends, c.Last)].accept = true
	if c.Several {
		call(n.path(ends, c.Separator+c.Open))
	}
	return n
}

// text makes the states of a text in which Begin is looked for, and returns the one
// behind it.
func (c *Calls) text(n *callsNode, start int32) int32 {
	if c.Anywhere {
		return n.search(start, c.Begin, start, true)
	}
	later := n.add()
	if n.states[later].accept, n.states[later].other = true, later; !c.Later {
		n.search(later, c.Begin, later, false)
	}
	return n.search(start, c.Begin, later, true)
}

// search makes the states of a text up to the first mark, from the one at its start; what
// isn't the mark leads to later, and the mark is looked for again if that is the start. It
// returns the state behind the mark, to which nothing leads unless the mark may come.
func (n *callsNode) search(start int32, mark string, later int32, may bool) int32 {
	at := []int32{start} // by how much of the mark was read
	for range len(mark) {
		at = append(at, n.add())
	}
	behind := at[len(mark)]
	if !may {
		at[len(mark)] = -1
	}
	for i := range len(mark) {
		s := &n.states[at[i]]
		s.edges = append(s.edges, byteEdge{mark[i], at[i+1]})
		if i > 0 && mark[0] == 0 {
			continue // a control token's name comes as a whole
		}
		s.accept, s.other = true, later
		if later != start {
			continue
		}
		for _, b := range []byte(mark) {
			read := mark[:i] + string([]byte{b}) // as much of the mark as ends so
			for !strings.HasPrefix(mark, read) {
				read = read[1:]
			}
			if known := slices.ContainsFunc(s.edges, func(e byteEdge) bool { return e.char == b }); read != "" && !known {
				s.edges = append(s.edges, byteEdge{b, at[len(read)]})
			}
		}
	}
	return behind
}
