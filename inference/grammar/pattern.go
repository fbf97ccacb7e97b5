package grammar

import (
	"encoding/binary"
	"errors"
	"fmt"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

const (
	maxPattern      = 4096      // bytes
	maxInstructions = 5000      // of a compiled pattern
	maxPatternWork  = 5_000_000 // instructions looked at, for all patterns of a schema
)

// compilePattern makes the automaton of the strings that a JSON schema's
// pattern finds itself in. It is nil if there are none. It adds to work.
func compilePattern(pattern string, work *int) (*runeDFA, error) {
	if len(pattern) > maxPattern {
		return nil, fmt.Errorf("it is over %d bytes long", maxPattern)
	}
	translated, err := translatePattern(pattern)
	if err != nil {
		return nil, err
	}
	re, err := syntax.Parse(translated, syntax.Perl)
	if err != nil {
		var bad *syntax.Error
		if errors.As(err, &bad) {
			return nil, fmt.Errorf("it can't be read: %s: %.60q; RE2's syntax is supported, without lookaround and backreferences", bad.Code, bad.Expr)
		}
		return nil, err
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return nil, err
	}
	if len(prog.Inst) > maxInstructions {
		return nil, fmt.Errorf("it has over %d steps with its repetitions written out: take smaller counts", maxInstructions)
	}
	s := &subsets{prog: prog, number: map[string]int{}, work: work}
	starts, class := s.partition()
	start, err := s.closure(nil, uint32(prog.Start), syntax.EmptyBeginText)
	if err != nil {
		return nil, err
	}
	// The start has a state of its own, for ^ holds nowhere else.
	s.sets = append(s.sets, s.simplify(start))
	return newRuneDFA(starts, class, len(s.classes), s)
}

// subsets is the subset construction over a program of regexp/syntax. A state
// is a sorted set of instructions that read a character or wait for the end.
type subsets struct {
	prog    *syntax.Prog
	classes []rune // one character of each class
	sets    [][]uint32
	number  map[string]int
	work    *int
}

// partition finds the classes of characters that no instruction tells apart.
func (s *subsets) partition() (starts []rune, class []int32) {
	starts = []rune{0}
	for i := range s.prog.Inst {
		in := &s.prog.Inst[i]
		switch in.Op {
		case syntax.InstRune, syntax.InstRune1:
			if len(in.Rune) == 1 {
				starts = append(starts, in.Rune[0], in.Rune[0]+1)
				if syntax.Flags(in.Arg)&syntax.FoldCase != 0 {
					for c := unicode.SimpleFold(in.Rune[0]); c != in.Rune[0]; c = unicode.SimpleFold(c) {
						starts = append(starts, c, c+1)
					}
				}
				continue
			}
			for j := 0; j+1 < len(in.Rune); j += 2 {
				starts = append(starts, in.Rune[j], in.Rune[j+1]+1)
			}
		case syntax.InstRuneAnyNotNL:
			starts = append(starts, '\n', '\n'+1)
		}
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	starts = slices.DeleteFunc(starts, func(c rune) bool { return c > utf8.MaxRune })
	class = make([]int32, len(starts))
	numbers := map[string]int32{}
	key := make([]byte, (len(s.prog.Inst)+7)/8)
	for i, c := range starts {
		clear(key)
		for j := range s.prog.Inst {
			if reads(&s.prog.Inst[j], c) {
				key[j/8] |= 1 << (j % 8)
			}
		}
		*s.work += len(s.prog.Inst)
		n, ok := numbers[string(key)]
		if !ok {
			n = int32(len(s.classes))
			numbers[string(key)] = n
			s.classes = append(s.classes, c)
		}
		class[i] = n
	}
	return starts, class
}

func reads(in *syntax.Inst, c rune) bool {
	switch in.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return in.MatchRune(c)
	}
	return false
}

func (s *subsets) spend() error {
	if *s.work++; *s.work > maxPatternWork {
		return errTooManyStates
	}
	return nil
}

// closure adds to set what can be reached from pc without a character, when
// the assertions in holds hold.
func (s *subsets) closure(set []uint32, pc uint32, holds syntax.EmptyOp) ([]uint32, error) {
	todo := []uint32{pc}
	seen := map[uint32]bool{}
	for len(todo) > 0 {
		pc, todo = todo[len(todo)-1], todo[:len(todo)-1]
		if seen[pc] {
			continue
		}
		seen[pc] = true
		if err := s.spend(); err != nil {
			return nil, err
		}
		in := &s.prog.Inst[pc]
		switch in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			todo = append(todo, in.Out, in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			todo = append(todo, in.Out)
		case syntax.InstEmptyWidth:
			op := syntax.EmptyOp(in.Arg)
			if op&^(syntax.EmptyBeginText|syntax.EmptyEndText) != 0 {
				return nil, errors.New("it has (?m), which is not supported: leave it out")
			}
			switch {
			case op&^holds == 0:
				todo = append(todo, in.Out)
			case op == syntax.EmptyEndText:
				set = append(set, pc) // perhaps the text ends here
			}
		case syntax.InstFail:
		default:
			set = append(set, pc)
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
	for _, pc := range set {
		key = binary.AppendUvarint(key, uint64(pc))
	}
	n, ok := s.number[string(key)]
	if !ok {
		n = len(s.sets)
		s.number[string(key)] = n
		s.sets = append(s.sets, set)
	}
	return n
}

func (s *subsets) isMatch(pc uint32) bool { return s.prog.Inst[pc].Op == syntax.InstMatch }

func (s *subsets) next(state, class int) (int, error) {
	set := s.sets[state]
	if len(set) == 1 && s.isMatch(set[0]) {
		return state, nil
	}
	var to []uint32
	var err error
	for _, pc := range set {
		if in := &s.prog.Inst[pc]; reads(in, s.classes[class]) {
			if to, err = s.closure(to, in.Out, 0); err != nil {
				return -1, err
			}
		}
		if err := s.spend(); err != nil {
			return -1, err
		}
	}
	// The pattern may begin anywhere.
	if to, err = s.closure(to, uint32(s.prog.Start), 0); err != nil {
		return -1, err
	}
	if len(to) == 0 {
		return -1, nil
	}
	return s.state(to), nil
}

func (s *subsets) accept(state int) bool {
	for _, pc := range s.sets[state] {
		if s.isMatch(pc) {
			return true
		}
		if s.prog.Inst[pc].Op != syntax.InstEmptyWidth {
			continue
		}
		holds := syntax.EmptyEndText
		if state == 0 {
			holds |= syntax.EmptyBeginText
		}
		end, err := s.closure(nil, pc, holds)
		if err == nil && slices.ContainsFunc(end, s.isMatch) {
			return true
		}
	}
	return false
}
