package telegram_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram/telegramtest"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "16"); err != nil { // the tests wait, most of the time
		panic(err)
	}
	os.Exit(m.Run())
}

// request is what the bot asked the scorer for.
type request struct {
	Inputs    []string
	Messages  []api.ChatMessage
	MaxTokens int `json:"max_completion_tokens"`
}

func (q request) question() string { return q.Messages[len(q.Messages)-1].Content }

// scorer stands in for a scorer where a test needs errors, or a say in when a
// piece of an answer comes. tests/telegram has the real one.
type scorer struct {
	URL    string
	info   api.Info
	answer func(w *answerWriter, q request)

	sleeping atomic.Bool // nothing is behind the gateway

	mu       sync.Mutex
	requests []request
}

// answerWriter writes a streamed answer.
type answerWriter struct {
	http.ResponseWriter
	gone <-chan struct{}
}

func (w *answerWriter) say(pieces ...string) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, p := range pieces {
		chunk, err := json.Marshal(api.ChatChunk{Choices: []api.ChatChunkChoice{{Delta: api.ChatDelta{Content: p}}}})
		if err != nil {
			panic(err)
		}
		_, _ = fmt.Fprintf(w, "data: %s\n\n", chunk)
	}
	w.ResponseWriter.(http.Flusher).Flush()
}

func (w *answerWriter) end(reason string) {
	_, _ = fmt.Fprintf(w, `data: {"choices":[{"delta":{},"finish_reason":%q}]}`+"\n\ndata: [DONE]\n\n", reason)
}

// fail answers with an error.
func (w *answerWriter) fail(status int, code api.Code, retryAfter string) {
	w.Header().Set(api.RequestIDHeader, "req-17")
	if retryAfter != "" {
		w.Header().Set("Retry-After", retryAfter)
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(api.ErrorBody{Error: api.Error{Code: code, Message: "the message repeats SECRETTEXT"}})
}

func newScorer(t *testing.T, answer func(*answerWriter, request)) *scorer {
	s := &scorer{answer: answer, info: api.Info{Model: api.ModelInfo{Task: "text-classification"}, Generation: &api.GenerationInfo{}}}
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.sleeping.Load() {
			http.NotFound(w, r)
			return
		}
		if r.URL.Path == api.ReadyPath {
			return
		}
		if r.URL.Path == api.InfoPath {
			_ = json.NewEncoder(w).Encode(s.info)
			return
		}
		var q request
		body, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(body, &q); err != nil {
			t.Errorf("the scorer was sent %s: %v", body, err)
		}
		s.mu.Lock()
		s.requests = append(s.requests, q)
		s.mu.Unlock()
		if len(q.Inputs) > 0 {
			_, _ = io.WriteString(w, `[[{"label":"POSITIVE","score":0.987}]]`)
			return
		}
		s.answer(&answerWriter{w, r.Context().Done()}, q)
	}))
	t.Cleanup(h.Close)
	t.Cleanup(h.CloseClientConnections)
	s.URL = h.URL
	return s
}

func (s *scorer) asked() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]request{}, s.requests...)
}

// echo answers with the question.
func echo(w *answerWriter, q request) {
	w.say("You said: ", q.question())
	w.end("stop")
}

// buffer is a log that may be read while it is written.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// running is a bot that runs.
type running struct {
	*telegramtest.Telegram
	bot    *telegram.Bot
	scorer *scorer
	log    *buffer
	stop   context.CancelFunc
	ended  chan error
}

func options(tg *telegramtest.Telegram, s *scorer, log io.Writer) telegram.Options {
	return telegram.Options{
		Token: telegramtest.Token, URL: tg.URL, Scorer: &api.Client{URL: s.URL},
		MaxQueue: 5, MaxPending: 100, MaxAnswers: 4, MaxChats: 100, HistoryTurns: 10, HistoryLength: 4000,
		AnswerTimeout: time.Minute, NoticeAfter: time.Minute, EditInterval: 200 * time.Millisecond, PollTimeout: 20 * time.Second, Grace: 8 * time.Second,
		Log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

// start runs a bot. At the end of the test it must stop by itself, must not
// have broken Telegram's rules, and its log must have neither the token nor a text.
func start(t *testing.T, answer func(*answerWriter, request), change ...func(*telegram.Options)) *running {
	t.Helper()
	tg, s, log := telegramtest.New(t), newScorer(t, answer), &buffer{}
	o := options(tg, s, log)
	for _, c := range change {
		c(&o)
	}
	ctx, stop := context.WithCancel(context.Background())
	b := telegram.New(o)
	r := &running{tg, b, s, log, stop, make(chan error, 1)}
	go func() { r.ended <- b.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		select {
		case err := <-r.ended:
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(20 * time.Second):
			t.Error("Run doesn't end")
		}
		if refused := tg.Refused(); len(refused) > 0 {
			t.Errorf("Telegram refused %q", refused)
		}
		for _, secret := range []string{telegramtest.Token, "fake_token", "SECRETTEXT"} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log has %s: %s", secret, log)
			}
		}
	})
	return r
}

// end stops the bot and returns what Run did.
func (r *running) end(t *testing.T) error {
	t.Helper()
	r.stop()
	select {
	case err := <-r.ended:
		r.ended <- nil // for the cleanup
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("Run doesn't end")
		return nil
	}
}
