package modelstore

import "fmt"

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
func (c *Config) checkNumbers(path string, f *configFile) error {
	for _, n := range []struct {
		name               string
		value, least, most int
	}{
		{"vocab_size", c.Vocabulary, 1, maxRows},
		{"max_position_embeddings", c.Positions, 1, maxPositions},
		{"type_vocab_size", c.TypeCount, 0, maxRows},
		{"pad_token_id", c.Padding, 0, maxRows},
		{"num_hidden_layers", f.Layers, 0, maxLayers},
		{"n_layers", f.NLayers, 0, maxLayers},
		{"num_attention_heads", f.Heads, 0, maxHeads},
		{"n_heads", f.NHeads, 0, maxHeads},
		{"hidden_size", f.HiddenSize, 0, maxWidth},
		{"dim", f.Dim, 0, maxWidth},
		{"intermediate_size", f.Intermediate, 0, maxWidth},
		{"hidden_dim", f.HiddenDim, 0, maxWidth},
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
