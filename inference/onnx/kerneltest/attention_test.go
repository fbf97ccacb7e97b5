package kerneltest_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/kerneltest"
)

// attend computes a head of one text in float64: query and parts are rows of so many
// floats, and it gives what the query's row sees.
func attend(query []float32, parts []float32, apart, key, value, n, size int) []float64 {
	weights := make([]float64, n)
	most, sum := math.Inf(-1), 0.0
	for t := range n {
		for c := range size {
			weights[t] += float64(query[c]) * float64(parts[t*apart+key+c])
		}
		most = max(most, weights[t])
	}
	out := make([]float64, size)
	for t := range n {
		w := math.Exp(weights[t] - most)
		sum += w
		for c := range size {
			out[c] += w * float64(parts[t*apart+value+c])
		}
	}
	for c := range out {
		out[c] /= sum
	}
	return out
}

func normal(r *rand.Rand, n int, scale float64) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(r.NormFloat64() * scale)
	}
	return out
}

// TestAttend compares attention of texts of many lengths, and of heads of odd sizes, with
// float64, for each instruction set. Large scores are among them, whose exponentials
// vanish.
func TestAttend(t *testing.T) {
	for _, name := range kerneltest.Instructions {
		if !kerneltest.Use(name) {
			continue
		}
		r := rand.New(rand.NewPCG(5, 6))
		for _, c := range []struct {
			heads, size int
			scale       float64
			lengths     []int64
		}{
			{12, 64, 0.5, []int64{1, 2, 3, 15, 16, 17, 23, 24, 25, 31, 32, 33, 48, 49, 64, 100}},
			{2, 32, 3, []int64{40, 7, 300, 1}},
			{3, 20, 0.3, []int64{5, 90}},
			{1, 1, 1, []int64{4}},
		} {
			const several = 13 // queries of a text
			hidden, tokens := c.heads*c.size, 0
			for _, n := range c.lengths {
				tokens += int(n)
			}
			parts, pairs, queries := normal(r, tokens*3*hidden, c.scale), normal(r, tokens*2*hidden, c.scale), normal(r, len(c.lengths)*hidden, c.scale)
			both, questions := normal(r, tokens*hidden, c.scale), normal(r, len(c.lengths)*several*hidden, c.scale)
			all := kerneltest.Attend(parts, nil, c.lengths, c.heads, c.size, 1+r.IntN(4))
			single := kerneltest.Attend(pairs, queries, c.lengths, c.heads, c.size, 1+r.IntN(4))
			some := kerneltest.Attend(both, questions, c.lengths, c.heads, c.size, 1+r.IntN(4))
			row := 0
			for text, length := range c.lengths {
				n := int(length)
				// An exponential is off by as much as its exponent is, which fp32 rounds.
				near := 2e-6 * max(1, c.scale*c.scale*math.Sqrt(float64(c.size)))
				for h := range c.heads {
					compare := func(got []float32, want []float64) {
						for i := range want {
							if d := math.Abs(float64(got[i]) - want[i]); !(d <= near*max(1, math.Abs(want[i]))) {
								t.Fatalf("%s: text %d of %d tokens, head %d: %v, want %v", name, text, n, h, got[i], want[i])
							}
						}
					}
					for q := range n {
						at := (row + q) * 3 * hidden
						compare(all[(row+q)*hidden+h*c.size:], attend(parts[at+h*c.size:], parts[row*3*hidden:], 3*hidden, hidden+h*c.size, 2*hidden+h*c.size, n, c.size))
					}
					compare(single[text*hidden+h*c.size:], attend(queries[text*hidden+h*c.size:], pairs[row*2*hidden:], 2*hidden, h*c.size, hidden+h*c.size, n, c.size))
					for q := range several {
						at := (text*several+q)*hidden + h*c.size
						compare(some[at:], attend(questions[at:], both[row*hidden:], hidden, h*c.size, h*c.size, n, c.size))
					}
				}
				row += n
			}
		}
	}
}

// TestTextsAreIndependent: what attention gives for a text is the same to the bit alone
// and beside others.
func TestTextsAreIndependent(t *testing.T) {
	const heads, size = 4, 32
	lengths := []int64{9, 200, 33, 1, 64}
	for _, name := range kerneltest.Instructions {
		if !kerneltest.Use(name) {
			continue
		}
		r := rand.New(rand.NewPCG(7, 8))
		const several, hidden = 12, heads * size
		parts, questions := normal(r, 307*3*hidden, 1), normal(r, len(lengths)*several*hidden, 1)
		all := kerneltest.Attend(parts, nil, lengths, heads, size, 3)
		some := kerneltest.Attend(parts[:307*hidden], questions, lengths, heads, size, 3)
		row := 0
		for text, n := range lengths {
			next := row + int(n)
			alone := kerneltest.Attend(parts[row*3*heads*size:next*3*heads*size], nil, []int64{n}, heads, size, 1)
			if !slices.Equal(alone, all[row*heads*size:next*heads*size]) {
				t.Errorf("%s: a text of %d tokens differs alone", name, n)
			}
			from, to := text*several*hidden, (text+1)*several*hidden
			alone = kerneltest.Attend(parts[row*hidden:next*hidden], questions[from:to], []int64{n}, heads, size, 1)
			if !slices.Equal(alone, some[from:to]) {
				t.Errorf("%s: what queries see of a text of %d tokens differs alone", name, n)
			}
			row = next
		}
	}
}

// TestNotANumber: what isn't finite in a text's keys reaches its result, so that it is
// found.
func TestNotANumber(t *testing.T) {
	for _, name := range kerneltest.Instructions {
		if !kerneltest.Use(name) {
			continue
		}
		for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
			parts := normal(rand.New(rand.NewPCG(9, 10)), 20*3*16, 1)
			parts[3*16*7+16] = bad
			y := kerneltest.Attend(parts, nil, []int64{20}, 1, 16, 1)
			if !slices.ContainsFunc(y, func(v float32) bool { return math.IsNaN(float64(v)) }) {
				t.Errorf("%s: %v as a key is lost", name, bad)
			}
		}
	}
}

// TestAttendWithin: with a window a token's attention is that of the tokens near it alone.
func TestAttendWithin(t *testing.T) {
	for _, name := range kerneltest.Instructions {
		if !kerneltest.Use(name) {
			continue
		}
		r := rand.New(rand.NewPCG(7, 8))
		for _, c := range []struct {
			heads, size, window int
			lengths             []int64
		}{
			{3, 64, 64, []int64{1, 64, 65, 66, 129, 400}},
			{2, 20, 3, []int64{1, 3, 4, 5, 16, 17, 40, 101}},
			{1, 16, 1000, []int64{50}},
		} {
			hidden, tokens := c.heads*c.size, 0
			for _, n := range c.lengths {
				tokens += int(n)
			}
			parts := normal(r, tokens*3*hidden, 0.5)
			got := kerneltest.AttendWithin(parts, nil, c.lengths, c.window, c.heads, c.size, 1+r.IntN(4))
			row := 0
			for _, length := range c.lengths {
				n := int(length)
				for q := range n {
					low, high := max(0, q-c.window), min(n, q+c.window+1)
					for h := range c.heads {
						want := attend(parts[(row+q)*3*hidden+h*c.size:], parts[(row+low)*3*hidden:], 3*hidden, hidden+h*c.size, 2*hidden+h*c.size, high-low, c.size)
						for i, w := range want {
							if d := math.Abs(float64(got[(row+q)*hidden+h*c.size+i]) - w); !(d <= 3e-6*max(1, math.Abs(w))) {
								t.Fatalf("%s: window %d, %d tokens, token %d: %v, want %v", name, c.window, n, q, got[(row+q)*hidden+h*c.size+i], w)
							}
						}
					}
				}
				row += n
			}
		}
	}
}
