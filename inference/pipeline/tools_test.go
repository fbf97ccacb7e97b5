package pipeline

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
)

func weather() []Tool {
	tool := func(name, parameters string) Tool {
		return Tool{Name: name, Parameters: json.RawMessage(parameters),
			Definition: json.RawMessage(`{"type":"function","function":{"name":"` + name + `","parameters":` + parameters + `}}`)}
	}
	return []Tool{
		tool("get_weather", `{"type":"object","properties":{"city":{"enum":["Paris","Rome"]},"days":{"type":"integer","minimum":1,"maximum":9}},"required":["city"]}`),
		tool("now", `{"type":"object","properties":{}}`),
	}
}

// TestTools has the bundled model call functions, as which it was never taught to: what
// it says is what the grammar lets it.
func TestTools(t *testing.T) {
	g := tinyChat(t, GeneratorOptions{})
	for name, c := range map[string]struct {
		choice ToolChoice
		one    bool
		only   string
	}{
		"required":    {choice: ToolChoice{Mode: ToolRequired}},
		"one":         {choice: ToolChoice{Mode: ToolRequired}, one: true},
		"by its name": {choice: ToolChoice{Mode: ToolRequired, Names: []string{"get_weather"}}, one: true, only: "get_weather"},
	} {
		for seed := range int64(4) {
			temperature := float32(1)
			s, err := g.Generate(t.Context(), GenerateRequest{Messages: user(capital), Tools: weather(), ToolChoice: c.choice, OneCall: c.one, MaxTokens: 400,
				Sampling: Sampling{Seed: &seed, Temperature: &temperature}})
			if err != nil {
				t.Fatal(err)
			}
			var d Delta
			var calls []CallDelta
			for err = s.Next(&d); err == nil; err = s.Next(&d) {
				if len(d.Text) > 0 {
					t.Errorf("%s: there is text: %q", name, d.Text)
				}
				for _, call := range d.Calls {
					if call.ID != "" {
						calls = append(calls, call)
						continue
					}
					calls[call.Index].Arguments = append(calls[call.Index].Arguments, call.Arguments...)
				}
			}
			s.Close()
			if !errors.Is(err, io.EOF) || len(calls) == 0 || c.one && len(calls) > 1 {
				t.Fatalf("%s: %v, %d calls", name, err, len(calls))
			}
			if finish := s.Completion().Finish; finish == FinishLength {
				calls = calls[:len(calls)-1] // is cut off
			} else if finish != FinishCalls {
				t.Errorf("%s: it finishes by %s", name, finish)
			}
			for _, call := range calls {
				var arguments struct {
					City string
					Days *int
				}
				if err := json.Unmarshal(call.Arguments, &arguments); err != nil || len(call.ID) != 9 || c.only != "" && call.Name != c.only ||
					call.Name == "get_weather" && !(arguments.City == "Paris" || arguments.City == "Rome") {
					t.Errorf("%s: %v, %s %s %s", name, err, call.ID, call.Name, call.Arguments)
				}
			}
		}
	}
	// As the model likes: it answers as it was taught to, whatever it may call.
	text, _, completion := write(t, g, GenerateRequest{Messages: user(capital), Tools: weather(), ToolChoice: ToolChoice{Mode: ToolNone}})
	if text == "" || completion.Finish != FinishStop {
		t.Errorf("without a call: %q, %+v", text, completion)
	}
}

// TestToolsInPrompts has a model tell of functions, calls and results that its template
// doesn't know.
func TestToolsInPrompts(t *testing.T) {
	g := tinyChat(t, GeneratorOptions{})
	r := GenerateRequest{Tools: weather(), Messages: []chat.Message{
		{Role: chat.User, Content: capital},
		{Role: chat.Assistant, ToolCalls: []chat.ToolCall{{ID: "a", Name: "now", Arguments: json.RawMessage(`{}`)}}},
		{Role: chat.Tool, ToolCallID: "a", Content: "noon <end_of_turn>"},
	}}
	ids, err := g.TokenizeChat(t.Context(), &r, 2000)
	if err != nil {
		t.Fatal(err)
	}
	prompt := g.tokenizer.Decode(ids, false)
	for _, want := range []string{"<start_of_turn>user\nYou can call functions", `{"name":"get_weather"`, "<start_of_turn>model\n<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call><end_of_turn>",
		"<start_of_turn>user\n<tool_response>\nnoon <end_of_turn>\n</tool_response><end_of_turn>"} {
		if !strings.Contains(prompt, want) {
			t.Errorf("the prompt lacks %q: %s", want, prompt)
		}
	}
	// The call is message 1, whatever comes before it in the prompt.
	r.Messages = append([]chat.Message{{Role: chat.Assistant, Content: "a"}}, r.Messages...)
	var invalid *InvalidError
	if _, err := g.TokenizeChat(t.Context(), &r, 2000); !errors.As(err, &invalid) {
		t.Errorf("an assistant's message first: %v", err)
	}
	for _, c := range []struct {
		change func(r *GenerateRequest)
		field  string
		want   string
	}{
		{func(r *GenerateRequest) { r.Tools[1].Parameters = json.RawMessage(`{"type":"object","if":{}}`) }, "tools[1].function.parameters", "if"},
		{func(r *GenerateRequest) {
			r.Format = ResponseFormat{Type: FormatJSONSchema, Schema: json.RawMessage(`{"if":{}}`)}
		}, "response_format", "json_schema.schema, #: if"},
	} {
		r := GenerateRequest{Messages: user(capital), Tools: weather()}
		c.change(&r)
		if _, err := g.Generate(t.Context(), r); !errors.As(err, &invalid) || invalid.Field != c.field || !strings.Contains(invalid.Problem, c.want) {
			t.Errorf("%s: %v", c.field, err)
		}
	}
}

// TestContinueFinal goes on where the last message ends.
func TestContinueFinal(t *testing.T) {
	g := tinyChat(t, GeneratorOptions{})
	const begun = "The capital of France"
	r := GenerateRequest{Messages: append(user(capital), chat.Message{Role: chat.Assistant, Content: begun}), ContinueFinal: true}
	ids, err := g.TokenizeChat(t.Context(), &r, 200)
	if prompt := g.tokenizer.Decode(ids, false); err != nil || !strings.HasSuffix(prompt, "<start_of_turn>model\n"+begun) {
		t.Errorf("%v: %q", err, prompt)
	}
	if text, _, _ := write(t, g, r); begun+text != paris {
		t.Errorf("it goes on by %q", text)
	}
}
