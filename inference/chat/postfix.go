package chat

func (p *parser) postfix(e expr) expr {
	for {
		line := p.peek().line
		switch {
		case p.skip("op", "."):
			t := p.peek()
			if t.kind == "int" {
				p.at++
				e = access{line: line, of: e, key: constant{atoi(t.text)}}
				continue
			}
			if t.kind != "name" {
				p.fail("%q stands where a name is needed", t.text)
			}
			p.at++
			e = access{line, e, constant{literal(t.text)}, true}
		case p.skip("op", "["):
			e = p.subscript(line, e)
		case p.is("op", "("):
			e = callExpr{line, e, p.arguments()}
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
			return access{line: line, of: of, key: ends[0]}
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

// filters reads what stands behind a value: filters, tests and calls.
func (p *parser) filters(e expr) expr {
	for {
		switch {
		case p.skip("op", "|"):
			e = p.filter(e)
		case p.skip("name", "is"):
			e = p.test(e)
		case p.is("op", "("): // of what a filter made
			e = callExpr{p.peek().line, e, p.arguments()}
		default:
			return e
		}
	}
}

func (p *parser) filter(e expr) expr {
	line, name := p.peek().line, p.name()
	return application{line, name, e, p.arguments()}
}

func (p *parser) test(e expr) expr {
	line := p.peek().line
	negated := p.skip("name", "not")
	t := p.next()
	if t.kind != "name" && comparisons[t.text] == "" {
		p.fail("%q stands where a test is needed", t.text)
	}
	test := testExpr{line: line, of: e, name: t.text, negated: negated}
	switch next := p.peek(); {
	case p.is("op", "("):
		test.with = p.arguments()
	case next.kind == "name" && next.text != "else" && next.text != "or" && next.text != "and" && next.text != "is" && next.text != "if" && next.text != "in" && next.text != "not",
		next.kind == "string", next.kind == "int", next.kind == "float", p.is("op", "["), p.is("op", "{"):
		test.with.all = []expr{p.postfix(p.primary())}
	}
	return test
}

// arguments reads those of a call, if there are any: by place, then by name.
func (p *parser) arguments() (a arguments) {
	if !p.skip("op", "(") {
		return a
	}
	for !p.skip("op", ")") {
		switch {
		case p.is("op", "*") || p.is("op", "**"):
			p.fail("arguments from a list or a mapping are not supported")
		case p.peek().kind == "name" && p.tokens[p.at+1].kind == "op" && p.tokens[p.at+1].text == "=":
			name := p.name()
			p.at++
			a.named = append(a.named, namedExpr{name, p.expression()})
		case len(a.named) > 0:
			p.fail("an argument without a name follows one with a name")
		default:
			a.all = append(a.all, p.expression())
		}
		if !p.is("op", ")") {
			p.want("op", ",")
		}
	}
	return a
}
