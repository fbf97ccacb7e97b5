package chatting_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub/hubtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/genuine"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestPulledWeightsAnswer pulls models that are weights alone on the hub, and serves the
// folders that pull names: they answer what transformers answers.
func TestPulledWeightsAnswer(t *testing.T) {
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
			source, files := t.TempDir(), map[string][]byte{}
			if err := model.Write(source); err != nil {
				t.Fatal(err)
			}
			for file, dir := range map[string]string{"config.json": source, "model.safetensors": source, "tokenizer.json": tokenizer, "tokenizer_config.json": tokenizer} {
				if files[file], err = os.ReadFile(filepath.Join(dir, file)); err != nil {
					t.Fatal(err)
				}
			}
			hub, folder := hubtest.New(t, "someone/"+name, files), filepath.Join(t.TempDir(), name)
			pull, err := scorerproc.Command(t.Context(), "pull", "someone/"+name, "--to", folder, "--endpoint", hub.URL, "--precision", "fp32")
			if err != nil {
				t.Fatal(err)
			}
			if out, err := pull.CombinedOutput(); err != nil || !strings.Contains(string(out), "optimised "+name+" (fp32)") {
				t.Fatalf("%v\n%s", err, out)
			}
			p, err := scorerproc.Start(t.Context(), folder, "--context-window", "256")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(p.Kill)
			for _, c := range model.Chats {
				resp, body, err := post(t.Context(), p.URL+"/v1/chat/completions", object{"messages": c.Messages, "temperature": 0, "max_tokens": 24})
				var got struct {
					Choices []struct {
						Message struct {
							Content string `json:"content"`
						} `json:"message"`
					} `json:"choices"`
				}
				if err == nil {
					err = json.Unmarshal(body, &got)
				}
				if err != nil || resp.StatusCode != 200 || len(got.Choices) != 1 || got.Choices[0].Message.Content != c.Text {
					t.Errorf("%v, %s, want %q", err, body, c.Text)
				}
			}
		})
	}
}
