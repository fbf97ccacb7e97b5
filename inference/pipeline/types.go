// Package pipeline turns texts into answers: it tokenizes, queues, runs the
// model and post-processes, as transformers' pipelines do.
package pipeline

import (
	"errors"
	"fmt"
)

// Function is what turns logits into scores.
type Function string

// The functions that transformers' text-classification pipeline knows. The
// empty Function means the model's own: see Info.Function.
const (
	FunctionDefault Function = ""
	Softmax         Function = "softmax"
	Sigmoid         Function = "sigmoid"
	None            Function = "none"
)

// ClassifyRequest asks for the classes of one or more texts.
type ClassifyRequest struct {
	Texts    []string
	Pairs    []*string // what the model reads behind each text, nil for nothing; or nil for all
	TopK     int       // how many labels a text, best first; 0 means all
	Function Function  // FunctionDefault: the model's own
	Truncate bool      // false: a text over the limit is ErrTooLong
	Caller   string    // who asks, "" if callers aren't told apart
}

// LabelScore is one label and its score.
type LabelScore struct {
	Label string  `json:"label"`
	Score float32 `json:"score"`
	Class int     `json:"-"` // the label's index in Info.Labels, which may have a label twice
}

// ClassifyResult holds the answers in the order of ClassifyRequest.Texts.
type ClassifyResult struct {
	Scores [][]LabelScore // one list a text, best first, at most TopK long
	Logits [][]float32    // raw model outputs, one row a text
	Work
}

// Errors that Classify returns, for errors.Is. A context's own error comes
// back as it is.
var (
	ErrDraining = errors.New("server is draining")
	ErrTooLong  = errors.New("text is too long")
)

// TooLongError says which text exceeded the limit. It is an ErrTooLong.
type TooLongError struct {
	Index, Limit int
}

func (e *TooLongError) Error() string {
	return fmt.Sprintf("text %d has more than %d tokens, the limit", e.Index, e.Limit)
}

func (e *TooLongError) Is(target error) bool { return target == ErrTooLong }
