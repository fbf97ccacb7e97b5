package grammar

import (
	"math/bits"
	"slices"
	"sync"
	"testing"
)

func TestMatcherEnds(t *testing.T) {
	v := bytesOnly()
	m := mustCompile(t, `{"const":"a"}`).Start(v, []int32{endToken, 0})
	has := func(id int32) bool { return m.Mask()[id/64]>>(id%64)&1 != 0 }
	count := func() (n int) {
		for _, w := range m.Mask() {
			n += bits.OnesCount64(w)
		}
		return n
	}
	for _, b := range []byte(`"a"`) {
		if has(endToken) || m.Complete() {
			t.Error("it may end early")
		}
		if m.Accept(endToken) || m.Accept(-1) || m.Accept(258) || m.Accept(int32('x')+2) {
			t.Error("a token is accepted that may not come")
		}
		if count() != 1 || !has(int32(b)+2) || !m.Accept(int32(b)+2) {
			t.Fatalf("%c isn't the one token that may come", b)
		}
	}
	if !m.Complete() || count() != 2 || !has(endToken) || !has(0) {
		t.Error("not just the end tokens may come at the end")
	}
	if !m.Accept(endToken) || count() != 0 || m.Accept(endToken) {
		t.Error("it goes on behind the end")
	}
}

func TestANumberMayEndOrGoOn(t *testing.T) {
	m := mustCompile(t, `{"type":"integer"}`).Start(bytesOnly(), []int32{endToken})
	if !m.Accept('1' + 2) {
		t.Fatal("1 is refused")
	}
	if got := tokensOf(m.Mask()); !slices.Equal(got, []int32{endToken, '0' + 2, '1' + 2, '2' + 2, '3' + 2, '4' + 2, '5' + 2, '6' + 2, '7' + 2, '8' + 2, '9' + 2}) {
		t.Errorf("%v may come", got)
	}
}

func TestAVocabularyWithGapsHasEmptyMasks(t *testing.T) {
	v := NewVocabulary(func(id int32) []byte { return [][]byte{[]byte("{"), nil, {}, []byte("x")}[id] }, 4)
	g, err := JSONObject()
	if err != nil {
		t.Fatal(err)
	}
	m := g.Start(v, nil)
	if !m.Accept(0) || m.Accept(1) || m.Accept(2) || len(tokensOf(m.Mask())) != 0 {
		t.Error("what isn't in the vocabulary may come")
	}
	empty := NewVocabulary(func(int32) []byte { return nil }, 0)
	if n := len(g.Start(empty, []int32{1}).Mask()); n != 0 {
		t.Errorf("a mask of %d words for no tokens", n)
	}
}

// TestConcurrentMatchersShareAGrammar draws the same texts one after the other and at the
// same time, while states are forgotten.
func TestConcurrentMatchersShareAGrammar(t *testing.T) {
	_, v := tiny()
	schema := walked[0]
	var want [8]string
	for i := range want {
		text, err := write(mustCompile(t, schema), v, random(uint64(i)), nil)
		if err != nil {
			t.Fatal(err)
		}
		want[i] = string(text)
	}
	g := mustCompile(t, schema)
	var wg sync.WaitGroup
	for i := range want {
		wg.Go(func() {
			text, err := write(g, v, random(uint64(i)), func(*Matcher, []byte) {
				m := g.machine(v)
				m.mu.Lock()
				defer m.mu.Unlock()
				if m.tick%40 == 0 {
					m.reset()
				}
			})
			if err != nil || string(text) != want[i] {
				t.Errorf("%q, %v, alone it was %q", text, err, want[i])
			}
		})
	}
	wg.Wait()
}

// TestStatesAreForgotten reads more states than are kept.
func TestStatesAreForgotten(t *testing.T) {
	g := mustCompile(t, `{"type":"string","minLength":100000}`)
	v := bytesOnly()
	m := g.Start(v, []int32{endToken})
	for i, b := range append([]byte{'"'}, make([]byte, 60_000)...) {
		if i > 0 {
			b = 'a'
		}
		if !m.Accept(int32(b) + 2) {
			t.Fatalf("token %d is refused", i)
		}
		if i%5000 == 0 && len(tokensOf(m.Mask())) != 256-32-1-(256-0xF5+2)-64 {
			t.Fatalf("%d tokens may come", len(tokensOf(m.Mask())))
		}
	}
	if m.machine.size > maxKept+10_000 || m.machine.generation < 2 {
		t.Errorf("%d bytes in %d states are kept, and were forgotten %d times", m.machine.size, len(m.machine.states), m.machine.generation-1)
	}
	if len(m.machine.masked) > maxMasks {
		t.Errorf("%d masks are kept", len(m.machine.masked))
	}
}

// TestOneTokenOverSeveralItems has tokens that end an item and write the next
// one, which is the same or not by the text before.
func TestOneTokenOverSeveralItems(t *testing.T) {
	long := []string{`","`, `","b"`, `b","b"`, `"b","b"`, `","b","c`, `","b"]`, `1,1`, `1,12`, `,1,`}
	first := int32(258)
	v := NewVocabulary(func(id int32) []byte {
		switch {
		case id < 2:
			return nil
		case id < first:
			return []byte{byte(id - 2)}
		}
		return []byte(long[id-first])
	}, int(first)+len(long))
	strings := mustCompile(t, differing)
	numbers := mustCompile(t, `{"type":"array","items":{"type":"integer"},"uniqueItems":true}`)
	for range 2 { // the second time, the states are known
		for _, c := range []struct {
			grammar         *Grammar
			text            string
			allowed, denied []string // some of long
		}{
			{strings, `["x","b`, []string{`","`, `b","b"`}, []string{`","b"`, `","b"]`}},
			{strings, `["x","c`, []string{`","`, `","b"`, `b","b"`, `","b"]`, `","b","c`}, nil},
			{strings, `["x","b","c`, []string{`","`}, []string{`","b"`, `b","b"`}},
			{strings, `["b","`, []string{`","`}, []string{`b","b"`, `","b"`}},
			{strings, `["`, []string{`","`, `","b"`}, []string{`b","b"`}},
			{strings, `["\u0062`, []string{`","`, `b","b"`}, []string{`","b"`}},
			{numbers, `[`, []string{`1,12`, `1,1`}, nil},
			{numbers, `[1`, nil, []string{`,1,`}},
			{numbers, `[2`, []string{`1,1`, `,1,`}, nil},
			{numbers, `[1,2`, []string{`1,12`}, []string{`,1,`}},
			{numbers, `[1,`, nil, []string{`1,1`, `1,12`}},
		} {
			m := c.grammar.Start(v, []int32{endToken})
			for _, b := range []byte(c.text) {
				if !m.Accept(int32(b) + 2) {
					t.Fatalf("%s is refused", c.text)
				}
			}
			mask := m.Mask()
			for i, piece := range long {
				id := first + int32(i)
				got := mask[id/64]>>(id%64)&1 != 0
				if want := c.grammar.leads(c.text + piece); got != want {
					t.Errorf("%s and %s: %t in the mask, %t by bytes", c.text, piece, got, want)
				}
				if !got && slices.Contains(c.allowed, piece) || got && slices.Contains(c.denied, piece) {
					t.Errorf("%s and %s: %t in the mask", c.text, piece, got)
				}
			}
		}
	}
}

// leads reports whether a document begins with the text.
func (g *Grammar) leads(text string) bool {
	m := newMachine(g, nil)
	s := m.begin()
	for i := range len(text) {
		s = m.read(s, text[i])
	}
	return s != dead
}
