package pipeline

import (
	"context"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// Aggregation says how tokens become entities, by the names of transformers' strategies.
type Aggregation string

// The strategies. All but NoAggregation and Simple give a word one label.
const (
	NoAggregation Aggregation = "none"    // every token
	Simple        Aggregation = "simple"  // neighbours of one label
	First         Aggregation = "first"   // a word has its first token's
	Average       Aggregation = "average" // that with the best mean over its tokens
	Largest       Aggregation = "max"     // that of its surest token
)

// Aggregations are all of them.
var Aggregations = []Aggregation{NoAggregation, Simple, First, Average, Largest}

// TagRequest asks for the entities in one or more texts.
type TagRequest struct {
	Texts       []string
	Aggregation Aggregation // "" is NoAggregation
	Ignore      []string    // labels that are left out; nil is "O"
	Truncate    bool        // false: a text over the limit is ErrTooLong
	// Stride is how many tokens each window of a long text has of the one before it; nil:
	// there is one window, and the text is cut. It needs an aggregation.
	Stride     *int
	MaxWindows int    // with Stride: so many for all texts; 0 is no limit
	Caller     string // who asks, "" if callers aren't told apart
}

// Entity is a stretch of a text and its label.
type Entity struct {
	Label      string // without B- and I- if tokens were aggregated
	Score      float32
	Index      int    // of the token, from the special tokens on; only without aggregation
	Word       string // the tokens, put together
	Start, End int    // in the text, in characters (code points)
}

// TagResult holds the entities in the order of TagRequest.Texts.
type TagResult struct {
	Entities [][]Entity
	Work
}

// Tagger is transformers' token-classification pipeline over one model.
type Tagger struct{ *encoder }

// Tag finds the entities in a request's texts. Its errors are those of [Classifier.Classify].
func (t *Tagger) Tag(ctx context.Context, r TagRequest) (TagResult, error) {
	q := texts{texts: r.Texts, truncate: r.Truncate, caller: r.Caller, offsets: make([]tokenizer.Encoding, len(r.Texts))}
	owners := make([]int, len(r.Texts)) // of the windows
	for i := range owners {
		owners[i] = i
	}
	if r.Stride != nil {
		var err error
		if q.offsets, owners, err = t.windows(ctx, r); err != nil {
			return TagResult{}, err
		}
		q.texts = make([]string, len(owners))
		for i, owner := range owners {
			q.texts[i] = r.Texts[owner]
		}
	}
	rows, work, err := t.compute(ctx, q)
	if err != nil {
		return TagResult{}, err
	}
	if r.Ignore == nil {
		r.Ignore = []string{"O"}
	}
	result := TagResult{Entities: make([][]Entity, len(r.Texts)), Work: work}
	windows := make([]int, len(r.Texts))
	for i, row := range rows {
		tokens := t.tokens(q.texts[i], q.offsets[i], row)
		var entities []Entity
		switch r.Aggregation {
		case NoAggregation, "":
			entities = t.each(tokens)
		case Simple:
			entities = t.grouped(t.each(tokens))
		default:
			entities = t.grouped(t.words(tokens, r.Aggregation))
		}
		entities = slices.DeleteFunc(entities, func(e Entity) bool { return slices.Contains(r.Ignore, e.Label) })
		owner := owners[i]
		windows[owner]++
		result.Entities[owner] = append(result.Entities[owner], entities...)
	}
	for i, n := range windows {
		if n > 1 {
			result.Entities[i] = withoutOverlaps(result.Entities[i])
		}
	}
	return result, nil
}

// token is one that isn't a template's.
type token struct {
	word       string
	scores     []float32
	index      int
	start, end int
	continues  bool // a word
}

// tokens are those of a text with their scores: gather_pre_entities of transformers'
// token_classification.py.
func (t *Tagger) tokens(text string, e tokenizer.Encoding, logits []float32) (out []token) {
	chars := []rune(strings.ToValidUTF8(text, "\ufffd"))
	unknown, hasUnknown := t.tokenizer.TokenID(t.tokenizer.SpecialToken("unk_token"))
	before, behind := t.tokenizer.Around()
	labels := len(t.info.Labels)
	for i := before; i < len(e.IDs)-behind; i++ {
		start, end := min(int(e.Offsets[i].Start), len(chars)), min(int(e.Offsets[i].End), len(chars))
		one := token{
			word: t.tokenizer.TokenName(e.IDs[i]), scores: apply(Softmax, logits[i*labels:(i+1)*labels]),
			index: i, start: int(e.Offsets[i].Start), end: int(e.Offsets[i].End),
		}
		covered := chars[start:max(start, end)]
		if t.tokenizer.ContinuesWords() {
			one.continues = len([]rune(one.word)) != len(covered)
		} else {
			one.continues = start > 0 && !slices.Contains(chars[start-1:min(start+1, len(chars))], ' ')
		}
		if hasUnknown && e.IDs[i] == unknown {
			one.word, one.continues = string(covered), false
		}
		out = append(out, one)
	}
	return out
}

// most is the index of the first of the largest scores.
func most(scores []float32) int { return slices.Index(scores, slices.Max(scores)) }

// each makes an entity of every token.
func (t *Tagger) each(tokens []token) []Entity {
	entities := make([]Entity, len(tokens))
	for i, one := range tokens {
		at := most(one.scores)
		entities[i] = Entity{t.info.Labels[at], one.scores[at], one.index, one.word, one.start, one.end}
	}
	return entities
}

// words makes an entity of the tokens of every word.
func (t *Tagger) words(tokens []token, a Aggregation) (entities []Entity) {
	for len(tokens) > 0 {
		n := 1
		for n < len(tokens) && tokens[n].continues {
			n++
		}
		entities, tokens = append(entities, t.word(tokens[:n], a)), tokens[n:]
	}
	return entities
}

func (t *Tagger) word(tokens []token, a Aggregation) Entity {
	scores := tokens[0].scores
	switch a {
	case Largest:
		for _, one := range tokens[1:] {
			if slices.Max(one.scores) > slices.Max(scores) {
				scores = one.scores
			}
		}
	case Average:
		scores = make([]float32, len(scores))
		for i := range scores {
			for _, one := range tokens {
				scores[i] += one.scores[i] / float32(len(tokens))
			}
		}
	}
	names := make([]string, len(tokens))
	for i, one := range tokens {
		names[i] = one.word
	}
	at := most(scores)
	return Entity{Label: t.info.Labels[at], Score: scores[at], Word: t.tokenizer.Join(names), Start: tokens[0].start, End: tokens[len(tokens)-1].end}
}

// grouped puts neighbours of one label together, but for those that begin anew.
func (t *Tagger) grouped(entities []Entity) (groups []Entity) {
	for len(entities) > 0 {
		_, label := parts(entities[0].Label)
		n := 1
		for n < len(entities) {
			begins, other := parts(entities[n].Label)
			if begins || other != label {
				break
			}
			n++
		}
		groups, entities = append(groups, t.group(entities[:n])), entities[n:]
	}
	return groups
}

func (t *Tagger) group(entities []Entity) Entity {
	first, last := entities[0], entities[len(entities)-1]
	label := first.Label
	if _, rest, cut := strings.Cut(label, "-"); cut {
		label = rest
	}
	words, sum := make([]string, len(entities)), 0.0
	for i, e := range entities {
		words[i] = e.Word
		sum += float64(e.Score)
	}
	return Entity{Label: label, Score: float32(sum / float64(len(entities))), Word: t.tokenizer.Join(words), Start: first.Start, End: last.End}
}

// parts are whether a label begins an entity, and its name. One without B- and I- goes on.
func parts(label string) (begins bool, name string) {
	if rest, ok := strings.CutPrefix(label, "B-"); ok {
		return true, rest
	}
	return false, strings.TrimPrefix(label, "I-")
}
