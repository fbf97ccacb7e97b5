// Package retry tries again what may pass by itself.
package retry

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Attempts is how often in a row something is tried before Do gives up. With a pause
// of a second that is four minutes, because a role that was granted a moment ago takes
// some until it is in effect.
const Attempts = 8

type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent is an error that trying again won't mend.
func Permanent(err error) error { return permanent{err} }

// Do calls try until it succeeds, fails with a Permanent error, or has failed Attempts
// times. pause is before the second attempt; it doubles, up to a minute. note is told
// what is tried again, under a name.
func Do(ctx context.Context, name string, pause time.Duration, note func(text string), try func() error) error {
	for attempt := 1; ; attempt++ {
		err := try()
		var stays permanent
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &stays):
			return err
		case attempt == Attempts:
			return fmt.Errorf("%s: after %d attempts: %w", name, Attempts, err)
		}
		note(fmt.Sprintf("%s: %v; trying again in %v", name, err, pause))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		pause = min(2*pause, time.Minute)
	}
}
