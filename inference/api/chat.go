package api

import "encoding/json"

// ChatMessage is one turn of a conversation.
type ChatMessage struct {
	Role    string `json:"role"` // system, user, assistant or tool
	Content string `json:"content"`
	// Reasoning is what an assistant thought before.
	Reasoning  string     `json:"reasoning_content,omitempty"`
	ToolCalls  []ToolCall `json:"tool_calls,omitempty"`   // of an assistant
	ToolCallID string     `json:"tool_call_id,omitempty"` // of a tool: which call it answers
}

// ToolCall is a function that the model calls. In a stream a call comes in pieces: the
// first one has all but the arguments.
type ToolCall struct {
	Index    int          `json:"index,omitempty"` // among the calls of the answer, in a stream
	ID       string       `json:"id,omitempty"`
	Type     string       `json:"type,omitempty"` // function
	Function FunctionCall `json:"function"`
}

// FunctionCall is a function's name and its arguments, an object as JSON.
type FunctionCall struct {
	Name      string `json:"name,omitempty"`
	Arguments string `json:"arguments"`
}

// Tool is a function that the model may call.
type Tool struct {
	Type     string   `json:"type"` // function
	Function Function `json:"function"`
}

// Function describes one.
type Function struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Parameters  json.RawMessage `json:"parameters,omitempty"` // a JSON schema, which the arguments meet
	Strict      bool            `json:"strict,omitempty"`     // refuses formats that can't be enforced
}

// ChatRequest asks for the next turn of a conversation. A nil field leaves it
// to the model's own default.
type ChatRequest struct {
	Model             string             `json:"model,omitempty"` // "" means the one that is loaded
	Messages          []ChatMessage      `json:"messages"`
	MaxTokens         int                `json:"max_completion_tokens,omitempty"` // 0: as many as fit
	Stop              []string           `json:"stop,omitempty"`                  // at most 4
	Temperature       *float32           `json:"temperature,omitempty"`           // 0 to 2
	TopP              *float32           `json:"top_p,omitempty"`                 // 0 to 1
	TopK              *int               `json:"top_k,omitempty"`                 // 0: all
	MinP              *float32           `json:"min_p,omitempty"`                 // 0 to 1
	RepetitionPenalty *float32           `json:"repetition_penalty,omitempty"`    // over 0, to 10; 1 does nothing
	FrequencyPenalty  *float32           `json:"frequency_penalty,omitempty"`     // -2 to 2
	PresencePenalty   *float32           `json:"presence_penalty,omitempty"`      // -2 to 2
	Seed              *int64             `json:"seed,omitempty"`                  // same seed, same text
	LogitBias         map[string]float32 `json:"logit_bias,omitempty"`            // by token id, -100 to 100
	Logprobs          bool               `json:"logprobs,omitempty"`
	TopLogprobs       int                `json:"top_logprobs,omitempty"` // 0 to 20
	ResponseFormat    *ResponseFormat    `json:"response_format,omitempty"`
	N                 int                `json:"n,omitempty"` // answers, up to 8; 0: one
	Tools             []Tool             `json:"tools,omitempty"`
	ToolChoice        json.RawMessage    `json:"tool_choice,omitempty"` // "auto", "none", "required", or a function
	ParallelToolCalls *bool              `json:"parallel_tool_calls,omitempty"`
}

// ResponseFormat constrains an answer.
type ResponseFormat struct {
	Type       string      `json:"type"` // text, json_object or json_schema
	JSONSchema *JSONSchema `json:"json_schema,omitempty"`
}

// JSONSchema is the schema that an answer must meet.
type JSONSchema struct {
	Name   string          `json:"name"`
	Schema json.RawMessage `json:"schema"`
	Strict bool            `json:"strict,omitempty"` // refuses formats that can't be enforced
}

// ChatCompletion is an answer that isn't streamed.
type ChatCompletion struct {
	ID      string       `json:"id"`
	Object  string       `json:"object"` // chat.completion
	Created int64        `json:"created"`
	Model   string       `json:"model"`
	Choices []ChatChoice `json:"choices"` // N of them
	Usage   Usage        `json:"usage"`
	Timings Timings      `json:"timings"`
}

// ChatChoice is the text of an answer.
type ChatChoice struct {
	Index        int           `json:"index"`
	Message      ChatMessage   `json:"message"`
	Logprobs     *ChatLogprobs `json:"logprobs"`
	FinishReason string        `json:"finish_reason"` // stop, length or tool_calls
}

// ChatChunk is a piece of an answer that is streamed.
type ChatChunk struct {
	ID      string            `json:"id"`
	Object  string            `json:"object"` // chat.completion.chunk
	Created int64             `json:"created"`
	Model   string            `json:"model"`
	Choices []ChatChunkChoice `json:"choices"`
	// Usage and Timings come with the last chunk, which has no choices.
	Usage   *Usage   `json:"usage,omitempty"`
	Timings *Timings `json:"timings,omitempty"`
}

// ChatChunkChoice is the text of a chunk.
type ChatChunkChoice struct {
	Index        int           `json:"index"`
	Delta        ChatDelta     `json:"delta"`
	Logprobs     *ChatLogprobs `json:"logprobs"`
	FinishReason string        `json:"finish_reason"` // "" until the end
}

// ChatDelta is what a chunk adds.
type ChatDelta struct {
	Role      string     `json:"role,omitempty"`
	Content   string     `json:"content,omitempty"`
	Reasoning string     `json:"reasoning_content,omitempty"`
	ToolCalls []ToolCall `json:"tool_calls,omitempty"`
}

// ChatLogprobs are the log probabilities of the tokens of a text.
type ChatLogprobs struct {
	Content []TokenLogprob `json:"content"`
}

// TokenLogprob is a token and the natural logarithm of its probability.
type TokenLogprob struct {
	Token   string         `json:"token"`
	Logprob float64        `json:"logprob"`
	Bytes   []int          `json:"bytes"` // may be part of a UTF-8 sequence
	Top     []TokenLogprob `json:"top_logprobs,omitempty"`
}

// Usage counts the tokens of a request.
type Usage struct {
	PromptTokens        int                 `json:"prompt_tokens"`
	CompletionTokens    int                 `json:"completion_tokens"`
	TotalTokens         int                 `json:"total_tokens"`
	PromptTokensDetails PromptTokensDetails `json:"prompt_tokens_details"` // zero if the server hides them
	// CompletionTokensDetails is nil if the model didn't think.
	CompletionTokensDetails *OutputTokensDetails `json:"completion_tokens_details,omitempty"`
}

// PromptTokensDetails says how many tokens the prefix cache had.
type PromptTokensDetails struct {
	CachedTokens int `json:"cached_tokens"`
}

// Timings split the time that the server took, in milliseconds. OpenAI has no
// such field, and a server that hides cached tokens leaves it out.
type Timings struct {
	Queue   float64 `json:"queue_ms"`
	Prefill float64 `json:"prefill_ms"`
	Decode  float64 `json:"decode_ms"`
}

// OpenAIErrorBody is the body of the errors of /v1 and of /score's chat forms.
// ErrorBody reads it too.
type OpenAIErrorBody struct {
	Error OpenAIError `json:"error"`
}

// OpenAIError is an error as OpenAI's API has it.
type OpenAIError struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`  // invalid_request_error, rate_limit_error or server_error
	Param   *string `json:"param"` // the field that is wrong; null if it isn't about one
	Code    Code    `json:"code"`
}
