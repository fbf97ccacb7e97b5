package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
)

// GenerateRequest asks for one text. Exactly one of Messages, Prompt and
// PromptTokens is set.
type GenerateRequest struct {
	Messages     []chat.Message // rendered by the model's chat template
	Prompt       *string        // continued as it is, after the begin-of-text token; its control tokens are such
	BarePrompt   bool           // nothing is put before Prompt
	PromptTokens []int32        // token ids, taken as they are

	// These are for Messages.
	Tools         []Tool
	ToolChoice    ToolChoice
	OneCall       bool                       // no more than one call
	ContinueFinal bool                       // the text goes on where the last message ends
	Variables     map[string]json.RawMessage // for the chat template

	// Caller is who asks, "" if callers aren't told apart.
	Caller    string
	MaxTokens int      // new tokens; 0 means as many as the window has room for
	Stop      []string // the text ends before the first of these
	Sampling  Sampling
	Format    ResponseFormat
	// Logprobs asks for the log probability of each token, and TopLogprobs
	// for those of the most probable ones beside it (0 to 20).
	Logprobs    bool
	TopLogprobs int

	warmUp bool // see generation.Request
}

// Sampling says how tokens are drawn. A nil field means the model's own
// default, from generation_config.json.
type Sampling struct {
	Temperature       *float32 // 0 to 2; 0 takes the most probable token
	TopK              *int     // 0 means all
	TopP              *float32 // 0 to 1; 0 takes the most probable token
	MinP              *float32 // 0 to 1
	RepetitionPenalty *float32 // over 0; 1 does nothing
	FrequencyPenalty  *float32 // -2 to 2
	PresencePenalty   *float32 // -2 to 2
	Seed              *int64   // same seed, same text; nil draws one
	LogitBias         map[int32]float32
}

// ResponseFormat constrains the text. The zero value doesn't.
type ResponseFormat struct {
	Type   FormatType
	Schema json.RawMessage // for FormatJSONSchema
	Strict bool            // refuses formats of strings that can't be enforced
}

// FormatType is a kind of ResponseFormat.
type FormatType string

// The formats of OpenAI's response_format.
const (
	FormatText       FormatType = ""
	FormatJSONObject FormatType = "json_object"
	FormatJSONSchema FormatType = "json_schema"
)

// Tool is a function that the model may call.
type Tool struct {
	Name       string
	Definition json.RawMessage // as the chat template is given it: {"type": "function", "function": {…}}
	Parameters json.RawMessage // the schema of its arguments
	Strict     bool            // refuses formats that can't be enforced
}

// ToolChoice says whether functions are called.
type ToolChoice struct {
	Mode  ToolMode
	Names []string // only these may be called; nil for all
}

// ToolMode is a kind of ToolChoice.
type ToolMode string

// The modes of OpenAI's tool_choice.
const (
	ToolAuto     ToolMode = "" // as the model likes
	ToolNone     ToolMode = "none"
	ToolRequired ToolMode = "required" // at least one call
)

// Delta is a piece of a text as it is generated: what the model thought, then its text,
// then calls.
type Delta struct {
	Reasoning []byte // whole UTF-8 sequences
	Text      []byte // likewise
	Calls     []CallDelta
	Tokens    []TokenLogprob
	// Generated counts the tokens generated so far.
	Generated int
}

// CallDelta is a piece of a call. Its first one has the ID and the Name.
type CallDelta struct {
	Index     int
	ID, Name  string
	Arguments []byte // JSON, which begins and ends anywhere
}

// TokenLogprob is a token and the natural logarithm of its probability.
type TokenLogprob struct {
	ID      int32
	Bytes   []byte // may be part of a UTF-8 sequence
	Logprob float32
	Top     []TokenLogprob // without a Top of their own
}

// FinishReason says why a text ended, by OpenAI's names.
type FinishReason string

// Reasons to finish.
const (
	FinishStop   FinishReason = "stop"   // the model ended it, or a stop string came
	FinishLength FinishReason = "length" // MaxTokens, or the window is full
	FinishCalls  FinishReason = "tool_calls"
)

// Completion sums up a finished text.
type Completion struct {
	Finish           FinishReason
	PromptTokens     int
	CachedTokens     int // of PromptTokens, how many the prefix cache had
	CompletionTokens int
	ReasoningTokens  int // of CompletionTokens, how many came while the model thought
	Timing           GenerationTiming
}

// GenerationTiming splits the time that a text took.
type GenerationTiming struct {
	Queue   time.Duration // until a slot was free
	Prefill time.Duration // from then to the first token
	Decode  time.Duration // from the first token to the last
}

// GeneratorInfo describes the loaded model.
type GeneratorInfo struct {
	Name          string
	Architecture  string
	GraphFile     string
	SourceSHA256  string // of the graph that the served one was made from; "" for a plain export
	Precision     string // "fp32", "fp16", "int4", as the graph has it
	Optimized     bool
	Provider      string // "CPU" or "CUDA"
	ContextWindow int    // tokens of prompt and answer together
	MaxSequences  int    // conversations that are generated at once
	Share         int    // texts that one caller may have waiting
	Threads       int
	Vocabulary    int       // tokens that the model knows: logits. The tokenizer may have more
	Created       time.Time // of the graph's file
}

// InvalidError says which field of a request can't be, and why.
type InvalidError struct {
	Field   string // OpenAI's name of it: "messages", "max_tokens", "response_format" …
	Problem string // a sentence without the field, with value and remedy
}

func (e *InvalidError) Error() string { return e.Field + ": " + e.Problem }

// ContextLengthError says that a prompt and its answer don't fit the window.
type ContextLengthError struct {
	PromptTokens, MaxTokens, ContextWindow int
	More                                   bool // than PromptTokens: nobody counted on
}

// Error begins as OpenAI's does, by which clients tell this error from others.
func (e *ContextLengthError) Error() string {
	if e.More {
		return fmt.Sprintf("This model's maximum context length is %d tokens, and the prompt has more than %d: shorten the prompt", e.ContextWindow, e.PromptTokens)
	}
	if e.MaxTokens == 0 {
		return fmt.Sprintf("This model's maximum context length is %d tokens, and the prompt has %d: shorten the prompt", e.ContextWindow, e.PromptTokens)
	}
	return fmt.Sprintf("This model's maximum context length is %d tokens, but the prompt has %d and max_tokens is %d, together %d: shorten the prompt or lower max_tokens",
		e.ContextWindow, e.PromptTokens, e.MaxTokens, e.PromptTokens+e.MaxTokens)
}

// ErrNotFinite is returned when the model computed NaN or infinity, so that
// its answer would be garbage.
var ErrNotFinite = errors.New("the model's logits are not finite numbers")
