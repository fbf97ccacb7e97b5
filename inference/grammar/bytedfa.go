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

const maxByteStates = 50_000

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
func (d *byteDFA) count(enough int) int {
	total := 0
	for paths := map[int32]int{0: 1}; len(paths) > 0; {
		longer := map[int32]int{}
		for state, n := range paths {
			if d.states[state].accept {
				total += n
			}
			for _, e := range d.states[state].edges {
				longer[e.to] = min(longer[e.to]+n, enough)
			}
		}
		if paths = longer; total >= enough {
			return enough
		}
	}
	return total
}

// literals accepts exactly the texts, of which there is at least one.
func literals(texts []string) (*byteDFA, error) {
	d := &byteDFA{states: make([]byteState, 1)}
	for _, text := range texts {
		state := int32(0)
		for i := range len(text) {
			to := d.next(state, text[i])
			if to < 0 {
				if len(d.states) == maxByteStates {
					return nil, fmt.Errorf("its values are over %d bytes together", maxByteStates)
				}
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
func explore[S comparable](start S, alphabet string, step func(S, byte) (S, bool), accept func(S) bool) (*byteDFA, error) {
	d := &byteDFA{}
	number := map[S]int32{start: 0}
	todo := []S{start}
	var into [][]int32 // reversed edges
	for i := 0; i < len(todo); i++ {
		s := byteState{accept: accept(todo[i])}
		for _, b := range []byte(alphabet) {
			to, ok := step(todo[i], b)
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
			s.edges = append(s.edges, byteEdge{b, n})
			for len(into) < len(todo) {
				into = append(into, nil)
			}
			into[n] = append(into[n], int32(i))
		}
		d.states = append(d.states, s)
	}
	for len(into) < len(todo) {
		into = append(into, nil)
	}
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
