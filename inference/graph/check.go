package graph

import (
	"fmt"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// Bounds of a graph, over those of any model that could be served: Gemma 3 270M in plain
// operators has 4,360 nodes for 18 layers. ONNX Runtime 1.30 takes time by the square of
// the nodes where one follows the other: 4 s for 5,000, 15 s for 10,000, 70 s for 20,000.
const (
	maxFile    = math.MaxInt32 // bytes, without external data: what protobuf takes
	maxNodes   = 1 << 14       // with those of functions, as often as they are called
	maxTensors = 1 << 15
	maxDepth   = 16 // of graphs inside of nodes

	maxDimensions = 16
)

// domains are those of the operators that ONNX Runtime has and models are made of, and
// ours.
var domains = []string{"", "ai.onnx", contrib, Domain}

// checker goes through all messages of a model that hold nodes or tensors, wherever
// they lie: the graph, graphs inside of nodes, functions and what training needs.
type checker struct {
	functions      map[string]*function // by domain and name
	nodes, tensors int
	external       []External
}

// function is a FunctionProto. Calls of it are replaced by its nodes at load.
type function struct {
	content []byte
	calls   map[string]int
	nodes   int // with those of what it calls, once it is known
	open    bool
}

// Field numbers of onnx.proto3.
const (
	modelTraining, modelFunctions           = 20, 25
	graphSparse                             = 15
	nodeName, nodeDomain                    = 3, 7
	attributeTensor, attributeGraph         = 5, 6
	attributeTensors, attributeGraphs       = 10, 11
	attributeSparse, attributeSparses       = 22, 23
	functionName, functionNode              = 1, 7
	functionDomain, functionAttribute       = 10, 11
	trainingInitialization, trainingOutcome = 1, 2
	sparseValues, sparseIndices             = 1, 2
	tensorType, tensorRaw, tensorLocation   = 2, 9, 14
)

// check refuses a model whose operators ONNX Runtime doesn't have, and one that
// could take more memory or time at load than its size says. It returns the
// tensors whose data lie in other files.
func check(model []byte) ([]External, error) {
	c := &checker{functions: map[string]*function{}}
	graphs := 0
	err := fields(model, func(num protowire.Number, content []byte, _ uint64) error {
		switch num {
		case modelGraph:
			graphs++
		case modelFunctions:
			return c.declare(content)
		}
		return nil
	})
	if err == nil && graphs > 1 {
		err = fmt.Errorf("it has %d graphs", graphs)
	}
	if err != nil {
		return nil, err
	}
	for name, f := range c.functions {
		f.calls = map[string]int{}
		err := fields(f.content, func(num protowire.Number, content []byte, _ uint64) error {
			switch num {
			case functionNode:
				return c.node(content, 0, f.calls)
			case functionAttribute:
				return c.attribute(content, 0, f.calls)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("function %s: %w", name, err)
		}
	}
	calls := map[string]int{}
	err = fields(model, func(num protowire.Number, content []byte, _ uint64) error {
		switch num {
		case modelGraph:
			return c.graph(content, 0, calls)
		case modelTraining:
			return fields(content, func(num protowire.Number, content []byte, _ uint64) error {
				if num == trainingInitialization || num == trainingOutcome {
					return c.graph(content, 0, calls)
				}
				return nil
			})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	_, err = c.called(calls)
	return c.external, err
}

// declare notes a function, so that nodes may call it.
func (c *checker) declare(content []byte) error {
	var domain, name string
	err := fields(content, func(num protowire.Number, content []byte, _ uint64) error {
		switch num {
		case functionName:
			name = string(content)
		case functionDomain:
			domain = string(content)
		}
		return nil
	})
	c.functions[domain+":"+name] = &function{content: content}
	return err
}

// called counts the nodes that calls become.
func (c *checker) called(calls map[string]int) (nodes int, err error) {
	for name, n := range calls {
		f := c.functions[name]
		if f.open {
			return 0, fmt.Errorf("the function %.100s calls itself", name)
		}
		if f.nodes == 0 {
			f.open = true
			inner, err := c.called(f.calls)
			if err != nil {
				return 0, err
			}
			f.open, f.nodes = false, 1+inner
		}
		if nodes += n * f.nodes; nodes > maxNodes {
			return 0, fmt.Errorf("its functions become more than %d nodes, which is more than any model has", maxNodes)
		}
	}
	return nodes, nil
}

func (c *checker) graph(content []byte, depth int, calls map[string]int) error {
	if depth > maxDepth {
		return fmt.Errorf("it has graphs inside of nodes, more than %d deep", maxDepth)
	}
	return fields(content, func(num protowire.Number, content []byte, _ uint64) error {
		switch num {
		case graphNode:
			return c.node(content, depth, calls)
		case graphInitializer:
			return c.tensor(content)
		case graphSparse:
			return c.sparse(content)
		}
		return nil
	})
}

func (c *checker) node(content []byte, depth int, calls map[string]int) error {
	if c.nodes++; c.nodes > maxNodes {
		return fmt.Errorf("it has more than %d nodes, which is more than any model has", maxNodes)
	}
	var name, op, domain string
	err := fields(content, func(num protowire.Number, content []byte, _ uint64) error {
		switch num {
		case nodeName:
			name = string(content)
		case nodeOpType:
			op = string(content)
		case nodeDomain:
			domain = string(content)
		case nodeAttribute:
			return c.attribute(content, depth, calls)
		}
		return nil
	})
	if err != nil {
		return err
	}
	key := domain + ":" + op
	if c.functions[key] != nil {
		if calls[key]++; len(calls) > maxNodes {
			return fmt.Errorf("it has more than %d functions", maxNodes)
		}
	} else if !slices.Contains(domains, domain) {
		return fmt.Errorf("node %.100q is of the operator %.100s of the domain %.100q, which ONNX Runtime doesn't have (it has those of ai.onnx and %s)", name, op, domain, contrib)
	}
	return nil
}

func (c *checker) attribute(content []byte, depth int, calls map[string]int) error {
	return fields(content, func(num protowire.Number, content []byte, _ uint64) error {
		switch num {
		case attributeTensor, attributeTensors:
			return c.tensor(content)
		case attributeSparse, attributeSparses:
			return c.sparse(content)
		case attributeGraph, attributeGraphs:
			return c.graph(content, depth+1, calls)
		}
		return nil
	})
}

func (c *checker) sparse(content []byte) error {
	return fields(content, func(num protowire.Number, content []byte, _ uint64) error {
		if num == sparseValues || num == sparseIndices {
			return c.tensor(content)
		}
		return nil
	})
}

// elementBits are the sizes of TensorProto's data types; 0 where there is none.
var elementBits = [...]uint64{0, 32, 8, 8, 16, 16, 32, 64, 0, 8, 16, 64, 32, 64, 64, 128, 16, 8, 8, 8, 8, 4, 4, 4, 8, 2, 2}

// tensor holds a tensor's dimensions against its data.
func (c *checker) tensor(content []byte) error {
	if c.tensors++; c.tensors > maxTensors {
		return fmt.Errorf("it has more than %d tensors, which is more than any model has", maxTensors)
	}
	var name string
	var dims []int64
	var kind, location uint64
	raw := -1
	e := External{Length: -1}
	refers := false
	err := fields(content, func(num protowire.Number, content []byte, v uint64) (err error) {
		switch num {
		case tensorName:
			name = string(content)
		case tensorType:
			kind = v
		case tensorLocation:
			location = v
		case tensorRaw:
			raw = len(content)
		case tensorExternal:
			refers = true
			if err := e.set(content); err != nil {
				return fmt.Errorf("external_data of a tensor: %w", err)
			}
		case tensorDims:
			dims, err = appendDims(dims, content, v)
		}
		return err
	})
	if err != nil {
		return err
	}
	need, err := tensorBytes(dims, kind)
	if err != nil {
		return fmt.Errorf("tensor %.100q: %w", name, err)
	}
	switch {
	case location == 1 || refers:
		if e.Length >= 0 && need >= 0 && e.Length != need {
			return fmt.Errorf("tensor %.100q: its shape %v needs %d bytes, its data is said to have %d", name, dims, need, e.Length)
		}
		if e.Length < 0 {
			e.Length = need
		}
		e.Initializer = name
		c.external = append(c.external, e)
	case raw >= 0 && need >= 0 && int64(raw) != need:
		return fmt.Errorf("tensor %.100q: its shape %v needs %d bytes, it has %d", name, dims, need, raw)
	case raw < 0 && need > 16*int64(len(content)): // a number has a byte at least
		return fmt.Errorf("tensor %.100q: its shape %v needs %d bytes, it has less", name, dims, need)
	}
	return nil
}

func appendDims(dims []int64, content []byte, v uint64) ([]int64, error) {
	if content == nil {
		return append(dims, int64(v)), nil
	}
	for len(content) > 0 { // packed
		d, n := protowire.ConsumeVarint(content)
		if n < 0 {
			return nil, incompleteError{protowire.ParseError(n)}
		}
		dims, content = append(dims, int64(d)), content[n:]
	}
	return dims, nil
}

// tensorBytes is how many bytes a tensor's data has, -1 where its type doesn't say.
func tensorBytes(dims []int64, kind uint64) (int64, error) {
	const most = 1 << 47 // what a process can address
	if len(dims) > maxDimensions {
		return 0, fmt.Errorf("its shape has %d sizes, at most %d are known", len(dims), maxDimensions)
	}
	elements := int64(1)
	for _, d := range dims {
		if d < 0 {
			return 0, fmt.Errorf("its shape is %v, sizes from 0 on are needed", dims)
		}
		if d > 0 && elements > most/d {
			return 0, fmt.Errorf("its shape is %v, which is more than can be held", dims)
		}
		elements *= d
	}
	if kind >= uint64(len(elementBits)) || elementBits[kind] == 0 {
		return -1, nil
	}
	return int64((uint64(elements)*elementBits[kind] + 7) / 8), nil
}

// leastInputs are how many inputs the operators have that a rewritten graph's are
// looked for by.
var leastInputs = map[string]int{"Gather": 2, "GatherBlockQuantized": 2, "Gemm": 2, "MatMul": 2, "MatMulNBits": 3, PackedMatMul: 2, PackedMatMul8: 4, PackedMatMulGelu: 2, PackedMatMul8Gelu: 4, PackedMatMul4: 3, PackedEmbedding4: 3, PackedAttention: 2, "Reshape": 2, "Transpose": 1}

// checkInputs refuses nodes that lack what rewriting relies on.
func checkInputs(g *pb.GraphProto) error {
	for _, n := range g.Node {
		if least := leastInputs[n.GetOpType()]; len(n.Input) < least {
			return fmt.Errorf("node %.100q of the operator %s has %d inputs, %d are needed: fetch or export the model again", n.GetName(), n.GetOpType(), len(n.Input), least)
		}
	}
	return nil
}
