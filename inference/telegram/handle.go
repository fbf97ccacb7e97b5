package telegram

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// errStopped ends an answer that a user doesn't want any more.
var errStopped = errors.New("stopped by the user")

// handle puts an update into its chat's queue. It calls nobody, so that the
// next updates aren't delayed.
func (b *Bot) handle(ctx context.Context, u *update) {
	switch {
	case u.CallbackQuery != nil:
		b.pressed(ctx, u.CallbackQuery)
	case u.Message != nil && u.Message.From != nil && !u.Message.From.IsBot && u.Message.Chat.Type != "channel":
		b.received(ctx, u.Message)
	}
}

// pressed handles a press of the stop button. A button that an earlier answer
// has left doesn't stop a later one.
func (b *Bot) pressed(ctx context.Context, q *callbackQuery) {
	word := ""
	if q.Message != nil && q.Data == stopData && b.allowed(q.From.ID) && b.stop(addressOf(q.Message).key(), q.Message.ID) {
		word = stopDone
	}
	select {
	case b.presses <- struct{}{}:
	default: // so many presses need no acknowledgement
		return
	}
	b.workers.Go(func() {
		defer func() { <-b.presses }()
		if err := b.api.call(ctx, "answerCallbackQuery", answerCallbackQuery{q.ID, word}, nil); err != nil {
			b.Log.Debug("a press isn't acknowledged", "error", err.Error())
		}
	})
}

// received handles a message.
func (b *Bot) received(ctx context.Context, m *message) {
	text, addressed := b.addressed(m)
	if !addressed {
		return
	}
	to := addressOf(m)
	name, argument, foreign := b.command(text)
	if foreign && !m.Chat.private() {
		return
	}
	if name == "stop" && b.allowed(m.From.ID) && b.stop(to.key(), m.ID) {
		return // the answer that ends says so
	}
	if ok, tell := b.limits.take(m.From.ID); !ok {
		if tell {
			b.enqueue(ctx, to, say(textTooFast))
		}
		b.Log.Info("refused", "reason", "rate", "user", m.From.ID, "chat", to.chat)
		return
	}
	if !b.allowed(m.From.ID) {
		b.Log.Info("refused", "reason", "not allowed", "user", m.From.ID, "chat", to.chat)
		b.enqueue(ctx, to, say(fmt.Sprintf(textNotAllowed, m.From.ID)))
		return
	}
	b.enqueue(ctx, to, b.jobOf(m, name, argument, text))
}

// jobOf says what a message asks for.
func (b *Bot) jobOf(m *message, name, argument, text string) job {
	switch name {
	case "start", "help":
		return say(b.greeting())
	case "new":
		return job{forget: true, text: textForgotten}
	case "stop":
		return say(textNothing)
	case "sentiment":
		if argument == "" && m.ReplyTo != nil {
			argument = strings.TrimSpace(m.ReplyTo.Text)
		}
		switch {
		case !b.sentiment:
			return say(textNoScore)
		case argument == "":
			return say(textWhichText)
		}
		return job{ask: (*Bot).classify, text: argument}
	}
	switch {
	case text == "" && m.any():
		return say(textOnly)
	case name != "":
		return say(textUnknown)
	case text == "":
		return say(b.greeting()) // the bot's name, and no more
	case b.chat:
		return job{ask: (*Bot).converse, text: text}
	}
	return job{ask: (*Bot).classify, text: text}
}

// commandWord is how Telegram writes commands.
var commandWord = regexp.MustCompile(`^/([A-Za-z0-9_]{1,32})(@[A-Za-z0-9_]+)?(?:\s+|$)`)

// command splits a text into a command and what follows; the name is "" if the
// text has none. foreign is true if the command is for another bot.
func (b *Bot) command(text string) (name, argument string, foreign bool) {
	m := commandWord.FindStringSubmatch(text)
	if m == nil {
		return "", "", false
	}
	return strings.ToLower(m[1]), strings.TrimSpace(text[len(m[0]):]), m[2] != "" && !b.isMe(m[2])
}

// addressed returns the text of a message without the bot's name, and whether
// it is meant for the bot: in a group those are that mention it, carry its name
// in a command, or reply to it. A note of Telegram's own is meant for nobody.
func (b *Bot) addressed(m *message) (string, bool) {
	if m.Text == "" && !m.any() {
		return "", false
	}
	if m.Chat.private() {
		return strings.TrimSpace(m.Text), true
	}
	addressed := m.ReplyTo != nil && m.ReplyTo.From != nil && m.ReplyTo.From.ID == b.me.ID
	text, end := m.Text, len(m.Text)
	// From the last one on, so that the offsets of those before stay right.
	for i := len(m.Entities) - 1; i >= 0; i-- {
		e := m.Entities[i]
		if e.Offset < 0 || e.Length < 0 {
			continue
		}
		from, to := byteAt(m.Text, e.Offset), byteAt(m.Text, e.Offset+e.Length)
		mentioned := m.Text[from:to]
		switch {
		case to > end: // entities that overlap, or in another order: not Telegram's
		case e.Type == "mention" && b.isMe(mentioned), e.Type == "text_mention" && e.User != nil && e.User.ID == b.me.ID:
			text, addressed, end = text[:from]+text[to:], true, from
		case e.Type == "bot_command" && from == 0:
			if _, whose, ok := strings.Cut(mentioned, "@"); ok && b.isMe(whose) {
				addressed = true
			}
		}
	}
	return strings.TrimSpace(text), addressed
}
