package server_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

// TestChatClient calls a server by api.Client.
func TestChatClient(t *testing.T) {
	g := &scripted{pieces: []string{"Hel", "lo"}}
	s := chats(t, g)
	client := &api.Client{URL: s.url}
	ctx := context.Background()
	request := api.ChatRequest{
		Messages: []api.ChatMessage{{Role: "user", Content: "Hi"}}, MaxTokens: 7, Temperature: pointer[float32](0), TopP: pointer[float32](0.5),
		TopK: pointer(3), MinP: pointer[float32](0.1), RepetitionPenalty: pointer[float32](1.1), FrequencyPenalty: pointer[float32](1),
		PresencePenalty: pointer[float32](-1), Seed: pointer(int64(5)), LogitBias: map[string]float32{"1": 2}, Stop: []string{"x"}, Logprobs: true, TopLogprobs: 1,
		ResponseFormat: &api.ResponseFormat{Type: "json_schema", JSONSchema: &api.JSONSchema{Name: "n", Schema: []byte(`{}`)}}, Model: "tiny-chat",
	}
	got, err := client.Chat(ctx, request)
	if err != nil || got.Text() != "Hello" || got.Usage.TotalTokens != 11 {
		t.Fatalf("got %+v, %v", got, err)
	}
	if r := g.last(t); *r.Sampling.Seed != 5 || r.MaxTokens != 7 || string(r.Format.Schema) != `{}` || r.Sampling.LogitBias[1] != 2 {
		t.Errorf("the pipeline got %+v", r)
	}

	stream, err := client.ChatStream(ctx, api.ChatRequest{Messages: request.Messages})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Close() }()
	var pieces []string
	for stream.Next() {
		pieces = append(pieces, stream.Text())
	}
	if stream.Err() != nil || strings.Join(pieces, "|") != "Hel|lo" || stream.FinishReason() != "stop" || stream.Usage().PromptTokens != 9 || stream.Timings().Prefill != 20 {
		t.Errorf("got %q, %q, %+v, %v", pieces, stream.FinishReason(), stream.Usage(), stream.Err())
	}
}

func TestChatClientErrors(t *testing.T) {
	ctx := context.Background()
	request := api.ChatRequest{Messages: []api.ChatMessage{{Role: "user", Content: "Hi"}}}
	var refused *api.StatusError

	full := &api.Client{URL: chats(t, &scripted{err: &turns.FullError{RetryAfter: 2 * time.Second}}).url}
	if _, err := full.Chat(ctx, request); !errors.As(err, &refused) || refused.Code != api.RateLimitExceeded || !refused.Temporary() || refused.RetryAfter != 2*time.Second {
		t.Errorf("got %#v", err)
	}
	if _, err := full.ChatStream(ctx, request); !errors.As(err, &refused) || refused.Status != 429 {
		t.Errorf("got %#v", err)
	}

	broken := &api.Client{URL: chats(t, &scripted{pieces: []string{"a"}, after: pipeline.ErrNotFinite}).url}
	stream, err := broken.ChatStream(ctx, request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Close() }()
	if !stream.Next() || stream.Text() != "a" || stream.Next() || !errors.As(stream.Err(), &refused) || refused.Code != api.Internal || refused.RequestID == "" {
		t.Errorf("got %q, %#v", stream.Text(), stream.Err())
	}

	g := &scripted{pieces: []string{"a"}, hang: true, closed: make(chan struct{}, 1)}
	stream, err = (&api.Client{URL: chats(t, g).url}).ChatStream(ctx, request)
	if err != nil || !stream.Next() {
		t.Fatal(err)
	}
	if err := stream.Close(); err != nil {
		t.Error(err)
	}
	select {
	case <-g.closed:
	case <-time.After(5 * time.Second):
		t.Error("closing the stream did not end the text")
	}

	// A classifier's answer is no stream.
	if _, err := (&api.Client{URL: start(t, &fake{}).url}).ChatStream(ctx, request); !errors.As(err, &refused) || refused.Status != 400 {
		t.Errorf("got %v", err)
	}
}
