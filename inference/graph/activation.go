package graph

import "slices"

// activations are config.json's names for those that are known.
var activations = []string{"gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate", "gelu_python", "quick_gelu", "relu", "silu", "swish", "tanh"}

// activation applies the one of that name, which must be known.
func (b *builder) activation(name, x string) string {
	switch name {
	case "gelu", "gelu_python":
		return b.node(contrib, "Gelu", []string{x})
	case "quick_gelu":
		return b.node(contrib, "QuickGelu", []string{x}, attribute{"alpha", float32(1.702)})
	case "relu":
		return b.op("Relu", x)
	case "tanh":
		return b.op("Tanh", x)
	case "silu", "swish":
		return b.op("Mul", x, b.op("Sigmoid", x))
	}
	return b.node(contrib, "FastGelu", []string{x}) // the names of gelu's approximation by tanh
}

func knownActivation(name string) bool { return slices.Contains(activations, name) }
