package chat

import (
	"fmt"
	"slices"
	"strconv"
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

func (p *parser) expression() expr {
	p.deeper()
	defer func() { p.depth-- }()
	e := p.or()
	for p.skip("name", "if") {
		c := ifExpr{when: p.or(), then: e}
		if p.skip("name", "else") {
			c.otherwise = p.expression()
		}
		e = c
	}
	return e
}

func (p *parser) or() expr {
	e := p.and()
	for p.skip("name", "or") {
		e = logic{e, p.and(), true}
	}
	return e
}

func (p *parser) and() expr {
	e := p.not()
	for p.skip("name", "and") {
		e = logic{e, p.not(), false}
	}
	return e
}

func (p *parser) not() expr {
	p.deeper()
	defer func() { p.depth-- }()
	if p.skip("name", "not") {
		return notExpr{p.not()}
	}
	return p.compare()
}

func (p *parser) compare() expr {
	first := p.sum()
	c := comparison{line: p.peek().line, first: first}
	for {
		t := p.peek()
		op := t.text
		switch {
		case t.kind == "op" && slices.Contains([]string{"==", "!=", "<", ">", "<=", ">="}, op):
			p.at++
		case p.skip("name", "in"):
		case p.is("name", "not") && p.tokens[p.at+1].text == "in":
			op, p.at = "not in", p.at+2
		default:
			if c.ops == nil {
				return first
			}
			return c
		}
		c.ops, c.rest = append(c.ops, op), append(c.rest, p.sum())
	}
}

func (p *parser) sum() expr {
	return p.operators([]string{"+", "-"}, func() expr {
		return p.operators([]string{"~"}, func() expr {
			return p.operators([]string{"*", "//", "%"}, func() expr { return p.unary(true) })
		})
	})
}

func (p *parser) operators(ops []string, operand func() expr) expr {
	e := operand()
	for p.peek().kind == "op" && slices.Contains(ops, p.peek().text) {
		t := p.next()
		e = operation{t.line, t.text, e, operand()}
	}
	if p.is("op", "/") || p.is("op", "**") {
		p.fail("the operator %q is not supported", p.peek().text)
	}
	return e
}

func (p *parser) unary(filters bool) expr {
	p.deeper()
	defer func() { p.depth-- }()
	var e expr
	if p.is("op", "-") {
		e = operation{p.next().line, "-", constant{0}, p.unary(false)}
	} else {
		e = p.postfix(p.primary())
	}
	for filters && (p.is("op", "|") || p.is("name", "is")) {
		if p.next().text == "is" {
			e = p.test(e)
		} else {
			e = p.filter(e)
		}
	}
	return e
}

func (p *parser) primary() expr {
	p.deeper() // brackets come back here without an expression between, in tests
	defer func() { p.depth-- }()
	t := p.next()
	switch {
	case t.kind == "string":
		s := t.text
		for p.peek().kind == "string" {
			s += p.next().text
		}
		return constant{literal(s)}
	case t.kind == "int":
		i, err := strconv.Atoi(t.text)
		if err != nil {
			p.fail("the number %s is too large", t.text)
		}
		return constant{i}
	case t.kind == "op" && t.text == "(":
		e := p.expression()
		p.want("op", ")")
		return e
	case t.kind == "op" && t.text == "[":
		var l listExpr
		for !p.skip("op", "]") {
			l = append(l, p.expression())
			if !p.is("op", "]") {
				p.want("op", ",")
			}
		}
		return l
	case t.kind == "name":
		switch t.text {
		case "true", "True":
			return constant{true}
		case "false", "False":
			return constant{false}
		case "none", "None":
			return constant{nil}
		}
		p.at--
		name := p.name()
		if p.is("op", "(") {
			return p.call(t.line, name)
		}
		if slices.Contains([]string{"namespace", "raise_exception", "strftime_now"}, name) {
			return constant{builtin(name)}
		}
		if slices.Contains(unknownNames, name) {
			p.fail("the variable %q is not supported", name)
		}
		return variable{name}
	}
	p.at--
	p.fail("%q stands where a value is needed", t.text)
	return nil
}

// unknownNames are those that transformers or Jinja define and we don't.
var unknownNames = []string{"range", "dict", "lipsum", "cycler", "joiner",
	"unk_token", "pad_token", "sep_token", "cls_token", "mask_token", "additional_special_tokens"}

// call is raise_exception(…), strftime_now(…) or namespace(name=…, …).
func (p *parser) call(line int, name string) expr {
	p.want("op", "(")
	switch name {
	case "raise_exception":
		e := raise{p.expression()}
		p.want("op", ")")
		return e
	case "strftime_now":
		e := clock{line, p.expression()}
		p.want("op", ")")
		return e
	case "namespace":
		n := namespaceExpr{}
		for !p.skip("op", ")") {
			key := p.name()
			p.want("op", "=")
			n[key] = p.expression()
			if !p.is("op", ")") {
				p.want("op", ",")
			}
		}
		return n
	}
	p.fail("the function %q is not supported (supported: raise_exception, strftime_now, namespace)", name)
	return nil
}

// arguments reads those of a filter, a method or a test: by place, then by name.
func (p *parser) arguments() (all []expr, named map[string]expr) {
	if !p.skip("op", "(") {
		return nil, nil
	}
	named = map[string]expr{}
	for !p.skip("op", ")") {
		if p.peek().kind == "name" && p.tokens[p.at+1].kind == "op" && p.tokens[p.at+1].text == "=" {
			name := p.name()
			p.at++
			named[name] = p.expression()
		} else if len(named) > 0 {
			p.fail("an argument without a name stands behind one with a name")
		} else {
			all = append(all, p.expression())
		}
		if !p.is("op", ")") {
			p.want("op", ",")
		}
	}
	return all, named
}

func (p *parser) postfix(e expr) expr {
	for {
		line := p.peek().line
		switch {
		case p.skip("op", "."):
			name := p.name()
			if p.is("op", "(") {
				e = p.applied(line, "method", methods, name, e)
			} else {
				e = access{line, e, constant{literal(name)}}
			}
		case p.skip("op", "["):
			e = p.subscript(line, e)
		case p.is("op", "("):
			p.fail("only functions by name can be called")
		default:
			return e
		}
	}
}

func (p *parser) subscript(line int, of expr) expr {
	var ends [3]expr
	at := 0
	if !p.is("op", ":") {
		ends[0] = p.expression()
		if p.skip("op", "]") {
			return access{line, of, ends[0]}
		}
	}
	for !p.skip("op", "]") {
		p.want("op", ":")
		if at++; at == len(ends) {
			p.fail("a slice has more than three parts")
		}
		if !p.is("op", ":") && !p.is("op", "]") {
			ends[at] = p.expression()
		}
	}
	return sliceExpr{line, of, ends}
}

func (p *parser) filter(e expr) expr {
	line, name := p.peek().line, p.name()
	return p.applied(line, "filter", filters, name, e)
}

func (p *parser) applied(line int, what string, known map[string]function, name string, of expr) expr {
	f, ok := known[name]
	if !ok {
		p.fail("the %s %q is not supported", what, name)
	}
	args, named := p.arguments()
	if len(args) < f.least || len(args) > f.most {
		p.fail("the %s %q is supported with %d to %d arguments", what, name, f.least, f.most)
	}
	for key := range named {
		if !slices.Contains(f.named, key) {
			p.fail("the argument %q of the %s %q is not supported", key, what, name)
		}
	}
	for len(f.named) > 0 && len(args) < f.most {
		args = append(args, constant{undefined("argument")})
	}
	for i, key := range f.named {
		value, ok := named[key]
		if !ok {
			value = constant{undefined(key)}
		}
		args = append(args[:f.most+i], value)
	}
	return application{line, f, of, args}
}

func (p *parser) test(e expr) expr {
	line := p.peek().line
	negated := p.skip("name", "not")
	t := p.next()
	name := t.text
	if t.kind != "name" && name != "==" {
		p.fail("%q stands where a test is needed", name)
	}
	if test, ok := tests[name]; ok {
		if p.is("op", "(") {
			p.fail("the test %q is supported without arguments", name)
		}
		return testExpr{e, test, negated}
	}
	compare, ok := comparisons[name]
	if !ok {
		p.fail("the test %q is not supported", name)
	}
	var with expr = comparison{line: line, first: e, ops: []string{compare}, rest: []expr{p.postfix(p.primary())}}
	if negated {
		with = notExpr{with}
	}
	return with
}
