package tokenizer

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestPatternsThatAreRefused(t *testing.T) {
	for _, source := range []string{
		"", "a|", "|a", "a*", "a?b*", "(?!a)", "a(?!bc)", "(a)", "(?=a)b", "(?<=a)b", "a)", "(?:a", "(?:a|)", "(?:)", "(?:ab)+", "(?:a*)", "(?:(?:a))",
		"a+?", "a++", "a{2}{3}", "a{,3}", "a{3,2}", "a{0}", "a{x}", "a{1,1000}", ".", "^a", "a$", `\b`, `\w`, `\1`, `\x41`, `\p{Han}`, `\p{^L}`, `\p{L`, `\pL`, `\`, "[", "[]", "[^]", "[a", "[b-a]", "[a-]x-]", "[[a]]", "[a&&b]", `[\S]`, `[\p{L}-z]`,
		"a*b*c", "a+b+(?!c)", "a+b+c+", strings.Repeat("a{0,9}", 5) + "b", "(?i:é)", "(?i:ss)", "(?i:'ST)", "(?i:[a-z])", `(?i:\s)`, strings.Repeat("a|", 32) + "a",
	} {
		if _, err := parsePattern(source); err == nil {
			t.Errorf("%q is taken", source)
		}
	}
}

// TestPatternsTakeLinearTime has texts that make a matcher that tries each way
// from each place quadratic.
func TestPatternsTakeLinearTime(t *testing.T) {
	for _, source := range []string{`\s*[\r\n]+`, `\s+(?!\S)`, " ?a*a+b?", "[ab]?a+(?:bc)?c", `a+x`, `a{0,9}a+x`, gpt2Pattern} {
		p, err := parsePattern(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		for _, piece := range []string{" ", "a", "ab", "é", "\n ", "'", "1"} {
			text := []byte(strings.Repeat(piece, 1<<17))
			start := time.Now()
			m := patternMatcher{splitPattern: p, text: text}
			for at := 0; at >= 0 && at < len(text); {
				_, at = m.next(at)
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("%s took %v for %d times %q", source, took, len(text), piece)
			}
		}
	}
}

// FuzzPattern compares with Go's regular expressions where both read a pattern,
// on ASCII texts, because there the two agree on what a class is.
func FuzzPattern(f *testing.F) {
	for _, source := range []string{gpt2Pattern, `\s*[\r\n]+|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}`, "(?i:'s|k)?x|[a-c-]+", " ?a*a+b?", "[ab]{2,3}(?:bc|c)?c", "0?0*00"} {
		f.Add(source, "I'm 1234  a\n\n aab'S abcc 00")
	}
	f.Fuzz(func(t *testing.T, source, text string) {
		text = validUTF8(text)
		p, err := parsePattern(source)
		if err != nil {
			return
		}
		m := patternMatcher{splitPattern: p, text: []byte(text)}
		plain := !strings.Contains(text, "\v") // Go's \s hasn't got it
		for _, c := range []byte(text) {
			plain = plain && c < 128
		}
		other, err := regexp.Compile(source)
		for at := 0; at < len(text); {
			start, end := m.next(at)
			if start >= 0 && end <= start || end > len(text) {
				t.Fatalf("%q on %q: %d to %d", source, text, start, end)
			}
			if err == nil && plain {
				want := other.FindStringIndex(text[at:])
				if (want == nil) != (start < 0) || want != nil && (want[0]+at != start || want[1]+at != end) {
					t.Fatalf("%q on %q from %d: got %d to %d, want %v", source, text, at, start, end, want)
				}
			}
			if start < 0 {
				break
			}
			at = end
		}
	})
}
