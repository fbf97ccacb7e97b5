package optimize

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// classifier prepares encoders: models that classify, tag or embed texts.
type classifier struct{ Options }

func (c classifier) check() error { return nil }

func (c classifier) layout() string { return graph.PackedLayout }

func (c classifier) prepare(ctx context.Context, source, target string) (prepared, error) {
	t, err := tokenizer.LoadPretrained(c.Folder.Dir, c.Folder.Tokenizer)
	if err != nil {
		return prepared{}, err
	}
	if err := c.Folder.CheckVocabulary(t.TextSize()); err != nil {
		return prepared{}, err
	}
	batches := samples(t, c.Folder.Config)
	from, err := c.source()
	if err != nil {
		return prepared{}, err
	}
	p := graph.Products{Precision: c.Precision}
	if c.Precision == graph.Int8 {
		if p.Squares, err = c.observe(ctx, from, target, batches); err != nil {
			return prepared{}, err
		}
	}
	for {
		made := prepared{precision: string(c.Precision)}
		if made.steps, err = c.rewrite(from, p, source, target); err != nil {
			return prepared{}, err
		}
		if made.compared, err = c.compare(ctx, target, batches, t.PadID()); err != nil {
			return prepared{}, err
		}
		err = made.compared.within(c.Options, made.precision)
		if p.Kept++; err == nil || c.Precision != graph.Int8 || p.Kept > maxKept(c.Folder.Config.Layers) {
			return made, err
		}
	}
}

// maxKept is how many layers may stay in fp32 where int8 is too far from the export: with
// more of them it would gain little.
func maxKept(layers int) int { return (layers + 1) / 3 }

// source is where the parameters are.
func (c classifier) source() (graph.Source, error) {
	if c.Folder.Weights != nil {
		return graph.FromWeights(c.Folder.Weights), nil
	}
	m, err := graph.Load(c.Folder.Graph)
	if err != nil {
		return nil, err
	}
	return graph.FromExport(m), nil
}

// first tells if only the first token of each text is read of an encoder alone.
func (c classifier) first() bool {
	return c.Folder.Config.Task == modelstore.FeatureExtraction && c.Folder.Sentences.Pooling == modelstore.CLS
}

func (c classifier) spec() graph.Spec {
	spec := c.Folder.Config.Spec()
	spec.First = c.first()
	return spec
}

func (c classifier) rewrite(from graph.Source, p graph.Products, source, target string) ([]string, error) {
	packed, err := graph.Rewrite(from, c.spec(), p)
	if err != nil {
		return nil, err
	}
	graph.SetMetadata(packed, graph.LayoutKey, graph.PackedLayout)
	graph.SetMetadata(packed, graph.PrecisionKey, string(c.Precision))
	graph.SetMetadata(packed, graph.SourceKey, source)
	steps := []string{
		"pack the tokens of a batch, without padding",
		"query, key and value in one product, scaled",
		"bias, activation and normalisation fused",
		"attention of each text alone",
		"weights in a file of their own, page-aligned, laid out as they are multiplied",
	}
	if c.Folder.Config.Task == modelstore.TextClassification || c.first() {
		steps = append(steps, "last layer for the first token alone")
	}
	if c.Precision == graph.Int8 {
		steps = append(steps, "products in int8: weights ahead, activations at run time, every 64 values with a scale; columns balanced by the samples")
	}
	if p.Kept > 0 {
		steps = append(steps, fmt.Sprintf("the last %d of %d layers in fp32, because int8 was too far from the export", p.Kept, c.Folder.Config.Layers))
	}
	return steps, graph.Save(packed, target)
}

// observe runs a graph in fp32 that is written beside target meanwhile, and gives the mean
// squares that int8 is balanced by.
func (c classifier) observe(ctx context.Context, from graph.Source, target string, batches [][]sequence) (squares []float32, err error) {
	observing, err := graph.Observe(from, c.spec())
	if err != nil {
		return nil, err
	}
	path := filepath.Join(filepath.Dir(target), "observe.onnx")
	defer remove(path, path+".data")
	if err := graph.Save(observing, path); err != nil {
		return nil, err
	}
	s, err := onnx.Open(path, onnx.Options{Threads: c.Threads, Optimization: onnx.OptimizeNone})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for _, batch := range batches {
		got, err := runPacked(ctx, s, batch)
		if err != nil {
			return nil, err
		}
		if squares == nil {
			squares = make([]float32, len(got.Float32s))
		}
		for i, v := range got.Float32s {
			squares[i] += v / float32(len(batches))
		}
	}
	return squares, nil
}

// compare runs both graphs on the samples.
func (c classifier) compare(ctx context.Context, target string, batches [][]sequence, pad int32) (d differences, err error) {
	d.embeds = c.Folder.Config.Task == modelstore.FeatureExtraction
	options := onnx.Options{Threads: c.Threads, Labels: len(c.Folder.Config.Labels), Built: c.Folder.Built, Outputs: c.Folder.Outputs()}
	plain, err := onnx.Open(c.Folder.Graph, options)
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, plain.Close()) }()
	options.Optimization, options.Built = onnx.OptimizeNone, nil
	if c.first() {
		options.Outputs = []string{graph.FirstState}
	}
	packed, err := onnx.Open(target, options)
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, packed.Close()) }()

	for _, batch := range batches {
		want, err := runPlain(ctx, plain, batch, pad)
		if err != nil {
			return d, err
		}
		got, err := runPacked(ctx, packed, batch)
		if err != nil {
			return d, err
		}
		want = unpadded(want, batch)
		if c.first() {
			want = firsts(want, batch)
		}
		if err := d.add(want, got); err != nil {
			return d, err
		}
	}
	if batch := longest(c.Folder.Config); batch != nil { // as serving counts on it
		if _, err := runPacked(ctx, packed, batch); err != nil {
			return d, err
		}
	}
	return d, nil
}
