package telegram_test

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	gateways "github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/gateway"
)

// gateway is a way to the scorer as Azure ML's: every route, with a key. It can be slow, so that answers of the small model can be seen to grow: then it passes
// on a word at a time.
func gateway(t *testing.T, pace time.Duration) string {
	return gatewayFor(t, pace, func(bearer string) bool { return bearer == key })
}

// gatewayFor lets in whom it is told to.
func gatewayFor(t *testing.T, pace time.Duration, known func(bearer string) bool) string {
	to, err := url.Parse(scorer.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.FlushInterval = -1
	proxy.ErrorLog = log.New(io.Discard, "", 0) // it says when the bot leaves
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }
	s := httptest.NewServer(gateways.FullDuplex(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); !ok || !known(bearer) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if pace > 0 {
			w = &slow{ResponseWriter: w, pace: pace}
		}
		proxy.ServeHTTP(w, r)
	})))
	t.Cleanup(s.Close)
	return s.URL
}

// slow splits the events of a stream into words, and takes its time for each.
type slow struct {
	http.ResponseWriter
	pace time.Duration
	rest string
}

func (w *slow) Write(p []byte) (int, error) {
	if w.Header().Get("Content-Type") != "text/event-stream" {
		return w.ResponseWriter.Write(p)
	}
	w.rest += string(p)
	for {
		event, rest, whole := strings.Cut(w.rest, "\n\n")
		if !whole {
			return len(p), nil
		}
		w.rest = rest
		for _, part := range words(event) {
			if _, err := w.ResponseWriter.Write([]byte(part + "\n\n")); err != nil {
				return 0, err
			}
			w.ResponseWriter.(http.Flusher).Flush()
			time.Sleep(w.pace)
		}
	}
}

// words makes an event of each word of an event's text.
func words(event string) []string {
	var chunk api.ChatChunk
	if json.Unmarshal([]byte(strings.TrimPrefix(event, "data: ")), &chunk) != nil || len(chunk.Choices) == 0 || chunk.Choices[0].FinishReason != "" {
		return []string{event}
	}
	var out []string
	for word := range strings.SplitAfterSeq(chunk.Choices[0].Delta.Content, " ") {
		chunk.Choices[0].Delta.Content = word
		part, err := json.Marshal(chunk)
		if err != nil {
			panic(err)
		}
		out = append(out, "data: "+string(part))
	}
	return out
}
