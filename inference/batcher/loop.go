package batcher

import (
	"fmt"
	"runtime/debug"
	"time"
)

// task is one sequence of a request that was taken into a batch.
type task struct {
	request *request
	index   int
}

func (b *Batcher) loop() {
	defer close(b.done)
	var tasks []task
	var batch []Sequence
	for {
		tasks, batch = b.take(tasks[:0], batch[:0])
		if len(tasks) == 0 {
			return
		}
		start := time.Now()
		results, err := b.safely(batch)
		b.deliver(tasks, batch, results, err, start, time.Since(start))
		clear(tasks) // the slices are reused; what they point at is not to live on
		clear(batch)
	}
}

// safely runs the batch; a panic becomes the batch's error.
func (b *Batcher) safely(batch []Sequence) (results [][]float32, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while running a batch: %v\n%s", p, debug.Stack())
		}
	}()
	results, err = b.run(batch)
	if err == nil && len(results) != len(batch) {
		err = fmt.Errorf("the model gave %d rows for %d texts", len(results), len(batch))
	}
	return results, err
}

// take waits for work and picks the next batch. It returns nothing once the
// batcher is closed and empty.
func (b *Batcher) take(tasks []task, batch []Sequence) ([]task, []Sequence) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		b.dropEnded()
		if len(b.waiting) > 0 {
			break
		}
		if b.closed {
			return nil, nil
		}
		b.wake.Wait()
	}
	var shape Shape
	firstSkipped := -1
	for taken := true; taken; {
		taken = false
		for i, r := range b.waiting {
			if r.next == len(r.sequences) {
				continue
			}
			s := r.sequences[r.next]
			if shape.Texts > 0 && !b.options.Layout.Fits(shape, len(s.IDs), b.options.MaxBatchTokens) {
				if firstSkipped < 0 {
					firstSkipped = i
				}
				continue
			}
			shape = shape.With(len(s.IDs))
			tasks = append(tasks, task{r, r.next})
			batch = append(batch, s)
			r.next++
			b.tokens -= len(s.IDs)
			taken = true
		}
	}
	// Whoever was passed over first begins the next batch, where it always
	// fits: nobody waits for more batches than there were requests before it.
	if firstSkipped > 0 {
		rotated := append([]*request{}, b.waiting[firstSkipped:]...)
		b.waiting = append(rotated, b.waiting[:firstSkipped]...)
	}
	left := b.waiting[:0]
	for _, r := range b.waiting {
		if r.next < len(r.sequences) {
			left = append(left, r)
		}
	}
	clear(b.waiting[len(left):])
	b.waiting = left
	b.setQueued(b.queued - len(tasks))
	return tasks, batch
}

// dropEnded answers the requests whose context has ended, before they cost an
// inference. Submit does so too, but its goroutine may not have run yet.
func (b *Batcher) dropEnded() {
	for i := 0; i < len(b.waiting); {
		r := b.waiting[i]
		if err := r.ctx.Err(); err != nil {
			b.withdraw(r)
			b.answer(r, err)
			continue
		}
		i++
	}
}

func (b *Batcher) deliver(tasks []task, batch []Sequence, results [][]float32, err error, start time.Time, d time.Duration) {
	tokens := 0
	for _, s := range batch {
		tokens += len(s.IDs)
	}
	if b.options.Observer != nil {
		b.options.Observer.ObserveBatch(len(batch), tokens, d)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if rate := float64(tokens) / d.Seconds(); b.rate == 0 {
		b.rate = rate
	} else {
		b.rate += 0.2 * (rate - b.rate)
	}
	for i, t := range tasks {
		r := t.request
		if err != nil {
			b.withdraw(r)
			b.answer(r, err)
			continue
		}
		r.open--
		select {
		case <-r.answered: // withdrawn meanwhile: nobody reads the results
			continue
		default:
		}
		r.results[t.index] = results[i]
		r.timing = Timing{Queue: start.Sub(r.arrived), Run: d}
		if r.open == 0 {
			b.answer(r, nil)
		}
	}
}
