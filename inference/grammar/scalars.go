package grammar

func (c *compiler) literal(texts ...string) func(*shape) (node, error) {
	return func(*shape) (node, error) {
		d, err := literals(texts, c.budget)
		return node{bytes: d}, err
	}
}

func (c *compiler) number(allowed types) func(*shape) (node, error) {
	return func(s *shape) (node, error) {
		spec := s.number
		spec.integer = allowed&typeFraction == 0
		spec.canonical = c.canonical
		key := spec.key()
		c.spend(measuring, 10+len(key), 3*len(key))
		d, made := c.numbers[key]
		if !made {
			var err error
			if d, err = spec.automaton(c.budget); err != nil {
				return node{}, &SchemaError{Path: s.at.path(), Problem: "its limits of numbers: " + err.Error()}
			}
			c.numbers[key] = d
		}
		if d == nil {
			return node{}, contradiction("no number meets minimum, maximum and multipleOf: correct them")
		}
		return node{bytes: d}, nil
	}
}

func (c *compiler) text(s *shape) (node, error) {
	d := anyString
	if len(s.texts) > 0 {
		var err error
		if d, err = c.sayable(d, sayableTexts); err != nil {
			return node{}, err
		}
	}
	t, err := c.textOf(s, d)
	return node{text: t}, err
}

// textOf makes the node of strings that also are of d.
func (c *compiler) textOf(s *shape, d *runeDFA) (*stringNode, error) {
	for _, e := range s.texts {
		var err error
		if d, err = both(d, e, c.budget); err != nil {
			return nil, &SchemaError{Path: s.at.path(), Problem: "its patterns and formats together: " + err.Error()}
		}
		if d == nil {
			return nil, contradiction("no string meets all of its patterns and formats: correct them")
		}
	}
	if s.maxLength >= 0 && s.minLength > s.maxLength {
		return nil, contradiction("minLength is %d and maxLength %d, which is less: correct them", s.minLength, s.maxLength)
	}
	t, err := newString(d, s.minLength, s.maxLength, c.budget)
	if err != nil {
		return nil, &SchemaError{Path: s.at.path(), Problem: err.Error()}
	}
	if t == nil {
		return nil, contradiction("no string of minLength %d to maxLength %d meets its pattern or format: correct them", s.minLength, s.maxLength)
	}
	return t, nil
}

// patternKey is a pattern, read as translatePattern says.
type patternKey struct {
	text string
	wide bool
}

func (c *compiler) pattern(text string, wide bool) (*runeDFA, error) {
	key := patternKey{text, wide}
	if d, ok := c.patterns[key]; ok {
		return d, nil
	}
	d, err := compilePattern(text, wide, c.budget)
	if err != nil {
		return nil, err
	}
	c.patterns[key] = d
	return d, nil
}
