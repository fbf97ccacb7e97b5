package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"azure-nlp-endpoint/inference/chat"
	"azure-nlp-endpoint/inference/generation"
	"azure-nlp-endpoint/inference/modelstore"
	"azure-nlp-endpoint/inference/onnx"
	"azure-nlp-endpoint/inference/tokenizer"
)

// GeneratorOptions say how a Generator computes and what it takes at once.
// Zero values have the engine's defaults.
type GeneratorOptions struct {
	Runtime
	Provider     onnx.Provider // onnx.CPU or onnx.CUDA
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
	t, err := tokenizer.LoadBPE(f.Tokenizer)
	if err != nil {
		return nil, err
	}
	if err := f.CheckVocabulary(t.TextSize()); err != nil {
		return nil, err
	}
	vocabulary, _ := f.Vocabulary()
	g := &Generator{tokenizer: t, formats: newFormats(t, vocabulary), plain: o.PlainPrompts}
	if g.template, err = chat.LoadTemplate(f.Dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if g.bos, g.eos, err = specialTokens(filepath.Join(f.Dir, "tokenizer_config.json")); err != nil {
		return nil, err
	}
	config := filepath.Join(f.Dir, modelstore.ConfigFile)
	if g.defaults, err = modelstore.ReadGeneration(filepath.Join(f.Dir, modelstore.GenerationFile), config); err != nil {
		return nil, err
	}
	if o.Window == 0 {
		o.Window = min(DefaultWindow, f.Config.Positions)
	}
	if o.Window > f.Config.Positions {
		return nil, fmt.Errorf("%s: max_position_embeddings is %d, so the window can't be %d tokens", config, f.Config.Positions, o.Window)
	}
	var shared [][]int32
	for _, text := range o.Shared {
		tokens, err := g.sharedTokens(text)
		if err != nil {
			return nil, err
		}
		shared = append(shared, tokens)
	}
	created, err := os.Stat(f.Graph)
	if err != nil {
		return nil, err
	}
	d := f.Config.Decoder
	g.engine, err = generation.Load(f.Graph, generation.Heads{KeyValue: d.KVHeads, Size: d.HeadSize}, generation.Options{
		Provider: o.Provider, DeviceMemory: o.DeviceMemory, Threads: o.Threads, Spinning: o.Spinning,
		Window: o.Window, Slots: o.Slots, KVMemory: o.KVMemory, MaxQueue: o.MaxQueue, PrefixMemory: o.PrefixMemory,
		Chunk: o.Chunk, NoLookup: o.NoLookup, SlidingWindow: d.SlidingWindow, SlidingLayers: d.Sliding,
		Shared: shared, Budget: o.Budget, Observer: o.Observer,
	})
	if err != nil {
		return nil, err
	}
	g.info = GeneratorInfo{
		Name: f.Name, Architecture: f.Config.Architecture, GraphFile: f.Graph, Precision: f.Signature.DecoderPrecision(),
		Optimized: f.Record != nil, Provider: string(g.engine.Provider()), Window: o.Window, Slots: g.engine.Slots(), Share: g.engine.Share(),
		Threads: g.engine.Threads(), Vocabulary: vocabulary, Created: created.ModTime(),
	}
	if f.Record != nil {
		g.info.SourceSHA256 = f.Record.Source.SHA256
	}
	return g, nil
}

// specialTokens reads bos_token and eos_token of a tokenizer_config.json, which
// templates are given. Each is a string or an object with a content.
func specialTokens(path string) (bos, eos string, err error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", "", nil
	}
	if err != nil {
		return "", "", err
	}
	var f struct {
		BOS json.RawMessage `json:"bos_token"`
		EOS json.RawMessage `json:"eos_token"`
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return "", "", fmt.Errorf("%s can't be read (%w): fetch or export the model again", path, err)
	}
	for _, token := range []struct {
		name string
		raw  json.RawMessage
		to   *string
	}{{"bos_token", f.BOS, &bos}, {"eos_token", f.EOS, &eos}} {
		var object struct {
			Content string `json:"content"`
		}
		switch {
		case len(token.raw) == 0 || string(token.raw) == "null":
		case json.Unmarshal(token.raw, token.to) == nil:
		case json.Unmarshal(token.raw, &object) == nil && object.Content != "":
			*token.to = object.Content
		default:
			return "", "", fmt.Errorf("%s: %s is %.100s, a string is needed: fetch or export the model again", path, token.name, token.raw)
		}
	}
	return bos, eos, nil
}
