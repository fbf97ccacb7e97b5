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

type genuineGoldens struct {
	Now     time.Time
	Written map[string]struct {
		Template string
		BOS      string `json:"bos_token"`
		EOS      string `json:"eos_token"`
	}
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

// template finds one of the goldens' templates, with bos_token and eos_token.
func (g genuineGoldens) template(t testing.TB, name string) (parsed *Template, bos, eos string) {
	t.Helper()
	if w, ok := g.Written[name]; ok {
		parsed, err := ParseTemplate(w.Template)
		if err != nil {
			t.Fatal(err)
		}
		return parsed, w.BOS, w.EOS
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
	return parsed, config.BOS, config.EOS
}

// TestGenuineTemplates compares the templates of Gemma 3, Llama 3 and 3.1, and
// Qwen3, and two more, with transformers' apply_chat_template, by
// tests/reference/genuine_template_goldens.py.
func TestGenuineTemplates(t *testing.T) {
	g := readGenuine(t)
	for name, prompts := range g.Prompts {
		t.Run(name, func(t *testing.T) {
			template, bos, eos := g.template(t, name)
			bad := 0
			for i, c := range g.Conversations {
				segments, err := template.Render(t.Context(), Inputs{Messages: c.Messages, AddGenerationPrompt: c.AddGenerationPrompt, BOS: bos, EOS: eos, Now: g.Now})
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
