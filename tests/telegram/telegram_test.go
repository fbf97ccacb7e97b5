package telegram_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram/telegramtest"
)

const (
	question = "What is the capital of France?"
	answer   = "The capital of France is Paris."
	key      = "key-of-the-endpoint"
)

// TestAnswersOfTheRealModels chats, remembers, forgets and scores.
func TestAnswersOfTheRealModels(t *testing.T) {
	t.Parallel()
	tg := telegramtest.New(t)
	b := start(t, tg)
	b.awaitReady(t, tg)
	want := []string{}
	for _, turn := range []struct{ text, answer string }{
		{question, answer},
		{"/sentiment This is great!", ""},
		{"/new", "I have forgotten our conversation. What is next?"},
		{"My name is Ada.", ""},
		{"What is my name?", "Your name is Ada."},
	} {
		tg.Write(11, turn.text)
		tg.Await(t, "an answer", func() bool { return len(tg.Texts(11)) > len(want) })
		texts := tg.Texts(11)
		got := texts[len(texts)-1]
		if strings.HasPrefix(turn.text, "/sentiment") && !strings.HasPrefix(got, "POSITIVE (9") || turn.answer != "" && got != turn.answer {
			t.Errorf("%q is answered %q", turn.text, got)
		}
		want = append(want, got)
	}
	if tg.Typing(11) == 0 {
		t.Error("the chat never saw that the bot types")
	}
	b.terminate(t)
}

// TestConversationOutgrowsTheWindow says more than the 256 tokens of the window
// hold together with an answer of 100.
func TestConversationOutgrowsTheWindow(t *testing.T) {
	t.Parallel()
	tg := telegramtest.New(t)
	b := start(t, tg)
	var want []string
	for range 14 { // 14 times 25 tokens
		tg.Write(12, question)
		want = append(want, answer)
		tg.Await(t, "an answer", func() bool { return len(tg.Texts(12)) == len(want) })
	}
	for _, text := range tg.Texts(12) {
		if strings.Contains(text, "too long") || strings.Contains(text, "wrong") || !strings.HasPrefix(text, "The capital of") {
			t.Errorf("got %q", text)
		}
	}
	tg.Write(12, strings.Repeat("word ", 700))
	tg.Await(t, "an answer", func() bool { return len(tg.Texts(12)) > len(want) })
	if last := tg.Texts(12)[len(want)]; !strings.HasPrefix(last, "Your message is too long for the model. Please shorten it. (Request ") {
		t.Errorf("a message over the window: %q", last)
	}
	b.terminate(t)
}

const story = "Tell me a story about a mouse called Carlos in Paris."

// TestTerminatedInTheMiddle sends SIGTERM while an answer grows and another
// message waits. Both are answered; what comes later is the next process's.
func TestTerminatedInTheMiddle(t *testing.T) {
	t.Parallel()
	tg := telegramtest.New(t)
	variables := []string{"BOT_SCORER_URL=" + gateway(t, 15*time.Millisecond), "BOT_SCORER_KEY=" + key, "BOT_TASK=both"}
	b := start(t, tg, variables...)
	tg.Write(13, story)
	waiting := tg.Write(13, question)
	tg.Await(t, "a growing answer", func() bool {
		m := tg.Messages(13)
		return len(m) == 1 && m[0].Button != "" && len(m[0].Edits) > 1 && tg.Confirmed() > waiting
	})
	if err := b.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	tg.Await(t, "the end of polling", func() bool { return strings.Contains(b.log.String(), `"stopping"`) })
	tg.Write(13, "/sentiment This is great!")
	if err := b.wait(t); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	texts := tg.Texts(13)
	if len(texts) != 2 || !strings.HasPrefix(texts[0], "Once there was a mouse called Carlos who lived in Paris.") || !strings.HasSuffix(texts[0], "in Paris.") || texts[1] != answer {
		t.Errorf("the first process said %q", texts)
	}
	next := start(t, tg, variables...)
	tg.Await(t, "the next process's answer", func() bool { return len(tg.Texts(13)) == 3 })
	next.terminate(t) // with what might have come twice
	if got := tg.Texts(13); len(got) != 3 || !strings.HasPrefix(got[2], "POSITIVE") {
		t.Errorf("the two processes said %q", got)
	}
}

// TestStopEndsTheRealGeneration stops an answer by its button.
func TestStopEndsTheRealGeneration(t *testing.T) {
	t.Parallel()
	tg := telegramtest.New(t)
	b := start(t, tg, "BOT_SCORER_URL="+gateway(t, 250*time.Millisecond), "BOT_SCORER_KEY="+key, "BOT_TASK=chat")
	tg.Write(14, story)
	tg.Await(t, "a growing answer", func() bool { m := tg.Messages(14); return len(m) == 1 && m[0].Button != "" })
	tg.Press(14, tg.Messages(14)[0], "p")
	tg.Await(t, "the stop", func() bool { return strings.HasSuffix(tg.Texts(14)[0], "\n\n(stopped)") })
	tg.Write(14, question)
	tg.Await(t, "the next answer", func() bool { return slices.Equal(tg.Texts(14)[1:], []string{answer}) })
	b.terminate(t)
}

// TestBrokenConnectionsToTelegram has Telegram break while people write, and
// the bot be replaced in the middle. Each text is answered once.
func TestBrokenConnectionsToTelegram(t *testing.T) {
	t.Parallel()
	tg := telegramtest.New(t)
	tg.Fail("getUpdates", telegramtest.Fault{}, telegramtest.Fault{Midway: true})
	tg.Fail("sendMessage", telegramtest.Fault{}, telegramtest.Fault{Status: 429, RetryAfter: 1, Text: "Too Many Requests"})
	const each = 6
	write := func() {
		for range each / 2 {
			for chat := range int64(3) {
				tg.Write(20+chat, question)
				tg.Write(20+chat, "/sentiment This is great!")
			}
		}
	}
	b := start(t, tg, "BOT_MAX_QUEUE=20")
	write()
	tg.Await(t, "some answers", func() bool { return len(tg.Texts(20))+len(tg.Texts(21))+len(tg.Texts(22)) > 5 })
	write()
	b.terminate(t)
	next := start(t, tg, "BOT_MAX_QUEUE=20")
	for chat := range int64(3) {
		tg.Await(t, "all answers", func() bool { return len(tg.Texts(20+chat)) >= 2*each })
	}
	next.awaitReady(t, tg)
	next.terminate(t) // with what might have come twice
	for chat := range int64(3) {
		got := tg.Texts(20 + chat)
		if len(got) != 2*each {
			t.Errorf("chat %d: %d answers to %d texts: %q", chat, len(got), 2*each, got)
		}
		for i, text := range got {
			if i%2 == 0 && text != answer || i%2 == 1 && !strings.HasPrefix(text, "POSITIVE") {
				t.Errorf("chat %d, text %d is answered %q", chat, i, text)
			}
		}
	}
}

// TestBehindAzure has the key in a file, which changes.
func TestBehindAzure(t *testing.T) {
	t.Parallel()
	tg := telegramtest.New(t)
	address := gateway(t, 0)
	file := filepath.Join(t.TempDir(), "key")
	write := func(key string) {
		if err := os.WriteFile(file, []byte(key+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("an-old-key")
	b := start(t, tg, "BOT_SCORER_URL="+address, "BOT_SCORER_KEY_FILE="+file, "BOT_TASK=chat")
	tg.Write(15, question)
	tg.AwaitTexts(t, 15, "The model doesn't let me in. My owner has to look at it.")
	write(key)
	tg.Write(15, question)
	tg.AwaitTexts(t, 15, "The model doesn't let me in. My owner has to look at it.", answer)
	b.terminate(t)

	// By the scoring URI, as Azure shows it, and without a word on the task.
	found := telegramtest.New(t)
	auto := start(t, found, "BOT_SCORER_URL="+address+"/", "BOT_SCORER_KEY="+key)
	found.Write(16, question)
	found.AwaitTexts(t, 16, answer)
	auto.terminate(t)

	stranger := start(t, telegramtest.New(t), "BOT_SCORER_URL="+address, "BOT_SCORER_KEY=another")
	if err := stranger.wait(t); err == nil || err.Error() != "exit status 1" {
		t.Errorf("auto with another key: %v", err)
	}
	if want := fmt.Sprintf("the scorer answered %s with 401: check its address and the key, or say what to ask for with --task", api.InfoPath); !strings.Contains(stranger.log.String(), want) {
		t.Errorf("auto with another key: %s", stranger.log)
	}
}
