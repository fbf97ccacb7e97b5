package goldens

import "path/filepath"

// Quantized is what ONNX Runtime's quantizer makes of a graph.
// tests/reference/make_quantized.py made it.
type Quantized struct {
	Initializers map[string]struct {
		Type int32   `json:"type"`
		Dims []int64 `json:"dims"`
		Data string  `json:"data"` // base64
	} `json:"initializers"`
	Nodes []struct {
		Op         string           `json:"op"`
		Name       string           `json:"name"`
		Domain     string           `json:"domain"`
		Inputs     []string         `json:"inputs"`
		Outputs    []string         `json:"outputs"`
		Attributes map[string]int64 `json:"attributes"`
	} `json:"nodes"`
}

// QuantizedDir is the path of a file beside the golden one.
func QuantizedDir(name string) string {
	return filepath.Join(root(), "tests", "testdata", "quantized", name)
}

// LoadQuantized reads the golden file: by the graph's name, bits and size of a block.
func LoadQuantized() (map[string]Quantized, error) {
	var file struct {
		Graphs map[string]Quantized `json:"graphs"`
	}
	err := ReadGzip(filepath.Join("quantized", "goldens.json.gz"), &file)
	return file.Graphs, err
}
