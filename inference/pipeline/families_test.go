package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/optimize"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/genuine"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestChatsOfOtherFamilies imports models with the genuine tokenizers and templates of Llama
// 3.1 and Qwen3, and compares their answers with transformers'.
func TestChatsOfOtherFamilies(t *testing.T) {
	onnxtest.Init(t)
	models, err := goldens.LoadDecoderChats()
	if err != nil || len(models) < 2 {
		t.Fatal(len(models), err)
	}
	for name, model := range models {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tokenizer, err := genuine.Tokenizer(name)
			if err != nil {
				t.Fatal(err)
			}
			source, dir := t.TempDir(), filepath.Join(t.TempDir(), name)
			if err := model.Write(source); err != nil {
				t.Fatal(err)
			}
			for _, file := range []string{"tokenizer.json", "tokenizer_config.json"} {
				if err := os.Symlink(filepath.Join(tokenizer, file), filepath.Join(source, file)); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := optimize.Import(t.Context(), source, nil, dir); err != nil {
				t.Fatal(err)
			}
			f, err := modelstore.Find(dir, modelstore.Options{})
			if err != nil {
				t.Fatal(err)
			}
			g, err := LoadGenerator(f, GeneratorOptions{Engine: generation.Options{Provider: onnx.CPU, ContextWindow: 256}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := g.Close(context.Background()); err != nil {
					t.Error(err)
				}
			})
			for _, c := range model.Chats {
				var messages []chat.Message
				for _, m := range c.Messages {
					messages = append(messages, chat.Message{Role: m.Role, Content: m.Content})
				}
				text, _, done := write(t, g, GenerateRequest{Messages: messages, MaxTokens: 24})
				if text != c.Text || done.PromptTokens != c.PromptTokens {
					t.Errorf("after %d tokens, %d in the reference:\ngot  %q\nwant %q", done.PromptTokens, c.PromptTokens, text, c.Text)
				}
			}
		})
	}
}
