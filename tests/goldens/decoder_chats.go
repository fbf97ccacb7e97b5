package goldens

import (
	"encoding/json"
	"path/filepath"
)

// DecoderChats are what transformers answers in chats with a genuine tokenizer and a random
// model. tests/reference/make_decoder_chats.py made it.
type DecoderChats struct {
	Config  json.RawMessage `json:"config"`
	Weights weights         `json:"weights"`
	Chats   []struct {
		Messages []struct {
			Role    string `json:"role"`
			Content string `json:"content"`
		} `json:"messages"`
		PromptTokens int    `json:"prompt_tokens"`
		Text         string `json:"text"`
	} `json:"chats"`
}

// LoadDecoderChats reads them by the names of tokenizers.
func LoadDecoderChats() (map[string]DecoderChats, error) {
	var file struct {
		Models map[string]DecoderChats `json:"models"`
	}
	err := ReadGzip(filepath.Join("decoders", "chats.json.gz"), &file)
	return file.Models, err
}

// Write writes config.json and model.safetensors.
func (d *DecoderChats) Write(dir string) error { return d.Weights.write(dir, d.Config, "F32") }
