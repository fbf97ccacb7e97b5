package chat

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func talk(n int, content string) []Message {
	all := make([]Message, n)
	for i := range all {
		all[i] = Message{Role: []string{User, Assistant}[i%2], Content: content}
	}
	return all
}

type costly struct {
	template string
	messages []Message
	want     string // of the error, "" for none
}

// costlyTemplates are templates, and conversations, that were made to cost as much as
// they can.
func costlyTemplates() map[string]costly {
	const grow = "{% set n = namespace(x='aaaa', l=[]) %}{% for a in messages %}{% if loop.index < 30 %}{% set n.x = n.x + n.x %}{% set n.l = [n.l, n.l] %}{% endif %}{% endfor %}"
	thrice := func(what string) string {
		return "{% for a in messages %}{% for b in messages %}{% for c in messages %}" + what + "{% endfor %}{% endfor %}{% endfor %}"
	}
	chain := func(part string) string {
		return "{{ messages[0].content" + strings.Repeat(part, 200_000/len(part)) + " }}"
	}
	large := strings.Repeat("ab ", 1_600_000)
	return map[string]costly{
		"nested loops":               {thrice("{% for d in messages %}x{% endfor %}"), talk(100, "hi"), "over"},
		"nested loops, many":         {"{% for a in messages %}{% for b in messages %}{% set x = a.content %}{% endfor %}{% endfor %}", talk(150_000, ""), "over"},
		"slices in a loop":           {"{% for a in messages %}{% set x = messages[loop.index0:] %}{% endfor %}", talk(150_000, ""), "over"},
		"lists in a loop":            {"{% set n = namespace(l=[]) %}{% for a in messages %}{% set n.l = n.l + [a] %}{% endfor %}", talk(150_000, ""), "over"},
		"lists of lists":             {"{% set n = namespace(l=[]) %}{% for a in messages %}{% set n.l = [n.l, messages[::-1]] %}{% endfor %}", talk(5000, ""), "over"},
		"a text doubled":             {grow, talk(100, "hi"), "over"},
		"a prompt of doubles":        {grow + thrice("{{ n.x }}"), talk(100, "hi"), "over"},
		"a text grown":               {"{% set n = namespace(x='') %}{% for a in messages %}{% set n.x = n.x ~ a.content ~ 'x' %}{% endfor %}{{ n.x }}", talk(100_000, "hi"), "over"},
		"texts kept":                 {"{% set n = namespace(l=[]) %}{% for a in messages %}{% set n.l = [n.l, messages[0].content | upper] %}{% endfor %}", append(talk(1, large), talk(1000, "")...), "over"},
		"a large message, often":     {"{% for a in messages %}{{ messages[0].content }}{% endfor %}", append(talk(1, large), talk(1000, "")...), "a prompt of over"},
		"a large message by words":   {"{% for a in messages %}{% set x = messages[0].content.split(' ') %}{% endfor %}", append(talk(1, large), talk(1000, "")...), "over"},
		"words joined":               {"{{ messages[0].content.split('a') | join('cccccccccccccccc') }}", talk(1, large), "over"},
		"replaced by much":           {"{{ messages[0].content | replace('a', '" + strings.Repeat("x", 100_000) + "') }}", talk(1, large), "a string of over"},
		"by characters":              {"{% for c in messages[0].content %}{{ c }}{% endfor %}", talk(1, large), "over"},
		"trimmed by a large set":     {"{% for a in messages %}{{ messages[0].content.strip(messages[0].content) }}{% endfor %}", append(talk(1, large), talk(1000, "")...), "over"},
		"looked for in large":        {"{% for a in messages %}{% if messages[0].content + 'x' in messages[0].content %}{% endif %}{% endfor %}", append(talk(1, large), talk(1000, "")...), "over"},
		"all but the last":           {"{% for a in messages %}{% set x = messages[0].content[:-1] %}{% endfor %}", append(talk(1, large), talk(1000, "")...), "over"},
		"one character":              {"{% for a in messages %}{% set x = messages[0].content[7] %}{% endfor %}", append(talk(1, large), talk(1000, "")...), "over"},
		"JSON":                       {grow + "{{ n.l | tojson(indent=16) }}", talk(100, "hi"), "over"},
		"JSON of all":                {"{% for a in messages %}{% set x = messages | tojson %}{% endfor %}", talk(3000, strings.Repeat("\x01", 500)), "over"},
		"equal lists":                {grow + "{{ n.l == n.l }}", talk(100, "hi"), "over"},
		"attributes":                 {"{% for a in messages %}{% set x = messages | map(attribute='content') | join %}{% endfor %}", talk(20_000, "hi"), "over"},
		"a clock":                    {"{% for a in messages %}{% set x = strftime_now('" + strings.Repeat("%B", 50_000) + "') %}{% endfor %}", talk(1000, "hi"), "over"},
		"many names":                 {"{% for a in messages %}" + strings.Repeat("{% set x = nothing %}", 10_000) + "{% endfor %}", talk(1000, "hi"), "over"},
		"a macro that calls itself":  {"{% macro m(x) %}{{ m(x + 1) }}{% endmacro %}{{ m(0) }}", talk(1, "hi"), "its macros call each other"},
		"macros, twice each":         {"{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(100) }}", talk(1, "hi"), "over"},
		"a macro that captures much": {grow + "{% macro m() %}{{ n.x }}{% endmacro %}" + thrice("{% set y = m() %}"), talk(100, "hi"), "over"},
		"ranges":                     {"{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}", talk(1, "hi"), "over"},
		"a string, often":            {"{{ 'ab' * 1000000000 }}", talk(1, "hi"), "over"},
		"an empty string, often":     {"{{ '' * 2000000000 }}", talk(1, "hi"), "over"},
		"a list, often":              {"{{ ([1] * 2000000000) | length }}", talk(1, "hi"), "over"},
		"mappings of mappings":       {"{% set n = namespace(d={}) %}{% for a in messages %}{% set n.d = {'a': n.d, 'b': n.d} %}{% endfor %}{{ n.d }}", talk(100, "hi"), "over"},
		"equal mappings":             {"{% set n = namespace(d={}, e={}) %}{% for a in messages %}{% if loop.index < 40 %}{% set n.d = {'a': n.d, 'b': n.d} %}{% set n.e = {'a': n.e, 'b': n.e} %}{% endif %}{% endfor %}{{ n.d == n.e }}", talk(100, "hi"), "over"},
		"sorted, often":              {"{% for a in messages %}{% set x = messages | map(attribute='content') | sort %}{% endfor %}", talk(20_000, "hi"), "over"},
		"words, often":               {"{% for a in messages %}{% set x = messages[0].content.split() %}{% endfor %}", append(talk(1, large), talk(1000, "")...), "over"},
		"lines, indented":            {"{% for a in messages %}{% set x = messages[0].content | indent(1000) %}{% endfor %}", append(talk(1, strings.Repeat("a\n", 100_000)), talk(1000, "")...), "over"},
		"printed lists":              {grow + "{{ n.l }}", talk(100, "hi"), "over"},
		"a text turned, often":       {"{% for a in messages %}{% set x = messages[0].content | reverse %}{% endfor %}", append(talk(1, large), talk(1000, "")...), "over"},
		"a chain of sums":            {chain("+'b'"), talk(1, "hi"), "over"},
		"a chain of filters":         {chain("|trim"), talk(1, "hi"), ""},
		"a chain of tests":           {chain(" is defined"), talk(1, "hi"), ""},
		"a chain of or":              {"{{ ''" + strings.Repeat(" or ''", 40_000) + " }}", talk(1, "hi"), ""},
		"a chain of comparisons":     {"{{ 1" + strings.Repeat(" == 1", 40_000) + " }}", talk(1, "hi"), ""},
	}
}

// TestTemplatesAreBounded renders what was made to cost much.
func TestTemplatesAreBounded(t *testing.T) {
	for name, c := range costlyTemplates() {
		t.Run(name, func(t *testing.T) {
			parsed, err := ParseTemplate(c.template)
			if err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began := time.Now()
			prompt, err := parsed.Render(t.Context(), Inputs{Messages: c.messages})
			took := time.Since(began)
			runtime.ReadMemStats(&after)
			size, allocated := 0, int(after.TotalAlloc-before.TotalAlloc)>>20
			for _, s := range prompt {
				size += len(s.Text)
			}
			t.Logf("%d MiB allocated, %s, a prompt of %d bytes: %v", allocated, took.Round(time.Millisecond), size, err)
			var cost *CostError
			if c.want == "" != (err == nil) || err != nil && (!errors.As(err, &cost) || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, not %q", err, c.want)
			}
			if took > 10*time.Second { // less than one where nothing else runs
				t.Errorf("it takes %s", took)
			}
		})
	}
}

// TestLargeTemplatesAreRefused has one that is larger than any model's.
func TestLargeTemplatesAreRefused(t *testing.T) {
	if _, err := ParseTemplate(strings.Repeat(" ", maxSourceBytes+1)); err == nil || !strings.Contains(err.Error(), "more than the 262144") {
		t.Errorf("%v", err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "chat_template.jinja")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 1<<40); err != nil { // it takes no room
		t.Fatal(err)
	}
	if _, _, err := LoadTemplate(dir); err == nil || !strings.Contains(err.Error(), "chat_template.jinja has 1099511627776 bytes, at most") {
		t.Errorf("%v", err)
	}
}

// TestGenuineTemplatesAreFarFromTheirBounds renders large conversations by models'
// own templates: more messages than a window has room for, and longer ones.
func TestGenuineTemplatesAreFarFromTheirBounds(t *testing.T) {
	g := readGenuine(t)
	for name := range g.Prompts {
		if name == "dated" {
			continue // no model's: it has all that is supported, whatever it costs
		}
		parsed, special := g.Written.template(t, name)
		for what, messages := range map[string][]Message{
			"messages":         talk(4001, "Well, what is it?"),
			"a large message":  talk(1, strings.Repeat("Well, what is it? ", 260_000)),
			"long messages":    talk(101, strings.Repeat("Well, what is it? ", 2500)),
			"large, by pieces": talk(1, strings.Repeat("a</think>b | c\n", 100_000)),
		} {
			in := limitsOf(t.Context(), &Inputs{Messages: messages})
			r, _, err := parsed.rendered(t.Context(), Inputs{Messages: messages, AddGenerationPrompt: true, Special: special})
			if err != nil {
				t.Errorf("%s, %s: %v", name, what, err)
				continue
			}
			t.Logf("%s, %s: %d of %d steps, %d of %d KiB", name, what, in.steps-r.steps, in.steps, (in.memory-r.memory)>>10, in.memory>>10)
		}
	}
}

// leaving is a context that ends when it has been looked at so often.
type leaving struct {
	context.Context
	looks int
}

func (l *leaving) Err() error {
	if l.looks--; l.looks < 0 {
		return context.Canceled
	}
	return nil
}

// TestRenderingEndsWithItsContext has clients leave midway: what a template would still
// cost is spared.
func TestRenderingEndsWithItsContext(t *testing.T) {
	parsed, err := ParseTemplate("{% for a in messages %}{% for b in messages %}{% set x = a.content %}{% endfor %}{% endfor %}{{ messages[-1].content }}")
	if err != nil {
		t.Fatal(err)
	}
	in := Inputs{Messages: talk(400, "hi")}
	all, _, err := parsed.rendered(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	whole := all.allSteps - all.steps
	for _, looks := range []int{0, 5} {
		r, _, err := parsed.rendered(&leaving{t.Context(), looks}, in)
		if taken := r.allSteps - r.steps; !errors.Is(err, context.Canceled) || taken > (looks+1)*stepsALook || taken > whole/2 {
			t.Errorf("a client that left at look %d: %d of %d steps, %v", looks, taken, whole, err)
		}
	}
	// Prompt renders more than once: it says that the client left, and not that a message is lost.
	lost := Inputs{Messages: append(talk(1, "hi"), Message{Role: System, Content: "be brief"})}
	for looks := range 2 {
		if _, err := parsed.Prompt(&leaving{t.Context(), looks}, lost); !errors.Is(err, context.Canceled) {
			t.Errorf("after %d looks: %v", looks, err)
		}
	}
}
