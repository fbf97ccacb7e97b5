package chat

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/genuine"
)

// writtenTemplates are those that were written for the goldens.
type writtenTemplates map[string]struct {
	Template string
	BOS      string `json:"bos_token"`
	EOS      string `json:"eos_token"`
}

type genuineGoldens struct {
	Now           time.Time
	Written       writtenTemplates
	Conversations []struct {
		Messages            []Message
		AddGenerationPrompt bool `json:"add_generation_prompt"`
	}
	Prompts map[string][]json.RawMessage
}

func readGenuine(t testing.TB) (g genuineGoldens) {
	t.Helper()
	if err := genuine.ReadGoldens("templates.json.gz", &g); err != nil {
		t.Fatal(err)
	}
	if len(g.Conversations) < 400 || len(g.Prompts) != 6 {
		t.Fatalf("only %d conversations and %d templates", len(g.Conversations), len(g.Prompts))
	}
	return g
}

// template finds one of the goldens' templates, with its special tokens.
func (all writtenTemplates) template(t testing.TB, name string) (parsed *Template, special map[string]string) {
	t.Helper()
	if w, ok := all[name]; ok {
		parsed, err := ParseTemplate(w.Template)
		if err != nil {
			t.Fatal(err)
		}
		return parsed, specials(w.BOS, w.EOS)
	}
	folder, err := genuine.Tokenizer(name)
	if err != nil {
		t.Fatal(err)
	}
	if parsed, _, err = LoadTemplate(folder); err != nil {
		t.Fatal(err)
	}
	var config struct {
		BOS string `json:"bos_token"`
		EOS string `json:"eos_token"`
	}
	data, err := os.ReadFile(filepath.Join(folder, "tokenizer_config.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &config); err != nil {
		t.Fatal(err)
	}
	return parsed, specials(config.BOS, config.EOS)
}

// specials has those that there are.
func specials(bos, eos string) map[string]string {
	all := map[string]string{}
	for name, token := range map[string]string{"bos_token": bos, "eos_token": eos} {
		if token != "" {
			all[name] = token
		}
	}
	return all
}

// TestGenuineTemplates compares the templates of Gemma 3, Llama 3 and 3.1, and
// Qwen3, and two more, with transformers' apply_chat_template, by
// tests/reference/genuine_template_goldens.py.
func TestGenuineTemplates(t *testing.T) {
	g := readGenuine(t)
	for name, prompts := range g.Prompts {
		t.Run(name, func(t *testing.T) {
			template, special := g.Written.template(t, name)
			bad := 0
			for i, c := range g.Conversations {
				segments, err := template.Render(t.Context(), Inputs{Messages: c.Messages, AddGenerationPrompt: c.AddGenerationPrompt, Special: special, Now: g.Now})
				var want string
				if json.Unmarshal(prompts[i], &want) == nil {
					if err == nil && joined(segments) == want {
						continue
					}
				} else if errors.As(err, new(*TemplateError)) {
					continue
				}
				if bad++; bad < 6 {
					t.Errorf("%q: got %v %q, want %s", c.Messages, err, joined(segments), prompts[i])
				}
			}
			if bad > 0 {
				t.Errorf("%d of %d differ", bad, len(prompts))
			}
		})
	}
}
