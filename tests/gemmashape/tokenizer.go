package gemmashape

import (
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// pieces is how many Gemma 3's tokenizer has.
const pieces = 262144

// writeTokenizer writes the small tokenizer's files with made pieces of two and
// four letters added to its own.
func writeTokenizer(dir, source string) error {
	for _, name := range []string{"tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja"} {
		if err := copyFile(filepath.Join(source, name), filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	f, err := os.Open(filepath.Join(source, "tokenizer.json.gz"))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	var whole, model map[string]json.RawMessage
	if err := json.NewDecoder(unpacked).Decode(&whole); err != nil {
		return err
	}
	if err := json.Unmarshal(whole["model"], &model); err != nil {
		return err
	}
	var vocab map[string]int
	if err := json.Unmarshal(model["vocab"], &vocab); err != nil {
		return err
	}
	var merges [][2]string
	if err := json.Unmarshal(model["merges"], &merges); err != nil {
		return err
	}
	merges = append(merges, grow(vocab)...)
	if len(vocab) != pieces {
		return fmt.Errorf("the tokenizer has %d pieces, want %d", len(vocab), pieces)
	}
	for name, v := range map[string]any{"vocab": vocab, "merges": merges} {
		if model[name], err = json.Marshal(v); err != nil {
			return err
		}
	}
	if whole["model"], err = json.Marshal(model); err != nil {
		return err
	}
	data, err := json.Marshal(whole)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "tokenizer.json"), data, 0o644)
}

// grow adds pieces up to the number that is wanted, and returns the merges that
// make them of two.
func grow(vocab map[string]int) (merges [][2]string) {
	add := func(piece string) {
		if _, ok := vocab[piece]; ok || len(vocab) == pieces {
			return
		}
		var splits [][2]string
		for k := 1; k < len(piece); k++ {
			a, b := piece[:k], piece[k:]
			_, hasA := vocab[a]
			_, hasB := vocab[b]
			if hasA && hasB {
				splits = append(splits, [2]string{a, b})
			}
		}
		slices.SortFunc(splits, func(x, y [2]string) int {
			return cmp.Or(vocab[x[0]]-vocab[y[0]], vocab[x[1]]-vocab[y[1]])
		})
		vocab[piece] = len(vocab)
		merges = append(merges, splits...)
	}
	var pairs []string
	for a := 'a'; a <= 'z'; a++ {
		for b := 'a'; b <= 'z'; b++ {
			pairs = append(pairs, string(a)+string(b))
		}
	}
	for _, p := range pairs {
		add(p)
	}
	for _, p := range pairs {
		for _, q := range pairs {
			add(p + q)
		}
	}
	return merges
}
