package pipeline

import (
	"sync"

	"azure-nlp-endpoint/inference/generation"
	"azure-nlp-endpoint/inference/grammar"
	"azure-nlp-endpoint/inference/tokenizer"
)

// formats makes the constraints of texts.
type formats struct {
	vocabulary func() *grammar.Vocabulary // made when it is first needed
	grammars   *grammar.Cache
}

// keptGrammars are those of the last schemas, which remember which tokens may
// come where.
const keptGrammars = 8

// newFormats takes how many tokens the model knows; the tokenizer may have more.
func newFormats(t *tokenizer.BPE, vocabulary int) *formats {
	size := min(t.VocabSize(), vocabulary)
	return &formats{
		vocabulary: sync.OnceValue(func() *grammar.Vocabulary { return grammar.NewVocabulary(t.Piece, size) }),
		grammars:   grammar.NewCache(keptGrammars),
	}
}

// constraint is nil for plain text. A schema that can't be enforced is an
// *InvalidError.
func (f *formats) constraint(r ResponseFormat, end []int32) (generation.Constraint, error) {
	var rules *grammar.Grammar
	var err error
	switch r.Type {
	case FormatText:
		return nil, nil
	case FormatJSONObject:
		rules, err = f.grammars.JSONObject()
	case FormatJSONSchema:
		rules, err = f.grammars.JSONSchema(r.Schema, r.Strict)
	}
	if err != nil {
		return nil, &InvalidError{Field: "response_format", Problem: "json_schema.schema, " + err.Error()}
	}
	return rules.Start(f.vocabulary(), end), nil
}
