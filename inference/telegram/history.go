package telegram

import (
	"unicode/utf8"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// history is what is remembered of a conversation: questions and answers in
// pairs, the oldest first.
type history struct {
	turns  []turn
	length int // characters of all turns
}

type turn struct{ question, answer string }

func (t turn) length() int {
	return utf8.RuneCountInString(t.question) + utf8.RuneCountInString(t.answer)
}

// add remembers a pair, and forgets the oldest ones that are too many or too long.
func (h *history) add(question, answer string, maxTurns, maxLength int) {
	t := turn{question, answer}
	h.turns = append(h.turns, t)
	h.length += t.length()
	drop := 0
	for drop < len(h.turns) && (len(h.turns)-drop > maxTurns || h.length > maxLength) {
		h.length -= h.turns[drop].length()
		drop++
	}
	h.forget(drop)
}

// forget drops the oldest n pairs, and their memory with them.
func (h *history) forget(n int) {
	h.turns = append([]turn(nil), h.turns[n:]...)
	h.length = 0
	for _, t := range h.turns {
		h.length += t.length()
	}
}

// shorten forgets the older half, and reports whether there was anything.
func (h *history) shorten() bool {
	if len(h.turns) == 0 {
		return false
	}
	h.forget((len(h.turns) + 1) / 2)
	return true
}

// messages are what the model is asked: the conversation so far and the question.
func (h *history) messages(system, question string) []api.ChatMessage {
	m := make([]api.ChatMessage, 0, 2*len(h.turns)+2)
	if system != "" {
		m = append(m, api.ChatMessage{Role: "system", Content: system})
	}
	for _, t := range h.turns {
		m = append(m, api.ChatMessage{Role: "user", Content: t.question}, api.ChatMessage{Role: "assistant", Content: t.answer})
	}
	return append(m, api.ChatMessage{Role: "user", Content: question})
}
