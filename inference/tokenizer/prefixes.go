package tokenizer

import (
	"bytes"
	"slices"
)

// prefixTree finds all tokens that a text begins with. Its nodes lie in flat tables,
// the children of one side by side and sorted by their bytes.
type prefixTree struct {
	labels []byte  // of the way to a node
	first  []int32 // the first child; of the next node, the end of the children
	ids    []int32 // of the token that ends at a node, -1 for none
	starts [256]int32
}

// newPrefixTree takes tokens that aren't empty; equal ones have the last one's id.
func newPrefixTree(v *vocabulary) *prefixTree {
	ids := make([]int32, 0, v.count)
	for id := range int32(len(v.at)) {
		if len(v.token(id)) > 0 {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b int32) int { return bytes.Compare(v.token(a), v.token(b)) })
	t := &prefixTree{labels: []byte{0}, ids: []int32{-1}}
	// A node's tokens are those of ids[from:to], which have depth bytes in common.
	type node struct{ from, to, depth int32 }
	level := []node{{0, int32(len(ids)), 0}}
	for len(level) > 0 {
		var next []node
		for _, n := range level {
			t.first = append(t.first, int32(len(t.labels)))
			for i := n.from; i < n.to; {
				token := v.token(ids[i])
				if len(token) == int(n.depth) { // this node's own
					i++
					continue
				}
				label, end := token[n.depth], i+1
				for end < n.to && v.token(ids[end])[n.depth] == label {
					end++
				}
				id := int32(-1)
				if len(token) == int(n.depth)+1 {
					id = ids[i]
				}
				t.labels, t.ids = append(t.labels, label), append(t.ids, id)
				next = append(next, node{i, end, n.depth + 1})
				i = end
			}
		}
		level = next
	}
	t.first = append(t.first, int32(len(t.labels)))
	for i := t.first[0]; i < t.first[1]; i++ {
		t.starts[t.labels[i]] = i
	}
	return t
}

// child is the node that a byte leads to, 0 for none.
func (t *prefixTree) child(node int32, b byte) int32 {
	if node == 0 {
		return t.starts[b]
	}
	low, high := t.first[node], t.first[node+1]
	for high-low > 8 {
		if middle := (low + high) / 2; t.labels[middle] <= b {
			low = middle
		} else {
			high = middle
		}
	}
	for ; low < high; low++ {
		if t.labels[low] == b {
			return low
		}
	}
	return 0
}
