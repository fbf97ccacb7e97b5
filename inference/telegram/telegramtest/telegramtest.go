// Package telegramtest is a server that speaks Telegram's Bot API over HTTP, as
// far as a bot that answers texts needs it, with the faults that Telegram and
// networks have. It refuses what Telegram refuses.
package telegramtest

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Token is the bot's, and Username its name.
const (
	Token    = "4242:AAEfake_token-of_the-test_0123456789"
	Username = "scorer_test_bot"
	BotID    = 4242
)

// Message is a message of the bot's.
type Message struct {
	Chat, Thread, ID, ReplyTo int64
	Text                      string
	Button                    string // its data; "" for none
	Edits                     []Edit // the first is how it was sent
}

// Edit is a text that a message had.
type Edit struct {
	Text   string
	Button string
	At     time.Time
}

// Fault is what becomes of one call.
type Fault struct {
	Status     int    // answers this; 0 breaks the connection
	RetryAfter int    // seconds, with 429
	Text       string // the description
	None       bool   // the call succeeds
	After      bool   // breaks the connection when the call was done
	Midway     bool   // breaks it in the middle of the answer, when the call was done
}

// Telegram is the server.
type Telegram struct {
	URL string

	mu      sync.Mutex
	changed chan struct{} // closed and made anew at each change

	updates   []update
	nextID    int64 // of updates
	nextMsg   int64
	confirmed int64         // updates before this one are gone
	poll      chan struct{} // of the request that waits for updates, closed when another comes
	conflict  time.Time     // when a request was last told of it at once

	messages []*Message
	typing   map[int64]int
	presses  map[string]string
	commands []string
	faults   map[string][]Fault
	calls    map[string]int
	fetched  map[int64]int // updates that were sent in a whole answer
	refused  []string
}

type update struct {
	id   int64
	body object
}

type object = map[string]any

// New starts a server; it is stopped with the test.
func New(t testing.TB) *Telegram {
	s := &Telegram{
		nextID: 700, nextMsg: 1, changed: make(chan struct{}),
		typing: map[int64]int{}, presses: map[string]string{}, faults: map[string][]Fault{}, calls: map[string]int{}, fetched: map[int64]int{},
	}
	h := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(func() {
		h.CloseClientConnections()
		h.Close()
	})
	s.URL = h.URL
	return s
}

// change wakes those who wait. The mutex is held.
func (s *Telegram) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Push adds an update, and returns its id.
func (s *Telegram) Push(body object) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.nextID
	s.nextID++
	body["update_id"] = id
	s.updates = append(s.updates, update{id, body})
	s.change()
	return id
}

// Renumber has the next update get another id, as after a week without any.
func (s *Telegram) Renumber(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextID = id
}

// NewMessage is a message of a user's in a private chat, whose id is the user's.
func (s *Telegram) NewMessage(user int64, text string) object {
	return object{
		"message_id": s.messageID(), "date": 1, "from": object{"id": user, "is_bot": false, "first_name": "U"},
		"chat": object{"id": user, "type": "private"}, "text": text,
	}
}

// NewGroupMessage is a message of a user's in a group.
func (s *Telegram) NewGroupMessage(group, user int64, text string, entities ...object) object {
	m := s.NewMessage(user, text)
	m["chat"] = object{"id": group, "type": "supergroup", "title": "G"}
	m["entities"] = entities
	return m
}

// Write has a user write to the bot.
func (s *Telegram) Write(user int64, text string) int64 {
	return s.Push(object{"message": s.NewMessage(user, text)})
}

// Press has a user press the button of a message.
func (s *Telegram) Press(user int64, m Message, id string) {
	s.Push(object{"callback_query": object{
		"id": id, "from": object{"id": user, "is_bot": false, "first_name": "U"}, "data": m.Button, "chat_instance": "1",
		"message": object{"message_id": m.ID, "date": 1, "chat": object{"id": m.Chat, "type": "private"}, "text": m.Text},
	}})
}

func (s *Telegram) messageID() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextMsg++
	return s.nextMsg
}

// Fail has the next calls of a method fail, each with one of the faults.
func (s *Telegram) Fail(method string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[method] = append(s.faults[method], faults...)
}

// Messages are those of the bot in a chat, in order.
func (s *Telegram) Messages(chat int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, m := range s.messages {
		if m.Chat == chat {
			c := *m
			c.Edits = slices.Clone(m.Edits)
			out = append(out, c)
		}
	}
	return out
}

// Texts are the bot's words in a chat, in order.
func (s *Telegram) Texts(chat int64) []string {
	var out []string
	for _, m := range s.Messages(chat) {
		out = append(out, m.Text)
	}
	return out
}

// Calls is how often a method was called, failures included.
func (s *Telegram) Calls(method string) int { return locked(s, func() int { return s.calls[method] }) }

// Typing is how often a chat was shown that the bot types.
func (s *Telegram) Typing(chat int64) int { return locked(s, func() int { return s.typing[chat] }) }

// Confirmed is the id before which the updates are gone.
func (s *Telegram) Confirmed() int64 { return locked(s, func() int64 { return s.confirmed }) }

// Fetched is how often an update was sent in an answer that didn't break.
func (s *Telegram) Fetched(id int64) int { return locked(s, func() int { return s.fetched[id] }) }

// Acknowledged is what the user saw who pressed a button, and whether that was answered.
func (s *Telegram) Acknowledged(press string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, ok := s.presses[press]
	return text, ok
}

// Commands are those of the bot's menu.
func (s *Telegram) Commands() string {
	return locked(s, func() string { return strings.Join(s.commands, " ") })
}

// Refused lists the calls that Telegram would have refused by its rules.
func (s *Telegram) Refused() []string {
	return locked(s, func() []string { return slices.Clone(s.refused) })
}

func locked[T any](s *Telegram, get func() T) T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return get()
}

// Await waits until a condition holds.
func (s *Telegram) Await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	late := time.After(15 * time.Second)
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if holds() {
			return
		}
		select {
		case <-changed:
		case <-time.After(50 * time.Millisecond): // for what isn't the server's
		case <-late:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// AwaitTexts waits until a chat has these messages of the bot's, whole.
func (s *Telegram) AwaitTexts(t testing.TB, chat int64, texts ...string) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Logf("the chat has %q", s.Texts(chat))
		}
	}()
	s.Await(t, strings.Join(texts, " | "), func() bool { return slices.Equal(s.Texts(chat), texts) })
}
