package goldens

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/realsize"
)

// DecoderChats are what transformers answers in chats with a genuine tokenizer and a random
// model. tests/reference/make_decoder_chats.py made it.
type DecoderChats struct {
	Config  json.RawMessage `json:"config"`
	Weights map[string]struct {
		Shape  []int64 `json:"shape"`
		Center float32 `json:"center"`
		Scale  float32 `json:"scale"`
	} `json:"weights"`
	Chats []struct {
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
func (d *DecoderChats) Write(dir string) error {
	if err := os.WriteFile(filepath.Join(dir, "config.json"), d.Config, 0o600); err != nil {
		return err
	}
	type tensor struct {
		DType   string  `json:"dtype"`
		Shape   []int64 `json:"shape"`
		Offsets [2]int  `json:"data_offsets"`
	}
	header := map[string]tensor{}
	var data bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(d.Weights)) {
		w, n, begin := d.Weights[name], 1, data.Len()
		for _, s := range w.Shape {
			n *= int(s)
		}
		for _, v := range realsize.Values(name, n, w.Center, w.Scale) {
			data.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
		}
		header[name] = tensor{"F32", w.Shape, [2]int{begin, data.Len()}}
	}
	h, err := json.Marshal(header)
	if err != nil {
		return err
	}
	all := append(binary.LittleEndian.AppendUint64(nil, uint64(len(h))), h...)
	return os.WriteFile(filepath.Join(dir, "model.safetensors"), append(all, data.Bytes()...), 0o600)
}
