package chat

import (
	"slices"
	"strconv"
	"strings"
)

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
		var s strings.Builder
		s.WriteString(t.text)
		for p.peek().kind == "string" {
			s.WriteString(p.next().text)
		}
		return constant{literal(s.String())}
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
			p.fail("an argument without a name follows one with a name")
		} else {
			all = append(all, p.expression())
		}
		if !p.is("op", ")") {
			p.want("op", ",")
		}
	}
	return all, named
}
