package api

// Score is one label of a text and how much the model gives it.
type Score struct {
	Label string  `json:"label"`
	Score float32 `json:"score"`
}

// ErrorBody is the body of every answer that isn't a success.
type ErrorBody struct {
	Error Error `json:"error"`
}

// Error says what was wrong, for a program (Code) and for a person (Message).
type Error struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
}

// Code tells errors apart.
type Code string

// The codes, and the HTTP status that each comes with.
const (
	InvalidRequest       Code = "invalid_request"        // 400: not JSON, or not the shape that the route takes
	InvalidValue         Code = "invalid_value"          // 400: a field's value can't be
	NotFound             Code = "not_found"              // 404
	MethodNotAllowed     Code = "method_not_allowed"     // 405
	RequestTimeout       Code = "request_timeout"        // 408: the body came too slowly
	PayloadTooLarge      Code = "payload_too_large"      // 413: body, or too many texts in it
	UnsupportedMediaType Code = "unsupported_media_type" // 415
	TooLong              Code = "too_long"               // 422: a text has more tokens than the model takes
	Overloaded           Code = "overloaded"             // 429, with Retry-After
	Internal             Code = "internal"               // 500
	NotReady             Code = "not_ready"              // 503: starting
	Draining             Code = "draining"               // 503: stopping
	DeadlineExceeded     Code = "deadline_exceeded"      // 504
)

// The codes that only routes of a chat model have. Those have OpenAI's bodies,
// see OpenAIError, and RateLimitExceeded in Overloaded's place.
const (
	ContextLengthExceeded Code = "context_length_exceeded" // 400: prompt and answer don't fit the window
	UnsupportedParameter  Code = "unsupported_parameter"   // 400: OpenAI has the field, this server doesn't
	UnknownParameter      Code = "unknown_parameter"       // 400: nobody has the field
	ModelNotFound         Code = "model_not_found"         // 404
	RateLimitExceeded     Code = "rate_limit_exceeded"     // 429, with Retry-After
)

// Headers of requests and answers.
const (
	// ClientRequestIDHeader carries the caller's own id of a request, at most
	// 40 characters; it is echoed.
	ClientRequestIDHeader = "x-ms-client-request-id"
	// RequestIDHeader carries the id under which the logs have the request.
	RequestIDHeader = "x-ms-request-id"
	// TruncatedHeader says how many texts were cut to the model's limit; it is
	// absent if none was.
	TruncatedHeader = "x-truncated-texts"
	// DeploymentHeader names the deployment of an Azure ML endpoint that is to
	// answer, past the endpoint's traffic.
	DeploymentHeader = "azureml-model-deployment"
	// ModelStatusHeader has the scorer's own status where Azure's gateway
	// answers 424.
	ModelStatusHeader = "ms-azureml-model-error-statuscode"
)

// Info is the answer of InfoPath.
type Info struct {
	Model    ModelInfo `json:"model"` // the one that reads whole texts, or the chat model if there is none
	Limits   Limits    `json:"limits"`
	Versions Versions  `json:"versions"`
	// Generation describes the chat model; nil if none is loaded.
	Generation *GenerationInfo `json:"generation,omitempty"`
	// These are for clients of Azure's model inference API: the chat model, or
	// the other one if there is no chat model.
	ModelName         string `json:"model_name"`
	ModelType         string `json:"model_type"` // chat_completion, embeddings, text_classification or token_classification
	ModelProviderName string `json:"model_provider_name"`
}

// ModelInfo describes the model that is served.
type ModelInfo struct {
	Name         string   `json:"name"`
	Architecture string   `json:"architecture"`
	Task         string   `json:"task"`                 // text-classification, token-classification, feature-extraction or text-generation
	Labels       []string `json:"labels"`               // of a classification
	Dimensions   int      `json:"dimensions,omitempty"` // of a vector, of feature-extraction
	Function     string   `json:"function_to_apply"`    // unless a request says otherwise
	Precision    string   `json:"precision"`
	Optimized    bool     `json:"optimized"`
	SourceSHA256 string   `json:"source_sha256,omitempty"`
}

// GenerationInfo describes the chat model that is served.
type GenerationInfo struct {
	Name           string  `json:"name"` // what a request's "model" may say
	Architecture   string  `json:"architecture"`
	Precision      string  `json:"precision"`
	Optimized      bool    `json:"optimized"`
	SourceSHA256   string  `json:"source_sha256,omitempty"`
	Provider       string  `json:"provider"`       // CPU or CUDA
	ContextWindow  int     `json:"context_length"` // tokens of prompt and answer together
	MaxSequences   int     `json:"max_sequences"`  // conversations that are generated at once
	Threads        int     `json:"threads"`
	Vocabulary     int     `json:"vocabulary"`
	TimeoutSeconds float64 `json:"timeout_seconds"` // the longest that an answer may take
}

// Limits are those of a request.
type Limits struct {
	MaxInputLength        int     `json:"max_input_length"` // tokens, special ones included
	MaxClientBatchSize    int     `json:"max_client_batch_size"`
	MaxBatchTokens        int     `json:"max_batch_tokens"`
	MaxConcurrentRequests int     `json:"max_concurrent_requests"`
	MaxBodyBytes          int64   `json:"max_body_bytes"`
	RequestTimeoutSeconds float64 `json:"request_timeout_seconds"`
	Truncation            bool    `json:"truncation"` // unless a request says otherwise
}

// Versions of what answers.
type Versions struct {
	Scorer      string `json:"scorer"`
	ONNXRuntime string `json:"onnxruntime"`
	Go          string `json:"go"`
}
