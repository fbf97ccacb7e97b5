package hostile

import (
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// room is how much memory requests may take beyond the models, in MiB.
const room = 1024

// bodySize is the largest body that is taken by default.
const bodySize = 5 << 20

// largeBodies are the largest that are within the limits, of the kinds that cost most.
func largeBodies() []largeBody {
	text := strings.Repeat("中", (bodySize-4096)/3)
	ids := strings.Repeat("1, ", 1_700_000) + "1"
	return []largeBody{
		{"text to count", api.TokenizePath, `{"text": "` + text + `"}`},
		{"token ids", api.CompletionsPath, `{"prompt": [` + ids + `]}`},
		{"a prompt of one word", api.CompletionsPath, `{"prompt": "` + strings.Repeat("a", bodySize-4096) + `"}`},
		{"a long message", api.ChatPath, `{"messages": [{"role": "user", "content": "` + text + `"}]}`},
		{"messages of nothing", api.ChatPath, `{"messages": [` + strings.Repeat(`{"role":"user","content":""},`, 170_000) + `{"role":"user","content":""}]}`},
		{"a text to score", api.ScorePath, `{"text": "` + text + `"}`},
		{"escapes", api.ScorePath, `{"text": "` + strings.Repeat(`\u00e9`, 800_000) + `"}`},
		{"many texts", api.ScorePath, `{"text": [` + strings.Repeat(`"`+strings.Repeat("a ", 600)+`",`, 255) + `"a"]}`},
		{"parts", api.ChatPath, `{"messages": [{"role": "user", "content": [` + strings.Repeat(`{"type":"text","text":"a"},`, 190_000) + `{"type":"text","text":"a"}]}]}`},
	}
}

type largeBody struct{ name, path, body string }

// TestLargeBodies sends large bodies from many clients at once.
func TestLargeBodies(t *testing.T) {
	p := serve(t)
	polite(t, p)
	start := memory(t, p, "VmRSS")
	clients := scaled(8, 40)
	for _, a := range largeBodies() {
		if len(a.body) > bodySize {
			t.Fatalf("%s: %d bytes are over the limit", a.name, len(a.body))
		}
		slowest := make(chan time.Duration, 1)
		go func() {
			time.Sleep(50 * time.Millisecond) // into the attack
			slowest <- polite(t, p)
		}()
		began := time.Now()
		statuses := flood(t, p, a.path, clients, []byte(a.body))
		t.Logf("%d × %s: %v in %v; %d MiB at the most, %d at the start; the slowest polite answer took %v",
			clients, a.name, statuses, time.Since(began).Round(time.Millisecond), memory(t, p, "VmHWM"), start, (<-slowest).Round(time.Millisecond))
	}
	if most := memory(t, p, "VmHWM"); most > start+room {
		t.Errorf("the process had %d MiB, %d more than at the start: %d may be", most, most-start, room)
	}
	givenBack(t, func() int { return memory(t, p, "VmRSS") }, start)
}

// givenBack waits until memory is within 10 % of what it was, for a minute. The bundled
// models are so small that what Go keeps to manage a heap that was large, and C's
// allocator, is more than that: 16 MiB may stay.
func givenBack(t *testing.T, now func() int, start int) {
	t.Helper()
	began := time.Now()
	for now() > start+max(start/10, 16) {
		if time.Since(began) > time.Minute {
			t.Errorf("after a minute the process has %d MiB, %d at the start", now(), start)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Logf("%d MiB, %v after the attack", now(), time.Since(began).Round(100*time.Millisecond))
}
