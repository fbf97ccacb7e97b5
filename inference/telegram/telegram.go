// Package telegram is a Telegram bot in front of a scorer: what people write to
// it is answered by the scorer's chat model, or classified, or both. New makes
// a bot, Run runs it.
//
// It calls Telegram's Bot API (core.telegram.org/bots/api) by long polling, so
// that it needs no address of its own. Texts never get into the log.
package telegram

import (
	"cmp"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// TelegramURL is where Telegram's own Bot API is.
const TelegramURL = "https://api.telegram.org"

// Task is what the scorer is asked for.
type Task string

// The tasks. Auto finds out by GET /info.
const (
	Auto      Task = "auto"
	Sentiment Task = "sentiment"
	Chat      Task = "chat"
	Both      Task = "both"
)

// Options of a bot. Token, Scorer and Log are needed, and the numbers must be
// over 0 unless they say what 0 means.
type Options struct {
	Token string // of the bot, from @BotFather
	URL   string // of the Bot API; "" means TelegramURL
	HTTP  *http.Client

	Scorer *api.Client
	Task   Task // "" means Auto

	SystemPrompt string   // "" for none
	MaxTokens    int      // of an answer; 0: as many as fit
	Temperature  *float32 // nil: the model's own

	Allow             []int64 // ids of the users who are answered; none: everyone
	MessagesPerMinute int     // of one user; 0: no limit

	MaxQueue      int           // messages of a chat that wait
	MaxAnswers    int           // answers that the scorer is asked for at once
	MaxPending    int           // messages of all chats that wait, before the bot stops asking for more
	MaxChats      int           // chats that are remembered
	HistoryTurns  int           // questions with their answers that are remembered of a chat; 0: none
	HistoryLength int           // their characters
	AnswerTimeout time.Duration // for one answer
	NoticeAfter   time.Duration // without a word of it, before the person is told why
	EditInterval  time.Duration // between two edits of the message that an answer grows in
	PollTimeout   time.Duration // that Telegram may hold a request for updates
	Grace         time.Duration // at the end, for the answers in progress

	Log *slog.Logger

	newIDs time.Duration // the constant, but for a test
}

// Bot is a bot. It runs once.
type Bot struct {
	Options
	api    *botAPI
	allow  map[int64]bool // nil: everyone
	limits *limiter
	me     user
	sentiment,
	chat bool
	health health

	restarting func()        // from when on the scorer may not be asked any more
	restarted  chan struct{} // closed by it

	slots   chan struct{} // one for each answer that is asked for
	presses chan struct{} // one for each press that is being acknowledged
	workers sync.WaitGroup

	mu      sync.Mutex // for what follows, and the chats' queues
	chats   map[chatKey]*conversation
	pending int
	room    chan struct{} // gets a value when pending falls below the limit
}

// New makes a bot. It calls nobody yet.
func New(o Options) *Bot {
	if o.URL == "" {
		o.URL = TelegramURL
	}
	if o.Task == "" {
		o.Task = Auto
	}
	o.newIDs = cmp.Or(o.newIDs, newIDs)
	b := &Bot{
		Options: o,
		api:     newBotAPI(o.URL, o.Token, o.HTTP, o.Log),
		limits:  newLimiter(o.MessagesPerMinute, time.Now),
		slots:   make(chan struct{}, o.MaxAnswers),
		presses: make(chan struct{}, 16),
		chats:   map[chatKey]*conversation{},
		room:    make(chan struct{}, 1),

		restarted: make(chan struct{}),
	}
	if len(o.Allow) > 0 {
		b.allow = map[int64]bool{}
		for _, id := range o.Allow {
			b.allow[id] = true
		}
	}
	b.restarting = sync.OnceFunc(func() { close(b.restarted) })
	return b
}

// allowed reports whether a user is answered.
func (b *Bot) allowed(u int64) bool { return b.allow == nil || b.allow[u] }

// isRestarting reports whether the scorer may not be asked any more.
func (b *Bot) isRestarting() bool {
	select {
	case <-b.restarted:
		return true
	default:
		return false
	}
}

// isMe reports whether a name, with or without @, is the bot's.
func (b *Bot) isMe(username string) bool {
	return b.me.Username != "" && strings.EqualFold(strings.TrimPrefix(username, "@"), b.me.Username)
}
