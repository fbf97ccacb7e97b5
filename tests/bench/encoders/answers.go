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
type answers interface {
	// check says what is wrong with the answer to texts[i].
	check(i int, body []byte) error
	// widest is the greatest difference of two answers to the same text: its neighbours
	// in a batch may have changed it.
	widest() float64
	// row is what the report has of them.
	row() []string
}

// scores are answers of a classifier.
type scores struct {
	texts     []goldens.Text
	tolerance float64

	mu       sync.Mutex
	seen     int
	same     int     // with the reference's label
	furthest float64 // from the reference's score
	ranges   ranges
}

// check takes [{label, score}], the best label with its score, as all of them answer.
func (a *scores) check(i int, body []byte) error {
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

func (a *scores) add(i int, same bool, apart, score float64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen++
	if same {
		a.same++
	}
	a.furthest = max(a.furthest, apart)
	a.ranges.add(i, []float64{score})
}

func (a *scores) widest() float64 { return a.ranges.widest() }

func (a *scores) row() []string {
	return []string{fmt.Sprint(a.seen), fmt.Sprintf("%.1f %%", 100*float64(a.same)/float64(a.seen)), fmt.Sprintf("%.1g", a.furthest), fmt.Sprintf("%.1g", a.widest())}
}

// vectors are answers of a model that embeds.
type vectors struct {
	texts     []goldens.Text
	tolerance float64 // of the cosine with the reference's vector

	mu       sync.Mutex
	seen     int
	least    float64 // cosine
	furthest float64 // from the reference's number
	ranges   ranges
}

// check takes [[number, …]], a vector of length 1.
func (a *vectors) check(i int, body []byte) error {
	var got [][]float64
	want := a.texts[i].Vector
	if err := json.Unmarshal(body, &got); err != nil || len(got) != 1 || len(got[0]) != len(want) {
		return fmt.Errorf("the answer to texts[%d] is %.200s, want a list with a vector of %d numbers", i, body, len(want))
	}
	var product, square, furthest float64
	for j, v := range got[0] {
		product, square = product+v*want[j], square+v*v
		furthest = max(furthest, math.Abs(v-want[j]))
	}
	length := math.Sqrt(square)
	if cosine := product / length; !(cosine >= 1-a.tolerance) || math.Abs(length-1) > goldens.Tolerance {
		return fmt.Errorf("the answer to texts[%d] has length %v and cosine %v with the reference's vector, want 1 and at least %v", i, length, cosine, 1-a.tolerance)
	}
	a.add(i, product/length, furthest, got[0])
	return nil
}

func (a *vectors) add(i int, cosine, furthest float64, vector []float64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.seen++; a.seen == 1 || cosine < a.least {
		a.least = cosine
	}
	a.furthest = max(a.furthest, furthest)
	a.ranges.add(i, vector)
}

func (a *vectors) widest() float64 { return a.ranges.widest() }

func (a *vectors) row() []string {
	return []string{fmt.Sprint(a.seen), fmt.Sprintf("%.5f", a.least), fmt.Sprintf("%.1g", a.furthest), fmt.Sprintf("%.1g", a.widest())}
}

// ranges are the least and the greatest of each number that was answered, by text.
type ranges map[int][][2]float64

func (r *ranges) add(i int, numbers []float64) {
	if *r == nil {
		*r = ranges{}
	}
	of, ok := (*r)[i]
	if !ok {
		of = make([][2]float64, len(numbers))
	}
	for j, v := range numbers {
		if !ok {
			of[j] = [2]float64{v, v}
		}
		of[j] = [2]float64{min(of[j][0], v), max(of[j][1], v)}
	}
	(*r)[i] = of
}

func (r ranges) widest() float64 {
	widest := 0.0
	for _, numbers := range r {
		for _, of := range numbers {
			widest = max(widest, of[1]-of[0])
		}
	}
	return widest
}
