package grammar

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// ECMAScript's white space, which \s is, and what ends a line, which . isn't.
const (
	spacesOfBoth   = `\t\n\f\r `
	spacesOfEither = spacesOfBoth + `\v\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}`
	notLineEnd     = `[^\n\r\x{2028}\x{2029}]`
)

// translatePattern writes an ECMAScript pattern in RE2's syntax. Where the two
// disagree on what a construct matches, it is what both match, or, if wide is
// set, what either does, as is needed for what must not match. Empty groups stand
// for lookaheads.
func translatePattern(p string, wide bool) (string, []lookahead, error) {
	var aheads []lookahead
	var out strings.Builder
	class := false   // within [ ]
	negated := false // within [^ ]
	for i := 0; i < len(p); {
		switch c := p[i]; {
		case c == '\\':
			n, text, err := translateEscape(p[i:], class, negated, wide)
			if err != nil {
				return "", nil, err
			}
			out.WriteString(text)
			i += n
			continue
		case class && c == ']':
			class = false
			out.WriteByte(c)
		case class && c == '[':
			out.WriteString(`\[`)
		case class:
			out.WriteByte(c)
		case c == '[':
			class, negated = true, strings.HasPrefix(p[i:], "[^")
			out.WriteByte(c)
			if negated {
				i++
				out.WriteByte('^')
			}
			if i+1 < len(p) && p[i+1] == ']' {
				return "", nil, errors.New("it has an empty class, [] or [^], which is not supported: write [^\\x00-\\x{10FFFF}] or (.|\\n)")
			}
		case c == '.' && wide:
			out.WriteString(`[^\n]`)
		case c == '.':
			out.WriteString(notLineEnd)
		case c == '(':
			if strings.HasPrefix(p[i:], "(?<=") || strings.HasPrefix(p[i:], "(?<!") {
				return "", nil, fmt.Errorf("it has lookbehind, %s, which is not supported: describe what is allowed with ^, $ and lookahead", p[i:i+4])
			}
			if a, n, ok := splitLookahead(p[i:]); ok {
				fmt.Fprintf(&out, "(?P<%s>)", aheadName(len(aheads)))
				aheads = append(aheads, a)
				i += n
				continue
			}
			out.WriteByte(c)
		default:
			out.WriteByte(c)
		}
		i++
	}
	return out.String(), aheads, nil
}

// translateEscape reads the escape that p begins with.
func translateEscape(p string, class, negated, wide bool) (length int, text string, err error) {
	if len(p) < 2 {
		return 0, "", errors.New("it ends in a backslash")
	}
	two := p[:2]
	switch c := p[1]; c {
	case 'd', 'D', 'w', 'W', 't', 'n', 'r', 'f', 'v':
		return 2, two, nil
	case 'p', 'P':
		return 2, two, nil // the name follows
	case 's', 'S':
		some, other := spacesOfBoth, spacesOfEither
		if wide {
			some, other = other, some
		}
		switch {
		case class && c == 'S' && (!negated || wide):
			// [x\S] could be written, but has no syntax in RE2.
			return 0, "", errors.New(`it has \S within [ ], which is not supported: write (?:[…]|\S)`)
		case class && c == 'S':
			return 2, `\S`, nil
		case class && negated:
			return 2, other, nil
		case class:
			return 2, some, nil
		case c == 's':
			return 2, "[" + some + "]", nil
		}
		return 2, "[^" + other + "]", nil
	case '0':
		if len(p) > 2 && p[2] >= '0' && p[2] <= '9' {
			break
		}
		return 2, `\x{0}`, nil
	case 'x':
		if len(p) >= 4 && isHex(p[2:4]) {
			return 4, `\x{` + p[2:4] + `}`, nil
		}
		if end := strings.IndexByte(p, '}'); len(p) > 2 && p[2] == '{' && end > 3 && isHex(p[3:end]) {
			return end + 1, p[:end+1], nil
		}
	case 'u':
		if len(p) >= 6 && isHex(p[2:6]) {
			if p[2] == 'd' || p[2] == 'D' {
				if strings.ContainsAny(p[3:4], "89abcdefABCDEF") {
					return 0, "", fmt.Errorf(`it has %s, half of a character, which is not supported: write \u{…}`, p[:6])
				}
			}
			return 6, `\x{` + p[2:6] + `}`, nil
		}
		if end := strings.IndexByte(p, '}'); len(p) > 2 && p[2] == '{' && end > 3 && isHex(p[3:end]) {
			return end + 1, `\x{` + p[3:end] + `}`, nil
		}
	case 'c':
		if len(p) >= 3 && (p[2]|0x20) >= 'a' && (p[2]|0x20) <= 'z' {
			return 3, fmt.Sprintf(`\x{%x}`, p[2]%32), nil
		}
	default:
		if c < utf8.RuneSelf && !(c >= '0' && c <= '9') && !((c|0x20) >= 'a' && (c|0x20) <= 'z') && c >= ' ' && c != 0x7f {
			return 2, two, nil
		}
	}
	return 0, "", fmt.Errorf(`it has %s, which is not supported: write classes, ^ and $ instead of \b and backreferences`, two)
}

func isHex(s string) bool {
	for _, c := range []byte(s) {
		if !(c >= '0' && c <= '9' || (c|0x20) >= 'a' && (c|0x20) <= 'f') {
			return false
		}
	}
	return s != ""
}
