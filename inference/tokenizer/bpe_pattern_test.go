package tokenizer

import (
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
			text := []byte(strings.Repeat(piece, 1<<20))
			start := time.Now()
			m := patternMatcher{splitPattern: p, text: text}
			for at := 0; at >= 0 && at < len(text); {
				_, at = m.next(at)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("%s took %v for %d times %q", source, took, len(text), piece)
			}
		}
	}
}
