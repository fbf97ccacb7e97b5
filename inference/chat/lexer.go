package chat

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isSpace is Python's str.isspace for one character.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1C && r <= 0x1F }

// token is a part of a template: text as it is, a mark, or a part of an
// expression.
type token struct {
	kind string // "text", "{{", "}}", "{%", "%}", "name", "string", "int", "float", "op", "bad", "end"
	text string
	line int
}

var newlines = regexp.MustCompile(`\r\n|\r|\n`)

// lex splits a template as Jinja does with trim_blocks and lstrip_blocks.
func lex(source string) []token {
	source = strings.TrimSuffix(newlines.ReplaceAllString(source, "\n"), "\n")
	l := &lexer{source: source, line: 1}
	lineStart := true
	for l.at < len(l.source) {
		rest := l.source[l.at:]
		i := nextMark(rest)
		if i < 0 {
			l.add("text", rest)
			break
		}
		text, mark := rest[:i], rest[i:i+2]
		sign := byte(0)
		if len(rest) > i+2 && (rest[i+2] == '-' || rest[i+2] == '+') {
			sign = rest[i+2]
		}
		kept := text
		switch {
		case sign == '-':
			kept = strings.TrimRightFunc(text, isSpace)
		case sign != '+' && mark != "{{":
			start := strings.LastIndexByte(text, '\n') + 1
			if (start > 0 || lineStart) && strings.TrimFunc(text[start:], isSpace) == "" {
				kept = text[:start]
			}
		}
		if kept != "" {
			l.tokens = append(l.tokens, token{"text", kept, l.line})
		}
		l.skip(i + 2)
		if sign != 0 {
			l.skip(1)
		}
		start := l.at
		if mark == "{#" {
			end := strings.Index(l.source[l.at:], "#}")
			if end < 0 {
				l.fail("the comment has no end")
			}
			l.skip(end)
			l.closeMark("#}", l.at > start && l.source[l.at-1] == '-', l.at > start && l.source[l.at-1] == '+', true)
		} else {
			if raw := rawForm.FindString(l.source[l.at:]); mark == "{%" && raw != "" {
				l.raw(raw)
			} else {
				l.add(mark, "")
				l.expression(map[string]string{"{{": "}}", "{%": "%}"}[mark])
			}
		}
		lineStart = l.source[l.at-1] == '\n'
	}
	l.add("end", "")
	return l.tokens
}

func nextMark(s string) int {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '{' && (s[i+1] == '{' || s[i+1] == '%' || s[i+1] == '#') {
			return i
		}
	}
	return -1
}

type lexer struct {
	source   string
	at, line int
	tokens   []token
}

func (l *lexer) fail(problem string) { panic(&ParseError{Line: l.line, Problem: problem}) }

func (l *lexer) add(kind, text string) { l.tokens = append(l.tokens, token{kind, text, l.line}) }

func (l *lexer) skip(n int) {
	l.line += strings.Count(l.source[l.at:l.at+n], "\n")
	l.at += n
}

// closeMark passes over an end mark and the white space that goes with it.
func (l *lexer) closeMark(mark string, minus, plus, block bool) {
	l.skip(len(mark))
	rest := l.source[l.at:]
	switch {
	case minus:
		l.skip(len(rest) - len(strings.TrimLeftFunc(rest, isSpace)))
	case block && !plus && strings.HasPrefix(rest, "\n"):
		l.skip(1)
	}
}

var (
	nameForm   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*`)
	intForm    = regexp.MustCompile(`^[0-9](_?[0-9])*`)
	floatForm  = regexp.MustCompile(`^[0-9](_?[0-9])*(\.[0-9](_?[0-9])*([eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)`)
	stringForm = regexp.MustCompile(`(?s)^('([^'\\]*(?:\\.[^'\\]*)*)'|"([^"\\]*(?:\\.[^"\\]*)*)")`)
	opForm     = regexp.MustCompile(`^(==|!=|<=|>=|\*\*|//|[-+*/%~<>=.,:|()\[\]{}])`)
)

// expression reads up to the end mark, which doesn't count within brackets.
func (l *lexer) expression(end string) {
	open := 0
	for {
		rest := l.source[l.at:]
		trimmed := strings.TrimLeftFunc(rest, isSpace)
		l.skip(len(rest) - len(trimmed))
		rest = trimmed
		if rest == "" {
			l.fail("there is no " + end)
		}
		for _, sign := range []string{"-", "+", ""} {
			if open == 0 && strings.HasPrefix(rest, sign+end) && !(sign == "+" && end == "}}") {
				l.add(end, "")
				l.skip(len(sign))
				l.closeMark(end, sign == "-", sign == "+", end == "%}")
				return
			}
		}
		kind, found := "", ""
		for _, f := range []struct {
			kind string
			form *regexp.Regexp
		}{{"name", nameForm}, {"float", floatForm}, {"int", intForm}, {"string", stringForm}, {"op", opForm}} {
			if found = f.form.FindString(rest); found != "" {
				kind = f.kind
				break
			}
		}
		if kind == "" {
			_, n := utf8.DecodeRuneInString(rest)
			kind, found = "bad", rest[:n]
		}
		text := found
		switch {
		case kind == "string":
			var ok bool
			if text, ok = unescape(found[1 : len(found)-1]); !ok {
				kind, text = "bad", found
			}
		case kind == "op" && strings.Contains("([{", found):
			open++
		case kind == "op" && strings.Contains(")]}", found):
			open = max(0, open-1)
		}
		l.add(kind, text)
		l.skip(len(found))
	}
}

// unescape reads a string literal's escapes as Python does. It reports false for those
// by a character's name, and for those that are none.
func unescape(s string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		digits := 0
		switch c := s[i]; c {
		case '\n':
			continue
		case 'x':
			digits = 2
		case 'u':
			digits = 4
		case 'U':
			digits = 8
		case 'N':
			return "", false
		case '0', '1', '2', '3', '4', '5', '6', '7':
			end := i + 1
			for end < len(s) && end < i+3 && s[end] >= '0' && s[end] <= '7' {
				end++
			}
			n, _ := strconv.ParseUint(s[i:end], 8, 32)
			b.WriteRune(rune(n))
			i = end - 1
			continue
		default:
			if at := strings.IndexByte(`ntr\'"abfv`, c); at >= 0 {
				b.WriteByte("\n\t\r\\'\"\a\b\f\v"[at])
			} else {
				b.WriteString(s[i-1 : i+1])
			}
			continue
		}
		if i+digits >= len(s) {
			return "", false
		}
		n, err := strconv.ParseUint(s[i+1:i+1+digits], 16, 32)
		if err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
			return "", false
		}
		b.WriteRune(rune(n))
		i += digits
	}
	return b.String(), true
}
