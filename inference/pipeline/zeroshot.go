package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// ZeroShotRequest asks how well labels fit to texts that the model wasn't trained for.
type ZeroShotRequest struct {
	Texts      []string
	Labels     []string
	Template   string // of the sentence that a text entails if a label fits; "" is DefaultTemplate
	MultiLabel bool   // labels don't exclude each other
	Truncate   bool   // false: a text over the limit is ErrTooLong
	Caller     string // who asks, "" if callers aren't told apart
}

// DefaultTemplate is transformers'.
const DefaultTemplate = "This example is {}."

// ZeroShotResult holds the labels of each text, best first.
type ZeroShotResult struct {
	Scores [][]LabelScore // Class is the label's place in ZeroShotRequest.Labels
	Work
}

// ZeroShot is transformers' zero-shot-classification pipeline. Its errors are those of
// [Classifier.Classify], and an InvalidError for a request that can't be, or a model that
// wasn't trained to say what entails what.
func (c *Classifier) ZeroShot(ctx context.Context, r ZeroShotRequest) (ZeroShotResult, error) {
	entails := c.info.Entails
	if entails < 0 || len(c.info.Labels) < 2 {
		return ZeroShotResult{}, &InvalidError{Field: "candidate_labels", Problem: fmt.Sprintf(
			"they need a model with one label in label2id that begins with \"entail\", the model's are: %.500s", strings.Join(c.info.Labels, ", "))}
	}
	q := texts{labels: r.Labels, truncate: r.Truncate, caller: r.Caller}
	for _, text := range r.Texts {
		for _, label := range r.Labels {
			hypothesis, err := hypothesis(r.Template, label)
			if err != nil {
				return ZeroShotResult{}, err
			}
			q.texts, q.pairs = append(q.texts, text), append(q.pairs, &hypothesis)
		}
	}
	logits, work, err := c.compute(ctx, q)
	var long *TooLongError
	if errors.As(err, &long) {
		err = &TooLongError{Index: long.Index / len(r.Labels), Limit: long.Limit}
	}
	if err != nil {
		return ZeroShotResult{}, err
	}
	result := ZeroShotResult{Work: work}
	contradicts := 0
	if entails == 0 {
		contradicts = len(c.info.Labels) - 1
	}
	for rows := range slices.Chunk(logits, len(r.Labels)) {
		scores := make([]float32, len(rows))
		for i, row := range rows {
			scores[i] = row[entails]
			if r.MultiLabel || len(rows) == 1 {
				scores[i] = float32(1 / (1 + math.Exp(float64(row[contradicts]-row[entails]))))
			}
		}
		if !r.MultiLabel && len(rows) > 1 {
			scores = apply(Softmax, scores)
		}
		result.Scores = append(result.Scores, best(scores, r.Labels, 0))
	}
	return result, nil
}

// hypothesis puts a label into a template as Python's str.format does, of which a template
// has one place.
func hypothesis(template, label string) (string, error) {
	if template == "" {
		template = DefaultTemplate
	}
	var b strings.Builder
	places := 0
	for rest := template; rest != ""; {
		switch {
		case strings.HasPrefix(rest, "{{"), strings.HasPrefix(rest, "}}"):
			b.WriteByte(rest[0])
			rest = rest[2:]
		case strings.HasPrefix(rest, "{}"), strings.HasPrefix(rest, "{0}"):
			b.WriteString(label)
			rest = rest[strings.IndexByte(rest, '}')+1:]
			places++
		case rest[0] == '{' || rest[0] == '}':
			places = -1
			rest = ""
		default:
			b.WriteByte(rest[0])
			rest = rest[1:]
		}
	}
	if places != 1 {
		return "", &InvalidError{Field: "hypothesis_template", Problem: fmt.Sprintf("%.200q must have {} once, where the label is put", template)}
	}
	return b.String(), nil
}
