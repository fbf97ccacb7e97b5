package turns_test

import (
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

func TestNext(t *testing.T) {
	type waiter struct {
		has, due int
	}
	for _, c := range []struct {
		waiting []waiter
		want    int
	}{
		{nil, -1},
		{[]waiter{{0, 5}}, 0},
		{[]waiter{{0, 5}, {0, 3}, {0, 3}}, 1},
		{[]waiter{{2, 1}, {1, 9}, {1, 8}, {3, 0}}, 2},
	} {
		got := turns.Next(c.waiting, func(w waiter) int { return w.has }, func(a, b waiter) bool { return a.due < b.due })
		if got != c.want {
			t.Errorf("%v: it is the turn of %d, want %d", c.waiting, got, c.want)
		}
	}
}

func TestShare(t *testing.T) {
	for _, c := range []struct {
		limit  int
		caller string
		want   int
	}{{64, "", 64}, {64, "a", 48}, {1, "a", 1}, {2, "a", 2}, {16, "a", 12}} {
		if got := turns.Share(c.limit, c.caller); got != c.want {
			t.Errorf("of %d, %q has %d, want %d", c.limit, c.caller, got, c.want)
		}
	}
}
