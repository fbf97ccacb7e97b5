package telegram

import "time"

// CountAnew changes after how long updates may be counted again from the start.
func (o *Options) CountAnew(after time.Duration) { o.newIDs = after }

// AtRest reports whether no chat has a worker.
func (b *Bot) AtRest() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.chats {
		if c.working {
			return false
		}
	}
	return true
}
