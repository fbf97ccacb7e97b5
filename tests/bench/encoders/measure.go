package main

import (
	"context"
	"fmt"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/load"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
)

// shares of our saturation at which texts arrive in the open loops, in percent.
var shares = []int{25, 50, 75}

// starts starts every contender once a turn; they keep running after the last.
func (b *bench) starts(ctx context.Context) error {
	texts := plain(b.texts)
	for turn := range b.turns {
		for _, c := range b.contenders {
			took, err := c.start(ctx, b.task, texts)
			if err != nil {
				return err
			}
			b.figures.add(c.key, firstAfter, 0, ms(took))
			if turn == b.turns-1 {
				continue
			}
			if err := c.stop(); err != nil {
				return err
			}
		}
	}
	for _, c := range b.contenders { // what is made when it is first needed
		if _, _, err := load.Closed(ctx, c.process.service, texts, 1, 8, b.length/3); err != nil {
			return fmt.Errorf("%s: %w", c.key, err)
		}
	}
	return nil
}

// closedLoops measures throughput.
func (b *bench) closedLoops(ctx context.Context) error {
	texts := plain(b.texts)
	for turn := range b.turns {
		report.Note("closed loops, turn %d", turn+1)
		for _, n := range b.clients {
			for _, c := range b.contenders {
				if err := b.closedLoop(ctx, c, texts, n); err != nil {
					return fmt.Errorf("%s, %d clients: %w", c.key, n, err)
				}
			}
		}
		for _, c := range b.contenders {
			if s := b.ideal[c.key]; s != nil {
				r, err := s.Run(b.length)
				if err != nil {
					return err
				}
				b.figures.add(c.key, idealRate, 0, r)
			}
		}
	}
	return nil
}

func (b *bench) closedLoop(ctx context.Context, c *contender, texts []string, n int) error {
	before, _, err := c.process.used()
	if err != nil {
		return err
	}
	r, l, err := load.Closed(ctx, c.process.service, texts, block, n, b.length)
	if err != nil {
		return err
	}
	after, _, err := c.process.used()
	if err != nil {
		return err
	}
	b.figures.add(c.key, rate, n, r)
	b.figures.add(c.key, p50, n, ms(l.Quantile(.5)))
	b.figures.add(c.key, p99, n, ms(l.Quantile(.99)))
	b.figures.add(c.key, cpu, n, (after-before)/float64(len(l))*1000)
	return nil
}

// reference is whose saturation the rates of the open loops are shares of: ours in
// fp32 with its defaults, else the first that is measured.
func (b *bench) reference() *contender {
	if c := b.contender(oursFP32); c != nil {
		return c
	}
	return b.contenders[0]
}

// openLoops measures latency, at the same rates and with the same times of arrival for
// all in a turn. Whoever was overloaded at a rate isn't asked at higher ones.
func (b *bench) openLoops(ctx context.Context) error {
	_, saturation := b.figures.best(b.reference().key)
	for _, share := range shares {
		b.rates = append(b.rates, saturation*float64(share)/100)
	}
	texts := plain(b.texts)
	for turn := range b.turns {
		overloaded := map[string]bool{}
		for i, rate := range b.rates {
			report.Note("open loops at %.1f texts/s, turn %d", rate, turn+1)
			for _, c := range b.contenders {
				o := c.at(i)
				if overloaded[c.key] {
					o.add(nil)
					continue
				}
				a, err := load.Open(ctx, c.process.service, texts, rate, b.openLength(), uint64(turn))
				if err != nil {
					return fmt.Errorf("%s, %.1f texts/s: %w", c.key, rate, err)
				}
				o.add(a)
				report.Note("%s: %d sent, p50 %.4g ms, p99 %.4g ms, overloaded %v", c.key, a.Sent, ms(a.Quantile(.5)), ms(a.Quantile(.99)), a.Overloaded())
				if !a.Overloaded() {
					continue
				}
				overloaded[c.key] = true
				if err := c.again(ctx, b.task, texts); err != nil { // it still computes what nobody waits for
					return err
				}
			}
		}
	}
	return nil
}

// again starts a contender anew.
func (c *contender) again(ctx context.Context, t *task, texts []string) error {
	if err := c.stop(); err != nil {
		return err
	}
	_, err := c.start(ctx, t, texts)
	return err
}

// at is what the open loops at the i-th rate gave.
func (c *contender) at(i int) *opened {
	for len(c.opened) <= i {
		c.opened = append(c.opened, &opened{})
	}
	return c.opened[i]
}

// stop ends all, and takes their memory.
func (b *bench) stop() error {
	for _, c := range b.contenders {
		if err := c.stop(); err != nil {
			return err
		}
	}
	return nil
}

// openLength is how long an open loop takes.
func (b *bench) openLength() time.Duration { return b.length * 4 / 3 }
