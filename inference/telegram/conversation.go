package telegram

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// address is where an answer goes.
type address struct {
	chat, thread int64
	replyTo      int64 // the message that it replies to; 0 in a private chat
}

// chatKey tells conversations apart; the topics of a forum have one each.
type chatKey struct{ chat, thread int64 }

func (a address) key() chatKey { return chatKey{a.chat, a.thread} }

func addressOf(m *message) address {
	a := address{chat: m.Chat.ID}
	if m.IsTopic {
		a.thread = m.Thread
	}
	if !m.Chat.private() {
		a.replyTo = m.ID
	}
	return a
}

// job is what a message asks for: words that are ready, or an answer.
type job struct {
	to     address
	forget bool // the conversation
	text   string
	ask    func(*Bot, context.Context, *conversation, job) // gets the answer to text; nil: text is the answer
}

func say(text string) job { return job{text: text} }

// conversation is the state of a chat. The bot's mutex is for all of it but the
// history, which belongs to the chat's worker.
type conversation struct {
	history history

	queue   []job
	missed  int     // messages that found the queue full
	missing address // of the last of those
	working bool
	current *answering // the answer in progress
	sent    int64      // the last message of an answer
	used    time.Time
}

// answering is an answer in progress.
type answering struct {
	end   context.CancelCauseFunc
	after int64 // its messages have greater ids; they may have been sent without the bot knowing yet
}

// enqueue adds a job to its chat's queue, unless that is full, and starts the
// chat's worker unless it runs.
func (b *Bot) enqueue(ctx context.Context, to address, j job) {
	j.to = to
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.conversation(to.key())
	if len(c.queue) >= b.MaxQueue {
		c.missed++
		c.missing = to
		return
	}
	c.queue = append(c.queue, j)
	b.pending++
	if !c.working {
		c.working = true
		b.workers.Go(func() { b.work(ctx, c) })
	}
}

// conversation returns a chat's state. A new chat has the one forgotten that
// wrote nothing for the longest time, if there are too many.
func (b *Bot) conversation(key chatKey) *conversation {
	if c := b.chats[key]; c != nil {
		return c
	}
	if len(b.chats) >= b.MaxChats {
		var oldest chatKey
		var used time.Time
		for k, c := range b.chats {
			if !c.working && (used.IsZero() || c.used.Before(used)) {
				oldest, used = k, c.used
			}
		}
		if !used.IsZero() {
			delete(b.chats, oldest)
		}
	}
	c := &conversation{}
	b.chats[key] = c
	return c
}

// work does the jobs of a chat one after the other, until there are none.
func (b *Bot) work(ctx context.Context, c *conversation) {
	for {
		b.mu.Lock()
		if len(c.queue) == 0 && c.missed == 0 {
			c.working, c.used = false, time.Now()
			b.mu.Unlock()
			return
		}
		missed, missing := c.missed, c.missing
		var jobs []job
		switch {
		case missed > 0:
			c.missed = 0
		case b.isRestarting(): // one word for all that is left
			jobs, c.queue = c.queue, nil
		default:
			jobs, c.queue = c.queue[:1:1], c.queue[1:]
		}
		b.mu.Unlock()
		switch {
		case missed > 0:
			b.say(ctx, missing, missedText(missed))
		case b.isRestarting():
			b.say(ctx, jobs[len(jobs)-1].to, textRestarting)
		case jobs[0].ask != nil:
			jobs[0].ask(b, ctx, c, jobs[0])
		default:
			if jobs[0].forget {
				c.history = history{}
			}
			b.say(ctx, jobs[0].to, jobs[0].text)
		}
		b.finished(len(jobs))
	}
}

// finished makes room for n more jobs.
func (b *Bot) finished(n int) {
	b.mu.Lock()
	b.pending -= n
	b.mu.Unlock()
	select {
	case b.room <- struct{}{}:
	default:
	}
}

// stop ends the answer that a chat is getting, if this message is of it. It
// reports whether there was one.
func (b *Bot) stop(key chatKey, message int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.chats[key]
	if c == nil || c.current == nil || message <= c.current.after {
		return false
	}
	c.current.end(errStopped)
	return true
}

// sayTimeout is how long is tried to send a message.
const sayTimeout = 10 * time.Minute

// say sends words that are ready.
func (b *Bot) say(ctx context.Context, to address, text string) {
	ctx, cancel := context.WithTimeout(ctx, sayTimeout)
	defer cancel()
	for len(text) > 0 {
		n := page(text, maxMessage)
		if err := b.api.persist(ctx, "sendMessage", to.message(text[:n]), nil); err != nil {
			b.unsaid(to, err)
			return
		}
		text = text[n:]
	}
}

// message is a message to an address.
func (a address) message(text string) sendMessage {
	m := sendMessage{Chat: a.chat, Thread: a.thread, Text: text, Preview: previewOptions{Disabled: true}}
	if a.replyTo != 0 {
		m.ReplyTo = &replyParameters{Message: a.replyTo, AllowMissing: true}
	}
	return m
}

// unsaid logs that Telegram didn't take a message.
func (b *Bot) unsaid(to address, err error) {
	switch {
	case refusedWith(err, http.StatusForbidden):
		b.Log.Info("the chat is closed to the bot", "chat", to.chat)
	case errors.Is(err, context.Canceled):
		b.Log.Error("there was no time left to send a message", "chat", to.chat)
	default:
		b.Log.Error("Telegram didn't take a message", "chat", to.chat, "error", err.Error())
	}
}
