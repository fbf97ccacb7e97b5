// Start measures how long the scorer takes from the start of its process to the first
// answer, with its files in the page cache and without, and what the time goes to.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/command"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/load"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

func main() {
	c := command.New("make bench-start")
	turns := flag.Int("turns", 7, "how often each start is measured")
	flag.Parse()
	if c.Quick {
		*turns = 1
	}
	c.Main(func(ctx context.Context, dir string) (*command.Result, error) {
		text, err := measure(ctx, dir, *turns)
		return &command.Result{Section: "start", Text: text}, err
	})
}

func measure(ctx context.Context, dir string, turns int) (string, error) {
	models, err := makeModels(ctx, dir)
	if err != nil {
		return "", err
	}
	for turn := range turns { // in turns, since machines are noisy
		report.Note("turn %d", turn+1)
		for _, m := range models {
			for _, cold := range []bool{false, true} {
				if err := m.measure(ctx, cold); err != nil {
					return "", fmt.Errorf("%s: %w", m.name, err)
				}
			}
		}
	}
	return table(models, turns), nil
}

// start is one start of the scorer, in milliseconds.
type start struct {
	first  float64            // until the first answer, from outside
	phases map[string]float64 // as the scorer's log says
	cached float64            // share of the files in the page cache before
}

// measure starts the scorer once, asks until it answers, and reads its log.
func (m *model) measure(ctx context.Context, cold bool) error {
	var s start
	if !cold { // whatever the kernel dropped meanwhile, or the last turn
		if err := m.read(); err != nil {
			return err
		}
	} else if err := m.drop(); err != nil {
		return err
	}
	var err error
	if s.cached, err = m.cached(); err != nil {
		return err
	}
	p, err := scorerproc.Launch(ctx, nil, m.dir)
	if err != nil {
		return err
	}
	defer p.Kill()
	service := load.Service{URL: p.URL + api.ScorePath}
	if m.generates {
		service.URL = p.URL + api.CompletionsPath
		service.Body = func(int) any {
			return map[string]any{"prompt": "The first token", "max_tokens": 1, "temperature": 0}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := service.First(ctx, []string{"A text to begin with."}); err != nil {
		return fmt.Errorf("%w; its log:\n%s", err, p.Log())
	}
	s.first = float64(time.Since(p.Began).Microseconds()) / 1000
	// The line is read from another pipe than the answer.
	for s.phases = phases(p.Log()); s.phases == nil; s.phases = phases(p.Log()) {
		select {
		case <-ctx.Done():
			return errors.New("the log has no line that says ready:\n" + p.Log())
		case <-time.After(time.Millisecond):
		}
	}
	which := &m.warm
	if cold {
		which = &m.cold
	}
	*which = append(*which, s)
	return nil
}

// phases are those of the log's line that says the scorer is ready, nil without one.
func phases(log string) map[string]float64 {
	for line := range strings.Lines(log) {
		var ready struct {
			Message string             `json:"msg"`
			Took    map[string]float64 `json:"took_ms"`
		}
		if err := json.Unmarshal([]byte(line), &ready); err == nil && ready.Message == "ready" {
			return ready.Took
		}
	}
	return nil
}

// model is what is served.
type model struct {
	name      string
	dir       string
	generates bool
	aim       float64 // ms to the first answer
	warm      []start // with the files in the page cache
	cold      []start // without
}

// files are all that a start reads: the model's, the scorer and ONNX Runtime.
func (m *model) files() ([]string, error) {
	binary, err := scorerproc.Build()
	if err != nil {
		return nil, err
	}
	library, err := onnxlib.Locate("")
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(m.dir, "*"))
	return append(files, binary, library), err
}
