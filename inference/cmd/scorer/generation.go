package main

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// generationOptions say how a model that generates text computes, and what it
// takes at once.
type generationOptions struct {
	ExecutionProvider string        `env:"SCORER_EXECUTION_PROVIDER" enum:"auto,cpu,cuda" default:"auto" help:"What computes a chat model: ${enum}. auto is cuda where it is available."`
	DeviceMemory      int64         `name:"device-memory-mib" env:"SCORER_DEVICE_MEMORY_MIB" default:"0" help:"MiB that CUDA may take; 0 means all."`
	ContextWindow     int           `env:"SCORER_CONTEXT_WINDOW" default:"0" help:"Tokens of a conversation and its answer; 0 means 4096, or what the model takes if that is less."`
	MaxSequences      int           `env:"SCORER_MAX_SEQUENCES" default:"8" help:"Sequences that are generated at once."`
	MaxQueue          int           `env:"SCORER_MAX_QUEUE" default:"64" help:"Sequences that wait; more get 429."`
	KVCache           int64         `name:"kv-cache-mib" env:"SCORER_KV_CACHE_MIB" default:"0" help:"MiB of keys and values of all sequences; 0 means room for all."`
	PrefixCache       int64         `name:"prefix-cache-mib" env:"SCORER_PREFIX_CACHE_MIB" default:"256" help:"MiB for the beginnings of earlier conversations; 0 keeps none."`
	SharedPrompt      []string      `name:"shared-prompt" env:"SCORER_SHARED_PROMPT" placeholder:"FILE,…" help:"Files, each with a system prompt that all callers may share in the prefix cache."`
	CachedTokens      bool          `name:"cached-tokens" env:"SCORER_CACHED_TOKENS" default:"true" negatable:"" help:"Say in answers and logs how many tokens of a prompt were in the prefix cache; otherwise the times are left out of answers too, because they would tell."`
	PrefillChunk      int           `env:"SCORER_PREFILL_CHUNK" default:"64" help:"Tokens of a prompt that are read at once."`
	PromptLookup      bool          `env:"SCORER_PROMPT_LOOKUP" default:"true" negatable:"" help:"Propose what followed the same words earlier, where that pays."`
	ControlTokens     bool          `name:"prompt-control-tokens" env:"SCORER_PROMPT_CONTROL_TOKENS" default:"true" negatable:"" help:"Read control tokens as such in raw prompts; in messages they always stay text."`
	GenerationTimeout time.Duration `env:"SCORER_GENERATION_TIMEOUT" default:"10m" help:"Time for a generated answer."`
}

func (o generationOptions) check() error {
	for _, c := range []struct {
		name      string
		value     int64
		low, high int64
	}{
		{"device-memory-mib", o.DeviceMemory, 0, 1 << 20},
		{"max-sequences", int64(o.MaxSequences), 1, 256},
		{"max-queue", int64(o.MaxQueue), 1, 1 << 16},
		{"kv-cache-mib", o.KVCache, 0, 1 << 20},
		{"prefix-cache-mib", o.PrefixCache, 0, 1 << 20},
		{"prefill-chunk", int64(o.PrefillChunk), 1, 4096},
	} {
		if c.value < c.low || c.value > c.high {
			return outOfRange(c.name, c.value, fmt.Sprintf("%d to %d", c.low, c.high))
		}
	}
	if o.ContextWindow < 0 || o.ContextWindow == 1 || o.ContextWindow > 1<<20 {
		return outOfRange("context-window", o.ContextWindow, "0, or 2 to 1048576")
	}
	if o.GenerationTimeout < time.Millisecond || o.GenerationTimeout > time.Hour {
		return outOfRange("generation-timeout", o.GenerationTimeout, "1ms to 1h")
	}
	return nil
}

const mib = 1 << 20

// load loads a model that generates text; observer may be nil.
func (o generationOptions) load(f *modelstore.Folder, r pipeline.Runtime, observer generation.Observer, log *slog.Logger) (*pipeline.Generator, error) {
	options := pipeline.GeneratorOptions{Runtime: r, PlainPrompts: !o.ControlTokens, Engine: generation.Options{
		Provider:     map[string]onnx.Provider{"cpu": onnx.CPU, "cuda": onnx.CUDA}[o.ExecutionProvider],
		DeviceMemory: o.DeviceMemory * mib, ContextWindow: o.ContextWindow, MaxSequences: o.MaxSequences, MaxQueue: o.MaxQueue,
		KVCache: o.KVCache * mib, PrefixCache: o.PrefixCache * mib, PrefillChunk: o.PrefillChunk, NoLookup: !o.PromptLookup, Observer: observer,
	}}
	for _, file := range o.SharedPrompt {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, usageError{fmt.Errorf("--shared-prompt: %w", err)}
		}
		options.Shared = append(options.Shared, strings.TrimSpace(string(text)))
	}
	g, err := pipeline.LoadGenerator(f, options)
	if err != nil {
		return nil, err
	}
	reason := "--execution-provider is " + o.ExecutionProvider
	if err := g.NoCUDA(); err != nil {
		reason = "CUDA isn't available: " + err.Error()
	}
	log.Info("execution provider", "provider", g.Info().Provider, "reason", reason)
	return g, nil
}
