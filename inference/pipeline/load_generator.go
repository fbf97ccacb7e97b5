package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// GeneratorOptions say how a Generator computes and what it takes at once.
// Zero values have the engine's defaults.
type GeneratorOptions struct {
	Runtime
	Provider     onnx.Provider // "": CUDA where it is available, else CPU
	DeviceMemory int64         // limit for CUDA, in bytes; 0 for none
	Window       int           // tokens of prompt and answer; 0: DefaultWindow, or the model's if that is less
	Slots        int           // texts at once
	KVMemory     int64         // bytes of keys and values of all texts; 0: room for all slots
	MaxQueue     int           // texts that wait; one more is ErrQueueFull
	PrefixMemory int64         // bytes of the prefix cache; 0: none
	Chunk        int           // tokens of a prompt that are read at once
	NoLookup     bool          // no prompt-lookup speculation
	PlainPrompts bool          // control tokens in raw prompts stay text, as they do in messages
	// Shared are system prompts that all callers may share in the prefix cache.
	Shared   []string
	Observer generation.Observer
}

// DefaultWindow is how many tokens a prompt and its answer may have unless
// GeneratorOptions say otherwise: keys and values of more would take memory that
// most conversations never need.
const DefaultWindow = 4096

// LoadGenerator makes a Generator of a model folder. onnx.Init must have been
// called. What in the folder doesn't fit together is an error of one line that
// names the file and the remedy. The generator must be closed.
func LoadGenerator(f *modelstore.Folder, o GeneratorOptions) (*Generator, error) {
	if o.Window == 0 {
		o.Window = min(DefaultWindow, f.Config.Positions)
	}
	if o.Window > f.Config.Positions {
		return nil, fmt.Errorf("%s: max_position_embeddings is %d, so the window can't be %d tokens",
			filepath.Join(f.Dir, modelstore.ConfigFile), f.Config.Positions, o.Window)
	}
	created, err := os.Stat(f.Graph)
	if err != nil {
		return nil, err
	}
	opened := background(func() (*opening, error) { return openEngine(f, o) })
	g, shared, err := readGenerator(f, o)
	e, failed := opened()
	if err != nil {
		if failed == nil {
			err = errors.Join(err, e.Close())
		}
		return nil, err
	}
	if failed != nil {
		return nil, failed
	}
	g.engine, g.noCUDA = e.Engine, e.noCUDA
	g.engine.Share(shared)
	vocabulary, _ := f.Vocabulary()
	g.info = GeneratorInfo{
		Name: f.Name, Architecture: f.Config.Architecture, GraphFile: f.Graph, Precision: f.Signature.DecoderPrecision(),
		Optimized: f.Record != nil, Provider: string(g.engine.Provider()), Window: o.Window, Slots: g.engine.Slots(), Share: g.engine.MaxWaiting(),
		Threads: g.engine.Threads(), Vocabulary: vocabulary, Created: created.ModTime(),
	}
	if f.Record != nil {
		g.info.SourceSHA256 = f.Record.Source.SHA256
	}
	return g, nil
}

// readGenerator makes what needs no engine, and reads the prompts that are shared.
func readGenerator(f *modelstore.Folder, o GeneratorOptions) (g *Generator, shared [][]int32, err error) {
	defer o.phase("tokenizer")()
	t, err := tokenizer.LoadPretrainedBPE(f.Dir, f.Tokenizer)
	if err != nil {
		return nil, nil, err
	}
	if err := f.CheckVocabulary(t.TextSize()); err != nil {
		return nil, nil, err
	}
	vocabulary, _ := f.Vocabulary()
	g = &Generator{tokenizer: t, formats: newFormats(t, vocabulary), plain: o.PlainPrompts}
	var other string
	g.template, other, err = chat.LoadTemplate(f.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.Note("it can continue texts, but not chat: " + err.Error())
	case err != nil:
		return nil, nil, err
	case other != "":
		f.Note(other + " has another chat template, which isn't used")
	}
	config := filepath.Join(f.Dir, modelstore.ConfigFile)
	if g.defaults, err = modelstore.ReadGeneration(filepath.Join(f.Dir, modelstore.GenerationFile), config, vocabulary); err != nil {
		return nil, nil, err
	}
	g.info.Window = o.Window // which bounds the prompts that are tokenized
	for _, text := range o.Shared {
		tokens, err := g.sharedTokens(text)
		if err != nil {
			return nil, nil, err
		}
		shared = append(shared, tokens)
	}
	return g, shared, nil
}

// opening is an engine, and why it isn't on CUDA.
type opening struct {
	*generation.Engine
	noCUDA error
}

func openEngine(f *modelstore.Folder, o GeneratorOptions) (*opening, error) {
	defer o.phase("session")()
	d := f.Config.Decoder
	open := func(p onnx.Provider) (*generation.Engine, error) {
		return generation.Load(f.Graph, generation.Heads{KeyValue: d.KVHeads, Size: d.HeadSize}, generation.Options{
			Provider: p, DeviceMemory: o.DeviceMemory, Threads: o.Threads, Spinning: o.Spinning,
			Window: o.Window, Slots: o.Slots, KVMemory: o.KVMemory, MaxQueue: o.MaxQueue, PrefixMemory: o.PrefixMemory,
			Chunk: o.Chunk, NoLookup: o.NoLookup, SlidingWindow: d.SlidingWindow, SlidingLayers: d.Sliding,
			Budget: o.Budget, Observer: o.Observer,
		})
	}
	if o.Provider != "" {
		e, err := open(o.Provider)
		return &opening{Engine: e}, err
	}
	e, noCUDA := open(onnx.CUDA)
	if noCUDA == nil {
		return &opening{Engine: e}, nil
	}
	e, err := open(onnx.CPU)
	return &opening{e, noCUDA}, err
}
