package tokenizer

import (
	"hash/maphash"
	"math/bits"
	"math/rand/v2"
	"unicode/utf8"
	"unsafe"
)

// asString is b as a string for as long as b doesn't change.
func asString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// vocabulary maps tokens to ids and back. It holds no pointer for each of its
// (in Gemma 262,144) tokens, so it is quick to make and nothing for the
// garbage collector.
type vocabulary struct {
	text  []byte // all tokens
	at    []span32
	slots []slot // by hash
	seed  maphash.Seed
	count int
}

// span32 is a stretch of vocabulary.text; end is 0 where there is no token,
// unless it is the empty one at the start.
type span32 struct {
	start, end uint32
	known      bool
}

// slot says where a token is without a look at vocabulary.at, which would be one more place
// in memory that isn't in a cache.
type slot struct {
	start uint32 // in vocabulary.text
	of    uint32 // id+1, 0 where there is none, and in the lowest bits the length, up to longToken
}

const (
	lengthBits = 11
	longToken  = 1<<lengthBits - 1
)

func (s slot) id() int32 { return int32(s.of>>lengthBits) - 1 }

func newVocabulary(sizeHint int) *vocabulary {
	slots := 1 << bits.Len(uint(max(8, 2*min(sizeHint, maxID+1))))
	return &vocabulary{slots: make([]slot, slots), seed: maphash.MakeSeed()}
}

// add gives token an id, instead of one that it had. It reports whether no other
// token has it.
func (v *vocabulary) add(token []byte, id int32) bool {
	if 4*(v.count+1) > 3*len(v.slots) {
		v.grow()
	}
	at := v.find(asString(token))
	for int(id) >= len(v.at) {
		v.at = append(v.at, span32{})
	}
	if v.at[id].known {
		return v.slots[at].id() == id
	}
	if old := v.slots[at].id(); old >= 0 {
		v.at[old].known = false
		v.count--
	}
	start := uint32(len(v.text))
	v.text = append(v.text, token...)
	v.at[id] = span32{start, uint32(len(v.text)), true}
	v.slots[at] = v.slot(id)
	v.count++
	return true
}

func (v *vocabulary) grow() {
	v.slots = make([]slot, 2*len(v.slots))
	for id, at := range v.at {
		if at.known {
			v.slots[v.find(asString(v.text[at.start:at.end]))] = v.slot(int32(id))
		}
	}
}

func (v *vocabulary) slot(id int32) slot {
	at := v.at[id]
	return slot{at.start, uint32(id+1)<<lengthBits | min(at.end-at.start, longToken)}
}

// find returns the place of the slot that has the token, or else of the one to put it in.
func (v *vocabulary) find(token string) int {
	mask, length := len(v.slots)-1, uint32(min(len(token), longToken))
	for i := int(maphash.String(v.seed, token)) & mask; ; i = (i + 1) & mask {
		s := v.slots[i]
		if s.of == 0 {
			return i
		}
		if s.of&longToken != length {
			continue
		}
		if length < longToken && asString(v.text[s.start:s.start+length]) == token || length == longToken && asString(v.token(s.id())) == token {
			return i
		}
	}
}

func (v *vocabulary) id(token string) (int32, bool) {
	id := v.slots[v.find(token)].id()
	return id, id >= 0
}

// is reports that the id is that token's; not where the token is empty and the first.
func (v *vocabulary) is(id int32, token []byte) bool {
	t := v.token(id)
	return t != nil && string(t) == string(token)
}

// token returns the token with the id, nil if there is none.
func (v *vocabulary) token(id int32) []byte {
	if id < 0 || int(id) >= len(v.at) || !v.at[id].known {
		return nil
	}
	return v.text[v.at[id].start:v.at[id].end:v.at[id].end]
}

// pairTable maps pairs of ids to numbers. Its entries hold no pointers.
type pairTable struct {
	entries []pairEntry
	shift   uint
	count   int
}

type pairEntry struct {
	key   uint64 // plus one, so that zero means none
	value uint32
}

const noPair = ^uint32(0)

func newPairTable(size int) pairTable {
	n := bits.Len(uint(max(8, 2*size-1)))
	return pairTable{entries: make([]pairEntry, 1<<n), shift: uint(64 - n)}
}

func pairKey(a, b int32) uint64 { return uint64(uint32(a))<<32 | uint64(uint32(b)) }

// pairSeeds keep a file from choosing pairs that fall together.
var pairSeeds = [2]uint64{rand.Uint64(), rand.Uint64() | 1}

func (t *pairTable) slot(key uint64) *pairEntry {
	high, low := bits.Mul64(key^pairSeeds[0], pairSeeds[1])
	for i := (high ^ low) >> t.shift; ; i = (i + 1) & uint64(len(t.entries)-1) {
		if e := &t.entries[i]; e.key == key || e.key == 0 {
			return e
		}
	}
}

func (t *pairTable) set(a, b int32, value uint32) {
	key := pairKey(a, b) + 1
	e := t.slot(key)
	if e.key == 0 {
		if t.count++; 4*t.count > 3*len(t.entries) {
			old := t.entries
			*t = pairTable{entries: make([]pairEntry, 2*len(old)), shift: t.shift - 1, count: t.count}
			for _, o := range old {
				if o.key != 0 {
					*t.slot(o.key) = o
				}
			}
			e = t.slot(key)
		}
	}
	*e = pairEntry{key, value}
}

// get returns noPair if there is none.
func (t *pairTable) get(a, b int32) uint32 {
	if e := t.slot(pairKey(a, b) + 1); e.key != 0 {
		return e.value
	}
	return noPair
}

// runeIDs are the ids of the tokens that are single characters, -1 for none.
type runeIDs struct {
	basic []int32 // of the Basic Multilingual Plane
	other map[rune]int32
}

func newRuneIDs(v *vocabulary) runeIDs {
	r := runeIDs{basic: make([]int32, 1<<16), other: map[rune]int32{}}
	for i := range r.basic {
		r.basic[i] = -1
	}
	for i := range v.at {
		token := v.token(int32(i))
		if len(token) == 0 || len(token) > utf8.UTFMax {
			continue
		}
		if c, n := utf8.DecodeRune(token); n == len(token) {
			if c < 1<<16 {
				r.basic[c] = int32(i)
			} else {
				r.other[c] = int32(i)
			}
		}
	}
	return r
}

func (r *runeIDs) id(c rune) int32 {
	if c < 1<<16 {
		return r.basic[c]
	}
	if id, ok := r.other[c]; ok {
		return id
	}
	return -1
}
