package main

import (
	"encoding/json"
	"fmt"
	"math"
	"sync"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// answers checks a contender's against the reference's, and keeps how far they are
// from it.
type answers struct {
	texts     []goldens.Text
	tolerance float64

	mu       sync.Mutex
	seen     int
	same     int     // with the reference's label
	furthest float64 // from the reference's score
	// ranges are the least and the greatest score that each text had: its neighbours in
	// a batch may have changed it.
	ranges map[int][2]float64
}

// check takes [{label, score}], the best label with its score, as all of them answer.
func (a *answers) check(i int, body []byte) error {
	var got []goldens.Score
	if err := json.Unmarshal(body, &got); err != nil || len(got) != 1 {
		return fmt.Errorf("the answer to texts[%d] is %.200s, want a list with a label and its score", i, body)
	}
	best := a.texts[i].Scores[0]
	for _, want := range a.texts[i].Scores {
		if want.Label != got[0].Label {
			continue
		}
		apart := math.Abs(want.Score - got[0].Score)
		same := want.Label == best.Label
		// Another label can only be the best where both are close.
		if !(apart <= a.tolerance) || !same && best.Score-want.Score > 2*a.tolerance {
			break
		}
		a.add(i, same, apart, got[0].Score)
		return nil
	}
	return fmt.Errorf("the answer to texts[%d] is %v, want %v within %g", i, got[0], best, a.tolerance)
}

func (a *answers) add(i int, same bool, apart, score float64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen++
	if same {
		a.same++
	}
	a.furthest = max(a.furthest, apart)
	if a.ranges == nil {
		a.ranges = map[int][2]float64{}
	}
	r, ok := a.ranges[i]
	if !ok {
		r = [2]float64{score, score}
	}
	a.ranges[i] = [2]float64{min(r[0], score), max(r[1], score)}
}

// widest is the greatest difference of two scores of the same text.
func (a *answers) widest() float64 {
	widest := 0.0
	for _, r := range a.ranges {
		widest = max(widest, r[1]-r[0])
	}
	return widest
}
