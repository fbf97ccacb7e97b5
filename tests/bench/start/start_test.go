package main

import (
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestStarts measures the real scorer with the two small models, and that its log says
// what each start's time went to.
func TestStarts(t *testing.T) {
	models := []*model{
		{name: "classifier", dir: goldens.ModelDir("distilbert-tiny-sentiment"), aim: 1},
		{name: "chat", dir: goldens.ModelDir("gemma-tiny-chat"), generates: true, aim: 2},
	}
	for _, m := range models {
		for _, cold := range []bool{false, true} {
			if err := m.measure(t.Context(), cold); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range []start{m.warm[0], m.cold[0]} {
			for _, n := range names {
				if s.phases[n[0]] <= 0 || s.phases[n[0]] > s.first {
					t.Errorf("%s: %s took %v ms of %v", m.name, n[0], s.phases[n[0]], s.first)
				}
			}
		}
		if m.warm[0].cached != 1 || m.cold[0].cached > 1 {
			t.Errorf("%s: %v of the files were in the page cache, and %v after it was told to forget them", m.name, m.warm[0].cached, m.cold[0].cached)
		}
	}
	if text := table(models, 1); strings.Count(text, "\n| c") != 4 || !strings.Contains(text, "| chat | on disk |") {
		t.Errorf("the table is\n%s", text)
	}
}
