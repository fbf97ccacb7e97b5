// Package load sends texts to a server over HTTP, in closed and in open loop, checks
// the answers and takes their time.
package load

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Service is what texts are sent to.
type Service struct {
	URL string // with the path
	// Body is what texts[i] is sent as, in JSON; nil sends {"text": …}.
	Body func(i int) any
	// Check says what is wrong with the answer to texts[i]; nil checks its status alone.
	Check func(i int, answer []byte) error
}

// client returns an HTTP client that keeps n connections open.
func client(n int) *http.Client {
	return &http.Client{Transport: &http.Transport{
		MaxIdleConns: n, MaxIdleConnsPerHost: n,
		IdleConnTimeout: 2 * time.Second, // sooner than any server closes it
	}}
}

// refusedError says that the server has too much to do, or had, if it is 504.
type refusedError struct {
	status int
	after  time.Duration // when to come again, as it says
}

func (e *refusedError) Error() string { return fmt.Sprintf("status %d", e.status) }

// ask sends texts[i] and returns when the whole answer is read and checked.
func (s Service) ask(ctx context.Context, c *http.Client, texts []string, i int) error {
	var message any
	if s.Body == nil {
		message = map[string]string{"text": texts[i]}
	} else {
		message = s.Body(i)
	}
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return &refusedError{resp.StatusCode, time.Duration(seconds) * time.Second}
	default:
		return fmt.Errorf("status %d: %s", resp.StatusCode, answer)
	}
	if s.Check == nil {
		return nil
	}
	if err := s.Check(i, answer); err != nil {
		return &wrongError{err}
	}
	return nil
}

// wrongError is an answer with status 200 that isn't right.
type wrongError struct{ error }

func (e *wrongError) Unwrap() error { return e.error }

// First asks for the first text until there is an answer, which a server that is
// starting gives when it is ready. It gives up when ctx ends, or the answer is wrong.
func (s Service) First(ctx context.Context, texts []string) error {
	c := client(0)
	for {
		err := s.ask(ctx, c, texts, 0)
		var wrong *wrongError
		if err == nil || errors.As(err, &wrong) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no answer in time: %w", err)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// Latencies of the requests of a run, sorted.
type Latencies []time.Duration

// Quantile is the latency below which q of them lie; 0 of none.
func (l Latencies) Quantile(q float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	return l[min(len(l)-1, int(q*float64(len(l))))]
}

// Closed has n clients send texts one after the other, each its next as soon as it
// has its answer, for d and until a multiple of block was sent, so that the mix is the
// same for the slow and the fast. It returns texts a second.
func Closed(ctx context.Context, s Service, texts []string, block, n int, d time.Duration) (float64, Latencies, error) {
	c := client(n)
	defer c.CloseIdleConnections()
	var mu sync.Mutex
	var all Latencies
	var failed error
	start := time.Now()
	next := 0
	take := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		if failed != nil || next%block == 0 && next > 0 && time.Since(start) >= d {
			return 0, false
		}
		next++
		return (next - 1) % len(texts), true
	}
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for i, ok := take(); ok; i, ok = take() {
				sent := time.Now()
				err := s.ask(ctx, c, texts, i)
				mu.Lock()
				if err != nil {
					failed = err
				}
				all = append(all, time.Since(sent))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	slices.Sort(all)
	return float64(len(all)) / took.Seconds(), all, failed
}

// Arrivals is how an open loop went.
type Arrivals struct {
	Latencies         // of the texts that were answered
	Sent, Waiting int // texts; those not answered yet when the last was sent
	Rate          float64
	Late          bool // a text was refused, or not answered within Patience
}

// Patience is how long an answer may take in an open loop.
const Patience = 5 * time.Second

// Overloaded says that the server couldn't keep up: a text was late, or at the end more
// of them had piled up than come in a quarter of a second, and than one in twenty.
func (a *Arrivals) Overloaded() bool {
	return a.Late || float64(a.Waiting) > max(a.Rate/4, float64(a.Sent)/20)
}

// Open sends texts at the given rate with exponentially distributed gaps, whether or
// not earlier ones were answered, as independent users do, for d or until the server
// is late. The same seed gives the same times.
func Open(ctx context.Context, s Service, texts []string, rate float64, d time.Duration, seed uint64) (*Arrivals, error) {
	c := client(1024)
	defer c.CloseIdleConnections()
	r := rand.New(rand.NewPCG(1, seed))
	var mu sync.Mutex
	a := &Arrivals{Rate: rate}
	var failed error
	late := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return a.Late
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	start := time.Now()
	due := start
	for i := 0; !late(); i++ {
		due = due.Add(time.Duration(r.ExpFloat64() / rate * float64(time.Second)))
		if due.Sub(start) > d {
			break
		}
		time.Sleep(time.Until(due))
		sent := due // a late start counts as waiting, or overload would look fast
		a.Sent++
		wg.Go(func() {
			ctx, cancel := context.WithDeadline(ctx, sent.Add(Patience))
			defer cancel()
			err := s.ask(ctx, c, texts, i%len(texts))
			took := time.Since(sent)
			mu.Lock()
			defer mu.Unlock()
			var refused *refusedError
			switch {
			case err == nil:
				a.Latencies = append(a.Latencies, took)
			case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.As(err, &refused):
				a.Late = true
			default:
				failed = err
			}
		})
	}
	mu.Lock()
	a.Waiting = a.Sent - len(a.Latencies)
	if a.Late {
		stop()
	}
	mu.Unlock()
	wg.Wait()
	slices.Sort(a.Latencies)
	return a, failed
}
