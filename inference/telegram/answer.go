package telegram

import (
	"context"
	"errors"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

const (
	// maxAttempts is how often the scorer is asked for one answer.
	maxAttempts = 5
	// maxWait is the longest that an answer waits for the scorer to have time;
	// after that the user is told.
	maxWait = 30 * time.Second
	// typingEvery is less than the 5 seconds that Telegram shows the action.
	typingEvery = 4 * time.Second
)

// begin registers the answer in progress, shows that it is on its way, and
// waits for its turn at the scorer. telling is for Telegram, ctx for the scorer; done ends all.
func (b *Bot) begin(telling context.Context, c *conversation, to address) (ctx context.Context, typed, done func(), err error) {
	ctx, end := context.WithCancelCause(telling)
	ctx, expire := context.WithTimeout(ctx, b.AnswerTimeout)
	b.mu.Lock()
	c.current = &answering{end, c.sent}
	b.mu.Unlock()
	go func() {
		select {
		case <-b.restarted:
			end(errRestarting)
		case <-ctx.Done():
		}
	}()
	typing, typed := context.WithCancel(ctx)
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		b.showTyping(telling, typing, to, time.Now().Add(b.NoticeAfter))
	}()
	release := func() {}
	select {
	case b.slots <- struct{}{}:
		release = func() { <-b.slots }
	case <-ctx.Done():
		err = ctx.Err()
	}
	return ctx, typed, func() {
		b.mu.Lock()
		c.current = nil
		b.mu.Unlock()
		typed()
		expire()
		end(nil)
		<-shown
		release()
	}, err
}

// showTyping shows the action "typing" until ctx ends, and says once why nothing
// has come by then: a scorer that wakes up from zero holds its first request.
func (b *Bot) showTyping(telling, ctx context.Context, to address, notice time.Time) {
	for said := false; ; {
		err := b.api.call(ctx, "sendChatAction", sendChatAction{to.chat, to.thread, "typing"}, nil)
		if err != nil && ctx.Err() == nil {
			b.Log.Debug("typing isn't shown", "error", err.Error())
		}
		pause := max(typingEvery, retryAfter(err))
		if left := time.Until(notice); !said && left < pause {
			if !sleep(ctx, left) {
				return
			}
			b.say(telling, to, textSlow)
			said = true
			continue
		}
		if !sleep(ctx, pause) {
			return
		}
	}
}

// classify answers with the sentiment of a text.
func (b *Bot) classify(telling context.Context, c *conversation, j job) {
	began := time.Now()
	ctx, _, done, err := b.begin(telling, c, j.to)
	var scores []api.Score
	if err == nil {
		err = b.attempt(telling, ctx, j.to, func() (bool, error) {
			scores, err = b.Scorer.Score(ctx, j.text)
			return true, err
		})
	}
	err = reason(ctx, err)
	done()
	if err == nil {
		b.say(telling, j.to, verdict(scores[0]))
	} else {
		b.say(telling, j.to, excuse(err))
	}
	b.logAnswer("sentiment", j.to, began, err, 0)
}

// converse answers by the chat model.
func (b *Bot) converse(telling context.Context, c *conversation, j job) {
	began := time.Now()
	ctx, typed, done, err := b.begin(telling, c, j.to)
	d := &draft{bot: b, to: j.to, first: typed, shown: func(message int64) {
		b.mu.Lock()
		defer b.mu.Unlock()
		c.sent = message
	}}
	r := api.ChatRequest{MaxTokens: b.MaxTokens, Temperature: b.Temperature}
	var stream *api.ChatStream
	if err == nil {
		err = b.attempt(telling, ctx, j.to, func() (bool, error) {
			var err error
			stream, err = b.tryChat(telling, ctx, &c.history, j.text, r, d)
			return d.empty(), err
		})
	}
	err = reason(ctx, err)
	done()
	note, answer := "", d.answer()
	switch {
	case err != nil:
		note = excuse(err)
	case answer == "":
		note = textEmpty
	case stream.FinishReason() == "length":
		note = textCut
	}
	if answer != "" && (err == nil || errors.Is(err, errStopped)) {
		c.history.add(j.text, answer, b.HistoryTurns, b.HistoryLength)
	}
	d.finish(telling, note)
	tokens := 0
	if err == nil {
		tokens = stream.Usage().CompletionTokens
	}
	b.logAnswer("chat", j.to, began, err, tokens)
}

// tryChat asks for an answer once. If question, history and answer don't fit
// the model's window it forgets the older half of the history; if there is none,
// it lets the answer be as long as fits.
func (b *Bot) tryChat(telling, ctx context.Context, h *history, question string, r api.ChatRequest, d *draft) (*api.ChatStream, error) {
	for {
		r.Messages = h.messages(b.SystemPrompt, question)
		stream, err := b.Scorer.ChatStream(ctx, r)
		if err == nil {
			return stream, d.follow(telling, ctx, stream)
		}
		var refused *api.StatusError
		if !errors.As(err, &refused) || refused.Code != api.ContextLengthExceeded {
			return nil, err
		}
		if !h.shorten() {
			if r.MaxTokens == 0 {
				return nil, err
			}
			r.MaxTokens = 0
		}
	}
}

// attempt tries until it succeeds, the error isn't one that passes, or an
// attempt says that it must not be repeated. If the scorer sleeps, it tells the
// person, and tries once more when the scorer is there.
func (b *Bot) attempt(telling, ctx context.Context, to address, try func() (again bool, err error)) error {
	var pause backoff
	slept := false
	for n := 1; ; n++ {
		again, err := try()
		if asleep(err) && again && !slept {
			slept = true
			b.say(telling, to, textAsleep)
			if !b.awaitScorer(ctx) {
				return err
			}
			continue
		}
		if err == nil || ctx.Err() != nil || !again || !later(err) || n == maxAttempts {
			return err
		}
		wait := pause.next()
		var refused *api.StatusError
		if errors.As(err, &refused) {
			wait = max(wait, refused.RetryAfter)
		}
		if wait > maxWait {
			return err
		}
		b.Log.Warn("the scorer is asked again", "error", scorerError(err), "in", wait.String())
		if !sleep(ctx, wait) {
			return err
		}
	}
}

// awaitScorer waits until a scorer that slept is ready, for half the time of an
// answer at most: the rest is for the answer.
func (b *Bot) awaitScorer(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, b.AnswerTimeout/2)
	defer cancel()
	var pause backoff
	for sleep(ctx, pause.next()) {
		asking, cancel := context.WithTimeout(ctx, callTimeout)
		err := b.Scorer.Ready(asking)
		cancel()
		if err == nil {
			return true
		}
	}
	return false
}

// reason is why there is no answer, or no more of it: what ended ctx, if
// anything did.
func reason(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return cause
	}
	return err
}

// excuse tells a person the reason.
func excuse(err error) string {
	switch {
	case errors.Is(err, errStopped):
		return textStopped
	case errors.Is(err, errRestarting):
		return textRestarting
	}
	return apology(err)
}

// scorerError is what the log may have of an error: the scorer's message may
// repeat a text.
func scorerError(err error) string {
	var refused *api.StatusError
	if !errors.As(err, &refused) {
		return err.Error()
	}
	e := *refused
	e.Message = ""
	return e.Error() + ", request " + e.RequestID
}

func (b *Bot) logAnswer(kind string, to address, began time.Time, err error, tokens int) {
	log := b.Log.With("kind", kind, "chat", to.chat, "took", time.Since(began).Round(time.Millisecond).String())
	switch {
	case err == nil:
		log.Info("answered", "tokens", tokens)
	case errors.Is(err, errStopped):
		log.Info("stopped by the user")
	default:
		log.Warn("not answered", "error", scorerError(err))
	}
}
