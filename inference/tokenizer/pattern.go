package tokenizer

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// splitPattern is what a Split pre-tokenizer cuts by: the part of Oniguruma's
// regular expressions that tokenizers use. It is a list of branches, the first
// that matches counts; a branch is a sequence of character classes, with greedy
// repeats, of groups of words, and a negative lookahead for one character.
//
// It is restricted so that finding all matches takes time linear in the text:
// what could be tried over and over is refused by check.
type splitPattern struct {
	branches [][]patternItem
	cost     float64               // steps for a byte of text, at most
	first    [utf8.RuneSelf]uint32 // by byte: the branches that may begin with it
}

type patternItem struct {
	class    *runeClass
	min, max int            // of the class; max is noLimit for no end
	words    [][]*runeClass // of a group, instead of a class: one of these, or none if min is 0
	not      bool           // the class must not come next
	memo     int            // where the branch's first unlimited repeat keeps what failed, -1 for others
}

const (
	maxBranches = 32
	maxRepeat   = 100  // of a limited repeat
	maxCost     = 2048 // steps for a byte of text; Llama 3's pattern has less than 100
	maxSource   = 4096 // bytes
)

// patternParser reads a pattern.
type patternParser struct {
	rest string
	fold bool // within (?i:…)
}

var errPattern = errors.New("character classes, repeats, (?:…), (?i:…) of words, and (?!…) of a class, one after the other, in branches")

func parsePattern(source string) (*splitPattern, error) {
	if len(source) > maxSource {
		return nil, fmt.Errorf("patterns of up to %d bytes", maxSource)
	}
	p := &patternParser{rest: source}
	out := &splitPattern{}
	for {
		items, err := p.branch()
		if err == nil {
			err = check(items)
		}
		if err != nil {
			return nil, fmt.Errorf("%w (at %.20q)", err, p.rest)
		}
		unlimited := false
		for i := range items {
			items[i].memo = -1
			if items[i].max == noLimit && !unlimited {
				items[i].memo, unlimited = len(out.branches), true
			}
		}
		if out.cost += cost(items); out.cost > maxCost {
			return nil, errCost
		}
		out.branches = append(out.branches, items)
		if p.rest == "" {
			break
		}
		p.rest = p.rest[1:] // the bar
	}
	if len(out.branches) > maxBranches {
		return nil, errPattern
	}
	for c := range out.first {
		for i, items := range out.branches {
			if canBegin(items, rune(c)) {
				out.first[c] |= 1 << i
			}
		}
	}
	return out, nil
}

// canBegin reports whether a branch may match a text that begins with r.
func canBegin(items []patternItem, r rune) bool {
	for _, it := range items {
		if it.not {
			continue
		}
		if it.words != nil {
			for _, w := range it.words {
				if w[0].has(r) {
					return true
				}
			}
		} else if it.class.has(r) {
			return true
		}
		if it.min > 0 {
			return false
		}
	}
	return false
}

// check refuses branches that match nothing, and such as could take more than
// linear time: behind a second unlimited repeat nothing may fail, for then all
// ways to divide the text between the two would be tried.
func check(items []patternItem) error {
	unlimited, needed := 0, 0
	for i, it := range items {
		switch {
		case it.not:
			if unlimited > 1 || i == 0 {
				return errPattern
			}
			continue
		case unlimited > 1 && it.min > 0:
			return errPattern
		case it.max == noLimit:
			if unlimited++; unlimited > 2 {
				return errPattern
			}
		}
		needed += it.min
	}
	if needed == 0 {
		return errPattern
	}
	return nil
}

var errCost = fmt.Errorf("patterns that take up to %d steps for a byte of text, fewer or smaller repeats", maxCost)

// cost is how many characters are looked at from one place, at most. From an
// unlimited repeat's places it is shared, because what failed is remembered.
func cost(items []patternItem) float64 {
	c := 1.0
	for _, it := range slices.Backward(items) {
		switch {
		case it.not, it.max == noLimit:
			c++
		case it.words != nil:
			c *= float64(len(it.words) + 1 - it.min)
			for _, w := range it.words {
				c += float64(len(w))
			}
		default:
			c = float64(it.max) + float64(it.max-it.min+1)*c
		}
	}
	return c
}

// branch reads up to a bar, a closing bracket or the end.
func (p *patternParser) branch() ([]patternItem, error) {
	var items []patternItem
	for p.rest != "" && p.rest[0] != '|' && p.rest[0] != ')' {
		it := patternItem{min: 1, max: 1}
		var err error
		switch {
		case p.skip("(?!"):
			it.not = true
			if it.class, err = p.class(); err == nil && !p.skip(")") {
				err = errPattern
			}
			if err != nil {
				return nil, err
			}
			items = append(items, it)
			continue
		case p.skip("(?:"):
			it.words, err = p.words()
		case p.skip("(?i:"):
			p.fold = true
			it.words, err = p.words()
			p.fold = false
		default:
			it.class, err = p.class()
		}
		if err == nil {
			err = p.repeat(&it)
		}
		if err != nil {
			return nil, err
		}
		items = append(items, it)
	}
	if p.rest != "" && p.rest[0] == ')' {
		return nil, errPattern
	}
	return items, nil
}

func (p *patternParser) skip(s string) bool {
	rest, ok := strings.CutPrefix(p.rest, s)
	p.rest = rest
	return ok
}

// repeat reads a ?, *, + or {a,b} behind an item. Lazy and possessive ones are
// refused, and so are repeated groups.
func (p *patternParser) repeat(it *patternItem) error {
	switch {
	case p.skip("?"):
		it.min = 0
	case p.skip("*"):
		it.min, it.max = 0, noLimit
	case p.skip("+"):
		it.max = noLimit
	case p.skip("{"):
		inside, rest, ok := strings.Cut(p.rest, "}")
		low, high, both := strings.Cut(inside, ",")
		if !both {
			high = low
		}
		var err1, err2 error
		it.min, err1 = strconv.Atoi(low)
		if it.max = noLimit; high != "" {
			if it.max, err2 = strconv.Atoi(high); it.max > maxRepeat {
				return errPattern
			}
		}
		if !ok || err1 != nil || err2 != nil || it.min < 0 || it.min > maxRepeat || it.min > it.max || it.max == 0 {
			return errPattern
		}
		p.rest = rest
	}
	if it.words != nil && it.max > 1 || p.rest != "" && strings.ContainsRune("?*+{", rune(p.rest[0])) {
		return errPattern
	}
	return nil
}

// words reads a group's alternatives, of single characters and classes.
func (p *patternParser) words() ([][]*runeClass, error) {
	all := [][]*runeClass{nil}
	start := p.rest
	for p.rest != "" {
		last := len(all) - 1
		switch {
		case p.skip("|"):
			if all[last] == nil {
				return nil, errPattern
			}
			all = append(all, nil)
		case p.skip(")"):
			if all[last] == nil || p.fold && foldsTogether(start[:len(start)-len(p.rest)]) {
				return nil, errPattern
			}
			return all, nil
		default:
			if strings.ContainsRune("?*+{(", rune(p.rest[0])) {
				return nil, errPattern
			}
			c, err := p.class()
			if err != nil {
				return nil, err
			}
			all[last] = append(all[last], c)
		}
	}
	return nil, errPattern
}

// foldsTogether reports whether some letters would, in the reference, match a
// single character too when case is ignored, as "ss" matches "ß".
func foldsTogether(s string) bool {
	s = strings.ToLower(s)
	for _, letters := range []string{"ss", "st", "ff", "fi", "fl"} {
		if strings.Contains(s, letters) {
			return true
		}
	}
	return false
}
