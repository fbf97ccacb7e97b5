package graph

// A packed graph computes a batch without padding: all tokens of all texts lie
// one after the other.
//
// Inputs, all int64:
//
//	packed_input_ids   [tokens]          token ids
//	packed_positions   [tokens]          place of each token in its text, from 0
//	packed_type_ids    [tokens]          token types; BERT alone
//	packed_firsts      [texts]           index of each text's first token, [CLS]
//	packed_lengths     [texts]           number of tokens of each text
//
// Output, float32: logits, [texts, labels]; of classifiers of tokens [tokens, labels]; of
// encoders alone last_hidden_state, [tokens, width], or sentence_embedding, [texts, width],
// which are the first tokens.
const (
	PackedInputIDs  = "packed_input_ids"
	PackedPositions = "packed_positions"
	PackedTypeIDs   = "packed_type_ids"
	PackedFirsts    = "packed_firsts"
	PackedLengths   = "packed_lengths"
	Logits          = "logits"
	HiddenState     = "last_hidden_state"
	FirstState      = "sentence_embedding"
)

// IsPacked tells a packed graph by its inputs.
func IsPacked(s *Signature) bool {
	_, ok := s.Input(PackedLengths)
	return ok
}

// Packed holds the inputs of a packed graph for one batch. It is reused from
// batch to batch: once it has grown to the largest, Set allocates nothing.
type Packed struct {
	InputIDs, Positions, TypeIDs, Firsts, Lengths []int64
}

// Set fills p with the texts' ids, which must not be empty, and their token
// types, which may be nil.
func (p *Packed) Set(texts int, ids, typeIDs func(text int) []int32) {
	p.InputIDs, p.Positions, p.TypeIDs = p.InputIDs[:0], p.Positions[:0], p.TypeIDs[:0]
	p.Firsts, p.Lengths = p.Firsts[:0], p.Lengths[:0]
	for text := range texts {
		tokens, types := ids(text), typeIDs(text)
		p.Firsts = append(p.Firsts, int64(len(p.InputIDs)))
		p.Lengths = append(p.Lengths, int64(len(tokens)))
		for i, id := range tokens {
			p.InputIDs = append(p.InputIDs, int64(id))
			p.Positions = append(p.Positions, int64(i))
			if types != nil {
				p.TypeIDs = append(p.TypeIDs, int64(types[i]))
			} else {
				p.TypeIDs = append(p.TypeIDs, 0)
			}
		}
	}
}

// Size implements Batch.
func (p *Packed) Size() int { return len(p.Firsts) }

// Input implements Batch.
func (p *Packed) Input(name string) (values, shape []int64) {
	switch name {
	case PackedInputIDs:
		values = p.InputIDs
	case PackedPositions:
		values = p.Positions
	case PackedTypeIDs:
		values = p.TypeIDs
	case PackedFirsts:
		values = p.Firsts
	case PackedLengths:
		values = p.Lengths
	}
	return values, []int64{int64(len(values))}
}
