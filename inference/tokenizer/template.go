package tokenizer

// template is what the post-processor makes of a text, or of a pair.
type template struct {
	pieces  []templatePiece
	special int // how many of them are tokens
}

// templatePiece is a special token, or a place for a text.
type templatePiece struct {
	text   int8 // firstText, secondText, or noText for a special token
	id     int32
	typeID int32
}

const (
	noText int8 = iota
	firstText
	secondText
)

func (t *template) addToken(id, typeID int32) {
	t.pieces = append(t.pieces, templatePiece{id: id, typeID: typeID})
	t.special++
}

func (t *template) addText(text int8, typeID int32) {
	t.pieces = append(t.pieces, templatePiece{text: text, typeID: typeID})
}

func (t *template) apply(first, second []int32) Encoding {
	n := len(first) + len(second) + t.special
	both := make([]int32, 2*n) // one allocation for ids and types
	ids, types := both[:0:n], both[n:n]
	for _, p := range t.pieces {
		switch p.text {
		case noText:
			ids = append(ids, p.id)
		case firstText:
			ids = append(ids, first...)
		case secondText:
			ids = append(ids, second...)
		}
		for len(types) < len(ids) {
			types = append(types, p.typeID)
		}
	}
	return Encoding{IDs: ids, TypeIDs: types}
}

// dropTypes makes all type ids 0.
func (t *template) dropTypes() {
	for i := range t.pieces {
		t.pieces[i].typeID = 0
	}
}

// without is the template of files that have no post-processor.
func without() (single, pair template) {
	single.addText(firstText, 0)
	pair.addText(firstText, 0)
	pair.addText(secondText, 1)
	return single, pair
}
