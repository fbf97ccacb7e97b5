package server_test

import (
	"slices"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/browser"
)

// TestPlaygroundTools answers for the functions that a model calls.
func TestPlaygroundTools(t *testing.T) {
	g := calling()
	s := chats(t, g)
	p := browser.Open(t, s.url)
	p.Wait(`!document.querySelector("#main").hidden`)
	p.Eval(`document.querySelector("#settings").open = true`)
	p.Eval(`document.querySelector("#tools").value = '[{"type": "function", "function": {"name": "f"}}, {"type": "function", "function": {"name": "g"}}]'`)
	p.Click("#message")
	p.Type("Hi")
	p.Key("Enter")
	p.Wait(`document.querySelectorAll(".calls textarea").length === 2`)
	if got := p.Eval(`[...document.querySelectorAll(".calls code")].map((c) => c.textContent).join(" ")`); got != `"f({\"a\": \"b\\\"}\"}) g({})"` {
		t.Errorf("the calls are %s", got)
	}
	if got := p.Eval(`document.querySelector(".thoughts").textContent`); got != `"Let me."` {
		t.Errorf("the reasoning is %s", got)
	}
	if nameless := p.Nameless(); len(nameless) > 0 {
		t.Errorf("these have no name: %q", nameless)
	}
	p.Wait(`document.activeElement.tagName === "TEXTAREA" && document.activeElement.closest(".calls")`)
	p.Type("one")
	p.Key("Tab")
	p.Type("two")
	p.Click(".calls button")
	p.Wait(`document.querySelectorAll(".turn.tool").length === 2 && document.querySelectorAll(".timings").length === 2`)
	r := g.last(t)
	var roles []string
	for _, m := range r.Messages {
		roles = append(roles, m.Role)
	}
	if !slices.Equal(roles, []string{"user", "assistant", "tool", "tool"}) || len(r.Messages[1].ToolCalls) != 2 ||
		r.Messages[2].Content != "one" || r.Messages[3].Content != "two" || r.Messages[3].ToolCallID != "bbbbbbbbb" {
		t.Errorf("the second request is %+v", r.Messages)
	}
	if len(r.Tools) != 2 {
		t.Errorf("it has the tools %+v", r.Tools)
	}
	if log := p.Log(); len(log) > 0 {
		t.Errorf("the browser complains: %s", log)
	}
}
