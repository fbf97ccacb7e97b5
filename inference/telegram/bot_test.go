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

	"azure-nlp-endpoint/inference/api"
	"azure-nlp-endpoint/inference/telegram"
	"azure-nlp-endpoint/inference/telegram/telegramtest"
)

type object = map[string]any

func TestCommandsAndConversation(t *testing.T) {
	t.Parallel()
	r := start(t, echo)
	r.Write(7, "/start")
	r.Await(t, "a greeting", func() bool { return len(r.Texts(7)) == 1 && strings.Contains(r.Texts(7)[0], "/sentiment") })
	greeting := r.Texts(7)[0]
	r.Write(7, "SECRETTEXT one")
	r.Write(7, "two")
	r.Write(7, "/sentiment I like SECRETTEXT")
	r.Write(7, "/sentiment")
	r.Write(7, "/dance")
	r.AwaitTexts(t, 7, greeting, "You said: SECRETTEXT one", "You said: two", "POSITIVE (98.7 %)",
		"Which text? Write it after the command, as in: /sentiment I like it here. Or answer a message with the command.",
		"I don't know that command. /help lists those that I know.")
	for _, q := range r.scorer.asked() {
		if len(q.Messages) == 3 && (q.Messages[0].Content != "SECRETTEXT one" || q.Messages[1] != (api.ChatMessage{Role: "assistant", Content: "You said: SECRETTEXT one"})) {
			t.Errorf("the second question came with %v", q.Messages)
		}
	}
	r.Write(7, "/new")
	r.Write(7, "/stop")
	r.Write(7, "three")
	r.Push(object{"edited_message": r.NewMessage(7, "edited")}) // isn't asked for, and ignored
	m := r.NewMessage(7, "")
	delete(m, "text")
	m["photo"], m["caption"] = []object{{"file_id": "1"}}, "what is this"
	r.Push(object{"message": m})
	r.Await(t, "all answers", func() bool { return len(r.Texts(7)) == 10 })
	if got := r.Texts(7)[6:]; !slices.Equal(got, []string{"I have forgotten our conversation. What is next?", "There is nothing to stop.", "You said: three", "I can read text only. Please write what you would like to know."}) {
		t.Errorf("got %q", got)
	}
	asked := r.scorer.asked()
	if last := asked[len(asked)-1]; len(last.Messages) != 1 {
		t.Errorf("after /new the model is told %v", last.Messages)
	}
	if r.Commands() != "help sentiment new stop" || r.Typing(7) == 0 {
		t.Errorf("commands %q, typing %d", r.Commands(), r.Typing(7))
	}
}

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
	if err == nil || !strings.Contains(err.Error(), "copy it anew from @BotFather") || strings.Contains(err.Error(), "another") {
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
	if err := telegram.New(o).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "copy it anew") {
		t.Errorf("a revoked token: %v", err)
	}
}

// TestStreamsIntoPages has an answer of three messages grow.
func TestStreamsIntoPages(t *testing.T) {
	t.Parallel()
	word := "wörd😀 "                             // 7 units
	whole := strings.Repeat(word, 1400) + "end." // 9804 units
	r := start(t, func(w *answerWriter, _ request) {
		for i := 0; i < len(whole); {
			n := min(i+997, len(whole))
			for n < len(whole) && whole[n]&0xC0 == 0x80 { // a chunk is whole characters
				n++
			}
			w.say(whole[i:n])
			time.Sleep(60 * time.Millisecond)
			i = n
		}
		w.end("length")
	})
	r.Write(3, "a long one")
	r.Await(t, "the end", func() bool { m := r.Texts(3); return len(m) > 0 && strings.HasSuffix(m[len(m)-1], "may be.)") })
	messages := r.Messages(3)
	var joined []string
	edits := 0
	for _, m := range messages {
		joined = append(joined, m.Text)
		if m.Button != "" {
			t.Errorf("a message keeps the button %q", m.Button)
		}
		edits += len(m.Edits) - 1
		for i, e := range m.Edits[1:] {
			// The last edit comes when the text ends, whenever that is.
			if gap := e.At.Sub(m.Edits[i].At); gap < 190*time.Millisecond && i < len(m.Edits)-2 {
				t.Errorf("an edit after %v", gap)
			}
		}
	}
	if got, want := strings.Join(joined, " "), strings.TrimSpace(whole)+"\n\n(This is as long as my answers may be.)"; got != want {
		t.Errorf("the messages make %d bytes, want %d", len(got), len(want))
	}
	if len(messages) != 3 || edits < 3 || messages[0].Edits[0].Button != "stop" {
		t.Errorf("%d messages, %d edits, begun with the button %q", len(messages), edits, messages[0].Edits[0].Button)
	}
}

// TestShortAnswersAreOneMessage checks that there is no flicker.
func TestShortAnswersAreOneMessage(t *testing.T) {
	t.Parallel()
	r := start(t, echo)
	r.Write(3, "short")
	r.AwaitTexts(t, 3, "You said: short")
	if m := r.Messages(3)[0]; len(m.Edits) != 1 || m.Button != "" {
		t.Errorf("%+v", m)
	}
}

// endless says a word now and then until the bot leaves.
func endless(left *atomic.Int32) func(*answerWriter, request) {
	return func(w *answerWriter, q request) {
		if !strings.HasPrefix(q.question(), "endless") {
			echo(w, q)
			return
		}
		for {
			w.say("word ")
			select {
			case <-w.gone:
				left.Add(1)
				return
			case <-time.After(30 * time.Millisecond):
			}
		}
	}
}

func TestStopByButtonAndCommand(t *testing.T) {
	t.Parallel()
	var left atomic.Int32
	r := start(t, endless(&left), func(o *telegram.Options) { o.MessagesPerMinute = 3 })
	growing := func(n int) func() bool {
		return func() bool { m := r.Messages(5); return len(m) == n && m[n-1].Button == "stop" }
	}
	r.Write(5, "endless 1")
	r.Await(t, "a growing answer", growing(1))
	first := r.Messages(5)[0]
	r.Press(5, first, "press-1")
	r.Await(t, "the stop", func() bool { return strings.HasSuffix(r.Texts(5)[0], "word\n\n(stopped)") && left.Load() == 1 })
	r.Await(t, "the acknowledgement", func() bool { text, ok := r.Acknowledged("press-1"); return ok && text == "Stopping" })
	r.Write(5, "endless 2")
	r.Await(t, "a second answer", growing(2))
	r.Press(5, first, "press-2") // an old button
	r.Await(t, "the acknowledgement", func() bool { text, ok := r.Acknowledged("press-2"); return ok && text == "" })
	if left.Load() != 1 {
		t.Error("an old button stopped a new answer")
	}
	r.Write(5, "queued") // the user's last message of this minute
	r.Write(5, "/stop")  // isn't counted
	r.Await(t, "the next answer", func() bool { return len(r.Texts(5)) == 3 })
	if got := r.Texts(5); !strings.HasSuffix(got[1], "(stopped)") || got[2] != "You said: queued" || left.Load() != 2 {
		t.Errorf("got %q", got)
	}
	// What was said before the stop is part of the conversation.
	asked := r.scorer.asked()
	if last := asked[len(asked)-1]; len(last.Messages) != 5 || !strings.HasSuffix(last.Messages[3].Content, "word") {
		t.Errorf("the model is told %v", last.Messages)
	}
}

func TestOneAnswerAtATimeAndABoundedQueue(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	var running, most atomic.Int32
	r := start(t, func(w *answerWriter, q request) {
		most.Store(max(most.Load(), running.Add(1)))
		defer running.Add(-1)
		if q.question() == "0" {
			<-release
		}
		echo(w, q)
	}, func(o *telegram.Options) { o.MaxQueue = 2 })
	r.Write(5, "0")
	r.Await(t, "the first question", func() bool { return running.Load() == 1 })
	for i := range 5 {
		r.Write(5, fmt.Sprint(i+1))
	}
	last := r.Write(6, "other chat")
	r.AwaitTexts(t, 6, "You said: other chat")
	r.Await(t, "the confirmation", func() bool { return r.Confirmed() == last+1 })
	close(release)
	r.Await(t, "the end", func() bool { return len(r.Texts(5)) == 4 })
	if got := r.Texts(5); !slices.Equal(got, []string{"You said: 0", "3 more messages came while others were waiting, and I didn't take them. Please send them again.", "You said: 1", "You said: 2"}) {
		t.Errorf("got %q", got)
	}
	if most.Load() > 2 {
		t.Errorf("%d answers at once in two chats", most.Load())
	}
}

func TestWhoIsAnsweredAndHowOften(t *testing.T) {
	t.Parallel()
	r := start(t, echo, func(o *telegram.Options) { o.Allow, o.MessagesPerMinute = []int64{8}, 2 })
	for range 4 {
		r.Write(9, "SECRETTEXT let me in")
		r.Write(8, "hello")
	}
	const fast = "That is more than I may answer in a minute. Please wait a little, and then send your last message again."
	r.AwaitTexts(t, 8, "You said: hello", "You said: hello", fast)
	r.AwaitTexts(t, 9, "I may not answer you. Ask my owner to allow your id, which is 9.", "I may not answer you. Ask my owner to allow your id, which is 9.", fast)
	if n := len(r.scorer.asked()); n != 2 {
		t.Errorf("the scorer was asked %d times", n)
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	r := start(t, echo)
	r.Push(object{"message": r.NewGroupMessage(-10, 1, "talk among us")})
	asked := r.NewGroupMessage(-10, 1, "@"+telegramtest.Username+" what now", object{"type": "mention", "offset": 0, "length": 1 + len(telegramtest.Username)})
	asked["is_topic_message"], asked["message_thread_id"] = true, 77
	r.Push(object{"message": asked})
	r.AwaitTexts(t, -10, "You said: what now")
	if m := r.Messages(-10)[0]; m.ReplyTo != asked["message_id"] || m.Thread != 77 {
		t.Errorf("the answer is %+v to %v", m, asked)
	}
	own := r.NewMessage(2, "x")
	own["from"].(object)["is_bot"] = true // another bot
	r.Push(object{"message": own})
	r.Push(object{"channel_post": r.NewMessage(2, "x")})
	r.Write(3, "last")
	r.AwaitTexts(t, 3, "You said: last")
	if got := r.Texts(2); len(got) != 0 || len(r.Texts(-10)) != 1 {
		t.Errorf("answered what isn't for the bot: %q", got)
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
