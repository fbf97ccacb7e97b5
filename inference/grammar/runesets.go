package grammar

import (
	"slices"
	"unicode/utf8"
)

// both accepts what d and e accept; it is nil if that is nothing.
func both(d, e *runeDFA, b *budget) (*runeDFA, error) {
	if d == anyString {
		return e, nil
	}
	if e == anyString {
		return d, nil
	}
	b.spend(matching, 10*(len(d.starts)+len(e.starts)), 16*(len(d.starts)+len(e.starts)))
	p := &product{d: d, e: e, number: map[[2]int32]int{{0, 0}: 0}, states: [][2]int32{{0, 0}}}
	starts := slices.Concat(d.starts, e.starts)
	slices.Sort(starts)
	starts = slices.Compact(starts)
	class := make([]int32, len(starts))
	numbers := map[[2]int32]int32{}
	for i, c := range starts {
		pair := [2]int32{d.class[d.interval(c)], e.class[e.interval(c)]}
		n, ok := numbers[pair]
		if !ok {
			n = int32(len(numbers))
			numbers[pair] = n
			p.classes = append(p.classes, pair)
		}
		class[i] = n
	}
	return newRuneDFA(starts, class, len(p.classes), p, b)
}

type product struct {
	d, e    *runeDFA
	classes [][2]int32
	states  [][2]int32
	number  map[[2]int32]int
}

func (p *product) next(state, class int) (int, error) {
	s, c := p.states[state], p.classes[class]
	to := [2]int32{p.d.next[int(s[0])*p.d.classes+int(c[0])], p.e.next[int(s[1])*p.e.classes+int(c[1])]}
	if to[0] < 0 || to[1] < 0 {
		return -1, nil
	}
	n, ok := p.number[to]
	if !ok {
		n = len(p.states)
		p.number[to] = n
		p.states = append(p.states, to)
	}
	return n, nil
}

func (p *product) accept(state int) bool {
	s := p.states[state]
	return p.d.accept[s[0]] && p.e.accept[s[1]]
}

// sided accepts what d accepts and e does, or, on the other side, doesn't; it is
// nil if that is nothing. So may e be.
func sided(d, e *runeDFA, accepted bool, b *budget) (*runeDFA, error) {
	switch {
	case e == nil && accepted, e == anyString && !accepted:
		return nil, nil
	case e == nil:
		return d, nil
	case accepted:
		return both(d, e, b)
	}
	not, err := newRuneDFA(e.starts, e.class, e.classes, &complement{d: e, number: map[int32]int{0: 0}, states: []int32{0}}, b)
	if err != nil || not == nil {
		return nil, err
	}
	return both(d, not, b)
}

// complement accepts what d doesn't. Its states are d's, and -1 for what d has
// given up.
type complement struct {
	d      *runeDFA
	states []int32
	number map[int32]int
}

func (n *complement) next(state, class int) (int, error) {
	to := int32(-1)
	if s := n.states[state]; s >= 0 {
		to = n.d.next[int(s)*n.d.classes+class]
	}
	i, ok := n.number[to]
	if !ok {
		i = len(n.states)
		n.number[to] = i
		n.states = append(n.states, to)
	}
	return i, nil
}

func (n *complement) accept(state int) bool {
	s := n.states[state]
	return s < 0 || !n.d.accept[s]
}

// except accepts all strings but these.
func except(texts []string, b *budget) (*runeDFA, error) {
	if len(texts) == 0 {
		return anyString, nil
	}
	// Each character of the texts has a class of its own, others have class 0.
	classOf := map[rune]int32{}
	var letters []rune
	for _, text := range texts {
		b.spend(naming, 5*len(text), 0)
		for _, c := range text {
			if _, ok := classOf[c]; !ok {
				classOf[c] = 0
				letters = append(letters, c)
			}
		}
	}
	slices.Sort(letters)
	starts, class := []rune{0}, []int32{0}
	add := func(c rune, n int32) {
		if last := len(starts) - 1; starts[last] == c {
			class[last] = n
		} else if c <= utf8.MaxRune {
			starts, class = append(starts, c), append(class, n)
		}
	}
	for i, c := range letters {
		classOf[c] = int32(i + 1)
		add(c, int32(i+1))
		add(c+1, 0)
	}
	t := &exception{whole: []bool{false, false}, to: []map[int]int{{}, nil}}
	for _, text := range texts {
		b.spend(naming, 5*len(text), 0)
		s := 0
		for _, c := range text {
			n := int(classOf[c])
			to, ok := t.to[s][n]
			if !ok {
				if to = len(t.to); to > maxRuneStates {
					return nil, errTooManyStates
				}
				b.spend(naming, 20, 300)
				t.to[s][n] = to
				t.to, t.whole = append(t.to, map[int]int{}), append(t.whole, false)
			}
			s = to
		}
		t.whole[s] = true
	}
	return newRuneDFA(starts, class, len(letters)+1, t, b)
}

// exception is a trie of what isn't accepted. State 1 is where a text is that
// is none of it.
type exception struct {
	to    []map[int]int
	whole []bool
}

func (t *exception) next(state, class int) (int, error) {
	if to, ok := t.to[state][class]; ok {
		return to, nil
	}
	return 1, nil
}

func (t *exception) accept(state int) bool { return !t.whole[state] }
