package tokenizer

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
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
		if v, scores, err = parsePieces(f.model["vocab"]); err != nil {
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
// has its last place.
func parsePieces(raw []byte) (v *vocabulary, scores []float64, err error) {
	v = newVocabulary(bytes.Count(raw, []byte{'['}))
	err = array(raw, func(value []byte) error {
		at := fmt.Sprintf("model.vocab[%d]", len(scores))
		piece, score, err := pieceOf(value)
		switch {
		case err != nil:
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
	if err == errJSON || err == nil && len(scores) == 0 {
		return nil, nil, fmt.Errorf("model.vocab is not a list of pieces and their scores: %s", fetchAgain)
	}
	v.count = len(scores)
	return v, scores, err
}

func pieceOf(raw []byte) (piece []byte, score float64, err error) {
	if raw[0] != '[' {
		return nil, 0, errJSON
	}
	piece, rest, err := tokenBefore(skipSpace(raw[1:]), ',')
	if err != nil {
		return nil, 0, err
	}
	number, rest, err := value(rest)
	if rest = skipSpace(rest); err != nil || len(rest) != 1 || rest[0] != ']' {
		return nil, 0, errJSON
	}
	score, err = strconv.ParseFloat(asString(number), 64)
	if math.IsNaN(score) || math.IsInf(score, 0) {
		err = errJSON
	}
	return piece, score, err
}
