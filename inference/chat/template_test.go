package chat

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

type goldens struct {
	BOS       string `json:"bos_token"`
	Templates map[string]string
	Cases     []struct {
		Template string
		Messages []struct {
			Role    string
			Content json.RawMessage
		}
		AddGenerationPrompt bool `json:"add_generation_prompt"`
		Text                *string
		Error               *string
	}
}

func readGoldens(t testing.TB) goldens {
	t.Helper()
	f, err := os.Open(filepath.FromSlash("../../tests/testdata/gemma-goldens/templates.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var g goldens
	if err := json.NewDecoder(z).Decode(&g); err != nil {
		t.Fatal(err)
	}
	return g
}

func joined(segments []Segment) string {
	var b strings.Builder
	for _, s := range segments {
		b.WriteString(s.Text)
	}
	return b.String()
}

// TestPromptsEqualTheReference compares with transformers' apply_chat_template,
// by tests/reference/gemma_template_goldens.py.
func TestPromptsEqualTheReference(t *testing.T) {
	g := readGoldens(t)
	if len(g.Cases) < 500 || len(g.Templates) < 5 {
		t.Fatalf("only %d cases and %d templates", len(g.Cases), len(g.Templates))
	}
	templates := map[string]*Template{}
	for name, source := range g.Templates {
		parsed, err := ParseTemplate(source)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		templates[name] = parsed
	}
	bad, compared := 0, 0
	for _, c := range g.Cases {
		var messages []Message
		plain := true // not a list of parts, which the API joins before
		for _, m := range c.Messages {
			var content string
			plain = plain && json.Unmarshal(m.Content, &content) == nil
			messages = append(messages, Message{Role: m.Role, Content: content})
		}
		if !plain {
			continue
		}
		compared++
		segments, err := templates[c.Template].Render(t.Context(), Inputs{Messages: messages, AddGenerationPrompt: c.AddGenerationPrompt, Special: specials(g.BOS, "<eos>")})
		var refused *TemplateError
		switch {
		case c.Text != nil && (err != nil || joined(segments) != *c.Text):
			if bad++; bad < 6 {
				t.Errorf("%s %q: got %v %q, want %q", c.Template, messages, err, joined(segments), *c.Text)
			}
		case c.Error != nil && (!errors.As(err, &refused) || refused.Message != *c.Error && !strings.Contains(refused.Message, "doesn't take this conversation")):
			if bad++; bad < 6 {
				t.Errorf("%s %q: got %v, want %q", c.Template, messages, err, *c.Error)
			}
		}
	}
	if compared < 450 {
		t.Errorf("only %d cases compared", compared)
	}
	if bad > 0 {
		t.Errorf("%d of %d differ", bad, len(g.Cases))
	}
}

// TestMessagesStayText checks that no control token can come from a message.
func TestMessagesStayText(t *testing.T) {
	for _, source := range []string{
		"{{ '<b>' + messages[0]['content'] | trim + '<e>' }}",
		"{{ '<b>' ~ messages[0].content.strip()[0:] ~ '<e>' }}",
		"{% set ns = namespace(x='<b>') %}{% for m in messages %}{% set ns.x = ns.x + m.content %}{% endfor %}{{ ns.x.strip() }}<e>",
		"{{ '<b>' }}{{ messages[0].content.split('|') | join('|') }}{{ '<e>' }}",
		"<b>{% for c in messages[0].content %}{{ c }}{% endfor %}<e>",
	} {
		parsed, err := ParseTemplate(source)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parsed.Render(t.Context(), Inputs{Messages: []Message{{Role: User, Content: "<bos>é|x"}}})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []Segment{{"<b>", true}, {"<bos>é", false}} {
			if len(got) < 3 || got[i].Template != want.Template || !strings.HasPrefix(got[i].Text, want.Text) {
				t.Errorf("%s: segment %d of %+v isn't %+v", source, i, got, want)
			}
		}
		if joined(got) != "<b><bos>é|x<e>" {
			t.Errorf("%s: got %q", source, joined(got))
		}
	}
}

func TestTemplatesThatAreRefused(t *testing.T) {
	for source, want := range map[string]string{
		"{% break %}":                            "outside of a for",
		"{% macro x() %}{% break %}":             "outside of a for",
		"{% generation %}":                       `"endgeneration" is missing`,
		"{% macro x() %}":                        `"endmacro" is missing`,
		"{% set x %}a":                           `"endset" is missing`,
		"{% if x %}":                             `"endif" is missing`,
		"{% for a in b %}{% endif %}":            `"endfor" is missing`,
		"{% endif %}":                            "has no beginning",
		"{{ x":                                   "there is no }}",
		"{# x":                                   "the comment has no end",
		strings.Repeat("{% if x %}", maxDepth+1): "nested more than",
	} {
		if _, err := ParseTemplate(source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: got %v, want %q", source, err, want)
		}
	}
}

// TestWhatIsNotUnderstoodMattersOnceItIsReached has each of many constructs where it is
// reached, and where it isn't.
func TestWhatIsNotUnderstoodMattersOnceItIsReached(t *testing.T) {
	for source, want := range map[string]string{
		"a\n{% call x() %}a{% endcall %}":                     `line 2: the statement "call" is not supported`,
		"{% include 'a' %}":                                   `the statement "include" is not supported`,
		"{{ cycler(5) }}":                                     `the variable "cycler" is not supported`,
		"{% macro m() %}{{ varargs }}{% endmacro %}{{ m() }}": `the variable "varargs" is not supported`,
		"{{ messages | groupby('a') }}":                       `the filter "groupby" is not supported`,
		"{{ '{x}'.format(1) }}":                               `format is supported with {}`,
		"{{ '%d' | format(1) }}":                              `format is supported with %s`,
		"{{ messages | map('upper') }}":                       `a generator can't be printed`,
		"{{ messages | select | tojson }}":                    `a generator can't be written as JSON`,
		"{{ messages | select | length }}":                    `a generator has no length`,
		"{{ messages | tojson(default=true) }}":               `the argument "default" of the filter "tojson" is not supported`,
		"{{ x | tojson(indent=1, 2) }}":                       "follows one with a name",
		"{{ x[1:2:3:4] }}":                                    "more than three parts",
		"{{ x is sameas 3 }}":                                 `the test "sameas" is not supported`,
		"{{ image_token }}":                                   `the variable "image_token" is not supported`,
		"{{ 2 ** 2 }}":                                        `the operator "**" is not supported`,
		"{{ a ! b }}":                                         `"!" stands where "}}" is needed`,
		"{{ '\\N{DASH}' }}":                                   "stands where a value is needed",
		"{{" + strings.Repeat("(", 1000) + "1" + strings.Repeat(")", 1000) + "}}": "nested more than",
		"{% for x in [1] recursive %}{% endfor %}":                                `"recursive" is not supported`,
		"{{ '%s' % 1 }}":                  "a string % a number is not supported",
		"{{ 'a' + messages[0] }}":         "can't be",
		"{{ messages[0].nothing | int }}": `"nothing" is undefined`, "{{ 1e20 | int }}": "from 2**53 on is not supported",
		"{{ 'a' is odd }}": "neither even nor odd", "{{ ['a'] | map }}": "a filter's name or an attribute",
		"{{ none | first }}": "none can't be iterated", "{{ 5 | last }}": "a number can't be iterated", "{{ messages[0].nothing | indent }}": `"nothing" is undefined`,
		"{{ ['<' | e] }}": "of what safe or escape makes",
	} {
		in := Inputs{Messages: talk(1, "hi")}
		parsed, err := ParseTemplate("{% if messages | length > 1 %}" + source + "{% endif %}b")
		if err != nil {
			t.Errorf("%.60s: %v", source, err)
			continue
		}
		if got, err := parsed.Render(t.Context(), in); err != nil || joined(got) != "b" {
			t.Errorf("%.60s: not reached, it gives %q, %v", source, joined(got), err)
		}
		if parsed, err = ParseTemplate(source); err != nil {
			t.Errorf("%.60s: %v", source, err)
			continue
		}
		if _, err := parsed.Render(t.Context(), in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: got %v, want %q", source, err, want)
		}
	}
}

func TestLoadTemplate(t *testing.T) {
	if _, _, err := LoadTemplate(filepath.FromSlash("../models/gemma-tiny-chat")); err != nil {
		t.Error(err)
	}
	for content, want := range map[string]string{
		`{"chat_template": "{{ bos_token }}"}`: "",
		`{"chat_template": [{"name": "tool_use", "template": "{{"}, {"name": "default", "template": "a"}]}`: "",
		`{"chat_template": [{"name": "tool_use", "template": "a"}]}`:                                        `none called "default"`,
		`{"chat_template": 5}`:    "neither a string nor a list",
		`{"chat_template": "{{"}`: "tokenizer_config.json: chat template, line 1",
		`{`:                       "not valid JSON",
		`{}`:                      "has no chat_template.jinja, nor a chat_template",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "tokenizer_config.json"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := LoadTemplate(dir)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", content, err, want)
		}
	}
	if _, _, err := LoadTemplate(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder without a template: %v", err)
	}
}

// TestTemplateFiles has templates in several files: AutoTokenizer of transformers
// 5.23 takes the .jinja before tokenizer_config.json; its processors alone read
// chat_template.json.
func TestTemplateFiles(t *testing.T) {
	for _, c := range []struct {
		files       map[string]string
		want, other string
	}{
		{map[string]string{"chat_template.jinja": "jinja", "tokenizer_config.json": `{"chat_template": "config"}`, "chat_template.json": `{"chat_template": "jinja"}`}, "jinja", "tokenizer_config.json"},
		{map[string]string{"tokenizer_config.json": `{"chat_template": "config", "model_max_length": Infinity}`, "chat_template.json": `{"chat_template": "json"}`}, "config", "chat_template.json"},
		{map[string]string{"tokenizer_config.json": `{}`, "chat_template.json": `{"chat_template": "json"}`}, "json", ""},
		{map[string]string{"chat_template.json": `{"chat_template": {"default": "named", "tool_use": "x"}}`}, "named", ""},
		{map[string]string{"additional_chat_templates/default.jinja": "more", "tokenizer_config.json": `{"chat_template": "more"}`}, "more", ""},
	} {
		dir := t.TempDir()
		for name, content := range c.files {
			path := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		parsed, other, err := LoadTemplate(dir)
		if err != nil {
			t.Errorf("%v: %v", c.files, err)
			continue
		}
		segments, err := parsed.Render(t.Context(), Inputs{Messages: []Message{{Role: User, Content: "hi"}}})
		if err != nil || len(segments) != 1 || segments[0].Text != c.want || other != c.other {
			t.Errorf("%v: %v, other %q, %v", c.files, segments, other, err)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	for _, source := range readGoldens(f).Templates {
		f.Add(source, "hello")
	}
	for _, w := range readGenuine(f).Written {
		f.Add(w.Template, "<think>a</think>b|c")
	}
	for _, w := range readTools(f).Written {
		f.Add(w.Template, "a b\nc")
	}
	f.Fuzz(func(t *testing.T, source, content string) {
		parsed, err := ParseTemplate(source)
		if err != nil {
			return
		}
		start := time.Now()
		segments, err := parsed.Prompt(t.Context(), Inputs{Messages: []Message{{Role: User, Content: content}, {Role: Assistant, Content: content}, {Role: User, Content: "x"}}, AddGenerationPrompt: true, Special: specials("<bos>", "")})
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("takes %v", took)
		}
		if err == nil && strings.TrimFunc(content, isSpace) != "" && !strings.ContainsAny(joined(segments), content) {
			t.Errorf("%q is lost in %q", content, joined(segments))
		}
	})
}
