package tokenizer

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

// token is a token as a file gives it: a string, or an object with flags.
type token struct {
	content    string
	plain      bool // a string
	flags      [3]bool
	normalized *bool // nil: unless it is special
	special    bool
	problem    error // why transformers refuses it, unless another file replaces it
}

// added is the token as the tokenizers library gets it.
func (t token) added() addedToken {
	a := addedToken{Content: t.content, SingleWord: t.flags[0], LStrip: t.flags[1], RStrip: t.flags[2], Special: t.special || t.plain}
	a.Normalized = !a.Special
	if t.normalized != nil {
		a.Normalized = *t.normalized
	}
	return a
}

// parseToken reads a token. marked says that an object needs a __type, without
// which transformers doesn't take it for a token.
func parseToken(raw json.RawMessage, marked bool) (token, error) {
	var content string
	if json.Unmarshal(raw, &content) == nil && string(raw) != "null" {
		return token{content: content, plain: true}, nil
	}
	o, err := pythonjson.Parse(raw)
	if err != nil {
		return token{}, fmt.Errorf("%.100s, a token is needed: a string, or an object with its content and flags", raw)
	}
	if kind, ok := o.Get("__type"); marked && (!ok || string(kind) != `"AddedToken"`) {
		return token{problem: fmt.Errorf(`%.100s, without the "__type": "AddedToken" by which transformers recognises a token`, raw)}, nil
	}
	var f struct {
		Content    *string `json:"content"`
		SingleWord flag    `json:"single_word"`
		LStrip     flag    `json:"lstrip"`
		RStrip     flag    `json:"rstrip"`
		Normalized flag    `json:"normalized"`
		Special    flag    `json:"special"`
	}
	if err := o.Into(&f); err != nil {
		return token{}, fmt.Errorf("a token whose %w", err)
	}
	if f.Content == nil {
		return token{}, fmt.Errorf("%.100s, a token without content", raw)
	}
	t := token{content: *f.Content, flags: [3]bool{f.SingleWord.on, f.LStrip.on, f.RStrip.on}, special: f.Special.on}
	if f.Normalized.given {
		t.normalized = &f.Normalized.on
	}
	return t, nil
}

// flag is true or false; null isn't taken for false.
type flag struct{ on, given bool }

func (f *flag) UnmarshalJSON(data []byte) error {
	f.given = true
	switch string(data) {
	case "true":
		f.on = true
	case "false":
	default:
		return fmt.Errorf("%s is neither true nor false", data)
	}
	return nil
}

// named are the special tokens that have a name, in transformers' order.
var named = []string{"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"}

// arguments are what transformers calls the tokenizer's class with, as far as it
// concerns tokens.
type arguments struct {
	tokens map[string]*token // by name; nil for null
	// names of tokens that aren't in named, in their order: those that
	// tokenizer_config.json has as strings come last, and count most.
	names, strings []string
	isName         map[string]bool // whether it is in names
	isString       map[string]bool // whether it is in strings
	extra          []token
	given          map[sameToken]bool // of extra
	known          map[string]token   // added tokens by content
	byID           map[int32]token    // added tokens by id
}

// sameToken is by what transformers takes two tokens for the same.
type sameToken struct {
	plain bool
	added addedToken
}

func (t token) same() sameToken { return sameToken{t.plain, t.added()} }

// special are the special tokens, in transformers' order, and their contents by
// name; what a role of the class has stays where the files don't say.
func (a *arguments) special(s *saved, roles []role) (special []token, names map[string]string) {
	if s.file.padding != nil && roles == nil {
		if _, ok := a.tokens["pad_token"]; !ok {
			a.tokens["pad_token"] = &token{content: s.file.padding.PadToken, plain: true}
		}
	}
	names = map[string]string{}
	for _, name := range slices.Concat(named, a.names, a.strings) {
		one, given := a.tokens[name]
		i := slices.IndexFunc(roles, func(r role) bool { return r.name == name })
		switch {
		case one != nil && one.plain && i >= 0 && roles[i].lstrip:
			special = append(special, role{content: one.content, lstrip: true}.token())
		case one != nil:
			special = append(special, *one)
		case given || i < 0:
			continue
		default:
			special = append(special, roles[i].token())
		}
		names[name] = special[len(special)-1].content
	}
	return special, names
}

func (r role) token() token {
	if r.lstrip {
		return token{content: r.content, flags: [3]bool{false, true, false}}
	}
	return token{content: r.content, plain: true}
}

// addTokens adds to t the tokens that the files name.
func (s *saved) addTokens(t *Tokenizer, a *arguments, special []token) error {
	t.added.splitSpecial = s.flag("split_special_tokens")
	var all []token
	of := map[sameToken]bool{}
	isSpecial := map[string]bool{}
	for _, one := range special {
		isSpecial[one.content] = true
	}
	there := maps.Clone(t.added.ids)
	if there == nil {
		there = map[string]int32{}
	}
	for _, id := range slices.Sorted(maps.Keys(a.byID)) {
		all = append(all, a.byID[id])
		of[a.byID[id].same()] = true
		there[a.byID[id].content] = id
	}
	for _, one := range slices.Concat(special, a.extra) {
		if _, ok := there[one.content]; !ok && !of[one.same()] {
			all = append(all, one)
			of[one.same()] = true
		}
	}
	add := make([]addedToken, len(all))
	var size addedSize
	for i, one := range all {
		if err := size.add(one.content); err != nil {
			return s.in(configFile, err)
		}
		one.special = one.special || isSpecial[one.content]
		add[i] = one.added()
	}
	t.added.add(add, t.vocabulary, t.normalizer)
	return nil
}

func (s *saved) flag(name string) bool {
	raw, _ := s.config.Get(name)
	return string(raw) == "true"
}
