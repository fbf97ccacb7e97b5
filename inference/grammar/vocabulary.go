package grammar

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// Vocabulary is a model's tokens by the bytes that they stand for. It is made
// once for a model and then only read, so any number of Matchers may share it.
type Vocabulary struct {
	size    int
	longest int     // piece, in bytes
	text    []byte  // of all tokens, one after the other
	offset  []int32 // size+1 places in text
	all     trie
	// Within a JSON string most tokens stand for whole characters that need no
	// escape, whatever they are. These plain tokens are known beforehand; only
	// the others are walked.
	odd     trie
	plain   []uint64 // bit per plain token
	byRunes []int32  // the plain tokens, by their number of characters
	runes   []int32  // runes[n] is how many of byRunes have up to n
}

// trie has a node for each prefix of a token, in the order of a depth-first
// walk, so that walking it reads memory forwards and leaving out a subtree is a
// jump.
type trie struct {
	char  []byte
	depth []uint16 // from 1
	skip  []int32  // the next node that isn't below this one
	first []int32  // of tokens: those of node i are first[i] to first[i+1]
	token []int32
}

// maxPiece is the longest piece, in bytes, that can be drawn; longer ones never
// are.
const maxPiece = 1 << 12

// NewVocabulary takes the pieces of the tokens 0 to size-1, which are those that
// the model has logits for: the bytes that each stands for within a text. A nil or empty one is never drawn, as control
// tokens'. It takes some 0.2 s and 15 MiB for 262,144 tokens.
func NewVocabulary(pieces func(id int32) []byte, size int) *Vocabulary {
	v := &Vocabulary{size: size, offset: make([]int32, size+1), plain: make([]uint64, (size+63)/64)}
	for id := range int32(size) {
		if p := pieces(id); len(p) <= maxPiece {
			v.text = append(v.text, p...)
			v.longest = max(v.longest, len(p))
		}
		v.offset[id+1] = int32(len(v.text))
	}
	sorted := make([]int32, 0, size)
	var odd []int32
	var counts []int32 // plain tokens by number of characters
	for id := range int32(size) {
		p := v.piece(id)
		if len(p) == 0 {
			continue
		}
		sorted = append(sorted, id)
		if isPlain(p) {
			v.plain[id/64] |= 1 << (id % 64)
			n := utf8.RuneCount(p)
			for len(counts) <= n {
				counts = append(counts, 0)
			}
			counts[n]++
		}
	}
	slices.SortFunc(sorted, func(a, b int32) int {
		if c := bytes.Compare(v.piece(a), v.piece(b)); c != 0 {
			return c
		}
		return int(a - b)
	})
	v.runes = make([]int32, len(counts))
	next := make([]int32, len(counts))
	for n := range counts {
		if n > 0 {
			next[n] = v.runes[n-1]
			v.runes[n] = v.runes[n-1] + counts[n]
		}
	}
	v.byRunes = make([]int32, len(sorted))
	for _, id := range sorted {
		if v.plain[id/64]>>(id%64)&1 == 0 {
			odd = append(odd, id)
			continue
		}
		n := utf8.RuneCount(v.piece(id))
		v.byRunes[next[n]] = id
		next[n]++
	}
	if len(v.runes) > 0 {
		v.byRunes = slices.Clone(v.byRunes[:v.runes[len(v.runes)-1]])
	} else {
		v.byRunes = nil
	}
	v.all = v.newTrie(sorted)
	v.odd = v.newTrie(odd)
	return v
}

// piece is empty for what can't be drawn.
func (v *Vocabulary) piece(id int32) []byte { return v.text[v.offset[id]:v.offset[id+1]] }

// isPlain reports whether p can stand within a JSON string as it is and ends
// with a whole character.
func isPlain(p []byte) bool {
	for _, b := range p {
		if b < ' ' || b == '"' || b == '\\' {
			return false
		}
	}
	return utf8.Valid(p)
}

// newTrie takes tokens sorted by their pieces.
func (v *Vocabulary) newTrie(tokens []int32) trie {
	nodes := 0
	var last []byte
	for _, id := range tokens {
		p := v.piece(id)
		nodes += len(p) - common(last, p)
		last = p
	}
	t := trie{char: make([]byte, nodes), depth: make([]uint16, nodes), skip: make([]int32, nodes),
		first: make([]int32, nodes+1), token: tokens}
	var path []int32 // the nodes of last
	last, nodes = nil, 0
	for i, id := range tokens {
		p := v.piece(id)
		same := common(last, p)
		for _, n := range path[same:] {
			t.skip[n] = int32(nodes)
		}
		path = path[:same]
		for ; same < len(p); same++ {
			t.char[nodes], t.depth[nodes] = p[same], uint16(same+1)
			t.first[nodes] = int32(i)
			path = append(path, int32(nodes))
			nodes++
		}
		t.first[nodes] = int32(i + 1)
		last = p
	}
	for _, n := range path {
		t.skip[n] = int32(nodes)
	}
	return t
}

// common is the length of the prefix that a and b have in common.
func common(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// addPlain adds the plain tokens of up to n characters to mask; n below 0 is no
// limit.
func (v *Vocabulary) addPlain(mask []uint64, n int) {
	longest := len(v.runes) - 1
	if n < 0 || n >= longest {
		for i, w := range v.plain {
			mask[i] |= w
		}
		return
	}
	for _, id := range v.byRunes[:v.runes[n]] {
		mask[id/64] |= 1 << (id % 64)
	}
}
