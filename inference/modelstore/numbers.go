package modelstore

import (
	"fmt"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
)

// Bounds of the numbers that size something, far over those of any model that
// could be served, so that nothing made by them can take the memory or overflow.
const (
	maxLayers    = 1 << 10
	maxHeads     = 1 << 12
	maxWidth     = 1 << 20
	maxRows      = 1 << 24 // of an embedding
	maxPositions = 1 << 30
)

// checkNumbers checks every number of config.json by which something is sized.
func (c *Config) checkNumbers(path string) error {
	names := graph.DefaultsOf(c.Architecture).Own
	if names == nil {
		names = &graph.FieldNames{Layers: "num_hidden_layers", Hidden: "hidden_size", Heads: "num_attention_heads", Inner: "intermediate_size"}
	}
	for _, n := range []struct {
		name               string
		value, least, most int
	}{
		{"vocab_size", c.Vocabulary, 1, maxRows},
		{"max_position_embeddings", c.Positions, 1, maxPositions},
		{"type_vocab_size", c.TypeCount, 0, maxRows},
		{"pad_token_id", c.Padding, 0, maxRows},
		{names.Layers, c.Layers, 0, maxLayers},
		{names.Heads, c.Heads, 0, maxHeads},
		{names.Hidden, c.Hidden, 0, maxWidth},
		{names.Inner, c.Inner, 0, maxWidth},
	} {
		switch {
		case n.value < n.least && n.least == 1:
			return fmt.Errorf("%s: %s is %d or missing, a positive number is needed: %s", path, n.name, n.value, exportAgain)
		case n.value < n.least || n.value > n.most:
			return fmt.Errorf("%s: %s is %d, a number from %d to %d is needed: %s", path, n.name, n.value, n.least, n.most, exportAgain)
		}
	}
	return nil
}
