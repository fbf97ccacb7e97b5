package tokenizer

// template is the post-processor of a single text: ids before and after it.
type template struct {
	before, after         []int64
	beforeType, afterType []int64
	textType              int64
	special               int // len(before) + len(after)
}

func (t template) apply(ids []int64) Encoding {
	n := len(ids) + t.special
	both := make([]int64, 0, 2*n) // one allocation for ids and types
	both = append(both, t.before...)
	both = append(both, ids...)
	both = append(both, t.after...)
	both = append(both, t.beforeType...)
	for range ids {
		both = append(both, t.textType)
	}
	both = append(both, t.afterType...)
	return Encoding{IDs: both[:n:n], TypeIDs: both[n:]}
}

// dropTypes makes all type ids 0.
func (t *template) dropTypes() {
	t.beforeType, t.afterType, t.textType = make([]int64, len(t.before)), make([]int64, len(t.after)), 0
}
