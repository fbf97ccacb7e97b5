package tokenizer

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// scoredPiece is a piece of a SentencePiece model.
type scoredPiece struct {
	text  string
	score float64
	kind  uint64 // of sentencepiece_model.proto: 3 control, 4 user-defined
}

const (
	controlKind = 3
	userKind    = 4
	unigramKind = 1 // trainer_spec.model_type
)

// parseSpiece reads a SentencePiece model (sentencepiece_model.proto) as
// transformers' SentencePieceExtractor does.
func parseSpiece(data []byte) (*file, error) {
	f := &file{parts: map[string]json.RawMessage{}, model: map[string]json.RawMessage{"type": json.RawMessage(`"Unigram"`)}}
	kind := uint64(unigramKind)
	err := messageFields(data, func(n protowire.Number, content []byte, _ uint64) error {
		switch n {
		case 1:
			p := scoredPiece{kind: 1}
			if len(f.pieces) > maxID {
				return fmt.Errorf("more than %d pieces: %s", maxID+1, fetchAgain)
			}
			err := messageFields(content, func(n protowire.Number, content []byte, v uint64) error {
				switch n {
				case 1:
					p.text = string(content)
				case 2:
					p.score = float64(math.Float32frombits(uint32(v)))
				case 3:
					p.kind = v
				}
				return nil
			})
			if err == nil && (!utf8.ValidString(p.text) || len(p.text) > maxPiece || math.IsNaN(p.score) || math.IsInf(p.score, 0)) {
				err = fmt.Errorf("piece %d isn't one: %s", len(f.pieces), fetchAgain)
			}
			f.pieces = append(f.pieces, p)
			return err
		case 2:
			return messageFields(content, func(n protowire.Number, _ []byte, v uint64) error {
				switch n {
				case 3:
					kind = v
				case 40:
					f.unknown = int32(v)
				}
				return nil
			})
		case 3:
			return messageFields(content, func(n protowire.Number, content []byte, _ uint64) error {
				if n == 2 && len(content) > 0 {
					f.parts["normalizer"] = json.RawMessage(`{"type": "Precompiled", "precompiled_charsmap": ` + quoted(base64.StdEncoding.EncodeToString(content)) + `}`)
				}
				return nil
			})
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case len(f.pieces) == 0:
		return nil, errors.New("it has no pieces: " + fetchAgain)
	case kind != unigramKind:
		return nil, unsupported("trainer_spec.model_type", fmt.Sprint(kind), "1 (unigram); export the model with its fast tokenizer")
	}
	return f, checkPart("normalizer", f.parts["normalizer"])
}

// messageFields calls each for the fields of a protobuf message: with the content of
// one that has a length, and the value of others.
func messageFields(data []byte, each func(n protowire.Number, content []byte, v uint64) error) error {
	for len(data) > 0 {
		n, kind, size := protowire.ConsumeTag(data)
		if size < 0 {
			return fmt.Errorf("not a SentencePiece model: %s", fetchAgain)
		}
		data = data[size:]
		var content []byte
		var v uint64
		switch kind {
		case protowire.VarintType:
			v, size = protowire.ConsumeVarint(data)
		case protowire.Fixed32Type:
			var small uint32
			small, size = protowire.ConsumeFixed32(data)
			v = uint64(small)
		case protowire.BytesType:
			content, size = protowire.ConsumeBytes(data)
		default:
			size = protowire.ConsumeFieldValue(n, kind, data)
		}
		if size < 0 {
			return fmt.Errorf("not a SentencePiece model: %s", fetchAgain)
		}
		if err := each(n, content, v); err != nil {
			return err
		}
		data = data[size:]
	}
	return nil
}

// vocabularyOf numbers pieces. One that is there twice has its last place.
func vocabularyOf(all []scoredPiece) (*vocabulary, []float64, error) {
	if len(all) > maxID+1 {
		return nil, nil, fmt.Errorf("more than %d pieces: %s", maxID+1, fetchAgain)
	}
	v := newVocabulary(len(all))
	scores := make([]float64, len(all))
	for id, p := range all {
		v.add([]byte(p.text), int32(id))
		scores[id] = p.score
	}
	v.count = len(all)
	return v, scores, nil
}

// tokensOf are a SentencePiece model's tokens that are no text, as transformers adds
// them.
func tokensOf(pieces []scoredPiece) json.RawMessage {
	var all []string
	for _, p := range pieces {
		if p.kind == controlKind || p.kind == userKind {
			all = append(all, fmt.Sprintf(`{"__type": "AddedToken", "content": %s, "special": %t, "normalized": false}`, quoted(p.text), p.kind == controlKind))
		}
	}
	return json.RawMessage("[" + strings.Join(all, ",") + "]")
}

// xlmRobertaPieces put the class's tokens before those of the model, which has
// others at its start, and its mask behind them.
func xlmRobertaPieces(o *classOptions, all []scoredPiece) []scoredPiece {
	return arranged(all, 3, o.roles["mask_token"], o.roles["bos_token"], o.roles["pad_token"], o.roles["eos_token"], o.roles["unk_token"])
}

func camembertPieces(o *classOptions, all []scoredPiece) []scoredPiece {
	out := arranged(all, 1, o.roles["mask_token"], "<s>NOTUSED", o.roles["pad_token"], "</s>NOTUSED", o.roles["unk_token"], "<unk>NOTUSED")
	out[4].score = -100
	return out
}

func arranged(all []scoredPiece, skip int, last string, first ...string) (out []scoredPiece) {
	for _, text := range first {
		out = append(out, scoredPiece{text: text})
	}
	return append(append(out, all[min(skip, len(all)):]...), scoredPiece{text: last})
}
