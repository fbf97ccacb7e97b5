package golang

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/openai/openai-go"
	"github.com/openai/openai-go/option"
)

// onAzure is a client of an endpoint behind a gateway that does as Azure's;
// ../clients_test.go starts it.
func onAzure(key string) openai.Client {
	return openai.NewClient(option.WithBaseURL(os.Getenv("GATEWAY_URL")+"/v1"), option.WithAPIKey(key), option.WithMaxRetries(0))
}

func TestOnAzure(t *testing.T) {
	c := onAzure(os.Getenv("GATEWAY_KEY"))
	p := params(servedModel(t, c))
	whole, err := c.Chat.Completions.New(deadline(t), p)
	if err != nil || whole.Choices[0].Message.Content != answer {
		t.Fatalf("%v: %s", err, whole.RawJSON())
	}
	stream := c.Chat.Completions.NewStreaming(deadline(t), p)
	var sum openai.ChatCompletionAccumulator
	chunks := 0
	for stream.Next() {
		sum.AddChunk(stream.Current())
		chunks++
	}
	if err := stream.Err(); err != nil || sum.Choices[0].Message.Content != answer || chunks < 3 {
		t.Errorf("%v: %d chunks, %+v", err, chunks, sum.Choices)
	}
	formed := p
	formed.MaxCompletionTokens = openai.Int(120)
	formed.ResponseFormat = openai.ChatCompletionNewParamsResponseFormatUnion{OfJSONSchema: &openai.ResponseFormatJSONSchemaParam{
		JSONSchema: openai.ResponseFormatJSONSchemaJSONSchemaParam{Name: "city", Strict: openai.Bool(true), Schema: json.RawMessage(schema)},
	}}
	got, err := c.Chat.Completions.New(deadline(t), formed)
	if err != nil || !json.Valid([]byte(got.Choices[0].Message.Content)) {
		t.Errorf("%v: %s", err, got.RawJSON())
	}
	prompt := openai.CompletionNewParamsPromptUnion{OfString: openai.String("The capital of")}
	text, err := c.Completions.New(deadline(t), openai.CompletionNewParams{Model: openai.CompletionNewParamsModel(p.Model), Prompt: prompt, MaxTokens: openai.Int(4)})
	if err != nil || text.Choices[0].Text == "" {
		t.Errorf("%v: %s", err, text.RawJSON())
	}
}

// TestOnAzureErrors: the gateway's status, and what the scorer said.
func TestOnAzureErrors(t *testing.T) {
	c := onAzure(os.Getenv("GATEWAY_KEY"))
	p := params(servedModel(t, c))
	p.Temperature = openai.Float(3)
	_, err := c.Chat.Completions.New(deadline(t), p)
	var e *openai.Error
	if !errors.As(err, &e) || e.StatusCode != 424 || e.Response.Header.Get("ms-azureml-model-error-statuscode") != "400" ||
		e.Code != "invalid_value" || e.Param != "temperature" || !strings.Contains(e.Message, "temperature is 3") {
		t.Errorf("got %v", err)
	}
	stranger := onAzure("another")
	if _, err := stranger.Models.List(deadline(t)); !errors.As(err, &e) || e.StatusCode != 401 {
		t.Errorf("another key: %v", err)
	}
}
