package tokenizer

// gone is the id of a symbol that was merged into the one before.
const gone = -1

// symbol is a token of a word while its pairs are merged.
type symbol struct {
	id         int32
	size       int32 // bytes of the word, where they are asked for
	prev, next int32 // places in the list, -1 at its ends
}

func (s *scratch) push(id int32, size int) {
	s.symbols = append(s.symbols, symbol{id: id, size: int32(size)})
}

// shortWord is up to how many symbols trying all pairs is quicker than a
// priority queue.
const shortWord = 24

// merge merges the symbols' pairs, the lowest rank first and of equal ones the
// leftmost, adds the ids that are left, and empties the symbols.
func (t *bpe) merge(s *scratch) {
	switch n := len(s.symbols); {
	case n == 0:
	case n == 1:
		s.ids = append(s.ids, s.symbols[0].id)
	case n <= shortWord:
		t.mergeShort(s)
	default:
		t.mergeLong(s)
	}
	s.symbols = s.symbols[:0]
}

func (t *bpe) mergeShort(s *scratch) {
	start := len(s.ids)
	for _, y := range s.symbols {
		s.ids = append(s.ids, y.id)
	}
	ids := s.ids[start:]
	ranks := s.ranks[:0] // of each id and the next
	for i := 0; i+1 < len(ids); i++ {
		ranks = append(ranks, t.merges.get(ids[i], ids[i+1]))
	}
	s.ranks = ranks[:0]
	for {
		best, at := noPair, -1
		for i, r := range ranks {
			if r < best {
				best, at = r, i
			}
		}
		if at < 0 {
			break
		}
		ids[at] = t.results[best]
		ids = append(ids[:at+1], ids[at+2:]...)
		ranks = append(ranks[:at], ranks[at+1:]...)
		if at > 0 {
			ranks[at-1] = t.merges.get(ids[at-1], ids[at])
		}
		if at < len(ranks) {
			ranks[at] = t.merges.get(ids[at], ids[at+1])
		}
	}
	s.ids = s.ids[:start+len(ids)]
}

func (t *bpe) mergeLong(s *scratch) {
	all := s.symbols
	s.queue = s.queue[:0]
	for i := range all {
		all[i].prev, all[i].next = int32(i-1), int32(i+1)
		if i > 0 {
			t.propose(s, int32(i-1), int32(i))
		}
	}
	all[len(all)-1].next = -1
	for len(s.queue) > 0 {
		m := s.queue.pop()
		left := &all[m.at]
		if left.next < 0 || left.id != m.left || all[left.next].id != m.right {
			continue // one of the two was merged since
		}
		right := &all[left.next]
		left.id, left.size, left.next, right.id = t.results[m.rank], left.size+right.size, right.next, gone
		if left.next >= 0 {
			all[left.next].prev = m.at
			t.propose(s, m.at, left.next)
		}
		if left.prev >= 0 {
			t.propose(s, left.prev, m.at)
		}
	}
	at := 0
	for i := int32(0); i >= 0; i = all[i].next {
		s.ids = append(s.ids, all[i].id)
		if s.measures {
			s.measure(at, at+int(all[i].size))
			at += int(all[i].size)
		}
	}
}

// propose queues the merge of two neighbours if there is one.
func (t *bpe) propose(s *scratch, a, b int32) {
	left, right := s.symbols[a].id, s.symbols[b].id
	if rank := t.merges.get(left, right); rank != noPair {
		s.queue.push(merge{rank: rank, at: a, left: left, right: right})
	}
}

// merge is a merge that may be done at a place, if its two are still there.
type merge struct {
	rank        uint32
	at          int32
	left, right int32
}

func (m merge) before(o merge) bool { return m.rank < o.rank || m.rank == o.rank && m.at < o.at }

// mergeQueue is a binary heap, the next merge first.
type mergeQueue []merge

func (q *mergeQueue) push(m merge) {
	h := append(*q, m)
	i := len(h) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !m.before(h[up]) {
			break
		}
		h[i] = h[up]
		i = up
	}
	h[i] = m
	*q = h
}

func (q *mergeQueue) pop() merge {
	h := *q
	top, last := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	*q = h
	if len(h) == 0 {
		return top
	}
	i := 0
	for {
		down := 2*i + 1
		if down >= len(h) {
			break
		}
		if down+1 < len(h) && h[down+1].before(h[down]) {
			down++
		}
		if !h[down].before(last) {
			break
		}
		h[i] = h[down]
		i = down
	}
	h[i] = last
	return top
}
