package graph

import (
	"fmt"
	"slices"
	"strings"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// Head is what a model has behind its encoder.
type Head int

// The heads, by the endings of the architectures' names.
const (
	Classify Head = iota // …ForSequenceClassification: logits, [texts, labels]
	Tag                  // …ForTokenClassification: logits of every token
	Embed                // …Model: the last layer's output itself, of every token
)

var endings = map[Head]string{Classify: "ForSequenceClassification", Tag: "ForTokenClassification", Embed: "Model"}

// architecture is how transformers makes a family of encoders: where its parameters are,
// and what it does with them. The table below is all that a new family has to be added to,
// with a file of its own for what no other has.
type architecture struct {
	modelType string // config.json's model_type
	names     parameterNames
	defaults  Defaults
	// fromPadding is of kinds whose positions count from behind the padding token's id, and
	// leave that token out.
	fromPadding bool
	// padding is the padding token's id where config.json isn't asked, else 0.
	padding int
	// embedding is the default of embedding_size, where that is a width of its own, else 0; -1
	// is the layers' width.
	embedding int
	// attention prepares what a layer adds to attention's scores; nil: nothing.
	attention func(*plain) (scores, error)
	// build makes the whole graph; nil: as BERT's is.
	build func(*plain) error
	// packed makes the whole packed graph; nil: as BERT's is.
	packed func(*rewriter, parameters) (*pb.ModelProto, error)
	// mixes is of a family whose exports say of a text what depends on those beside it in a
	// batch. Graphs that are built here don't.
	mixes bool
	// classifies is of a family that has no other head than for texts.
	classifies bool
	// padded is why there is no packed graph of it; "" where there is.
	padded string
}

// Defaults are what transformers takes for what config.json doesn't say.
type Defaults struct {
	Activation string  // hidden_act
	Epsilon    float32 // layer_norm_eps
	TypeCount  int     // type_vocab_size
	Padding    int     // pad_token_id
	// NeedsPadding is of a family that can't do with null there.
	NeedsPadding bool
	Labels       int // num_labels, where there is no id2label
	// Own is of a family with names of its own in config.json, whose epsilon is fixed.
	Own *FieldNames
}

// activationName is config.json's name for the activation.
func (d Defaults) activationName() string {
	if d.Own != nil {
		return d.Own.Activation
	}
	return "hidden_act"
}

// FieldNames are config.json's names where they aren't BERT's. Of the first three BERT's are
// taken too (attribute_map in transformers' configurations).
type FieldNames struct{ Layers, Hidden, Heads, Inner, Activation string }

// parameterNames are PyTorch's names for an architecture's modules. Those of a
// layer follow the layer's own.
type parameterNames struct {
	base                                 string // the encoder's; files of an encoder alone leave it out
	words, positions, kind, norm         string
	project                              string // of an embedding narrower than the layers
	normLast                             bool   // the norm is behind the project, which has no bias
	poolSetting                          string // config.json's name for poolActivation
	prefix                               string // of the layers, before their number
	layers                               func(Spec) ([]string, error)
	query, key, value, out, attended     string
	up, down, fed                        string
	pool, poolActivation, classification string // of a classifier of texts
	tag                                  string // of a classifier of tokens
}

// bert are the names that most have.
func bert(base string) parameterNames {
	return parameterNames{
		base:      base + ".",
		words:     base + ".embeddings.word_embeddings.weight",
		positions: base + ".embeddings.position_embeddings.weight",
		kind:      base + ".embeddings.token_type_embeddings.weight",
		norm:      base + ".embeddings.LayerNorm",
		prefix:    base + ".encoder.layer",
		query:     "attention.self.query", key: "attention.self.key", value: "attention.self.value",
		out: "attention.output.dense", attended: "attention.output.LayerNorm",
		up: "intermediate.dense", down: "output.dense", fed: "output.LayerNorm",
		pool: base + ".pooler.dense", poolActivation: "tanh", classification: "classifier", tag: "classifier",
	}
}

// headed are names with a head of two layers behind the encoder, and no pooler.
func headed(names parameterNames, activation string) parameterNames {
	names.pool, names.poolActivation, names.classification = "classifier.dense", activation, "classifier.out_proj"
	return names
}

var (
	bertDefaults   = Defaults{Activation: "gelu", Epsilon: 1e-12, TypeCount: 2, Labels: 2}
	distilDefaults = Defaults{Activation: "gelu", Epsilon: 1e-12, TypeCount: 2, Labels: 2, Own: &FieldNames{
		"n_layers", "dim", "n_heads", "hidden_dim", "activation"}}
	robertaDefaults = Defaults{Activation: "gelu", Epsilon: 1e-12, TypeCount: 2, Padding: 1, NeedsPadding: true, Labels: 2}
	mpnetDefaults   = Defaults{Activation: "gelu", Epsilon: 1e-12, Padding: 1, Labels: 2}
	albertDefaults  = Defaults{Activation: "gelu_new", Epsilon: 1e-12, TypeCount: 2, Labels: 2}
	debertaDefaults = Defaults{Activation: "gelu", Epsilon: 1e-7, Labels: 2}
	bartDefaults    = Defaults{Activation: "gelu", Epsilon: 1e-5, Padding: 1, NeedsPadding: true, Labels: 3, Own: &FieldNames{
		"encoder_layers", "d_model", "encoder_attention_heads", "encoder_ffn_dim", "activation_function"}}
	roberta = headed(bert("roberta"), "tanh")
)

// architectures are by the begin of their names.
var architectures = map[string]architecture{
	"Bert": {modelType: "bert", names: bert("bert"), defaults: bertDefaults},
	"DistilBert": {modelType: "distilbert", defaults: distilDefaults, names: parameterNames{
		base:      "distilbert.",
		words:     "distilbert.embeddings.word_embeddings.weight",
		positions: "distilbert.embeddings.position_embeddings.weight",
		norm:      "distilbert.embeddings.LayerNorm",
		prefix:    "distilbert.transformer.layer",
		query:     "attention.q_lin", key: "attention.k_lin", value: "attention.v_lin", out: "attention.out_lin",
		attended: "sa_layer_norm", up: "ffn.lin1", down: "ffn.lin2", fed: "output_layer_norm",
		pool: "pre_classifier", poolActivation: "relu", classification: "classifier", tag: "classifier",
	}},
	"Roberta":    {modelType: "roberta", names: roberta, defaults: robertaDefaults, fromPadding: true},
	"XLMRoberta": {modelType: "xlm-roberta", names: roberta, defaults: robertaDefaults, fromPadding: true},
	"Camembert":  {modelType: "camembert", names: roberta, defaults: robertaDefaults, fromPadding: true},
	"Electra": {modelType: "electra", defaults: bertDefaults, embedding: 128, names: func() parameterNames {
		names := headed(bert("electra"), "gelu")
		names.project = "electra.embeddings_project"
		return names
	}()},
	"MPNet": {modelType: "mpnet", defaults: mpnetDefaults, fromPadding: true, padding: 1, attention: mpnetAttention,
		padded: "MPNet's attention depends on distances, which the packed graph doesn't have", names: func() parameterNames {
			names := headed(bert("mpnet"), "tanh")
			names.kind = ""
			names.query, names.key, names.value, names.out = "attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o"
			names.attended = "attention.LayerNorm"
			return names
		}()},
	"Albert": {modelType: "albert", defaults: albertDefaults, embedding: 128,
		padded: "ALBERT's layers share their weights, of which the packed graph would need as many copies", names: func() parameterNames {
			names := bert("albert")
			names.project, names.layers = "albert.encoder.embedding_hidden_mapping_in", albertLayers
			names.query, names.key, names.value, names.out = "attention.query", "attention.key", "attention.value", "attention.dense"
			names.attended, names.up, names.down, names.fed = "attention.LayerNorm", "ffn", "ffn_output", "full_layer_layer_norm"
			names.pool = "albert.pooler"
			return names
		}()},
	"ModernBert": {modelType: "modernbert", defaults: Defaults{Activation: "gelu", Epsilon: 1e-5, Padding: 50283, Labels: 2}, build: buildModernBert, packed: rewriteModern,
		names: parameterNames{base: "model.", words: "model.embeddings.tok_embeddings.weight", classification: "classifier", tag: "classifier"}},
	"DebertaV2": {modelType: "deberta-v2", defaults: debertaDefaults, build: buildDeberta,
		padded: "DeBERTa's attention depends on distances, which the packed graph doesn't have", names: func() parameterNames {
			names := bert("deberta")
			names.query, names.key, names.value = "attention.self.query_proj", "attention.self.key_proj", "attention.self.value_proj"
			names.project, names.normLast = "deberta.embeddings.embed_proj", true
			names.pool, names.poolActivation, names.poolSetting = "pooler.dense", "gelu", "pooler_hidden_act"
			return names
		}(), embedding: -1},
	"MobileBert": {modelType: "mobilebert", defaults: Defaults{Activation: "relu", Epsilon: 1e-12, TypeCount: 2, Labels: 2}, build: buildMobileBert, mixes: true,
		padded: "MobileBERT's layers compute in another width, which the packed graph doesn't have", names: bert("mobilebert")},
	"Bart": {modelType: "bart", defaults: bartDefaults, build: buildBart, classifies: true, mixes: true,
		padded: "BART has a decoder, which the packed graph doesn't have",
		names:  parameterNames{base: "model.", words: bartWords, classification: "classification_head.out_proj"}},
}

// Names are the architectures with a head that a graph can be built of from their weights
// alone.
func Names(head Head) (names []string) {
	for begin, a := range architectures {
		if head == Classify || !a.classifies {
			names = append(names, begin+endings[head])
		}
	}
	slices.Sort(names)
	return names
}

// Known tells if a graph can be built of an architecture, and its head.
func Known(name string) (head Head, ok bool) {
	_, head, ok = lookup(name)
	return head, ok
}

func lookup(name string) (a architecture, head Head, ok bool) {
	for head, ending := range endings {
		begin, has := strings.CutSuffix(name, ending)
		if a, ok := architectures[begin]; has && ok && (head == Classify || !a.classifies) {
			return a, head, true
		}
	}
	return architecture{}, 0, false
}

// ModelType is the model_type that config.json has beside an architecture, "" if that isn't
// known.
func ModelType(name string) string {
	a, _, _ := lookup(name)
	return a.modelType
}

// DefaultsOf are an architecture's, or BERT's.
func DefaultsOf(name string) Defaults {
	if a, _, ok := lookup(name); ok {
		return a.defaults
	}
	return bertDefaults
}

// TokenTypes is how many types of tokens an architecture tells apart, of typeCount that
// config.json has; 0: it doesn't read them.
func TokenTypes(name string, typeCount int) int {
	if a, _, _ := lookup(name); a.names.kind == "" {
		return 0
	}
	return typeCount
}

// Mixes tells if an architecture's exports must be given their texts one by one.
func Mixes(name string) bool {
	a, _, _ := lookup(name)
	return a.mixes
}

// MaxTokens is how many tokens an architecture has positions for.
func MaxTokens(name string, positions, padding int) int {
	a, _, _ := lookup(name)
	if !a.fromPadding {
		return positions
	}
	return positions - a.offset(padding)
}

// offset is the position of a text's first token.
func (a architecture) offset(padding int) int {
	if !a.fromPadding {
		return 0
	}
	return a.paddingID(padding) + 1
}

func (a architecture) paddingID(padding int) int {
	if a.padding > 0 {
		return a.padding
	}
	return padding
}

// layersOf are the prefixes of the layers' modules, in the order in which they are
// computed, which may have one several times.
func (a architecture) layersOf(s Spec) ([]string, error) {
	if a.names.layers != nil {
		return a.names.layers(s)
	}
	names := make([]string, s.Layers)
	for i := range names {
		names[i] = fmt.Sprintf("%s.%d.", a.names.prefix, i)
	}
	return names, nil
}
