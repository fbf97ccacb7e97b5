package graph

// Names of a plain export's inputs, as transformers and optimum give them.
const (
	InputIDs      = "input_ids"
	AttentionMask = "attention_mask"
	TokenTypeIDs  = "token_type_ids"
)

// Batch gives the inputs of a graph for one batch, by name: the values, row by
// row, and the shape. Packed and Padded are the two kinds.
type Batch interface {
	Input(name string) (values, shape []int64)
	// Size is the number of texts.
	Size() int
}

// Padded holds the inputs of a plain export for one batch, each [texts,
// longest]. Like Packed it is reused, and Set then allocates nothing.
type Padded struct {
	inputIDs, attentionMask, tokenTypeIDs []int64
	texts, longest                        int
}

// Set fills p with the texts' ids and their token types, which may be nil.
// Shorter texts are filled up with pad, which the mask hides.
func (p *Padded) Set(texts int, pad int32, ids, typeIDs func(text int) []int32) {
	p.inputIDs, p.attentionMask, p.tokenTypeIDs = p.inputIDs[:0], p.attentionMask[:0], p.tokenTypeIDs[:0]
	p.texts, p.longest = texts, 0
	for text := range texts {
		p.longest = max(p.longest, len(ids(text)))
	}
	for text := range texts {
		tokens, types := ids(text), typeIDs(text)
		for _, id := range tokens {
			p.inputIDs, p.attentionMask = append(p.inputIDs, int64(id)), append(p.attentionMask, 1)
		}
		for _, id := range types {
			p.tokenTypeIDs = append(p.tokenTypeIDs, int64(id))
		}
		for end := (text + 1) * p.longest; len(p.inputIDs) < end; {
			p.inputIDs, p.attentionMask = append(p.inputIDs, int64(pad)), append(p.attentionMask, 0)
		}
		for end := (text + 1) * p.longest; len(p.tokenTypeIDs) < end; {
			p.tokenTypeIDs = append(p.tokenTypeIDs, 0)
		}
	}
}

// Size implements Batch.
func (p *Padded) Size() int { return p.texts }

// Input implements Batch.
func (p *Padded) Input(name string) (values, shape []int64) {
	switch name {
	case InputIDs:
		values = p.inputIDs
	case AttentionMask:
		values = p.attentionMask
	case TokenTypeIDs:
		values = p.tokenTypeIDs
	}
	return values, []int64{int64(p.texts), int64(p.longest)}
}
