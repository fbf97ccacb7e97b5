package chat

import (
	"regexp"
	"strings"
)

var (
	rawForm    = regexp.MustCompile(`^\s*raw\s*-?%}`)
	endRawForm = regexp.MustCompile(`\{%[-+]?\s*endraw\s*[-+]?%}`)
)

// raw reads a stretch in which marks are text, from behind its first mark on.
func (l *lexer) raw(begin string) {
	l.skip(len(begin) - len("%}"))
	l.closeMark("%}", strings.HasSuffix(begin, "-%}"), false, false)
	end := endRawForm.FindStringIndex(l.source[l.at:])
	if end == nil {
		l.fail("the raw block has no end")
	}
	text, mark := l.source[l.at:l.at+end[0]], l.source[l.at+end[0]:l.at+end[1]]
	switch start := strings.LastIndexByte(text, '\n') + 1; {
	case mark[2] == '-':
		text = strings.TrimRightFunc(text, isSpace)
	case mark[2] != '+' && (start > 0 || l.source[l.at-1] == '\n') && strings.TrimFunc(text[start:], isSpace) == "":
		text = text[:start]
	}
	if text != "" {
		l.add("text", text)
	}
	l.skip(end[1] - len("%}"))
	sign := mark[len(mark)-3]
	l.closeMark("%}", sign == '-', sign == '+', true)
}
