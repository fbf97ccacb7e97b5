package golang

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/openai/openai-go"
	"github.com/openai/openai-go/option"
	"github.com/openai/openai-go/responses"
)

func openAI(t *testing.T) openai.Client {
	return openai.NewClient(option.WithBaseURL(scorerURL(t)+"/v1"), option.WithAPIKey("none"), option.WithMaxRetries(0))
}

// servedModel is the name of the model that the scorer lists.
func servedModel(t *testing.T, c openai.Client) string {
	t.Helper()
	page, err := c.Models.List(deadline(t))
	if err != nil || len(page.Data) != 1 {
		t.Fatalf("%v, %+v", err, page)
	}
	return page.Data[0].ID
}

func params(model string) openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{
		Model: model, Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(question)},
		MaxCompletionTokens: openai.Int(24), Temperature: openai.Float(0),
	}
}

func TestOpenAIChat(t *testing.T) {
	c := openAI(t)
	model := servedModel(t, c)
	whole, err := c.Chat.Completions.New(deadline(t), params(model))
	if err != nil {
		t.Fatal(err)
	}
	choice := whole.Choices[0]
	if choice.Message.Content != answer || choice.Message.Role != "assistant" || whole.Model != model || whole.Usage.PromptTokens == 0 ||
		whole.Usage.CompletionTokens == 0 || whole.Usage.TotalTokens != whole.Usage.PromptTokens+whole.Usage.CompletionTokens {
		t.Errorf("got %s", whole.RawJSON())
	}

	streaming := params(model)
	streaming.StreamOptions = openai.ChatCompletionStreamOptionsParam{IncludeUsage: openai.Bool(true)}
	stream := c.Chat.Completions.NewStreaming(deadline(t), streaming)
	var sum openai.ChatCompletionAccumulator
	chunks := 0
	for stream.Next() {
		if !sum.AddChunk(stream.Current()) {
			t.Errorf("the accumulator refuses %s", stream.Current().RawJSON())
		}
		chunks++
	}
	if err := stream.Err(); err != nil {
		t.Fatal(err)
	}
	if got := sum.Choices[0]; got.Message.Content != choice.Message.Content || got.FinishReason != choice.FinishReason || sum.Usage.CompletionTokens != whole.Usage.CompletionTokens || chunks < 4 {
		t.Errorf("streamed %q (%s, %+v), whole %q (%s, %+v)", got.Message.Content, got.FinishReason, sum.Usage, choice.Message.Content, choice.FinishReason, whole.Usage)
	}
}

// TestOpenAISentBack makes an answer, whole or gathered, a turn of the next request.
func TestOpenAISentBack(t *testing.T) {
	c := openAI(t)
	p := params(servedModel(t, c))
	whole, err := c.Chat.Completions.New(deadline(t), p)
	if err != nil {
		t.Fatal(err)
	}
	stream := c.Chat.Completions.NewStreaming(deadline(t), p)
	var sum openai.ChatCompletionAccumulator
	for stream.Next() {
		sum.AddChunk(stream.Current())
	}
	for _, message := range []openai.ChatCompletionMessage{whole.Choices[0].Message, sum.Choices[0].Message} {
		again := p
		again.Messages = append(again.Messages[:1:1], message.ToParam(), openai.UserMessage("What is the capital of Italy?"))
		if got, err := c.Chat.Completions.New(deadline(t), again); err != nil || got.Choices[0].Message.Content == "" {
			t.Errorf("%s: %v", message.RawJSON(), err)
		}
	}
}

func TestOpenAILogprobs(t *testing.T) {
	c := openAI(t)
	p := params(servedModel(t, c))
	p.Logprobs, p.TopLogprobs = openai.Bool(true), openai.Int(3)
	got, err := c.Chat.Completions.New(deadline(t), p)
	if err != nil {
		t.Fatal(err)
	}
	var text []byte
	for _, token := range got.Choices[0].Logprobs.Content {
		for _, b := range token.Bytes {
			text = append(text, byte(b))
		}
		if token.Logprob > 0 || len(token.TopLogprobs) != 3 || token.TopLogprobs[0].Logprob < token.Logprob {
			t.Errorf("got %s", token.RawJSON())
		}
	}
	if !strings.HasPrefix(string(text), got.Choices[0].Message.Content) {
		t.Errorf("the tokens give %q, the text is %q", text, got.Choices[0].Message.Content)
	}
}

func TestOpenAIJSONSchema(t *testing.T) {
	c := openAI(t)
	p := params(servedModel(t, c))
	p.MaxCompletionTokens, p.Temperature, p.Seed = openai.Int(120), openai.Float(1), openai.Int(7)
	p.ResponseFormat = openai.ChatCompletionNewParamsResponseFormatUnion{OfJSONSchema: &openai.ResponseFormatJSONSchemaParam{
		JSONSchema: openai.ResponseFormatJSONSchemaJSONSchemaParam{Name: "city", Strict: openai.Bool(true), Schema: json.RawMessage(schema)},
	}}
	got, err := c.Chat.Completions.New(deadline(t), p)
	if err != nil {
		t.Fatal(err)
	}
	var city struct {
		City  *string
		Large *bool
	}
	d := json.NewDecoder(strings.NewReader(got.Choices[0].Message.Content))
	d.DisallowUnknownFields()
	if err := d.Decode(&city); err != nil || city.City == nil || city.Large == nil || got.Choices[0].FinishReason != "stop" {
		t.Errorf("%v: %s", err, got.RawJSON())
	}
}

// TestOpenAITools has a function called, whole and streamed, and sends its result.
func TestOpenAITools(t *testing.T) {
	c := openAI(t)
	p := params(servedModel(t, c))
	p.MaxCompletionTokens = openai.Int(80)
	p.Tools = []openai.ChatCompletionToolParam{{Function: openai.FunctionDefinitionParam{Name: "weather", Strict: openai.Bool(true), Parameters: openai.FunctionParameters{
		"type": "object", "properties": map[string]any{"city": map[string]any{"enum": []string{"Paris", "Rome"}}}, "required": []string{"city"}, "additionalProperties": false,
	}}}}
	p.ToolChoice = openai.ChatCompletionToolChoiceOptionUnionParam{OfChatCompletionNamedToolChoice: &openai.ChatCompletionNamedToolChoiceParam{
		Function: openai.ChatCompletionNamedToolChoiceFunctionParam{Name: "weather"},
	}}
	whole, err := c.Chat.Completions.New(deadline(t), p)
	if err != nil {
		t.Fatal(err)
	}
	stream := c.Chat.Completions.NewStreaming(deadline(t), p)
	var sum openai.ChatCompletionAccumulator
	for stream.Next() {
		if !sum.AddChunk(stream.Current()) {
			t.Errorf("the accumulator refuses %s", stream.Current().RawJSON())
		}
	}
	if err := stream.Err(); err != nil {
		t.Fatal(err)
	}
	for _, choice := range []openai.ChatCompletionChoice{whole.Choices[0], sum.Choices[0]} {
		calls := choice.Message.ToolCalls
		var arguments struct{ City string }
		if len(calls) != 1 || calls[0].Function.Name != "weather" || choice.FinishReason != "tool_calls" ||
			json.Unmarshal([]byte(calls[0].Function.Arguments), &arguments) != nil || arguments.City != "Paris" && arguments.City != "Rome" {
			t.Fatalf("got %+v", choice)
		}
		again := p
		again.ToolChoice = openai.ChatCompletionToolChoiceOptionUnionParam{}
		again.Messages = append(again.Messages[:1:1], choice.Message.ToParam(), openai.ToolMessage("fine", calls[0].ID))
		if got, err := c.Chat.Completions.New(deadline(t), again); err != nil || got.Choices[0].FinishReason == "" {
			t.Errorf("the result sent back: %v", err)
		}
	}
}

func TestOpenAICompletion(t *testing.T) {
	c := openAI(t)
	got, err := c.Completions.New(deadline(t), openai.CompletionNewParams{
		Model: openai.CompletionNewParamsModel(servedModel(t, c)), Prompt: openai.CompletionNewParamsPromptUnion{OfString: openai.String("the")}, MaxTokens: openai.Int(8), Logprobs: openai.Int(2),
	})
	if err != nil {
		t.Fatal(err)
	}
	if l := got.Choices[0].Logprobs; got.Usage.CompletionTokens == 0 || len(l.Tokens) != len(l.TokenLogprobs) || len(l.Tokens) != len(l.TextOffset) || len(l.Tokens) != len(l.TopLogprobs) {
		t.Errorf("got %s", got.RawJSON())
	}
}

// TestOpenAIErrors checks that errors arrive with what the client's type has.
func TestOpenAIErrors(t *testing.T) {
	c := openAI(t)
	model := servedModel(t, c)
	for name, change := range map[string]struct {
		apply             func(*openai.ChatCompletionNewParams)
		status            int
		code, kind, param string
	}{
		"another model": {func(p *openai.ChatCompletionNewParams) { p.Model = "gpt-4o" }, 404, "model_not_found", "invalid_request_error", "model"},
		"out of range":  {func(p *openai.ChatCompletionNewParams) { p.Temperature = openai.Float(3) }, 400, "invalid_value", "invalid_request_error", "temperature"},
		"too long":      {func(p *openai.ChatCompletionNewParams) { p.MaxCompletionTokens = openai.Int(1 << 20) }, 400, "context_length_exceeded", "invalid_request_error", "messages"},
		"tools": {func(p *openai.ChatCompletionNewParams) {
			p.Tools = []openai.ChatCompletionToolParam{{Function: openai.FunctionDefinitionParam{Name: "a b"}}}
		}, 400, "invalid_value", "invalid_request_error", "tools[0].function.name"},
	} {
		p := params(model)
		change.apply(&p)
		_, err := c.Chat.Completions.New(deadline(t), p)
		var e *openai.Error
		if !errors.As(err, &e) || e.StatusCode != change.status || e.Code != change.code || e.Type != change.kind || e.Param != change.param || e.Message == "" {
			t.Errorf("%s: got %v", name, err)
		}
		stream := c.Chat.Completions.NewStreaming(deadline(t), p)
		if stream.Next() || !errors.As(stream.Err(), &e) || e.Code != change.code {
			t.Errorf("%s, streamed: got %v", name, stream.Err())
		}
	}
}

// TestOpenAIAbort closes a stream midway, which must free its slot. Nothing holds a text
// up, so that on a busy machine it may have ended before it is closed: then another is
// begun.
func TestOpenAIAbort(t *testing.T) {
	c := openAI(t)
	p := params(servedModel(t, c))
	p.MaxCompletionTokens, p.LogitBias = openai.Int(1500), map[string]int64{"1": -100, "106": -100} // the model's ends
	const cancelled, ended = `scorer_generations_total{reason="cancelled"}`, `scorer_generations_total{reason="length"}`
	for ctx := deadline(t); ctx.Err() == nil; {
		cancelledBefore, endedBefore := metric(t, cancelled), metric(t, ended)
		stream := c.Chat.Completions.NewStreaming(ctx, p)
		for range 5 {
			if !stream.Next() {
				t.Fatalf("the text ended: %v", stream.Err())
			}
		}
		if err := stream.Close(); err != nil {
			t.Error(err)
		}
		awaitIdle(t)
		if metric(t, cancelled) != cancelledBefore {
			return
		}
		if metric(t, ended) == endedBefore {
			t.Fatal("the text neither ended nor was cancelled")
		}
	}
	t.Error("no text was cancelled")
}

// TestOpenAIResponses asks by the Responses API, whole and streamed.
func TestOpenAIResponses(t *testing.T) {
	c := openAI(t)
	p := responses.ResponseNewParams{
		Model: servedModel(t, c), Input: responses.ResponseNewParamsInputUnion{OfString: openai.String(question)}, Temperature: openai.Float(0), MaxOutputTokens: openai.Int(60),
	}
	whole, err := c.Responses.New(deadline(t), p)
	if err != nil || whole.OutputText() != answer || whole.Status != "completed" {
		t.Fatalf("%v: %+v", err, whole)
	}
	stream := c.Responses.NewStreaming(deadline(t), p)
	var text string
	var last responses.ResponseStreamEventUnion
	for stream.Next() {
		last = stream.Current()
		if last.Type == "response.output_text.delta" {
			text += last.Delta.OfString
		}
	}
	if err := stream.Err(); err != nil || text != answer || last.Type != "response.completed" || last.Response.OutputText() != answer {
		t.Errorf("%v: streamed %q, %s", err, text, last.RawJSON())
	}
}
