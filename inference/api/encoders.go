package api

// Rank is one of the texts in the answer of RerankPath.
type Rank struct {
	Index int     `json:"index"` // in the request's texts
	Score float32 `json:"score"`
	Text  *string `json:"text,omitempty"` // if it was asked for
}

// Entity is a stretch of a text that a classifier of tokens found, as transformers' pipeline
// gives it.
type Entity struct {
	Entity string  `json:"entity,omitempty"`       // the label, of a token
	Group  string  `json:"entity_group,omitempty"` // or of several
	Score  float32 `json:"score"`
	Index  *int    `json:"index,omitempty"` // of the token
	Word   string  `json:"word"`
	Start  int     `json:"start"` // in characters (code points)
	End    int     `json:"end"`
}

// Embeddings is the answer of EmbeddingsPath, in OpenAI's form.
type Embeddings struct {
	Object string          `json:"object"` // list
	Data   []Embedding     `json:"data"`
	Model  string          `json:"model"`
	Usage  EmbeddingsUsage `json:"usage"`
}

// Embedding is one text's vector.
type Embedding struct {
	Object    string `json:"object"` // embedding
	Index     int    `json:"index"`
	Embedding any    `json:"embedding"` // []float32, or base64 of the little-endian bytes
}

// EmbeddingsUsage counts tokens, special ones included.
type EmbeddingsUsage struct {
	PromptTokens int `json:"prompt_tokens"`
	TotalTokens  int `json:"total_tokens"`
}
