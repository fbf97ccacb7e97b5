package telegramtest

import (
	"net/http"
	"time"
)

// conflictEvery is how long Telegram holds back its answer to a further request
// that another one ended.
const conflictEvery = 3 * time.Second

// getUpdates confirms the updates before the offset, and waits for others. If
// there are none it ends the request of another process that waits, as Telegram
// does (tdlib/telegram-bot-api, Client.cpp: do_get_updates, abort_long_poll,
// fail_query_conflict).
func (s *Telegram) getUpdates(p params, gone <-chan struct{}) (any, *failure) {
	late := time.After(time.Duration(p.Timeout) * time.Second)
	var mine chan struct{}
	s.mu.Lock()
	defer func() {
		s.mu.Lock()
		if mine != nil && s.poll == mine {
			s.poll = nil
		}
		s.mu.Unlock()
	}()
	if p.Offset > 0 {
		s.confirmed = p.Offset
		for len(s.updates) > 0 && s.updates[0].id < p.Offset {
			s.updates = s.updates[1:]
		}
		s.change()
	}
	limit := p.Limit
	if limit == 0 {
		limit = 100
	}
	for {
		out := []object{}
		for _, u := range s.updates[:min(limit, len(s.updates))] {
			out = append(out, u.body)
		}
		changed := s.changed
		if len(out) == 0 && p.Timeout > 0 && mine == nil {
			if s.poll != nil {
				close(s.poll)
			}
			mine = make(chan struct{})
			s.poll = mine
		}
		s.mu.Unlock()
		if len(out) > 0 {
			return out, nil
		}
		select {
		case <-changed:
		case <-late:
			return out, nil
		case <-gone:
			return out, nil
		case <-mine:
			s.awaitConflict(gone)
			return nil, &failure{http.StatusConflict, 0, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}
		}
		s.mu.Lock()
	}
}

// awaitConflict holds a refusal back, unless the last one is long ago.
func (s *Telegram) awaitConflict(gone <-chan struct{}) {
	s.mu.Lock()
	soon := time.Since(s.conflict) < conflictEvery
	if !soon {
		s.conflict = time.Now()
	}
	s.mu.Unlock()
	if !soon {
		return
	}
	select {
	case <-time.After(conflictEvery):
	case <-gone:
	}
}
