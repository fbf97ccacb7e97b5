package load

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Crowd is how it went when a number of clients wanted answers.
type Crowd struct {
	Latencies           // of the requests that were answered
	Refused   Latencies // how long it took to be refused
	Late      int       // requests that were given up on, with 504
	Rate      float64   // answers a second
}

// Closing has n clients send requests one after the other, each its next as soon as it
// has its answer, for d. Who is refused comes again when the server says so. Every
// client has one answer at least, or was refused.
func Closing(ctx context.Context, s Service, texts []string, n int, d time.Duration) (*Crowd, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	c := client(n)
	defer c.CloseIdleConnections()
	var mu sync.Mutex
	var crowd Crowd
	var wg sync.WaitGroup
	start := time.Now()
	for k := range n {
		wg.Go(func() {
			for i := k; ; i += n {
				sent := time.Now()
				err := s.ask(ctx, c, texts, i%len(texts))
				took := time.Since(sent)
				var refused *refusedError
				mu.Lock()
				switch {
				case err == nil:
					crowd.Latencies = append(crowd.Latencies, took)
				case errors.As(err, &refused) && refused.status == http.StatusGatewayTimeout:
					crowd.Late++
				case refused != nil:
					crowd.Refused = append(crowd.Refused, took)
				default:
					stop(err)
				}
				mu.Unlock()
				var wait time.Duration
				if refused != nil {
					wait = max(refused.after, 10*time.Millisecond)
				}
				if ctx.Err() != nil || time.Since(start)+wait >= d {
					return
				}
				if wait > 0 {
					time.Sleep(wait)
				}
			}
		})
	}
	wg.Wait()
	crowd.Rate = float64(len(crowd.Latencies)) / time.Since(start).Seconds()
	slices.Sort(crowd.Latencies)
	slices.Sort(crowd.Refused)
	return &crowd, context.Cause(ctx)
}
