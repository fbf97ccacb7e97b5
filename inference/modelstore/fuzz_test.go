package modelstore

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// FuzzConfig reads any bytes as config.json, generation_config.json,
// genai_config.json and optimized.json.
func FuzzConfig(f *testing.F) {
	for _, path := range []string{
		"distilbert-tiny-multilabel/config.json", "bert-tiny/config.json", "gemma-int4/config.json", "gemma-int4/generation_config.json", "gemma-int4/genai_config.json",
	} {
		data, err := os.ReadFile(filepath.Join(goldens.ModelDir("bert-tiny"), "..", filepath.FromSlash(path)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("\ufeff" + `{"architectures": ["BertForSequenceClassification"], "model_type": "bert", "vocab_size": 9, "max_position_embeddings": 9,
		"id2label": {"0": 1, " 1": "b", "02": true}, "label2id": {"b": "1"}, "num_labels": 3, "layer_norm_eps": NaN, "x": [-Infinity]}`))
	f.Add([]byte(`{"source": {"name": "model.onnx", "size": 3}, "check": {"texts": 2}, "files": [{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, ConfigFile)
		for _, name := range []string{ConfigFile, genaiFile, RecordFile} {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c, err := ReadConfig(path)
		if err == nil && c.Task == TextClassification && len(c.Labels) == 0 || err == nil && (c.Vocabulary < 1 || c.Positions < 1) {
			t.Errorf("%s is taken as %+v", data, c)
		}
		if g, err := ReadGeneration(filepath.Join(dir, GenerationFile), path, 10); err == nil && len(g.End) == 0 {
			t.Errorf("%s has no end tokens and is taken", data)
		}
		_, _ = readRecord(filepath.Join(dir, RecordFile))
	})
}
