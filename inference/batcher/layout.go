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
}

// With returns the shape with one more text.
func (s Shape) With(length int) Shape {
	return Shape{
		Texts:   s.Texts + 1,
		Tokens:  s.Tokens + length,
		Longest: max(s.Longest, length),
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

// Packed is the layout of optimised graphs, which have no padding: whatever the budget
// holds goes together.
type Packed struct{}

// Fits implements Layout.
func (Packed) Fits(b Shape, length, budget int) bool { return b.Tokens+length <= budget }

// Alone is the layout of graphs that are given their texts one by one.
type Alone struct{}

// Fits implements Layout.
func (Alone) Fits(Shape, int, int) bool { return false }
