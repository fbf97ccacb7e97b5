package grammar

import (
	"bytes"
	"slices"
	"testing"
)

// TestRandomTextsMeetTheirSchemas draws tokens of a real vocabulary at random.
func TestRandomTextsMeetTheirSchemas(t *testing.T) {
	_, v := tiny()
	for i, schema := range walkedSchemas() {
		g := mustCompile(t, schema)
		other, err := validator(schema)
		for seed := range uint64(8) {
			text, walkErr := write(g, v, random(uint64(i)<<32|seed), nil)
			if walkErr != nil {
				t.Fatalf("%s: %v", schema, walkErr)
			}
			if !g.accepts(string(text)) {
				t.Fatalf("%s: %q is refused byte by byte", schema, text)
			}
			if err == nil {
				if err := check(other, text); err != nil {
					t.Fatalf("%s: %q: %v", schema, text, err)
				}
			}
		}
	}
}

// TestMasksAreExact compares each bit of masks with what reading the token byte
// by byte says.
func TestMasksAreExact(t *testing.T) {
	_, v := tiny()
	masks := 0
	for i, schema := range walkedSchemas() {
		g := mustCompile(t, schema)
		bare := newMachine(g, nil)
		for seed := range uint64(2) {
			step := 0
			_, err := write(g, v, random(uint64(i)<<32|1<<20|seed), func(m *Matcher, text []byte) {
				if step++; step%9 != 1 {
					return
				}
				masks++
				mask := m.Mask()
				at := bare.begin()
				bare.scalar.set(scalar{})
				for _, b := range text {
					at = bare.read(at, b)
				}
				before := scalar{slices.Clone(bare.scalar.text), bare.scalar.over}
				for id := range int32(v.size) {
					s := at
					bare.scalar.set(before)
					for _, b := range v.piece(id) {
						s = bare.read(s, b)
					}
					want := s != dead && len(v.piece(id)) > 0 || id == endToken && at.final
					if got := mask[id/64]>>(id%64)&1 != 0; got != want {
						t.Fatalf("%s: behind %q, token %d, %q, is %t in the mask, %t by bytes", schema, text, id, v.piece(id), got, want)
					}
				}
			})
			if err != nil {
				t.Fatalf("%s: %v", schema, err)
			}
		}
	}
	if masks < 300 {
		t.Errorf("only %d masks were compared", masks)
	}
}

// TestTokenizationDoesNotMatter reads documents in the tokenizer's tokens, in
// single bytes, and in tokens of random lengths.
func TestTokenizationDoesNotMatter(t *testing.T) {
	bpe, v := tiny()
	longest := map[string]int32{}
	for id := range int32(v.size) {
		if p := v.piece(id); len(p) > 0 {
			longest[string(p)] = id
		}
	}
	byTokenizer := func(text string, _ func(int) int) []int32 {
		return bpe.Append(nil, part(text))
	}
	byBytes := func(text string, _ func(int) int) (out []int32) {
		for _, b := range []byte(text) {
			out = append(out, longest[string([]byte{b})])
		}
		return out
	}
	byChance := func(text string, choose func(int) int) (out []int32) {
		for text != "" {
			n := 1 + choose(min(12, len(text)))
			id, ok := longest[text[:n]]
			for ; !ok; id, ok = longest[text[:n]] {
				n--
			}
			out, text = append(out, id), text[n:]
		}
		return out
	}
	read := func(g *Grammar, ids []int32) bool {
		m := g.Start(v, []int32{endToken})
		for _, id := range append(ids, endToken) {
			allowed := m.Mask()[id/64]>>(id%64)&1 != 0
			if accepted := m.Accept(id); accepted != allowed {
				t.Fatalf("token %d is %t in the mask, and %t when it comes", id, allowed, accepted)
			}
			if !allowed {
				return false
			}
		}
		return true
	}
	choose := random(1)
	for _, d := range documents {
		g := mustCompile(t, d.schema)
		for _, split := range []func(string, func(int) int) []int32{byTokenizer, byBytes, byChance, byChance} {
			for _, text := range d.good {
				ids := split(text, choose)
				if !bytes.Equal(pieces(v, ids), []byte(text)) {
					continue // the tokenizer puts something else for it
				}
				if !read(g, ids) {
					t.Errorf("%s: %q is refused as %v", d.name, text, ids)
				}
			}
			for _, text := range d.bad {
				ids := split(text, choose)
				if bytes.Equal(pieces(v, ids), []byte(text)) && read(g, ids) {
					t.Errorf("%s: %q is accepted as %v", d.name, text, ids)
				}
			}
		}
	}
}
