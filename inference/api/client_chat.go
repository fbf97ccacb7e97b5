package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
)

// Chat returns the next turn of a conversation.
func (c *Client) Chat(ctx context.Context, r ChatRequest) (*ChatCompletion, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	var answer ChatCompletion
	if err := c.do(ctx, http.MethodPost, ScorePath, body, &answer); err != nil {
		return nil, err
	}
	if len(answer.Choices) == 0 {
		return nil, errors.New("the scorer gave no answer")
	}
	return &answer, nil
}

// Text is the answer's text.
func (c *ChatCompletion) Text() string { return c.Choices[0].Message.Content }

// ChatStream is an answer as it is generated:
//
//	for stream.Next() {
//		fmt.Print(stream.Text())
//	}
//	err := stream.Err()
//
// It must be closed.
type ChatStream struct {
	response *http.Response
	lines    *bufio.Reader
	text     string
	finish   string
	calls    []ToolCall
	usage    Usage
	timings  Timings
	done     bool
	err      error
}

// ChatStream begins the next turn of a conversation.
func (c *Client) ChatStream(ctx context.Context, r ChatRequest) (*ChatStream, error) {
	body, err := json.Marshal(struct {
		ChatRequest
		Stream  bool            `json:"stream"`
		Options map[string]bool `json:"stream_options"`
	}{r, true, map[string]bool{"include_usage": true}})
	if err != nil {
		return nil, err
	}
	resp, err := c.send(ctx, http.MethodPost, ScorePath, body)
	if err != nil {
		return nil, err
	}
	if media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); media != "text/event-stream" {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("the answer of %s is %q, not a stream of events", resp.Request.URL.Host, media)
	}
	return &ChatStream{response: resp, lines: bufio.NewReader(resp.Body)}, nil
}

// Next waits for the next piece of the text. It returns false at the end, and
// after an error, which Err tells.
func (s *ChatStream) Next() bool {
	for s.err == nil && !s.done {
		data, err := s.event()
		if err != nil {
			s.err = err
			break
		}
		if string(data) == "[DONE]" {
			s.done = true
			break
		}
		var chunk struct {
			ChatChunk
			Error *Error `json:"error"`
		}
		if err := json.Unmarshal(data, &chunk); err != nil {
			s.err = fmt.Errorf("the stream isn't a scorer's: %w", err)
			break
		}
		if chunk.Error != nil {
			s.err = &StatusError{
				Status: http.StatusOK, Code: chunk.Error.Code, Message: chunk.Error.Message,
				RequestID: s.response.Header.Get(RequestIDHeader),
			}
			break
		}
		if chunk.Usage != nil {
			s.usage = *chunk.Usage
		}
		if chunk.Timings != nil {
			s.timings = *chunk.Timings
		}
		if len(chunk.Choices) == 0 {
			continue
		}
		s.finish = chunk.Choices[0].FinishReason
		for _, c := range chunk.Choices[0].Delta.ToolCalls {
			s.call(c)
		}
		if s.text = chunk.Choices[0].Delta.Content; s.text != "" {
			return true
		}
	}
	s.text = ""
	return false
}

// event returns the data of the next event.
func (s *ChatStream) event() ([]byte, error) {
	for {
		line, err := s.lines.ReadBytes('\n')
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, fmt.Errorf("the stream of %s broke off: %w", s.response.Request.URL.Host, err)
		}
		if data, ok := bytes.CutPrefix(bytes.TrimRight(line, "\r\n"), []byte("data:")); ok {
			return bytes.TrimPrefix(data, []byte(" ")), nil
		}
	}
}

// Text is the piece that the last call of Next got.
func (s *ChatStream) Text() string { return s.text }

// ToolCalls are the functions that the model calls, after the end.
func (s *ChatStream) ToolCalls() []ToolCall { return s.calls }

// call adds a piece of a call.
func (s *ChatStream) call(c ToolCall) {
	if c.Index == len(s.calls) {
		s.calls = append(s.calls, ToolCall{Index: c.Index, ID: c.ID, Type: c.Type, Function: FunctionCall{Name: c.Function.Name}})
	}
	if c.Index < len(s.calls) {
		s.calls[c.Index].Function.Arguments += c.Function.Arguments
	}
}

// Err is the error that ended the stream; nil if the text is complete. An error
// of the scorer is a *StatusError, whose Status is 200 if it came after the
// answer had begun.
func (s *ChatStream) Err() error { return s.err }

// FinishReason says why the text ended, stop, length or tool_calls, after Next returned
// false and Err nil.
func (s *ChatStream) FinishReason() string { return s.finish }

// Usage counts the tokens, after the end.
func (s *ChatStream) Usage() Usage { return s.usage }

// Timings split the scorer's time, after the end.
func (s *ChatStream) Timings() Timings { return s.timings }

// Close ends the stream, and the generation if it still runs.
func (s *ChatStream) Close() error { return s.response.Body.Close() }
