package grammar

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
)

const (
	maxPattern      = 4096 // bytes
	maxInstructions = 5000 // of a compiled pattern
)

// compilePattern makes the automaton of the strings that a JSON schema's
// pattern finds itself in, see translatePattern for wide. It is nil if there are
// none.
func compilePattern(pattern string, wide bool, b *budget) (*runeDFA, error) {
	if len(pattern) > maxPattern {
		return nil, fmt.Errorf("it is over %d bytes long", maxPattern)
	}
	s, err := newSubsets(pattern, wide, b)
	if err != nil {
		return nil, err
	}
	return s.automaton(true)
}

// newSubsets reads a pattern.
func newSubsets(pattern string, wide bool, b *budget) (*subsets, error) {
	translated, aheads, err := translatePattern(pattern, wide)
	if err != nil {
		return nil, err
	}
	// Each class of Unicode has its own list of some hundred ranges.
	classes := strings.Count(translated, `\p`) + strings.Count(translated, `\P`)
	b.spend(matching, 100+10*len(translated)+4000*classes, 2000+100*len(translated)+28_000*classes)
	re, err := syntax.Parse(translated, syntax.Perl)
	if err != nil {
		var bad *syntax.Error
		if errors.As(err, &bad) {
			return nil, fmt.Errorf("it can't be read: %s: %.60q; RE2's syntax and lookahead are supported, without lookbehind and backreferences", bad.Code, bad.Expr)
		}
		return nil, err
	}
	if instructions(re) > maxInstructions {
		return nil, errTooManySteps
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return nil, err
	}
	if len(prog.Inst) > maxInstructions {
		return nil, errTooManySteps
	}
	b.spend(matching, 20*len(prog.Inst), 500*len(prog.Inst))
	s := &subsets{prog: prog, budget: b, marks: make([]int, len(prog.Inst)), duties: newDuties(len(prog.Inst))}
	groups := re.CapNames()
	for i, a := range aheads {
		made, err := newAhead(a, wide, b)
		if err != nil {
			return nil, err
		}
		b.spend(matching, len(groups), 0)
		s.aheads[uint32(2*slices.Index(groups, aheadName(i)))] = made
	}
	return s, nil
}

var errTooManySteps = fmt.Errorf("it has over %d steps with its repetitions written out: take smaller counts", maxInstructions)

// instructions is how many there will be at least, as far as it matters.
func instructions(re *syntax.Regexp) int {
	n := 0
	for _, sub := range re.Sub {
		n += instructions(sub)
	}
	switch re.Op {
	case syntax.OpLiteral:
		n += len(re.Rune)
	case syntax.OpRepeat:
		n *= max(re.Min, re.Max, 1)
	case syntax.OpConcat, syntax.OpEmptyMatch:
	default:
		n++
	}
	return min(n, 2*maxInstructions)
}

// automaton makes the automaton, which is nil if it accepts nothing. Without
// first, the text has begun before, so ^ doesn't hold, and the pattern has to
// begin here.
func (s *subsets) automaton(first bool) (*runeDFA, error) {
	s.sets, s.number, s.classes = nil, map[string]int{}, nil
	starts, class := s.partition()
	holds := syntax.EmptyOp(0)
	if first {
		holds = syntax.EmptyBeginText
	}
	s.first = holds
	start, err := s.closure(nil, thread{pc: uint32(s.prog.Start)}, holds)
	if err != nil {
		return nil, err
	}
	// The start has a state of its own, for ^ holds nowhere else.
	s.sets = append(s.sets, s.simplify(start))
	return newRuneDFA(starts, class, len(s.classes), s, s.budget)
}
