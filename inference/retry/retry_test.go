package retry

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestDo(t *testing.T) {
	passing := errors.New("busy")
	for name, c := range map[string]struct {
		fails int // before it succeeds
		err   error
		tries int
		took  time.Duration
		want  string
	}{
		"at once":         {0, nil, 1, 0, ""},
		"what passes":     {3, passing, 4, 7 * time.Second, ""},
		"what stays":      {9, fmt.Errorf("storage: %w", Permanent(errors.New("no such blob"))), 1, 0, "storage: no such blob"},
		"what never ends": {99, passing, Attempts, (1 + 2 + 4 + 8 + 16 + 32 + 60) * time.Second, "it: after 8 attempts: busy"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start, tries, notes := time.Now(), 0, 0
				err := Do(t.Context(), "it", time.Second, func(text string) {
					notes++
					if !strings.HasPrefix(text, "it: busy; trying again in ") {
						t.Errorf("note %q", text)
					}
				}, func() error {
					if tries++; tries > c.fails {
						return nil
					}
					return c.err
				})
				if took := time.Since(start); tries != c.tries || took != c.took || notes != tries-1 {
					t.Errorf("%d tries in %v, %d notes", tries, took, notes)
				}
				if fmt.Sprint(err) != c.want && (err != nil || c.want != "") {
					t.Errorf("%v, want %q", err, c.want)
				}
			})
		})
	}
}

// TestDoEnds when it is told to, whatever it waits for.
func TestDoEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		err := Do(ctx, "it", time.Minute, func(string) {}, func() error { return errors.New("busy") })
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 10*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}
