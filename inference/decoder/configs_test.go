package decoder_test

import (
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/decoder"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// made is what transformers made of a config.json.
type made struct {
	Vocabulary int       `json:"vocabulary"`
	Hidden     int       `json:"hidden"`
	Layers     int       `json:"layers"`
	Inner      int       `json:"inner"`
	Heads      int       `json:"heads"`
	KVHeads    int       `json:"kv_heads"`
	HeadSize   int       `json:"head_size"`
	Scale      float64   `json:"scale"`
	Epsilon    float64   `json:"epsilon"`
	Bias       [3]bool   `json:"bias"` // of query, key and value, of what attention gives, of the feed-forward network
	Tied       bool      `json:"tied"`
	NormHeads  bool      `json:"norm_heads"`
	Activation []float64 `json:"activation"` // of -3, -0.7, 0.4 and 2.5
	Rotary     []*struct {
		Frequencies []float64 `json:"frequencies"`
		Factor      float64   `json:"factor"`
	} `json:"rotary"` // by layer
	Seen []int   `json:"seen"` // by the last token, by layer
	Cap  float64 `json:"cap"`
}

// exception is a change that only one of the two refuses.
type exception struct{ families, change, reason string }

// refusedHere is what transformers makes a model of.
var refusedHere = []exception{
	{"llama3 phi3 smollm3", "'layer_types': [", "it passes over kinds of layers there, but its cache doesn't"},
	{"llama3 mistral qwen2 qwen3 smollm3 gemma3 gemma3-multimodal", "'proportional'", "no model of these has such positions"},
	{"llama3 mistral phi3", "'rope_parameters': {'full_attention': {", "it passes over settings by kinds of layers"},
	{"mistral phi3 qwen2", "{'num_attention_heads': gone}", "heads would have one value"},
	{"gemma3", "{'use_bidirectional_attention': True}", "such a model generates no text"},
	{"gemma3 gemma3-multimodal", "{'final_logit_softcapping': 0.0}", "it divides by it"},
	{"gemma3 gemma3-multimodal", "'rope_scaling': gone, 'rope_parameters': {'", "it passes over settings for no kind of layers"},
	{"gemma3 gemma3-multimodal", "{'rope_scaling': {'type': ", "it passes over the type"},
}

// takenHere is what transformers refuses.
var takenHere = []exception{
	{"mistral gemma3 gemma3-multimodal", "{'num_key_value_heads': None}", "as where it is left out; the weights' shapes show if that is right"},
	{"phi3 qwen2 qwen3 smollm3 gemma3 gemma3-multimodal", "{'head_dim': None}", "the same"},
	{"llama3 gemma3 gemma3-multimodal", "{'hidden_size': 33}", "head_dim is given; the weights' shapes show if it is right"},
	{"gemma3 gemma3-multimodal", "{'num_attention_heads': 3}", "the same"},
	{"phi3", "{'type': 'su'", "how Phi-3's first files have it"},
	{"mistral", "{'layer_types': None}", "it makes a Ministral, which needs head_dim"},
	{"mistral", "'layer_types': ['sliding_attention', 'sliding_attention']", "the same"},
}

// find finds the exception of a family and a change.
func find(all []exception, family, change string) int {
	return slices.IndexFunc(all, func(e exception) bool {
		return slices.Contains(strings.Fields(e.families), family) && strings.Contains(change, e.change)
	})
}

// TestConfigsAsTransformers reads each config.json as transformers does, or refuses it.
func TestConfigsAsTransformers(t *testing.T) {
	var file struct {
		Length int `json:"length"`
		Cases  []struct {
			Family  string          `json:"family"`
			Change  string          `json:"change"`
			Config  json.RawMessage `json:"config"`
			Made    *made           `json:"made"`
			Refused string          `json:"refused"`
		} `json:"cases"`
	}
	if err := goldens.ReadGzip(filepath.Join("decoders", "configs.json.gz"), &file); err != nil {
		t.Fatal(err)
	}
	same := 0
	used := [2]map[int]bool{{}, {}}
	for _, c := range file.Cases {
		var names struct {
			Architectures []string `json:"architectures"`
		}
		if err := json.Unmarshal(c.Config, &names); err != nil {
			t.Fatal(err)
		}
		s, err := decoder.New(names.Architectures[0], c.Config)
		if err == nil {
			err = s.Check()
		}
		name := c.Family + " " + c.Change
		switch {
		case err != nil && c.Made != nil:
			at := find(refusedHere, c.Family, c.Change)
			if used[0][at] = true; at < 0 {
				t.Errorf("%s: %v", name, err)
			}
		case err == nil && c.Made == nil:
			at := find(takenHere, c.Family, c.Change)
			if used[1][at] = true; at < 0 {
				t.Errorf("%s: transformers refuses it: %s", name, c.Refused)
			}
		case err == nil:
			same++
			for _, difference := range differences(s, c.Made, file.Length) {
				t.Errorf("%s: %s", name, difference)
			}
		}
	}
	if same < 800 || len(used[0]) != len(refusedHere) || len(used[1]) != len(takenHere) {
		t.Errorf("%d are the same; of the exceptions %d and %d are needed", same, len(used[0]), len(used[1]))
	}
}

func differences(s *decoder.Spec, m *made, length int) (all []string) {
	differ := func(name string, got, want any) {
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		if string(a) != string(b) {
			all = append(all, name+" "+string(a)+", want "+string(b))
		}
	}
	differ("sizes", []int{s.Vocabulary, s.Hidden, s.Layers, s.Inner, s.Heads, s.KVHeads, s.HeadSize},
		[]int{m.Vocabulary, m.Hidden, m.Layers, m.Inner, m.Heads, m.KVHeads, m.HeadSize})
	differ("biases", []bool{s.QueryKeyValueBias, s.OutBias, s.ForwardBias}, m.Bias[:])
	differ("tied, normalised heads", []bool{s.Tied, s.NormHeads}, []bool{m.Tied, m.NormHeads})
	if math.Abs(s.AttentionScale()-m.Scale) > 1e-12 || math.Abs(float64(s.Epsilon)/m.Epsilon-1) > 1e-6 {
		differ("scale and epsilon", []float64{s.AttentionScale(), float64(s.Epsilon)}, []float64{m.Scale, m.Epsilon})
	}
	if m.Rotary == nil {
		return all
	}
	differ("cap", s.LogitCap(), m.Cap)
	for i, want := range m.Rotary {
		seen := length
		if w := s.Window(i); w > 0 {
			seen = min(seen, w)
		}
		differ("seen", seen, m.Seen[i])
		got, err := s.Rotary(i)
		if err != nil || (got == nil) != (want == nil) {
			differ("rotary", err, want)
			continue
		}
		if got == nil {
			continue
		}
		near := len(got.Frequencies) == len(want.Frequencies) && math.Abs(float64(got.Factor)-want.Factor) < 1e-6
		for j := range got.Frequencies {
			near = near && math.Abs(float64(got.Frequencies[j])/want.Frequencies[j]-1) < 1e-6
		}
		if !near {
			differ("rotary", got, want)
		}
	}
	return all
}
