package modelstore

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/decoder"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

// Config is config.json of a Hugging Face model, under the names that BERT
// uses; DistilBERT's own are read into the same fields.
type Config struct {
	Architecture string // architectures[0]
	Task         Task
	Decoder      *decoder.Spec // of a model that generates text, else nil
	ModelType    string
	Labels       []string // id2label, by index
	Entails      int      // the class of the label that begins with "entail", -1 if none can be told
	Remarks      []string // what in the file contradicts itself, and what counts
	ProblemType  string   // "", "regression", "single_label_classification" or "multi_label_classification"
	Layers       int      // num_hidden_layers or n_layers
	Hidden       int      // hidden_size or dim
	Heads        int      // num_attention_heads or n_heads
	Inner        int      // intermediate_size or hidden_dim
	Vocabulary   int      // vocab_size
	Positions    int      // max_position_embeddings
	TypeCount    int      // type_vocab_size
	Padding      int      // pad_token_id
	Activation   string   // hidden_act
	Epsilon      float32  // layer_norm_eps
	Matryoshka   []int    // matryoshka_dimensions: those that vectors may be cut to; nil: it isn't said
	content      []byte   // of the file
}

// MaxTokens is how many tokens a text can have for the model's positions.
func (c *Config) MaxTokens() int { return graph.MaxTokens(c.Architecture, c.Positions, c.Padding) }

// Spec is what a classifier's graph is built by.
func (c *Config) Spec() graph.Spec {
	return graph.Spec{
		Architecture: c.Architecture, Layers: c.Layers, Hidden: c.Hidden, Heads: c.Heads, Inner: c.Inner,
		Labels: len(c.Labels), Vocabulary: c.Vocabulary, Positions: c.Positions, TypeCount: c.TypeCount, Padding: c.Padding,
		Activation: c.Activation, Epsilon: c.Epsilon, Config: c.content,
	}
}

// encoders are the tasks of the architectures that aren't decoders. Generators are those
// that are.
var encoders = func() map[string]Task {
	tasks := map[string]Task{}
	for head, task := range map[graph.Head]Task{
		graph.Classify: TextClassification, graph.Tag: TokenClassification, graph.Embed: FeatureExtraction,
	} {
		for _, name := range graph.Names(head) {
			tasks[name] = task
		}
	}
	return tasks
}()

// modelType is the model_type that goes with an architecture, "" where any may.
func modelType(architecture string) string {
	return cmp.Or(graph.ModelType(architecture), decoder.ModelType(architecture))
}

type configFile struct {
	Architectures []string                   `json:"architectures"`
	ModelType     string                     `json:"model_type"`
	ID2Label      map[string]json.RawMessage `json:"id2label"`
	Label2ID      map[string]json.RawMessage `json:"label2id"`
	NumLabels     *int                       `json:"num_labels"`
	ProblemType   *string                    `json:"problem_type"`
	Layers        int                        `json:"num_hidden_layers"`
	HiddenSize    int                        `json:"hidden_size"`
	Heads         int                        `json:"num_attention_heads"`
	Intermediate  int                        `json:"intermediate_size"`
	Vocabulary    int                        `json:"vocab_size"`
	Positions     int                        `json:"max_position_embeddings"`
	TypeCount     int                        `json:"type_vocab_size"`
	HiddenAct     string                     `json:"hidden_act"`
	Epsilon       float32                    `json:"layer_norm_eps"`
	Padding       *int                       `json:"pad_token_id"`
	Matryoshka    []int                      `json:"matryoshka_dimensions"`
}

const exportAgain = "fetch or export the model again"

// ReadConfig reads and checks a config.json. Its errors name the file, the
// field and the remedy.
func ReadConfig(path string) (Config, error) {
	data, err := modelfile.Read(path, modelfile.MaxSettings)
	if err != nil {
		return Config{}, err
	}
	if err := notAPointer(path, data); err != nil {
		return Config{}, err
	}
	object, err := pythonjson.Parse(data)
	var named struct {
		Architectures []string `json:"architectures"`
	}
	if err == nil {
		err = object.Into(&named)
	}
	var architecture string
	if len(named.Architectures) > 0 {
		architecture = named.Architectures[0]
	}
	defaults := graph.DefaultsOf(architecture)
	f := configFile{TypeCount: defaults.TypeCount, HiddenAct: defaults.Activation, Epsilon: defaults.Epsilon, Padding: &defaults.Padding}
	if err == nil {
		err = object.Into(&f)
	}
	if err != nil {
		return Config{}, fmt.Errorf("%s is not a model's configuration (%w): %s", path, err, exportAgain)
	}
	c := Config{
		ModelType:  f.ModelType,
		Layers:     f.Layers,
		Hidden:     f.HiddenSize,
		Heads:      f.Heads,
		Inner:      f.Intermediate,
		Vocabulary: f.Vocabulary,
		Positions:  f.Positions,
		Matryoshka: f.Matryoshka,
		TypeCount:  f.TypeCount,
		Activation: f.HiddenAct,
		Epsilon:    f.Epsilon,
		content:    data,
	}
	if _, encodes := encoders[architecture]; encodes {
		if err := checkNulls(object, &f, defaults); err != nil {
			return Config{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	if f.Padding != nil {
		c.Padding = *f.Padding
	}
	if defaults.Own != nil {
		if err := c.readOwn(path, object, defaults); err != nil {
			return Config{}, err
		}
	}
	if f.ProblemType != nil {
		c.ProblemType = *f.ProblemType
	}
	if err := c.check(path, &f); err != nil {
		return Config{}, err
	}
	return c, nil
}

// checkNulls refuses null where transformers' configuration of an encoder doesn't take it, or
// its model can't do with it.
func checkNulls(object pythonjson.Object, f *configFile, defaults graph.Defaults) error {
	if f.Padding == nil && defaults.NeedsPadding {
		return graph.NullError("pad_token_id")
	}
	if defaults.Own == nil {
		if name := object.Null(f); name != "" {
			return graph.NullError(name)
		}
		return nil
	}
	own := defaults.Own
	for _, name := range []string{"vocab_size", "max_position_embeddings", own.Layers, own.Hidden, own.Heads, own.Inner, own.Activation} {
		if raw, _ := object.Get(name); string(raw) == "null" {
			return graph.NullError(name)
		}
	}
	return nil
}

// readOwn reads what a family has under names of its own. It passes over BERT's names for the
// rest.
func (c *Config) readOwn(path string, object pythonjson.Object, defaults graph.Defaults) error {
	own := defaults.Own
	c.Activation, c.Inner, c.Epsilon = defaults.Activation, 0, defaults.Epsilon
	for _, n := range []struct {
		own, bert string
		to        *int
	}{
		{own.Layers, "num_hidden_layers", &c.Layers},
		{own.Hidden, "hidden_size", &c.Hidden},
		{own.Heads, "num_attention_heads", &c.Heads},
		{own.Inner, "", &c.Inner},
	} {
		raw, ok := object.Get(n.own)
		if !ok {
			continue
		}
		var value int
		if err := json.Unmarshal(raw, &value); err != nil {
			return fmt.Errorf("%s: %s: %w", path, n.own, err)
		}
		if value != 0 && *n.to != 0 && value != *n.to {
			return fmt.Errorf("%s: %s is %d, but %s, another name for it, is %d: correct the file", path, n.own, value, n.bert, *n.to)
		}
		*n.to = cmp.Or(value, *n.to)
	}
	if raw, ok := object.Get(own.Activation); ok {
		if err := json.Unmarshal(raw, &c.Activation); err != nil {
			return fmt.Errorf("%s: %s: %w", path, own.Activation, err)
		}
	}
	return nil
}

func (c *Config) check(path string, f *configFile) error {
	if len(f.Architectures) == 0 {
		return fmt.Errorf("%s has no architectures, so there is no telling what the model is: %s", path, exportAgain)
	}
	c.Architecture = f.Architectures[0]
	var known bool
	switch c.Task, known = encoders[c.Architecture]; {
	case known:
	case slices.Contains(Generators, c.Architecture):
		c.Task = TextGeneration
	default:
		return fmt.Errorf("%s: architectures[0] is %q, which can't be served; what can: %s",
			path, c.Architecture, strings.Join(slices.Concat(slices.Sorted(maps.Keys(encoders)), Generators), ", "))
	}
	if kind := modelType(c.Architecture); kind != "" && c.ModelType != "" && c.ModelType != kind {
		return fmt.Errorf("%s: architectures[0] is %q, but model_type is %q, where %q is needed: %s", path, c.Architecture, c.ModelType, kind, exportAgain)
	}
	switch c.ProblemType {
	case "", "regression", "single_label_classification", "multi_label_classification":
	default:
		return fmt.Errorf("%s: problem_type is %q; it can be regression, single_label_classification, multi_label_classification or null",
			path, c.ProblemType)
	}
	if c.Task == TextGeneration {
		return c.readDecoder(path)
	}
	if err := c.checkNumbers(path); err != nil {
		return err
	}
	var err error
	if c.Task == FeatureExtraction {
		return nil
	}
	if c.Labels, c.Remarks, err = labels(path, f, graph.DefaultsOf(c.Architecture).Labels); err != nil {
		return err
	}
	c.Entails = entails(c.Labels, f.Label2ID)
	if c.ProblemType == "single_label_classification" && len(c.Labels) == 1 {
		return fmt.Errorf("%s: problem_type is single_label_classification, but there is one label: name regression for a single number, or all labels", path)
	}
	return nil
}
