package grammar

import (
	"fmt"
	"unicode/utf8"
)

// stringNode is a string: its characters, and how many there are.
type stringNode struct {
	dfa      *runeDFA
	min, max int // max is -1 for no limit
	// How many characters a state still needs and can have, -1 for no limit.
	shortest, longest []int32
	farthest          int32 // the largest of shortest
	// lengths has, if there is a min and a max and the automaton isn't always
	// free, for each state the bits of the numbers of characters that may follow.
	lengths [][]uint64
}

// maxLengthBits bounds stringNode.lengths.
const maxLengthBits = 1 << 22

// newString returns nil if no string is allowed.
func newString(dfa *runeDFA, min, max int, b *budget) (*stringNode, error) {
	s := &stringNode{dfa: dfa, min: min, max: max}
	if max >= 0 && min > max {
		return nil, nil
	}
	if dfa == anyString {
		return s, nil
	}
	b.spend(matching, 2*len(dfa.next), 60*len(dfa.accept))
	s.findShortest()
	s.findLongest()
	if s.shortest[0] >= int32(min) {
		s.min, min = 0, 0 // no string is shorter
	}
	if max >= 0 && min > 0 {
		if bits := (max + 1) * len(dfa.accept); max > maxLengthBits || bits > maxLengthBits {
			return nil, fmt.Errorf("minLength and maxLength together with pattern, format or excluded names need a table of over %d bits: lower maxLength or leave one of them out", maxLengthBits)
		}
		s.findLengths(b)
	}
	if !s.viable(0, 0) {
		return nil, nil
	}
	return s, nil
}

// unreachable is what trim cut off.
const unreachable = 1 << 30

func (s *stringNode) findShortest() {
	d := s.dfa
	s.shortest = make([]int32, len(d.accept))
	for i, ok := range d.accept {
		s.shortest[i] = unreachable
		if ok {
			s.shortest[i] = 0
		}
	}
	// Breadth first, from the accepting states backwards.
	into := make([][]int32, len(d.accept))
	for i := range d.accept {
		for _, to := range d.row(i) {
			if to >= 0 {
				if n := len(into[to]); n == 0 || into[to][n-1] != int32(i) {
					into[to] = append(into[to], int32(i))
				}
			}
		}
	}
	var queue []int32
	for i, ok := range d.accept {
		if ok {
			queue = append(queue, int32(i))
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, from := range into[queue[0]] {
			if n := s.shortest[queue[0]] + 1; n < s.shortest[from] {
				s.shortest[from] = n
				queue = append(queue, from)
			}
		}
	}
	for _, n := range s.shortest {
		if n < unreachable {
			s.farthest = max(s.farthest, n)
		}
	}
}

// findLongest visits the states in depth-first order; what reaches a loop has
// no longest text, because all states lead to an accepting one.
func (s *stringNode) findLongest() {
	d := s.dfa
	s.longest = make([]int32, len(d.accept))
	const unseen, open = -2, -3
	for i := range s.longest {
		s.longest[i] = unseen
	}
	type visit struct{ state, class int32 }
	// The states that trim cut off are never visited.
	stack := []visit{{0, 0}}
	s.longest[0] = open
	best := make([]int32, len(d.accept))
	for len(stack) > 0 {
		v := &stack[len(stack)-1]
		if int(v.class) == d.classes {
			s.longest[v.state] = best[v.state]
			stack = stack[:len(stack)-1]
			continue
		}
		to := d.next[int(v.state)*d.classes+int(v.class)]
		switch {
		case to < 0:
		case s.longest[to] == unseen:
			s.longest[to] = open
			stack = append(stack, visit{to, 0})
			continue // and look at it again
		case s.longest[to] == open || s.longest[to] == -1:
			best[v.state] = -1
		case best[v.state] >= 0:
			best[v.state] = max(best[v.state], s.longest[to]+1)
		}
		v.class++
	}
	// A state may have been finished while the loop that it leads to was open;
	// that loop's start was open then, so -1 was found. Others that lead to
	// such states see their -1.
}

func (s *stringNode) findLengths(b *budget) {
	d := s.dfa
	words := s.max/64 + 1
	s.lengths = make([][]uint64, len(d.accept))
	b.spend(measuring, len(d.next), len(d.accept)*(8*words+80))
	flat := make([]uint64, len(d.accept)*words)
	targets := make([][]int32, len(d.accept))
	for i, ok := range d.accept {
		s.lengths[i] = flat[i*words : (i+1)*words]
		if ok {
			s.lengths[i][0] = 1
		}
		for _, to := range d.row(i) {
			if n := len(targets[i]); to >= 0 && (n == 0 || targets[i][n-1] != to) {
				targets[i] = append(targets[i], to)
			}
		}
	}
	edges := 0
	for _, to := range targets {
		edges += len(to)
	}
	for n := 1; n <= s.max; n++ {
		b.spend(measuring, edges/4+len(targets)/2, 0)
		for i := range targets {
			for _, to := range targets[i] {
				if s.lengths[to][(n-1)/64]>>((n-1)%64)&1 != 0 {
					s.lengths[i][n/64] |= 1 << (n % 64)
					break
				}
			}
		}
	}
}

// viable reports whether a string can end well that has count characters so
// far and is in that state.
func (s *stringNode) viable(state int32, count int) bool {
	if s.max >= 0 && count > s.max {
		return false
	}
	if s.shortest == nil {
		return true
	}
	switch {
	case s.lengths != nil:
		for n := max(0, s.min-count); n <= s.max-count; n++ {
			if s.lengths[state][n/64]>>(n%64) == 0 {
				n |= 63
			} else if s.lengths[state][n/64]>>(n%64)&1 != 0 {
				return true
			}
		}
		return false
	case s.max >= 0:
		return int(s.shortest[state]) <= s.max-count
	case s.longest[state] >= 0:
		return int(s.longest[state]) >= s.min-count
	}
	return true
}

// counted is count as far as it matters.
func (s *stringNode) counted(count int) int {
	if s.max < 0 {
		return min(count, s.min)
	}
	return count
}

// ends reports whether the string may end here.
func (s *stringNode) ends(state int32, count int) bool {
	return s.dfa.accept[state] && count >= s.min
}

// reachable reports whether a character between low and high may follow.
func (s *stringNode) reachable(state int32, count int, low, high rune) bool {
	d := s.dfa
	for i := d.interval(low); i < len(d.starts) && d.starts[i] <= high; i++ {
		if to := d.next[int(state)*d.classes+int(d.class[i])]; to >= 0 && s.viable(to, count+1) {
			return true
		}
	}
	return false
}

// matches reports whether a text is one of these strings.
func (t *stringNode) matches(text string) bool {
	n := utf8.RuneCountInString(text)
	return n >= t.min && (t.max < 0 || n <= t.max) && t.dfa.matches(text)
}
