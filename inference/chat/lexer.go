package chat

import (
	"regexp"
	"strings"
	"unicode"
)

// isSpace is Python's str.isspace for one character.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1C && r <= 0x1F }

// token is a part of a template: text as it is, a mark, or a part of an
// expression.
type token struct {
	kind string // "text", "{{", "}}", "{%", "%}", "name", "string", "int", "op", "end"
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
			l.add(mark, "")
			l.expression(map[string]string{"{{": "}}", "{%": "%}"}[mark])
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
	intForm    = regexp.MustCompile(`^[0-9]+`)
	stringForm = regexp.MustCompile(`(?s)^('([^'\\]*(?:\\.[^'\\]*)*)'|"([^"\\]*(?:\\.[^"\\]*)*)")`)
	opForm     = regexp.MustCompile(`^(==|!=|<=|>=|\*\*|//|[-+*/%~<>=.,:|()\[\]{}])`)
)

// expression reads up to the end mark.
func (l *lexer) expression(end string) {
	for {
		rest := l.source[l.at:]
		trimmed := strings.TrimLeftFunc(rest, isSpace)
		l.skip(len(rest) - len(trimmed))
		rest = trimmed
		if rest == "" {
			l.fail("there is no " + end)
		}
		for _, sign := range []string{"-", "+", ""} {
			if strings.HasPrefix(rest, sign+end) && !(sign == "+" && end == "}}") {
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
		}{{"name", nameForm}, {"int", intForm}, {"string", stringForm}, {"op", opForm}} {
			if found = f.form.FindString(rest); found != "" {
				kind = f.kind
				break
			}
		}
		if kind == "" {
			l.fail("can't read what begins with " + quoted(rest))
		}
		text := found
		if kind == "string" {
			text = l.unescape(found[1 : len(found)-1])
		}
		l.add(kind, text)
		l.skip(len(found))
	}
}

// unescape reads a string literal's escapes, those that Python has and that
// templates use.
func (l *lexer) unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		i++
		at := strings.IndexByte("ntr\\'\"", s[i])
		if at < 0 {
			l.fail(`the escape \` + s[i:i+1] + ` is not supported in a string: write the character itself`)
		}
		b.WriteByte("\n\t\r\\'\""[at])
	}
	return b.String()
}

func quoted(s string) string {
	if len(s) > 20 {
		s = s[:20]
	}
	return `"` + strings.ToValidUTF8(s, "?") + `"`
}
