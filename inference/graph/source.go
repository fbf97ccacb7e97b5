package graph

import (
	"fmt"
	"slices"
	"strings"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
)

// Source is where a model's parameters are.
type Source interface {
	parameters(Spec) (parameters, error)
}

// FromExport takes them from an export, whose data must be loaded.
func FromExport(m *pb.ModelProto) Source { return exported{m} }

// FromWeights takes them from files as save_pretrained writes them.
func FromWeights(w *safetensors.Weights) Source { return stored{weights: w} }

type exported struct{ model *pb.ModelProto }

func (e exported) parameters(spec Spec) (parameters, error) {
	if err := checkInputs(e.model.Graph); err != nil {
		return nil, err
	}
	w := indexWeights(e.model.Graph)
	a, head, _ := lookup(spec.Architecture)
	if head != Embed {
		return w, nil
	}
	w.rename(a.names)
	// The pooler is read of no encoder alone, and an export has it if it gives its output too.
	_, _ = w.linear(a.names.base+"pooler.dense", spec.Hidden, spec.Hidden)
	return w, nil
}

// stored finds parameters in files of weights.
type stored struct {
	weights *safetensors.Weights
	base    string // what the files leave out of the encoder's names
}

func (s stored) parameters(spec Spec) (parameters, error) {
	a, _, _ := lookup(spec.Architecture)
	if _, err := s.find(a.names.words); err != nil {
		s.base = a.names.base
	}
	return s, nil
}

// renamed are endings that transformers gives another name when it loads a file: those of
// the first BERT, and BART's tables, which are one under whichever name a file has it.
var renamed = [][2]string{
	{"LayerNorm.weight", "LayerNorm.gamma"}, {"LayerNorm.bias", "LayerNorm.beta"},
	{"shared.weight", "encoder.embed_tokens.weight"}, {"shared.weight", "decoder.embed_tokens.weight"},
}

// find finds a parameter by PyTorch's name for it.
func (s stored) find(name string) (string, error) {
	if rest, ok := strings.CutPrefix(name, s.base); ok {
		name = rest
	}
	if _, ok := s.weights.Tensors[name]; ok {
		return name, nil
	}
	for _, r := range renamed {
		if stem, ok := strings.CutSuffix(name, r[0]); ok {
			if _, ok := s.weights.Tensors[stem+r[1]]; ok {
				return stem + r[1], nil
			}
		}
	}
	return "", fmt.Errorf("%s has no parameter %s, which config.json's architecture has: take both files from the same model", s.file(), name)
}

// file is the name of the file, or of the index.
func (s stored) file() string { return s.weights.Files[0] }

// tensor finds a parameter of these dimensions.
func (s stored) tensor(name string, dims ...int) (string, safetensors.Tensor, error) {
	found, err := s.find(name)
	if err != nil {
		return "", safetensors.Tensor{}, err
	}
	t := s.weights.Tensors[found]
	if !safetensors.IsFloat(t.DType) {
		return "", t, fmt.Errorf("%s has the parameter %s in %s, F32, F16 or BF16 is needed: take a model whose weights aren't quantized", t.File, found, t.DType)
	}
	if !slices.EqualFunc(t.Shape, dims, func(a int64, b int) bool { return a == int64(b) }) {
		return "", t, fmt.Errorf("%s has the parameter %s of the shape %v, by config.json it is %v: take both files from the same model", t.File, found, t.Shape, dims)
	}
	return found, t, nil
}

func (s stored) floats(name string, dims ...int) ([]float32, error) {
	found, _, err := s.tensor(name, dims...)
	if err != nil {
		return nil, err
	}
	return s.weights.Floats(found)
}

func (s stored) vector(name string, n int) ([]float32, error) { return s.floats(name, n) }

func (s stored) matrix(name string, rows, cols int) (Matrix, error) {
	data, err := s.floats(name, rows, cols)
	if err != nil {
		return Matrix{}, err
	}
	return Matrix{rows, cols, data}, nil
}

func (s stored) linear(name string, in, out int) (Linear, error) {
	m, err := s.matrix(name+".weight", out, in)
	if err != nil {
		return Linear{}, err
	}
	bias, err := s.vector(name+".bias", out)
	return Linear{m.transposed(), bias}, err
}

// unused is "": transformers passes over what a file has besides, such as the head that a
// model was trained with before.
func (s stored) unused(int) string { return "" }
