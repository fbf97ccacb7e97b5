package tokenizer

import (
	"encoding/json"
	"fmt"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
	"golang.org/x/text/unicode/norm"
)

// Bounds of what a tokenizer.json and the files beside it may ask for, far over
// those of any model that could be served, so that loading one of somebody else's,
// and encoding by it, costs little time and memory.
const (
	// maxID is four times Gemma 3's. By ids slices are made.
	maxID     = 1<<20 - 1
	maxMerges = 1 << 21 // Gemma 3 has 514,906
	// Added tokens: Gemma 3 has 6,415 of 76,792 bytes, the longest of 93.
	maxAdded      = 1 << 16
	maxAddedToken = 512
	maxAddedBytes = 1 << 21 // of all together, as they are looked for
	maxSpecial    = 64      // tokens that a template adds to a text
	maxPiece      = 1024    // bytes of a piece of a Unigram model
	maxWordChars  = 1000    // max_input_chars_per_word; BERT has 100
	// Of the normalizer, the pre-tokenizer, the post-processor and the decoder each.
	maxPartBytes = 1 << 20
	maxPartDepth = 16 // of brackets
	maxParts     = 64 // objects
	// maxWork is how many bytes a normalizer's steps may write for a byte of text.
	maxWork = 256
	// maxDecoded is how many times as long as in the file a token may be in a text.
	maxDecoded = 4
)

// checkPart checks size and depth of a part of a tokenizer.json before it is read.
// Who reads it checks what it says.
func checkPart(field string, raw json.RawMessage) error {
	if len(raw) > maxPartBytes {
		return fmt.Errorf("%s has %d bytes, at most %d are read: %s", field, len(raw), maxPartBytes, fetchAgain)
	}
	depth, objects := 0, 0
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '"':
			i += max(pythonjson.StringLength(raw[i:]), 1) - 1
		case '{', '[':
			if depth++; depth > maxPartDepth {
				return fmt.Errorf("%s is nested more than %d deep: %s", field, maxPartDepth, fetchAgain)
			}
			if raw[i] == '{' {
				objects++
			}
		case '}', ']':
			depth--
		}
	}
	if objects > maxParts {
		return fmt.Errorf("%s has %d objects, at most %d are read: %s", field, objects, maxParts, fetchAgain)
	}
	return nil
}

// checkWork refuses a normalizer that writes too much.
func checkWork(field string, n normalizer) error {
	if _, work := costOf(n); work > maxWork {
		return fmt.Errorf("%s writes up to %.3g bytes for a byte of text, at most %d are supported: %s", field, work, maxWork, fetchAgain)
	}
	return nil
}

// costOf returns how many times as many bytes as the text a normalized text can
// have, and how many its steps write for each byte.
func costOf(n normalizer) (growth, work float64) {
	growth = 1
	switch n := n.(type) {
	case chain:
		for _, step := range n {
			g, w := costOf(step)
			work += growth * w
			growth *= g
		}
		return growth, work
	case replace:
		growth = max(1, float64(len(n.new))/float64(len(n.old)))
	case replaceMatches: // a match has a byte at least
		growth = max(1, float64(len(n.new)))
		return growth, growth + n.pattern.cost
	case prepend: // before each stretch between added tokens
		growth = float64(1 + len(n))
	case lowercase:
		growth = 1.5
	case form:
		if growth = 3; n.Form == norm.NFKC || n.Form == norm.NFKD { // Unicode Standard Annex 15
			growth = 11
		}
	case *charsmap:
		growth = n.growth
	case bertNormalizer:
		if n.chinese { // a space on either side of three bytes
			growth *= 5. / 3
		}
		if n.accents {
			growth *= 3
		}
		if n.lower {
			growth *= 1.5
		}
	}
	return growth, growth
}

// errMany is for files that name too many tokens.
var errMany = fmt.Errorf("more than %d tokens are named, which is more than any model has: %s", maxAdded, fetchAgain)

// parseTokens reads added_tokens.
func parseTokens(raw json.RawMessage) (tokens []addedToken, err error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	n := 0
	if err := pythonjson.Elements(raw, func([]byte) error { n++; return nil }); err != nil {
		return nil, fmt.Errorf("added_tokens can't be read: %w", err)
	}
	if n > maxAdded {
		return nil, fmt.Errorf("added_tokens has %d tokens, at most %d are read: %s", n, maxAdded, fetchAgain)
	}
	return tokens, decode("added_tokens", raw, &tokens)
}

// addedSize counts the bytes of added tokens as they are looked for.
type addedSize int

func (s *addedSize) add(text string) error {
	if len(text) > maxAddedToken {
		return fmt.Errorf("added_tokens: %.40q has %d bytes, at most %d are supported: remove the token", text, len(text), maxAddedToken)
	}
	if *s += addedSize(len(text)); *s > maxAddedBytes {
		return fmt.Errorf("added_tokens have more than %d bytes together: %s", maxAddedBytes, fetchAgain)
	}
	return nil
}
