package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// errRestarting ends the answers that are in progress at the end of the grace.
var errRestarting = errors.New("the bot is stopping")

// Run answers what people write until ctx ends, and then stops without losing a
// message: it asks Telegram for no more, finishes what was asked within the
// grace period, and tells those whom it couldn't answer. It returns nil if all
// were answered or told so, and an error if Telegram doesn't know the token, the
// scorer can't serve the task, or ctx wasn't what ended it.
func (b *Bot) Run(ctx context.Context) error {
	// What is begun outlives ctx, and ends with telling.
	telling, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	if err := b.start(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // there was nobody to answer yet
		}
		return err
	}
	next, err := b.poll(ctx, telling)
	b.health.stopping.Store(true)
	if err == nil {
		b.Log.Info("stopping", "grace", b.Grace.String())
	}
	return errors.Join(err, b.drain(telling, end, next, err == nil))
}

// start finds out who the bot is and what the scorer serves.
func (b *Bot) start(ctx context.Context) error {
	if err := b.api.persist(ctx, "getMe", struct{}{}, &b.me); err != nil {
		return tokenError(err)
	}
	if err := b.findTask(ctx); err != nil {
		return err
	}
	if err := b.api.call(ctx, "setMyCommands", setMyCommands{b.commands()}, nil); err != nil {
		b.Log.Warn("Telegram's menu of commands isn't set", "error", err.Error())
	}
	if b.allow == nil {
		b.Log.Warn("everyone may use this bot, and so the model: name the users who may with --allow")
	}
	b.Log.Info("started", "bot", b.me.Username, "sentiment", b.sentiment, "chat", b.chat)
	return nil
}

// tokenError says what to do about a token that Telegram doesn't take.
func tokenError(err error) error {
	if refusedWith(err, http.StatusUnauthorized, http.StatusNotFound) {
		return fmt.Errorf("%w; Telegram doesn't know the token: copy it again from @BotFather", err)
	}
	return err
}

// findTask asks the scorer what it serves, unless that was said.
func (b *Bot) findTask(ctx context.Context) error {
	if b.Task != Auto {
		b.sentiment = b.Task == Sentiment || b.Task == Both
		b.chat = b.Task == Chat || b.Task == Both
		return nil
	}
	var pause backoff
	for {
		asking, cancel := context.WithTimeout(ctx, callTimeout)
		info, err := b.Scorer.Info(asking)
		cancel()
		if err == nil {
			b.sentiment, b.chat = info.Model.Task == "text-classification", info.Generation != nil
			if !b.sentiment && !b.chat {
				return fmt.Errorf("the scorer's %s names the task %q, which this bot doesn't know: say what to ask for with --task", api.InfoPath, info.Model.Task)
			}
			return nil
		}
		var refused *api.StatusError
		if errors.As(err, &refused) && !refused.Temporary() {
			return fmt.Errorf("the scorer answered %s with %d: check its address and the key, or say what to ask for with --task", api.InfoPath, refused.Status)
		}
		wait := pause.next()
		if ctx.Err() == nil {
			b.Log.Warn("the scorer can't be asked what it serves", "error", err.Error(), "again_in", wait.String())
		}
		if !sleep(ctx, wait) {
			return err
		}
	}
}

// drain waits for the answers in progress, and ends them when the grace is up.
// If Telegram takes calls it confirms the updates before next at once, so that
// another bot that was started to replace this one doesn't get them too. At the end of
// the grace it ends telling.
func (b *Bot) drain(telling context.Context, end func(), next int64, reachable bool) error {
	tell := min(5*time.Second, b.Grace/4) // to tell people what became of their answers
	answers, words := time.NewTimer(b.Grace-tell), time.NewTimer(b.Grace)
	defer answers.Stop()
	defer words.Stop()
	confirmed := make(chan error, 1)
	done := make(chan struct{})
	go func() {
		if reachable {
			confirmed <- b.confirm(telling, next)
		} else {
			b.restarting()
			confirmed <- nil
		}
		b.workers.Wait()
		close(done)
	}()
	for {
		select {
		case <-done:
			return <-confirmed
		case <-answers.C:
			b.restarting()
		case <-words.C:
			end()
			<-done
			return errors.Join(<-confirmed, errors.New("messages were still being answered at the end of the grace period"))
		}
	}
}
