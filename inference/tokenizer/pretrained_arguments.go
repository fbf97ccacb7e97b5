package tokenizer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

// arguments gathers tokens of all files. Where tokenizer_config.json has an
// added_tokens_decoder, no other file counts.
func (s *saved) arguments() (*arguments, error) {
	a := &arguments{tokens: map[string]*token{}, isName: map[string]bool{}, isString: map[string]bool{}, given: map[sameToken]bool{}, known: map[string]token{}, byID: map[int32]token{}}
	init := s.config
	extra, isExtra := init.Get("extra_special_tokens")
	late, _ := init.Get("additional_special_tokens") // its old name
	if falsy(extra) && falsy(late) {
		switch {
		case s.file.pieces != nil:
			late = tokensOf(s.file.pieces)
		case len(s.extra) > 0:
			late = json.RawMessage(`["` + strings.Join(s.extra, `", "`) + `"]`)
		}
	}
	if late != nil && falsy(extra) {
		extra, isExtra, late = late, true, nil
	}
	isExtra = isExtra && (extra[0] != '{') // an object is taken apart
	if err := a.named(init); err != nil {
		return nil, s.in(configFile, err)
	}
	if err := a.addExtra(extra, true); err != nil {
		return nil, s.in(configFile, err)
	}
	if saved, ok := init.Get("model_specific_special_tokens"); ok && len(a.strings) == 0 {
		if err := a.addNamed("model_specific_special_tokens", saved); err != nil {
			return nil, s.in(configFile, err)
		}
	}
	if raw, ok := init.Get("added_tokens_decoder"); ok {
		if err := a.decoder(raw); err != nil {
			return nil, s.in(configFile, err)
		}
	} else {
		if err := s.specialTokensMap(a, &isExtra, &late); err != nil {
			return nil, s.in(specialFile, err)
		}
		if err := s.addedTokens(a); err != nil {
			return nil, s.in(addedFile, err)
		}
		for _, f := range s.file.added {
			normalized := f.Normalized
			a.keep(f.ID, token{content: f.Content, flags: [3]bool{f.SingleWord, f.LStrip, f.RStrip}, normalized: &normalized, special: f.Special})
		}
	}
	if late != nil && !isExtra {
		if err := a.addExtra(late, true); err != nil {
			return nil, s.in(configFile, err)
		}
	}
	for name, one := range a.tokens {
		if one != nil && one.problem != nil {
			return nil, s.in(configFile, fmt.Errorf("%s is %w", name, one.problem))
		}
	}
	for _, one := range a.extra {
		if one.problem != nil {
			return nil, s.in(configFile, fmt.Errorf("extra_special_tokens has %w", one.problem))
		}
	}
	for _, name := range named {
		if one := a.tokens[name]; one != nil {
			if known, ok := a.known[one.content]; ok {
				a.tokens[name] = &known
			}
		}
	}
	return a, nil
}

func falsy(raw json.RawMessage) bool {
	switch string(raw) {
	case "", "null", "[]", "{}", `""`, "false", "0":
		return true
	}
	return false
}

func (a *arguments) keep(id int32, t token) {
	a.byID[id], a.known[t.content] = t, t
}

// named takes the tokens that have a name of their own: those of transformers, and
// whatever else ends in _token.
func (a *arguments) named(o pythonjson.Object) error {
	for _, name := range o.Names {
		raw, _ := o.Get(name)
		if !slices.Contains(named, name) {
			if !strings.HasSuffix(name, "_token") || raw[0] != '"' && raw[0] != '{' {
				continue
			}
		}
		if err := a.name(name, raw, true); err != nil {
			return err
		}
	}
	return nil
}

func (a *arguments) name(name string, raw json.RawMessage, marked bool) error {
	var one *token
	if string(raw) != "null" {
		t, err := parseToken(raw, marked)
		if err != nil {
			return fmt.Errorf("%s is %w", name, err)
		}
		one = &t
	}
	if !slices.Contains(named, name) {
		if a.isString[name] || one != nil && one.problem != nil {
			return nil
		}
		list, listed := &a.names, a.isName
		if marked && (one == nil || one.plain) {
			list, listed = &a.strings, a.isString
		}
		if !listed[name] {
			*list, listed[name] = append(*list, name), true
		}
	}
	a.tokens[name] = one
	return nil
}

// addExtra takes extra_special_tokens: a list, or an object of named ones.
func (a *arguments) addExtra(raw json.RawMessage, marked bool) error {
	if falsy(raw) {
		return nil
	}
	const field = "extra_special_tokens"
	if raw[0] == '{' {
		return a.addNamed(field, raw)
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return fmt.Errorf("%s is %.100s, a list of tokens is needed", field, raw)
	}
	if len(list) > maxAdded {
		return errMany
	}
	for i, one := range list {
		t, err := parseToken(one, marked)
		if err != nil {
			return fmt.Errorf("%s[%d] is %w", field, i, err)
		}
		t.special = t.special || !marked
		if !a.given[t.same()] {
			a.extra = append(a.extra, t)
			a.given[t.same()] = true
		}
	}
	return nil
}

// addNamed takes an object of tokens by names of the model's own.
func (a *arguments) addNamed(field string, raw json.RawMessage) error {
	if falsy(raw) {
		return nil
	}
	o, err := pythonjson.Parse(raw)
	if err != nil {
		return fmt.Errorf("%s is %.100s, an object of names and tokens is needed", field, raw)
	}
	for _, name := range o.Names {
		one, _ := o.Get(name)
		if err := a.name(name, one, true); err != nil {
			return fmt.Errorf("%s: %w", field, err)
		}
		if a.tokens[name] == nil {
			return fmt.Errorf("%s: %s is null, a token is needed", field, name)
		}
	}
	return nil
}

// decoder takes added_tokens_decoder: tokens by their ids.
func (a *arguments) decoder(raw json.RawMessage) error {
	const field = "added_tokens_decoder"
	o, err := pythonjson.Parse(raw)
	if err != nil {
		return fmt.Errorf("%s is %.100s, an object of ids and tokens is needed", field, raw)
	}
	for _, name := range o.Names {
		id, err := strconv.ParseInt(name, 10, 32)
		if err != nil || id < 0 {
			return fmt.Errorf("%s has the id %q, a whole number is needed", field, name)
		}
		one, _ := o.Get(name)
		t, err := parseToken(one, false)
		if err != nil || t.plain {
			return fmt.Errorf("%s: %s is %.100s, an object with content and flags is needed", field, name, one)
		}
		a.keep(int32(id), t)
	}
	return nil
}

// specialTokensMap takes special_tokens_map.json, which wins over
// tokenizer_config.json.
func (s *saved) specialTokensMap(a *arguments, isExtra *bool, late *json.RawMessage) error {
	o, err := s.object(specialFile)
	if err != nil {
		return err
	}
	for _, name := range o.Names {
		raw, _ := o.Get(name)
		switch {
		case name == "extra_special_tokens":
			if err := a.addExtra(raw, false); err != nil {
				return err
			}
			*isExtra = raw[0] != '{'
		case name == "additional_special_tokens":
			*late = raw
		case slices.Contains(named, name), strings.HasSuffix(name, "_token") && (raw[0] == '"' || raw[0] == '{'):
			if err := a.name(name, raw, false); err != nil {
				return err
			}
			if one := a.tokens[name]; one != nil {
				one.special = true
			}
		}
	}
	return nil
}

// addedTokens takes added_tokens.json: ids by contents.
func (s *saved) addedTokens(a *arguments) error {
	o, err := s.object(addedFile)
	if err != nil {
		return err
	}
	isSpecial := map[string]bool{}
	for _, one := range a.extra {
		isSpecial[one.content] = true
	}
	for _, name := range named {
		if one := a.tokens[name]; one != nil {
			isSpecial[one.content] = true
		}
	}
	for _, content := range o.Names {
		raw, _ := o.Get(content)
		id, err := strconv.ParseInt(string(raw), 10, 32)
		if err != nil || id < 0 {
			return fmt.Errorf("%q has the id %.100s, a whole number is needed", content, raw)
		}
		special := isSpecial[content]
		normalized := !special
		a.keep(int32(id), token{content: content, normalized: &normalized, special: special})
	}
	return nil
}
