package hostile

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestKilledWhileServing kills the scorer under load, and starts it again on the same
// folder: it finds it as it was, is ready as soon as before, and answers as before.
func TestKilledWhileServing(t *testing.T) {
	dir := copied(t, "distilbert-tiny-sentiment")
	mustRun(t, "optimize", "--model-dir", dir)
	was := below(t, dir)
	var first time.Duration
	var want string
	for i := range 1 + scaled(3, 20) {
		p, err := scorerproc.Start(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		slow := p.Ready > 3*first+time.Second
		if i == 0 {
			first, want = p.Ready, scores(t, p)
		} else if got := scores(t, p); got != want || slow {
			t.Errorf("start %d: ready after %v, %v at first; %s, want %s", i, p.Ready, first, got, want)
		}
		answered := make(chan struct{}, 8)
		ctx, cancel := context.WithCancel(t.Context())
		for range cap(answered) {
			go func() {
				for ctx.Err() == nil {
					_, _, _ = send(http.DefaultClient, p.URL, politeRequests[0])
					select {
					case answered <- struct{}{}:
					default:
					}
				}
			}()
		}
		for range cap(answered) {
			<-answered
		}
		p.Kill()
		cancel()
		t.Logf("start %d: ready after %v", i, p.Ready.Round(time.Millisecond))
	}
	if is := below(t, dir); !slices.Equal(is, was) {
		t.Errorf("the folder has %v, it had %v", is, was)
	}
}

// TestKilledWhileOptimizing kills `optimize` at many moments: what is there can be served
// at each, and in the end there is nothing that wasn't after the first run.
func TestKilledWhileOptimizing(t *testing.T) {
	for _, model := range []string{"distilbert-tiny-sentiment", "gemma-tiny-chat"} {
		dir := copied(t, model)
		began := time.Now()
		mustRun(t, "optimize", "--model-dir", dir)
		usual, was, most := time.Since(began), below(t, dir), 0
		kills := scaled(3, 40)
		for i := range kills {
			ctx, cancel := context.WithTimeout(t.Context(), usual*time.Duration(i+1)/time.Duration(kills))
			cmd, err := scorerproc.Command(ctx, "optimize", "--model-dir", dir) // killed when the time is over
			if err != nil {
				t.Fatal(err)
			}
			_ = cmd.Run()
			cancel()
			most = max(most, len(below(t, dir)))
			if i%5 == 0 {
				mustRun(t, "check", "--model-dir", dir)
			}
		}
		mustRun(t, "optimize", "--model-dir", dir)
		if is := below(t, dir); !slices.Equal(is, was) {
			t.Errorf("the folder has %v, it had %v", is, was)
		}
		t.Logf("%s: %d kills within %v; %d files, and up to %d in between", model, kills, usual.Round(time.Millisecond), len(was), most)
	}
}

// TestKilledWhilePulling kills `pull` when parts of the weights are there: each run goes
// on where the one before was, and nothing looks like a model until all is there.
func TestKilledWhilePulling(t *testing.T) {
	h := hub(t)
	weights, err := os.ReadFile(filepath.Join(scorerproc.BundledModel(), "onnx", "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var until int
	var resumed []int
	stopAt := func(n int) {
		mu.Lock()
		defer mu.Unlock()
		until = n
	}
	h.Answer(func(w http.ResponseWriter, r *http.Request) bool {
		mu.Lock()
		stop := until
		if r.URL.Path != graphPath || stop == 0 {
			mu.Unlock()
			return false
		}
		from := 0
		_, _ = fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from)
		resumed = append(resumed, from)
		mu.Unlock()
		w.Header().Set("Content-Length", fmt.Sprint(len(weights)-from))
		if from > 0 {
			w.WriteHeader(http.StatusPartialContent)
		}
		_, _ = w.Write(weights[from:stop])
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		return true
	})
	dir := filepath.Join(t.TempDir(), "model")
	args := []string{"pull", h.Repo, "--to", dir, "--endpoint", h.URL, "--no-optimize"}
	kills := scaled(4, 20)
	for i := range kills {
		part := len(weights) * (i + 1) / (kills + 1)
		stopAt(part)
		cmd, err := scorerproc.Command(t.Context(), args...)
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		partial := filepath.Join(dir+".partial", "onnx", "model.onnx.partial")
		for began := time.Now(); ; time.Sleep(time.Millisecond) {
			if info, err := os.Stat(partial); err == nil && info.Size() == int64(part) {
				break
			}
			if time.Since(began) > 20*time.Second {
				t.Fatalf("%s never has %d bytes", partial, part)
			}
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if _, err := os.Stat(dir); err == nil {
			t.Fatal("the folder is there, but the weights aren't")
		}
		if out, err := command(t, nil, "check", "--model-dir", dir+".partial"); err == nil {
			t.Errorf("what is being fetched passes for a model: %s", out)
		}
	}
	stopAt(0)
	mustRun(t, args...)
	mustRun(t, "check", "--model-dir", dir)
	if left := below(t, filepath.Dir(dir)); !slices.Contains(left, "model/pull.json") || slices.ContainsFunc(left, func(n string) bool { return n[:6] != "model/" }) {
		t.Errorf("it left %v", left)
	}
	mu.Lock()
	defer mu.Unlock()
	if !slices.IsSorted(resumed) || resumed[len(resumed)-1] == 0 {
		t.Errorf("the runs began at the bytes %v", resumed)
	}
	t.Logf("%d kills; the runs began at the bytes %v", kills, resumed)
}
