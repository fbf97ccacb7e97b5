package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/models"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// subject is what grows.
type subject struct {
	section string
	about   string
	served  []served
	axes    []*axis // in the order of the report
}

// served is a run of the scorer: with which model, and what is measured of it.
type served struct {
	what       string
	model      func(dir string) (string, error)
	processors string // GOMAXPROCS
	args       []string
	axes       []*axis
}

const usually = "What doesn't grow is %d clients with a text of %d tokens each, and 2 clients where a request's texts grow.\n"

var subjects = map[string]func() *subject{"distilbert": distilBERT, "minilm": miniLM}

func distilBERT() *subject {
	s := texts("the classifier", models.DistilBERT, classify, 512)
	s.section = "growth"
	s.about = "The model is a DistilBERT of real size with random weights in fp32, and for chats Gemma 3 1B's shape in int4.\n" + fmt.Sprintf(usually, usual.clients, usual.tokens)
	chats := &axis{title: "Chats with Gemma 3 1B's shape", step: "clients", unit: unitTokens}
	for _, n := range []int{1, 2, 4, 8, 16, 32} {
		chats.add(fmt.Sprint(n), shape{route: complete, clients: n, texts: 1, tokens: 16, answer: 16})
	}
	s.served = append(s.served, served{"the chat model", models.Gemma1B, "", []string{"--max-queue", "16"}, []*axis{chats}})
	s.axes = append(s.axes, chats)
	return s
}

func miniLM() *subject {
	s := texts("the genuine MiniLM", models.MiniLM, embed, 256)
	s.section = "growth-minilm"
	s.about = "The model is the genuine all-MiniLM-L6-v2 in fp32, and what is asked for are embeddings.\n" + fmt.Sprintf(usually, usual.clients, usual.tokens)
	return s
}

// texts are the axes of a model that takes texts of so many tokens at most.
func texts(what string, model func(string) (string, error), r *route, longest int) *subject {
	like := func(change func(*shape)) shape {
		s := usual
		s.route = r
		change(&s)
		return s
	}
	clients := &axis{title: "Clients", step: "clients", unit: unitTexts}
	for _, n := range []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024} {
		clients.add(fmt.Sprint(n), like(func(s *shape) { s.clients = n }))
	}
	texts := &axis{title: "Texts a request", step: "texts", unit: unitTexts}
	for _, n := range []int{1, 3, 10, 30, 100, 300, 1000} {
		texts.add(fmt.Sprint(n), like(func(s *shape) { s.clients, s.texts = 2, n }))
	}
	lengths := &axis{title: "Length", step: "tokens", unit: unitTokens}
	for n := 8; n <= longest; n *= 2 {
		lengths.add(fmt.Sprint(n), like(func(s *shape) { s.tokens = n }))
	}
	processors := &axis{title: "Processors", step: "processors", unit: unitTexts}
	for _, name := range []string{"1", "2"} {
		processors.add(name, like(func(*shape) {}))
	}
	batch := []string{"--max-client-batch-size", "1000"}
	return &subject{
		served: []served{
			{what, model, "", batch, []*axis{clients, texts, lengths, processors.only(1)}},
			{what + " on one processor", model, "1", batch, []*axis{processors.only(0)}},
		},
		axes: []*axis{clients, texts, lengths, processors},
	}
}

// measure takes all measurements of a subject, on models that it makes in dir.
func (b *bench) measure(ctx context.Context, s *subject, dir string) ([]*axis, error) {
	prepared := map[string]bool{}
	for _, m := range s.served {
		export, err := m.model(dir)
		if err != nil {
			return nil, err
		}
		folder := filepath.Join(dir, "growth-"+filepath.Base(export))
		if !prepared[folder] { // anew in every run: the scorer may have changed
			if err := scorerproc.Prepare(ctx, export, folder); err != nil {
				return nil, err
			}
			prepared[folder] = true
		}
		report.Note("measuring %s", m.what)
		if err := b.serve(ctx, folder, m.processors, m.args, m.axes); err != nil {
			return nil, fmt.Errorf("%s: %w", m.what, err)
		}
	}
	return s.axes, nil
}

// route is where a shape's requests go.
type route struct {
	path string
	// special is how many tokens the model adds to a text.
	special int
	body    func(texts []string, s shape) map[string]any
}

var (
	classify = &route{api.ScorePath, 2, func(texts []string, _ shape) map[string]any { return map[string]any{"text": texts} }}
	embed    = &route{api.EmbedPath, 2, func(texts []string, _ shape) map[string]any { return map[string]any{"inputs": texts} }}
	complete = &route{api.CompletionsPath, 0, func(texts []string, s shape) map[string]any {
		return map[string]any{"prompt": texts[0], "max_tokens": s.answer, "temperature": 0}
	}}
)
