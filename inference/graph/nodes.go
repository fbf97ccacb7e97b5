package graph

import (
	"google.golang.org/protobuf/encoding/protowire"
)

// node is what Inspect reads of one.
type node struct {
	op, domain      string
	inputs, outputs []string
	attributes      map[string]int64
}

// Field numbers of onnx.proto3 for nodes.
const (
	graphNode                 = 1
	nodeInput, nodeOutput     = 1, 2
	nodeOpType, nodeAttribute = 4, 5
	attributeName, attributeI = 1, 3
)

func readNode(b []byte) (*node, error) {
	n := &node{attributes: map[string]int64{}}
	err := fields(b, func(num protowire.Number, content []byte, _ uint64) error {
		switch num {
		case nodeInput:
			n.inputs = append(n.inputs, string(content))
		case nodeOutput:
			n.outputs = append(n.outputs, string(content))
		case nodeOpType:
			n.op = string(content)
		case nodeDomain:
			n.domain = string(content)
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
			n.attributes[name] = i
			return err
		}
		return nil
	})
	return n, err
}

// embeddingRows returns how many rows the table has that token ids are looked up
// in, or 0 if it isn't found. The table is an initializer, or, where it is the
// head's too, made of one by a Transpose or a Reshape.
func (s *Signature) embeddingRows(nodes []*node) int {
	producers := map[string]*node{}
	for _, n := range nodes {
		for _, out := range n.outputs {
			producers[out] = n
		}
	}
	for _, n := range nodes {
		if n.op == PackedEmbedding4 && len(n.inputs) > 1 && n.inputs[0] == InputIDs {
			if dims := s.Initializers[n.inputs[1]]; len(dims) == 3 {
				return int(dims[0]) * panel
			}
		}
		if n.op != "Gather" && n.op != "GatherBlockQuantized" || len(n.inputs) < 2 || n.inputs[1] != InputIDs && n.inputs[1] != PackedInputIDs {
			continue
		}
		if dims := s.Initializers[n.inputs[0]]; len(dims) == 2 {
			return int(dims[0])
		}
		made := producers[n.inputs[0]]
		if made == nil || len(made.inputs) == 0 {
			continue
		}
		switch dims := s.Initializers[made.inputs[0]]; {
		case made.op == "Transpose" && len(dims) == 2:
			return int(dims[1])
		case made.op == "Reshape" && len(dims) > 1:
			return int(dims[0])
		}
	}
	return 0
}
