// Package chat turns a conversation into a model's prompt by the chat template
// that comes with the model.
package chat

// Roles of a Message that templates know.
const (
	System    = "system"
	User      = "user"
	Assistant = "assistant"
)

// Message is one turn of a conversation. Its content is text: whatever it
// holds, a model's control tokens included, stays text in the prompt.
type Message struct {
	Role    string
	Content string
}
