package pipeline

import (
	"context"
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
type GeneratorOptions struct {
	Runtime
	// Engine bounds the engine. Its Threads, Spinning and Budget are Runtime's, and its
	// sliding window is the model's. Provider "" means CUDA where it is available, else
	// CPU; a ContextWindow of 0 means DefaultWindow, or the model's if that is less.
	Engine       generation.Options
	PlainPrompts bool // control tokens in raw prompts stay text, as they do in messages
	// Shared are system prompts that all callers may share in the prefix cache.
	Shared []string
}

// DefaultWindow is how many tokens a prompt and its answer may have unless
// GeneratorOptions say otherwise: keys and values of more would take memory that
// most conversations never need.
const DefaultWindow = 4096

// LoadGenerator makes a Generator of a model folder. onnx.Init must have been
// called. What in the folder doesn't fit together is an error of one line that
// names the file and the remedy. The generator must be closed.
func LoadGenerator(f *modelstore.Folder, o GeneratorOptions) (*Generator, error) {
	if o.Engine.ContextWindow == 0 {
		o.Engine.ContextWindow = min(DefaultWindow, f.Config.Positions)
	}
	if o.Engine.ContextWindow > f.Config.Positions {
		return nil, fmt.Errorf("%s: %s is %d, so the window can't be %d tokens",
			filepath.Join(f.Dir, modelstore.ConfigFile), f.Config.Decoder.PositionsField, f.Config.Positions, o.Engine.ContextWindow)
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
		Optimized: f.Record != nil, Provider: string(g.engine.Provider()), ContextWindow: o.Engine.ContextWindow, MaxSequences: g.engine.MaxSequences(), Share: g.engine.MaxWaiting(),
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
	t, err := tokenizer.LoadPretrained(f.Dir, f.Tokenizer)
	if err != nil {
		return nil, nil, err
	}
	if err := t.Generates(); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", f.Tokenizer, err)
	}
	if err := f.CheckVocabulary(t.TextSize()); err != nil {
		return nil, nil, err
	}
	vocabulary, _ := f.Vocabulary()
	g = &Generator{tokenizer: t, formats: newFormats(t, vocabulary), plain: o.PlainPrompts, special: map[string]string{}}
	for _, name := range specialTokens {
		if token := t.SpecialToken(name); token != "" {
			g.special[name] = token
		}
	}
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
	if g.template != nil {
		if err := g.tryTemplate(); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", f.Dir, err)
		}
		g.findNotation()
	}
	g.info.ContextWindow = o.Engine.ContextWindow // which bounds the prompts that are tokenized
	for _, text := range o.Shared {
		tokens, err := g.sharedTokens(text)
		if err != nil {
			return nil, nil, err
		}
		shared = append(shared, tokens)
	}
	return g, shared, nil
}

// tryTemplate finds out whether the template gives any conversation a prompt.
func (g *Generator) tryTemplate() error {
	_, err := g.template.Render(context.Background(), chat.Inputs{Messages: []chat.Message{{Role: chat.User, Content: "Hello"}}, AddGenerationPrompt: true, Special: g.special})
	if unsupported := (*chat.UnsupportedError)(nil); errors.As(err, &unsupported) {
		return err
	}
	return nil // what it raises itself, it may not raise for another conversation
}

// specialTokens are those that a chat template may name.
var specialTokens = []string{"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"}

// opening is an engine, and why it isn't on CUDA.
type opening struct {
	*generation.Engine
	noCUDA error
}

func openEngine(f *modelstore.Folder, o GeneratorOptions) (*opening, error) {
	defer o.phase("session")()
	d := f.Config.Decoder
	open := func(p onnx.Provider) (*generation.Engine, error) {
		options := o.Engine
		options.Provider, options.Threads, options.Spinning, options.Budget = p, o.Threads, o.Spinning, o.Budget
		options.Windows = d.Windows()
		return generation.Load(f.Graph, generation.Heads{KeyValue: d.KVHeads, Size: d.HeadSize}, options)
	}
	if o.Engine.Provider != "" {
		e, err := open(o.Engine.Provider)
		return &opening{Engine: e}, err
	}
	e, noCUDA := open(onnx.CUDA)
	if noCUDA == nil {
		return &opening{Engine: e}, nil
	}
	e, err := open(onnx.CPU)
	return &opening{e, noCUDA}, err
}
