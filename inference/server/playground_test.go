package server_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/browser"
)

func TestRootByAccept(t *testing.T) {
	s := chats(t, &scripted{})
	for accept, html := range map[string]bool{
		"": false, "*/*": false, "application/json": false, "text/plain": false,
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": true,
	} {
		got := s.do(t, "GET", "/", "", "Accept", accept)
		if got.StatusCode != 200 || (got.body != "Healthy") != html || strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") != html {
			t.Errorf("Accept %q: %s, %.40q", accept, got.Header.Get("Content-Type"), got.body)
		}
		if html && (!strings.Contains(got.Header.Get("Content-Security-Policy"), "default-src 'none'") || strings.Contains(got.body, "http")) {
			t.Errorf("the policy is %q, or the page names another host", got.Header.Get("Content-Security-Policy"))
		}
		if got.Header.Get("Vary") != "Accept" {
			t.Errorf("Vary is %q", got.Header.Get("Vary"))
		}
	}
}

// TestPlayground holds a conversation in a real browser: by keyboard, with
// markup in the answer, which is shown as text.
func TestPlayground(t *testing.T) {
	g := &scripted{pieces: []string{"<b>Hel", "lo</b> ", "you"}, let: make(chan struct{}, 100)}
	s := start(t, &fake{}, func(o *server.Options) { o.Generator = server.GeneratorOf(g) })
	p := browser.Open(t, s.url)
	p.Wait(`!document.querySelector("#main").hidden`)
	if about := p.Text("#about"); !strings.Contains(about, "tiny-chat: fp32 on CPU, 2048 tokens") || !strings.Contains(about, "fake: NEGATIVE, POSITIVE") {
		t.Errorf("the page is about %q", about)
	}
	p.Click("#message")
	p.Type("Hi <i>there</i>")
	p.Key("Enter")
	g.let <- struct{}{}
	p.Wait(`document.querySelector(".turn.assistant p")?.textContent.includes("<b>Hel")`)
	if p.Eval(`document.querySelector("#stop").disabled`) != "false" {
		t.Error("while a text is written, it can't be stopped")
	}
	for len(g.let) < cap(g.let) { // whatever comes may come at once
		g.let <- struct{}{}
	}
	p.Wait(`document.querySelector(".timings")`)
	if got := p.Text(".turn.assistant p"); got != "<b>Hello</b> you" {
		t.Errorf("the answer is shown as %q", got)
	}
	if got := p.Text(".timings"); !strings.Contains(got, "first token") || !strings.Contains(got, "tokens/s") || !strings.Contains(got, "9 tokens in (4 cached), 3 out") || !strings.Contains(got, "prefill 20 ms") {
		t.Errorf("the timings are %q", got)
	}

	p.Eval(`document.querySelector("#settings").open = true`)
	p.Click("#temperature")
	p.Type("0.5")
	p.Click("#system")
	p.Type("Be brief.")
	p.Click("#message")
	p.Type("And now?")
	p.Click("#send")
	p.Wait(`document.querySelectorAll(".timings").length === 2`)
	want := []chat.Message{{Role: "system", Content: "Be brief."}, {Role: "user", Content: "Hi <i>there</i>"}, {Role: "assistant", Content: "<b>Hello</b> you"}, {Role: "user", Content: "And now?"}}
	r := g.last(t)
	if len(r.Messages) != len(want) || r.Sampling.Temperature == nil || *r.Sampling.Temperature != 0.5 || r.Sampling.TopP != nil {
		t.Fatalf("the second request is %+v", r)
	}
	for i := range want {
		if !reflect.DeepEqual(r.Messages[i], want[i]) {
			t.Errorf("message %d is %+v, want %+v", i, r.Messages[i], want[i])
		}
	}

	// The tabs, by keyboard.
	p.Eval(`document.querySelector("#chat-tab").focus()`)
	p.Key("ArrowRight")
	p.Wait(`!document.querySelector("#classification").hidden && document.querySelector("#chat").hidden`)
	if p.Eval(`document.activeElement.id + document.activeElement.getAttribute("aria-selected")`) != `"classify-tabtrue"` {
		t.Error("the focus did not follow the tab")
	}
	light := p.Eval(`getComputedStyle(document.body).getPropertyValue("--accent")`)
	p.Scheme("dark")
	if dark := p.Eval(`getComputedStyle(document.body).getPropertyValue("--accent")`); dark == light {
		t.Errorf("the accent is %s in light and dark", dark)
	}
	for _, panel := range []string{"chat", "classify"} {
		p.Click("#" + panel + "-tab")
		p.Eval(`document.querySelectorAll("details").forEach((d) => d.open = true)`)
		if nameless := p.Nameless(); len(nameless) > 0 {
			t.Errorf("%s: these have no name: %q", panel, nameless)
		}
		for _, width := range []int{320, 1280} {
			p.Width(width, 800)
			if got := p.Eval(`document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth`); got != "0" {
				t.Errorf("%s: the page is %s pixels wider than a window of %d", panel, got, width)
			}
		}
	}
	if log := p.Log(); len(log) > 0 {
		t.Errorf("the browser complains: %s", log)
	}
}

// TestPlaygroundStops checks that the stop button ends the generation, and that
// the conversation goes on from what was written.
func TestPlaygroundStops(t *testing.T) {
	for _, way := range []string{"button", "Escape"} {
		g := &scripted{pieces: []string{"begun"}, hang: true, closed: make(chan struct{}, 1)}
		s := chats(t, g)
		p := browser.Open(t, s.url)
		p.Wait(`!document.querySelector("#main").hidden`)
		if p.Eval(`document.querySelector("#classify-tab").hidden`) != "true" {
			t.Error("the page has a tab for a model that isn't loaded")
		}
		p.Click("#message")
		p.Type("Hi")
		p.Key("Enter")
		p.Wait(`document.querySelector(".turn.assistant p")?.textContent === "begun"`)
		if way == "button" {
			p.Click("#stop")
		} else {
			p.Key("Escape")
		}
		select {
		case <-g.closed:
		case <-time.After(5 * time.Second):
			t.Fatalf("%s: the text still runs", way)
		}
		p.Wait(`document.querySelector(".timings")?.textContent.startsWith("stopped")`)
		if p.Eval(`document.querySelector("#send").disabled`) != "false" {
			t.Errorf("%s: nothing more can be sent", way)
		}
		p.Type("Go on")
		p.Key("Enter")
		p.Wait(`document.querySelectorAll(".turn.assistant p").length > 2`) // its text and timings
		if m := g.last(t).Messages; len(m) != 3 || m[1].Content != "begun" {
			t.Errorf("%s: the conversation goes on with %v", way, m)
		}
	}
}

// TestPlaygroundErrors checks that the page shows why a request failed, and
// that the question can be asked again.
func TestPlaygroundErrors(t *testing.T) {
	s := chats(t, &scripted{err: &turns.FullError{RetryAfter: 7 * time.Second}})
	p := browser.Open(t, s.url)
	p.Wait(`!document.querySelector("#main").hidden`)
	p.Click("#message")
	p.Type("Hi")
	p.Key("Enter")
	p.Wait(`document.querySelector(".error")`)
	if got := p.Text(".error"); !strings.Contains(got, "try again later (in 7 s)") {
		t.Errorf("the page says %q", got)
	}
	if p.Eval(`document.querySelector("#message").value`) != `"Hi"` {
		t.Error("the question can't be asked again")
	}
}
