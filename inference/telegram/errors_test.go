package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram/telegramtest"
)

// TestTasks checks what is offered by what the scorer serves.
func TestTasks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*scorer, *telegram.Options)
		texts  []string
	}{
		"auto, a classifier alone": {func(s *scorer, _ *telegram.Options) { s.info.Generation = nil }, []string{"POSITIVE (98.7 %)", "POSITIVE (98.7 %)"}},
		"auto, a chat model alone": {func(s *scorer, _ *telegram.Options) { s.info.Model.Task = "text-generation" },
			[]string{"You said: hi", "I can't tell the sentiment of texts here. I only chat."}},
		"told sentiment": {func(_ *scorer, o *telegram.Options) { o.Task = telegram.Sentiment }, []string{"POSITIVE (98.7 %)", "POSITIVE (98.7 %)"}},
		"told both":      {func(_ *scorer, o *telegram.Options) { o.Task = telegram.Both }, []string{"You said: hi", "POSITIVE (98.7 %)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tg, s, log := telegramtest.New(t), newScorer(t, echo), &buffer{}
			o := options(tg, s, log)
			c.change(s, &o)
			ctx, stop := context.WithCancel(context.Background())
			ended := make(chan error, 1)
			go func() { ended <- telegram.New(o).Run(ctx) }()
			tg.Write(1, "hi")
			tg.Write(1, "/sentiment hi")
			tg.AwaitTexts(t, 1, c.texts...)
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}

// TestMistakesEndTheBot checks what no waiting helps against.
func TestMistakesEndTheBot(t *testing.T) {
	t.Parallel()
	tg, s, log := telegramtest.New(t), newScorer(t, echo), &buffer{}
	o := options(tg, s, log)
	o.Token = "4242:another_token_another_token_ano"
	err := telegram.New(o).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "copy it again from @BotFather") || strings.Contains(err.Error(), "another") {
		t.Errorf("a wrong token: %v", err)
	}
	closed := httptest.NewServer(http.NotFoundHandler())
	defer closed.Close()
	o = options(tg, s, log)
	o.Scorer = &api.Client{URL: closed.URL}
	if err := telegram.New(o).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "say what to ask for with --task") {
		t.Errorf("no /info: %v", err)
	}
	// A token that is revoked while the bot runs.
	o = options(tg, s, log)
	tg.Fail("getUpdates", telegramtest.Fault{Status: 401, Text: "Unauthorized"})
	if err := telegram.New(o).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "copy it again") {
		t.Errorf("a revoked token: %v", err)
	}
}

// TestScorersErrors checks what people are told, and that passing errors aren't told.
func TestScorersErrors(t *testing.T) {
	t.Parallel()
	var busy, broken atomic.Int32
	r := start(t, func(w *answerWriter, q request) {
		switch q.question() {
		case "busy for a while":
			if busy.Add(1) == 1 {
				w.fail(429, api.RateLimitExceeded, "1")
				return
			}
		case "busy for long":
			w.fail(429, api.RateLimitExceeded, "45")
			return
		case "broken":
			w.fail(500, api.Internal, "")
			return
		case "forbidden":
			w.WriteHeader(401)
			return
		case "cut at once":
			if broken.Add(1) == 1 {
				panic(http.ErrAbortHandler)
			}
		case "cut later":
			w.say("a part")
			panic(http.ErrAbortHandler)
		case "error later":
			w.say("a part")
			_, _ = io.WriteString(w, `data: {"error":{"code":"internal","message":"SECRETTEXT"}}`+"\n\n")
			return
		case "nothing":
			w.say(" \n")
			w.end("stop")
			return
		}
		echo(w, q)
	}, func(o *telegram.Options) { o.MaxAnswers = 10 })
	for i, c := range []struct{ question, want string }{
		{"busy for a while", "You said: busy for a while"},
		{"busy for long", "The model has too much to do. Please try again in 45 seconds. (Request req-17)"},
		{"broken", "Something went wrong at the model. Please try again later. (Request req-17)"},
		{"forbidden", "The model doesn't let me in. My owner has to look at it."},
		{"cut at once", "You said: cut at once"},
		{"cut later", "a part\n\nI can't reach the model just now. Please try again later."},
		{"error later", "a part\n\nSomething went wrong at the model. Please try again later."},
		{"nothing", "(The model had nothing to say.)"},
	} {
		chat := int64(100 + i)
		r.Write(chat, c.question)
		r.AwaitTexts(t, chat, c.want)
	}
}

func TestAnswerTimeout(t *testing.T) {
	t.Parallel()
	var left atomic.Int32
	r := start(t, endless(&left), func(o *telegram.Options) { o.AnswerTimeout = time.Second })
	r.Write(5, "endless")
	r.Await(t, "the excuse", func() bool {
		m := r.Texts(5)
		return len(m) == 1 && strings.HasSuffix(m[0], "word\n\nThe answer took too long. Please ask for less, or try again later.")
	})
}

// TestScorerSleeps has nothing behind the address at first. Both kinds of answers
// wait until there is something, and say so once.
func TestScorerSleeps(t *testing.T) {
	t.Parallel()
	r := start(t, echo, func(o *telegram.Options) { o.Task = telegram.Both })
	const waits = "The model is asleep. I try again as soon as it is awake."
	r.scorer.sleeping.Store(true)
	r.Write(5, "hi")
	r.Write(6, "/sentiment hi")
	r.AwaitTexts(t, 5, waits)
	r.AwaitTexts(t, 6, waits)
	r.scorer.sleeping.Store(false)
	r.AwaitTexts(t, 5, waits, "You said: hi")
	r.AwaitTexts(t, 6, waits, "POSITIVE (98.7 %)")
	if asked := r.scorer.asked(); len(asked) != 2 {
		t.Errorf("the scorer was asked %d times for two answers", len(asked))
	}
}

// TestScorerSleepsOn has nothing behind the address for as long as an answer may take.
func TestScorerSleepsOn(t *testing.T) {
	t.Parallel()
	r := start(t, echo, func(o *telegram.Options) { o.Task, o.AnswerTimeout = telegram.Both, 2*time.Second })
	r.scorer.sleeping.Store(true)
	r.Write(5, "hi")
	r.AwaitTexts(t, 5, "The model is asleep. I try again as soon as it is awake.", "The model is still asleep. My owner has to wake it; please ask again later.")
	r.scorer.sleeping.Store(false)
	r.Write(5, "hi")
	r.Await(t, "the next answer", func() bool { texts := r.Texts(5); return len(texts) == 3 && texts[2] == "You said: hi" })
}

// TestHeldAnswer has a request held, as for a scorer that wakes up from zero.
func TestHeldAnswer(t *testing.T) {
	t.Parallel()
	awake := make(chan struct{})
	r := start(t, func(w *answerWriter, q request) {
		<-awake
		echo(w, q)
	}, func(o *telegram.Options) { o.NoticeAfter = 100 * time.Millisecond })
	const slow = "This takes longer than usual: the model may be waking up. Your answer comes as soon as it is there."
	r.Write(5, "hi")
	r.AwaitTexts(t, 5, slow)
	close(awake)
	r.AwaitTexts(t, 5, slow, "You said: hi")
}

// TestContextLength has a model whose window takes 5 messages, and an answer
// that must not be limited when there is but the question.
func TestContextLength(t *testing.T) {
	t.Parallel()
	r := start(t, func(w *answerWriter, q request) {
		if q.question() == "much too long" || len(q.Messages) > 5 || q.question() == "long" && (len(q.Messages) > 1 || q.MaxTokens > 0) {
			w.fail(400, api.ContextLengthExceeded, "")
			return
		}
		echo(w, q)
	}, func(o *telegram.Options) { o.MaxTokens, o.SystemPrompt = 100, "" })
	var want []string
	for i := range 5 {
		r.Write(5, fmt.Sprint(i))
		want = append(want, fmt.Sprintf("You said: %d", i))
		r.AwaitTexts(t, 5, want...)
	}
	var lengths []int
	for _, q := range r.scorer.asked() {
		lengths = append(lengths, len(q.Messages))
	}
	if !slices.Equal(lengths, []int{1, 3, 5, 7, 3, 5}) { // 3 pairs become one
		t.Errorf("asked with %v messages", lengths)
	}
	r.Write(5, "long")
	r.Write(5, "much too long")
	r.AwaitTexts(t, 5, append(want, "You said: long", "Your message is too long for the model. Please shorten it. (Request req-17)")...)
}

func TestHealth(t *testing.T) {
	t.Parallel()
	r := start(t, echo)
	get := func(path string) int {
		w := httptest.NewRecorder()
		r.bot.Health().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code
	}
	r.Await(t, "readiness", func() bool { return get(api.ReadyPath) == 200 })
	if get(api.LivePath) != 200 {
		t.Error("not live")
	}
	if err := r.end(t); err != nil {
		t.Error(err)
	}
	if get(api.ReadyPath) != 503 || get(api.LivePath) != 200 {
		t.Errorf("after the end: %d, %d", get(api.ReadyPath), get(api.LivePath))
	}
	tg, s := telegramtest.New(t), newScorer(t, echo)
	tg.Fail("getMe", slices.Repeat([]telegramtest.Fault{{}}, 100)...)
	b := telegram.New(options(tg, s, io.Discard))
	ctx, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer stop()
	if err := b.Run(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("stopped before it started: %v", err)
	}
	w := httptest.NewRecorder()
	b.Health().ServeHTTP(w, httptest.NewRequest("GET", api.ReadyPath, nil))
	if w.Code != 503 {
		t.Errorf("ready without Telegram: %d", w.Code)
	}
}
