package tokenizer

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// join puts tokens together by their names, as the reference's decoder does that their
// tokenizer has.
type join struct {
	kind       string // WordPiece, Metaspace, ByteLevel; "" is a space between them
	prefix     string // of WordPiece: of tokens that continue a word
	cleanup    bool   // of WordPiece
	space      string // of Metaspace
	spaceFirst bool   // of Metaspace: the first token's character is a space too
}

// findJoin reads the file's decoder. Where the files leave it to transformers, it is the one
// that goes with what cuts the words.
func (t *Tokenizer) findJoin(raw json.RawMessage) {
	var d struct {
		Type    string  `json:"type"`
		Prefix  *string `json:"prefix"`
		Cleanup *bool   `json:"cleanup"`
	}
	_ = json.Unmarshal(raw, &d) // what is wrong with it parseDecoder says
	for _, step := range t.preTokenizer {
		if m, ok := step.(*metaspace); ok {
			t.joins = join{kind: "Metaspace", space: string(m.replacement), spaceFirst: m.scheme == never}
		}
	}
	switch {
	case t.decoder.bytes:
		t.joins = join{kind: "ByteLevel"}
	case t.ContinuesWords() || d.Type == "WordPiece":
		t.joins = join{kind: "WordPiece", prefix: continuingPrefix, cleanup: true}
		if d.Prefix != nil {
			t.joins.prefix = *d.Prefix
		}
		if d.Cleanup != nil {
			t.joins.cleanup = *d.Cleanup
		}
	}
}

// cleaned are the replacements of the reference's cleanup, in its order.
var cleaned = [][2]string{
	{" .", "."}, {" ?", "?"}, {" !", "!"}, {" ,", ","}, {" ' ", "'"}, {" n't", "n't"}, {" 'm", "'m"}, {" do not", " don't"},
	{" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"},
}

// Join puts tokens, by their names in the file, together to a text, as transformers'
// convert_tokens_to_string does.
func (t *Tokenizer) Join(tokens []string) string {
	if t.joins.kind == "" {
		return strings.Join(tokens, " ")
	}
	var b []byte
	for i, token := range tokens {
		switch j := t.joins; j.kind {
		case "WordPiece":
			if rest, continues := strings.CutPrefix(token, j.prefix); continues && i > 0 {
				token = rest
			} else if i > 0 {
				token = " " + token
			}
			for _, c := range cleaned {
				if j.cleanup {
					token = strings.ReplaceAll(token, c[0], c[1])
				}
			}
			b = append(b, token...)
		case "Metaspace":
			space := " "
			if i == 0 && !j.spaceFirst {
				space = ""
			}
			b = append(b, strings.ReplaceAll(token, j.space, space)...)
		default:
			b = appendCharBytes(b, []byte(token))
		}
	}
	if !utf8.Valid(b) {
		return validUTF8(string(b))
	}
	return string(b)
}

// ContinuesWords tells if the names of tokens say which of them continue a word.
func (t *Tokenizer) ContinuesWords() bool {
	_, ok := t.model.(*wordPiece)
	return ok
}

// TokenName returns a token's name in the file, "" for ids that there are not.
func (t *Tokenizer) TokenName(id int32) string {
	if added, ok := t.added.tokens[id]; ok {
		return added.Content
	}
	return string(t.vocabulary.token(id))
}

// Around is how many tokens a template puts before a text and behind it.
func (t *Tokenizer) Around() (before, behind int) {
	n := &before
	for _, p := range t.single.pieces {
		if p.text != noText {
			n = &behind
			continue
		}
		*n++
	}
	return before, behind
}
