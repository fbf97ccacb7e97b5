package pipeline

import (
	"slices"
	"sync"

	"azure-nlp-endpoint/inference/generation"
	"azure-nlp-endpoint/inference/grammar"
	"azure-nlp-endpoint/inference/tokenizer"
)

// formats makes the constraints of texts. The vocabulary is made when the
// first is asked for, and the grammars of the last schemas are kept: they
// remember which tokens may come where.
type formats struct {
	vocabulary func() *grammar.Vocabulary

	mu   sync.Mutex
	kept []keptGrammar // the last used one at the end
}

type keptGrammar struct {
	schema string // "" for any object
	rules  *grammar.Grammar
}

// keptGrammars bounds their memory: each may take some 40 MB.
const keptGrammars = 4

func newFormats(t *tokenizer.BPE) *formats {
	return &formats{vocabulary: sync.OnceValue(func() *grammar.Vocabulary {
		return grammar.NewVocabulary(t.Piece, t.VocabSize())
	})}
}

// constraint is nil for plain text. A schema that can't be enforced is an
// *InvalidError.
func (f *formats) constraint(r ResponseFormat, end []int32) (generation.Constraint, error) {
	if r.Type == FormatText {
		return nil, nil
	}
	schema := ""
	if r.Type == FormatJSONSchema {
		schema = string(r.Schema)
	}
	rules, err := f.grammar(schema)
	if err != nil {
		return nil, &InvalidError{Field: "response_format", Problem: "json_schema.schema, " + err.Error()}
	}
	return rules.Start(f.vocabulary(), end), nil
}

func (f *formats) grammar(schema string) (*grammar.Grammar, error) {
	if rules := f.use(schema); rules != nil {
		return rules, nil
	}
	var rules *grammar.Grammar
	var err error
	if schema == "" {
		rules, err = grammar.JSONObject()
	} else {
		rules, err = grammar.JSONSchema([]byte(schema))
	}
	if err == nil {
		f.keep(schema, rules)
	}
	return rules, err
}

// use returns the grammar of a schema if it is kept.
func (f *formats) use(schema string) *grammar.Grammar {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.kept, func(k keptGrammar) bool { return k.schema == schema })
	if i < 0 {
		return nil
	}
	k := f.kept[i]
	f.kept = append(slices.Delete(f.kept, i, i+1), k)
	return k.rules
}

func (f *formats) keep(schema string, rules *grammar.Grammar) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.kept) == keptGrammars {
		f.kept = slices.Delete(f.kept, 0, 1)
	}
	f.kept = append(f.kept, keptGrammar{schema, rules})
}
