package graph

import "math"

// buildEncoder builds what is made as BERT is: embeddings, layers that normalise behind
// each sum, and a classifier of the first token.
func buildEncoder(p *plain) error {
	x, err := p.embeddings(true)
	if err != nil {
		return err
	}
	scored := scores(func(string, string, string) (string, float32) { return "", p.scale(1) })
	if p.architecture.attention != nil {
		if scored, err = p.architecture.attention(p); err != nil {
			return err
		}
	}
	return p.layers(x, scored)
}

// layers are all layers and the head behind them.
func (p *plain) layers(x string, scored scores) error {
	s, names := p.spec, p.architecture.names
	layers, err := p.architecture.layersOf(s)
	if err != nil {
		return err
	}
	h := s.Hidden
	for _, at := range layers {
		query, key, value := p.linear(x, at+names.query, h, h), p.linear(x, at+names.key, h, h), p.linear(x, at+names.value, h, h)
		bias, scale := scored(at, query, key)
		out := p.linear(p.attend(query, key, value, bias, scale), at+names.out, h, h)
		x = p.norm(p.op("Add", out, x), at+names.attended, h)
		inner := p.activation(s.Activation, p.linear(x, at+names.up, h, s.Inner))
		x = p.norm(p.op("Add", p.linear(inner, at+names.down, s.Inner, h), x), at+names.fed, h)
	}
	activation := names.poolActivation
	if names.poolSetting != "" {
		if activation, err = s.activation(names.poolSetting, activation); err != nil {
			return err
		}
	}
	p.finish(x, func() string { return p.activation(activation, p.linear(p.first(x), names.pool, h, h)) })
	return nil
}

// finish is the head behind the last layer's output x; pooled makes of it what a classifier
// of texts reads.
func (p *plain) finish(x string, pooled func() string) {
	switch names := p.architecture.names; p.head {
	case Classify:
		p.classify(pooled(), names.classification, "batch", p.spec.Labels)
	case Tag:
		p.classify(x, names.tag, "batch", "sequence", p.spec.Labels)
	case Embed:
		p.named(HiddenState, "", "Identity", []string{x})
		p.output(HiddenState, "batch", "sequence", p.spec.Hidden)
	}
}

// classify is the last product, whose output is the logits.
func (p *plain) classify(x, name string, sizes ...any) {
	s := p.spec
	p.named(Logits, "", "Add", []string{p.product(x, name, s.Hidden, s.Labels), p.parameter(name+".bias", s.Labels)})
	p.output(Logits, sizes...)
}

// scale is what attention's scores are multiplied by that are sums of terms like query·key.
func (p *plain) scale(terms int) float32 {
	return float32(1 / math.Sqrt(float64(p.spec.Hidden/p.spec.Heads*terms)))
}

// embeddings are what the layers read; placed is whether tokens know their places by it.
func (p *plain) embeddings(placed bool) (string, error) {
	s, names := p.spec, p.architecture.names
	width, err := p.architecture.embeddingWidth(s)
	if err != nil {
		return "", err
	}
	x := p.rows(names.words, s.Vocabulary, width, p.ids)
	switch {
	case names.kind == "" || s.TypeCount == 0:
	case s.TypeCount == 1:
		x = p.op("Add", x, p.parameter(names.kind, 1, width))
	default:
		x = p.op("Add", x, p.rows(names.kind, s.TypeCount, width, p.input(TokenTypeIDs, "batch", "sequence")))
	}
	if placed {
		x = p.op("Add", x, p.rows(names.positions, s.Positions, width, p.places()))
	}
	if p.architecture.projects(s, width) && names.normLast {
		return p.norm(p.product(x, names.project, width, s.Hidden), names.norm, s.Hidden), nil
	}
	x = p.norm(x, names.norm, width)
	if p.architecture.projects(s, width) {
		x = p.linear(x, names.project, width, s.Hidden)
	}
	return x, nil
}

// places are the rows of the position embedding: [sequence], or [batch, sequence] where the
// padding token has none of its own.
func (p *plain) places() string {
	if !p.architecture.fromPadding {
		return p.sequence()
	}
	padding := p.ints("padding", []int64{int64(p.architecture.paddingID(p.spec.Padding))})
	counted := p.node("", "Cast", []string{p.op("Not", p.op("Equal", p.ids, padding))}, attribute{"to", elemInt64})
	return p.op("Add", padding, p.op("Mul", counted, p.op("CumSum", counted, p.ints("axis", []int64{1}, 1))))
}

// sequence is 0, 1, … for each token.
func (p *plain) sequence() string {
	for _, n := range p.graph.Node {
		if n.GetOpType() == "Range" {
			return n.Output[0]
		}
	}
	length := p.op("Gather", p.op("Shape", p.ids), p.scalar("sequence.axis", 1))
	return p.op("Range", p.scalar("sequence.from", 0), length, p.scalar("sequence.step", 1))
}

// distances looks up what a table has for each distance of a query from a key: query minus
// key, or key minus query. The table begins with the distance 1-positions, so that the place
// of 0 is positions-1. It gives [queries, keys] and the table's other dimensions.
func (p *plain) distances(table string, positions int, fromKey bool) string {
	places := p.sequence()
	rows := p.op("Unsqueeze", places, p.ints("distances.rows", []int64{1}, 1))
	columns := p.op("Unsqueeze", places, p.ints("distances.columns", []int64{0}, 1))
	if fromKey {
		rows, columns = columns, rows
	}
	at := p.op("Add", p.op("Sub", rows, columns), p.scalar("distances.zero", int64(positions-1)))
	return p.op("Gather", table, at)
}
