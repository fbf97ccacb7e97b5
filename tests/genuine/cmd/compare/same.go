package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"sync"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// same compares texts of the int4 model that were written alone with those that
// were written in batches, over what the prefix cache had, and in other chunks.
// The first two must be the same to the bit of every log probability.
func (c *comparison) same(ctx context.Context) error {
	folder := filepath.Join(c.folder, "int4")
	var chosen []*prompt
	for i := 0; i < len(c.reference.prompts); i += c.every {
		chosen = append(chosen, &c.reference.prompts[i])
	}
	alone := make([]*answer, len(chosen))
	write := func(url string, to []*answer, at int) (err error) {
		to[at], err = continued(ctx, url, chosen[at], c.reference.newTokens, nil)
		return err
	}
	each := func(to []*answer) func(*scorerproc.Process) error {
		return func(p *scorerproc.Process) error {
			for i := range chosen {
				if err := write(p.URL, to, i); err != nil {
					return err
				}
			}
			return nil
		}
	}
	if err := serving(ctx, folder, []string{"--max-sequences", "1", "--prefix-cache-mib", "0", "--no-prompt-lookup"}, each(alone)); err != nil {
		return err
	}
	batched, cached := make([]*answer, len(chosen)), make([]*answer, len(chosen))
	err := serving(ctx, folder, nil, func(p *scorerproc.Process) error {
		if err := inBatches(len(chosen), func(i int) error { return write(p.URL, batched, i) }); err != nil {
			return err
		}
		return each(cached)(p)
	})
	if err != nil {
		return err
	}
	for _, other := range []struct {
		name    string
		answers []*answer
	}{{"8 at once, from an empty prefix cache", batched}, {"again, from what the prefix cache has then", cached}} {
		differing := 0
		for i := range alone {
			if !equal(alone[i], other.answers[i]) {
				differing++
				c.document.differs("int4, " + other.name + ": " + chosen[i].Name)
			}
		}
		c.document.row("same", other.name, fmt.Sprintf("%d of %d texts the same, log probabilities to the bit", len(alone)-differing, len(alone)))
	}
	return c.chunked(ctx, folder, chosen, alone, each)
}

// chunked compares texts whose prompts were read in other chunks than the default.
func (c *comparison) chunked(ctx context.Context, folder string, chosen []*prompt, alone []*answer, each func([]*answer) func(*scorerproc.Process) error) error {
	for _, chunk := range []string{"16", "512"} {
		other := make([]*answer, len(chosen))
		if err := serving(ctx, folder, []string{"--prefill-chunk", chunk}, each(other)); err != nil {
			return err
		}
		same := 0
		for i := range alone {
			if slices.Equal(alone[i].Tokens, other[i].Tokens) {
				same++
			}
		}
		c.document.row("same", "in chunks of "+chunk+" tokens instead of 64", fmt.Sprintf("%d of %d texts have the same tokens", same, len(alone)))
	}
	return nil
}

func equal(a, b *answer) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// inBatches calls do with 0 to n-1, from the last on, eight at once.
func inBatches(n int, do func(int) error) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	next := n
	for range 8 {
		wg.Go(func() {
			for {
				mu.Lock()
				next--
				i := next
				stop := failed != nil
				mu.Unlock()
				if i < 0 || stop {
					return
				}
				if err := do(i); err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return failed
}
