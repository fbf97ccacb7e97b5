package chat

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
