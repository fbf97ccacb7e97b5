package tokenizer

import (
	"cmp"
	_ "embed"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// runeClass is a set of characters in a pattern.
type runeClass struct {
	ascii      [2]uint64
	categories uint32 // a bit for each of categoryNames
	spaces     bool   // white space
	ranges     [][2]rune
	negated    bool
}

func (c *runeClass) has(r rune) bool {
	if r < utf8.RuneSelf {
		return c.ascii[r>>6]&(1<<(r&63)) != 0
	}
	return c.find(r) != c.negated
}

func (c *runeClass) find(r rune) bool {
	if c.categories&(1<<categoryOf(r)) != 0 || c.spaces && unicode.IsSpace(r) {
		return true
	}
	n := sort.Search(len(c.ranges), func(i int) bool { return c.ranges[i][1] >= r })
	return n < len(c.ranges) && c.ranges[n][0] <= r
}

// done sorts the ranges and makes the bits of the ASCII characters.
func (c *runeClass) done() *runeClass {
	slices.SortFunc(c.ranges, func(a, b [2]rune) int { return cmp.Compare(a[0], b[0]) })
	apart := c.ranges[:0]
	for _, p := range c.ranges {
		if n := len(apart); n > 0 && p[0] <= apart[n-1][1] {
			apart[n-1][1] = max(apart[n-1][1], p[1])
		} else {
			apart = append(apart, p)
		}
	}
	c.ranges = apart
	for r := range rune(utf8.RuneSelf) {
		if c.find(r) != c.negated {
			c.ascii[r>>6] |= 1 << (r & 63)
		}
	}
	return c
}

// class reads a character, an escape or a set in square brackets.
func (p *patternParser) class() (*runeClass, error) {
	c := &runeClass{}
	if !p.skip("[") {
		if p.rest == "" || strings.ContainsRune("^$.()[]{}|?*+", rune(p.rest[0])) {
			return nil, errPattern
		}
		if _, err := p.member(c); err != nil {
			return nil, err
		}
		return c.done(), nil
	}
	c.negated = p.skip("^")
	for first := true; !p.skip("]"); first = false {
		if p.rest == "" || p.rest[0] == '[' || strings.HasPrefix(p.rest, `\S`) || strings.HasPrefix(p.rest, "&&") || p.rest[0] == '-' && !first && !strings.HasPrefix(p.rest, "-]") {
			return nil, errPattern
		}
		low, err := p.member(c)
		if err != nil {
			return nil, err
		}
		if low >= 0 && !strings.HasPrefix(p.rest, "-]") && p.skip("-") {
			high, err := p.member(&runeClass{})
			if err != nil || high < low || p.fold {
				return nil, errPattern
			}
			c.ranges = append(c.ranges, [2]rune{low, high})
		}
	}
	if c.categories == 0 && !c.spaces && c.ranges == nil {
		return nil, errPattern
	}
	return c.done(), nil
}

// member adds a character or an escape to a class. It returns the character,
// -1 for a set of them.
func (p *patternParser) member(c *runeClass) (rune, error) {
	r, n := utf8.DecodeRuneInString(p.rest)
	if n == 0 || r == utf8.RuneError {
		return 0, errPattern
	}
	p.rest = p.rest[n:]
	if r == '\\' {
		if p.rest == "" {
			return 0, errPattern
		}
		escape := p.rest[0]
		p.rest = p.rest[1:]
		switch escape {
		case 's', 'S', 'd', 'p', 'P':
			return -1, p.set(escape, c)
		case 'n', 'r', 't':
			r = rune("\n\r\t"[strings.IndexByte("nrt", escape)])
		default:
			if escape >= utf8.RuneSelf || !unicode.In(rune(escape), unicode.P, unicode.S, unicode.Zs) {
				return 0, errPattern
			}
			r = rune(escape)
		}
	}
	c.ranges = append(c.ranges, [2]rune{r, r})
	return r, p.foldInto(c, r)
}

// foldInto adds the other cases of a character within (?i:…).
func (p *patternParser) foldInto(c *runeClass, r rune) error {
	if !p.fold {
		return nil
	}
	if r >= utf8.RuneSelf {
		return errPattern
	}
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		c.ranges = append(c.ranges, [2]rune{f, f})
	}
	return nil
}

// set adds what \s, \S, \d, \p{…} and \P{…} stand for.
func (p *patternParser) set(escape byte, c *runeClass) error {
	if p.fold {
		return errPattern
	}
	mask := uint32(0)
	switch escape {
	case 's':
		c.spaces = true
		return nil
	case 'S':
		c.spaces, c.negated = true, true
		return nil
	case 'd':
		mask = categoryMask("Nd")
	default:
		name, rest, ok := strings.Cut(strings.TrimPrefix(p.rest, "{"), "}")
		if mask = categoryMask(name); !ok || p.rest[0] != '{' || mask == 0 {
			return errPattern
		}
		p.rest = rest
	}
	if escape == 'P' {
		mask = categoryMask("") &^ mask
	}
	c.categories |= mask
	return nil
}

// categoryNames are Unicode's general categories.
var categoryNames = strings.Fields("Cc Cf Cn Co Cs Ll Lm Lo Lt Lu Mc Me Mn Nd Nl No Pc Pd Pe Pf Pi Po Ps Sc Sk Sm So Zl Zp Zs")

// categoryMask has a bit for each category whose name begins so.
func categoryMask(name string) (mask uint32) {
	for i, n := range categoryNames {
		if strings.HasPrefix(n, name) {
			mask |= 1 << i
		}
	}
	return mask
}

// categoryRanges are the categories of all code points for the reference, whose
// Unicode data are others than Go's, by tests/reference/tokenizer_tables.py: for
// each range its category and its length in base 36.
//
//go:embed categories.txt
var categoryRanges string

// categoryPages are the categories by code point, 256 a page; equal pages are one.
var categoryPages = sync.OnceValue(func() *[unicode.MaxRune/256 + 1]*[256]byte {
	var pages [unicode.MaxRune/256 + 1]*[256]byte
	seen := map[[256]byte]*[256]byte{}
	var page [256]byte
	next := 0
	numbers := map[string]byte{}
	for i, name := range categoryNames {
		numbers[name] = byte(i)
	}
	for _, field := range strings.Fields(categoryRanges) {
		n, err := strconv.ParseInt(field[2:], 36, 32)
		if err != nil {
			panic(err) // the file is ours
		}
		for ; n > 0; n-- {
			page[next%256] = numbers[field[:2]]
			if next++; next%256 == 0 {
				if seen[page] == nil {
					same := page
					seen[page] = &same
				}
				pages[next/256-1] = seen[page]
			}
		}
	}
	return &pages
})

func categoryOf(r rune) byte { return categoryPages()[r>>8][r&255] }
