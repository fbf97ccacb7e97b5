package tokenizer

// addedTokens are found in a text before anything else: first those that are
// looked for in the text as it is, then, in what is left and normalized, those
// that are normalized themselves.
type addedTokens struct {
	ids             map[string]int32
	raw, normalized tokenTrie
}

// tokenTrie finds the leftmost-longest occurrences of its tokens.
type tokenTrie struct {
	trie
	tokens []addedToken
	stripping
}

func (t *tokenTrie) add(text string, token addedToken) {
	if n := len(t.tokens); t.trie.add(text, int32(n)) == int32(n) { // of equal ones the first is found
		t.tokens = append(t.tokens, token)
		t.look(text, token)
	}
}

// longest returns the longest token that text begins with and its length,
// which is below limit.
func (t *tokenTrie) longest(text string, limit int) (token *addedToken, length int) {
	if n, length := t.trie.longest(text, limit); length > 0 {
		return &t.tokens[n], length
	}
	return nil, 0
}

const noLimit = int(^uint(0) >> 1)

// split calls piece for each stretch of the text in turn: with the id of an
// added token, or with -1 for what lies between them. Control tokens are found
// only within the control spans, which are sorted.
func (t *tokenTrie) split(text string, control []span, piece func(text string, id int32)) {
	done := 0
	var blank blanks
	for i := 0; i < len(text) && !t.empty(); {
		if !t.starts[text[i]] {
			i++
			continue
		}
		for len(control) > 0 && control[0].end <= i {
			control = control[1:]
		}
		token, n := t.find(text, i, control)
		if n == 0 {
			i++
			continue
		}
		start, stop := i, i+n
		i = stop
		if token == nil || token.SingleWord && (endsWithWord(text[:start]) || startsWithWord(text[stop:])) {
			continue
		}
		if token.LStrip {
			start = before(text, done, start)
		}
		if token.RStrip {
			stop = blank.after(text, stop)
		}
		if done < start {
			piece(text[done:start], -1)
		}
		piece(text[start:stop], int32(token.ID))
		done = stop
	}
	if done < len(text) {
		piece(text[done:], -1)
	}
}

// find returns the token at text[i:] and its length. A control token outside of
// the control spans is given as nil with its length: the reference, told to
// read special tokens as text, passes over them in one go too.
func (t *tokenTrie) find(text string, i int, control []span) (*addedToken, int) {
	token, n := t.longest(text[i:], noLimit)
	for n > 0 {
		outside := len(control) == 0 || control[0].start >= i+n
		inside := len(control) > 0 && control[0].start <= i && i+n <= control[0].end
		switch {
		case token.Special && inside, !token.Special && (outside || inside):
			return token, n
		case token.Special && outside:
			return nil, n
		case !token.Special && !t.hidesControl(text, i, i+n, control):
			return token, n
		}
		token, n = t.longest(text[i:], n)
	}
	return nil, 0
}

// hidesControl reports whether a control token begins within text[from:end] in a
// control span, so that a token that crosses the span's border would swallow it.
func (t *tokenTrie) hidesControl(text string, from, end int, control []span) bool {
	for _, c := range control {
		for i := max(from, c.start); i < min(end, c.end); i++ {
			if token, _ := t.longest(text[i:c.end], noLimit); token != nil && token.Special {
				return true
			}
		}
		if c.end >= end {
			break
		}
	}
	return false
}
