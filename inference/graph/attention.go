package graph

import (
	"encoding/binary"
	"math"
	"os"

	"google.golang.org/protobuf/encoding/protowire"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
)

// Attention is one GroupQueryAttention node, the operator that ONNX Runtime's
// builders put attention with its cache of keys and values into.
type Attention struct {
	PastKey, PastValue string // the graph's inputs, or "" where the node has none
	Heads, KVHeads     int
	// Window is how many tokens a token sees, itself included; 0 means all.
	Window int
	// Rotary says that the node turns queries and keys, by caches of cosines and sines.
	// Sines are those of the position 1, where they are known; Interleaved says that it
	// turns neighbours instead of halves.
	Rotary, Interleaved bool
	Sines               []float32
	sineCache           string
	// WindowedCache says that the cache holds the window alone
	// (sliding_window_cache): what has left the window is overwritten.
	WindowedCache bool
}

// The inputs of a GroupQueryAttention node.
const gqaPastKey, gqaPastValue, gqaSines = 3, 4, 8

// addAttention reads a GroupQueryAttention node.
func (s *Signature) addAttention(n *node) {
	a := Attention{
		Heads:         int(n.attributes["num_heads"]),
		KVHeads:       int(n.attributes["kv_num_heads"]),
		Window:        max(0, int(n.attributes["local_window_size"])),
		WindowedCache: n.attributes["sliding_window_cache"] == 1,
		Rotary:        n.attributes["do_rotary"] == 1,
		Interleaved:   n.attributes["rotary_interleaved"] == 1,
	}
	if len(n.inputs) > gqaSines {
		a.sineCache = n.inputs[gqaSines]
	}
	if len(n.inputs) > gqaPastValue {
		a.PastKey, a.PastValue = n.inputs[gqaPastKey], n.inputs[gqaPastValue]
	}
	s.Attention = append(s.Attention, a)
}

// addSines reads the second rows of the caches of sines, of the initializers by name. dir is
// where external data lies.
func (s *Signature) addSines(tensors map[string][]byte, dir string) {
	seen := map[string][]float32{}
	for i := range s.Attention {
		a := &s.Attention[i]
		content, ok := tensors[a.sineCache]
		if !a.Rotary || !ok {
			continue
		}
		if _, ok := seen[a.sineCache]; !ok {
			seen[a.sineCache] = secondRow(content, dir)
		}
		a.Sines = seen[a.sineCache]
	}
}

// secondRow reads the second row of a matrix of floats or halves; nil for what is none, or
// can't be read, which is said where the data is needed.
func secondRow(tensor []byte, dir string) []float32 {
	var sizes []int64
	var kind pb.TensorProto_DataType
	var raw []byte
	var e External
	err := fields(tensor, func(num protowire.Number, content []byte, v uint64) (err error) {
		switch num {
		case tensorDims:
			sizes, err = appendDims(sizes, content, v)
		case tensorType:
			kind = pb.TensorProto_DataType(v)
		case tensorRaw:
			raw = content
		case tensorExternal:
			err = e.set(content)
		}
		return err
	})
	size := map[pb.TensorProto_DataType]int{pb.TensorProto_FLOAT: 4, pb.TensorProto_FLOAT16: 2}[kind]
	if err != nil || size == 0 || len(sizes) != 2 || sizes[0] < 2 || sizes[1] < 1 || sizes[1] > maxSines {
		return nil
	}
	n := int(sizes[1])
	if e.Location != "" {
		raw = make([]byte, 2*n*size)
		if e.read(dir, raw) != nil {
			return nil
		}
	}
	if len(raw) < 2*n*size {
		return nil
	}
	row := make([]float32, n)
	for i := range row {
		if size == 4 {
			row[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*(n+i):]))
		} else {
			row[i] = safetensors.Half(binary.LittleEndian.Uint16(raw[2*(n+i):]))
		}
	}
	return row
}

// read reads the begin of the data.
func (e *External) read(dir string, to []byte) error {
	path, err := Inside(dir, e.Location)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	_, err = f.ReadAt(to, e.Offset)
	return err
}

// maxSines is far over the half of any head's size.
const maxSines = 1 << 12

// LogitsToKeep is the input that a prepared decoder has beside those of its
// export: how many of the last positions to compute logits of, int64 of the
// shape [1]. transformers' forward has a parameter of that name.
const LogitsToKeep = "logits_to_keep"
