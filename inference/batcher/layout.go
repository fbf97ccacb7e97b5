package batcher

// Layout knows what a batch of given lengths costs a model.
type Layout interface {
	// Fits reports whether a text of length tokens may join the batch b of at
	// most budget tokens.
	Fits(b Shape, length, budget int) bool
}

// Shape sums up the lengths of a batch.
type Shape struct {
	Texts   int
	Tokens  int // sum of the lengths
	Longest int
	Squares int // sum of the squared lengths
}

// With returns the shape with one more text.
func (s Shape) With(length int) Shape {
	return Shape{
		Texts:   s.Texts + 1,
		Tokens:  s.Tokens + length,
		Longest: max(s.Longest, length),
		Squares: s.Squares + length*length,
	}
}

// Padded is the layout of plain exports: every text is padded to the longest.
// Padding costs as much as text, so only texts of about the same length share
// a batch: at most a sixth of it is padding.
type Padded struct{}

// Fits implements Layout.
func (Padded) Fits(b Shape, length, budget int) bool {
	next := b.With(length)
	cells := next.Texts * next.Longest
	return cells <= budget && cells*5 <= next.Tokens*6
}

// Packed is the layout of optimised graphs: no padding but in attention, whose
// cost grows with the square of the longest text.
type Packed struct {
	// Hidden is the width of the model. With it, attention's padding may cost
	// at most a tenth of the batch's matrix products.
	Hidden int
}

// Fits implements Layout.
func (p Packed) Fits(b Shape, length, budget int) bool {
	next := b.With(length)
	if next.Tokens > budget {
		return false
	}
	// A layer's matrix products take 24·tokens·hidden² operations, attention
	// 4·hidden·(texts·longest²), of which 4·hidden·squares are not padding.
	padding := next.Texts*next.Longest*next.Longest - next.Squares
	return padding*10 <= 6*next.Tokens*p.Hidden
}
