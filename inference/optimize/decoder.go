package optimize

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// decoder prepares models that generate text.
type decoder struct {
	Options
	texts    [][]int32   // prompts that graphs are compared on
	want     [][]float32 // the export's logits after each
	passages [][]int32   // real text, for what changes the model
}

func (d *decoder) layout() string { return graph.DecoderLayout }

// check holds the precision of a decoder, which is its file's.
func (d *decoder) check() error {
	if d.Precision == graph.Int8 {
		return fmt.Errorf("%s generates text, and its products stay in the precision that the file has: leave --precision out", d.Folder.Name)
	}
	return nil
}

func (d *decoder) prepare(_ context.Context, source, target string) (prepared, error) {
	made, err := d.prepareStandard(source, target)
	if err != nil || !made.ahead || d.Provider == onnx.CUDA {
		return made, err
	}
	return d.pack(target, made, MaxProductsIncrease, MinProductsSame)
}

// prepareStandard does what needs no operators of ours.
func (d *decoder) prepareStandard(source, target string) (prepared, error) {
	t, err := tokenizer.LoadPretrained(d.Folder.Dir, d.Folder.Tokenizer)
	if err != nil {
		return prepared{}, err
	}
	if err := t.Generates(); err != nil {
		return prepared{}, fmt.Errorf("%s: %w", d.Folder.Tokenizer, err)
	}
	if err := d.Folder.CheckVocabulary(t.TextSize()); err != nil {
		return prepared{}, err
	}
	vocabulary, _ := d.Folder.Vocabulary()
	d.texts, d.passages = prompts(t, vocabulary, d.Folder.Config), passageIDs(t, d.Folder.Config)
	made, approximate, err := d.attempt(source, target, d.Embedding != EmbeddingOwn)
	if err != nil || !approximate {
		if err == nil {
			err = made.compared.within(d.Options, made.precision)
		}
		return made, err
	}
	seen, err := d.judgeEmbedding(target)
	if err != nil {
		return made, err
	}
	if seen.Tied = d.Embedding == EmbeddingTied || acceptable(seen.TextCheck, MaxPerplexityIncrease, MinSameToken); seen.Tied {
		made.embedding = seen
		return made, made.compared.finite()
	}
	if made, _, err = d.attempt(source, target, false); err != nil {
		return made, err
	}
	made.embedding, made.steps = seen, append(made.steps, embeddingStep(seen))
	return made, made.compared.within(d.Options, made.precision)
}

// attempt prepares the graph and compares its logits. approximate says that the
// embedding is another one than the export's.
func (d *decoder) attempt(source, target string, tie bool) (made prepared, approximate bool, err error) {
	m, err := graph.Load(d.Folder.Graph)
	if err != nil {
		return made, false, err
	}
	if made.steps, approximate, err = graph.PrepareDecoder(m, tie); err != nil {
		return made, false, err
	}
	if err := graph.Save(m, target); err != nil {
		return made, false, err
	}
	signature, err := graph.Inspect(target)
	if err != nil {
		return made, false, err
	}
	made.precision = signature.DecoderPrecision()
	// Where keys and values are halves the model is for a GPU, and the CPU
	// provider would put casts into the graph.
	key, _ := signature.Input("past_key_values.0.key")
	made.ahead = onnx.ElemType(key.ElemType) == onnx.Float32
	if made.ahead {
		made.steps = append(made.steps, "graph optimised ahead by ONNX Runtime")
	}
	made.steps = append(made.steps, "weights in a file of their own, page-aligned")
	if err := d.finish(source, target, made.precision, made.ahead); err != nil {
		return made, false, err
	}
	made.compared, err = d.compare(target)
	return made, approximate, err
}

// finish marks the graph at path as prepared, optimised ahead if asked.
func (d *decoder) finish(source, path, precision string, ahead bool) error {
	from := path
	if ahead {
		from = filepath.Join(filepath.Dir(path), "ahead.onnx")
		defer remove(from, from+".data")
		s, err := onnx.OpenBound(path, onnx.BoundOptions{Options: onnx.Options{
			Threads: d.Threads, Optimization: onnx.OptimizeExtended, OptimizedPath: from}})
		if err != nil {
			return err
		}
		if err := s.Close(); err != nil {
			return err
		}
	}
	m, err := graph.Load(from)
	if err != nil {
		return err
	}
	graph.SetMetadata(m, graph.LayoutKey, graph.DecoderLayout)
	graph.SetMetadata(m, graph.PrecisionKey, precision)
	graph.SetMetadata(m, graph.SourceKey, source)
	if ahead {
		graph.SetMetadata(m, graph.AheadKey, onnx.Version())
	}
	return graph.Save(m, path)
}

// compare runs both graphs on the same prompts and compares the logits of the
// next token.
func (d *decoder) compare(target string) (all differences, err error) {
	heads, o := d.generation()
	if d.want == nil {
		if d.want, err = generation.Logits(d.Folder.Graph, heads, o, d.texts); err != nil {
			return all, err
		}
	}
	got, err := generation.Logits(target, heads, o, d.texts)
	if err != nil {
		return all, err
	}
	row := func(v []float32) onnx.Tensor { return onnx.Tensor{Shape: []int64{1, int64(len(v))}, Float32s: v} }
	for i := range d.want {
		if err := all.add(row(d.want[i]), row(got[i])); err != nil {
			return all, err
		}
	}
	return all, nil
}

// generation is how the graphs that are compared are run.
func (d *decoder) generation() (generation.Heads, generation.Options) {
	c := d.Folder.Config.Decoder
	return generation.Heads{KeyValue: c.KVHeads, Size: c.HeadSize},
		generation.Options{Provider: d.Provider, Threads: d.Threads, Windows: c.Windows()}
}

const (
	randomPrompts = 12
	// overWindow is how far the longest prompt goes over the sliding window.
	overWindow = 80
)

// prompts are the sentences, and random ids of those that the model knows, up to
// more than the sliding window.
func prompts(t *tokenizer.Tokenizer, vocabulary int, c modelstore.Config) [][]int32 {
	var all [][]int32
	for _, s := range sentences {
		if ids := t.Append(append([]int32(nil), t.Begin()...), tokenizer.Part{Text: s}); len(ids) > 0 && len(ids) <= c.Positions {
			all = append(all, ids)
		}
	}
	r := rand.New(rand.NewPCG(2026, 11))
	for i := range randomPrompts {
		n := 1 + r.IntN(min(64, c.Positions))
		if i == 0 {
			n = min(c.Decoder.SlidingWindow+overWindow, c.Positions)
		}
		ids := append([]int32(nil), t.Begin()...)
		for len(ids) < n {
			ids = append(ids, int32(r.IntN(vocabulary)))
		}
		all = append(all, ids)
	}
	return all
}
