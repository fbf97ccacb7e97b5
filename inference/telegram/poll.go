package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// wanted are the kinds of updates. Edited messages aren't among them.
var wanted = []string{"message", "callback_query"}

// newIDs is after how long Telegram may begin to count updates again, even from a lower
// number; it says after a week without any.
const newIDs = 6 * 24 * time.Hour

// While a new process takes over, the old one asks too. Telegram ends the request
// that was there first, so whose request is ended stands back, and then takes
// only updates that are there at a second look.
const (
	standBack  = 5 * time.Second
	secondLook = time.Second
)

// poll asks for updates until ctx ends, or Telegram refuses the token. It
// returns the id from which on it has no updates; those before have reached
// their chat's queue, so that one can be lost only with the process.
//
// An update is confirmed by the next request, which asks for those after it. A
// request that breaks confirms or repeats: the same updates come again, and none
// of them was handled. Answers are begun with telling.
func (b *Bot) poll(ctx, telling context.Context) (next int64, err error) {
	var pause backoff
	var arrived time.Time  // when the last update came
	timeout := time.Second // short at first, to know soon that all is well
	contested := false     // another process asked since updates were taken
	for ctx.Err() == nil {
		if !b.awaitRoom(ctx, next) {
			break
		}
		b.health.expect(timeout + callTimeout)
		if next > 0 && time.Since(arrived) > b.newIDs {
			next = 0 // all that came were confirmed long ago
		}
		var updates []json.RawMessage
		err := b.api.callWithin(ctx, timeout+callTimeout/2, "getUpdates",
			getUpdates{Offset: next, Timeout: int(timeout.Seconds()), AllowedUpdates: wanted}, &updates)
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			if refusedWith(err, http.StatusUnauthorized, http.StatusNotFound) {
				return next, tokenError(err)
			}
			wait := max(pause.next(), retryAfter(err))
			if refusedWith(err, http.StatusConflict) {
				contested = true
				wait = max(wait, standBack)
			}
			b.health.expect(wait)
			b.Log.Warn("no updates from Telegram", "error", pollError(err).Error(), "again_in", wait.String())
			sleep(ctx, wait)
			continue
		}
		pause.reset()
		b.health.polled()
		timeout = max(b.PollTimeout, time.Second)
		if contested && len(updates) > 0 {
			// The other process has these too, and is about to confirm them, unless
			// it is gone.
			contested = false
			sleep(ctx, secondLook+rand.N(secondLook))
			continue
		}
		for _, raw := range updates {
			var u update
			err := json.Unmarshal(raw, &u) // it goes on after a field that it can't read
			if u.ID < next {
				continue // it was handled
			}
			next, arrived = u.ID+1, time.Now()
			if err != nil {
				b.Log.Error("an update can't be read", "update", u.ID) // err may hold a text
				continue
			}
			b.handle(telling, &u)
		}
	}
	return next, nil
}

// pollError says what to do about a conflict.
func pollError(err error) error {
	if refusedWith(err, http.StatusConflict) {
		return fmt.Errorf("%w; another process asks with this token, or a webhook is set: end that, or delete the webhook", err)
	}
	return err
}

// confirm tells Telegram that the updates before next were taken.
func (b *Bot) confirm(ctx context.Context, next int64) error {
	if next == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var err error
	for range 5 { // the process that replaces this one may ask at the same moment
		err = b.api.persist(ctx, "getUpdates", getUpdates{Offset: next, Limit: 1, AllowedUpdates: wanted}, nil)
		if !refusedWith(err, http.StatusConflict) || !sleep(ctx, 200*time.Millisecond) {
			break
		}
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("the last updates may come again, because Telegram couldn't be told that they were taken: %w", err)
	}
	return err
}

// awaitRoom waits while too many messages wait for an answer. Telegram keeps
// those that weren't fetched for a day; those before next are confirmed, so that
// no process that takes over gets them.
func (b *Bot) awaitRoom(ctx context.Context, next int64) bool {
	for warned := false; ; {
		b.mu.Lock()
		full := b.pending >= b.MaxPending
		b.mu.Unlock()
		if !full {
			return true
		}
		if !warned {
			b.Log.Warn("so many messages wait that no more are fetched", "waiting", b.MaxPending)
			warned = true
			if err := b.confirm(ctx, next); err != nil {
				b.Log.Warn(err.Error())
			}
			continue // there may be room by now
		}
		b.health.expect(b.AnswerTimeout + sayTimeout)
		select {
		case <-b.room:
		case <-ctx.Done():
			return false
		}
	}
}
