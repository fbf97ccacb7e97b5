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
		needed := text
		if needed == "" {
			needed = kind
		}
		p.fail("%s stands where %q is needed", p.found(), needed)
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

// found is what stands where something else is needed.
func (p *parser) found() string {
	if t := p.peek(); t.kind != "end" {
		return fmt.Sprintf("%.40q", t.text)
	}
	return "the end"
}

// try reads what goes up to the mark end. What of it isn't understood matters only once
// it is reached: then it is passed over, and returned as what fails.
func (p *parser) try(end string, read func()) (failed *failNode) {
	before := *p
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case *ParseError:
			*p = before
			for p.peek().kind != end {
				if p.peek().kind == "end" {
					panic(problem)
				}
				p.at++
			}
			p.at++
			failed = &failNode{problem.Line, problem.Problem}
		default:
			panic(problem)
		}
	}()
	read()
	p.want(end, "")
	return nil
}

// condition reads an expression up to the end of its statement.
func (p *parser) condition() expr {
	var e expr
	if failed := p.try("%}", func() { e = p.tuple("%}") }); failed != nil {
		return *failed
	}
	return e
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
			var value expr
			if failed := p.try("}}", func() { value = p.tuple("}}") }); failed != nil {
				all = append(all, *failed)
				continue
			}
			all = append(all, printNode{t.line, value})
		case "{%":
			word := p.tokens[p.at+1].text
			if slices.Contains(ends, word) {
				return all
			}
			p.at += 2
			all = append(all, p.statementOf(word, t.line))
		default:
			return all
		}
	}
}

// ends are the statements that end others, or parts of them.
var ends = []string{"elif", "else", "endif", "endfor", "endset", "endmacro", "endgeneration", "endwith", "endfilter", "endcall", "endblock", "endautoescape", "endtrans"}

// statementOf reads a statement behind its word.
func (p *parser) statementOf(word string, line int) node {
	switch word {
	case "if":
		return p.ifBlock()
	case "for":
		return p.forBlock()
	case "set":
		return p.set()
	case "macro":
		return p.macro()
	case "with":
		return p.with()
	case "filter":
		return p.filterBlock()
	case "break", "continue":
		if p.loops == 0 {
			p.fail("%q stands outside of a for", word)
		}
		p.want("%}", "")
		return jumpNode(word)
	case "generation": // marks what the model says, for training
		p.want("%}", "")
		return scopeNode(p.body("endgeneration"))
	}
	failed := failNode{line, fmt.Sprintf("the statement %q is not supported", word)}
	_ = p.try("%}", func() { p.fail("") })
	if slices.Contains([]string{"call", "block", "autoescape", "trans"}, word) {
		p.body("end" + word)
	}
	return failed
}

// body reads a block and the statement that ends it.
func (p *parser) body(end string) []node {
	all := p.block()
	p.statement(end)
	_ = p.try("%}", func() {})
	return all
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
