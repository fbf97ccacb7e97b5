package sampling

import (
	"errors"
	"math"
	"math/bits"
	"math/rand/v2"
)

// ErrNotFinite is returned for logits that hold NaN or an infinity.
var ErrNotFinite = errors.New("the logits hold NaN or an infinity")

// ErrNoToken is returned when a mask allows no token at all.
var ErrNoToken = errors.New("no token is allowed")

// Sampler draws the tokens of one text. Its methods are for one goroutine, and
// allocate nothing once it is made.
type Sampler struct {
	params Params
	rng    *rand.PCG
	heap   []candidate // the best so far, the least of them first
	all    []candidate // for draws without top-k

	// Counts of tokens by id: of the prompt and of the text. Nil unless
	// penalties need them.
	prompt, text []uint16
	seen         []int32 // ids with a count
}

type candidate struct {
	id    int32
	logit float32
}

// New makes a Sampler for a vocabulary of that size and a prompt. Texts of up
// to window tokens need no more memory later.
func New(p Params, vocabulary, window int, prompt []int32) *Sampler {
	s := &Sampler{params: p, rng: rand.NewPCG(p.Seed, 0x9e3779b97f4a7c15)}
	if p.Temperature > 0 {
		n := p.TopK
		if n <= 0 || n > maxHeap {
			n = 0
			s.all = make([]candidate, 0, min(vocabulary, allFrom))
		}
		s.heap = make([]candidate, 0, n)
	}
	if p.penalises() {
		s.prompt, s.text = make([]uint16, vocabulary), make([]uint16, vocabulary)
		s.seen = make([]int32, 0, min(window, vocabulary))
		for _, id := range prompt {
			s.count(s.prompt, id)
		}
	}
	return s
}

const (
	// maxHeap is the largest top-k that is found with a heap.
	maxHeap = 1024
	// allFrom is how many candidates a draw without top-k has room for at first.
	allFrom = 4096
)

func (s *Sampler) count(counts []uint16, id int32) {
	if int(id) >= len(counts) || id < 0 {
		return
	}
	if s.prompt[id] == 0 && s.text[id] == 0 {
		s.seen = append(s.seen, id)
	}
	if counts[id] < math.MaxUint16 {
		counts[id]++
	}
}

// Next draws a token. The logits are changed. A bit of mask that is 0 forbids
// a token; a nil mask forbids none.
func (s *Sampler) Next(logits []float32, mask []uint64) (int32, error) {
	if s.params.Temperature <= 0 && mask == nil && s.text == nil && len(s.params.Bias) == 0 {
		return greedy(logits)
	}
	if !finite(logits) {
		return 0, ErrNotFinite
	}
	s.adjust(logits)
	if mask != nil {
		forbid(logits, mask)
	}
	id, ok := int32(0), true
	switch {
	case s.params.Temperature <= 0:
		id, ok = argmax(logits)
	case cap(s.heap) > 0:
		s.topK(logits)
		id, ok = s.draw(s.heap)
	default:
		id, ok = s.drawFromAll(logits)
	}
	if !ok {
		return 0, ErrNoToken
	}
	if s.text != nil {
		s.count(s.text, id)
	}
	return id, nil
}

// finite reports whether all of v are finite: only then is v times 0 always 0.
func finite(v []float32) bool {
	var a, b, c, d float32
	i := 0
	for ; i+4 <= len(v); i += 4 {
		w := v[i : i+4 : i+4]
		a += w[0] * 0
		b += w[1] * 0
		c += w[2] * 0
		d += w[3] * 0
	}
	for ; i < len(v); i++ {
		a += v[i] * 0
	}
	return a+b+c+d == 0
}

func (s *Sampler) adjust(logits []float32) {
	for id, b := range s.params.Bias {
		if int(id) < len(logits) && id >= 0 {
			logits[id] += b
		}
	}
	if s.text == nil {
		return
	}
	p := &s.params
	for _, id := range s.seen {
		l := logits[id]
		if p.RepetitionPenalty > 0 {
			if l > 0 {
				l /= p.RepetitionPenalty
			} else {
				l *= p.RepetitionPenalty
			}
		}
		if n := s.text[id]; n > 0 {
			l -= p.FrequencyPenalty*float32(n) + p.PresencePenalty
		}
		logits[id] = l
	}
}

// never is the logit of a token that may not come.
var never = float32(math.Inf(-1))

func forbid(logits []float32, mask []uint64) {
	for i := 0; i < len(logits); i += 64 {
		var word uint64
		if i/64 < len(mask) {
			word = mask[i/64]
		}
		n := min(64, len(logits)-i)
		if word == ^uint64(0) {
			continue
		}
		if word == 0 {
			for j := range logits[i : i+n] {
				logits[i+j] = never
			}
			continue
		}
		if n < 64 {
			word |= ^uint64(0) << n
		}
		for word = ^word; word != 0; word &= word - 1 {
			logits[i+bits.TrailingZeros64(word)] = never
		}
	}
}

// greedy is finite and argmax in one pass, for nothing lies between them.
func greedy(v []float32) (int32, error) {
	var a, b, c, d float32
	best, at := never, -1
	i := 0
	for ; i+4 <= len(v); i += 4 {
		w := v[i : i+4 : i+4]
		a += w[0] * 0
		b += w[1] * 0
		c += w[2] * 0
		d += w[3] * 0
		if w[0] > best || w[1] > best || w[2] > best || w[3] > best {
			for j, l := range w {
				if l > best {
					best, at = l, i+j
				}
			}
		}
	}
	for ; i < len(v); i++ {
		a += v[i] * 0
		if v[i] > best {
			best, at = v[i], i
		}
	}
	if a+b+c+d != 0 {
		return 0, ErrNotFinite
	}
	if at < 0 {
		return 0, ErrNoToken
	}
	return int32(at), nil
}

// argmax takes the first of the greatest.
func argmax(logits []float32) (int32, bool) {
	best, at := never, -1
	for i, l := range logits {
		if l > best {
			best, at = l, i
		}
	}
	return int32(at), at >= 0
}

// uniform is in [0, 1).
func (s *Sampler) uniform() float64 { return float64(s.rng.Uint64()>>11) / (1 << 53) }
