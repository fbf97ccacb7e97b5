package modelstore

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPooling: pooling_mode counts over the older fields, as in
// _convert_legacy_pooling_kwargs and __init__ of sentence-transformers' pooling.py.
func TestPooling(t *testing.T) {
	for _, c := range []struct {
		config  string
		want    Pooling
		problem string
	}{
		{`{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}`, CLS, ""},
		{`{"pooling_mode": "max", "pooling_mode_cls_token": true}`, Max, ""},
		{`{"pooling_mode": ["mean"], "pooling_mode_cls_token": true}`, Mean, ""},
		{`{"pooling_mode": ["cls", "mean"], "pooling_mode_cls_token": true}`, "", `pools by "cls+mean"`},
		{`{"pooling_mode": 1, "pooling_mode_cls_token": true}`, "", `pools by "1"`},
		{`{"pooling_mode_cls_token": true, "pooling_mode_lasttoken": true}`, "", `pools by "cls_token+lasttoken"`},
		{`{"pooling_mode": "weightedmean"}`, "", `pools by "weightedmean"`},
		{`{"pooling_mode": "mean", "include_prompt": true}`, Mean, ""},
		{`{"pooling_mode": "mean", "include_prompt": false}`, "", "include_prompt is false"},
		{`{"pooling_mode": "mean", "include_prompt": null}`, "", "include_prompt is null"},
		{`{"pooling_mode": "mean", "include_prompt": 0}`, "", "include_prompt is 0"},
	} {
		f := &Folder{Dir: t.TempDir()}
		if err := os.WriteFile(filepath.Join(f.Dir, ConfigFile), []byte(c.config), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := f.readPooling("")
		if got != c.want || (err != nil) != (c.problem != "") || (err != nil && !strings.Contains(err.Error(), c.problem)) {
			t.Errorf("%s: %q, %v", c.config, got, err)
		}
	}
}

// TestSentenceSettings: what changes a vector and isn't done is refused, by the fields that
// base/modules/transformer.py and sentence_transformer/model.py of sentence-transformers 6.2
// read.
func TestSentenceSettings(t *testing.T) {
	for _, c := range []struct{ file, content, problem string }{
		{transformerFiles[0], `{"max_seq_length": 12, "tokenizer_args": {"trust_remote_code": true}, "unpad_inputs": null, "query_length": null}`, ""},
		{transformerFiles[0], `{"transformer_task": "fill-mask"}`, "transformer_task asks for what isn't done"},
		{transformerFiles[0], `{"module_output_name": "sentence_embedding"}`, "module_output_name asks for what isn't done"},
		{transformerFiles[0], `{"modality_config": {"text": {"method": "forward", "method_output_name": "pooler_output"}}}`, "modality_config asks"},
		{transformerFiles[0], `{"processing_kwargs": {"text": {"padding": "max_length"}}}`, "processing_kwargs asks"},
		{transformerFiles[0], `{"tokenizer_args": {"model_max_length": 8}}`, "tokenizer_args asks"},
		{transformerFiles[0], `{"config_kwargs": {"num_hidden_layers": 2}}`, "config_kwargs asks"},
		{transformerFiles[0], `{"tokenizer_name_or_path": "google-bert/bert-base-cased"}`, "tokenizer_name_or_path asks"},
		{transformerFiles[0], `{"model_args": {"attn_implementation": "sdpa", "torch_dtype": "bfloat16", "add_pooling_layer": false}, "tokenizer_name_or_path": null}`, ""},
		{transformerFiles[0], `{"model_args": {"variant": "fp16"}}`, "model_args asks"},
		{transformerFiles[0], `{"model_kwargs": {"subfolder": "other"}}`, "model_kwargs asks"},
		{promptsFile, `{"model_type": "SentenceTransformer"}`, ""},
		{promptsFile, `{"model_type": "SparseEncoder"}`, `model_type is "SparseEncoder"`},
		{promptsFile, `{"truncate_dim": 0}`, "truncate_dim is 0, a number from 1 on is needed"},
		{promptsFile, `{"truncate_dim": null, "default_prompt_name": "document"}`, ""},
		{promptsFile, `{"default_prompt_name": "passage"}`, `default_prompt_name is "passage", which prompts doesn't have`},
	} {
		f := &Folder{Dir: t.TempDir()}
		if err := os.WriteFile(filepath.Join(f.Dir, c.file), []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		err := f.readSentences()
		if (err != nil) != (c.problem != "") || err != nil && !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%s: %v, want %q", c.content, err, c.problem)
		}
	}
}
