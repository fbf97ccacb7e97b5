package modelstore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Go's decoder takes the last of two equal fields, so what is appended counts.
func TestNumbersAreBounded(t *testing.T) {
	const bert = `{"architectures": ["BertForSequenceClassification"], "vocab_size": 10, "max_position_embeddings": 64`
	const (
		distil = `{"architectures": ["DistilBertForSequenceClassification"], "vocab_size": 10, "max_position_embeddings": 64`
		bart   = `{"architectures": ["BartForSequenceClassification"], "vocab_size": 10, "max_position_embeddings": 64`
	)
	both := []string{"vocab_size", "max_position_embeddings", "num_hidden_layers", "num_attention_heads", "hidden_size", "intermediate_size"}
	for config, fields := range map[string][]string{
		bert:   append([]string{"type_vocab_size"}, both...),
		distil: {"n_layers", "n_heads", "dim", "hidden_dim"},
		bart:   {"encoder_layers", "encoder_attention_heads", "d_model", "encoder_ffn_dim"},
		gemma: append([]string{"num_key_value_heads", "head_dim", "sliding_window", "max_window_layers", "original_max_position_embeddings",
			"sliding_window_pattern"}, both...),
	} {
		for _, field := range fields {
			numberIsBounded(t, config, field)
		}
	}
}

func numberIsBounded(t *testing.T, config, field string) {
	t.Helper()
	for _, value := range []int64{1 << 40, 1<<63 - 1, -1, -1 << 63} {
		if field == "sliding_window" && value < 0 {
			continue // none
		}
		_, err := ReadConfig(writeFile(t, ConfigFile, fmt.Sprintf(`%s, %q: %d}`, config, field, value)))
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%s is %d", field, value)) || !strings.Contains(err.Error(), exportAgain) {
			t.Errorf("%s %d: %v", field, value, err)
		}
	}
}

func TestSettingsHaveAnEnd(t *testing.T) {
	dir := t.TempDir()
	large, device, pipe := filepath.Join(dir, "large"), filepath.Join(dir, "device"), filepath.Join(dir, "pipe")
	err := errors.Join(os.WriteFile(large, nil, 0o600), os.Truncate(large, 1<<40), os.Symlink("/dev/zero", device), syscall.Mkfifo(pipe, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{large: "at most 16777216", device: "no regular file", pipe: "no regular file"} {
		if _, err := ReadConfig(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if _, err := ReadGeneration(path, path, 10); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if _, err := readRecord(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if err := present(path, ""); path != large && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestManyLabels has as many labels as fit, all of them alike or all different.
func TestManyLabels(t *testing.T) {
	for _, label := range []string{"a", "%d"} {
		var b strings.Builder
		b.WriteString(`{"architectures": ["BertForSequenceClassification"], "vocab_size": 10, "max_position_embeddings": 64, "id2label": {`)
		for i := range 200_000 {
			fmt.Fprintf(&b, `"%d": "%s",`, i, strings.ReplaceAll(label, "%d", strconv.Itoa(i)))
		}
		b.WriteString(`"200000": "last"}}`)
		path := writeFile(t, ConfigFile, b.String())
		start := time.Now()
		c, err := ReadConfig(path)
		took := time.Since(start)
		t.Logf("%d bytes in %v, %d remarks: %v", b.Len(), took.Round(time.Millisecond), len(c.Remarks), err)
		if err != nil || len(c.Labels) != 200_001 || len(c.Remarks) > maxRemarks {
			t.Errorf("%d labels, %d remarks, %v", len(c.Labels), len(c.Remarks), err)
		}
		if took > 10*time.Second {
			t.Error("it is quadratic")
		}
	}
}
