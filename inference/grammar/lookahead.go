package grammar

import (
	"encoding/binary"
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
)

// lookahead is (?=…) or (?!…) of a pattern.
type lookahead struct {
	pattern  string
	negative bool
}

// aheadName is the name of the empty group that stands in a translated pattern
// for its i-th lookahead.
func aheadName(i int) string { return fmt.Sprintf("lookahead%dhere", i) }

// splitLookahead reads the lookahead that p begins with, if it does.
func splitLookahead(p string) (a lookahead, length int, ok bool) {
	if !strings.HasPrefix(p, "(?=") && !strings.HasPrefix(p, "(?!") {
		return a, 0, false
	}
	open, class := 0, false
	for i := 0; i < len(p); i++ {
		switch c := p[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			open++
		case c == ')':
			if open--; open == 0 {
				return lookahead{p[3:i], p[2] == '!'}, i + 1, true
			}
		}
	}
	return a, 0, false // the parentheses don't match
}

// ahead has the automata of what a lookahead says of the rest of the text, nil
// for those that accept nothing.
type ahead struct{ first, later *runeDFA }

func newAhead(a lookahead, wide bool, b *budget) (ahead, error) {
	var made ahead
	s, err := newSubsets(a.pattern, wide != a.negative, b)
	if err != nil {
		return made, err
	}
	s.anchored = true
	for _, first := range []bool{true, false} {
		d, err := s.automaton(first)
		if err != nil {
			return made, err
		}
		if a.negative {
			if d, err = sided(anyString, d, false, b); err != nil {
				return made, err
			}
		}
		if first {
			made.first = d
		} else {
			made.later = d
		}
	}
	return made, nil
}

// thread is an instruction, and what else the rest of the text has to meet.
type thread struct {
	pc     uint32
	duties string // places in automata of lookaheads, sorted, see duty
}

// duties keeps the threads of a subset construction and their lookaheads.
// Threads without duties are numbered as their instructions are.
type duties struct {
	aheads       map[uint32]ahead // by the argument of the group's first instruction
	instructions uint32
	more         []thread
	ids          map[thread]uint32
	automata     []*runeDFA
}

func newDuties(instructions int) duties {
	return duties{aheads: map[uint32]ahead{}, instructions: uint32(instructions), ids: map[thread]uint32{}}
}

func (d *duties) thread(t thread) uint32 {
	if t.duties == "" {
		return t.pc
	}
	id, ok := d.ids[t]
	if !ok {
		id = d.instructions + uint32(len(d.more))
		d.ids[t] = id
		d.more = append(d.more, t)
	}
	return id
}

func (d *duties) at(id uint32) thread {
	if id < d.instructions {
		return thread{pc: id}
	}
	return d.more[id-d.instructions]
}

// assume goes on behind the start or end of a group, which may stand for a
// lookahead. It reports false if that can't be met.
func (d *duties) assume(t thread, in *syntax.Inst, first bool) (thread, bool) {
	t.pc = in.Out
	a, ok := d.aheads[in.Arg]
	if !ok {
		return t, true
	}
	automaton := a.later
	if first {
		automaton = a.first
	}
	if automaton == nil {
		return t, false
	}
	i := slices.Index(d.automata, automaton)
	if i < 0 {
		i = len(d.automata)
		d.automata = append(d.automata, automaton)
	}
	all := append(d.read(t.duties), duty{uint32(i), 0})
	t.duties = d.write(all)
	return t, true
}

// duty is a place in one of the automata.
type duty struct {
	automaton uint32
	state     int32
}

func (d *duties) read(text string) (all []duty) {
	for b := []byte(text); len(b) > 0; b = b[8:] {
		all = append(all, duty{binary.BigEndian.Uint32(b), int32(binary.BigEndian.Uint32(b[4:]))})
	}
	return all
}

// write leaves out what is met whatever follows.
func (d *duties) write(all []duty) string {
	slices.SortFunc(all, func(a, b duty) int {
		if a.automaton != b.automaton {
			return int(a.automaton) - int(b.automaton)
		}
		return int(a.state - b.state)
	})
	var text []byte
	for i, x := range all {
		if d.automata[x.automaton].free[x.state] || i > 0 && x == all[i-1] {
			continue
		}
		text = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(text, x.automaton), uint32(x.state))
	}
	return string(text)
}

// advance reads a character. It reports false if a lookahead can't be met then.
func (d *duties) advance(text string, c rune) (string, bool) {
	if text == "" {
		return "", true
	}
	all := d.read(text)
	for i, x := range all {
		if all[i].state = d.automata[x.automaton].step(x.state, c); all[i].state < 0 {
			return "", false
		}
	}
	return d.write(all), true
}

// done reports whether the text may end.
func (d *duties) done(text string) bool {
	return !slices.ContainsFunc(d.read(text), func(x duty) bool { return !d.automata[x.automaton].accept[x.state] })
}

// borders are where characters begin that lookaheads tell apart.
func (d *duties) borders() (starts []rune) {
	for _, a := range d.aheads {
		for _, e := range []*runeDFA{a.first, a.later} {
			if e != nil {
				starts = append(starts, e.starts...)
			}
		}
	}
	return starts
}

// appendClasses adds what lookaheads take c for, in an order that is always the
// same.
func (d *duties) appendClasses(key []byte, c rune) []byte {
	var groups []uint32
	for g := range d.aheads {
		groups = append(groups, g)
	}
	slices.Sort(groups)
	for _, g := range groups {
		for _, e := range []*runeDFA{d.aheads[g].first, d.aheads[g].later} {
			if e != nil {
				key = binary.BigEndian.AppendUint32(key, uint32(e.class[e.interval(c)]))
			}
		}
	}
	return key
}
