package pipeline

import "bytes"

// stopStrings end a text before the first of them.
type stopStrings [][]byte

func newStopStrings(of []string) stopStrings {
	var s stopStrings
	for _, stop := range of {
		if stop != "" {
			s = append(s, []byte(stop))
		}
	}
	return s
}

// find returns where the first stop string in text begins, from on or later.
func (s stopStrings) find(text []byte, from int) (at int, ok bool) {
	for _, stop := range s {
		if i := bytes.Index(text[from:], stop); i >= 0 && (!ok || from+i < at) {
			at, ok = from+i, true
		}
	}
	return at, ok
}

// hold returns how much of text can't be the beginning of a stop string, of
// which none is in text. Nothing before from is.
func (s stopStrings) hold(text []byte, from int) int {
	for at := from; at < len(text); at++ {
		rest := text[at:]
		for _, stop := range s {
			if len(rest) < len(stop) && bytes.HasPrefix(stop, rest) {
				return at
			}
		}
	}
	return len(text)
}
