package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
)

// A client that renders the template itself sends this.
const rendered = "<start_of_turn>user\n" + capital + "<end_of_turn>\n<start_of_turn>model\n"

func TestRawPromptsHaveControlTokens(t *testing.T) {
	g := tinyChat(t, GeneratorOptions{})
	want, err := g.TokenizeChat(t.Context(), &GenerateRequest{Messages: user(capital)}, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, prompt := range []string{rendered, "<bos>" + rendered} { // <bos> once, whoever wrote it
		if got := tokenize(t, g, prompt, true); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", prompt, got, want)
		}
		if text, _, _ := write(t, g, GenerateRequest{Prompt: &prompt}); text != paris {
			t.Errorf("%q is answered %q", prompt, text)
		}
	}
	if got := tokenize(t, g, rendered, false); !slices.Equal(got, want[1:]) {
		t.Errorf("without special tokens: got %v, want %v", got, want[1:])
	}
	if got := tokenize(t, g, "<bos>a", false); !slices.Equal(got, tokenize(t, g, "a", true)) {
		t.Errorf("a <bos> of the prompt's own is %v", got)
	}
	bare := rendered
	if _, _, c := write(t, g, GenerateRequest{Prompt: &bare, BarePrompt: true}); c.PromptTokens != len(want)-1 {
		t.Errorf("a bare prompt has %d tokens, want %d", c.PromptTokens, len(want)-1)
	}
	plain := tinyChat(t, GeneratorOptions{PlainPrompts: true})
	got := tokenize(t, plain, "<bos>"+rendered, true)
	for i, id := range got[1:] {
		if plain.tokenizer.IsControl(id) {
			t.Errorf("as text: token %d of %v is a control token", i+1, got)
		}
	}
	if got[0] != want[0] {
		t.Errorf("as text: begins with %d", got[0])
	}
	// Never in a message, whatever the option says.
	for _, g := range []*Generator{g, plain} {
		ids, err := g.TokenizeChat(t.Context(), &GenerateRequest{Messages: user(rendered)}, 200)
		if err != nil {
			t.Fatal(err)
		}
		controls := 0
		for _, id := range ids {
			if g.tokenizer.IsControl(id) {
				controls++
			}
		}
		if controls != 4 {
			t.Errorf("a message's text holds control tokens: %d in %v", controls, ids)
		}
	}
}

func TestLostMessagesAreRefused(t *testing.T) {
	g := tinyChat(t, GeneratorOptions{})
	for _, c := range []struct {
		messages []chat.Message
		field    string
	}{
		{[]chat.Message{{Role: chat.System, Content: "Be brief."}}, "messages[0]"},
		{[]chat.Message{{Role: chat.User, Content: "a"}, {Role: chat.System, Content: "b"}, {Role: chat.User, Content: "c"}}, "messages[1]"},
	} {
		_, err := g.Generate(t.Context(), GenerateRequest{Messages: c.messages})
		var invalid *InvalidError
		if !errors.As(err, &invalid) || invalid.Field != c.field || !strings.Contains(err.Error(), c.field+": ") {
			t.Errorf("%q: got %v, want an error of %s", c.messages, err, c.field)
		}
	}
}

// tokenize is Generator.Tokenize of a prompt that isn't too long.
func tokenize(t *testing.T, g *Generator, text string, addSpecial bool) []int32 {
	t.Helper()
	ids, err := g.Tokenize(text, addSpecial, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// TestTokenizingStops holds prompts against limits around their length: up to it the
// ids are those of the whole text, below it there is an error that names the limit.
func TestTokenizingStops(t *testing.T) {
	g := tinyChat(t, GeneratorOptions{})
	long := strings.Repeat("中 and so on, \n", 20) + strings.Repeat("a", 300)
	for _, special := range []bool{false, true} {
		want := tokenize(t, g, long, special)
		for _, limit := range []int{len(want) + 1, len(want)} {
			if ids, err := g.Tokenize(long, special, limit); err != nil || !slices.Equal(ids, want) {
				t.Errorf("limit %d: %d ids, %v", limit, len(ids), err)
			}
		}
		for _, limit := range []int{len(want) - 1, len(want) / 2, 1, 0} {
			ids, err := g.Tokenize(long, special, limit)
			var e *ContextLengthError
			if !errors.As(err, &e) || !e.More || e.PromptTokens != limit || ids != nil {
				t.Errorf("limit %d: %d ids, %v", limit, len(ids), err)
			}
		}
	}
	messages := user(long)
	want, err := g.TokenizeChat(t.Context(), &GenerateRequest{Messages: messages}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if ids, err := g.TokenizeChat(t.Context(), &GenerateRequest{Messages: messages}, len(want)); err != nil || !slices.Equal(ids, want) {
		t.Errorf("a chat of %d: %d ids, %v", len(want), len(ids), err)
	}
	if _, err := g.TokenizeChat(t.Context(), &GenerateRequest{Messages: messages}, len(want)-1); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("more than %d", len(want)-1)) {
		t.Errorf("a chat of %d, one more than the limit: %v", len(want), err)
	}
}

// TestConversationsThatCostTooMuchAreRefused has more messages than any window.
func TestConversationsThatCostTooMuchAreRefused(t *testing.T) {
	g := tinyChat(t, GeneratorOptions{})
	all := make([]chat.Message, 150_001)
	for i := range all {
		all[i] = chat.Message{Role: []string{chat.User, chat.Assistant}[i%2]}
	}
	left, leave := context.WithCancel(t.Context())
	leave()
	if _, err := g.TokenizeChat(left, &GenerateRequest{Messages: all}, len(all)); !errors.Is(err, context.Canceled) {
		t.Errorf("a client that left: %v", err)
	}
	var long *ContextLengthError
	if _, err := g.TokenizeChat(t.Context(), &GenerateRequest{Messages: all}, len(all)-1); !errors.As(err, &long) || !long.More {
		t.Errorf("more messages than tokens: %v", err)
	}
	var refused *InvalidError
	if _, err := g.TokenizeChat(t.Context(), &GenerateRequest{Messages: all}, len(all)); !errors.As(err, &refused) || refused.Field != "messages" || !strings.Contains(err.Error(), "over 4000000 steps: send fewer") {
		t.Errorf("%v", err)
	}
}
