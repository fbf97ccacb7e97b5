package tokenizer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

func parseUnigram(f *file) (*unigram, *vocabulary, error) {
	var unknown *int32
	var byteFallback bool
	if err := f.modelField("unk_id", &unknown); err != nil {
		return nil, nil, err
	}
	if err := f.modelField("byte_fallback", &byteFallback); err != nil {
		return nil, nil, err
	}
	v, scores, err := f.vocabulary, f.scores, error(nil)
	if v == nil {
		if v, scores, err = parsePieces(f.model["vocab"], f.class); err != nil {
			return nil, nil, err
		}
	}
	if unknown == nil || *unknown < 0 || int(*unknown) >= len(scores) {
		return nil, nil, fmt.Errorf("model.unk_id is %s, a place in model.vocab, of %d pieces, is needed: %s", f.model["unk_id"], len(scores), fetchAgain)
	}
	m := &unigram{vocabulary: v, pieces: newPrefixTree(v), scores: scores, unknown: *unknown, penalty: math.Inf(1)}
	for _, s := range scores {
		m.penalty = min(m.penalty, s)
	}
	m.penalty -= unknownPenalty
	if byteFallback {
		bytes := byteTokens(v)
		m.bytes = &bytes
	}
	return m, v, nil
}

// byteTokens are the ids of <0x00> to <0xFF>, -1 where there is none.
func byteTokens(v *vocabulary) (ids [256]int32) {
	for b := range ids {
		ids[b] = -1
		if id, ok := v.id(fmt.Sprintf("<0x%02X>", b)); ok {
			ids[b] = id
		}
	}
	return ids
}

// parsePieces reads a list of pieces and their scores. A piece that is there twice
// has its last place. A class of transformers reads scores as Python does; the
// tokenizers library reads a file with other last bits.
func parsePieces(raw []byte, class bool) (v *vocabulary, scores []float64, err error) {
	v = newVocabulary(bytes.Count(raw, []byte{'['}))
	err = pythonjson.Elements(raw, func(value []byte) error {
		at := fmt.Sprintf("model.vocab[%d]", len(scores))
		piece, number, err := pieceOf(value)
		score := rustFloat(number)
		if class && err == nil {
			score, err = strconv.ParseFloat(asString(number), 64)
		}
		switch {
		case err != nil || math.IsNaN(score) || math.IsInf(score, 0):
			return fmt.Errorf("%s is %.60s, not a piece and its score: %s", at, value, fetchAgain)
		case len(scores) > maxID:
			return fmt.Errorf("model.vocab has more than %d pieces: %s", maxID+1, fetchAgain)
		case len(piece) > maxPiece:
			return fmt.Errorf("%s has %d bytes, at most %d are supported: %s", at, len(piece), maxPiece, fetchAgain)
		}
		v.add(piece, int32(len(scores)))
		scores = append(scores, score)
		return nil
	})
	if err == pythonjson.ErrSyntax || err == nil && len(scores) == 0 {
		return nil, nil, fmt.Errorf("model.vocab is not a list of pieces and their scores: %s", fetchAgain)
	}
	v.count = len(scores)
	return v, scores, err
}

// pieceOf reads a piece and its score, a JSON number.
func pieceOf(raw []byte) (piece, number []byte, err error) {
	if raw[0] != '[' {
		return nil, nil, pythonjson.ErrSyntax
	}
	piece, rest, err := tokenBefore(pythonjson.SkipSpace(raw[1:]), ',')
	if err != nil {
		return nil, nil, err
	}
	number, rest, err = pythonjson.Value(rest)
	if rest = pythonjson.SkipSpace(rest); err != nil || len(rest) != 1 || rest[0] != ']' || !json.Valid(number) || number[0] != '-' && (number[0] < '0' || number[0] > '9') {
		return nil, nil, pythonjson.ErrSyntax
	}
	return piece, number, err
}

// rustFloat reads a JSON number as serde_json 1.0 does (de.rs, f64_from_parts), by
// which the tokenizers library reads files: digits as an integer of 64 bits, further
// ones aside, times or by a power of ten, so that there are two roundings.
func rustFloat(number []byte) float64 {
	rest, negative := bytes.CutPrefix(number, []byte{'-'})
	significand, exponent, point, full := uint64(0), 0, false, false
	for ; len(rest) > 0 && rest[0] != 'e' && rest[0] != 'E'; rest = rest[1:] {
		if rest[0] == '.' {
			point = true
			continue
		}
		digit := uint64(rest[0] - '0')
		if full = full || significand > math.MaxUint64/10 || significand == math.MaxUint64/10 && digit > math.MaxUint64%10; !full {
			significand = 10*significand + digit
		}
		switch {
		case point && !full:
			exponent--
		case !point && full:
			exponent++
		}
	}
	if len(rest) > 0 {
		if n, err := strconv.Atoi(asString(rest[1:])); err == nil {
			exponent += n
		}
	}
	f := float64(significand)
	for ; exponent < -308 && f != 0; exponent += 308 {
		f /= 1e308
	}
	switch {
	case exponent > 308 && f != 0:
		f = math.Inf(1)
	case exponent >= 0:
		f *= math.Pow10(exponent)
	default:
		f /= math.Pow10(-exponent)
	}
	if negative {
		return -f
	}
	return f
}
