package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// client returns an HTTP client that keeps n connections open.
func client(n int) *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n, MaxConnsPerHost: n}}
}

// score sends one text and returns when the whole answer is read.
func score(ctx context.Context, c *http.Client, url, text string) error {
	body, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+api.ScorePath, bytes.NewReader(body))
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
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d: %s", resp.StatusCode, answer)
	}
	return nil
}

// latencies of the requests of a run, sorted.
type latencies []time.Duration

func (l latencies) quantile(q float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	return l[min(len(l)-1, int(q*float64(len(l))))]
}

// closedLoop has n clients send texts one after the other, each its next as
// soon as it has its answer, for d. All clients walk through texts together,
// so that every run sees the same mix. It returns texts a second.
func closedLoop(ctx context.Context, url string, texts []string, n int, d time.Duration) (float64, latencies, error) {
	c := client(n)
	defer c.CloseIdleConnections()
	var mu sync.Mutex
	var all latencies
	var failed error
	next := 0
	take := func() string {
		mu.Lock()
		defer mu.Unlock()
		next++
		return texts[next%len(texts)]
	}
	var wg sync.WaitGroup
	start := time.Now()
	for range n {
		wg.Go(func() {
			for time.Since(start) < d {
				sent := time.Now()
				err := score(ctx, c, url, take())
				mu.Lock()
				if err != nil {
					failed = err
				}
				all = append(all, time.Since(sent))
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	slices.Sort(all)
	return float64(len(all)) / took.Seconds(), all, failed
}

// openLoop sends texts at the given rate with exponentially distributed gaps,
// whether or not earlier ones were answered, as independent users do.
func openLoop(ctx context.Context, url string, texts []string, rate float64, d time.Duration) (latencies, error) {
	c := client(0)
	defer c.CloseIdleConnections()
	r := rand.New(rand.NewPCG(1, 2))
	var mu sync.Mutex
	var all latencies
	var failed error
	var wg sync.WaitGroup
	start := time.Now()
	due := start
	for i := 0; ; i++ {
		due = due.Add(time.Duration(r.ExpFloat64() / rate * float64(time.Second)))
		if due.Sub(start) > d {
			break
		}
		time.Sleep(time.Until(due))
		sent := due // a late start counts as waiting, or overload would look fast
		wg.Go(func() {
			err := score(ctx, c, url, texts[i%len(texts)])
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = err
			}
			all = append(all, time.Since(sent))
		})
	}
	wg.Wait()
	slices.Sort(all)
	return all, failed
}
