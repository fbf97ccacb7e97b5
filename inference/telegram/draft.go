package telegram

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

const (
	// firstEdit is how long a first piece waits for more, so that a short answer
	// comes in one message.
	firstEdit = 250 * time.Millisecond
	// groupInterval is the interval of edits in groups, where Telegram takes 20
	// messages a minute.
	groupInterval = 3 * time.Second
)

// draft is an answer that grows in a message, and in further ones when it is
// longer than one.
type draft struct {
	bot   *Bot
	to    address
	first func()              // called when the first message was sent
	shown func(message int64) // called with each message that is sent

	mu   sync.Mutex
	text strings.Builder

	start   int    // byte of text at which the last message begins
	message int64  // the last message; 0: it wasn't sent yet
	last    string // its text
	button  bool
	wait    time.Time // Telegram wants to be left alone until then
}

func (d *draft) answer() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.TrimSpace(d.text.String())
}

func (d *draft) empty() bool { return d.answer() == "" }

// follow shows a stream as it grows. It reads on while Telegram is slow.
func (d *draft) follow(telling, ctx context.Context, stream *api.ChatStream) error {
	defer func() { _ = stream.Close() }()
	grown, ended := make(chan struct{}, 1), make(chan struct{})
	go func() {
		defer close(ended)
		for stream.Next() {
			d.mu.Lock()
			d.text.WriteString(stream.Text())
			d.mu.Unlock()
			select {
			case grown <- struct{}{}:
			default:
			}
		}
	}()
	interval := d.bot.EditInterval
	if d.to.replyTo != 0 {
		interval = max(interval, groupInterval)
	}
	next := time.NewTimer(0)
	next.Stop()
	armed := false
	edited := time.Now().Add(min(firstEdit, interval) - interval)
	arm := func() {
		if !armed {
			armed = true
			next.Reset(max(time.Until(edited.Add(interval)), time.Until(d.wait), min(firstEdit, interval)))
		}
	}
	for {
		select {
		case <-ended:
			return stream.Err()
		case <-grown:
			arm()
		case <-next.C:
			armed, edited = false, time.Now()
			// Not with ctx: stopping an answer must not stop the call that shows it,
			// or it could be shown without our knowing.
			err := d.show(telling, false)
			switch {
			case err == nil || ctx.Err() != nil:
			case transient(err):
				d.wait = time.Now().Add(max(interval, retryAfter(err)))
				arm()
			case d.message == 0: // nobody can see it
				_ = stream.Close()
				<-ended
				return err
			}
		}
	}
}

// finish shows all of the text, and a note after it. The button goes.
func (d *draft) finish(ctx context.Context, note string) {
	ctx, cancel := context.WithTimeout(ctx, sayTimeout)
	defer cancel()
	if note != "" {
		d.add(note)
	}
	sleep(ctx, time.Until(d.wait))
	err := d.show(ctx, true)
	if err == nil {
		return
	}
	d.bot.unsaid(d.to, err)
	if d.message == 0 && refusedWith(err, http.StatusBadRequest) {
		d.bot.say(ctx, d.to, textUnshown)
	}
}

// add puts a paragraph at the end of the text.
func (d *draft) add(note string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	text := d.text.String()
	text = text[:max(d.start, len(strings.TrimRightFunc(text, unicode.IsSpace)))]
	d.text.Reset()
	d.text.WriteString(text)
	if strings.TrimSpace(text) != "" {
		d.text.WriteString("\n\n")
	}
	d.text.WriteString(note)
}

// show brings the messages up to the text. What is over a message's length goes
// into the next one.
func (d *draft) show(ctx context.Context, final bool) error {
	d.mu.Lock()
	rest := d.text.String()[d.start:]
	d.mu.Unlock()
	for {
		n := page(rest, maxMessage)
		if n == len(rest) {
			return d.put(ctx, rest, !final, final)
		}
		if err := d.put(ctx, rest[:n], false, final); err != nil {
			return err
		}
		d.start += n
		d.message, d.last = 0, ""
		rest = rest[n:]
	}
}

// put gives the last message a text. Only at the end is a failure worth waiting
// for: before that, the next edit comes anyway.
func (d *draft) put(ctx context.Context, text string, button, final bool) error {
	text = strings.TrimSpace(text)
	if text == "" && d.message == 0 || text == d.last && button == d.button {
		return nil
	}
	var keys *keyboard
	if button {
		keys = stopKeyboard
	}
	call := d.bot.api.call
	if final {
		call = d.bot.api.persist
	}
	if d.message != 0 {
		err := call(ctx, "editMessageText", editMessageText{
			Chat: d.to.chat, Message: d.message, Text: text, Preview: previewOptions{Disabled: true}, ReplyMarkup: keys}, nil)
		if err != nil && !unmodified(err) {
			return err
		}
		d.last, d.button = text, button
		return nil
	}
	m := d.to.message(text)
	m.ReplyMarkup = keys
	var sent message
	if err := call(ctx, "sendMessage", m, &sent); err != nil {
		return err
	}
	d.message, d.last, d.button = sent.ID, text, button
	d.first()
	d.shown(sent.ID)
	return nil
}

var stopKeyboard = &keyboard{[][]button{{{stopLabel, stopData}}}}

// unmodified reports whether an edit failed since the message has this text
// already, as after a connection that broke when Telegram had done it.
func unmodified(err error) bool {
	var refused *apiError
	return errors.As(err, &refused) && refused.code == http.StatusBadRequest && strings.Contains(refused.description, "message is not modified")
}
