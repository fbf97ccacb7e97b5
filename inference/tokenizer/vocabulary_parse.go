package tokenizer

import (
	"encoding/json"
	"fmt"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

// parseVocabulary reads tokens and their ids.
func parseVocabulary(raw json.RawMessage) (*vocabulary, error) {
	v := newVocabulary(len(raw) / 32)
	err := pythonjson.Members(raw, func(token, value []byte) error {
		id, ok := number(value)
		if !ok {
			return fmt.Errorf("model.vocab gives %.40q the id %.40s: ids are whole numbers from 0 to %d: %s", token, value, maxID, fetchAgain)
		}
		if !v.add(token, id) {
			return fmt.Errorf("model.vocab gives %.40q the id %d, and the token or the id is there twice: %s", token, id, fetchAgain)
		}
		return nil
	})
	if err == pythonjson.ErrSyntax || err == nil && v.count == 0 {
		return nil, fmt.Errorf("model.vocab is not an object of tokens and their ids: %s", fetchAgain)
	}
	return v, err
}

// number reads an id.
func number(raw []byte) (int32, bool) {
	n := int32(0)
	for _, c := range raw {
		if c < '0' || c > '9' || n > maxID {
			return 0, false
		}
		n = 10*n + int32(c-'0')
	}
	return n, len(raw) > 0 && n <= maxID && (raw[0] != '0' || len(raw) == 1)
}
