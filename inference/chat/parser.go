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
var ends = []string{"elif", "else", "endif", "endfor", "endset", "endmacro", "endgeneration", "endwith", "endfilter", "endcall", "endblock", "endautoescape", "endraw", "endtrans"}

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
	if slices.Contains([]string{"call", "block", "autoescape", "raw", "trans"}, word) {
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

func (p *parser) ifBlock() node {
	var n ifNode
	word := "if"
	for {
		var c condition
		if word == "else" {
			p.want("%}", "")
		} else {
			c.when = p.condition()
		}
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

// names reads those that values are given to: one, or several with commas between.
func (p *parser) names() []string {
	bracket := p.skip("op", "(")
	all := []string{p.name()}
	for p.skip("op", ",") {
		if p.is("name", "in") || p.is("op", "=") || p.is("op", ")") {
			p.fail("one name with a comma behind it is not supported")
		}
		all = append(all, p.name())
	}
	if bracket {
		p.want("op", ")")
	}
	return all
}

func (p *parser) forBlock() node {
	n := forNode{line: p.peek().line}
	failed := p.try("%}", func() {
		n.names = p.names()
		p.want("name", "in")
		n.in = p.or()
		if p.is("op", ",") {
			all := tupleExpr{n.in}
			for p.skip("op", ",") {
				all = append(all, p.or())
			}
			n.in = all
		}
		if p.skip("name", "if") {
			n.when = p.expression()
		}
		if p.is("name", "recursive") {
			p.fail("%q is not supported in a for", p.peek().text)
		}
	})
	if failed != nil {
		n.names, n.in, n.when = []string{""}, *failed, nil
	}
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

// set is name = value, or a block whose text is the value.
func (p *parser) set() node {
	n := setNode{line: p.peek().line}
	block := true
	var filtered func(expr) expr
	failed := p.try("%}", func() {
		n.names = p.names()
		if len(n.names) == 1 && p.skip("op", ".") {
			n.field = p.name()
		}
		if p.skip("op", "=") {
			block = false
			n.value = p.tuple("%}")
			return
		}
		first := p.at
		filtered = func(e expr) expr { // read again, behind what it is applied to
			after := p.at
			p.at = first
			e = p.filters(e)
			p.at = after
			return e
		}
		p.filters(constant{})
	})
	if failed != nil {
		if p.isBlockSet(n) {
			p.body("endset")
		}
		return *failed
	}
	if block {
		n.value = filtered(captured(p.body("endset")))
	}
	return n
}

// isBlockSet reports whether a set that wasn't understood has a block.
func (p *parser) isBlockSet(n setNode) bool {
	for i := p.at - 2; i >= 0 && p.tokens[i].kind != "{%"; i-- {
		if p.tokens[i].kind == "op" && p.tokens[i].text == "=" {
			return false
		}
	}
	return len(n.names) > 0
}

func (p *parser) macro() node {
	var m macro
	failed := p.try("%}", func() {
		m.name = p.name()
		p.want("op", "(")
		for !p.skip("op", ")") {
			m.params, m.defaults = append(m.params, p.name()), append(m.defaults, nil)
			if p.skip("op", "=") {
				m.defaults[len(m.defaults)-1] = p.expression()
			}
			if !p.is("op", ")") {
				p.want("op", ",")
			}
		}
	})
	loops := p.loops
	p.loops = 0
	m.body = p.body("endmacro")
	p.loops = loops
	if failed != nil {
		return *failed
	}
	return macroNode{m}
}

func (p *parser) with() node {
	var n withNode
	failed := p.try("%}", func() {
		for p.peek().kind != "%}" {
			n.names = append(n.names, p.name())
			p.want("op", "=")
			n.values = append(n.values, p.expression())
			if p.peek().kind != "%}" {
				p.want("op", ",")
			}
		}
	})
	n.body = p.body("endwith")
	if failed != nil {
		return *failed
	}
	return n
}

// filterBlock applies filters to what a block writes.
func (p *parser) filterBlock() node {
	line := p.peek().line
	first := p.at
	failed := p.try("%}", func() { p.filters(p.filter(constant{})) })
	body := captured(p.body("endfilter"))
	if failed != nil {
		return *failed
	}
	end := p.at
	p.at = first
	value := p.filters(p.filter(body))
	p.at = end
	return printNode{line, value}
}
