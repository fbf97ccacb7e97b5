package tokenizer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The rules of transformers 5.23's AutoTokenizer, by models/auto/tokenization_auto.py.

// asSaved is the class that takes a tokenizer.json as it is.
const asSaved = "TokenizersBackend"

// classOf are tokenizer classes by model_type, where a type has one of its own.
var classOf = map[string]string{
	"albert": "AlbertTokenizer", "bart": "RobertaTokenizer", "bert": "BertTokenizer", "camembert": "CamembertTokenizer",
	"deberta-v2": "DebertaV2Tokenizer", "distilbert": "BertTokenizer", "electra": "BertTokenizer", "mobilebert": "MobileBertTokenizer",
	"mpnet": "MPNetTokenizer", "roberta": "RobertaTokenizer", "xlm-roberta": "XLMRobertaTokenizer",
	"gemma": "GemmaTokenizer", "gemma2": "GemmaTokenizer", "gemma3": "GemmaTokenizer", "gemma3_text": "GemmaTokenizer",
	"gpt2": "GPT2Tokenizer", "phi": "GPT2Tokenizer", "qwen2": "Qwen2Tokenizer", "qwen3": "Qwen2Tokenizer",
	"mistral": "MistralCommonBackend", "mistral3": "MistralCommonBackend", "ministral": "MistralCommonBackend", "mixtral": "MistralCommonBackend",
	"modernbert": asSaved, "phi3": asSaved, "nystromformer": asSaved, "granite": asSaved, "olmo2": asSaved,
	"smolvlm": asSaved, "modernbert-decoder": asSaved,
}

// misnamed are model types whose files on the hub name a class that is wrong.
var misnamed = []string{"modernbert", "modernbert-decoder", "phi3", "qwen2", "smolvlm"}

// className is the class that reads the folder's tokenizer, without Fast at its
// end, and the file that names it. It is "" where no file says.
func (s *saved) className() (class, from string, err error) {
	for _, name := range []string{"config.json", configFile} {
		o := s.model
		if name == configFile {
			o = s.config
		}
		if raw, ok := o.Get("tokenizer_class"); ok && string(raw) != "null" && string(raw) != `""` {
			if err := json.Unmarshal(raw, &class); err != nil {
				return "", "", s.in(name, fmt.Errorf("tokenizer_class is %.100s, a string is needed", raw))
			}
			from = name
		}
	}
	class = strings.TrimSuffix(class, "Fast")
	var kind string
	raw, _ := s.model.Get("model_type")
	_ = json.Unmarshal(raw, &kind) // who reads config.json checks it
	own := classOf[kind]
	backend := own == asSaved || own == "MistralCommonBackend"
	switch {
	case class == "LlamaTokenizer" && own != "MistralCommonBackend" && !slices.Contains(misnamed, kind) && s.byteLevel():
		class = asSaved
	case class == "":
		class, from = own, "config.json"
	case own == "" || own == class:
	case backend:
		class = asSaved
	case slices.Contains(misnamed, kind):
		class = own
	}
	switch class {
	case "PreTrainedTokenizer", "PythonBackend", "MistralCommonBackend":
		class = asSaved
	}
	return class, from, nil
}

// byteLevel reports whether tokenizer.json has a ByteLevel part.
func (s *saved) byteLevel() bool {
	return s.standIn == "" && bytes.Contains(s.file.data, []byte(`"ByteLevel"`))
}
