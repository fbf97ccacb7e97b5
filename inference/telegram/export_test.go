package telegram

import "time"

// SetNewIDs changes after how long updates may be counted again from the start.
func SetNewIDs(d time.Duration) (restore func()) {
	old := newIDs
	newIDs = d
	return func() { newIDs = old }
}
