package graph

import (
	"fmt"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// Spec is what config.json says of a BERT-family encoder with a classifier.
type Spec struct {
	Architecture string // DistilBertForSequenceClassification or BertForSequenceClassification
	Layers       int
	Hidden       int
	Heads        int
	Inner        int // width of the feed-forward layers
	Labels       int
	Vocabulary   int
	Positions    int
	TypeCount    int     // rows of the token type embedding; BERT alone
	Activation   string  // config.json's name for it
	Epsilon      float32 // of layer normalisation
}

// encoder is a classifier's parameters.
type encoder struct {
	spec                   Spec
	words, positions, kind Matrix // kind: token types; empty for DistilBERT
	norm                   norm
	layers                 []layer
	pool, classify         Linear
	poolActivation         string // ONNX's name for it
}

type norm struct{ scale, bias []float32 }

type layer struct {
	query, key, value, out Linear
	attended               norm
	up, down               Linear
	fed                    norm
}

// parameterNames are PyTorch's names for an architecture's modules. Those of a
// layer follow prefix + layer number.
type parameterNames struct {
	words, positions, kind, norm         string
	prefix                               string
	query, key, value, out, attended     string
	up, down, fed                        string
	pool, poolActivation, classification string
}

var architectures = map[string]parameterNames{
	"DistilBertForSequenceClassification": {
		words:     "distilbert.embeddings.word_embeddings.weight",
		positions: "distilbert.embeddings.position_embeddings.weight",
		norm:      "distilbert.embeddings.LayerNorm",
		prefix:    "distilbert.transformer.layer",
		query:     "attention.q_lin", key: "attention.k_lin", value: "attention.v_lin", out: "attention.out_lin",
		attended: "sa_layer_norm", up: "ffn.lin1", down: "ffn.lin2", fed: "output_layer_norm",
		pool: "pre_classifier", poolActivation: "Relu", classification: "classifier",
	},
	"BertForSequenceClassification": {
		words:     "bert.embeddings.word_embeddings.weight",
		positions: "bert.embeddings.position_embeddings.weight",
		kind:      "bert.embeddings.token_type_embeddings.weight",
		norm:      "bert.embeddings.LayerNorm",
		prefix:    "bert.encoder.layer",
		query:     "attention.self.query", key: "attention.self.key", value: "attention.self.value",
		out: "attention.output.dense", attended: "attention.output.LayerNorm",
		up: "intermediate.dense", down: "output.dense", fed: "output.LayerNorm",
		pool: "bert.pooler.dense", poolActivation: "Tanh", classification: "classifier",
	},
}

// finder collects the first error, so that reading parameters reads straight.
type finder struct {
	*weights
	err error
}

func (f *finder) matrix(name string, rows, cols int) (m Matrix) {
	if f.err == nil {
		m, f.err = f.weights.matrix(name, rows, cols)
	}
	return m
}

func (f *finder) linear(name string, in, out int) (l Linear) {
	if f.err == nil {
		l, f.err = f.weights.linear(name, in, out)
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

// extract finds every parameter of the spec's architecture in the graph. That
// there is nothing else of weight is checked too: a model with more parameters
// is another one.
func extract(g *pb.GraphProto, spec Spec) (*encoder, error) {
	names, ok := architectures[spec.Architecture]
	if !ok {
		return nil, notRecognised("its architecture is %s", spec.Architecture)
	}
	if spec.Heads < 1 || spec.Hidden%spec.Heads != 0 {
		return nil, notRecognised("config.json's %d heads don't divide the width %d", spec.Heads, spec.Hidden)
	}
	f := &finder{weights: indexWeights(g)}
	h := spec.Hidden
	e := &encoder{
		spec:           spec,
		words:          f.matrix(names.words, spec.Vocabulary, h),
		positions:      f.matrix(names.positions, spec.Positions, h),
		norm:           f.norm(names.norm, h),
		pool:           f.linear(names.pool, h, h),
		classify:       f.linear(names.classification, h, spec.Labels),
		poolActivation: names.poolActivation,
	}
	if names.kind != "" {
		e.kind = f.matrix(names.kind, spec.TypeCount, h)
	}
	for i := range spec.Layers {
		at := fmt.Sprintf("%s.%d.", names.prefix, i)
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
