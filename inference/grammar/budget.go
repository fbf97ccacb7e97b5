package grammar

import (
	"context"
	"fmt"
	"math"
)

// What compiling a schema may cost. A step is some ten nanoseconds; bytes are
// those that are allocated, whether they are kept or not. What clients' generators
// write takes up to a fiftieth of either.
const (
	maxSteps = 8_000_000
	maxBytes = 40 << 20
)

// work is a kind of it.
type work uint8

const (
	reading work = iota
	comparing
	naming
	matching
	measuring
	kindsOfWork
)

// tooMuch says what of a schema takes the work, and what to do.
var tooMuch = [kindsOfWork]string{
	reading:   "reading its schemas, again for each combination of anyOf, oneOf, allOf and $ref: write fewer or smaller ones",
	comparing: "the values of its enums and consts: write fewer or shorter ones, or a pattern",
	naming:    "the names of its properties, with required, patternProperties and propertyNames: write fewer or shorter ones, or less often",
	matching:  "its patterns and formats: simplify them, bind them with ^ and $, or write fewer",
	measuring: "its limits of lengths, numbers and items: take rounder or smaller ones, or leave them out",
}

// budget is what compiling a schema may still cost, and what ends it before.
type budget struct {
	ended              func() error
	steps, bytes       int
	maxSteps, maxBytes int
	spent              [kindsOfWork]struct{ steps, bytes int }
	at                 *value // the schema that is being compiled
	look               int    // at ended, when so many steps are spent
	read               int32  // values of the schema
}

const stepsALook = 20_000

func newBudget(ctx context.Context) *budget {
	return &budget{ended: ctx.Err, maxSteps: maxSteps, maxBytes: maxBytes}
}

// unlimited is for what doesn't come from a request.
func unlimited() *budget {
	return &budget{ended: context.Background().Err, maxSteps: math.MaxInt, maxBytes: math.MaxInt}
}

// overBudget ends a compilation, from wherever it is: [budget.catch] turns it into
// an error.
type overBudget struct{ error }

// spend takes steps, and bytes that are about to be allocated.
func (b *budget) spend(what work, steps, bytes int) {
	// A byte that is allocated has to be cleared and collected.
	steps += bytes / 32
	b.steps += steps
	b.bytes += bytes
	b.spent[what].steps += steps
	b.spent[what].bytes += bytes
	if b.steps >= b.look {
		b.look = b.steps + stepsALook
		if err := b.ended(); err != nil {
			panic(overBudget{err})
		}
	}
	if b.steps > b.maxSteps || b.bytes > b.maxBytes {
		panic(overBudget{b.exceeded()})
	}
}

func (b *budget) exceeded() error {
	limit := fmt.Sprintf("over %d steps", b.maxSteps)
	of := func(w work) int { return b.spent[w].steps }
	if b.bytes > b.maxBytes {
		limit = fmt.Sprintf("over %d MiB", b.maxBytes>>20)
		of = func(w work) int { return b.spent[w].bytes }
	}
	most := work(0)
	for what := range kindsOfWork {
		if of(what) > of(most) {
			most = what
		}
	}
	return &SchemaError{Path: b.at.path(), Problem: fmt.Sprintf("up to here the schema takes %s to compile, most of it for %s", limit, tooMuch[most])}
}

// catch sets err if the budget was exceeded, or its context ended.
func (b *budget) catch(err *error) {
	switch problem := recover().(type) {
	case nil:
	case overBudget:
		*err = problem.error
	default:
		panic(problem)
	}
}
