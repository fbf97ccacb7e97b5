package graph

import (
	"fmt"
	"math"
)

// mobileConfig is what MobileBERT alone asks config.json for, by the names and defaults of
// transformers' configuration_mobilebert.py.
type mobileConfig struct {
	Embedding int    `json:"embedding_size"`
	Trigrams  bool   `json:"trigram_input"`
	Narrowed  bool   `json:"use_bottleneck"`
	Width     int    `json:"intra_bottleneck_size"`
	Real      int    `json:"true_hidden_size"`         // the same, where it is said again
	Values    bool   `json:"use_bottleneck_attention"` // they are narrowed too
	Shared    bool   `json:"key_query_shared_bottleneck"`
	Inner     int    `json:"num_feedforward_networks"`
	Norm      string `json:"normalization_type"`
	Pooled    bool   `json:"classifier_activation"`
}

func (s Spec) mobile() (*mobileConfig, error) {
	c := &mobileConfig{Embedding: 128, Trigrams: true, Narrowed: true, Width: 128, Shared: true, Inner: 4, Norm: "no_norm", Pooled: true}
	if err := s.settings(c); err != nil {
		return nil, err
	}
	for _, n := range []struct {
		name        string
		value, most int
	}{
		{"embedding_size", c.Embedding, 1 << 20}, {"intra_bottleneck_size", c.Width, 1 << 20}, {"num_feedforward_networks", c.Inner, 64}, {"type_vocab_size", s.TypeCount, 1 << 20},
	} {
		if err := sized(n.name, n.value, 1, n.most); err != nil {
			return nil, err
		}
	}
	switch {
	case !c.Narrowed || !c.Values && !c.Shared:
		return nil, fmt.Errorf("config.json: use_bottleneck, or both use_bottleneck_attention and key_query_shared_bottleneck, is false, which isn't known: export the model to ONNX")
	case c.Real != 0 && c.Real != c.Width:
		return nil, fmt.Errorf("config.json: true_hidden_size is %d, but intra_bottleneck_size is %d: correct the file", c.Real, c.Width)
	case c.Norm != "no_norm":
		return nil, fmt.Errorf("config.json: normalization_type is %.50q, and only no_norm is known: export the model to ONNX", c.Norm)
	case c.Width%s.Heads != 0:
		return nil, fmt.Errorf("config.json: intra_bottleneck_size is %d, which %d num_attention_heads don't divide: fetch the model again", c.Width, s.Heads)
	}
	return c, nil
}

// buildMobileBert builds MobileBERT: layers that compute in a narrower width between two
// products, with factors in place of norms.
func buildMobileBert(p *plain) error {
	c, err := p.spec.mobile()
	if err != nil {
		return err
	}
	s, h, w := p.spec, p.spec.Hidden, c.Width
	x := p.mobileEmbeddings(c)
	for i := range s.Layers {
		at := fmt.Sprintf("mobilebert.encoder.layer.%d.", i)
		narrow := p.factors(p.linear(x, at+"bottleneck.input.dense", h, w), at+"bottleneck.input.LayerNorm", w)
		asked, value, in := narrow, narrow, w
		if !c.Values {
			asked = p.factors(p.linear(x, at+"bottleneck.attention.dense", h, w), at+"bottleneck.attention.LayerNorm", w)
			value, in = x, h
		}
		query, key := p.linear(asked, at+"attention.self.query", w, w), p.linear(asked, at+"attention.self.key", w, w)
		scale := float32(1 / math.Sqrt(float64(w/s.Heads)))
		y := p.attend(query, key, p.linear(value, at+"attention.self.value", in, w), "", scale)
		y = p.factors(p.op("Add", p.linear(y, at+"attention.output.dense", w, w), narrow), at+"attention.output.LayerNorm", w)
		for j := range c.Inner - 1 {
			y = p.mobileInner(y, fmt.Sprintf("%sffn.%d.", at, j), w)
		}
		y = p.mobileInner(y, at, w)
		x = p.factors(p.op("Add", p.linear(y, at+"output.bottleneck.dense", w, h), x), at+"output.bottleneck.LayerNorm", h)
	}
	p.finish(x, func() string {
		if !c.Pooled {
			return p.first(x)
		}
		return p.op("Tanh", p.linear(p.first(x), p.architecture.names.pool, h, h))
	})
	return nil
}

// mobileEmbeddings are of each token's word and those beside it, which are nothing beyond a
// text's ends, whatever fills the batch up there.
func (p *plain) mobileEmbeddings(c *mobileConfig) string {
	s, names, in := p.spec, p.architecture.names, c.Embedding
	x := p.rows(names.words, s.Vocabulary, c.Embedding, p.ids)
	if c.Trigrams {
		mask := p.node("", "Cast", []string{p.mask}, attribute{"to", elemFloat})
		x = p.op("Mul", x, p.op("Unsqueeze", mask, p.ints("mask.axis", []int64{2}, 1)))
		wide := p.op("Pad", x, p.ints("beside", []int64{0, 1, 0, 0, 1, 0}, 6))
		axis := p.ints("beside.axis", []int64{1}, 1)
		next := p.op("Slice", wide, p.ints("next.from", []int64{2}, 1), p.ints("next.to", []int64{math.MaxInt64}, 1), axis)
		last := p.op("Slice", wide, p.ints("last.from", []int64{0}, 1), p.ints("last.to", []int64{-2}, 1), axis)
		x, in = p.node("", "Concat", []string{next, x, last}, attribute{"axis", int64(2)}), 3*in
	}
	if in != s.Hidden || c.Trigrams {
		x = p.linear(x, "mobilebert.embeddings.embedding_transformation", in, s.Hidden)
	}
	x = p.op("Add", x, p.rows(names.positions, s.Positions, s.Hidden, p.places()))
	if s.TypeCount == 1 {
		x = p.op("Add", x, p.parameter(names.kind, 1, s.Hidden))
	} else {
		x = p.op("Add", x, p.rows(names.kind, s.TypeCount, s.Hidden, p.input(TokenTypeIDs, "batch", "sequence")))
	}
	return p.factors(x, names.norm, s.Hidden)
}

func (p *plain) mobileInner(x, at string, width int) string {
	y := p.activation(p.spec.Activation, p.linear(x, at+"intermediate.dense", width, p.spec.Inner))
	return p.factors(p.op("Add", p.linear(y, at+"output.dense", p.spec.Inner, width), x), at+"output.LayerNorm", width)
}

// factors is MobileBERT's NoNorm of that name.
func (p *plain) factors(x, name string, n int) string {
	return p.op("Add", p.op("Mul", x, p.parameter(name+".weight", n)), p.parameter(name+".bias", n))
}
