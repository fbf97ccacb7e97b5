package graph

// Attention is one GroupQueryAttention node, the operator that ONNX Runtime's
// builders put attention with its cache of keys and values into.
type Attention struct {
	PastKey, PastValue string // the graph's inputs, or "" where the node has none
	Heads, KVHeads     int
	// Window is how many tokens a token sees, itself included; 0 means all.
	Window int
	// WindowedCache says that the cache holds the window alone
	// (sliding_window_cache): what has left the window is overwritten.
	WindowedCache bool
}

// The inputs of a GroupQueryAttention node.
const gqaPastKey, gqaPastValue = 3, 4

// addAttention reads a GroupQueryAttention node.
func (s *Signature) addAttention(n *node) {
	a := Attention{
		Heads:         int(n.attributes["num_heads"]),
		KVHeads:       int(n.attributes["kv_num_heads"]),
		Window:        max(0, int(n.attributes["local_window_size"])),
		WindowedCache: n.attributes["sliding_window_cache"] == 1,
	}
	if len(n.inputs) > gqaPastValue {
		a.PastKey, a.PastValue = n.inputs[gqaPastKey], n.inputs[gqaPastValue]
	}
	s.Attention = append(s.Attention, a)
}

// LogitsToKeep is the input that a prepared decoder has beside those of its
// export: how many of the last positions to compute logits of, int64 of the
// shape [1]. transformers' forward has a parameter of that name.
const LogitsToKeep = "logits_to_keep"
