package report

import "testing"

func TestParseStat(t *testing.T) {
	got, err := ParseStat("42 (a b) (c) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 20 30 20 0 1 0 100 200 300\n")
	if err != nil || got != (Stat{42, 7, 2.5}) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, line := range []string{"", "42 (a) S 7", "x (a) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 20 30 20"} {
		if got, err := ParseStat(line); err == nil {
			t.Errorf("%q gave %+v", line, got)
		}
	}
}
