package grammar

import (
	"fmt"
	"slices"
)

// byteDFA is a deterministic automaton over the bytes of a number or of one of
// several literals. Each of its states leads to an accepting one.
type byteDFA struct {
	states []byteState
}

type byteState struct {
	accept bool
	edges  []byteEdge
}

type byteEdge struct {
	char byte
	to   int32
}

const (
	maxByteStates = 50_000
	stateBytes    = 100 // of a state, while the list of them grows
)

// next returns -1 where the byte can't come.
func (d *byteDFA) next(state int32, b byte) int32 {
	for _, e := range d.states[state].edges {
		if e.char == b {
			return e.to
		}
	}
	return -1
}

func (d *byteDFA) matches(text string) bool {
	state := int32(0)
	for i := range len(text) {
		if state = d.next(state, text[i]); state < 0 {
			return false
		}
	}
	return d.states[state].accept
}

// count is how many texts there are, up to enough.
func (d *byteDFA) count(enough int, b *budget) int {
	total := 0
	for paths := map[int32]int{0: 1}; len(paths) > 0; {
		longer := map[int32]int{}
		for state, n := range paths {
			if d.states[state].accept {
				total += n
			}
			b.spend(measuring, 10*len(d.states[state].edges), 0)
			for _, e := range d.states[state].edges {
				longer[e.to] = min(longer[e.to]+n, enough)
			}
		}
		b.spend(measuring, 0, 40*len(longer))
		if paths = longer; total >= enough {
			return enough
		}
	}
	return total
}

// literals accepts exactly the texts, of which there is at least one.
func literals(texts []string, b *budget) (*byteDFA, error) {
	d := &byteDFA{states: make([]byteState, 1)}
	for _, text := range texts {
		b.spend(comparing, 5+len(text), 0)
		state := int32(0)
		for i := range len(text) {
			to := d.next(state, text[i])
			if to < 0 {
				if len(d.states) == maxByteStates {
					return nil, fmt.Errorf("its values are over %d bytes together", maxByteStates)
				}
				b.spend(comparing, 10, stateBytes)
				to = int32(len(d.states))
				d.states = append(d.states, byteState{})
				d.states[state].edges = append(d.states[state].edges, byteEdge{text[i], to})
			}
			state = to
		}
		d.states[state].accept = true
	}
	return d, nil
}

// explore makes the automaton that step and accept describe, without the
// states that lead nowhere. It is nil if nothing is accepted.
func explore[S comparable](start S, alphabet string, step func(S, byte) (S, bool), accept func(S) bool, b *budget) (*byteDFA, error) {
	d := &byteDFA{}
	number := map[S]int32{start: 0}
	todo := []S{start}
	edges := make([]byteEdge, 0, len(alphabet))
	for i := 0; i < len(todo); i++ {
		b.spend(measuring, 100, 3*stateBytes)
		edges = edges[:0]
		for _, char := range []byte(alphabet) {
			to, ok := step(todo[i], char)
			if !ok {
				continue
			}
			n, known := number[to]
			if !known {
				if len(todo) == maxByteStates {
					return nil, fmt.Errorf("it needs an automaton of over %d states", maxByteStates)
				}
				n = int32(len(todo))
				number[to] = n
				todo = append(todo, to)
			}
			edges = append(edges, byteEdge{char, n})
		}
		d.states = append(d.states, byteState{accept(todo[i]), slices.Clone(edges)})
	}
	into := d.reversed()
	live := make([]bool, len(d.states))
	var queue []int32
	for i, s := range d.states {
		if s.accept {
			live[i] = true
			queue = append(queue, int32(i))
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, from := range into[queue[0]] {
			if !live[from] {
				live[from] = true
				queue = append(queue, from)
			}
		}
	}
	if !live[0] {
		return nil, nil
	}
	for i := range d.states {
		d.states[i].edges = slices.DeleteFunc(d.states[i].edges, func(e byteEdge) bool { return !live[e.to] })
	}
	return d, nil
}

// reversed are the states that lead to each.
func (d *byteDFA) reversed() [][]int32 {
	counts := make([]int, len(d.states))
	all := 0
	for _, s := range d.states {
		all += len(s.edges)
		for _, e := range s.edges {
			counts[e.to]++
		}
	}
	flat := make([]int32, all)
	into := make([][]int32, len(d.states))
	for i, n := range counts {
		into[i], flat = flat[:0:n], flat[n:]
	}
	for i, s := range d.states {
		for _, e := range s.edges {
			into[e.to] = append(into[e.to], int32(i))
		}
	}
	return into
}
