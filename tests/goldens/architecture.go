package goldens

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Architecture is golden.json of a folder below tests/testdata/architectures: what
// transformers computes with the weights there. tests/reference/make_architectures.py made
// it.
type Architecture struct {
	Positions int `json:"positions"`
	// Distances are what the reference sorts those from -511 to 511 into, of a model of 512
	// positions, for architectures that have such a table.
	Distances []int `json:"distances"`
	Batches   []struct {
		IDs   [][]int32 `json:"ids"`
		Types [][]int32 `json:"types"` // nil where the model has none
		// Logits of each text; of classifiers of tokens those of its tokens, of models without
		// a head the mean of its tokens' vectors.
		Logits [][]float32 `json:"logits"`
	} `json:"batches"`
	Texts []struct {
		Text     string              `json:"text"`
		Pair     *string             `json:"text_pair"`
		IDs      []int32             `json:"ids"`
		Scores   []Score             `json:"scores"`   // of classifiers of texts
		Prompt   string              `json:"prompt"`   // of models that embed, as the next
		Vector   []float64           `json:"vector"`   // not normalised
		Entities map[string][]Entity `json:"entities"` // of classifiers of tokens, by aggregation strategy
	} `json:"texts"`
	ZeroShot []struct {
		Text       string          `json:"text"`
		Parameters json.RawMessage `json:"parameters"`
		Output     struct {
			Labels []string  `json:"labels"`
			Scores []float64 `json:"scores"`
		} `json:"output"`
	} `json:"zero_shot"`
	Rerank struct {
		Query  string    `json:"query"`
		Texts  []string  `json:"texts"`
		Logits []float64 `json:"logits"`
	} `json:"rerank"`
}

// Nulls are the fields of config.json that can't be null for transformers, by the folder.
// tests/reference/config_nulls.py found them.
func Nulls() (map[string][]string, error) {
	var all struct {
		Fails map[string][]string `json:"fails"`
	}
	data, err := os.ReadFile(filepath.Join(root(), "tests", "testdata", "nulls.json"))
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal(data, &all)
	return all.Fails, err
}

// Entity is one that the pipeline found.
type Entity struct {
	Entity string  `json:"entity"` // or
	Group  string  `json:"entity_group"`
	Score  float64 `json:"score"`
	Index  int     `json:"index"`
	Word   string  `json:"word"`
	Start  int     `json:"start"`
	End    int     `json:"end"`
}

// Unpacked are the folders whose models have no packed graph.
var Unpacked = []string{"albert", "bart", "bart-scaled", "deberta", "deberta-v2", "mobilebert", "mpnet"}

// ArchitectureDir is the folder of that name.
func ArchitectureDir(name string) string {
	return filepath.Join(root(), "tests", "testdata", "architectures", name)
}

// ArchitectureNames are the folders that there are.
func ArchitectureNames() ([]string, error) {
	dirs, err := os.ReadDir(ArchitectureDir(""))
	names := make([]string, len(dirs))
	for i, d := range dirs {
		names[i] = d.Name()
	}
	return names, err
}

// LoadArchitecture reads the golden file of a folder.
func LoadArchitecture(name string) (*Architecture, error) {
	data, err := os.ReadFile(filepath.Join(ArchitectureDir(name), "golden.json"))
	if err != nil {
		return nil, err
	}
	a := &Architecture{}
	if err := json.Unmarshal(data, a); err != nil {
		return nil, err
	}
	if len(a.Batches) < 4 || len(a.Texts) < 4 {
		return nil, fmt.Errorf("%s has %d batches and %d texts", name, len(a.Batches), len(a.Texts))
	}
	return a, nil
}
