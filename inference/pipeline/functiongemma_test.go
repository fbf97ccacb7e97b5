package pipeline

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/genuine"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// escapedChat is the bundled model with FunctionGemma's control tokens in place of unused
// ones, and with a template that says what FunctionGemma's does (genuine_tool_goldens.py).
func escapedChat(t *testing.T) *Generator {
	t.Helper()
	onnxtest.Init(t)
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(goldens.ModelDir("gemma-tiny-chat"))); err != nil {
		t.Fatal(err)
	}
	var written struct {
		Written map[string]struct{ Template string }
	}
	if err := genuine.ReadGoldens("tools.json.gz", &written); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "chat_template.jinja"), []byte(written.Written["escaped"].Template), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "tokenizer.json")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var rename []string
	for i, token := range []string{"start_function_declaration", "end_function_declaration", "start_function_call", "end_function_call", "start_function_response", "end_function_response", "escape"} {
		rename = append(rename, "<unused"+string(rune('0'+i))+">", "<"+token+">")
	}
	data = []byte(strings.NewReplacer(rename...).Replace(string(data)))
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := modelstore.Find(folder, modelstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := LoadGenerator(f, GeneratorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return g
}

// TestFunctionGemma has calls whose arguments aren't JSON: told of and said by the model's
// control tokens, passed on as JSON that meets the schema.
func TestFunctionGemma(t *testing.T) {
	g := escapedChat(t)
	if n := g.notation; !n.Native || !n.Several || !n.Anywhere || n.Null != "None" || n.Separator != "" {
		t.Fatalf("its notation is %+v", n)
	}
	id, _ := g.tokenizer.TokenID("<start_function_response>")
	if !slices.Contains(g.defaults.End, id) {
		t.Errorf("answers end by %v, not by %d", g.defaults.End, id)
	}
	called := 0
	for seed := range int64(6) {
		temperature := float32(1)
		s, err := g.Generate(t.Context(), GenerateRequest{Messages: user(capital), Tools: weather(), ToolChoice: ToolChoice{Mode: ToolRequired}, MaxTokens: 300,
			Sampling: Sampling{Seed: &seed, Temperature: &temperature}})
		if err != nil {
			t.Fatal(err)
		}
		var d Delta
		var calls []CallDelta
		for err = s.Next(&d); err == nil; err = s.Next(&d) {
			if len(d.Text) > 0 {
				t.Errorf("there is text: %q", d.Text)
			}
			for _, c := range d.Calls {
				if c.ID != "" {
					calls = append(calls, CallDelta{Name: c.Name})
				}
				last := &calls[c.Index]
				last.Arguments = append(last.Arguments, c.Arguments...)
			}
		}
		s.Close()
		if s.Completion().Finish == FinishLength && len(calls) > 0 {
			calls = calls[:len(calls)-1] // is cut off
		}
		for _, c := range calls {
			called++
			var arguments struct{ City string }
			if err := json.Unmarshal(c.Arguments, &arguments); err != nil || c.Name == "get_weather" && arguments.City != "Paris" && arguments.City != "Rome" {
				t.Errorf("%v, %s %s", err, c.Name, c.Arguments)
			}
		}
	}
	if called == 0 {
		t.Error("no call came to its end")
	}
	r := GenerateRequest{Tools: weather(), Messages: []chat.Message{
		{Role: chat.User, Content: capital},
		{Role: chat.Assistant, ToolCalls: []chat.ToolCall{{ID: "a", Name: "get_weather", Arguments: json.RawMessage(`{"city": "Par\"is", "days": null}`)}}},
		{Role: chat.Tool, ToolCallID: "a", Content: `{"sky": "<end_of_turn>"}`},
	}}
	ids, err := g.TokenizeChat(t.Context(), &r, 2000)
	if err != nil {
		t.Fatal(err)
	}
	prompt := g.tokenizer.Decode(ids, false)
	const end = "<start_of_turn>model\n<start_function_call>call:get_weather{city:<escape>Par\"is<escape>,days:None}<end_function_call>" +
		"<start_function_response>response:get_weather{value:<escape>{\"sky\": \"<end_of_turn>\"}<escape>}<end_function_response>"
	if !strings.HasSuffix(prompt, end) {
		t.Errorf("the prompt is %s", prompt)
	}
	if turns := slices.DeleteFunc(slices.Clone(ids), func(id int32) bool { return string(g.tokenizer.Name(id)) != "<end_of_turn>" }); len(turns) != 2 {
		t.Errorf("%d turns end", len(turns))
	}
	// Without these tokens the model is told in our words.
	plain := g.template.Notation(t.Context(), g.special, func(string) bool { return false })
	if plain.Native {
		t.Errorf("without the tokens its notation is %+v", plain)
	}
}
