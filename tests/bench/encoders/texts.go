package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

const (
	// block is how many of the texts have every length once.
	block  = 49
	blocks = 5
	// special is how many tokens each of the models adds.
	special = 2
)

// textsOf makes texts whose words are single tokens of the tokenizer. Their lengths are
// those of tests/reference/make_bench_texts.py: in each block 3 to 50 tokens once, and a
// long one.
func textsOf(tokenizer string) ([]goldens.Text, error) {
	data, err := os.ReadFile(tokenizer)
	if err != nil {
		return nil, err
	}
	var file struct {
		Model struct{ Vocab map[string]int }
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", tokenizer, err)
	}
	words := wordsOf(file.Model.Vocab)
	if len(words) < 100 {
		return nil, fmt.Errorf("%s has %d words", tokenizer, len(words))
	}
	r := rand.New(rand.NewPCG(2026, 1))
	var texts []goldens.Text
	for i := range blocks {
		lengths := []int{80 + 320*((1+2*i)%(2*blocks))/(2*blocks)}
		for n := 3; n <= 50; n++ {
			lengths = append(lengths, n)
		}
		r.Shuffle(block, func(a, b int) { lengths[a], lengths[b] = lengths[b], lengths[a] })
		for _, n := range lengths {
			some := make([]string, n-special)
			for j := range some {
				some[j] = words[r.IntN(len(words))]
			}
			texts = append(texts, goldens.Text{Text: strings.Join(some, " "), Tokens: n})
		}
	}
	return texts, nil
}

// wordsOf are the words of a vocabulary that are one token wherever they stand: in byte-level
// BPE those with a space before them are tokens of their own.
func wordsOf(vocabulary map[string]int) (words []string) {
	const space = "Ġ"
	_, bytes := vocabulary[space]
	for _, word := range slices.Sorted(maps.Keys(vocabulary)) {
		if _, inside := vocabulary[space+word]; len(word) < 3 || bytes && !inside {
			continue
		}
		if strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") == "" {
			words = append(words, word)
		}
	}
	return words
}
