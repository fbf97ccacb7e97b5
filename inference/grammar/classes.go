package grammar

import (
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// partition finds the classes of characters that no instruction tells apart.
func (s *subsets) partition() (starts []rune, class []int32) {
	starts = []rune{0}
	readers := s.readers()
	for _, in := range readers {
		s.budget.spend(matching, 10+2*len(in.Rune), 16*len(in.Rune)+16)
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
	starts = append(starts, s.borders()...)
	s.budget.spend(matching, 5*len(starts), 0)
	slices.Sort(starts)
	starts = slices.Compact(starts)
	starts = slices.DeleteFunc(starts, func(c rune) bool { return c > utf8.MaxRune })
	class = make([]int32, len(starts))
	numbers := map[string]int32{}
	for i, c := range starts {
		s.budget.spend(matching, 10+2*len(readers)+10*len(s.aheads), 30+len(readers)/4+16*len(s.aheads))
		key := make([]byte, (len(readers)+7)/8)
		for j, in := range readers {
			if reads(in, c) {
				key[j/8] |= 1 << (j % 8)
			}
		}
		key = s.appendClasses(key, c)
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

// readers are the instructions that read a character, one of those that read the
// same, as the copies of a repetition do.
func (s *subsets) readers() (all []*syntax.Inst) {
	type key struct {
		op    syntax.InstOp
		arg   uint32
		rune  *rune
		first rune
		runes int
	}
	seen := map[key]bool{}
	s.budget.spend(matching, 5*len(s.prog.Inst), 0)
	for i := range s.prog.Inst {
		in := &s.prog.Inst[i]
		k := key{op: in.Op, arg: in.Arg, runes: len(in.Rune)}
		switch in.Op {
		case syntax.InstRune, syntax.InstRune1:
			if len(in.Rune) == 1 {
				k.first = in.Rune[0]
			} else if len(in.Rune) > 1 {
				k.rune = &in.Rune[0]
			}
		case syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		default:
			continue
		}
		if !seen[k] {
			seen[k] = true
			all = append(all, in)
		}
	}
	return all
}
