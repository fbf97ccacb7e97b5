package telegramtest

import (
	"net/http"
	"time"
)

// getUpdates confirms the updates before the offset, and waits for others. It
// ends the request of another process, as Telegram does.
func (s *Telegram) getUpdates(p params, gone <-chan struct{}) (any, *failure) {
	late := time.After(time.Duration(p.Timeout) * time.Second)
	s.mu.Lock()
	if s.poll != nil {
		close(s.poll)
	}
	mine := make(chan struct{})
	s.poll = mine
	defer func() {
		s.mu.Lock()
		if s.poll == mine {
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
			return nil, &failure{http.StatusConflict, 0, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}
		}
		s.mu.Lock()
	}
}
