package chat

import "slices"

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
