package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/load"
	made "github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/models"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// task is what a model is asked to do.
type task struct {
	path       string // of the route, with all contenders
	ask        func(text string) any
	fp32, int8 float64 // tolerances
	answers    func(texts []goldens.Text, tolerance float64) answers
	app        string // the twenty lines of FastAPI
	// what an answer has, and the names of what answers.row returns.
	what    string
	columns []string
}

var classify = &task{
	path: api.ScorePath,
	ask:  func(text string) any { return map[string]string{"text": text} },
	fp32: goldens.Tolerance,
	// What `scorer optimize` lets a score differ by, and as much again for texts that it
	// didn't see.
	int8: 0.1,
	answers: func(texts []goldens.Text, tolerance float64) answers {
		return &scores{texts: texts, tolerance: tolerance}
	},
	app:     "app",
	what:    "scores",
	columns: []string{"answers", "same label", "score differs by at most", "scores of one text differ by at most"},
}

var embed = &task{
	path: api.EmbedPath,
	ask:  func(text string) any { return map[string]string{"inputs": text} },
	fp32: 1e-5,
	int8: 0.01, // what tests/genuine/cmd/embeddings expects
	answers: func(texts []goldens.Text, tolerance float64) answers {
		return &vectors{texts: texts, tolerance: tolerance}
	},
	app:     "embed",
	what:    "numbers",
	columns: []string{"answers", "least cosine", "a number differs by at most", "numbers of one text differ by at most"},
}

// service is where a contender answers.
func (t *task) service(port int, texts []string, a answers) load.Service {
	return load.Service{URL: fmt.Sprintf("http://127.0.0.1:%d%s", port, t.path), Body: func(i int) any { return t.ask(texts[i]) }, Check: a.check}
}

// tolerance of a contender's answers.
func (t *task) tolerance(c *contender) float64 {
	if c.int8 {
		return t.int8
	}
	return t.fp32
}

// subject is a model that is measured.
type subject struct {
	section string
	about   string
	task    *task
	// contenders are the keys of those that are measured.
	contenders []string
	clients    []int // in the closed loops
	open       bool  // in open loops too, and with charts
	// make makes the folders, and the texts with the reference's answers.
	make func(ctx context.Context, dir, python string) (*models, []goldens.Text, error)
}

// few are who serves any of the models.
var few = []string{fastAPI, oursFP32, oursInt8}

var subjects = map[string]func() *subject{
	"distilbert": func() *subject {
		return &subject{
			section: "classifiers",
			about:   "The model is a DistilBERT of real size (6 layers, 768, 12 heads, vocabulary 30,522) with random weights, whose scores are close together: the hardest case for int8. ",
			task:    classify, contenders: keys(), clients: []int{1, 8, 32, 128}, open: true,
			make: func(_ context.Context, dir, _ string) (*models, []goldens.Text, error) {
				folder, err := made.DistilBERT(dir)
				if err != nil {
					return nil, nil, err
				}
				texts, err := goldens.BenchTexts()
				return &models{source: folder, export: folder}, texts, err
			},
		}
	},
	"roberta": func() *subject {
		return &subject{
			section: "roberta",
			about:   "The model is a RoBERTa classifier of roberta-base's size (12 layers, 768, 12 heads, vocabulary 50,265) with random weights, whose scores are close together. The scorer prepares it from safetensors, as models lie on the hub; FastAPI runs transformers' plain export. ",
			task:    classify, contenders: few, clients: []int{1, 32},
			make: func(ctx context.Context, dir, python string) (*models, []goldens.Text, error) {
				source, err := made.RoBERTa(dir)
				if err != nil {
					return nil, nil, err
				}
				return exported(ctx, python, "classifier", source)
			},
		}
	},
	"minilm": func() *subject {
		return &subject{
			section: "minilm",
			about:   "The model is the genuine all-MiniLM-L6-v2 (6 layers, 384, 12 heads, vocabulary 30,522) as a classifier: with a linear head of random weights for two labels. ",
			task:    classify, contenders: few, clients: []int{1, 32},
			make: func(ctx context.Context, dir, python string) (*models, []goldens.Text, error) {
				source, err := made.MiniLM(dir)
				if err != nil {
					return nil, nil, err
				}
				headed := source + "-classifier"
				if err := reference(ctx, python, nil, "head", source, headed); err != nil {
					return nil, nil, err
				}
				return exported(ctx, python, "classifier", headed)
			},
		}
	},
	"minilm-embeddings": func() *subject {
		return &subject{
			section: "minilm-embeddings",
			about:   "The model is the genuine all-MiniLM-L6-v2 as its makers published it; answers are embeddings: the mean of the tokens, of length 1, at most 256 tokens. ",
			task:    embed, contenders: few, clients: []int{1, 32},
			make: func(ctx context.Context, dir, python string) (*models, []goldens.Text, error) {
				source, err := made.MiniLM(dir)
				if err != nil {
					return nil, nil, err
				}
				return exported(ctx, python, "embedder", source)
			},
		}
	},
}

// exported makes texts for a model, and has the reference export it and answer them.
func exported(ctx context.Context, python, kind, source string) (*models, []goldens.Text, error) {
	wanted, err := textsOf(filepath.Join(source, "tokenizer.json"))
	if err != nil {
		return nil, nil, err
	}
	m := &models{source: source, export: source + "-export"}
	if err := reference(ctx, python, plain(wanted), kind, source, m.export); err != nil {
		return nil, nil, err
	}
	data, err := os.ReadFile(filepath.Join(m.export, "answers.json"))
	if err != nil {
		return nil, nil, err
	}
	var texts []goldens.Text
	if err := json.Unmarshal(data, &texts); err != nil {
		return nil, nil, fmt.Errorf("%s: answers.json: %w", m.export, err)
	}
	if len(texts) != len(wanted) {
		return nil, nil, fmt.Errorf("%s has %d answers to %d texts: remove the folder if it is of an older version", m.export, len(texts), len(wanted))
	}
	for i, w := range wanted {
		if texts[i].Text != w.Text || texts[i].Tokens > w.Tokens || texts[i].Tokens < min(w.Tokens, 256) {
			return nil, nil, fmt.Errorf("%s answers texts[%d] of %d tokens, want %d: remove the folder if it is of an older version", m.export, i, texts[i].Tokens, w.Tokens)
		}
	}
	return m, texts, nil
}

// reference has tests/reference/bench_model.py make a folder, unless it is there.
func reference(ctx context.Context, python string, texts []string, kind, source, folder string) error {
	if _, err := os.Stat(folder); err == nil {
		return nil
	}
	report.Note("the reference makes %s", filepath.Base(folder))
	input, err := json.Marshal(texts)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, python, filepath.Join(scorerproc.Root(), "tests", "reference", "bench_model.py"), kind, source, folder)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("bench_model.py: %w: it needs tests/reference/requirements.txt: `make build/reference/bin/python` installs them, or name an interpreter with -python", err)
	}
	return nil
}

// models are the folders that are served.
type models struct {
	task       *task
	source     string // as on the hub
	export     string // with the plain export
	fp32, int8 string // as the scorer prepares the source
}

// prepare has the scorer prepare the source.
func (m *models) prepare(ctx context.Context, dir string) error {
	m.fp32, m.int8 = filepath.Join(dir, "fp32"), filepath.Join(dir, "int8")
	for precision, output := range map[string]string{"fp32": m.fp32, "int8": m.int8} {
		if err := scorerproc.Prepare(ctx, m.source, output, "--precision", precision); err != nil {
			return err
		}
	}
	return nil
}
