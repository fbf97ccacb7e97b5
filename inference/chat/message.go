// Package chat turns a conversation into a model's prompt by the chat template
// that comes with the model.
package chat

import "encoding/json"

// Roles of a Message that templates know.
const (
	System    = "system"
	User      = "user"
	Assistant = "assistant"
	Tool      = "tool"
)

// What a model thinks lies between these.
const (
	ThinkBegin = "<think>"
	ThinkEnd   = "</think>"
)

// Message is one turn of a conversation. What it says is text: whatever it
// holds, a model's control tokens included, stays text in the prompt.
type Message struct {
	Role    string
	Content string

	Reasoning  string     // of an assistant: what it thought before
	ToolCalls  []ToolCall // of an assistant
	ToolCallID string     // of a tool: which call it answers
	Name       string     // of a tool: the function's
}

// ToolCall is a function that an assistant has called.
type ToolCall struct {
	ID, Name  string
	Arguments json.RawMessage // an object
}
