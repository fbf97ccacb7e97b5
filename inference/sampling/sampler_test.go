package sampling

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

type goldenCase struct {
	Logits   []float32 `json:"logits"`
	Seen     []int32   `json:"seen"`
	Settings struct {
		Bias              [][2]float64 `json:"bias"`
		RepetitionPenalty *float32     `json:"repetition_penalty"`
		Temperature       *float32     `json:"temperature"`
		TopK              int          `json:"top_k"`
		TopP              *float32     `json:"top_p"`
		MinP              float32      `json:"min_p"`
	} `json:"settings"`
	Probabilities [][2]float64 `json:"probabilities"`
}

func (c *goldenCase) params() Params {
	s := &c.Settings
	p := Params{Temperature: 1, TopK: s.TopK, TopP: 1, MinP: s.MinP, RepetitionPenalty: 1, Bias: map[int32]float32{}}
	for _, b := range s.Bias {
		p.Bias[int32(b[0])] = float32(b[1])
	}
	if s.RepetitionPenalty != nil {
		p.RepetitionPenalty = *s.RepetitionPenalty
	}
	if s.Temperature != nil {
		p.Temperature = *s.Temperature
	}
	if s.TopP != nil {
		p.TopP = *s.TopP
	}
	return p
}

const draws = 2500

// limit is the value that chi-squared of n degrees of freedom exceeds once in
// 100,000 times (Wilson and Hilferty).
func limit(n int) float64 {
	const z = 4.265
	f := float64(n)
	return f * math.Pow(1-2/(9*f)+z*math.Sqrt(2/(9*f)), 3)
}

// TestDrawsAreTransformersDistribution draws many tokens under each of 150
// settings. None may come that transformers doesn't draw, and how often each
// comes must fit its probability (chi-squared).
func TestDrawsAreTransformersDistribution(t *testing.T) {
	var golden struct {
		Cases []goldenCase `json:"cases"`
	}
	if err := goldens.ReadGzip("gemma-goldens/sampling.json.gz", &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden.Cases) < 100 {
		t.Fatalf("only %d cases", len(golden.Cases))
	}
	for i := range golden.Cases {
		c := &golden.Cases[i]
		p := c.params()
		p.Seed = uint64(i)
		// The penalty counts what was drawn, so each draw is a text's first.
		counts := map[int32]int{}
		logits := make([]float32, len(c.Logits))
		s := New(p, len(c.Logits), 64, c.Seen)
		for range draws {
			copy(logits, c.Logits)
			id, err := s.Next(logits, nil)
			if err != nil {
				t.Fatal(err)
			}
			counts[id]++
			forget(s, id)
		}
		// Probabilities too small to be expected often are counted together.
		var chi, rest float64
		cells, restCount := 0, 0
		for _, want := range c.Probabilities {
			n, expected := counts[int32(want[0])], want[1]*draws
			delete(counts, int32(want[0]))
			if expected < 5 {
				rest, restCount = rest+expected, restCount+n
				continue
			}
			chi += (float64(n) - expected) * (float64(n) - expected) / expected
			cells++
		}
		if rest >= 5 {
			chi += (float64(restCount) - rest) * (float64(restCount) - rest) / rest
			cells++
		}
		if len(counts) > 0 {
			t.Errorf("case %d, %+v: drew %v, which transformers doesn't", i, c.Settings, counts)
		}
		if cells > 1 && chi > limit(cells-1) {
			t.Errorf("case %d, %+v: chi-squared is %.1f with %d cells", i, c.Settings, chi, cells)
		}
	}
}

// forget takes a drawn token back.
func forget(s *Sampler, id int32) {
	if s.text == nil {
		return
	}
	s.text[id]--
	if s.text[id] == 0 && s.prompt[id] == 0 {
		s.seen = s.seen[:len(s.seen)-1]
	}
}

func TestGreedyTakesTheFirstOfTheGreatest(t *testing.T) {
	s := New(Greedy(), 5, 8, nil)
	if id, err := s.Next([]float32{1, 3, 2, 3, 0}, nil); id != 1 || err != nil {
		t.Errorf("%d, %v", id, err)
	}
	if id, err := s.Next([]float32{1, 3, 2, 3, 0}, []uint64{0b10101}); id != 2 || err != nil {
		t.Errorf("with a mask: %d, %v", id, err)
	}
}

func TestPenaltiesOfGeneratedTokens(t *testing.T) {
	p := Greedy()
	p.FrequencyPenalty, p.PresencePenalty = 0.5, 1
	s := New(p, 3, 8, []int32{2, 2, 2}) // the prompt doesn't count
	var got []int32
	for range 6 {
		id, err := s.Next([]float32{4, 3, 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, id)
	}
	// Token 0 costs 1.5, 2, 2.5 …, and token 1 likewise: 4; 2.5 against 3;
	// 2.5 against 1.5; 2 against 1.5; 1.5 = 1.5; 1 against 1.5.
	if want := []int32{0, 1, 0, 0, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestWhatCannotBeDrawn(t *testing.T) {
	for name, c := range map[string]struct {
		logits []float32
		mask   []uint64
		want   error
	}{
		"NaN":           {[]float32{1, float32(math.NaN()), 2}, nil, ErrNotFinite},
		"infinity":      {[]float32{1, float32(math.Inf(1)), 2}, nil, ErrNotFinite},
		"all forbidden": {[]float32{1, 2, 3}, []uint64{0}, ErrNoToken},
		"short mask":    {[]float32{1, 2, 3}, []uint64{}, ErrNoToken},
	} {
		for _, p := range []Params{Greedy(), {Temperature: 1, TopP: 1}, {Temperature: 1, TopK: 2, TopP: 0.9}, {Temperature: 1, TopP: 0.9}} {
			s := New(p, 3, 8, nil)
			if _, err := s.Next(slices.Clone(c.logits), c.mask); !errors.Is(err, c.want) {
				t.Errorf("%s, %+v: %v, want %v", name, p, err, c.want)
			}
		}
	}
}

// TestSeeds checks that a seed decides the draws.
func TestSeeds(t *testing.T) {
	draw := func(seed uint64) []int32 {
		s := New(Params{Temperature: 1, TopP: 1, Seed: seed}, 50, 64, nil)
		var ids []int32
		for range 20 {
			id, err := s.Next(make([]float32, 50), nil)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		return ids
	}
	if !slices.Equal(draw(7), draw(7)) || slices.Equal(draw(7), draw(8)) {
		t.Error("equal seeds differ, or different ones don't")
	}
}

func TestLogprobs(t *testing.T) {
	var p Logprobs
	p.Set([]float32{0, 1, 2, 3})
	if got := p.Of(3).Logprob; math.Abs(float64(got)+0.4401897) > 1e-6 {
		t.Errorf("log probability %v", got)
	}
	top := p.Top(nil, 2)
	if len(top) != 2 || top[0].ID != 3 || top[1].ID != 2 || top[0].Logprob-top[1].Logprob != 1 {
		t.Errorf("top %v", top)
	}
	var sum float64
	for id := range int32(4) {
		sum += math.Exp(float64(p.Of(id).Logprob))
	}
	if math.Abs(sum-1) > 1e-6 {
		t.Errorf("the probabilities add up to %v", sum)
	}
}

func TestNothingIsAllocated(t *testing.T) {
	logits := make([]float32, 5000)
	for i := range logits {
		logits[i] = float32(math.Sin(float64(i)))
	}
	work := make([]float32, len(logits))
	for _, p := range []Params{
		Greedy(), {Temperature: 1, TopK: 64, TopP: 0.95, RepetitionPenalty: 1.2}, {Temperature: 1, TopP: 1}, {Temperature: 0.5, TopP: 0.9, MinP: 0.05},
	} {
		s := New(p, len(logits), 4096, nil)
		n := testing.AllocsPerRun(100, func() {
			copy(work, logits)
			if _, err := s.Next(work, nil); err != nil {
				t.Fatal(err)
			}
		})
		if n != 0 {
			t.Errorf("%+v: %v allocations a token", p, n)
		}
	}
}
