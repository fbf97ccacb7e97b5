package chat

import (
	"context"
	"fmt"
)

// What a rendering may cost: so many steps, each some tenth of a microsecond, with
// more for what a conversation brings, but not without end; and so many bytes.
const (
	baseSteps     = 1_000_000
	stepsAMessage = 1_000
	bytesAStep    = 256 // of texts that a step works on
	looks         = 64  // at all that the messages say
	maxSteps      = 4_000_000

	baseText       = 4 << 20 // of a string, or of the prompt
	textPerByte    = 8       // of the messages
	maxText        = 64 << 20
	baseMemory     = 32 << 20
	memoryPerText  = 2 // as much as a string may have
	pieceBytes     = 80
	valueBytes     = 32
	maxSourceBytes = 256 << 10 // of a template
)

// CostError says which bound the rendering of a conversation is over.
type CostError struct {
	Line    int
	Problem string
}

func (e *CostError) Error() string {
	return fmt.Sprintf("chat template, line %d: %s: send fewer or shorter messages", e.Line, e.Problem)
}

// stepsALook is how many steps there are between two looks at the context.
const stepsALook = 10_000

// ended stops a rendering whose context has ended, from wherever it is.
type ended struct{ error }

// limits is what one rendering may cost, and still costs.
type limits struct {
	over              func() error // why the rendering is to end, or nil
	look              int          // at it, when so few steps are left
	steps, allSteps   int
	memory, allMemory int
	text              int // most bytes of a string or of the prompt
}

func limitsOf(ctx context.Context, in *Inputs) limits {
	content, messages := in.size(), len(in.Messages)
	l := limits{over: ctx.Err}
	l.allSteps = min(maxSteps, baseSteps+stepsAMessage*messages+looks*content/bytesAStep)
	l.text = min(maxText, baseText+textPerByte*content)
	l.allMemory = baseMemory + memoryPerText*l.text + valueBytes*messages
	l.steps, l.memory, l.look = l.allSteps, l.allMemory, l.allSteps
	return l
}

func (r *run) exceeds(format string, args ...any) {
	panic(&CostError{r.line, fmt.Sprintf(format, args...)})
}

func (r *run) step() { r.take(1) }

// take takes steps.
func (r *run) take(steps int) {
	if r.steps -= steps; r.steps < 0 {
		r.exceeds("it takes over %d steps", r.allSteps)
	}
	if r.steps <= r.look {
		r.look = r.steps - stepsALook
		if err := r.over(); err != nil {
			panic(ended{err})
		}
	}
}

// alloc takes memory, whether it is kept or not.
func (r *run) alloc(bytes int) {
	r.take(bytes / 1024)
	if r.memory -= bytes; r.memory < 0 {
		r.exceeds("it makes strings and lists of over %d MiB", r.allMemory>>20)
	}
}

// spend counts what a step does to large texts and lists as further steps.
func (r *run) spend(values ...any) {
	for _, v := range values {
		switch v := v.(type) {
		case text:
			r.take(v.size()/bytesAStep + len(v))
		case list:
			r.take(len(v))
		case tuple:
			r.take(len(v))
		}
	}
}
