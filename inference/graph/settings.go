package graph

import (
	"encoding/json"
	"fmt"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

// settings reads what an architecture alone asks config.json for into the struct that v
// points to, which has the defaults; null isn't one, but where v has a pointer. An export's
// graph has it computed in already.
func (s Spec) settings(v any) error {
	if s.Config == nil {
		return nil
	}
	o, err := pythonjson.Parse(s.Config)
	if err != nil {
		return fmt.Errorf("config.json: %w", err)
	}
	if name := o.Null(v); name != "" {
		return fmt.Errorf("config.json: %w", NullError(name))
	}
	if err := o.Into(v); err != nil {
		return fmt.Errorf("config.json: %w", err)
	}
	return nil
}

// NullError is of a field that may be left out, but which transformers doesn't take null for.
func NullError(name string) error {
	return fmt.Errorf("%s is null, which transformers doesn't take: leave the field out, or give it the model's value", name)
}

// sized refuses numbers that size something and can't be.
func sized(name string, value, least, most int) error {
	if value < least || value > most {
		return fmt.Errorf("config.json: %s is %d, a number from %d to %d is needed", name, value, least, most)
	}
	return nil
}

// tabled refuses more positions than a table of distances is made for.
func (s Spec) tabled() error { return sized("max_position_embeddings", s.Positions, 1, 1<<16) }

// embeddingWidth is how wide the embeddings are.
func (a architecture) embeddingWidth(s Spec) (int, error) {
	if a.embedding == 0 {
		return s.Hidden, nil
	}
	c := struct {
		Size int `json:"embedding_size"`
	}{a.embedding}
	if c.Size < 0 {
		c.Size = s.Hidden
	}
	if err := s.settings(&c); err != nil {
		return 0, err
	}
	return c.Size, sized("embedding_size", c.Size, 1, 1<<20)
}

// projects tells if embeddings are brought to the layers' width by a product.
func (a architecture) projects(s Spec, width int) bool {
	return a.names.project != "" && (width != s.Hidden || a.names.layers != nil)
}

// activation is config.json's by that name, or the default.
func (s Spec) activation(name, value string) (string, error) {
	if s.Config == nil {
		return value, nil
	}
	c, err := pythonjson.Parse(s.Config)
	if err != nil {
		return "", fmt.Errorf("config.json: %w", err)
	}
	if raw, ok := c.Get(name); ok {
		if string(raw) == "null" {
			return "", fmt.Errorf("config.json: %w", NullError(name))
		}
		if err := json.Unmarshal(raw, &value); err != nil {
			return "", fmt.Errorf("config.json: %s: %w", name, err)
		}
	}
	if !knownActivation(value) {
		return "", unknownActivation(name, value)
	}
	return value, nil
}

func unknownActivation(name, value string) error {
	return fmt.Errorf("config.json: %s is %q, which isn't known (these are: %v): export the model to ONNX", name, value, activations)
}

// checkBuilt refuses what config.json can ask of an encoder, and a graph built here doesn't
// do. What isn't asked for is as transformers' defaults are.
func (s Spec) checkBuilt() error {
	var c struct {
		Positions  *string          `json:"position_embedding_type"`
		Decoder    bool             `json:"is_decoder"`
		Cross      bool             `json:"add_cross_attention"`
		Pruned     map[string][]int `json:"pruned_heads"`
		Quantized  *struct{}        `json:"quantization_config"`
		Compressed *struct{}        `json:"compression_config"`
	}
	if err := s.settings(&c); err != nil {
		return err
	}
	a, _, _ := lookup(s.Architecture)
	switch {
	case c.Positions != nil && *c.Positions != "absolute":
		return fmt.Errorf("config.json: position_embedding_type is %q, and only absolute is known: export the model to ONNX", *c.Positions)
	case c.Decoder || c.Cross:
		return fmt.Errorf("config.json: is_decoder or add_cross_attention is true, so the model is no encoder alone: export it to ONNX")
	case len(c.Pruned) > 0:
		return fmt.Errorf("config.json: pruned_heads isn't empty, and pruned models aren't known: export the model to ONNX")
	case c.Quantized != nil || c.Compressed != nil:
		return fmt.Errorf("config.json: quantization_config is set, and weights are read in F32, F16 and BF16 alone: take the model that it was made from")
	case !knownActivation(s.Activation):
		return unknownActivation(a.defaults.activationName(), s.Activation)
	case a.paddingID(s.Padding) >= s.Vocabulary:
		return fmt.Errorf("config.json: pad_token_id is %d (or left out, which means that), but the %d words of vocab_size end before it: write the padding token's id there", a.paddingID(s.Padding), s.Vocabulary)
	case a.build == nil && a.names.kind != "" && s.TypeCount == 0:
		return fmt.Errorf("config.json: type_vocab_size is 0, but the model adds a vector for the type of each token: fetch the model again")
	case s.Layers < 1 || s.Heads < 1 || s.Hidden < 1 || s.Hidden%s.Heads != 0 || s.Inner < 1:
		return fmt.Errorf("config.json: %d layers of width %d with %d heads and %d inside can't be: fetch the model again", s.Layers, s.Hidden, s.Heads, s.Inner)
	}
	return nil
}
