package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// botAPI calls Telegram's Bot API. The token is part of each address, so its
// errors are rewritten without the address.
type botAPI struct {
	base  string // with the token
	token string
	http  *http.Client
	log   *slog.Logger
}

func newBotAPI(base, token string, client *http.Client, log *slog.Logger) *botAPI {
	own := http.Client{}
	if client != nil {
		own = *client
	}
	// A redirect would carry the token elsewhere.
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &botAPI{base: strings.TrimRight(base, "/") + "/bot" + token + "/", token: token, http: &own, log: log}
}

// apiError is a refusal of Telegram's.
type apiError struct {
	method      string
	code        int // 401, 403, 429 and so on
	description string
	retryAfter  time.Duration
}

func (e *apiError) Error() string {
	return strings.TrimRight(fmt.Sprintf("Telegram answered %s with %d: %s", e.method, e.code, e.description), ": ")
}

// callTimeout is how long any call may take but getUpdates, which waits.
const callTimeout = 30 * time.Second

// maxAPIAnswer is the most that is read of an answer.
const maxAPIAnswer = 32 << 20

// call calls a method once and decodes its result, unless that is nil.
func (a *botAPI) call(ctx context.Context, method string, params, result any) error {
	return a.callWithin(ctx, callTimeout, method, params, result)
}

func (a *botAPI) callWithin(ctx context.Context, timeout time.Duration, method string, params, result any) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	body, err := json.Marshal(params)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.base+method, bytes.NewReader(body))
	if err != nil {
		return a.redact(method, err)
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := a.http.Do(r)
	if err != nil {
		return a.redact(method, err)
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(resp.Body, maxAPIAnswer))
	if err != nil {
		return a.redact(method, fmt.Errorf("the answer broke off: %w", err))
	}
	var answer struct {
		OK          bool            `json:"ok"`
		Result      json.RawMessage `json:"result"`
		Code        int             `json:"error_code"`
		Description string          `json:"description"`
		Parameters  struct {
			RetryAfter int `json:"retry_after"`
		} `json:"parameters"`
	}
	if err := json.Unmarshal(content, &answer); err != nil || !answer.OK && answer.Code == 0 {
		if resp.StatusCode == http.StatusOK {
			return fmt.Errorf("%s: the answer isn't the Bot API's", method)
		}
		return &apiError{method: method, code: resp.StatusCode} // a proxy's page, most likely
	}
	if !answer.OK {
		return &apiError{method, answer.Code, answer.Description, time.Duration(answer.Parameters.RetryAfter) * time.Second}
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal(answer.Result, result); err != nil {
		return fmt.Errorf("%s: the result isn't the Bot API's", method) // err may hold a text
	}
	return nil
}

// redact leaves the address out of an error, and the token wherever else it is.
func (a *botAPI) redact(method string, err error) error {
	var in *url.Error
	if errors.As(err, &in) {
		err = in.Err
	}
	return &redacted{method + ": " + strings.ReplaceAll(err.Error(), a.token, "<token>"), err}
}

// redacted is an error of a call that didn't get an answer.
type redacted struct {
	text  string
	cause error
}

func (e *redacted) Error() string { return e.text }

// Is sees the causes that callers ask for; they can't get at the others, which
// may hold the address.
func (e *redacted) Is(target error) bool { return errors.Is(e.cause, target) }

// persist calls a method until it succeeds, fails for good, or ctx ends. A
// connection that broke leaves open whether Telegram did what was asked: to say
// a thing twice is better than not to say it.
func (a *botAPI) persist(ctx context.Context, method string, params, result any) error {
	var pause backoff
	for {
		err := a.call(ctx, method, params, result)
		if err == nil || !transient(err) {
			return err
		}
		wait := max(pause.next(), retryAfter(err))
		if ctx.Err() == nil {
			a.log.Warn("Telegram can't be reached, or is busy", "error", err.Error(), "again_in", wait.String())
		}
		if !sleep(ctx, wait) {
			return err
		}
	}
}

// transient reports whether the same call may succeed later.
func transient(err error) bool {
	var refused *apiError
	if errors.As(err, &refused) {
		return refused.code == http.StatusTooManyRequests || refused.code >= 500 || refused.code == http.StatusRequestTimeout
	}
	var broken *redacted
	return errors.As(err, &broken)
}

// retryAfter is how long Telegram wants to be left alone.
func retryAfter(err error) time.Duration {
	var refused *apiError
	if errors.As(err, &refused) {
		return refused.retryAfter
	}
	return 0
}

// refusedWith reports whether Telegram refused a call with this code.
func refusedWith(err error, codes ...int) bool {
	var refused *apiError
	if errors.As(err, &refused) {
		for _, code := range codes {
			if refused.code == code {
				return true
			}
		}
	}
	return false
}

// backoff gives pauses that double, from half a second to half a minute, each a
// little longer or shorter so that many bots don't come back at once.
type backoff struct{ last time.Duration }

func (p *backoff) next() time.Duration {
	p.last = min(max(2*p.last, 500*time.Millisecond), 30*time.Second)
	return time.Duration(float64(p.last) * (0.8 + 0.4*rand.Float64()))
}

func (p *backoff) reset() { p.last = 0 }

// sleep reports whether the time passed before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
