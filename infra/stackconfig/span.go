package stackconfig

import (
	"errors"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// lines are the text's, with their ends.
func (d *document) lines() []string {
	lines := strings.SplitAfter(d.text, "\n")
	if last := len(lines) - 1; lines[last] == "" {
		lines = lines[:last]
	}
	return lines
}

// start is where a line, from 0, begins in the text.
func (d *document) start(line int) (offset int) {
	for _, l := range d.lines()[:line] {
		offset += len(l)
	}
	return offset
}

// offset is where a node begins in the text. Columns are characters from 1.
func (d *document) offset(n *yaml.Node) int {
	start, column := d.start(n.Line-1), n.Column
	for at := range d.text[start:] {
		if column--; column == 0 {
			return start + at
		}
	}
	return len(d.text)
}

// head is the line, from 0, at which an entry begins with the comments above.
func (d *document) head(at place) int {
	lines, line := d.lines(), at.key().Line-1
	for line > 0 && isComment(lines[line-1]) && indent(lines[line-1]) == at.key().Column-1 {
		line--
	}
	return line
}

// end is the line after an entry's last: comments and blank lines that follow
// and are no deeper than its key are others'.
func (d *document) end(at place) int {
	lines, end := d.lines(), d.next(at)
	for end > at.key().Line {
		line := lines[end-1]
		if strings.TrimSpace(line) != "" && !(isComment(line) && indent(line) < at.key().Column) {
			break
		}
		end--
	}
	return end
}

func isComment(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "#") }

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// insertLines puts lines before a line.
func (d *document) insertLines(line int, added ...string) {
	lines := d.lines()
	if line == len(lines) && line > 0 && !strings.HasSuffix(lines[line-1], "\n") {
		lines[line-1] += d.newline
	}
	d.text = strings.Join(slices.Insert(lines, line, added...), "")
}

var errNotInline = errors.New("it isn't a value on one line or in brackets")

// inlineStart is where a value begins behind its anchor and tag.
func (d *document) inlineStart(n *yaml.Node) int {
	at := d.offset(n)
	for at < len(d.text) && (d.text[at] == '&' || d.text[at] == '!') {
		length := strings.IndexAny(d.text[at:], " \n")
		if length < 0 {
			return len(d.text)
		}
		at += length
		at += len(d.text[at:]) - len(strings.TrimLeft(d.text[at:], " "))
	}
	return at
}

// inlineEnd is where the text of a value ends that has no lines of its own.
func (d *document) inlineEnd(n *yaml.Node) (int, error) {
	at := d.inlineStart(n)
	rest := d.text[at:]
	switch {
	case n.Kind == yaml.AliasNode:
		return at + len("*") + len(n.Value), nil
	case n.Kind == yaml.ScalarNode && n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		if length := quoted(rest); length > 0 {
			return at + length, nil
		}
	case n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 && n.Value != "" && strings.HasPrefix(rest, n.Value):
		return at + len(n.Value), nil
	case n.Kind != yaml.ScalarNode && n.Style&yaml.FlowStyle != 0:
		if length := bracketed(rest); length > 0 {
			return at + length, nil
		}
	}
	return 0, errNotInline
}

// quoted is the length of the quoted text at the beginning, 0 if it doesn't end.
func quoted(text string) int {
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case quote == '"' && text[i] == '\\':
			i++
		case quote == '\'' && strings.HasPrefix(text[i:], "''"):
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return 0
}

// bracketed is the length of the brackets at the beginning with all in them.
func bracketed(text string) int {
	depth, before := 0, byte('[') // before is the last character that isn't blank
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '#' && strings.ContainsRune(" \n", rune(text[i-1])):
			if end := strings.IndexByte(text[i:], '\n'); end >= 0 {
				i += end
			}
			continue
		case (c == '"' || c == '\'') && strings.IndexByte("[{,:", before) >= 0:
			length := quoted(text[i:])
			if length == 0 {
				return 0
			}
			i += length - 1
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		if strings.IndexByte(" \r\n", text[i]) < 0 {
			before = text[i]
		}
	}
	return 0
}
