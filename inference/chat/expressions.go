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
			return p.operators([]string{"*", "/", "//", "%"}, func() expr { return p.unary(true) })
		})
	})
}

func (p *parser) operators(ops []string, operand func() expr) expr {
	e := operand()
	for p.peek().kind == "op" && slices.Contains(ops, p.peek().text) {
		t := p.next()
		e = operation{t.line, t.text, e, operand()}
	}
	if p.is("op", "**") {
		p.fail("the operator %q is not supported", p.peek().text)
	}
	return e
}

func (p *parser) unary(filters bool) expr {
	p.deeper()
	defer func() { p.depth-- }()
	var e expr
	switch {
	case p.is("op", "-"):
		e = operation{p.next().line, "-", constant{0}, p.unary(false)}
	case p.skip("op", "+"):
		e = p.unary(false)
	default:
		e = p.postfix(p.primary())
	}
	if filters {
		e = p.filters(e)
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
	case t.kind == "int", t.kind == "float":
		v, err := numberOf(strings.ReplaceAll(t.text, "_", ""))
		if err != nil {
			p.fail("%v", err)
		}
		return constant{v}
	case t.kind == "op" && t.text == "(":
		if p.skip("op", ")") {
			return tupleExpr{}
		}
		e := p.tuple(")")
		p.want("op", ")")
		return e
	case t.kind == "op" && t.text == "[":
		l := listExpr{}
		for !p.skip("op", "]") {
			l = append(l, p.expression())
			if !p.is("op", "]") {
				p.want("op", ",")
			}
		}
		return l
	case t.kind == "op" && t.text == "{":
		d := dictExpr{}
		for !p.skip("op", "}") {
			d.keys = append(d.keys, p.expression())
			p.want("op", ":")
			d.values = append(d.values, p.expression())
			if !p.is("op", "}") {
				p.want("op", ",")
			}
		}
		return d
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
		return variable{p.name()}
	}
	p.at--
	p.fail("%s stands where a value is needed", p.found())
	return nil
}

// tuple reads an expression, or several with commas between, up to what ends them.
func (p *parser) tuple(end string) expr {
	e := p.expression()
	if !p.is("op", ",") {
		return e
	}
	all := tupleExpr{e}
	for p.skip("op", ",") {
		if p.is("op", end) || p.peek().kind == end {
			break
		}
		all = append(all, p.expression())
	}
	return all
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s) // a token of digits; one too long is no element's place
	return n
}
