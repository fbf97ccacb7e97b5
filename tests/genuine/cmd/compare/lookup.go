package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// lookup times texts that may be speculated on, which those by chance alone are,
// with and without prompt lookup, in turns.
func (c *comparison) lookup(ctx context.Context) error {
	const tokens, rounds = 96, 3
	folder := filepath.Join(c.folder, "int4")
	n, err := c.names()
	if err != nil {
		return err
	}
	return serving(ctx, folder, nil, func(with *scorerproc.Process) error {
		return serving(ctx, folder, []string{"--no-prompt-lookup"}, func(without *scorerproc.Process) error {
			for _, i := range []string{"tables 1", "code 1", "english 0"} {
				p := c.named(i)
				if p == nil {
					return fmt.Errorf("there is no prompt %q", i)
				}
				best, counts := map[*scorerproc.Process]float64{}, accepted{}
				for range rounds {
					for _, s := range []*scorerproc.Process{with, without} {
						// So low a temperature is nearly greedy, and still by chance.
						start := time.Now()
						got, err := continued(ctx, s.URL, p, tokens, object{"temperature": 0.01, "logit_bias": noEnd})
						if err != nil {
							return err
						}
						counts.add(n.all(p.IDs), got.Tokens)
						best[s] = max(best[s], float64(len(got.Tokens))/time.Since(start).Seconds())
					}
				}
				c.document.row("lookup", fmt.Sprintf("after %q, %d tokens", i, tokens),
					fmt.Sprintf("before %.0f %% of the tokens something is proposed, and %.0f %% of what is comes; %.1f tokens a second with, %.1f without (best of %d, prompt included)",
						100*float64(counts.proposals)/float64(counts.tokens), 100*float64(counts.came)/float64(max(1, counts.proposed)), best[with], best[without], rounds))
			}
			return nil
		})
	})
}

// accepted counts how prompt lookup would fare in a text: what followed its last
// three tokens when they came last is proposed, seven tokens at most.
type accepted struct{ tokens, proposals, proposed, came int }

func (a *accepted) add(prompt, text []string) {
	const gram, most = 3, 7
	all := slices.Concat(prompt, text)
	for at := len(prompt); at < len(all); at++ {
		a.tokens++
		for from := at - gram - 1; from >= 0 && at >= gram; from-- {
			if !slices.Equal(all[from:from+gram], all[at-gram:at]) {
				continue
			}
			found := all[from+gram : min(from+gram+most, at)]
			came := 0
			for came < len(found) && at+came < len(all) && all[at+came] == found[came] {
				came++
			}
			a.proposals, a.proposed, a.came = a.proposals+1, a.proposed+min(len(found), len(all)-at), a.came+came
			break
		}
	}
}

// noEnd keeps a text from ending.
var noEnd = object{"1": -100, "106": -100}

func (c *comparison) named(name string) *prompt {
	for i := range c.reference.prompts {
		if c.reference.prompts[i].Name == name {
			return &c.reference.prompts[i]
		}
	}
	return nil
}
