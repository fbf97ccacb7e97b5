package optimize

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// sentences are what both graphs are compared on, besides random ids: the
// kinds of text that classifiers see, long and short.
var sentences = []string{
	"This is great!",
	"This was a terrible waste of time.",
	"",
	"ok",
	"I have never been so bored in my life, and the ending made no sense at all.",
	"The staff were friendly, the room was clean and breakfast was included in the price.",
	"Delivery took three weeks and the parcel was damaged when it finally arrived.",
	"Not bad, though I expected rather more after everything that I had read about it.",
	"Does this come in blue?",
	"The battery lasts about ten hours with the screen at half brightness.",
	"Refund requested twice; nobody answers the phone. Avoid.",
	"An honest, funny and moving film with two wonderful leads.",
	"Ça va très bien, merci — et vous? 你好。",
	"10/10 would buy again :-)",
	"It works. That is all I can say about it, and all that I ever asked of it, to be fair to the people who made it.",
	"Please cancel my subscription from the first of next month and confirm it in writing.",
}

// sequence is one text as ids and token types.
type sequence struct{ ids, types []int32 }

const (
	batchTexts  = 8
	randomTexts = 40
	// longestCompared is BERT's. Attention of a plain graph takes memory by its square, for
	// every text of a batch.
	longestCompared = 512
)

// samples are batches of mixed lengths: the sentences, and random ids from one
// token to as many as the model takes, or longestCompared.
func samples(t *tokenizer.Tokenizer, c modelstore.Config) [][]sequence {
	var all []sequence
	limit := min(c.MaxTokens(), longestCompared)
	for _, s := range sentences {
		e := t.Encode(s, limit)
		all = append(all, sequence{e.IDs, e.TypeIDs})
	}
	// The seed is fixed, so that a model's check is the same each time.
	r := rand.New(rand.NewPCG(2026, 11))
	for i := range randomTexts {
		n := 1 + r.IntN(min(64, limit))
		if i == 0 {
			n = limit
		}
		ids := make([]int32, n)
		for j := range ids {
			ids[j] = int32(r.Int64N(int64(c.Vocabulary)))
		}
		all = append(all, sequence{ids, make([]int32, n)})
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return slices.Collect(slices.Chunk(all, batchTexts))
}

// longest is a text of as many tokens as the model takes, nil if samples have one.
func longest(c modelstore.Config) []sequence {
	n := c.MaxTokens()
	if n <= longestCompared {
		return nil
	}
	ids := make([]int32, n)
	for i := range ids {
		ids[i] = int32(i % c.Vocabulary)
	}
	return []sequence{{ids, make([]int32, n)}}
}

// runPlain feeds a plain export with a padded batch.
func runPlain(ctx context.Context, s *onnx.Session, batch []sequence, pad int32) (onnx.Tensor, error) {
	var p graph.Padded
	p.Set(len(batch), pad, idsOf(batch), typesOf(batch))
	return s.RunBatch(ctx, &p)
}

func runPacked(ctx context.Context, s *onnx.Session, batch []sequence) (onnx.Tensor, error) {
	var p graph.Packed
	p.Set(len(batch), idsOf(batch), typesOf(batch))
	return s.RunBatch(ctx, &p)
}

func idsOf(batch []sequence) func(int) []int32 { return func(i int) []int32 { return batch[i].ids } }
func typesOf(batch []sequence) func(int) []int32 {
	return func(i int) []int32 { return batch[i].types }
}

// unpadded leaves out what lies behind the ends of a padded batch's texts: [texts, longest,
// width] becomes [tokens, width]. A tensor of [texts, width] stays.
func unpadded(t onnx.Tensor, batch []sequence) onnx.Tensor {
	if len(t.Shape) != 3 || len(t.Float32s) != len(batch)*int(t.Shape[1]*t.Shape[2]) {
		return t
	}
	longest, width := int(t.Shape[1]), int(t.Shape[2])
	out := onnx.Tensor{Shape: []int64{0, t.Shape[2]}}
	for i, s := range batch {
		at := i * longest * width
		out.Float32s = append(out.Float32s, t.Float32s[at:at+len(s.ids)*width]...)
		out.Shape[0] += int64(len(s.ids))
	}
	return out
}

// firsts leaves each text's first row of [tokens, width].
func firsts(t onnx.Tensor, batch []sequence) onnx.Tensor {
	width := int(t.Shape[1])
	out := onnx.Tensor{Shape: []int64{int64(len(batch)), t.Shape[1]}}
	at := 0
	for _, s := range batch {
		out.Float32s = append(out.Float32s, t.Float32s[at:at+width]...)
		at += len(s.ids) * width
	}
	return out
}

// differences sums up how two graphs' answers differ.
type differences struct {
	embeds       bool // the rows are vectors, whose scores are their cosines
	texts, same  int
	logit, score float64
	largest      float64 // logit of the source
}

func (d *differences) add(want, got onnx.Tensor) error {
	if len(want.Float32s) == 0 || len(want.Shape) != 2 || !slices.Equal(want.Shape, got.Shape) {
		return &graph.NotRecognisedError{Reason: fmt.Sprintf("it gives %v where the rewritten one gives %v", want.Shape, got.Shape)}
	}
	n := int(want.Shape[1])
	for i := 0; i < len(want.Float32s); i += n {
		a, b := want.Float32s[i:i+n], got.Float32s[i:i+n]
		if d.embeds {
			d.score = worse(d.score, 1-cosine(a, b))
		} else {
			pa, pb := probabilities(a), probabilities(b)
			for j := range a {
				d.score = worse(d.score, pa[j]-pb[j])
			}
		}
		for j := range a {
			d.logit = worse(d.logit, float64(a[j])-float64(b[j]))
			d.largest = max(d.largest, math.Abs(float64(a[j])))
		}
		d.texts++
		if d.embeds || index(a) == index(b) {
			d.same++
		}
	}
	return nil
}

// worse is the larger magnitude; NaN is worse than anything.
func worse(a, difference float64) float64 {
	b := math.Abs(difference)
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.NaN()
	}
	return max(a, b)
}

func index(row []float32) int { return slices.Index(row, slices.Max(row)) }

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	return ab / math.Sqrt(aa*bb)
}

// probabilities by softmax, or by sigmoid where there is one label.
func probabilities(row []float32) []float64 {
	out := make([]float64, len(row))
	if len(row) == 1 {
		out[0] = 1 / (1 + math.Exp(-float64(row[0])))
		return out
	}
	top, sum := float64(slices.Max(row)), 0.0
	for i, v := range row {
		out[i] = math.Exp(float64(v) - top)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

func (d *differences) check() modelstore.Check {
	return modelstore.Check{
		Texts: d.texts, MaxLogitDifference: d.logit, MaxScoreDifference: d.score,
		SameLabel: d.sameShare(),
	}
}

func (d *differences) sameShare() float64 { return float64(d.same) / float64(d.texts) }

// finite refuses answers that hold NaN or an infinity.
func (d *differences) finite() error {
	if math.IsNaN(d.logit) || math.IsInf(d.logit, 0) {
		return &graph.NotRecognisedError{Reason: "its logits or the rewritten graph's are not finite numbers"}
	}
	return nil
}

// within refuses answers that are further apart than the precision explains.
func (d *differences) within(o Options, precision string) error {
	if precision == string(graph.Int8) {
		if !(d.score <= o.MaxScoreDifference) {
			return fmt.Errorf("in int8 scores differ by up to %.3g from the source's, %.3g is allowed: serve fp32, or allow more with --max-score-difference",
				d.score, o.MaxScoreDifference)
		}
		return nil
	}
	relative := MaxLogitDifference
	if precision == "fp16" {
		relative = MaxHalfDifference
	}
	if limit := relative * max(1, d.largest); !(d.logit <= limit) {
		return &graph.NotRecognisedError{Reason: fmt.Sprintf("its logits differ by up to %.3g from the rewritten graph's, %.3g is allowed", d.logit, limit)}
	}
	return nil
}
