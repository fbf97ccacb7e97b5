package modelstore

import "testing"

// TestEntails: zero-shot classification reads label2id, whatever id2label says
// (ZeroShotClassificationPipeline.entailment_id, which gave these ids).
func TestEntails(t *testing.T) {
	for fields, want := range map[string]int{
		`"id2label": {"0": "contradiction", "1": "neutral", "2": "entailment"}, "label2id": {"entailment": 0, "neutral": 1, "contradiction": 2}`: 0,
		`"id2label": {"0": "a", "1": "neutral", "2": "b"}, "label2id": {"entailment": 1, "neutral": 0, "contradiction": 2}`:                      1,
		`"id2label": {"0": "neutral", "1": "ENTAILMENT"}, "label2id": {"neutral": 0, "ENTAILMENT": 1}`:                                           1,
		`"id2label": {"0": "neutral", "1": "entailment"}`:                                                                                        1,
		`"id2label": {"0": "entail_x", "1": "entailment"}, "label2id": {"entailment": 1, "entail_x": 0}`:                                         -1, // which is first isn't kept
		`"id2label": {"0": "a", "1": "entailment"}, "label2id": {"a": 0, "entailment": 7}`:                                                       -1,
	} {
		c, err := ReadConfig(writeFile(t, ConfigFile, `{"architectures": ["BertForSequenceClassification"], "vocab_size": 9, "max_position_embeddings": 9, `+fields+"}"))
		if err != nil || c.Entails != want {
			t.Errorf("%s: %d, %v", fields, c.Entails, err)
		}
	}
}
