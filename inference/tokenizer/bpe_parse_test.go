package tokenizer

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestConcurrentMerges reads merges enough for several goroutines, in an order of their own,
// and merges texts by their ranks. A fault is named by its place, the first of several.
func TestConcurrentMerges(t *testing.T) {
	const letters = 160
	random := rand.New(rand.NewPCG(1, 2))
	letter := func(i int) string { return string(rune('一' + i)) }
	vocabulary := map[string]int{}
	for i := range letters {
		vocabulary[letter(i)] = i
	}
	for b := range 256 {
		vocabulary[fmt.Sprintf("<0x%02X>", b)] = len(vocabulary)
	}
	merges, rank := make([][]string, letters*letters), map[string]int{}
	for i, pair := range random.Perm(letters * letters) {
		merges[i] = []string{letter(pair / letters), letter(pair % letters)}
		rank[merges[i][0]+merges[i][1]] = i
	}
	for _, i := range random.Perm(len(merges) / 2) { // some ids in the order of ranks, others not
		vocabulary[strings.Join(merges[i], "")] = len(vocabulary)
	}
	for _, m := range merges[len(merges)/2:] {
		vocabulary[strings.Join(m, "")] = len(vocabulary)
	}
	parse := func() (*Tokenizer, error) {
		data, err := json.Marshal(map[string]any{"model": map[string]any{"type": "BPE", "byte_fallback": true, "vocab": vocabulary, "merges": merges}})
		if err != nil {
			t.Fatal(err)
		}
		return Parse(data)
	}
	tok, err := parse()
	if err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		var tokens []string
		for range 2 + random.IntN(6) {
			tokens = append(tokens, letter(random.IntN(letters)))
		}
		text := strings.Join(tokens, "")
		for {
			best, at := len(merges), -1
			for i := range len(tokens) - 1 {
				if r, ok := rank[tokens[i]+tokens[i+1]]; ok && r < best {
					best, at = r, i
				}
			}
			if at < 0 {
				break
			}
			tokens = slices.Replace(tokens, at, at+2, tokens[at]+tokens[at+1])
		}
		got := tok.Append(nil, Part{Text: text})
		if !slices.EqualFunc(got, tokens, func(id int32, token string) bool { return int(id) == vocabulary[token] }) {
			t.Fatalf("%s: %v, want %q", text, got, tokens)
		}
	}
	merges[20_000], merges[24_000] = []string{"x", "y"}, []string{"z"}
	if _, err := parse(); err == nil || !strings.Contains(err.Error(), `model.merges[20000] is ["x","y"]`) {
		t.Errorf("%v, the merge 20000 is at fault", err)
	}
}

// TestEmptyMerges has merges of nothing, which no text has.
func TestEmptyMerges(t *testing.T) {
	tok, err := Parse([]byte(`{"model": {"type": "BPE", "vocab": {"": 0, "a": 1, "aa": 2}, "merges": [["", ""], ["", "a"], ["a", "a"]]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if results := tok.model.(*bpe).results; !slices.Equal(results, []int32{0, 1, 2}) {
		t.Errorf("merges make %v", results)
	}
	if got := tok.Append(nil, Part{Text: "aaa"}); !slices.Equal(got, []int32{2, 1}) {
		t.Errorf("got %v", got)
	}
}

// TestWhatTokenizersRefuses: with merges of two forms it takes a model without a type for
// another kind, and numbers of JSON don't begin with 0.
func TestWhatTokenizersRefuses(t *testing.T) {
	for _, c := range [][3]string{
		{`{"a": 0, "aa": 1, "aaa": 2}`, `[["a", "a"], "aa a"]`, `model.merges[1] is "aa a", and those before are of another form`},
		{`{"a": 0, "aa": 1, "aaa": 2}`, `["a a", ["aa", "a"]]`, `model.merges[1] is ["aa", "a"], and those before are of another form`},
		{`{"a": 0, "aa": 01}`, `[["a", "a"]]`, `model.vocab gives "aa" the id 01`},
	} {
		_, err := Parse([]byte(`{"model": {"vocab": ` + c[0] + `, "merges": ` + c[1] + `}}`))
		if err == nil || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s, %s: %v, want %q", c[0], c[1], err, c[2])
		}
	}
}
