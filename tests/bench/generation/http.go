package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// server is the real scorer with the model.
type server struct {
	*scorerproc.Process
	client *http.Client
}

func serve(ctx context.Context, dir string, args ...string) (*server, error) {
	p, err := scorerproc.Start(ctx, dir, append(args, "--log-level", "warn")...)
	if err != nil {
		return nil, err
	}
	return &server{p, &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}, nil
}

// completion is how an answer came.
type completion struct {
	first    time.Duration // until the first piece of text
	perToken time.Duration // from then on
	tokens   int
}

// refusedError says that the answer was 429, and how soon.
type refusedError struct{ after time.Duration }

func (e *refusedError) Error() string { return fmt.Sprintf("429 after %s", e.after) }

// complete continues a prompt greedily over HTTP, streamed.
func (s *server) complete(ids []int32, n int) (*completion, error) {
	body, err := json.Marshal(map[string]any{
		"prompt": ids, "max_tokens": n, "temperature": 0, "stream": true, "stream_options": map[string]bool{"include_usage": true},
	})
	if err != nil {
		return nil, err
	}
	sent := time.Now()
	resp, err := s.client.Post(s.URL+"/v1/completions", "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answered := time.Since(sent)
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(resp.Body)
		if resp.StatusCode == http.StatusTooManyRequests {
			return nil, &refusedError{answered}
		}
		return nil, fmt.Errorf("status %d: %s", resp.StatusCode, text)
	}
	var first, last time.Time
	c := &completion{}
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: "))
		if !ok || string(data) == "[DONE]" {
			continue
		}
		var chunk struct {
			Choices []struct{ Text string }
			Usage   *struct {
				Tokens int `json:"completion_tokens"`
			}
			Error *struct{ Message string }
		}
		if err := json.Unmarshal(data, &chunk); err != nil {
			return nil, err
		}
		if chunk.Error != nil {
			return nil, errors.New(chunk.Error.Message)
		}
		if chunk.Usage != nil {
			c.tokens = chunk.Usage.Tokens
		}
		if len(chunk.Choices) > 0 && chunk.Choices[0].Text != "" {
			last = time.Now()
			if first.IsZero() {
				first = last
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if c.tokens < 2 {
		return nil, fmt.Errorf("an answer of %d tokens", c.tokens)
	}
	c.first, c.perToken = first.Sub(sent), last.Sub(first)/time.Duration(c.tokens-1)
	return c, nil
}

// answers of a run with many requests.
type answers struct {
	mu       sync.Mutex
	perToken []float64 // ms
	refused  []float64 // ms until the 429
	err      error
}

func (a *answers) take(c *completion, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var refused *refusedError
	switch {
	case errors.As(err, &refused):
		a.refused = append(a.refused, ms(refused.after))
	case err != nil:
		a.err = err
	default:
		a.perToken = append(a.perToken, ms(c.perToken))
	}
}

// Requests of the overload: prompts and answers of so many tokens.
const overloadPrompt, overloadTokens = 64, 48

// full has as many clients as there are slots, each sending its next request
// when it has its answer, for d. It returns requests a second.
func (s *server) full(d time.Duration) (float64, *answers) {
	a := &answers{}
	var wg sync.WaitGroup
	start := time.Now()
	for client := range slots {
		wg.Go(func() {
			for i := 0; time.Since(start) < d; i++ {
				a.take(s.complete(prompt(overloadPrompt, 10_000+100*client+i), overloadTokens))
			}
		})
	}
	wg.Wait()
	return float64(len(a.perToken)) / time.Since(start).Seconds(), a
}

// overload sends requests at random times, so many a second, for d.
func (s *server) overload(rate float64, d time.Duration) *answers {
	a := &answers{}
	r := rand.New(rand.NewPCG(3, 4))
	var wg sync.WaitGroup
	start := time.Now()
	due := start
	for i := 0; ; i++ {
		due = due.Add(time.Duration(r.ExpFloat64() / rate * float64(time.Second)))
		if due.Sub(start) > d {
			break
		}
		time.Sleep(time.Until(due))
		wg.Go(func() { a.take(s.complete(prompt(overloadPrompt, 20_000+i), overloadTokens)) })
	}
	wg.Wait()
	return a
}

func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(v))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

const (
	ofFull, ofOverload     = "ms a token, all slots busy", "ms a token, at three times what can be served"
	ofRefused, ofRefused99 = "ms until 429", "ms until 429, 99 %"
	ofFirstHTTP            = "first token ms by HTTP, prompt cached"
	ofReady                = "start to ready ms"
	ofResident             = "resident MB after 10,000 tokens"
	ofResidentMore         = "resident MB after 10,000 more"
	ofPeak                 = "peak MB with 4 conversations of 4,096"
)

// overloaded compares a server that is full with one that gets three times as
// much as it can serve.
func (b *bench) overloaded(ctx context.Context) error {
	s, err := serve(ctx, b.models.optimized, "--max-queue", "8")
	if err != nil {
		return err
	}
	defer s.Kill()
	for range b.rounds {
		rate, nominal := s.full(b.length)
		if nominal.err != nil {
			return nominal.err
		}
		b.figures.add(ofFull, quantile(nominal.perToken, .5))
		over := s.overload(3*rate, b.length)
		if over.err != nil {
			return over.err
		}
		report.Note("%.2f requests a second can be served; of three times as many %d were answered, %d refused", rate, len(over.perToken), len(over.refused))
		b.figures.add(ofOverload, quantile(over.perToken, .5))
		b.figures.add(ofRefused, quantile(over.refused, .5))
		b.figures.add(ofRefused99, quantile(over.refused, .99))
	}
	return nil
}

// starts measures from start to ready, and the first token of a prompt that is
// in the prefix cache.
func (b *bench) starts(ctx context.Context) error {
	for range 3 {
		s, err := serve(ctx, b.models.optimized)
		if err != nil {
			return err
		}
		b.figures.add(ofReady, ms(s.Ready))
		s.Kill()
	}
	for range 5 {
		c, err := b.server.complete(prompt(64, 0), 4)
		if err != nil {
			return err
		}
		b.figures.add(ofFirstHTTP, ms(c.first))
	}
	return nil
}

// together has the server continue n prompts at once.
func (s *server) together(n, promptTokens, tokens, seed int) error {
	a := &answers{}
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { a.take(s.complete(prompt(promptTokens, seed+i), tokens)) })
	}
	wg.Wait()
	if a.err == nil && len(a.perToken) != n {
		a.err = fmt.Errorf("%d of %d prompts were answered", len(a.perToken), n)
	}
	return a.err
}

// memory reads what the kernel says after many tokens, and after long
// conversations.
func (b *bench) memory(ctx context.Context) error {
	s, err := serve(ctx, b.models.optimized)
	if err != nil {
		return err
	}
	defer func() { s.Kill() }()
	for i, name := range []string{ofResident, ofResidentMore} {
		if err := s.together(slots, 64, 10_000/slots, 30_000+100*i); err != nil {
			return err
		}
		resident, _, err := report.Memory(s.PID())
		if err != nil {
			return err
		}
		b.figures.add(name, resident/1e6)
	}
	s.Kill()
	if s, err = serve(ctx, b.models.optimized, "--context-window", "4096", "--max-sequences", "4"); err != nil {
		return err
	}
	if err := s.together(4, 4096-64, 64, 40_000); err != nil {
		return err
	}
	_, peak, err := report.Memory(s.PID())
	b.figures.add(ofPeak, peak/1e6)
	return err
}
