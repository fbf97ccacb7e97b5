package grammar

import (
	"runtime"
	"strings"
	"testing"
)

// TestStatesAreBounded reads long texts by grammars with as many stacks as there can
// be, and measures what is kept of them.
func TestStatesAreBounded(t *testing.T) {
	heap := func() int {
		runtime.GC()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return int(s.HeapAlloc) >> 20
	}
	for name, schema := range map[string]string{
		"strings": `{"anyOf":[` + list(128, `{"type":"string","pattern":"^[^<A>]*$","maxLength":1000%}`) + `]}`,
		"arrays":  `{"type":"array","items":{"anyOf":[` + list(128, `{"type":"string","pattern":"^[^<A>]*$","maxLength":50%}`) + `]}}`,
	} {
		m := newMachine(mustCompile(t, schema), nil)
		before, most, text, resets := heap(), 0, `"`+strings.Repeat("a", 400), m.generation
		if name == "arrays" {
			text = `[` + strings.Repeat(text+`",`, 5)
		}
		choose := random(1)
		for range 5 {
			s := m.begin()
			for _, b := range []byte(text) {
				if b == 'a' {
					b = byte('a' + choose(26))
				}
				if s = m.next(s, b); s == dead {
					t.Fatalf("%q is refused", b)
				}
			}
			text = strings.Replace(text, "a", strings.Repeat("a", 400), 1)
			most = max(most, heap()-before)
		}
		t.Logf("%s: up to %d MiB, %d times forgotten", name, most, m.generation-resets)
		if most > 2*maxKept>>20 {
			t.Errorf("%s: %d MiB", name, most)
		}
		runtime.KeepAlive(m)
	}
}
