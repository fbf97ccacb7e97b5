package graph

import (
	"fmt"
	"math"
)

// bartConfig is what BART alone asks config.json for, by the names and defaults of
// transformers' configuration_bart.py.
type bartConfig struct {
	Layers int  `json:"decoder_layers"`
	Heads  int  `json:"decoder_attention_heads"`
	Inner  int  `json:"decoder_ffn_dim"`
	Scaled bool `json:"scale_embedding"`
	Tied   bool `json:"tie_word_embeddings"`
	Start  int  `json:"decoder_start_token_id"`
	End    int  `json:"eos_token_id"`
}

func (s Spec) bart() (*bartConfig, error) {
	c := &bartConfig{Layers: 12, Heads: 16, Inner: 4096, Tied: true, Start: 2, End: 2}
	if err := s.settings(c); err != nil {
		return nil, err
	}
	for _, n := range []struct {
		name        string
		value, most int
	}{
		{"decoder_layers", c.Layers, 1 << 10}, {"decoder_attention_heads", c.Heads, s.Hidden}, {"decoder_ffn_dim", c.Inner, 1 << 20},
	} {
		if err := sized(n.name, n.value, 1, n.most); err != nil {
			return nil, err
		}
	}
	for name, id := range map[string]int{"decoder_start_token_id": c.Start, "eos_token_id": c.End} {
		if err := sized(name, id, 0, s.Vocabulary-1); err != nil {
			return nil, err
		}
	}
	if s.Hidden%c.Heads != 0 {
		return nil, fmt.Errorf("config.json: d_model is %d, which %d decoder_attention_heads don't divide: fetch the model again", s.Hidden, c.Heads)
	}
	return c, nil
}

// bartWords is the table of both sides, unless a file has one for each.
const bartWords = "model.shared.weight"

// bartPlaces is where the table of positions begins.
const bartPlaces = 2

// buildBart builds BART's classifier: an encoder, a decoder that reads the same text one
// token later, and what it says at the text's last end token.
func buildBart(p *plain) error {
	c, err := p.spec.bart()
	if err != nil {
		return err
	}
	encoded := p.bartEmbeddings(c, "encoder", p.ids)
	for i := range p.spec.Layers {
		at := fmt.Sprintf("model.encoder.layers.%d.", i)
		encoded = p.bartAttention(encoded, at+"self_attn", encoded, p.attend)
		encoded = p.bartInner(encoded, at, p.spec.Inner)
	}
	p.spec.Heads = c.Heads
	x := p.bartEmbeddings(c, "decoder", p.shifted(c.Start))
	for i := range c.Layers {
		at := fmt.Sprintf("model.decoder.layers.%d.", i)
		x = p.bartAttention(x, at+"self_attn", x, p.attendBefore)
		x = p.bartAttention(x, at+"encoder_attn", encoded, p.attend)
		x = p.bartInner(x, at, c.Inner)
	}
	h := p.spec.Hidden
	p.finish(x, func() string { return p.op("Tanh", p.linear(p.last(x, c.End), "classification_head.dense", h, h)) })
	return nil
}

// shifted is the text one token later, behind the token that the decoder starts with.
func (p *plain) shifted(start int) string {
	zero, one, axis := p.ints("shift.zero", []int64{0}, 1), p.ints("shift.one", []int64{1}, 1), p.ints("shift.axis", []int64{1}, 1)
	first := p.op("Mul", p.op("Slice", p.ids, zero, one, axis), zero)
	first = p.op("Add", first, p.ints("shift.start", []int64{int64(start)}, 1))
	rest := p.op("Slice", p.ids, zero, p.ints("shift.end", []int64{-1}, 1), axis)
	return p.node("", "Concat", []string{first, rest}, attribute{"axis", int64(1)})
}

func (p *plain) bartEmbeddings(c *bartConfig, side, ids string) string {
	s, table := p.spec, "model."+side+".embed_tokens.weight"
	if _, err := p.find(table); err != nil && c.Tied {
		table = bartWords
	}
	x := p.rows(table, s.Vocabulary, s.Hidden, ids)
	if c.Scaled {
		x = p.op("Mul", x, p.builder.floats(side+".scale", []float32{float32(math.Sqrt(float64(s.Hidden)))}))
	}
	places := p.op("Add", p.sequence(), p.scalar(side+".places", bartPlaces))
	x = p.op("Add", x, p.rows("model."+side+".embed_positions.weight", s.Positions+bartPlaces, s.Hidden, places))
	return p.norm(x, "model."+side+".layernorm_embedding", s.Hidden)
}

// bartAttention is attention to what is read, added to x and normalised.
func (p *plain) bartAttention(x, name, read string, attend func(query, key, value, bias string, scale float32) string) string {
	h := p.spec.Hidden
	out := attend(p.linear(x, name+".q_proj", h, h), p.linear(read, name+".k_proj", h, h), p.linear(read, name+".v_proj", h, h), "", p.scale(1))
	return p.norm(p.op("Add", p.linear(out, name+".out_proj", h, h), x), name+"_layer_norm", h)
}

func (p *plain) bartInner(x, at string, inner int) string {
	h := p.spec.Hidden
	y := p.activation(p.spec.Activation, p.linear(x, at+"fc1", h, inner))
	return p.norm(p.op("Add", p.linear(y, at+"fc2", inner, h), x), at+"final_layer_norm", h)
}

// last is each text's last token of that id, [batch, width]. A text without one fails, as in
// transformers: no row has the number that is looked up.
func (p *plain) last(x string, id int) string {
	is := p.op("Equal", p.ids, p.scalar("last.id", int64(id)))
	is = p.op("And", is, p.node("", "Cast", []string{p.mask}, attribute{"to", elemBool}))
	at := p.op("Where", is, p.sequence(), p.scalar("last.none", math.MinInt32))
	at = p.node("", "ReduceMax", []string{at}, attribute{"axes", []int64{1}}, attribute{"keepdims", int64(1)})
	return p.node("", "GatherND", []string{x, at}, attribute{"batch_dims", int64(1)})
}
