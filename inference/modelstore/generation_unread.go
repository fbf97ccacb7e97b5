package modelstore

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

// unread are settings of transformers' GenerationConfig that change which tokens are drawn
// and that aren't applied here, each with the number that changes nothing. So do null, false
// and what is empty.
var unread = map[string]float64{
	"num_beams": 1, "num_beam_groups": 1, "diversity_penalty": 0, "penalty_alpha": 0, "guidance_scale": 1,
	"no_repeat_ngram_size": 0, "encoder_no_repeat_ngram_size": 0, "encoder_repetition_penalty": 1,
	"min_length": 0, "min_new_tokens": 0, "exponential_decay_length_penalty": 0,
	"typical_p": 1, "epsilon_cutoff": 0, "eta_cutoff": 0, "top_h": 0,
	"bad_words_ids": 0, "force_words_ids": 0, "suppress_tokens": 0, "begin_suppress_tokens": 0, "sequence_bias": 0,
	"forced_bos_token_id": -1, "forced_eos_token_id": -1, "watermarking_config": 0, "stop_strings": 0,
}

// checkUnread refuses settings with which transformers would draw other tokens.
func checkUnread(path string, data []byte) error {
	all, err := pythonjson.Parse(data)
	if err != nil {
		return fmt.Errorf("%s can't be read (%w): %s", path, err, exportAgain)
	}
	for _, name := range slices.Sorted(maps.Keys(unread)) {
		raw, ok := all.Get(name)
		var value any
		if ok && (json.Unmarshal(raw, &value) != nil || !changesNothing(value, unread[name])) {
			return fmt.Errorf("%s: %s is %.100s, which isn't supported: take it out if texts may be drawn without it", path, name, raw)
		}
	}
	return nil
}

func changesNothing(value any, neutral float64) bool {
	switch v := value.(type) {
	case nil:
		return true
	case bool:
		return !v
	case float64:
		return v == neutral
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}
