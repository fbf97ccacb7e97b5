package graph

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

func tensorOf(name string, raw []byte, dims ...int64) *pb.TensorProto {
	return &pb.TensorProto{Name: &name, Dims: dims, DataType: ptr(int32(pb.TensorProto_FLOAT)), RawData: raw}
}

// outside is a tensor whose data lie in another file.
func outside(name, location, offset, length string, dims ...int64) *pb.TensorProto {
	t := tensorOf(name, nil, dims...)
	t.DataLocation = pb.TensorProto_EXTERNAL.Enum()
	t.ExternalData = []*pb.StringStringEntryProto{pair("location", location), pair("offset", offset)}
	if length != "" {
		t.ExternalData = append(t.ExternalData, pair("length", length))
	}
	return t
}

func nodeOf(domain, op string, attributes ...*pb.AttributeProto) *pb.NodeProto {
	return &pb.NodeProto{Name: ptr("the node"), Domain: &domain, OpType: &op, Output: []string{"y"}, Attribute: attributes}
}

// inside puts a graph into a node of another, depth times.
func inside(g *pb.GraphProto, depth int) *pb.GraphProto {
	for range depth {
		g = &pb.GraphProto{Node: []*pb.NodeProto{nodeOf("", "If", &pb.AttributeProto{Name: ptr("then_branch"), G: g})}}
	}
	return g
}

// TestHostileGraphs inspects graphs that would have more read, allocated or computed
// than their size says.
func TestHostileGraphs(t *testing.T) {
	custom := nodeOf("evil.ops", "Shell")
	doubling := func(n int, last string) (all []*pb.FunctionProto) {
		for i := range n {
			next := fmt.Sprintf("f%d", i+1)
			if i == n-1 {
				next = last
			}
			all = append(all, &pb.FunctionProto{Name: ptr(fmt.Sprintf("f%d", i)), Domain: ptr("own"), Node: []*pb.NodeProto{nodeOf("own", next), nodeOf("own", next)}})
		}
		return all
	}
	end := &pb.FunctionProto{Name: ptr("end"), Domain: ptr("own"), Node: []*pb.NodeProto{nodeOf("", "Relu")}}
	for name, c := range map[string]struct {
		change func(m *pb.ModelProto)
		want   string
	}{
		"none":            {func(m *pb.ModelProto) {}, ""},
		"custom operator": {func(m *pb.ModelProto) { m.Graph.Node = append(m.Graph.Node, custom) }, `node "the node" is of the operator Shell of the domain "evil.ops"`},
		"custom, inside": {func(m *pb.ModelProto) {
			m.Graph.Node = append(m.Graph.Node, inside(&pb.GraphProto{Node: []*pb.NodeProto{custom}}, 3).Node...)
		}, "evil.ops"},
		"custom, in a function": {func(m *pb.ModelProto) {
			m.Functions = []*pb.FunctionProto{{Name: ptr("f"), Domain: ptr("own"), Node: []*pb.NodeProto{custom}}}
		}, "function own:f: node"},
		"custom, for training": {func(m *pb.ModelProto) {
			m.TrainingInfo = []*pb.TrainingInfoProto{{Algorithm: &pb.GraphProto{Node: []*pb.NodeProto{custom}}}}
		}, "evil.ops"},
		"contributed": {func(m *pb.ModelProto) { m.Graph.Node = append(m.Graph.Node, nodeOf("com.microsoft", "Gelu")) }, ""},
		"a function": {func(m *pb.ModelProto) {
			m.Functions, m.Graph.Node = []*pb.FunctionProto{end}, append(m.Graph.Node, nodeOf("own", "end"))
		}, ""},
		"functions, doubling": {func(m *pb.ModelProto) {
			m.Functions, m.Graph.Node = append(doubling(40, "end"), end), append(m.Graph.Node, nodeOf("own", "f0"))
		}, "its functions become more than"},
		"functions, in circles": {func(m *pb.ModelProto) {
			m.Functions, m.Graph.Node = doubling(3, "f0"), append(m.Graph.Node, nodeOf("own", "f0"))
		}, "calls itself"},
		"graphs inside":      {func(m *pb.ModelProto) { m.Graph.Node = append(m.Graph.Node, inside(&pb.GraphProto{}, 5).Node...) }, ""},
		"graphs, 2,000 deep": {func(m *pb.ModelProto) { m.Graph.Node = append(m.Graph.Node, inside(&pb.GraphProto{}, 2000).Node...) }, "more than 16 deep"},
		"a million nodes": {func(m *pb.ModelProto) {
			relu := nodeOf("", "Relu")
			for range 1_000_000 {
				m.Graph.Node = append(m.Graph.Node, relu)
			}
		}, "more than 16384 nodes"},
		"a million tensors": {func(m *pb.ModelProto) {
			for range 1_000_000 {
				m.Graph.Initializer = append(m.Graph.Initializer, outside("w", "data", "0", "4", 1))
			}
		}, "more than 32768 tensors"},
		"negative dimension":   {func(m *pb.ModelProto) { m.Graph.Initializer[0].Dims = []int64{-1, 4} }, "its shape is [-1 4]"},
		"dimensions overflow":  {func(m *pb.ModelProto) { m.Graph.Initializer[0].Dims = []int64{1 << 32, 1 << 32} }, "more than can be held"},
		"dimensions wrap to 4": {func(m *pb.ModelProto) { m.Graph.Initializer[0].Dims = []int64{math.MaxInt64, 4, 1 << 62} }, "more than can be held"},
		"data too short":       {func(m *pb.ModelProto) { m.Graph.Initializer[0].Dims = []int64{1 << 20, 1 << 20} }, "needs 4398046511104 bytes, it has 16"},
		"data too long":        {func(m *pb.ModelProto) { m.Graph.Initializer[0].Dims = []int64{1} }, "needs 4 bytes, it has 16"},
		"no data": {func(m *pb.ModelProto) {
			m.Graph.Initializer[0].RawData, m.Graph.Initializer[0].Dims = nil, []int64{1 << 30}
		}, "needs 4294967296 bytes, it has less"},
		"of an attribute": {func(m *pb.ModelProto) {
			m.Graph.Node = append(m.Graph.Node, nodeOf("", "Constant", &pb.AttributeProto{T: tensorOf("c", nil, 1<<40)}))
		}, `tensor "c"`},
		"of a sparse one": {func(m *pb.ModelProto) {
			m.Graph.SparseInitializer = []*pb.SparseTensorProto{{Values: tensorOf("s", nil, 1<<40)}}
		}, `tensor "s"`},
		"external, shorter": {func(m *pb.ModelProto) {
			m.Graph.Initializer = append(m.Graph.Initializer, outside("w", "data", "0", "4", 1000))
		}, "needs 4000 bytes, its data is said to have 4"},
		"external, no number": {func(m *pb.ModelProto) {
			m.Graph.Initializer = append(m.Graph.Initializer, outside("w", "data", "9223372036854775808", "4", 1))
		}, "value out of range"},
		"IR version": {func(m *pb.ModelProto) { m.IrVersion = ptr(int64(math.MaxInt64)) }, ""}, // the runtime's to refuse
	} {
		t.Run(name, func(t *testing.T) {
			m := &pb.ModelProto{IrVersion: ptr(int64(8)), OpsetImport: []*pb.OperatorSetIdProto{version("", 17)}, Graph: &pb.GraphProto{
				Output: []*pb.ValueInfoProto{valueInfo("y", pb.TensorProto_FLOAT, dims(4))}, Initializer: []*pb.TensorProto{tensorOf("y", make([]byte, 16), 4)}}}
			c.change(m)
			data, err := proto.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "model.onnx")
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err = Inspect(path)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
			t.Logf("%d bytes: %v, %d MiB allocated: %v", len(data), took.Round(time.Millisecond), allocated, err)
			switch {
			case c.want == "" && err != nil, c.want != "" && err == nil:
				t.Errorf("got %v, want %q", err, c.want)
			case err != nil && (!strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) || len(err.Error()) > 1000):
				t.Errorf("got %.300v, want %q", err, c.want)
			}
			if took > 5*time.Second || allocated > 1024 {
				t.Errorf("it took %v and %d MiB", took, allocated)
			}
		})
	}
}

// TestExternalDataElsewhere finds every tensor whose data lie in another file.
func TestExternalDataElsewhere(t *testing.T) {
	far := func(name string) *pb.TensorProto { return outside(name, "/etc/passwd", "0", "", 1) }
	m := &pb.ModelProto{
		Graph: &pb.GraphProto{
			Output:            []*pb.ValueInfoProto{valueInfo("y", pb.TensorProto_FLOAT, dims(1))},
			Initializer:       []*pb.TensorProto{far("initializer")},
			SparseInitializer: []*pb.SparseTensorProto{{Values: far("values"), Indices: far("indices")}},
			Node: append(inside(&pb.GraphProto{Initializer: []*pb.TensorProto{far("deep")}}, 4).Node,
				nodeOf("", "Constant", &pb.AttributeProto{T: far("attribute"), Tensors: []*pb.TensorProto{far("list")}, SparseTensor: &pb.SparseTensorProto{Values: far("sparse attribute")}})),
		},
		Functions:    []*pb.FunctionProto{{Name: ptr("f"), Domain: ptr("own"), Node: []*pb.NodeProto{nodeOf("", "Constant", &pb.AttributeProto{T: far("function")})}}},
		TrainingInfo: []*pb.TrainingInfoProto{{Initialization: &pb.GraphProto{Initializer: []*pb.TensorProto{far("training")}}}},
	}
	data, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	found, err := check(data)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, e := range found {
		names[e.Initializer] = true
		if e.Location != "/etc/passwd" || e.Length != 4 {
			t.Errorf("got %+v", e)
		}
	}
	for _, name := range []string{"initializer", "values", "indices", "deep", "attribute", "list", "sparse attribute", "function", "training"} {
		if !names[name] {
			t.Errorf("%s isn't among %v", name, names)
		}
	}
}

// TestSharedDataIsReadOnce loads a thousand tensors of the same 16 MiB.
func TestSharedDataIsReadOnce(t *testing.T) {
	const size = 16 << 20
	dir := t.TempDir()
	m := &pb.ModelProto{Graph: &pb.GraphProto{Output: []*pb.ValueInfoProto{valueInfo("y", pb.TensorProto_FLOAT, dims(1))}}}
	for i := range 1000 {
		m.Graph.Initializer = append(m.Graph.Initializer, outside(fmt.Sprint(i), "data", "0", "", size/4))
	}
	data, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "model.onnx")
	if err := errors.Join(os.WriteFile(path, data, 0o600), os.WriteFile(filepath.Join(dir, "data"), make([]byte, size), 0o600)); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if m, err = Load(path); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := (after.TotalAlloc - before.TotalAlloc) >> 20; got > 64 {
		t.Errorf("%d MiB were allocated", got)
	}
	if got := len(m.Graph.Initializer[999].RawData); got != size {
		t.Errorf("it has %d bytes", got)
	}
}

// TestNodesWithoutInputs prepares graphs whose nodes lack what their operators need.
func TestNodesWithoutInputs(t *testing.T) {
	for op, least := range leastInputs {
		for n := range least {
			node := nodeOf("", op)
			node.Input, node.Output = []string{"ids", "ids", "ids"}[:n], []string{Logits}
			other := nodeOf("", "Gather")
			other.Input, other.Output = []string{Logits, "ids"}, []string{"embedded"}
			m := &pb.ModelProto{Graph: &pb.GraphProto{Node: []*pb.NodeProto{node, other},
				Output: []*pb.ValueInfoProto{valueInfo(Logits, pb.TensorProto_FLOAT, dims("batch", "sequence", 4))}}}
			data, err := proto.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "model.onnx")
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			if m, err = Load(path); err == nil {
				_, _, err = PrepareDecoder(m, true)
			}
			if want := fmt.Sprintf("of the operator %s has %d inputs", op, n); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q", err, want)
			}
		}
	}
}

// TestScalesThatAreTooFew has a head with fewer scales than its shape says.
func TestScalesThatAreTooFew(t *testing.T) {
	head := nodeOf(contrib, "MatMulNBits")
	head.Input, head.Output = []string{"x", "weight", "scales"}, []string{Logits}
	for name, v := range map[string]int64{"bits": 4, "K": 16, "N": 64, "block_size": 16} {
		setAttribute(head, name, v)
	}
	gather := nodeOf("", "Gather")
	gather.Input, gather.Output = []string{"embedding", "ids"}, []string{"x"}
	weight := &pb.TensorProto{Name: ptr("weight"), DataType: ptr(int32(pb.TensorProto_UINT8)), Dims: []int64{64, 1, 8}, RawData: make([]byte, 512)}
	m := &pb.ModelProto{Graph: &pb.GraphProto{Node: []*pb.NodeProto{gather, head},
		Initializer: []*pb.TensorProto{weight, tensorOf("scales", make([]byte, 4), 1), tensorOf("embedding", make([]byte, 4*64*16), 64, 16)},
		Output:      []*pb.ValueInfoProto{valueInfo(Logits, pb.TensorProto_FLOAT, dims("batch", "sequence", 64))}}}
	if _, approximate, err := PrepareDecoder(m, true); err != nil || approximate {
		t.Errorf("%t, %v", approximate, err)
	}
}
