// Package optimize prepares a model folder for serving: it rewrites the graph,
// compares its answers with the source's, and writes a folder that is complete
// in itself, with a record of what it was made from.
package optimize

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
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
	// MaxHalfDifference is for logits in fp16, relative like MaxLogitDifference:
	// two steps of a half.
	MaxHalfDifference = 2e-3
)

// Options of Run. Only Folder is required.
type Options struct {
	Folder    *modelstore.Folder // a plain export, as modelstore.Find gives it
	Output    string             // default: Folder.Dir/optimized
	Precision graph.Precision    // default: fp32
	Tool      string             // this program's version, for the record
	Threads   int
	// Provider compares the graphs of a decoder; default onnx.CPU.
	Provider onnx.Provider
	// Embedding is of decoders with a 4-bit head; default EmbeddingAuto.
	Embedding Embedding
	// MaxScoreDifference for int8; default MaxScoreDifference.
	MaxScoreDifference float64
}

// Embedding says whether a decoder's embedding, where it has the head's weights
// in full precision, is read from the head's 4-bit ones instead.
type Embedding string

// Values of Embedding. It saves memory, 1.2 GB for Gemma 3 1B, and changes the
// model a little.
const (
	EmbeddingAuto Embedding = "auto" // if real text shows that it changes little: MaxPerplexityIncrease, MinSameToken
	EmbeddingTied Embedding = "tied" // whatever that changes
	EmbeddingOwn  Embedding = "own"
)

// preparer prepares a kind of model.
type preparer interface {
	// check refuses options that the kind doesn't have.
	check() error
	layout() string
	// prepare writes the prepared graph to target, compares its answers with
	// the export's, and refuses one whose answers are too far apart. source is
	// the SHA-256 of the export.
	prepare(ctx context.Context, source, target string) (prepared, error)
}

// prepared is what was done to a graph, the precision it computes in, and how
// its answers compared.
type prepared struct {
	steps     []string
	precision string
	compared  differences
	ahead     bool                       // optimised for the CPU
	embedding *modelstore.EmbeddingCheck // nil where there is nothing to tie
	products  *modelstore.ProductsCheck  // nil where there are none to pack
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
	var p preparer = classifier{o}
	if o.Folder.Config.Task == modelstore.TextGeneration {
		p = &decoder{Options: o}
	}
	if err := errors.Join(p.check(), replaceable(o.Output)); err != nil {
		return nil, err
	}
	record, err := run(ctx, o, p)
	return record, modelstore.WriteError(err, "--output")
}

func run(ctx context.Context, o Options, p preparer) (*modelstore.Record, error) {
	staging, unlock, err := stage(o.Output)
	if err != nil {
		return nil, err
	}
	defer unlock()
	finished := false
	defer func() {
		if !finished { // else the name may be another run's by now
			_ = os.RemoveAll(staging)
		}
	}()
	source, err := modelstore.Identify(o.Folder.Graph, filepath.Base(o.Folder.Graph))
	if err != nil {
		return nil, err
	}
	weights, err := o.Folder.IdentifyWeights()
	if err != nil {
		return nil, err
	}
	target := filepath.Join(staging, "model.onnx")
	made, err := p.prepare(ctx, source.SHA256, target)
	if err != nil {
		return nil, err
	}
	record := &modelstore.Record{
		Source:    source,
		Weights:   weights,
		Tool:      o.Tool,
		Runtime:   onnx.Version(),
		Made:      time.Now().UTC().Truncate(time.Second),
		Layout:    p.layout(),
		Precision: made.precision,
		Steps:     made.steps,
		Check:     made.compared.check(),
	}
	record.Check.Embedding, record.Check.Products = made.embedding, made.products
	if err := finish(o, staging, record); err != nil {
		return nil, err
	}
	finished = true
	return record, publish(staging, o.Output)
}

// finish puts what else belongs to a model folder into staging.
func finish(o Options, staging string, record *modelstore.Record) error {
	for name, from := range o.Folder.Companions() {
		to := filepath.Join(staging, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := copyFile(from, to); err != nil {
			return err
		}
	}
	err := filepath.WalkDir(staging, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(staging, path)
		if err != nil {
			return err
		}
		id, err := modelstore.Identify(path, filepath.ToSlash(name))
		if err != nil {
			return err
		}
		id.ModTime = time.Time{}
		record.Files = append(record.Files, id)
		return nil
	})
	if err != nil {
		return err
	}
	return record.Write(filepath.Join(staging, modelstore.RecordFile))
}

func remove(paths ...string) {
	for _, p := range paths {
		_ = os.Remove(p)
	}
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
