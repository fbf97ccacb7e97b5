package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/batcher"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// models are what a process serves: a model that reads whole texts, a generator, or both.
type models struct {
	classifier *pipeline.Classifier
	embedder   *pipeline.Embedder
	tagger     *pipeline.Tagger
	generator  *pipeline.Generator
	folders    []*modelstore.Folder
}

// observers are told what the models do; either may be nil.
type observers interface {
	batcher.Observer
	generation.Observer
}

// loadModels loads what the options name. Two models share the processors.
func (c *serveOptions) loadModels(o observers, log *slog.Logger, p *phases) (m *models, err error) {
	m = &models{}
	loaded := make(chan error, 1)
	go func() { // while the files are checked
		end := p.begin("runtime")
		err := c.Model.init()
		end()
		loaded <- err
	}()
	if err := c.findModels(m, p); err != nil {
		return nil, err
	}
	if err := <-loaded; err != nil {
		return nil, err
	}
	r := pipeline.Runtime{Threads: c.Model.Threads, Spinning: c.Model.Spinning, Phase: p.begin}
	if len(m.folders) > 1 {
		r.Budget = &sync.Mutex{}
	}
	for _, f := range m.folders {
		switch f.Config.Task {
		case modelstore.TextGeneration:
			m.generator, err = c.Generation.load(f, r, o, log)
		case modelstore.FeatureExtraction:
			m.embedder, err = pipeline.LoadEmbedder(f, r, c.Limits.pipeline(o))
		case modelstore.TokenClassification:
			m.tagger, err = pipeline.LoadTagger(f, r, c.Limits.pipeline(o))
		default:
			m.classifier, err = pipeline.Load(f, r, c.Limits.pipeline(o))
		}
		if err != nil {
			return nil, errors.Join(err, m.close(context.Background()))
		}
	}
	return m, nil
}

// findModels finds the folders, and checks their files.
func (c *serveOptions) findModels(m *models, p *phases) error {
	defer p.begin("files")()
	first, err := c.Model.find()
	if err != nil {
		if c.ChatModelDir != "" && c.Model.ModelFile != "" {
			err = fmt.Errorf("%w (--model-file names a file of --model-dir, --chat-model-file one of --chat-model-dir)", err)
		}
		return err
	}
	if c.ChatModelFile != "" && c.ChatModelDir == "" {
		return usageError{fmt.Errorf("--chat-model-file is %s, but --chat-model-dir isn't given: name a file of --model-dir with --model-file", c.ChatModelFile)}
	}
	m.folders = append(m.folders, first)
	if c.ChatModelDir != "" {
		second, err := modelstore.Find(c.ChatModelDir, modelstore.Options{
			GraphFile: c.ChatModelFile, GraphOption: "--chat-model-file", Plain: c.Model.Optimized == "off"})
		if err != nil {
			return fmt.Errorf("--chat-model-dir: %w", err)
		}
		if second.Config.Task != modelstore.TextGeneration {
			return usageError{fmt.Errorf("--chat-model-dir is %s, which doesn't generate text (%s): name it with --model-dir", c.ChatModelDir, second.Config.Architecture)}
		}
		if first.Config.Task == modelstore.TextGeneration {
			return usageError{fmt.Errorf("--chat-model-dir is %s, but --model-dir names a model that generates text already (%s): name one of them", c.ChatModelDir, first.Config.Architecture)}
		}
		m.folders = append(m.folders, second)
	}
	return nil
}

// remark logs what is to be known about how the folders are served.
func (m *models) remark(log *slog.Logger) {
	for _, f := range m.folders {
		for _, note := range f.Notes {
			log.Warn("model folder", "model", f.Name, "note", note)
		}
		if f.Remark != "" {
			log.Warn("serving the plain export", "model", f.Name, "reason", f.Remark)
		} else if f.Record == nil {
			log.Info("serving the plain export", "model", f.Name, "remedy", "scorer optimize --model-dir "+f.Dir)
		}
	}
}

// loaded logs what was loaded.
func (m *models) loaded(log *slog.Logger) {
	if e := m.encoder(); e != nil {
		i := e.Info()
		args := []any{"model", i.Name, "graph", i.GraphFile, "precision", i.Precision, "layout", i.Layout, "max_input_length", i.MaxTokens}
		if i.Labels != nil {
			args = append(args, "labels", i.Labels)
		} else {
			args = append(args, "dimensions", i.Width)
		}
		log.Info("loaded", args...)
	}
	if m.generator != nil {
		i := m.generator.Info()
		log.Info("loaded", "model", i.Name, "graph", i.GraphFile, "precision", i.Precision, "provider", i.Provider,
			"threads", i.Threads, "context_window", i.ContextWindow, "max_sequences", i.MaxSequences)
	}
}

// report is what `scorer check` prints.
func (m *models) report() string {
	var b strings.Builder
	if e := m.encoder(); e != nil {
		i := e.Info()
		answers := "labels     " + strings.Join(i.Labels, ", ")
		if i.Labels == nil {
			answers = fmt.Sprintf("vectors    of %d dimensions", i.Width)
		}
		fmt.Fprintf(&b, "model      %s (%s)\ngraph      %s\nlayout     %s, %s\n%s\nmax input  %d tokens\n",
			i.Name, i.Architecture, i.GraphFile, i.Layout, i.Precision, answers, i.MaxTokens)
	}
	if m.generator != nil {
		i := m.generator.Info()
		fmt.Fprintf(&b, "model      %s (%s)\ngraph      %s\nprecision  %s on %s, %d threads\nwindow     %d tokens, %d sequences at once\n",
			i.Name, i.Architecture, i.GraphFile, i.Precision, i.Provider, i.Threads, i.ContextWindow, i.MaxSequences)
	}
	for _, f := range m.folders {
		notes := f.Notes
		if f.Remark != "" {
			notes = append(notes[:len(notes):len(notes)], f.Remark)
		}
		for _, note := range notes {
			fmt.Fprintf(&b, "note       %s\n", note)
		}
	}
	return b.String()
}

// encoder is the model that reads whole texts, whatever it makes of them.
type encoder interface {
	Info() pipeline.Info
	Warm(context.Context) error
	Close(context.Context) error
}

// encoder is nil if there is none.
func (m *models) encoder() encoder {
	switch {
	case m.classifier != nil:
		return m.classifier
	case m.embedder != nil:
		return m.embedder
	case m.tagger != nil:
		return m.tagger
	}
	return nil
}

// maxTokens is the longest input of the encoder, or of the generator.
func (m *models) maxTokens() int {
	if e := m.encoder(); e != nil {
		return e.Info().MaxTokens
	}
	return m.generator.Info().ContextWindow
}

func (m *models) warm(ctx context.Context, p *phases) error {
	defer p.begin("warm_up")()
	if e := m.encoder(); e != nil {
		if err := e.Warm(ctx); err != nil {
			return err
		}
	}
	if m.generator != nil {
		return m.generator.Warm(ctx)
	}
	return nil
}

func (m *models) close(ctx context.Context) error {
	var errs []error
	if e := m.encoder(); e != nil {
		errs = append(errs, e.Close(ctx))
	}
	if m.generator != nil {
		errs = append(errs, m.generator.Close(ctx))
	}
	return errors.Join(errs...)
}
