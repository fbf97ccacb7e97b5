package grammar

import (
	"fmt"
	"slices"
)

// runeDFA is a deterministic automaton over the characters of a string. Each
// of its states leads to an accepting one.
type runeDFA struct {
	starts  []rune  // of intervals that cover all characters, the first is 0
	class   []int32 // of each interval
	classes int
	next    []int32 // state*classes+class -> state, -1 for none
	accept  []bool
	// free says of a state that any characters may follow, and none.
	free []bool
}

const (
	maxRuneStates = 10_000
	maxRuneCells  = 2_000_000 // states by classes
)

// anyString accepts all strings.
var anyString = &runeDFA{starts: []rune{0}, class: []int32{0}, classes: 1, next: []int32{0}, accept: []bool{true}, free: []bool{true}}

// interval returns the interval that c lies in.
func (d *runeDFA) interval(c rune) int {
	if i, found := slices.BinarySearch(d.starts, c); found {
		return i
	} else {
		return i - 1
	}
}

func (d *runeDFA) step(state int32, c rune) int32 {
	return d.next[int(state)*d.classes+int(d.class[d.interval(c)])]
}

func (d *runeDFA) matches(text string) bool {
	state := int32(0)
	for _, c := range text {
		if state = d.step(state, c); state < 0 {
			return false
		}
	}
	return d.accept[state]
}

// automaton is what newRuneDFA explores: state 0 is the start, and new states
// are numbered in the order in which next returns them.
type automaton interface {
	next(state, class int) (int, error) // -1 for none
	accept(state int) bool
}

// newRuneDFA explores all states of a, and leaves out those that lead nowhere.
// It returns nil if a accepts nothing.
func newRuneDFA(starts []rune, class []int32, classes int, a automaton, b *budget) (*runeDFA, error) {
	d := &runeDFA{starts: starts, class: class, classes: classes}
	var next []int32
	states := 1
	for s := 0; s < states; s++ {
		b.spend(matching, 10+5*classes, 12*classes+150)
		d.accept = append(d.accept, a.accept(s))
		for c := range classes {
			to, err := a.next(s, c)
			if err != nil {
				return nil, err
			}
			states = max(states, to+1)
			if states > maxRuneStates || states*classes > maxRuneCells {
				return nil, errTooManyStates
			}
			next = append(next, int32(to))
		}
	}
	d.next = next
	if !d.trim() {
		return nil, nil
	}
	return d, nil
}

var errTooManyStates = fmt.Errorf("it needs an automaton of over %d states: simplify it, or bind it with ^ and $", maxRuneStates)

// trim cuts what leads to no accepting state and finds the free states. It
// reports whether anything is accepted.
func (d *runeDFA) trim() bool {
	states := len(d.accept)
	into := make([][]int32, states)
	for s := range states {
		for _, to := range d.row(s) {
			if n := len(into[max(to, 0)]); to >= 0 && (n == 0 || into[to][n-1] != int32(s)) {
				into[to] = append(into[to], int32(s))
			}
		}
	}
	live := make([]bool, states)
	var queue []int32
	for s, ok := range d.accept {
		if ok {
			live[s] = true
			queue = append(queue, int32(s))
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
	for i, to := range d.next {
		if to >= 0 && !live[to] {
			d.next[i] = -1
		}
	}
	d.free = make([]bool, states)
	for s := range states {
		d.free[s] = d.accept[s] && !slices.ContainsFunc(d.row(s), func(to int32) bool { return to != int32(s) })
	}
	return live[0]
}

func (d *runeDFA) row(state int) []int32 { return d.next[state*d.classes : (state+1)*d.classes] }
