package load

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var texts = []string{"a", "b", "c"}

func serve(t *testing.T, handler http.HandlerFunc) Service {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return Service{URL: server.URL}
}

func TestQuantile(t *testing.T) {
	var l Latencies
	if got := l.Quantile(.5); got != 0 {
		t.Errorf("of none: %v", got)
	}
	for i := range 200 {
		l = append(l, time.Duration(i))
	}
	for q, want := range map[float64]time.Duration{0: 0, .5: 100, .99: 198, 1: 199} {
		if got := l.Quantile(q); got != want {
			t.Errorf("%v: %d, want %d", q, got, want)
		}
	}
}

// A wrong answer fails a run, whatever its status.
func TestClosedChecksEveryAnswer(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	})
	var checked atomic.Int64
	s.Check = func(i int, answer []byte) error {
		checked.Add(1)
		if want := `{"text":"` + texts[i] + `"}`; string(answer) != want {
			t.Errorf("answer %s, want %s", answer, want)
		}
		return nil
	}
	rate, l, err := Closed(context.Background(), s, texts, 3, 4, 50*time.Millisecond)
	if err != nil || rate <= 0 || len(l) == 0 || int(checked.Load()) != len(l) || len(l)%3 != 0 {
		t.Errorf("rate %v, %d latencies, %d checked, %v", rate, len(l), checked.Load(), err)
	}
	wrong := errors.New("wrong label")
	s.Check = func(i int, _ []byte) error {
		if i == 2 {
			return wrong
		}
		return nil
	}
	if _, _, err := Closed(context.Background(), s, texts, 3, 4, 50*time.Millisecond); !errors.Is(err, wrong) {
		t.Errorf("a wrong answer gave %v", err)
	}
	if _, err := Open(context.Background(), s, texts, 500, 50*time.Millisecond, 1); !errors.Is(err, wrong) {
		t.Errorf("a wrong answer in an open loop gave %v", err)
	}
}

func TestOpenKnowsOverload(t *testing.T) {
	quick := serve(t, func(http.ResponseWriter, *http.Request) {})
	a, err := Open(context.Background(), quick, texts, 400, 200*time.Millisecond, 1)
	if err != nil || a.Overloaded() || a.Sent < 40 || len(a.Latencies) != a.Sent {
		t.Errorf("a quick server: %+v, %v", a, err)
	}
	again, err := Open(context.Background(), quick, texts, 400, 200*time.Millisecond, 1)
	if err != nil || again.Sent != a.Sent {
		t.Errorf("the same seed sent %d, then %d (%v)", a.Sent, again.Sent, err)
	}
	var one sync.Mutex
	slow := serve(t, func(http.ResponseWriter, *http.Request) {
		one.Lock()
		defer one.Unlock()
		time.Sleep(5 * time.Millisecond)
	})
	if a, err := Open(context.Background(), slow, texts, 800, 500*time.Millisecond, 1); err != nil || !a.Overloaded() {
		t.Errorf("a slow server: %+v, %v", a, err)
	}
	refusing := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) })
	if a, err := Open(context.Background(), refusing, texts, 100, 200*time.Millisecond, 1); err != nil || !a.Overloaded() {
		t.Errorf("a server that refuses: %+v, %v", a, err)
	}
	broken := serve(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "broken", http.StatusInternalServerError) })
	if _, err := Open(context.Background(), broken, texts, 100, 200*time.Millisecond, 1); err == nil || !strings.Contains(err.Error(), "500: broken") {
		t.Errorf("a broken server gave %v", err)
	}
}

func TestFirstWaits(t *testing.T) {
	var asked atomic.Int64
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	if err := s.First(context.Background(), texts); err != nil || asked.Load() != 3 {
		t.Errorf("asked %d times, %v", asked.Load(), err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := (Service{URL: "http://127.0.0.1:1"}).First(ctx, texts); err == nil {
		t.Error("nobody is there, and no error")
	}
	asked.Store(2)
	s.Check = func(int, []byte) error { return errors.New("wrong") }
	if err := s.First(context.Background(), texts); err == nil || err.Error() != "wrong" || asked.Load() != 3 {
		t.Errorf("a wrong answer was asked for %d times, %v", asked.Load()-2, err)
	}
}

// TestClosingComesAgain has a server refuse every other request for a second.
func TestClosingComesAgain(t *testing.T) {
	var n atomic.Int64
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if n.Add(1)%2 == 0 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	c, err := Closing(t.Context(), s, []string{"a"}, 2, 1500*time.Millisecond)
	if err != nil || len(c.Refused) < 2 || len(c.Latencies) < 2 || int64(len(c.Refused)+len(c.Latencies)) != n.Load() {
		t.Errorf("%d answered, %d refused, of %d, %v", len(c.Latencies), len(c.Refused), n.Load(), err)
	}
	late := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGatewayTimeout) })
	if c, err := Closing(t.Context(), late, []string{"a"}, 3, time.Millisecond); err != nil || c.Late != 3 || len(c.Latencies)+len(c.Refused) != 0 || c.Rate != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	broken := serve(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "broken", http.StatusInternalServerError) })
	if _, err := Closing(t.Context(), broken, []string{"a"}, 3, time.Minute); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("got %v", err)
	}
}
