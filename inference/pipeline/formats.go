package pipeline

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/grammar"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

// formats makes the constraints of texts.
type formats struct {
	vocabulary func() *grammar.Vocabulary // made when it is first needed
	calling    func() *grammar.Vocabulary // likewise, with the control tokens of calls
	grammars   *grammar.Cache
}

const (
	keptGrammars     = 8 // of the last schemas, which remember which tokens may come where
	grammarBytes     = 64 << 20
	refusedSchemas   = 256 // of which it is remembered why
	mostCompiles     = 2
	waitingSchemas   = 16
	retryAfterSchema = time.Second
)

// schemasAtOnce is how many schemas are compiled at once: up to half of the cores,
// for the others have answers to give.
func schemasAtOnce() int { return max(1, min(mostCompiles, runtime.GOMAXPROCS(0)/2)) }

// newFormats takes how many tokens the model knows; the tokenizer may have more.
func newFormats(t *tokenizer.Tokenizer, vocabulary int) *formats {
	size := min(t.VocabSize(), vocabulary)
	plain := sync.OnceValue(func() *grammar.Vocabulary { return grammar.NewVocabulary(t.Piece, size) })
	return &formats{
		vocabulary: plain, calling: plain,
		grammars: grammar.NewCache(grammar.CacheLimits{Grammars: keptGrammars, Bytes: grammarBytes, Refused: refusedSchemas, Compiles: schemasAtOnce(), Waiting: waitingSchemas}),
	}
}

// constraint is nil for plain text. begun is what the document already begins with. A schema that can't be enforced, or costs too
// much, is an *InvalidError; if too many wait to be compiled, the error is a
// *turns.FullError. It ends with ctx.
func (f *formats) constraint(ctx context.Context, caller string, r ResponseFormat, end []int32, begun string) (generation.Constraint, error) {
	var rules *grammar.Grammar
	var err error
	switch r.Type {
	case FormatText:
		return nil, nil
	case FormatJSONObject:
		rules, err = f.grammars.JSONObject()
	case FormatJSONSchema:
		rules, err = f.grammars.JSONSchema(ctx, caller, r.Schema, r.Strict)
	}
	if err != nil {
		return nil, schemaError(ctx, err, "response_format", "json_schema.schema, "+err.Error())
	}
	m := rules.Start(f.vocabulary(), end)
	if err := begin(m, begun); err != nil {
		return nil, err
	}
	return m, nil
}

// schemaError says why a field's schema has no grammar.
func schemaError(ctx context.Context, err error, field, problem string) error {
	switch {
	case errors.Is(err, grammar.ErrBusy):
		return &turns.FullError{RetryAfter: retryAfterSchema, Waiting: waitingSchemas}
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return &InvalidError{Field: field, Problem: problem}
}
