package graph

// Spec is what config.json says of a BERT-family encoder with a classifier.
type Spec struct {
	Architecture string
	Layers       int
	Hidden       int
	Heads        int
	Inner        int // width of the feed-forward layers
	Labels       int
	Vocabulary   int
	Positions    int
	TypeCount    int     // rows of the token type embedding
	Padding      int     // id of the padding token
	Activation   string  // config.json's name for it
	Epsilon      float32 // of layer normalisation
	// First is of an encoder alone of whose outputs only the first token's are read.
	First bool
	// Config is config.json, for what single architectures ask for; nil where the graph is
	// an export's.
	Config []byte
}

// encoder is a classifier's parameters.
type encoder struct {
	spec                   Spec
	architecture           architecture
	head                   Head
	words, positions, kind Matrix // kind: token types; empty for DistilBERT
	norm                   norm
	project                *Linear // nil where embeddings are as wide as the layers
	layers                 []layer
	pool, classify         Linear // as far as the head has them
}

type norm struct{ scale, bias []float32 }

type layer struct {
	query, key, value, out Linear
	attended               norm
	up, down               Linear
	fed                    norm
}

// parameters finds a model's parameters by PyTorch's names: in an export's graph, or in
// files of weights.
type parameters interface {
	vector(name string, n int) ([]float32, error)
	matrix(name string, rows, cols int) (Matrix, error)
	linear(name string, in, out int) (Linear, error)
	// unused names a matrix or a vector with at least n elements that wasn't asked for and
	// must have been, or is "".
	unused(n int) string
}

// finder collects the first error, so that reading parameters reads straight.
type finder struct {
	parameters
	err error
}

func (f *finder) matrix(name string, rows, cols int) (m Matrix) {
	if f.err == nil {
		m, f.err = f.parameters.matrix(name, rows, cols)
	}
	return m
}

func (f *finder) linear(name string, in, out int) (l Linear) {
	if f.err == nil {
		l, f.err = f.parameters.linear(name, in, out)
	}
	return l
}

func (f *finder) norm(name string, n int) (out norm) {
	if f.err == nil {
		out.scale, f.err = f.vector(name+".weight", n)
	}
	if f.err == nil {
		out.bias, f.err = f.vector(name+".bias", n)
	}
	return out
}

// extract finds every parameter of the spec's architecture. That there is nothing else of
// weight in an export is checked too: a model with more parameters is another one.
func extract(from parameters, spec Spec) (*encoder, error) {
	a, head, ok := lookup(spec.Architecture)
	if !ok {
		return nil, notRecognised("its architecture is %s", spec.Architecture)
	}
	if a.padded != "" {
		return nil, notRecognised("%s", a.padded)
	}
	if spec.Heads < 1 || spec.Hidden%spec.Heads != 0 {
		return nil, notRecognised("config.json's %d heads don't divide the width %d", spec.Heads, spec.Hidden)
	}
	layers, err := a.layersOf(spec)
	if err != nil {
		return nil, err
	}
	width, err := a.embeddingWidth(spec)
	if err != nil {
		return nil, err
	}
	f, names, h := &finder{parameters: from}, a.names, spec.Hidden
	e := &encoder{
		spec:         spec,
		architecture: a,
		words:        f.matrix(names.words, spec.Vocabulary, width),
		positions:    f.matrix(names.positions, spec.Positions, width),
		norm:         f.norm(names.norm, width),
		head:         head,
	}
	switch head {
	case Classify:
		e.pool, e.classify = f.linear(names.pool, h, h), f.linear(names.classification, h, spec.Labels)
	case Tag:
		e.classify = f.linear(names.tag, h, spec.Labels)
	}
	if names.kind != "" {
		e.kind = f.matrix(names.kind, spec.TypeCount, width)
	}
	if a.projects(spec, width) {
		l := f.linear(names.project, width, h)
		e.project = &l
	}
	for _, at := range layers {
		e.layers = append(e.layers, layer{
			query:    f.linear(at+names.query, h, h),
			key:      f.linear(at+names.key, h, h),
			value:    f.linear(at+names.value, h, h),
			out:      f.linear(at+names.out, h, h),
			attended: f.norm(at+names.attended, h),
			up:       f.linear(at+names.up, h, spec.Inner),
			down:     f.linear(at+names.down, spec.Inner, h),
			fed:      f.norm(at+names.fed, h),
		})
	}
	if f.err != nil {
		return nil, f.err
	}
	if spec.Layers < 1 {
		return nil, notRecognised("config.json says that it has %d layers", spec.Layers)
	}
	if name := f.unused(h); name != "" {
		return nil, notRecognised("it has the parameter %s, which %s doesn't have", name, spec.Architecture)
	}
	return e, nil
}
