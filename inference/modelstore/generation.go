package modelstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/decoder"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

// Task is what a model is for.
type Task string

// Tasks by their names on the Hugging Face hub.
const (
	TextClassification  Task = "text-classification"
	TokenClassification Task = "token-classification"
	FeatureExtraction   Task = "feature-extraction" // embeddings of texts
	TextGeneration      Task = "text-generation"
)

// Generators are the architectures of decoders that the scorer can serve.
var Generators = decoder.Names()

// readDecoder reads what config.json says of a model that generates text.
func (c *Config) readDecoder(path string) error {
	s, err := decoder.New(c.Architecture, c.content)
	if err != nil {
		return fmt.Errorf("%s: %w: %s", path, err, exportAgain)
	}
	c.Decoder = s
	c.Layers, c.Hidden, c.Heads, c.Inner, c.Vocabulary, c.Positions = s.Layers, s.Hidden, s.Heads, s.Inner, s.Vocabulary, s.Positions
	if s.Positions < s.Trained {
		c.Remarks = append(c.Remarks, fmt.Sprintf("%s: texts have at most %d tokens (%s): beyond them long-RoPE takes other factors, and what was computed before would be wrong",
			path, s.Positions, s.PositionsField))
	}
	return nil
}

// GenerationFile is where a decoder's defaults are.
const GenerationFile = "generation_config.json"

// Generation is generation_config.json: how a model's makers want text drawn.
type Generation struct {
	End               []int32 // eos_token_id
	Sample            bool    // do_sample
	Temperature       float32
	TopK              int
	TopP              float32
	MinP              float32
	RepetitionPenalty float32
}

// genaiFile is where onnxruntime-genai's model builder says how text is made.
const genaiFile = "genai_config.json"

// ReadGeneration reads a folder's generation_config.json. What it leaves out
// has transformers' defaults; the end tokens may be in config.json instead, or in
// the genai_config.json beside it.
//
// vocabulary is how many ids the model knows, from 0 on. Of the end tokens those
// count that it knows; one at least is needed. Lengths in the file don't count: the
// window and the requests say them.
func ReadGeneration(path, config string, vocabulary int) (Generation, error) {
	g := Generation{Temperature: 1, TopK: 50, TopP: 1, RepetitionPenalty: 1}
	type file struct {
		End               json.RawMessage `json:"eos_token_id"`
		Sample            bool            `json:"do_sample"`
		Temperature       *float32        `json:"temperature"`
		TopK              *int            `json:"top_k"`
		TopP              *float32        `json:"top_p"`
		MinP              *float32        `json:"min_p"`
		RepetitionPenalty *float32        `json:"repetition_penalty"`
		Model             json.RawMessage `json:"model"`       // of genai_config.json
		Text              json.RawMessage `json:"text_config"` // of a model that sees images too
	}
	read := func(from string) (file, error) {
		var f file
		data, err := modelfile.Read(from, modelfile.MaxSettings)
		if err != nil {
			return f, err
		}
		if err := pythonjson.Unmarshal(data, &f); err != nil {
			return f, fmt.Errorf("%s can't be read (%w): %s", from, err, exportAgain)
		}
		if f.Model != nil {
			if err := pythonjson.Unmarshal(f.Model, &f); err != nil {
				return f, fmt.Errorf("%s can't be read (model: %w): %s", from, err, exportAgain)
			}
		}
		if absent(f.End) && !absent(f.Text) {
			if err := pythonjson.Unmarshal(f.Text, &f); err != nil {
				return f, fmt.Errorf("%s can't be read (text_config: %w): %s", from, err, exportAgain)
			}
		}
		if from == path { // the others' fields of these names are not of drawing
			return f, checkUnread(from, data)
		}
		return f, nil
	}
	f, err := read(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return g, err
	}
	g.Sample = f.Sample
	set(&g.Temperature, f.Temperature)
	set(&g.TopK, f.TopK)
	set(&g.TopP, f.TopP)
	set(&g.MinP, f.MinP)
	set(&g.RepetitionPenalty, f.RepetitionPenalty)
	if err := g.checkNumbers(path); err != nil {
		return g, err
	}
	from := path
	for _, other := range []string{config, filepath.Join(filepath.Dir(config), genaiFile)} {
		if !absent(f.End) {
			break
		}
		o, err := read(other)
		if err != nil && (other == config || !errors.Is(err, fs.ErrNotExist)) {
			return g, err
		}
		if len(o.End) > 0 {
			f.End, from = o.End, other
		}
	}
	if len(f.End) == 0 {
		f.End = json.RawMessage("null")
	}
	if g.End, err = ids(f.End); err != nil {
		return g, fmt.Errorf("%s: eos_token_id is %.100s, one id or a list of ids is needed: %s", from, f.End, exportAgain)
	}
	if n := len(g.End); n > maxEnds {
		return g, fmt.Errorf("%s: eos_token_id has %d ids, at most %d are supported: %s", from, n, maxEnds, exportAgain)
	}
	g.End = slices.DeleteFunc(g.End, func(id int32) bool { return id < 0 || int(id) >= vocabulary })
	if len(g.End) == 0 {
		return g, fmt.Errorf("%s: eos_token_id is %.100s, but the model knows ids from 0 to %d, so no text would end: %s", from, f.End, vocabulary-1, exportAgain)
	}
	return g, nil
}

// absent tells a value that isn't there, or is null.
func absent(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// maxEnds is far more than any model has end tokens; Gemma 3 has two.
const maxEnds = 1 << 10

// checkNumbers checks what texts are drawn by.
func (g *Generation) checkNumbers(path string) error {
	for _, n := range []struct {
		name        string
		value       float32
		least, most float32
	}{
		{"temperature", g.Temperature, 0, 100},
		{"top_p", g.TopP, 0, 1},
		{"min_p", g.MinP, 0, 1},
		{"repetition_penalty", g.RepetitionPenalty, 0.01, 100},
	} {
		if !(n.value >= n.least && n.value <= n.most) {
			return fmt.Errorf("%s: %s is %v, %v to %v is needed: correct the file", path, n.name, n.value, n.least, n.most)
		}
	}
	if g.TopK < 0 || g.TopK > maxRows {
		return fmt.Errorf("%s: top_k is %d, 0 (all) to %d is needed: correct the file", path, g.TopK, maxRows)
	}
	return nil
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// ids reads one id or a list of them.
func ids(raw json.RawMessage) ([]int32, error) {
	var one int32
	if err := json.Unmarshal(raw, &one); err == nil && string(raw) != "null" {
		return []int32{one}, nil
	}
	var list []int32
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errors.New("none")
	}
	return list, nil
}
