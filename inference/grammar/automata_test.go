package grammar

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestNumbersAreComparedExactly compares random limits and numbers with exact
// arithmetic.
func TestNumbersAreComparedExactly(t *testing.T) {
	choose := random(1)
	decimalText := func(digits string) string {
		text := ""
		if choose(3) == 0 {
			text = "-"
		}
		whole := ""
		for range 1 + choose(3) {
			whole += string(digits[choose(len(digits))])
		}
		whole = strings.TrimLeft(whole, "0")
		if whole == "" {
			whole = "0"
		}
		text += whole
		if choose(2) == 0 {
			text += "."
			for range 1 + choose(3) {
				text += string(digits[choose(len(digits))])
			}
		}
		return text
	}
	rat := func(text string) *big.Rat {
		r, ok := new(big.Rat).SetString(text)
		if !ok {
			t.Fatalf("%q is no number", text)
		}
		return r
	}
	accepted := 0
	for range 1500 {
		var spec numberSpec
		said := ""
		ok := func(*big.Rat) bool { return true }
		limit := func(sign int, set func(bound)) {
			text := decimalText("0159")
			d, err := parseDecimal(text)
			if err != nil {
				t.Fatal(err)
			}
			exclusive := choose(2) == 0
			set(bound{d, exclusive})
			said += fmt.Sprintf(" %d:%s(%t)", sign, text, exclusive)
			before := ok
			ok = func(x *big.Rat) bool {
				c := x.Cmp(rat(text)) * sign
				return before(x) && (c > 0 || c == 0 && !exclusive)
			}
		}
		if choose(3) > 0 {
			limit(1, spec.atLeast)
		}
		if choose(3) > 0 {
			limit(-1, spec.atMost)
		}
		spec.integer = choose(3) == 0
		if choose(3) == 0 {
			text := []string{"1", "3", "10", "0.1", "0.01", "0.25", "1.5", "0.03"}[choose(8)]
			d, _ := parseDecimal(text)
			spec.multiples = append(spec.multiples, d)
			said += " multiple of " + text
			before := ok
			ok = func(x *big.Rat) bool { return before(x) && new(big.Rat).Quo(x, rat(text)).IsInt() }
		}
		d, err := spec.automaton(unlimited())
		if err != nil {
			t.Fatal(err)
		}
		for range 40 {
			text := decimalText("0159")
			x := rat(text)
			// How numbers are written is narrower than what they may be.
			written := !strings.HasPrefix(text, "-0") || x.Sign() != 0
			whole := spec.integer
			for _, m := range spec.multiples {
				whole = whole || m.isInteger()
			}
			if whole && strings.Contains(text, ".") || said == "" && !spec.integer {
				continue
			}
			if _, fraction, _ := strings.Cut(text, "."); len(spec.multiples) > 0 && len(fraction) > len(spec.multiples[0].fraction) {
				continue // 0.10 as a multiple of 0.1
			}
			want := written && ok(x)
			if got := d != nil && d.matches(text); got != want {
				t.Fatalf("%s (integer %t) by%s: %t", text, spec.integer, said, got)
			}
			if want {
				accepted++
			}
		}
	}
	if accepted < 2500 {
		t.Errorf("only %d numbers were accepted", accepted)
	}
}

// TestLengthsOfPatterns compares the prediction of lengths with all texts.
func TestLengthsOfPatterns(t *testing.T) {
	for _, p := range []string{"^(aa)*$", "^(ab|abab)b?$", "^a*b$", "^(aaa|bb)*$", "b", "^(a|bb)(a|bbb)$"} {
		d, err := compilePattern(p, false, unlimited())
		if err != nil {
			t.Fatal(err)
		}
		for low := range 6 {
			for high := -1; high < 7; high++ {
				s, err := newString(d, low, high, unlimited())
				if err != nil {
					t.Fatal(err)
				}
				var visit func(at place, text string) bool // whether some text meets it
				visit = func(at place, text string) bool {
					some := s.ends(at.state, int(at.count))
					if want := s.matches(text); some != want {
						t.Fatalf("%s {%d,%d}: %q ends: %t", p, low, high, text, some)
					}
					if len(text) == 8 {
						return true // not looked at further
					}
					for _, b := range []byte("ab") {
						if next, ok := s.read(at, b); ok {
							if !visit(next, text+string(b)) {
								t.Fatalf("%s {%d,%d}: %q leads nowhere", p, low, high, text+string(b))
							}
							some = true
						}
					}
					return some
				}
				some := false
				for n := range 1 << 9 { // all texts of up to 8 letters
					text := strings.NewReplacer("0", "a", "1", "b").Replace(fmt.Sprintf("%b", n+1)[1:])
					if d.matches(text) && len(text) >= low && (high < 0 || len(text) <= high) {
						some = true
						if s == nil || !s.matches(text) {
							t.Fatalf("%s {%d,%d}: %q is refused", p, low, high, text)
						}
					}
				}
				if s == nil && some {
					t.Fatalf("%s {%d,%d} is called impossible", p, low, high)
				}
				if s != nil {
					visit(place{}, "")
				}
			}
		}
	}
}

// TestCharactersAreReadFromBytesAndEscapes reads each character in each way it
// can be written.
func TestCharactersAreReadFromBytesAndEscapes(t *testing.T) {
	some, err := compilePattern(`^[\u0100-\uFFFD]$`, false, unlimited())
	if err != nil {
		t.Fatal(err)
	}
	one, err := newString(anyString, 0, 1, unlimited())
	if err != nil {
		t.Fatal(err)
	}
	few, err := newString(some, 0, 1, unlimited())
	if err != nil {
		t.Fatal(err)
	}
	reads := func(s *stringNode, text string) bool {
		at, ok := place{}, true
		for _, b := range []byte(text) {
			if at, ok = s.read(at, b); !ok {
				return false
			}
		}
		return at.partial == 0 && s.ends(at.state, int(at.count))
	}
	for c := rune(0); c <= utf8.MaxRune; c++ {
		if c > 0x3000 && c < 0xD000 && c%97 != 0 || c > 0x10100 && c < 0x10FF00 && c%997 != 0 {
			continue
		}
		surrogate := c >= surrogates && c < surrogatesEnd
		raw := string(c)
		escaped := fmt.Sprintf(`\u%04x`, c)
		if surrogate {
			raw = string([]byte{0xED, byte(0x80 | c>>6&0x3F), byte(0x80 | c&0x3F)})
		}
		if c > 0xFFFF {
			escaped = fmt.Sprintf(`\u%04X\u%04x`, 0xD800+(c-0x10000)>>10, 0xDC00+(c-0x10000)&0x3FF)
		}
		asIs := !surrogate && c >= ' ' && c != '"' && c != '\\'
		if reads(one, raw) != asIs || reads(one, escaped) == surrogate {
			t.Fatalf("%U is %t, escaped %t", c, reads(one, raw), reads(one, escaped))
		}
		in := c >= 0x100 && c <= 0xFFFD && !surrogate
		if reads(few, raw) != in || reads(few, escaped) != in {
			t.Fatalf("%U in the class is %t, escaped %t", c, reads(few, raw), reads(few, escaped))
		}
	}
}
