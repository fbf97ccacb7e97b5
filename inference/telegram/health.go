package telegram

import (
	"net/http"
	"sync/atomic"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// health is what probes are told.
type health struct {
	stopping atomic.Bool
	last     atomic.Int64 // when updates were last got, in Unix seconds; 0: never
	due      atomic.Int64 // when polling must have gone on
}

// slack is added to what a step of polling may take.
const slack = 30 * time.Second

// expect says how long the next step of polling may take.
func (h *health) expect(d time.Duration) { h.due.Store(time.Now().Add(d + slack).Unix()) }

func (h *health) polled() { h.last.Store(time.Now().Unix()) }

// Health answers probes: LivePath with 200 while polling goes on, ReadyPath with
// 200 while Telegram gives updates, else 503.
func (b *Bot) Health() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+api.LivePath, func(w http.ResponseWriter, _ *http.Request) {
		due := b.health.due.Load()
		if due != 0 && due < time.Now().Unix() && !b.health.stopping.Load() {
			http.Error(w, "polling has come to a standstill", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("live\n"))
	})
	mux.HandleFunc("GET "+api.ReadyPath, func(w http.ResponseWriter, _ *http.Request) {
		last := b.health.last.Load()
		switch {
		case b.health.stopping.Load():
			http.Error(w, "stopping", http.StatusServiceUnavailable)
		case last == 0:
			http.Error(w, "starting", http.StatusServiceUnavailable)
		case time.Since(time.Unix(last, 0)) > max(b.PollTimeout, time.Second)+callTimeout+slack:
			http.Error(w, "Telegram doesn't answer", http.StatusServiceUnavailable)
		default:
			_, _ = w.Write([]byte("ready\n"))
		}
	})
	return mux
}
