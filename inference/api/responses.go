package api

import "encoding/json"

// Response is an answer of ResponsesPath, OpenAI's Responses API.
type Response struct {
	ID                string             `json:"id"`
	Object            string             `json:"object"` // response
	CreatedAt         int64              `json:"created_at"`
	Status            string             `json:"status"` // in_progress, completed or incomplete
	Error             *struct{}          `json:"error"`
	IncompleteDetails *IncompleteDetails `json:"incomplete_details"`
	Instructions      *string            `json:"instructions"`
	MaxOutputTokens   *int               `json:"max_output_tokens"`
	Metadata          json.RawMessage    `json:"metadata"`
	Model             string             `json:"model"`
	Output            []ResponseItem     `json:"output"`
	ParallelToolCalls bool               `json:"parallel_tool_calls"`
	PreviousResponse  *string            `json:"previous_response_id"`
	Reasoning         json.RawMessage    `json:"reasoning,omitempty"`
	Store             bool               `json:"store"`
	Temperature       *float32           `json:"temperature"`
	Text              json.RawMessage    `json:"text"`
	ToolChoice        json.RawMessage    `json:"tool_choice"`
	Tools             json.RawMessage    `json:"tools"`
	TopP              *float32           `json:"top_p"`
	Truncation        string             `json:"truncation"`
	Usage             *ResponseUsage     `json:"usage"`
}

// IncompleteDetails say why an answer is cut off.
type IncompleteDetails struct {
	Reason string `json:"reason"` // max_output_tokens
}

// ResponseItem is a part of an answer: a message, a function's call, or what the model
// thought. Each has the fields of its kind alone.
type ResponseItem struct {
	ID        string          `json:"id"`
	Type      string          `json:"type"` // message, function_call or reasoning
	Status    string          `json:"status"`
	Role      string          `json:"role,omitempty"`
	Content   *[]ResponsePart `json:"content,omitempty"`
	CallID    string          `json:"call_id,omitempty"`
	Name      string          `json:"name,omitempty"`
	Arguments *string         `json:"arguments,omitempty"`
	Summary   *[]ResponsePart `json:"summary,omitempty"` // none
}

// ResponsePart is a text of a message, or a thought.
type ResponsePart struct {
	Type        string           `json:"type"` // output_text or reasoning_text
	Text        string           `json:"text"`
	Annotations *[]struct{}      `json:"annotations,omitempty"` // none
	Logprobs    *json.RawMessage `json:"logprobs,omitempty"`
}

// ResponseUsage counts the tokens of a request.
type ResponseUsage struct {
	InputTokens         int                  `json:"input_tokens"`
	InputTokensDetails  *PromptTokensDetails `json:"input_tokens_details,omitempty"` // nil if the server hides them
	OutputTokens        int                  `json:"output_tokens"`
	OutputTokensDetails OutputTokensDetails  `json:"output_tokens_details"`
	TotalTokens         int                  `json:"total_tokens"`
}

// OutputTokensDetails says how many tokens the model thought.
type OutputTokensDetails struct {
	ReasoningTokens int `json:"reasoning_tokens"`
}

// ResponseEvent is an event of a Response that is streamed. It has the fields of its type
// alone.
type ResponseEvent struct {
	Type         string           `json:"type"`
	Sequence     int              `json:"sequence_number"`
	Response     *Response        `json:"response,omitempty"`
	OutputIndex  *int             `json:"output_index,omitempty"`
	ItemID       string           `json:"item_id,omitempty"`
	ContentIndex *int             `json:"content_index,omitempty"`
	Item         *ResponseItem    `json:"item,omitempty"`
	Part         *ResponsePart    `json:"part,omitempty"`
	Delta        *string          `json:"delta,omitempty"`
	Text         *string          `json:"text,omitempty"`
	Name         string           `json:"name,omitempty"`
	Arguments    *string          `json:"arguments,omitempty"`
	Logprobs     *json.RawMessage `json:"logprobs,omitempty"`
	Code         Code             `json:"code,omitempty"`
	Message      string           `json:"message,omitempty"`
}
