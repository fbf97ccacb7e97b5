package graph

import (
	"google.golang.org/protobuf/encoding/protowire"
)

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

// Field numbers of onnx.proto3 for nodes.
const (
	graphNode                            = 1
	nodeInput, nodeOpType, nodeAttribute = 1, 4, 5
	attributeName, attributeI            = 1, 3
	gqaPastKey, gqaPastValue             = 3, 4 // by input
)

func (s *Signature) addNode(node []byte) error {
	var inputs []string
	var op string
	attributes := map[string]int64{}
	err := fields(node, func(num protowire.Number, content []byte, _ uint64) error {
		switch num {
		case nodeInput:
			inputs = append(inputs, string(content))
		case nodeOpType:
			op = string(content)
		case nodeAttribute:
			var name string
			var i int64
			err := fields(content, func(num protowire.Number, content []byte, v uint64) error {
				switch num {
				case attributeName:
					name = string(content)
				case attributeI:
					i = int64(v)
				}
				return nil
			})
			attributes[name] = i
			return err
		}
		return nil
	})
	if err != nil || op != "GroupQueryAttention" {
		return err
	}
	a := Attention{
		Heads:         int(attributes["num_heads"]),
		KVHeads:       int(attributes["kv_num_heads"]),
		Window:        max(0, int(attributes["local_window_size"])),
		WindowedCache: attributes["sliding_window_cache"] == 1,
	}
	if len(inputs) > gqaPastValue {
		a.PastKey, a.PastValue = inputs[gqaPastKey], inputs[gqaPastValue]
	}
	s.Attention = append(s.Attention, a)
	return nil
}

// LogitsToKeep is the input that a prepared decoder has beside those of its
// export: how many of the last positions to compute logits of, int64 of the
// shape [1]. transformers' forward has a parameter of that name.
const LogitsToKeep = "logits_to_keep"
