package telegram_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram/telegramtest"
)

// TestNothingIsLostWhenTelegramBreaks has each call fail in each way while
// people write, and checks that each is answered once.
func TestNothingIsLostWhenTelegramBreaks(t *testing.T) {
	t.Parallel()
	cut, midway, after := telegramtest.Fault{}, telegramtest.Fault{Midway: true}, telegramtest.Fault{After: true}
	slower := telegramtest.Fault{Status: 429, RetryAfter: 1, Text: "Too Many Requests"}
	for name, polls := range map[string][]telegramtest.Fault{
		"cut":    {cut, midway},
		"busy":   {slower, after},
		"others": {{Status: 502}, {Status: 409, Text: "Conflict"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, echo)
			r.Fail("getUpdates", polls...)
			r.Fail("sendMessage", cut, slower, telegramtest.Fault{Status: 500})
			r.Fail("sendChatAction", cut, slower)
			answeredOnce(t, r)
		})
	}
}

// answeredOnce has four people write, and checks that each text gets its answer once.
func answeredOnce(t *testing.T, r *running) {
	const n = 20
	for i := range n {
		r.Write(int64(i%4+1), fmt.Sprint("SECRETTEXT ", i))
	}
	answers := func() (all []string) {
		for chat := range int64(4) {
			all = append(all, r.Texts(chat+1)...)
		}
		return all
	}
	r.Await(t, "all answers", func() bool { return len(answers()) >= n })
	if err := r.end(t); err != nil {
		t.Error(err)
	}
	for chat := range 4 {
		var want []string
		for i := chat; i < n; i += 4 {
			want = append(want, fmt.Sprint("You said: SECRETTEXT ", i))
		}
		if got := r.Texts(int64(chat + 1)); !slices.Equal(got, want) {
			t.Errorf("chat %d has %q, want %q", chat+1, got, want)
		}
	}
	if r.Confirmed() != 700+n {
		t.Errorf("confirmed up to %d", r.Confirmed())
	}
}

// TestEditsObeyTelegramsLimit has Telegram refuse edits while an answer grows.
func TestEditsObeyTelegramsLimit(t *testing.T) {
	t.Parallel()
	r := start(t, func(w *answerWriter, _ request) {
		for range 20 {
			w.say("word ")
			time.Sleep(50 * time.Millisecond)
		}
		w.end("stop")
	})
	r.Fail("editMessageText", telegramtest.Fault{Status: 429, RetryAfter: 3, Text: "Too Many Requests"}, telegramtest.Fault{After: true})
	r.Write(5, "go")
	r.AwaitTexts(t, 5, strings.TrimSpace(strings.Repeat("word ", 20)))
	// One is refused for three seconds, in which the answer ends. Then comes the
	// last edit, twice: it finds the text as it is to be.
	r.Await(t, "the button's end", func() bool { return r.Messages(5)[0].Button == "" })
	m := r.Messages(5)[0]
	if n := r.Calls("editMessageText"); n > 3 || len(m.Edits) != 2 {
		t.Errorf("%d edits in spite of the limit, %d of them done", n, len(m.Edits))
	}
	if gap := m.Edits[1].At.Sub(m.Edits[0].At); gap < 3*time.Second {
		t.Errorf("edited again after %v", gap)
	}
	if err := r.end(t); err != nil || len(r.Texts(5)) != 1 {
		t.Errorf("%v; the chat has %q", err, r.Texts(5))
	}
}

// TestStopsWithoutLosingAMessage stops the bot while one answer is in progress,
// another waits, and a third comes after the end.
func TestStopsWithoutLosingAMessage(t *testing.T) {
	t.Parallel()
	begun, release := make(chan struct{}), make(chan struct{})
	r := start(t, func(w *answerWriter, q request) {
		if q.question() == "first" {
			w.say("You ")
			close(begun)
			<-release
			w.say("said: first")
			w.end("stop")
			return
		}
		echo(w, q)
	})
	r.Write(5, "first")
	second := r.Write(5, "second")
	<-begun
	r.Await(t, "the confirmation", func() bool { return r.Confirmed() == second+1 })
	r.stop()
	r.Await(t, "the end of polling", func() bool { return strings.Contains(r.log.String(), `"stopping"`) })
	third := r.Write(5, "third")
	close(release)
	if err := r.end(t); err != nil {
		t.Error(err)
	}
	if got := r.Texts(5); !slices.Equal(got, []string{"You said: first", "You said: second"}) {
		t.Errorf("got %q", got)
	}
	if r.Confirmed() != third {
		t.Errorf("confirmed before %d, want %d", r.Confirmed(), third)
	}
	// The next process answers the third, and nothing else.
	next := telegram.New(options(r.Telegram, r.scorer, r.log))
	ended := make(chan error, 1)
	go func() { ended <- next.Run(t.Context()) }()
	r.AwaitTexts(t, 5, "You said: first", "You said: second", "You said: third")
}

// TestTwoPollers has a new process take over while the old one still asks, as when
// Container Apps switches revisions: Telegram ends the requests of one for those
// of the other. People write all the time, and each text is answered once.
func TestTwoPollers(t *testing.T) {
	t.Parallel()
	r := start(t, echo, func(o *telegram.Options) { o.PollTimeout = 2 * time.Second })
	var want []string
	write := func() {
		text := fmt.Sprint("SECRETTEXT ", len(want))
		r.Write(5, text)
		want = append(want, "You said: "+text)
	}
	write()
	r.AwaitTexts(t, 5, want...)
	o := options(r.Telegram, r.scorer, r.log)
	o.PollTimeout = 3 * time.Second
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- telegram.New(o).Run(ctx) }()
	conflicts := func() int { return strings.Count(r.log.String(), "another process asks with this token") }
	for n := range 3 { // each of them is ended at least once
		r.Await(t, "a conflict", func() bool { return conflicts() > n })
		write()
		write()
		r.Await(t, "the answers", func() bool { return len(r.Texts(5)) >= len(want) })
	}
	write()
	if err := r.end(t); err != nil {
		t.Error(err)
	}
	write()
	r.Await(t, "the new process's answers", func() bool { return len(r.Texts(5)) >= len(want) })
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	got := r.Texts(5)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the chat has %q, want %q", got, want)
	}
}

// TestLeavesWhatAnotherTook has another process confirm an update between this
// one's two looks at it.
func TestLeavesWhatAnotherTook(t *testing.T) {
	t.Parallel()
	r := start(t, echo, func(o *telegram.Options) { o.PollTimeout = time.Second })
	r.Fail("getUpdates", telegramtest.Fault{Status: 409, Text: "Conflict"})
	r.Await(t, "a conflict", func() bool { return strings.Contains(r.log.String(), "another process asks with this token") })
	taken := r.Write(5, "of the other")
	r.Await(t, "the first look", func() bool { return r.Fetched(taken) == 1 })
	resp, err := http.Post(r.URL+"/bot"+telegramtest.Token+"/getUpdates", "application/json", strings.NewReader(fmt.Sprintf(`{"offset": %d}`, taken+1)))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	r.Write(5, "of this one")
	r.AwaitTexts(t, 5, "You said: of this one")
}

// TestConfirmsAtTheEnd stops the bot when it took an update and couldn't ask for
// the next: without a confirmation the next process would answer it again.
func TestConfirmsAtTheEnd(t *testing.T) {
	t.Parallel()
	tg, s, log := telegramtest.New(t), newScorer(t, echo), &buffer{}
	tg.Fail("getUpdates", telegramtest.Fault{None: true}, telegramtest.Fault{Status: 502}, telegramtest.Fault{Status: 409, Text: "Conflict"}, telegramtest.Fault{})
	id := tg.Write(5, "one")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- telegram.New(options(tg, s, log)).Run(ctx) }()
	tg.Await(t, "the failure", func() bool { return strings.Contains(log.String(), "with 502") })
	if n := tg.Confirmed(); n > id {
		t.Fatalf("confirmed before %d already", n)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if n := tg.Confirmed(); n != id+1 || !slices.Equal(tg.Texts(5), []string{"You said: one"}) {
		t.Errorf("confirmed before %d; the chat has %q", n, tg.Texts(5))
	}
}

// TestGraceEnds checks that those who can't be answered in time are told so.
func TestGraceEnds(t *testing.T) {
	t.Parallel()
	var left atomic.Int32
	r := start(t, endless(&left), func(o *telegram.Options) { o.Grace = 2 * time.Second })
	r.Write(5, "endless")
	r.Await(t, "the answer", func() bool { return len(r.Texts(5)) == 1 })
	r.Write(5, "second")
	third := r.Write(5, "third")
	r.Await(t, "the confirmation", func() bool { return r.Confirmed() == third+1 })
	began := time.Now()
	if err := r.end(t); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took < time.Second || took > 4*time.Second {
		t.Errorf("it took %v", took)
	}
	got := r.Texts(5)
	if len(got) != 2 || !strings.HasSuffix(got[0], "word\n\nI am being restarted: please ask again in a moment.") || got[1] != "I am being restarted: please ask again in a moment." {
		t.Errorf("got %q", got)
	}
	r.Await(t, "the scorer's end of it", func() bool { return left.Load() == 1 })
	if b := r.Messages(5)[0].Button; b != "" {
		t.Errorf("the button %q is left", b)
	}
}

// TestWaitsWhenTooMuchWaits checks that Telegram keeps what there is no room for.
func TestWaitsWhenTooMuchWaits(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	r := start(t, func(w *answerWriter, q request) {
		<-release
		echo(w, q)
	}, func(o *telegram.Options) { o.MaxPending = 3 })
	var want []int64
	for user := range int64(3) {
		r.Write(user+1, "hi")
		want = append(want, user+1)
	}
	r.Await(t, "the questions", func() bool { return len(r.scorer.asked()) == 3 })
	calls := r.Calls("getUpdates")
	r.Write(4, "hi")
	want = append(want, 4)
	time.Sleep(200 * time.Millisecond)
	if n := r.Calls("getUpdates"); n > calls+1 {
		t.Errorf("%d more requests for updates", n-calls)
	}
	close(release)
	for _, user := range want {
		r.AwaitTexts(t, user, "You said: hi")
	}
}

// TestUpdatesAreCountedAnew has Telegram count from a lower number after a time
// without updates.
func TestUpdatesAreCountedAnew(t *testing.T) {
	t.Parallel()
	r := start(t, echo, func(o *telegram.Options) {
		o.PollTimeout = time.Second
		o.CountAnew(500 * time.Millisecond)
	})
	r.Write(5, "one")
	r.AwaitTexts(t, 5, "You said: one")
	r.Await(t, "the confirmation", func() bool { return r.Confirmed() == 701 })
	polls := r.Calls("getUpdates")
	r.Await(t, "a request without an offset", func() bool { return r.Calls("getUpdates") > polls })
	r.Renumber(3)
	r.Write(5, "two")
	r.AwaitTexts(t, 5, "You said: one", "You said: two")
	if err := r.end(t); err != nil {
		t.Error(err)
	}
}

// TestForgetsTheChatUnusedLongest keeps two chats.
func TestForgetsTheChatUnusedLongest(t *testing.T) {
	t.Parallel()
	r := start(t, echo, func(o *telegram.Options) { o.MaxChats = 2 })
	for i, user := range []int64{1, 2, 1, 3, 1, 2} {
		r.Write(user, "hi")
		r.Await(t, "the answer", func() bool { return len(r.scorer.asked()) == i+1 && len(r.Texts(user)) > 0 })
		r.Await(t, "the worker's end", r.bot.AtRest)
	}
	var lengths []int
	for _, q := range r.scorer.asked() {
		lengths = append(lengths, len(q.Messages))
	}
	if !slices.Equal(lengths, []int{1, 1, 3, 1, 5, 1}) {
		t.Errorf("asked with %v messages", lengths)
	}
}

// TestClosedChat checks that a user who blocked the bot costs nothing more.
func TestClosedChat(t *testing.T) {
	t.Parallel()
	var left atomic.Int32
	r := start(t, endless(&left))
	r.Fail("sendMessage", telegramtest.Fault{Status: 403, Text: "Forbidden: bot was blocked by the user"}, telegramtest.Fault{Status: 403, Text: "Forbidden: bot was blocked by the user"})
	r.Write(5, "endless")
	r.Await(t, "the end of the answer", func() bool { return left.Load() == 1 && strings.Contains(r.log.String(), "closed to the bot") })
	r.Write(5, "again")
	r.AwaitTexts(t, 5, "You said: again")
}
