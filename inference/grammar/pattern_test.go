package grammar

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/dlclark/regexp2"
)

// TestPatternsFindWhatRegexpFinds compares with Go's regular expressions, which
// have the same syntax where . and \s aren't concerned.
func TestPatternsFindWhatRegexpFinds(t *testing.T) {
	comparePatterns(t, 1000, 6, []string{"a", "b", "é", "[ab]", "[^a]", "^", "$", `\d`, `\W`, "😀", "(?i:B)", "[b-é]", ""},
		[]string{"", "a", "b", "B", "é", "😀", "1", "\n", "K"}, func(p string) (func(string) (bool, error), error) {
			re, err := regexp.Compile(p)
			return func(text string) (bool, error) { return re.MatchString(text), nil }, err
		})
}

// TestLookaheadsFindWhatECMAScriptFinds compares with an engine that backtracks.
func TestLookaheadsFindWhatECMAScriptFinds(t *testing.T) {
	comparePatterns(t, 250, 9, []string{"a", "b", "[ab]", "[^a]", "^", "$", `\d`, "(?=b)", "(?!a)", "(?!^a)", "(?!.*b$)", "c", ""},
		[]string{"", "a", "b", "c", "1"}, func(p string) (func(string) (bool, error), error) {
			re, err := regexp2.Compile(p, regexp2.ECMAScript)
			if err == nil {
				re.MatchTimeout = 10 * time.Millisecond
			}
			return func(text string) (bool, error) { return re.MatchString(text) }, err
		})
}

// TestWhatMustNotMatchIsReadWidely has constructs that ECMAScript and RE2 take
// for different characters, where matching forbids.
func TestWhatMustNotMatchIsReadWidely(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{`^\s`, "\u00a0", false}, {`^(?!\s)`, "\u00a0", false}, {`^(?!\s)`, "a", true}, {`^(?!\S)`, "\v", false}, {`^(?![\s])`, "\u2003", false},
		{`^(?![^\s])`, "\u00a0", false}, {`^(?!.$)`, "\r", false}, {`^(?!.$)`, "\n", true}, {`^(?!(?!\s))`, "\u00a0", false}, {`^(?!(?!\s))`, " ", true},
	} {
		d, err := compilePattern(c.pattern, false, unlimited())
		if err != nil {
			t.Fatal(err)
		}
		if got := d != nil && d.matches(c.text); got != c.want {
			t.Errorf("%s in %q: %t", c.pattern, c.text, got)
		}
	}
	g := mustCompile(t, `{"type":"object","properties":{"\u00a0x":{"type":["integer","null","string"]}},"patternProperties":{"^\\s":{"type":["integer","null"]}},"additionalProperties":{"type":["integer","boolean"]}}`)
	for text, want := range map[string]bool{
		`{" a":null}`: true, `{" a":true}`: false, `{"a":true}`: true, `{"a":null}`: false,
		"{\"\u00a0a\":1}": false, // it depends on who reads the pattern
		"{\"\u00a0x\":1}": true, "{\"\u00a0x\":\"\"}": false,
	} {
		if g.accepts(text) != want {
			t.Errorf("%q is accepted: %t", text, !want)
		}
	}
}

// comparePatterns makes random patterns of the atoms, and searches for them in
// texts of the parts.
func comparePatterns(t *testing.T, patterns, forms int, atoms, parts []string, compile func(string) (func(string) (bool, error), error)) {
	choose := random(2)
	var pattern func(depth int) string
	pattern = func(depth int) string {
		if depth == 0 {
			return atoms[choose(len(atoms))]
		}
		a, b := pattern(depth-1), pattern(depth-1)
		switch choose(forms) {
		case 0:
			return "(" + a + "|" + b + ")"
		case 1:
			return "(?:" + a + ")*" + b
		case 2:
			return "(" + a + ")?" + b
		case 3:
			return "(?:" + a + "){1,2}"
		case 6:
			return "(?=" + a + ")" + b
		case 7:
			return a + "(?!" + b + ")"
		case 8:
			return "^(?!" + a + ")" + b + "$"
		}
		return a + b
	}
	texts := slices.Clone(parts)
	for range 60 {
		text := ""
		for range 1 + choose(6) {
			text += texts[choose(len(texts))]
		}
		texts = append(texts, text)
	}
	found := 0
	for range patterns {
		p := pattern(1 + choose(3))
		find, err := compile(p)
		if err != nil {
			continue
		}
		d, err := compilePattern(p, false, unlimited())
		if err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		for _, text := range texts {
			want, err := find(text)
			if err != nil {
				break // it would take too long
			}
			if got := d != nil && d.matches(text); got != want {
				t.Fatalf("%s in %q: %t", p, text, got)
			} else if got {
				found++
			}
		}
	}
	if found < 5*patterns {
		t.Errorf("only %d were found", found)
	}
}
