package graph

import (
	"fmt"
	"testing"
)

// TestBatches lays the same two texts out in both ways.
func TestBatches(t *testing.T) {
	ids := [][]int32{{101, 7, 102}, {101, 102}}
	types := [][]int32{nil, {0, 1}}
	of := func(rows [][]int32) func(int) []int32 { return func(i int) []int32 { return rows[i] } }
	var padded Padded
	var packed Packed
	for range 2 { // the second time over what the first left
		padded.Set(2, 9, of(ids), of(types))
		packed.Set(2, of(ids), of(types))
	}
	for _, c := range []struct {
		batch Batch
		name  string
		want  string
	}{
		{&padded, InputIDs, "[101 7 102 101 102 9] [2 3]"},
		{&padded, AttentionMask, "[1 1 1 1 1 0] [2 3]"},
		{&padded, TokenTypeIDs, "[0 0 0 0 1 0] [2 3]"},
		{&packed, PackedInputIDs, "[101 7 102 101 102] [5]"},
		{&packed, PackedPositions, "[0 1 2 0 1] [5]"},
		{&packed, PackedTypeIDs, "[0 0 0 0 1] [5]"},
		{&packed, PackedFirsts, "[0 3] [2]"},
		{&packed, PackedLengths, "[3 2] [2]"},
	} {
		values, shape := c.batch.Input(c.name)
		if got := fmt.Sprint(values, shape); got != c.want {
			t.Errorf("%s is %s, want %s", c.name, got, c.want)
		}
	}
}
