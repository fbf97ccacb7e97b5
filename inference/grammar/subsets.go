package grammar

import (
	"encoding/binary"
	"errors"
	"regexp/syntax"
	"slices"
)

// subsets is the subset construction over a program of regexp/syntax. A state
// is a sorted set of threads, each at an instruction that reads a character or
// waits for the end.
type subsets struct {
	prog *syntax.Prog
	duties
	anchored bool           // the pattern has to begin where the text does
	first    syntax.EmptyOp // what holds at the start
	classes  []rune         // one character of each class
	sets     [][]uint32
	number   map[string]int
	budget   *budget
	// marks says of each thread in which walk it was seen last.
	marks []int
	walk  int
	todo  []uint32
}

func reads(in *syntax.Inst, c rune) bool {
	switch in.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return in.MatchRune(c)
	}
	return false
}

// look takes what looking at a thread takes.
func (s *subsets) look(t thread) { s.budget.spend(matching, 3+3*len(t.duties), 10*len(t.duties)) }

// closure adds to set what can be reached from a thread without a character,
// when the assertions in holds hold.
func (s *subsets) closure(set []uint32, from thread, holds syntax.EmptyOp) ([]uint32, error) {
	s.walk++
	todo := append(s.todo[:0], s.thread(from))
	defer func() { s.todo = todo }()
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for int(id) >= len(s.marks) {
			s.marks = append(s.marks, 0)
		}
		if s.marks[id] == s.walk {
			continue
		}
		s.marks[id] = s.walk
		t := s.at(id)
		s.look(t)
		in := &s.prog.Inst[t.pc]
		goOn := func(pc uint32) { todo = append(todo, s.thread(thread{pc, t.duties})) }
		switch in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			goOn(in.Out)
			goOn(in.Arg)
		case syntax.InstCapture:
			if next, ok := s.assume(t, in, holds&syntax.EmptyBeginText != 0); ok {
				todo = append(todo, s.thread(next))
			}
		case syntax.InstNop:
			goOn(in.Out)
		case syntax.InstEmptyWidth:
			op := syntax.EmptyOp(in.Arg)
			if op&^(syntax.EmptyBeginText|syntax.EmptyEndText) != 0 {
				return nil, errors.New("it has (?m), which is not supported: leave it out")
			}
			switch {
			case op&^holds == 0:
				goOn(in.Out)
			case op == syntax.EmptyEndText:
				set = append(set, id) // perhaps the text ends here
			}
		case syntax.InstFail:
		default:
			set = append(set, id)
		}
	}
	return set, nil
}

func (s *subsets) simplify(set []uint32) []uint32 {
	slices.Sort(set)
	set = slices.Compact(set)
	if i := slices.IndexFunc(set, s.isMatch); i >= 0 {
		return set[i : i+1] // whatever follows is fine
	}
	return set
}

// state numbers a set.
func (s *subsets) state(set []uint32) int {
	set = s.simplify(set)
	var key []byte
	s.budget.spend(matching, 2*len(set), 4*len(set))
	for _, id := range set {
		key = binary.AppendUvarint(key, uint64(id))
	}
	n, ok := s.number[string(key)]
	if !ok {
		n = len(s.sets)
		s.number[string(key)] = n
		s.budget.spend(matching, 10, 8*len(set)+150)
		s.sets = append(s.sets, set)
	}
	return n
}

// isMatch reports whether a thread is at the end of the pattern, without duties.
func (s *subsets) isMatch(id uint32) bool {
	t := s.at(id)
	return s.prog.Inst[t.pc].Op == syntax.InstMatch && t.duties == ""
}

func (s *subsets) next(state, class int) (int, error) {
	set := s.sets[state]
	if len(set) == 1 && s.isMatch(set[0]) {
		return state, nil
	}
	var to []uint32
	var err error
	for _, id := range set {
		t := s.at(id)
		in := &s.prog.Inst[t.pc]
		if duties, ok := s.advance(t.duties, s.classes[class]); !ok {
		} else if in.Op == syntax.InstMatch {
			to = append(to, s.thread(thread{t.pc, duties}))
		} else if reads(in, s.classes[class]) {
			if to, err = s.closure(to, thread{in.Out, duties}, 0); err != nil {
				return -1, err
			}
		}
		s.look(t)
	}
	if !s.anchored { // the pattern may begin anywhere
		if to, err = s.closure(to, thread{pc: uint32(s.prog.Start)}, 0); err != nil {
			return -1, err
		}
	}
	if len(to) == 0 {
		return -1, nil
	}
	return s.state(to), nil
}

func (s *subsets) accept(state int) bool {
	for _, id := range s.sets[state] {
		t := s.at(id)
		holds := syntax.EmptyEndText
		if state == 0 {
			holds |= s.first
		}
		end := []uint32{id}
		if s.prog.Inst[t.pc].Op == syntax.InstEmptyWidth {
			var err error
			if end, err = s.closure(nil, t, holds); err != nil {
				continue
			}
		}
		for _, id := range end {
			if t := s.at(id); s.prog.Inst[t.pc].Op == syntax.InstMatch && s.done(t.duties) {
				return true
			}
		}
	}
	return false
}
