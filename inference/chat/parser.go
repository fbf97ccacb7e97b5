package chat

import (
	"fmt"
	"slices"
)

type parser struct {
	tokens []token
	at     int
	depth  int
	loops  int // that the statement is within
}

const maxDepth = 200 // of blocks and expressions within each other

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != "end" {
		p.at++
	}
	return t
}

func (p *parser) fail(format string, args ...any) {
	panic(&ParseError{p.peek().line, fmt.Sprintf(format, args...)})
}

func (p *parser) is(kind, text string) bool {
	t := p.peek()
	return t.kind == kind && t.text == text
}

func (p *parser) skip(kind, text string) bool {
	if p.is(kind, text) {
		p.at++
		return true
	}
	return false
}

func (p *parser) want(kind, text string) {
	if !p.skip(kind, text) {
		p.fail("%q stands where %q is needed", p.peek().text, text)
	}
}

func (p *parser) deeper() {
	if p.depth++; p.depth > maxDepth {
		p.fail("blocks or expressions are nested more than %d deep", maxDepth)
	}
}

var keywords = []string{"and", "or", "not", "in", "is", "if", "else"}

func (p *parser) name() string {
	t := p.peek()
	if t.kind != "name" || slices.Contains(keywords, t.text) {
		p.fail("%q stands where a name is needed", t.text)
	}
	p.at++
	return t.text
}

// block reads up to a statement that isn't its own, such as endif.
func (p *parser) block() []node {
	p.deeper()
	defer func() { p.depth-- }()
	var all []node
	for {
		t := p.peek()
		switch t.kind {
		case "text":
			p.at++
			all = append(all, textNode(t.text))
		case "{{":
			p.at++
			all = append(all, printNode{t.line, p.expression()})
			p.want("}}", "")
		case "{%":
			switch word := p.tokens[p.at+1].text; word {
			case "if", "for", "set":
				p.at += 2
				all = append(all, map[string]func() node{"if": p.ifBlock, "for": p.forBlock, "set": p.set}[word]())
			case "break", "continue":
				if p.loops == 0 {
					p.fail("%q stands outside of a for", word)
				}
				p.at += 2
				p.want("%}", "")
				all = append(all, jumpNode(word))
			case "generation": // marks what the model says, for training
				p.at += 2
				p.want("%}", "")
				all = append(all, scopeNode(p.block()))
				p.statement("endgeneration")
				p.want("%}", "")
			case "elif", "else", "endif", "endfor", "endgeneration":
				return all
			default:
				p.fail("the statement %q is not supported (supported: if, for, set, break, continue, generation)", word)
			}
		default:
			return all
		}
	}
}

// statement reads the start of a statement and its word.
func (p *parser) statement(words ...string) string {
	if p.peek().kind == "{%" && slices.Contains(words, p.tokens[p.at+1].text) {
		p.at += 2
		return p.tokens[p.at-1].text
	}
	p.fail("%q is missing", words[len(words)-1])
	return ""
}

func (p *parser) ifBlock() node {
	var n ifNode
	word := "if"
	for {
		var c condition
		if word != "else" {
			c.when = p.expression()
		}
		p.want("%}", "")
		c.body = p.block()
		n = append(n, c)
		if word == "else" {
			word = p.statement("endif")
		} else {
			word = p.statement("elif", "else", "endif")
		}
		if word == "endif" {
			p.want("%}", "")
			return n
		}
	}
}

func (p *parser) forBlock() node {
	n := forNode{line: p.peek().line, names: []string{p.name()}}
	for p.skip("op", ",") {
		n.names = append(n.names, p.name())
	}
	p.want("name", "in")
	n.in = p.or()
	if p.skip("name", "if") {
		n.when = p.expression()
	}
	if p.is("name", "recursive") {
		p.fail("%q is not supported in a for", p.peek().text)
	}
	p.want("%}", "")
	p.loops++
	n.body = p.block()
	p.loops--
	if p.statement("else", "endfor") == "else" {
		p.want("%}", "")
		n.otherwise = p.block()
		p.statement("endfor")
	}
	p.want("%}", "")
	return n
}

func (p *parser) set() node {
	n := setNode{line: p.peek().line, name: p.name()}
	if p.skip("op", ".") {
		n.field = p.name()
	}
	if !p.is("op", "=") {
		p.fail("set is supported as name = value only")
	}
	p.at++
	n.value = p.expression()
	p.want("%}", "")
	return n
}
