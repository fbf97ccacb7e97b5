package pipeline

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/batcher"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// Runtime says how a model computes.
type Runtime struct {
	Threads  int  // 0: one for each processor that the process may use
	Spinning bool // idle threads busy-wait
	// Budget is locked while a model computes, so that models of one process
	// don't compute at once. Nil locks nothing.
	Budget sync.Locker
	// Phase is called when a part of loading begins, and what it returns when that
	// ends; by several goroutines at once. It may be nil.
	Phase func(name string) (end func())
}

func (r Runtime) phase(name string) (end func()) {
	if r.Phase == nil {
		return func() {}
	}
	return r.Phase(name)
}

// background begins f. What it returns waits for f's end, and has its results.
func background[T any](f func() (T, error)) func() (T, error) {
	f = sync.OnceValues(f)
	go func() { _, _ = f() }()
	return f
}

// Load makes a Classifier of a model folder. onnx.Init must have been called.
// What in the folder doesn't fit together is an error of one line that names
// the file and the remedy. The classifier must be closed.
func Load(f *modelstore.Folder, r Runtime, o Options) (*Classifier, error) {
	e, err := loadEncoder(f, r, o, ofTexts(len(f.Config.Labels)))
	if err != nil {
		return nil, err
	}
	return &Classifier{e}, nil
}

// LoadEmbedder makes an Embedder of a model folder, as Load does a Classifier.
func LoadEmbedder(f *modelstore.Folder, r Runtime, o Options) (*Embedder, error) {
	e, err := loadEncoder(f, r, o, pooled(f, f.Config.Hidden))
	if err != nil {
		return nil, err
	}
	e.info.Width = min(f.Config.Hidden, cmp.Or(f.Sentences.Width, f.Config.Hidden))
	return &Embedder{encoder: e, sentences: f.Sentences, hidden: f.Config.Hidden, trained: f.Config.Matryoshka}, nil
}

// LoadTagger makes a Tagger of a model folder, as Load does a Classifier.
func LoadTagger(f *modelstore.Folder, r Runtime, o Options) (*Tagger, error) {
	e, err := loadEncoder(f, r, o, ofTokens(len(f.Config.Labels)))
	if err != nil {
		return nil, err
	}
	return &Tagger{e}, nil
}

// loadEncoder makes the encoder of a folder.
func loadEncoder(f *modelstore.Folder, r Runtime, o Options, rows outputs) (*encoder, error) {
	options := onnx.Options{Threads: r.Threads, Spinning: r.Spinning, Labels: len(f.Config.Labels), Built: f.Built, Outputs: f.Outputs()}
	prepared := graph.IsPacked(f.Signature)
	if prepared {
		options.Optimization = onnx.OptimizeNone
	}
	opened := background(func() (*onnx.Session, error) {
		defer r.phase("session")()
		return onnx.Open(f.Graph, options)
	})
	t, err := loadTokenizer(f, r)
	session, failed := opened()
	if err != nil {
		if failed == nil {
			err = errors.Join(err, session.Close())
		}
		return nil, err
	}
	if failed != nil {
		return nil, failed
	}
	vocabulary, _ := f.Vocabulary()
	info := Info{
		Name:         f.Name,
		Architecture: f.Config.Architecture,
		Labels:       f.Config.Labels,
		Entails:      f.Config.Entails,
		Function:     defaultFunction(f.Config),
		MaxTokens:    f.Config.MaxTokens(),
		Vocabulary:   vocabulary,
		TokenTypes:   graph.TokenTypes(f.Config.Architecture, f.Config.TypeCount),
		GraphFile:    f.Graph,
		Layout:       "padded",
		Precision:    "as exported",
		Optimized:    f.Record != nil,
	}
	if file, err := os.Stat(f.Graph); err == nil {
		info.Created = file.ModTime()
	}
	// In sentence-transformers max_seq_length replaces the tokenizer's model_max_length.
	if n := cmp.Or(f.Sentences.MaxTokens, t.MaxLength()); n > 0 {
		info.MaxTokens = min(info.MaxTokens, n)
	}
	var m model
	if prepared {
		info.Layout = "packed"
		m, err = newPacked(session, rows)
	} else {
		m, err = newPadded(session, rows, t.PadID(), f.Built == nil && graph.Mixes(f.Config.Architecture))
	}
	if err != nil {
		return nil, errors.Join(err, session.Close())
	}
	if f.Record != nil {
		info.Precision, info.SourceSHA256 = f.Record.Precision, f.Record.Source.SHA256
	}
	if r.Budget != nil {
		m = budgeted{m, r.Budget}
	}
	return newEncoder(info, t, m, o), nil
}

// loadTokenizer loads an encoder's.
func loadTokenizer(f *modelstore.Folder, r Runtime) (*tokenizer.Tokenizer, error) {
	defer r.phase("tokenizer")()
	t, err := tokenizer.LoadPretrained(f.Dir, f.Tokenizer)
	if err != nil {
		return nil, err
	}
	if f.Sentences.Lower {
		t.Lower()
	}
	if err := f.CheckVocabulary(t.TextSize()); err != nil {
		return nil, err
	}
	special := len(t.Encode("", 0).IDs)
	if special == 0 {
		return nil, fmt.Errorf("%s has no post_processor that adds special tokens, so an empty text would have none: take the tokenizer that the model was trained with",
			f.Tokenizer)
	}
	if n := f.Config.MaxTokens(); n <= special {
		return nil, fmt.Errorf("%s: max_position_embeddings is %d, of which %d can be used, which leaves no room for text beside %d special tokens",
			filepath.Join(f.Dir, modelstore.ConfigFile), f.Config.Positions, max(n, 0), special)
	}
	return t, nil
}

// budgeted is a model that shares the processors with others.
type budgeted struct {
	model
	budget sync.Locker
}

func (b budgeted) run(batch []batcher.Sequence) ([][]float32, error) {
	b.budget.Lock()
	defer b.budget.Unlock()
	return b.model.run(batch)
}

// defaultFunction is what transformers' pipeline applies unless it is told
// otherwise.
func defaultFunction(c modelstore.Config) Function {
	switch {
	case c.ProblemType == "regression":
		return None
	case c.ProblemType == "multi_label_classification" || len(c.Labels) == 1:
		return Sigmoid
	}
	return Softmax
}
