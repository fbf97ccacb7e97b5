package tokenizer

// boundTokens finds how much text a token can stand for. By this a text can be known
// to have too many tokens before it is encoded.
func (t *Tokenizer) boundTokens() {
	m, ok := t.model.(*bpe)
	if !ok || m.joins == nil && !(m.byteLevel && m.allBytes) {
		return // unknown characters are dropped or fused, however many there are
	}
	longest := 1
	for _, at := range t.vocabulary.at {
		longest = max(longest, int(at.end-at.start))
	}
	t.wordPerToken = longest
	if shrinks(t.normalizer) {
		return
	}
	for _, step := range t.preTokenizer {
		if !keeps(step) {
			return
		}
	}
	for _, a := range t.added.tokens {
		if a.LStrip || a.RStrip { // it takes any number of spaces with it
			return
		}
		longest = max(longest, len(a.Content))
	}
	t.textPerToken = longest
}

// keeps reports whether a pre-tokenizer's words have all of its text.
func keeps(step preTokenizer) bool {
	switch p := step.(type) {
	case *splitter:
		return p.behavior != dropped
	case bytePrefix:
		return true
	}
	return false
}

// shrinks reports whether a normalized text can have fewer bytes than it had.
func shrinks(n normalizer) bool {
	switch n := n.(type) {
	case nil, prepend:
		return false
	case replace:
		return len(n.new) < len(n.old)
	case chain:
		for _, step := range n {
			if shrinks(step) {
				return true
			}
		}
		return false
	}
	return true
}
