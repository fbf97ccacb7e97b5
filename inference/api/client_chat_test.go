package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

var hi = api.ChatRequest{Messages: []api.ChatMessage{{Role: "user", Content: "Hi"}}}

// events answers a chat with the given lines.
func events(t testing.TB, contentType, body string) *api.Client {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		if err != nil || r.URL.Path != api.ScorePath || !strings.Contains(string(sent), `"stream":true`) || !strings.Contains(string(sent), `"include_usage":true`) {
			t.Errorf("%s got %s, %v", r.URL.Path, sent, err)
		}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set(api.RequestIDHeader, "id-1")
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return &api.Client{URL: s.URL}
}

func TestChatStream(t *testing.T) {
	const role, done = `data: {"choices":[{"delta":{"role":"assistant","content":""}}]}` + "\n\n", "data: [DONE]\n\n"
	const a, b = `data: {"choices":[{"delta":{"content":"a"}}]}` + "\n\n", `data:{"choices":[{"delta":{"content":"b"},"finish_reason":"length"}]}` + "\n\n"
	const usage = `data: {"choices":[],"usage":{"total_tokens":5},"timings":{"decode_ms":2.5}}` + "\n\n"
	for _, c := range []struct {
		name, body, text, err string
	}{
		{"complete", role + a + b + usage + done, "ab", ""},
		{"comments and other line ends", ": keep-alive\n\n" + strings.ReplaceAll(a+": x\n\n"+b+usage+done, "\n", "\r\n"), "ab", ""},
		{"broken off", role + a, "a", "broke off"},
		{"broken in a line", role + a + `data: {"choi`, "a", "broke off"},
		{"an error after a token", a + `data: {"error":{"message":"too bad","type":"server_error","param":null,"code":"internal"}}` + "\n\n", "a", "too bad"},
		{"no JSON", a + "data: <html>\n\n", "a", "isn't a scorer's"},
	} {
		stream, err := events(t, "text/event-stream; charset=utf-8", c.body).ChatStream(context.Background(), hi)
		if err != nil {
			t.Fatal(err)
		}
		var text string
		for stream.Next() {
			text += stream.Text()
		}
		if err = stream.Err(); text != c.text || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %q, %v", c.name, text, err)
		}
		if c.err == "" && (stream.FinishReason() != "length" || stream.Usage().TotalTokens != 5 || stream.Timings().Decode != 2.5) {
			t.Errorf("%s: %q, %+v, %+v", c.name, stream.FinishReason(), stream.Usage(), stream.Timings())
		}
		if stream.Next() || stream.Text() != "" {
			t.Errorf("%s: more after the end", c.name)
		}
		var refused *api.StatusError
		if c.err == "too bad" && (!errors.As(err, &refused) || refused.Code != api.Internal || refused.RequestID != "id-1") {
			t.Errorf("%s: %#v", c.name, err)
		}
		if err := stream.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := events(t, "application/json", `[]`).ChatStream(context.Background(), hi); err == nil || !strings.Contains(err.Error(), "not a stream of events") {
		t.Errorf("got %v", err)
	}
}

// TestChatStreamOfCalls puts the pieces of calls together.
func TestChatStreamOfCalls(t *testing.T) {
	chunk := func(calls, finish string) string {
		return `data: {"choices":[{"delta":{"tool_calls":[` + calls + `]},"finish_reason":"` + finish + `"}]}` + "\n\n"
	}
	stream, err := events(t, "text/event-stream", chunk(`{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}`, "")+chunk(`{"index":0,"function":{"arguments":"{\"x\":"}}`, "")+
		chunk(`{"index":0,"function":{"arguments":"1}"}},{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}`, "tool_calls")+"data: [DONE]\n\n").ChatStream(context.Background(), hi)
	if err != nil {
		t.Fatal(err)
	}
	if stream.Next() || stream.Err() != nil {
		t.Errorf("there is a text: %q, %v", stream.Text(), stream.Err())
	}
	want := []api.ToolCall{
		{ID: "a", Type: "function", Function: api.FunctionCall{Name: "f", Arguments: `{"x":1}`}},
		{Index: 1, ID: "b", Type: "function", Function: api.FunctionCall{Name: "g", Arguments: "{}"}},
	}
	if got := stream.ToolCalls(); !reflect.DeepEqual(got, want) || stream.FinishReason() != "tool_calls" {
		t.Errorf("%+v, %s", got, stream.FinishReason())
	}
}

// TestChatBehindAzure checks that the gateway's 424 doesn't hide the reason.
func TestChatBehindAzure(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(api.ModelStatusHeader, "429")
		w.Header().Set("Retry-After", "3")
		w.WriteHeader(http.StatusFailedDependency)
		_, _ = io.WriteString(w, `{"error":{"message":"full","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"}}`)
	}))
	defer s.Close()
	client := &api.Client{URL: s.URL}
	_, whole := client.Chat(context.Background(), hi)
	_, streamed := client.ChatStream(context.Background(), hi)
	for _, err := range []error{whole, streamed} {
		var refused *api.StatusError
		if !errors.As(err, &refused) || refused.Status != 429 || refused.Code != api.RateLimitExceeded || refused.RetryAfter != 3*time.Second || !refused.Temporary() {
			t.Errorf("got %#v", err)
		}
	}
}

func ExampleClient_ChatStream() {
	// In the place of a scorer.
	scorer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, piece := range []string{"Because", " of", " Rayleigh."} {
			_, _ = fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":%q}}]}\n\n", piece)
		}
		_, _ = io.WriteString(w, "data: [DONE]\n\n")
	}))
	defer scorer.Close()

	client := &api.Client{URL: scorer.URL}
	stream, err := client.ChatStream(context.Background(), api.ChatRequest{
		Messages: []api.ChatMessage{{Role: "user", Content: "Why is the sky blue?"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = stream.Close() }()
	for stream.Next() {
		fmt.Print(stream.Text())
	}
	fmt.Println(stream.Err())
	// Output: Because of Rayleigh.<nil>
}
