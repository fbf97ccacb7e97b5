package grammar

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"slices"
)

const (
	maxPattern      = 4096      // bytes
	maxInstructions = 5000      // of a compiled pattern
	maxPatternWork  = 5_000_000 // instructions looked at, for all patterns of a schema
)

// compilePattern makes the automaton of the strings that a JSON schema's
// pattern finds itself in, see translatePattern for wide. It is nil if there are
// none. It adds to work.
func compilePattern(pattern string, wide bool, work *int) (*runeDFA, error) {
	if len(pattern) > maxPattern {
		return nil, fmt.Errorf("it is over %d bytes long", maxPattern)
	}
	s, err := newSubsets(pattern, wide, work)
	if err != nil {
		return nil, err
	}
	return s.automaton(true)
}

// newSubsets reads a pattern.
func newSubsets(pattern string, wide bool, work *int) (*subsets, error) {
	translated, aheads, err := translatePattern(pattern, wide)
	if err != nil {
		return nil, err
	}
	re, err := syntax.Parse(translated, syntax.Perl)
	if err != nil {
		var bad *syntax.Error
		if errors.As(err, &bad) {
			return nil, fmt.Errorf("it can't be read: %s: %.60q; RE2's syntax and lookahead are supported, without lookbehind and backreferences", bad.Code, bad.Expr)
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
	s := &subsets{prog: prog, work: work, duties: newDuties(len(prog.Inst))}
	for i, a := range aheads {
		made, err := newAhead(a, wide, work)
		if err != nil {
			return nil, err
		}
		s.aheads[uint32(2*slices.Index(re.CapNames(), aheadName(i)))] = made
	}
	return s, nil
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
	return newRuneDFA(starts, class, len(s.classes), s)
}
