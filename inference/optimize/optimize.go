// Package optimize prepares a model folder for serving: it rewrites the graph,
// compares its answers with the source's, and writes a folder that is complete
// in itself, with a record of what it was made from.
package optimize

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"azure-nlp-endpoint/inference/graph"
	"azure-nlp-endpoint/inference/modelstore"
	"azure-nlp-endpoint/inference/onnx"
	"azure-nlp-endpoint/inference/tokenizer"
)

// Limits of the differences between the optimised graph's answers and the
// source's, unless Options say otherwise.
const (
	// MaxLogitDifference is for fp32, relative to the largest logit if that is
	// over 1: what reordered float32 sums differ by, with a margin.
	MaxLogitDifference = 1e-4
	// MaxScoreDifference is for int8, between probabilities. A label can only
	// change where two were closer than twice this.
	MaxScoreDifference = 0.05
)

// Options of Run. Only Folder is required.
type Options struct {
	Folder    *modelstore.Folder // a plain export, as modelstore.Find gives it
	Output    string             // default: Folder.Dir/optimized
	Precision graph.Precision    // default: fp32
	Tool      string             // this program's version, for the record
	Threads   int
	// MaxScoreDifference for int8; default MaxScoreDifference.
	MaxScoreDifference float64
}

// layoutVersion is in the graph's metadata: how its inputs are to be filled.
const layoutVersion = "packed/1"

// companions are files that a model folder may have besides the graph, copied
// because other tools look for them.
var companions = []string{
	modelstore.ConfigFile, modelstore.TokenizerFile, "tokenizer_config.json", "special_tokens_map.json", "vocab.txt",
}

// Run prepares the folder and returns the record that it wrote. A graph that
// can't be rewritten is a *graph.NotRecognisedError; it can be served as it is.
// Output appears complete or not at all.
func Run(ctx context.Context, o Options) (*modelstore.Record, error) {
	if o.Folder.Record != nil {
		return nil, fmt.Errorf("%s is optimised already: name the folder that it was made from", o.Folder.Dir)
	}
	if o.Output == "" {
		o.Output = filepath.Join(o.Folder.Dir, modelstore.OptimizedDir)
	}
	if o.Precision == "" {
		o.Precision = graph.FP32
	}
	if o.MaxScoreDifference == 0 {
		o.MaxScoreDifference = MaxScoreDifference
	}
	if err := replaceable(o.Output); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(o.Output), 0o755); err != nil {
		return nil, err
	}
	staging, err := os.MkdirTemp(filepath.Dir(o.Output), ".optimized-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(staging) }()
	if err := os.Chmod(staging, 0o755); err != nil {
		return nil, err
	}

	source, err := modelstore.Identify(o.Folder.Graph, filepath.Base(o.Folder.Graph))
	if err != nil {
		return nil, err
	}
	target := filepath.Join(staging, "model.onnx")
	if err := rewrite(o, source.SHA256, target); err != nil {
		return nil, err
	}
	check, err := compare(ctx, o, target)
	if err != nil {
		return nil, err
	}
	record := &modelstore.Record{
		Source:    source,
		Tool:      o.Tool,
		Runtime:   onnx.LibraryVersion,
		Made:      time.Now().UTC().Truncate(time.Second),
		Layout:    layoutVersion,
		Precision: string(o.Precision),
		Steps:     steps(o.Precision),
		Check:     check,
	}
	if err := finish(o, staging, record); err != nil {
		return nil, err
	}
	return record, publish(staging, o.Output)
}

func steps(p graph.Precision) []string {
	all := []string{
		"pack the tokens of a batch, without padding",
		"query, key and value in one product, scaled",
		"last layer for the first token alone",
		"bias, activation and normalisation fused",
		"weights in a file of their own, page-aligned",
	}
	if p == graph.Int8 {
		all = append(all, "products in int8: weights by column in 7 bits, activations quantized at run time")
	}
	return all
}

func rewrite(o Options, source, target string) error {
	m, err := graph.Load(o.Folder.Graph)
	if err != nil {
		return err
	}
	c := o.Folder.Config
	packed, err := graph.Rewrite(m, graph.Spec{
		Architecture: c.Architecture, Layers: c.Layers, Hidden: c.Hidden, Heads: c.Heads, Inner: c.Inner,
		Labels: len(c.Labels), Vocabulary: c.Vocabulary, Positions: c.Positions, TypeCount: c.TypeCount,
		Activation: c.Activation, Epsilon: c.Epsilon,
	}, o.Precision)
	if err != nil {
		return err
	}
	graph.SetMetadata(packed, graph.LayoutKey, layoutVersion)
	graph.SetMetadata(packed, graph.PrecisionKey, string(o.Precision))
	graph.SetMetadata(packed, graph.SourceKey, source)
	return graph.Save(packed, target)
}

// compare runs both graphs on the samples.
func compare(ctx context.Context, o Options, target string) (check modelstore.Check, err error) {
	t, err := tokenizer.Load(o.Folder.Tokenizer)
	if err != nil {
		return check, err
	}
	if err := o.Folder.CheckVocabulary(t.VocabSize()); err != nil {
		return check, err
	}
	options := onnx.Options{Threads: o.Threads}
	plain, err := onnx.Open(o.Folder.Graph, options)
	if err != nil {
		return check, err
	}
	defer func() { err = errors.Join(err, plain.Close()) }()
	options.Optimization = onnx.OptimizeNone
	packed, err := onnx.Open(target, options)
	if err != nil {
		return check, err
	}
	defer func() { err = errors.Join(err, packed.Close()) }()

	var d differences
	for _, batch := range samples(t, o.Folder.Config) {
		want, err := runPlain(ctx, plain, batch, t.PadID())
		if err != nil {
			return check, err
		}
		got, err := runPacked(ctx, packed, batch)
		if err != nil {
			return check, err
		}
		if err := d.add(want, got); err != nil {
			return check, err
		}
	}
	check = d.check()
	return check, d.within(o)
}

// finish puts what else belongs to a model folder into staging.
func finish(o Options, staging string, record *modelstore.Record) error {
	for _, name := range companions {
		from := filepath.Join(o.Folder.Dir, name)
		if name == modelstore.TokenizerFile {
			from = o.Folder.Tokenizer
		}
		err := copyFile(from, filepath.Join(staging, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	entries, err := os.ReadDir(staging)
	if err != nil {
		return err
	}
	for _, e := range entries {
		id, err := modelstore.Identify(filepath.Join(staging, e.Name()), e.Name())
		if err != nil {
			return err
		}
		id.ModTime = time.Time{}
		record.Files = append(record.Files, id)
	}
	return record.Write(filepath.Join(staging, modelstore.RecordFile))
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// replaceable keeps Run from removing what it didn't make.
func replaceable(output string) error {
	entries, err := os.ReadDir(output)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(output, modelstore.RecordFile)); err != nil {
		return fmt.Errorf("%s holds something else than an optimised model: name another folder with --output", output)
	}
	return nil
}

// publish moves the finished folder to its place.
func publish(staging, output string) error {
	old := staging + ".old"
	if err := os.Rename(output, old); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Rename(staging, output); err != nil {
		return errors.Join(err, os.Rename(old, output))
	}
	return os.RemoveAll(old)
}
