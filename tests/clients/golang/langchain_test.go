package golang

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/openai"
)

func langchain(t *testing.T, options ...openai.Option) *openai.LLM {
	t.Helper()
	model := servedModel(t, openAI(t))
	llm, err := openai.New(append([]openai.Option{openai.WithBaseURL(scorerURL(t) + "/v1"), openai.WithToken("none"), openai.WithModel(model)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return llm
}

func TestLangchain(t *testing.T) {
	llm := langchain(t)
	conversation := []llms.MessageContent{
		llms.TextParts(llms.ChatMessageTypeSystem, "Be brief."),
		llms.TextParts(llms.ChatMessageTypeHuman, question),
		llms.TextParts(llms.ChatMessageTypeAI, "Paris."),
		llms.TextParts(llms.ChatMessageTypeHuman, "What is the capital of Italy?"),
	}
	options := []llms.CallOption{llms.WithTemperature(0), llms.WithMaxTokens(24), llms.WithStopWords([]string{"\n\n"})}
	whole, err := llm.GenerateContent(deadline(t), conversation, options...)
	if err != nil {
		t.Fatal(err)
	}
	choice := whole.Choices[0]
	if choice.Content != "The capital of Italy is Rome." || choice.GenerationInfo["CompletionTokens"] == 0 {
		t.Errorf("got %+v", choice)
	}
	var streamed strings.Builder
	got, err := llm.GenerateContent(deadline(t), conversation, append(options, llms.WithStreamingFunc(func(_ context.Context, piece []byte) error {
		streamed.Write(piece)
		return nil
	}))...)
	if err != nil {
		t.Fatal(err)
	}
	if streamed.String() != choice.Content || got.Choices[0].Content != choice.Content {
		t.Errorf("streamed %q, then %q; whole %q", streamed.String(), got.Choices[0].Content, choice.Content)
	}
}

func TestLangchainJSON(t *testing.T) {
	format := &openai.ResponseFormat{Type: "json_schema", JSONSchema: &openai.ResponseFormatJSONSchema{Name: "city", Strict: true, Schema: &openai.ResponseFormatJSONSchemaProperty{
		Type: "object", Required: []string{"large"}, Properties: map[string]*openai.ResponseFormatJSONSchemaProperty{"large": {Type: "boolean"}},
	}}}
	answer, err := llms.GenerateFromSinglePrompt(deadline(t), langchain(t, openai.WithResponseFormat(format)), question, llms.WithMaxTokens(100), llms.WithTemperature(1))
	if err != nil {
		t.Fatal(err)
	}
	var v struct{ Large *bool }
	if err := json.Unmarshal([]byte(answer), &v); err != nil || v.Large == nil {
		t.Errorf("%v: %s", err, answer)
	}
}

func TestLangchainErrors(t *testing.T) {
	_, err := llms.GenerateFromSinglePrompt(deadline(t), langchain(t), question, llms.WithTemperature(9))
	if err == nil || !strings.Contains(err.Error(), "temperature is 9: it can be 0 to 2") {
		t.Errorf("got %v", err)
	}
	_, err = llms.GenerateFromSinglePrompt(deadline(t), langchain(t), question, llms.WithModel("gpt-4o"))
	if err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("got %v", err)
	}
}

// TestLangchainAbort ends a stream from within.
func TestLangchainAbort(t *testing.T) {
	ctx, cancel := context.WithCancel(deadline(t))
	defer cancel()
	pieces := 0
	_, err := llms.GenerateFromSinglePrompt(ctx, langchain(t), question, llms.WithMaxTokens(1500), llms.WithTemperature(2), llms.WithStreamingFunc(func(context.Context, []byte) error {
		if pieces++; pieces == 3 {
			cancel()
			return errors.New("enough")
		}
		return nil
	}))
	if err == nil && pieces >= 3 {
		t.Errorf("no error after %d pieces", pieces)
	}
	awaitIdle(t)
}
