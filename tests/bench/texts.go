package main

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
)

// makeTexts makes n texts with lengths as SST-2's sentences have them: mostly
// 8 to 40 tokens, and a few long ones. Each word is one token of the
// vocabulary, so that a text's number of tokens is its number of words and two.
func makeTexts(tokenizerFile string, n int) ([]string, error) {
	data, err := os.ReadFile(tokenizerFile)
	if err != nil {
		return nil, err
	}
	var f struct {
		Model struct{ Vocab map[string]int }
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	var words []string
	for w := range f.Model.Vocab {
		if len(w) > 2 && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") == "" {
			words = append(words, w)
		}
	}
	slices.Sort(words)
	r := rand.New(rand.NewPCG(2026, 11))
	texts := make([]string, n)
	for i := range texts {
		length := int(math.Exp(r.NormFloat64()*0.55 + 2.95)) // median 19 words
		if r.IntN(100) == 0 {
			length = 100 + r.IntN(300)
		}
		text := make([]string, min(max(length, 2), 500))
		for j := range text {
			text[j] = words[r.IntN(len(words))]
		}
		texts[i] = strings.Join(text, " ")
	}
	return texts, nil
}
