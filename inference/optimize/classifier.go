package optimize

import (
	"context"
	"errors"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// packedLayout is in a prepared classifier's metadata: how its inputs are to
// be filled.
const packedLayout = "packed/3"

// classifier prepares models that classify texts.
type classifier struct{ Options }

func (c classifier) check() error { return nil }

func (c classifier) layout() string { return packedLayout }

func (c classifier) prepare(ctx context.Context, source, target string) (prepared, error) {
	steps, err := c.rewrite(source, target)
	if err != nil {
		return prepared{}, err
	}
	d, err := c.compare(ctx, target)
	if err != nil {
		return prepared{}, err
	}
	return prepared{steps: steps, precision: string(c.Precision), compared: d}, d.within(c.Options, string(c.Precision))
}

func (c classifier) rewrite(source, target string) ([]string, error) {
	m, err := graph.Load(c.Folder.Graph)
	if err != nil {
		return nil, err
	}
	f := c.Folder.Config
	packed, err := graph.Rewrite(m, graph.Spec{
		Architecture: f.Architecture, Layers: f.Layers, Hidden: f.Hidden, Heads: f.Heads, Inner: f.Inner,
		Labels: len(f.Labels), Vocabulary: f.Vocabulary, Positions: f.Positions, TypeCount: f.TypeCount,
		Activation: f.Activation, Epsilon: f.Epsilon,
	}, c.Precision)
	if err != nil {
		return nil, err
	}
	graph.SetMetadata(packed, graph.LayoutKey, packedLayout)
	graph.SetMetadata(packed, graph.PrecisionKey, string(c.Precision))
	graph.SetMetadata(packed, graph.SourceKey, source)
	steps := []string{
		"pack the tokens of a batch, without padding",
		"query, key and value in one product, scaled",
		"last layer for the first token alone",
		"bias, activation and normalisation fused",
		"attention of each text alone",
		"weights in a file of their own, page-aligned, laid out as they are multiplied",
	}
	if c.Precision == graph.Int8 {
		steps = append(steps, "products in int8: weights ahead, activations at run time, every 64 values with a scale")
	}
	return steps, graph.Save(packed, target)
}

// compare runs both graphs on the samples.
func (c classifier) compare(ctx context.Context, target string) (d differences, err error) {
	t, err := tokenizer.LoadPretrained(c.Folder.Dir, c.Folder.Tokenizer)
	if err != nil {
		return d, err
	}
	if err := c.Folder.CheckVocabulary(t.TextSize()); err != nil {
		return d, err
	}
	options := onnx.Options{Threads: c.Threads, Labels: len(c.Folder.Config.Labels)}
	plain, err := onnx.Open(c.Folder.Graph, options)
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, plain.Close()) }()
	options.Optimization = onnx.OptimizeNone
	packed, err := onnx.Open(target, options)
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, packed.Close()) }()

	for _, batch := range samples(t, c.Folder.Config) {
		want, err := runPlain(ctx, plain, batch, t.PadID())
		if err != nil {
			return d, err
		}
		got, err := runPacked(ctx, packed, batch)
		if err != nil {
			return d, err
		}
		if err := d.add(want, got); err != nil {
			return d, err
		}
	}
	return d, nil
}
