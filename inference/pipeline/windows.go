package pipeline

import (
	"context"
	"fmt"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// windows are the stretches of a request's texts that the model reads one by one, and which
// text each is of: as the tokenizers library cuts a text with a stride.
func (t *Tagger) windows(ctx context.Context, r TagRequest) (all []tokenizer.Encoding, owners []int, err error) {
	before, behind := t.tokenizer.Around()
	room, stride := t.info.MaxTokens-before-behind, *r.Stride
	switch {
	case r.Aggregation == NoAggregation || r.Aggregation == "":
		return nil, nil, &InvalidError{Field: "stride", Problem: "it needs an aggregation_strategy other than none, by which the windows' entities are put together"}
	case stride < 0 || stride >= room:
		return nil, nil, &InvalidError{Field: "stride", Problem: fmt.Sprintf("it is %d: a window has %d tokens beside special ones, so it can be 0 to %d", stride, room, room-1)}
	case t.tokenizer.TruncatesLeft():
		return nil, nil, &InvalidError{Field: "stride", Problem: "the model's texts are cut at their beginning, with which windows aren't supported: leave it out"}
	}
	for i, text := range r.Texts {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		whole := t.tokenizer.EncodeOffsets(text, 0)
		if err := t.known(i, whole); err != nil {
			return nil, nil, err
		}
		end := len(whole.IDs) - behind
		for from := before; ; from += room - stride {
			to := min(from+room, end)
			all, owners = append(all, window(whole, before, from, to, end)), append(owners, i)
			if r.MaxWindows > 0 && len(all) > r.MaxWindows {
				return nil, nil, &InvalidError{Field: "stride", Problem: fmt.Sprintf("the texts have more than %d windows, the limit: take a smaller stride, or send fewer or shorter texts", r.MaxWindows)}
			}
			if to == end {
				break
			}
		}
	}
	return all, owners, nil
}

// window is a stretch of an encoding between the tokens around a text.
func window(e tokenizer.Encoding, before, from, to, end int) (w tokenizer.Encoding) {
	w.IDs = slices.Concat(e.IDs[:before], e.IDs[from:to], e.IDs[end:])
	w.Offsets = slices.Concat(e.Offsets[:before], e.Offsets[from:to], e.Offsets[end:])
	if e.TypeIDs != nil {
		w.TypeIDs = slices.Concat(e.TypeIDs[:before], e.TypeIDs[from:to], e.TypeIDs[end:])
	}
	return w
}

// withoutOverlaps leaves of entities that overlap the longest, of which the surest: what
// aggregate_overlapping_entities does in transformers' token_classification.py.
func withoutOverlaps(entities []Entity) (kept []Entity) {
	if len(entities) == 0 {
		return entities
	}
	slices.SortStableFunc(entities, func(a, b Entity) int { return a.Start - b.Start })
	last := entities[0]
	for _, e := range entities {
		length, longest := e.End-e.Start, last.End-last.Start
		switch {
		case e.Start < last.Start || e.Start >= last.End:
			kept, last = append(kept, last), e
		case length > longest, length == longest && e.Score > last.Score:
			last = e
		}
	}
	return append(kept, last)
}
