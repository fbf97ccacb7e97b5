package graph

import (
	"encoding/json"
	"fmt"
	"math"
)

// modernConfig is what ModernBERT alone asks config.json for, by the names and defaults of
// transformers' configuration_modernbert.py, those of older files included.
type modernConfig struct {
	Activation string          `json:"hidden_activation"`
	Epsilon    float32         `json:"norm_eps"`
	NormBias   bool            `json:"norm_bias"`
	QKVBias    bool            `json:"attention_bias"`
	InnerBias  bool            `json:"mlp_bias"`
	Window     int             `json:"local_attention"`
	Every      int             `json:"global_attn_every_n_layers"`
	Types      []string        `json:"layer_types"`
	Global     float64         `json:"global_rope_theta"`
	Local      float64         `json:"local_rope_theta"`
	Rotary     json.RawMessage `json:"rope_parameters"`
	Scaling    json.RawMessage `json:"rope_scaling"`
	Pooling    string          `json:"classifier_pooling"`
	HeadBias   bool            `json:"classifier_bias"`
	HeadActive string          `json:"classifier_activation"`
	HeadSize   *int            `json:"head_dim"`
}

func (s Spec) modern() (*modernConfig, error) {
	c := &modernConfig{
		Activation: "gelu", Epsilon: 1e-5, Window: 128, Every: 3, Global: 160_000, Local: 10_000, Pooling: "cls", HeadActive: "gelu",
	}
	if err := s.settings(c); err != nil {
		return nil, err
	}
	if err := c.readRotary(); err != nil {
		return nil, err
	}
	if err := s.tabled(); err != nil {
		return nil, err
	}
	if err := sized("local_attention", c.Window, 2, 1<<20); err != nil {
		return nil, err
	}
	if err := sized("global_attn_every_n_layers", c.Every, 1, 1<<10); err != nil {
		return nil, err
	}
	switch {
	case c.Types != nil && len(c.Types) != s.Layers:
		return nil, fmt.Errorf("config.json: layer_types has %d entries, num_hidden_layers is %d: fetch the model again", len(c.Types), s.Layers)
	case !knownActivation(c.Activation):
		return nil, unknownActivation("hidden_activation", c.Activation)
	case !knownActivation(c.HeadActive):
		return nil, unknownActivation("classifier_activation", c.HeadActive)
	case c.Pooling != "cls" && c.Pooling != "mean":
		return nil, fmt.Errorf("config.json: classifier_pooling is %q, cls or mean is needed: correct the file", c.Pooling)
	case c.HeadSize != nil && *c.HeadSize != s.Hidden/s.Heads, s.Hidden/s.Heads%2 != 0:
		return nil, fmt.Errorf("config.json: heads of another size than hidden_size over num_attention_heads, or of an odd one, aren't known: export the model to ONNX")
	case !(c.Global > 0) || !(c.Local > 0):
		return nil, fmt.Errorf("config.json: rope_theta is %g and %g, positive numbers are needed: correct the file", c.Global, c.Local)
	}
	for i, t := range c.Types {
		if t != "full_attention" && t != "sliding_attention" {
			return nil, fmt.Errorf("config.json: layer_types[%d] is %.50q, full_attention or sliding_attention is needed: correct the file", i, t)
		}
	}
	return c, nil
}

// readRotary reads the base of the angles of both kinds of layers, where they are said in
// transformers 5's way.
func (c *modernConfig) readRotary() error {
	if len(c.Scaling) > 0 && string(c.Scaling) != "null" {
		return fmt.Errorf("config.json: rope_scaling is set, which isn't known of ModernBERT: export the model to ONNX")
	}
	if len(c.Rotary) == 0 || string(c.Rotary) == "null" {
		return nil
	}
	const needed = `an object for each of "full_attention" and "sliding_attention"`
	var kinds map[string]json.RawMessage
	if err := json.Unmarshal(c.Rotary, &kinds); err != nil {
		return fmt.Errorf("config.json: rope_parameters is %.100s, %s is needed: correct the file", c.Rotary, needed)
	}
	for name := range kinds {
		if name != "full_attention" && name != "sliding_attention" {
			return fmt.Errorf("config.json: rope_parameters has %.50q, and %s is needed: correct the file", name, needed)
		}
	}
	for name, to := range map[string]*float64{"full_attention": &c.Global, "sliding_attention": &c.Local} {
		raw, has := kinds[name]
		if !has {
			continue
		}
		var k *struct {
			Kind  *string  `json:"rope_type"`
			Theta *float64 `json:"rope_theta"`
		}
		if err := json.Unmarshal(raw, &k); err != nil || k == nil {
			return fmt.Errorf("config.json: rope_parameters has %.100s for %s, and an object with rope_type and rope_theta is needed: correct the file", raw, name)
		}
		if k.Kind != nil && *k.Kind != "default" {
			return fmt.Errorf("config.json: rope_parameters has the rope_type %.50q, and only default is known: export the model to ONNX", *k.Kind)
		}
		if k.Theta != nil {
			*to = *k.Theta
		}
	}
	return nil
}

// local tells if a layer's tokens see only those near them.
func (c *modernConfig) local(layer int) bool {
	if c.Types != nil {
		return c.Types[layer] == "sliding_attention"
	}
	return layer%c.Every != 0
}

// reach is how far such a token sees to either side.
func (c *modernConfig) reach() int { return c.Window / 2 }

// frequencies are the angles between a place and the next, for each pair of a head's numbers.
func frequencies(theta float64, size int) []float32 {
	out := make([]float32, size/2)
	for i := range out {
		out[i] = 1 / float32(math.Pow(theta, float64(float32(2*i)/float32(size))))
	}
	return out
}

// modernNames are ModernBERT's parameters.
const (
	modernNorm  = "model.embeddings.norm"
	modernFinal = "model.final_norm"
	modernHead  = "head"
)

func modernLayer(i int) string { return fmt.Sprintf("model.layers.%d.", i) }

// buildModernBert builds ModernBERT: layers that normalise before each part, rotary
// positions, and two layers of three whose tokens see only those near them.
func buildModernBert(p *plain) error {
	c, err := p.spec.modern()
	if err != nil {
		return err
	}
	p.spec.Epsilon = c.Epsilon
	s, h := p.spec, p.spec.Hidden
	norm := func(x, name string) string {
		parameters := []string{p.parameter(name+".weight", h)}
		if c.NormBias {
			parameters = append(parameters, p.parameter(name+".bias", h))
		}
		return p.normed(x, h, parameters...)
	}
	place := p.node("", "Cast", []string{p.sequence()}, attribute{"to", elemFloat})
	place = p.op("Unsqueeze", place, p.ints("place.axis", []int64{1}, 1))
	from := p.ints("rotary.from", []int64{0}, 1)
	rotary := map[bool]func(x string) string{}
	for local, theta := range map[bool]float64{true: c.Local, false: c.Global} {
		name := map[bool]string{true: "local", false: "global"}[local]
		angles := p.op("Mul", place, p.builder.floats(name+".frequencies", frequencies(theta, h/s.Heads), 1, h/s.Heads/2))
		cos, sin := p.op("Cos", angles), p.op("Sin", angles)
		rotary[local] = func(x string) string { return p.node(contrib, "RotaryEmbedding", []string{x, from, cos, sin}) }
	}
	near := make([]float32, 2*s.Positions-1)
	for i := range near {
		if d := i - s.Positions + 1; d > c.reach() || -d > c.reach() {
			near[i] = -1e9 // and no infinity, so that the places behind a text's end stay numbers
		}
	}
	bias := p.distances(p.builder.floats("near", near, len(near)), s.Positions, false)
	bias = p.op("Unsqueeze", bias, p.ints("near.axes", []int64{0, 1}, 2))

	x := norm(p.rows(p.architecture.names.words, s.Vocabulary, h, p.ids), modernNorm)
	for i := range s.Layers {
		at := modernLayer(i)
		normal := x
		if i > 0 {
			normal = norm(x, at+"attn_norm")
		}
		parts := p.split(normal, at+"attn.Wqkv", h, c.QKVBias, h, h, h)
		layerBias := ""
		if c.local(i) {
			layerBias = bias
		}
		turn := rotary[c.local(i)]
		out := p.attend(turn(parts[0]), turn(parts[1]), parts[2], layerBias, p.scale(1))
		x = p.op("Add", x, p.split(out, at+"attn.Wo", h, c.QKVBias, h)[0])
		inner := p.split(norm(x, at+"mlp_norm"), at+"mlp.Wi", h, c.InnerBias, s.Inner, s.Inner)
		gated := p.op("Mul", p.activation(c.Activation, inner[0]), inner[1])
		x = p.op("Add", x, p.split(gated, at+"mlp.Wo", s.Inner, c.InnerBias, h)[0])
	}
	x = norm(x, modernFinal)
	head := func(x string) string {
		return norm(p.activation(c.HeadActive, p.split(x, modernHead+".dense", h, c.HeadBias, h)[0]), modernHead+".norm")
	}
	if p.head == Tag {
		x = head(x)
	}
	p.finish(x, func() string {
		if c.Pooling == "mean" {
			return head(p.mean(x))
		}
		return head(p.first(x))
	})
	return nil
}

// split are products of x with so many rows each of PyTorch's Linear module of that name,
// which has them one after the other.
func (p *plain) split(x, name string, in int, bias bool, widths ...int) (parts []string) {
	all := 0
	for _, w := range widths {
		all += w
	}
	at := 0
	for _, w := range widths {
		part := p.node(contrib, "FusedMatMul", []string{x, p.part(name+".weight", at, w, all, in)}, attribute{"transB", int64(1)})
		if bias {
			part = p.op("Add", part, p.part(name+".bias", at, w, all))
		}
		parts, at = append(parts, part), at+w
	}
	return parts
}

// mean is the mean of each text's tokens, [batch, width].
func (p *plain) mean(x string) string {
	mask := p.node("", "Cast", []string{p.mask}, attribute{"to", elemFloat})
	axis := p.ints("mean.axis", []int64{2}, 1)
	over := p.ints("mean.over", []int64{1}, 1)
	sum := p.node("", "ReduceSum", []string{p.op("Mul", x, p.op("Unsqueeze", mask, axis)), over}, attribute{"keepdims", int64(0)})
	return p.op("Div", sum, p.op("ReduceSum", mask, over)) // [batch, width] by [batch, 1]
}
