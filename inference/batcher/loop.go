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
		if b.texts > 0 {
			break
		}
		if b.closed {
			return nil, nil
		}
		b.wake.Wait()
	}
	var shape Shape
	var skipped []*request // their next text doesn't go with the others
	for r := b.queue.next(); r != nil; r = b.queue.next() {
		n := len(r.sequences[r.next].IDs)
		b.queue.remove(r)
		if shape.Texts > 0 && !b.options.Layout.Fits(shape, n, b.options.MaxBatchTokens) {
			skipped = append(skipped, r)
			continue
		}
		shape = shape.With(n)
		tasks = append(tasks, task{r, r.next})
		batch = append(batch, r.sequences[r.next])
		r.next++
		r.taken += n
		b.queue.charge(r.caller, n)
		if r.next < len(r.sequences) {
			b.queue.add(r)
		}
	}
	// Whoever is first fits an empty batch, so that nobody is passed over for ever.
	for _, r := range skipped {
		b.queue.add(r)
	}
	b.running = shape.Tokens
	b.setTexts(b.texts - len(tasks))
	return tasks, batch
}

// dropEnded answers the requests whose context has ended, before they cost an
// inference. Submit does so too, but its goroutine may not have run yet.
func (b *Batcher) dropEnded() {
	for _, r := range b.queue.all() {
		if err := r.ended(); err != nil {
			b.withdraw(r)
			b.answer(r, err)
		}
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
	b.running = 0
	if now := start.Add(d); b.speed.measure(tokens, 2*tokens >= b.options.MaxBatchTokens, b.texts > 0, start, now) {
		b.review(now)
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
