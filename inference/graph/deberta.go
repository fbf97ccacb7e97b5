package graph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// debertaConfig is what DeBERTa alone asks config.json for, by the names and defaults of
// transformers' modeling_deberta_v2.py.
type debertaConfig struct {
	Relative bool            `json:"relative_attention"`
	Reach    int             `json:"max_relative_positions"`
	Buckets  int             `json:"position_buckets"`
	Placed   bool            `json:"position_biased_input"`
	Shared   bool            `json:"share_att_key"`
	Types    json.RawMessage `json:"pos_att_type"` // "p2c|c2p", or a list
	Norm     string          `json:"norm_rel_ebd"`
	Kernel   int             `json:"conv_kernel_size"`
	HeadSize *int            `json:"attention_head_size"`
}

type debertaSettings struct {
	debertaConfig
	byKey     bool // p2c: a key's scores of a query's place
	byQuery   bool // c2p: a query's scores of a key's place
	positions int
}

func (s Spec) deberta() (*debertaSettings, error) {
	c := &debertaSettings{debertaConfig: debertaConfig{Reach: -1, Buckets: -1, Placed: true}}
	if err := s.settings(&c.debertaConfig); err != nil {
		return nil, err
	}
	var types []string
	switch raw := bytes.TrimSpace(c.Types); {
	case len(raw) == 0:
	case raw[0] == '"':
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return nil, fmt.Errorf("config.json: pos_att_type: %w", err)
		}
		for _, t := range strings.Split(strings.ToLower(text), "|") {
			types = append(types, strings.TrimSpace(t))
		}
	default:
		if err := json.Unmarshal(raw, &types); err != nil {
			return nil, fmt.Errorf("config.json: pos_att_type: %w", err)
		}
	}
	c.byKey, c.byQuery = slices.Contains(types, "p2c"), slices.Contains(types, "c2p")
	if err := s.tabled(); err != nil {
		return nil, err
	}
	c.positions = s.Positions
	if c.Reach < 1 {
		c.Reach = s.Positions
	}
	if err := sized("max_relative_positions", c.Reach, 2, 1<<20); err != nil {
		return nil, err
	}
	if err := sized("position_buckets", c.Buckets, -1, 1<<20); err != nil {
		return nil, err
	}
	switch {
	case c.Kernel > 0:
		return nil, fmt.Errorf("config.json: conv_kernel_size is %d, and DeBERTa's convolution isn't known: export the model to ONNX", c.Kernel)
	case c.HeadSize != nil && *c.HeadSize != s.Hidden/s.Heads:
		return nil, fmt.Errorf("config.json: attention_head_size is %d, and heads of another size than hidden_size over num_attention_heads aren't known: export the model to ONNX", *c.HeadSize)
	case c.Relative && !c.byKey && !c.byQuery:
		return nil, fmt.Errorf("config.json: relative_attention is true, but pos_att_type has neither c2p nor p2c: export the model to ONNX")
	}
	return c, nil
}

// span is how many rows the table of distances has for one direction.
func (c *debertaSettings) span() int {
	if c.Buckets > 0 {
		return c.Buckets
	}
	return c.Reach
}

// rows are the table's for all distances, from 1-positions on.
func (c *debertaSettings) rows() []int64 {
	rows := make([]int64, 0, 2*c.positions-1)
	for d := 1 - c.positions; d < c.positions; d++ {
		bucket := d
		if c.Buckets > 0 {
			bucket = debertaBucket(d, c.Buckets, c.Reach)
		}
		rows = append(rows, int64(min(max(bucket+c.span(), 0), 2*c.span()-1)))
	}
	return rows
}

// debertaBucket is make_log_bucket_position of modeling_deberta_v2.py, in float32 as there.
func debertaBucket(d, buckets, reach int) int {
	middle, size, sign := buckets/2, d, 1
	if d < 0 {
		size, sign = -d, -1
	}
	if size < middle {
		size = middle - 1
	}
	if size <= middle {
		return d
	}
	log := func(x float32) float32 { return float32(math.Log(float64(x))) }
	far := log(float32(size)/float32(middle)) / log(float32(float64(reach-1)/float64(middle))) * float32(middle-1)
	return sign * (int(math.Ceil(float64(far))) + middle)
}

// buildDeberta builds DeBERTa of the versions 2 and 3: what tells a query and a key their
// distance is a part of their scores.
func buildDeberta(p *plain) error {
	c, err := p.spec.deberta()
	if err != nil {
		return err
	}
	x, err := p.embeddings(c.Placed)
	if err != nil {
		return err
	}
	mask := p.node("", "Cast", []string{p.mask}, attribute{"to", elemFloat})
	x = p.op("Mul", x, p.op("Unsqueeze", mask, p.ints("mask.axis", []int64{2}, 1)))
	terms := 1
	for _, has := range []bool{c.byKey, c.byQuery} {
		if has {
			terms++
		}
	}
	scored := scores(func(string, string, string) (string, float32) { return "", p.scale(terms) })
	if c.Relative {
		scored = p.disentangled(c, terms)
	}
	return p.layers(x, scored)
}

// disentangled makes what distances add to the scores.
func (p *plain) disentangled(c *debertaSettings, terms int) scores {
	h, heads, span := p.spec.Hidden, int64(p.spec.Heads), c.span()
	table := p.parameter("deberta.encoder.rel_embeddings.weight", 2*span, h)
	if strings.Contains(strings.ToLower(c.Norm), "layer_norm") {
		table = p.norm(table, "deberta.encoder.LayerNorm", h)
	}
	rows := p.ints("rows", c.rows(), 2*c.positions-1)
	toKey, toQuery := p.distances(rows, c.positions, false), ""
	if c.byKey {
		toQuery = p.distances(rows, c.positions, true)
	}
	scale := p.builder.floats("scale", []float32{p.scale(terms)})
	split := p.ints("heads", []int64{0, 0, heads, -1}, 4)
	splitTable := p.ints("table.heads", []int64{2 * int64(span), heads, -1}, 3)
	// scores of each of x with the table's rows, by distance: [batch, heads, places, places]
	part := func(x, module, at string) string {
		rows := p.node("", "Transpose", []string{p.op("Reshape", p.linear(table, module, h, h), splitTable)}, attribute{"perm", []int64{1, 2, 0}})
		x = p.node("", "Transpose", []string{p.op("Reshape", x, split)}, attribute{"perm", []int64{0, 2, 1, 3}})
		all := p.op("MatMul", x, rows)
		shape := p.node("", "Concat", []string{
			p.node("", "Slice", []string{p.op("Shape", all), p.ints("shape.from", []int64{0}, 1), p.ints("shape.to", []int64{2}, 1)}), p.op("Shape", at),
		}, attribute{"axis", int64(0)})
		return p.op("Mul", p.node("", "GatherElements", []string{all, p.op("Expand", at, shape)}, attribute{"axis", int64(-1)}), scale)
	}
	return func(name, query, key string) (string, float32) {
		forKey, forQuery := name+"attention.self.key_proj", name+"attention.self.query_proj"
		if !c.Shared {
			forKey, forQuery = name+"attention.self.pos_key_proj", name+"attention.self.pos_query_proj"
		}
		var bias string
		if c.byQuery {
			bias = part(query, forKey, toKey)
		}
		if c.byKey {
			other := p.node("", "Transpose", []string{part(key, forQuery, toQuery)}, attribute{"perm", []int64{0, 1, 3, 2}})
			if bias == "" {
				bias = other
			} else {
				bias = p.op("Add", bias, other)
			}
		}
		return bias, p.scale(terms)
	}
}
