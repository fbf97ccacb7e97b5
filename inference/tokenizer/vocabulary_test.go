package tokenizer

import (
	"strings"
	"testing"
)

// TestVocabulary keeps tokens apart that differ at their end alone, whatever their lengths,
// and finds each again, with the largest id too.
func TestVocabulary(t *testing.T) {
	v := newVocabulary(0)
	want := map[string]int32{}
	add := func(token string, id int32) {
		if !v.add([]byte(token), id) {
			t.Fatalf("%.20q of %d bytes is there", token, len(token))
		}
		want[token] = id
	}
	add("", 0)
	for i, size := range []int{1, 7, longToken - 1, longToken, longToken + 1, 2*longToken + 1} {
		for j, end := range []string{"a", "b", "ab"} {
			add(strings.Repeat("x", size)+end, int32(1+3*i+j))
		}
	}
	add("last", maxID)
	for token, id := range want {
		if got, ok := v.id(token); !ok || got != id {
			t.Errorf("a token of %d bytes has the id %d, %v, want %d", len(token), got, ok, id)
		}
		if _, ok := v.id(token + "c"); ok {
			t.Errorf("a token of %d bytes is there", len(token)+1)
		}
	}
	if v.add([]byte("new"), 2) {
		t.Error("an id is taken twice")
	}
	if old, _ := v.id("xa"); !v.add([]byte("xa"), 50) || v.token(old) != nil {
		t.Error("a token keeps the id that it had")
	}
	if id, ok := v.id("xa"); !ok || id != 50 {
		t.Errorf("a token that got another id has %d, %v", id, ok)
	}
}
