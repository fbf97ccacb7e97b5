package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

func TestPagesHoldAllOfATextAndFit(t *testing.T) {
	for name, text := range map[string]string{
		"words":         strings.Repeat("word ", 4000),
		"no boundaries": strings.Repeat("x", 9001),
		"pairs":         strings.Repeat("😀", 5000),
		"odd pairs":     "a" + strings.Repeat("😀", 5000),
		"flags, joined": strings.Repeat("👩‍👩‍👧 é", 1500),
		"lines":         strings.Repeat(strings.Repeat("line ", 30)+"\n", 60),
		"spaces":        strings.Repeat(" ", 9000),
		"exactly full":  strings.Repeat("y", maxMessage),
		"one too many":  strings.Repeat("y", maxMessage+1),
		"empty":         "",
	} {
		rest, whole, pages := text, "", 0
		for rest != "" {
			n := page(rest, maxMessage)
			if n == 0 {
				t.Fatalf("%s: an empty page", name)
			}
			part := rest[:n]
			if u := len(utf16.Encode([]rune(part))); u > maxMessage || u != units(part) || !utf8.ValidString(part) {
				t.Errorf("%s: a page of %d units, valid: %v", name, u, utf8.ValidString(part))
			}
			whole, rest, pages = whole+part, rest[n:], pages+1
		}
		if whole != text {
			t.Errorf("%s: the pages aren't the text", name)
		}
		if least := (units(text) + maxMessage - 1) / maxMessage; pages < least || pages > 2*least {
			t.Errorf("%s: %d pages for %d units", name, pages, units(text))
		}
	}
}

func TestPagesEndAtBoundaries(t *testing.T) {
	for text, want := range map[string]string{
		"one two three":     "one two ",
		"one\ntwo three":    "one\ntwo ",
		"123456\n89012345":  "123456\n",
		"123456\n\n9 12345": "123456\n\n",
		"1 345678901234":    "1 34567890", // the space is too early
		"short":             "short",
	} {
		if got := text[:page(text, 10)]; got != want {
			t.Errorf("%q begins with the page %q, want %q", text, got, want)
		}
	}
}

func TestByteAtStaysOutsidePairs(t *testing.T) {
	const text = "é😀x"
	for n, want := range []int{0, 2, 2, 6, 7, 7} {
		if got := byteAt(text, n); got != want {
			t.Errorf("unit %d is at byte %d, want %d", n, got, want)
		}
	}
}

func TestHistoryIsBounded(t *testing.T) {
	var h history
	for i := range 50 {
		h.add(fmt.Sprintf("question %02d", i), "answer é", 10, 100)
	}
	// 11 + 8 characters a pair: 5 fit in 100.
	if len(h.turns) != 5 || h.length != 95 || h.turns[0].question != "question 45" {
		t.Errorf("%d turns of %d characters from %q on", len(h.turns), h.length, h.turns[0].question)
	}
	m := h.messages("be kind", "and now?")
	if len(m) != 12 || m[0].Role != "system" || m[1].Role != "user" || m[2].Role != "assistant" || m[11].Content != "and now?" {
		t.Errorf("messages %v", m)
	}
	for want := range []int{2, 1, 0} {
		if !h.shorten() {
			t.Fatal("not shortened")
		}
		if want := 2 - want; len(h.turns) != want || h.length != 19*want {
			t.Errorf("%d turns of %d characters, want %d turns", len(h.turns), h.length, want)
		}
	}
	if h.shorten() {
		t.Error("an empty history was shortened")
	}
	if h.add("q", strings.Repeat("a", 200), 10, 100); len(h.turns) != 0 || h.length != 0 {
		t.Errorf("a pair over the limit is remembered")
	}
	if h.add("q", "a", 0, 100); len(h.turns) != 0 {
		t.Error("0 turns remember one")
	}
}

func TestLimiter(t *testing.T) {
	now := time.Unix(0, 0)
	l := newLimiter(3, func() time.Time { return now })
	take := func(wantOK, wantTell bool) {
		t.Helper()
		if ok, tell := l.take(1); ok != wantOK || tell != wantTell {
			t.Errorf("at %v: %v, %v", now, ok, tell)
		}
	}
	for range 3 {
		take(true, false)
	}
	take(false, true)
	take(false, false)
	if ok, _ := l.take(2); !ok {
		t.Error("another user is held back")
	}
	now = now.Add(20 * time.Second)
	take(true, false)
	take(false, true)
	for id := range int64(maxBuckets + 10) {
		l.take(1000 + id)
		now = now.Add(time.Second)
	}
	if len(l.users) > maxBuckets {
		t.Errorf("%d users are remembered", len(l.users))
	}
	for range 1000 {
		if ok, _ := newLimiter(0, time.Now).take(1); !ok {
			t.Fatal("0 limits")
		}
	}
}

func TestCommands(t *testing.T) {
	b := New(Options{MaxAnswers: 1})
	b.me = user{ID: 1, Username: "My_Bot"}
	for text, want := range map[string]string{
		"/start":              "start||false",
		"/Sentiment  a  b":    "sentiment|a  b|false",
		"/sentiment\nx\ny":    "sentiment|x\ny|false",
		"/new@my_bot":         "new||false",
		"/new@other_bot x":    "new|x|true",
		"/usr/bin/go is what": "||false",
		"/":                   "||false",
		"no /start":           "||false",
	} {
		name, argument, foreign := b.command(text)
		if got := fmt.Sprintf("%s|%s|%v", name, argument, foreign); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestAddressedInGroups(t *testing.T) {
	b := New(Options{MaxAnswers: 1})
	b.me = user{ID: 1, Username: "My_Bot"}
	group := chat{ID: -5, Type: "group"}
	mine, other := &message{From: &user{ID: 1}}, &message{From: &user{ID: 2}}
	for _, c := range []struct {
		m    message
		text string
		ok   bool
	}{
		{message{Chat: group, Text: "hello"}, "", false},
		{message{Chat: group, Text: "hello", ReplyTo: mine}, "hello", true},
		{message{Chat: group, Text: "hello", ReplyTo: other}, "", false},
		{message{Chat: group, Text: "😀 @my_bot hello", Entities: []entity{{Type: "mention", Offset: 3, Length: 7}}}, "😀  hello", true},
		{message{Chat: group, Text: "@my_bot2 hello", Entities: []entity{{Type: "mention", Offset: 0, Length: 8}}}, "", false},
		{message{Chat: group, Text: "@my_bot and @my_bot", Entities: []entity{{Type: "mention", Length: 7}, {Type: "mention", Offset: 12, Length: 7}}}, "and", true},
		{message{Chat: group, Text: "Bot, hi", Entities: []entity{{Type: "text_mention", Length: 3, User: &user{ID: 1}}}}, ", hi", true},
		{message{Chat: group, Text: "Bob, hi", Entities: []entity{{Type: "text_mention", Length: 3, User: &user{ID: 2}}}}, "", false},
		{message{Chat: group, Text: "/new", Entities: []entity{{Type: "bot_command", Length: 4}}}, "", false},
		{message{Chat: group, Text: "/new@My_Bot", Entities: []entity{{Type: "bot_command", Length: 11}}}, "/new@My_Bot", true},
		{message{Chat: group, Text: "x", Entities: []entity{{Type: "mention", Offset: -1, Length: 9}, {Type: "mention", Offset: 90, Length: 9}}}, "", false},
		{message{Chat: group, Text: "@my_bot", Entities: []entity{{Type: "mention", Length: 7}, {Type: "mention", Length: 7}}}, "", true},
		{message{Chat: chat{ID: 5, Type: "private"}, Text: " hello "}, "hello", true},
		{message{Chat: chat{ID: 5, Type: "private"}}, "", false}, // a note of Telegram's own
	} {
		if text, ok := b.addressed(&c.m); ok != c.ok || ok && text != c.text {
			t.Errorf("%q: %q, %v; want %q, %v", c.m.Text, text, ok, c.text, c.ok)
		}
	}
}

// TestTokenIsRedacted makes calls fail in ways whose errors hold the address.
func TestTokenIsRedacted(t *testing.T) {
	const token = "4242:secret_secret_secret_secret"
	for name, base := range map[string]string{
		"nobody listens": "http://127.0.0.1:1", "no scheme": "127.0.0.1", "no host": "http://", "a bad host": "http://\x7f", "https": "https://127.0.0.1:1",
	} {
		a := newBotAPI(base, token, nil, slog.New(slog.DiscardHandler))
		err := a.call(context.Background(), "getMe", struct{}{}, nil)
		if err == nil {
			t.Fatalf("%s: no error", name)
		}
		var address *url.Error
		for _, form := range []string{err.Error(), fmt.Sprintf("%+v", err), errors.Join(err).Error()} {
			if strings.Contains(form, "secret") || errors.As(err, &address) {
				t.Errorf("%s: %s", name, form)
			}
		}
	}
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	err := newBotAPI("http://127.0.0.1:1", token, nil, nil).call(canceled, "getMe", struct{}{}, nil)
	if !errors.Is(err, context.Canceled) || strings.Contains(fmt.Sprintf("%#v", err), "secret") {
		t.Errorf("%#v", err)
	}
}
