package telegram_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram/telegramtest"
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
		if len(q.Messages) == 3 && (q.Messages[0].Content != "SECRETTEXT one" || !reflect.DeepEqual(q.Messages[1], api.ChatMessage{Role: "assistant", Content: "You said: SECRETTEXT one"})) {
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
	r.Await(t, "the next answer", func() bool { return len(r.Texts(5)) == 3 && left.Load() == 2 })
	if got := r.Texts(5); !strings.HasSuffix(got[1], "(stopped)") || got[2] != "You said: queued" {
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
