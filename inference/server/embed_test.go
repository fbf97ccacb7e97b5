package server_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// embeds starts a server of a small model that embeds, and nothing else.
func embeds(t *testing.T) (*started, *goldens.Architecture) {
	t.Helper()
	e := load(t, goldens.ArchitectureDir("bert-embed"), pipeline.LoadEmbedder)
	return start(t, nil, func(o *server.Options) { o.Classifier, o.Embedder = nil, e }), architecture(t, "bert-embed")
}

// near compares a vector with the golden one, of the length 1 unless it is to be as the model
// gives it.
func near(t *testing.T, name string, got []float32, want []float64, raw bool) {
	t.Helper()
	length := 0.0
	for _, v := range want {
		length += v * v
	}
	if length = math.Sqrt(length); raw {
		length = 1
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", name, len(got), len(want))
	}
	for i, v := range got {
		if math.Abs(float64(v)-want[i]/length) > 1e-5 {
			t.Fatalf("%s: number %d is %g, want %g", name, i, v, want[i]/length)
		}
	}
}

func TestEmbed(t *testing.T) {
	s, g := embeds(t)
	var texts []string
	var want [][]float64
	for _, text := range g.Texts {
		if text.Prompt == "" {
			texts, want = append(texts, text.Text), append(want, text.Vector)
		}
	}
	ask := func(path string, body any, to any) {
		t.Helper()
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		got := s.do(t, "POST", path, string(encoded))
		if got.StatusCode != 200 {
			t.Fatalf("%s: %d %s", path, got.StatusCode, got.body)
		}
		if err := json.Unmarshal([]byte(got.body), to); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"/embed", "/score", "/"} {
		var vectors [][]float32
		ask(path, map[string]any{"inputs": texts, "normalize": false}, &vectors)
		for i := range want {
			near(t, path, vectors[i], want[i], true)
		}
		ask(path, map[string]any{"inputs": texts[1]}, &vectors)
		if len(vectors) != 1 {
			t.Fatalf("%s: %d vectors", path, len(vectors))
		}
		near(t, path, vectors[0], want[1], false)
	}
	var prompted [][]float32
	for _, text := range g.Texts {
		if text.Prompt != "" {
			ask("/embed", map[string]any{"inputs": text.Text, "prompt_name": text.Prompt}, &prompted)
			near(t, "prompt_name", prompted[0], text.Vector, false)
		}
	}
	// Fewer numbers, as many as asked for, of the length 1 again unless it is to be as it comes.
	var short [][]float32
	for _, raw := range []bool{false, true} {
		ask("/embed", map[string]any{"inputs": texts, "dimensions": 5, "normalize": !raw}, &short)
		for i := range want {
			near(t, "dimensions", short[i], want[i][:5], raw)
		}
	}
	type answer struct {
		Object string `json:"object"`
		Model  string `json:"model"`
		Data   []struct {
			Object    string          `json:"object"`
			Index     int             `json:"index"`
			Embedding json.RawMessage `json:"embedding"`
		} `json:"data"`
		Usage map[string]int `json:"usage"`
	}
	var a answer
	ask("/v1/embeddings", map[string]any{"input": texts[1], "encoding_format": "base64", "dimensions": 5}, &a)
	near(t, "dimensions in base64", decoded(t, a.Data[0].Embedding), want[1][:5], false)
	for _, path := range []string{"/v1/embeddings", "/embeddings"} {
		for _, format := range []string{"float", "base64"} {
			var a answer
			ask(path, map[string]any{"input": texts, "model": "bert-embed", "encoding_format": format, "user": "u"}, &a)
			if a.Object != "list" || a.Model != "bert-embed" || len(a.Data) != len(texts) || a.Usage["prompt_tokens"] != a.Usage["total_tokens"] || a.Usage["total_tokens"] < len(texts) {
				t.Errorf("%s: %+v", path, a)
			}
			for i, d := range a.Data {
				var v []float32
				if format == "float" {
					if err := json.Unmarshal(d.Embedding, &v); err != nil {
						t.Fatal(err)
					}
				} else {
					v = decoded(t, d.Embedding)
				}
				if d.Object != "embedding" || d.Index != i {
					t.Errorf("%s: %+v", path, d)
				}
				near(t, path, v, want[i], false)
			}
		}
	}
}

func decoded(t *testing.T, raw json.RawMessage) (v []float32) {
	t.Helper()
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		t.Fatal(err)
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	for ; len(data) >= 4; data = data[4:] {
		v = append(v, math.Float32frombits(binary.LittleEndian.Uint32(data)))
	}
	return v
}

// TestEmbeddingsAreAsDescribed holds requests and answers of a server that embeds against
// openapi.json, and what it refuses against the reason.
func TestEmbeddingsAreAsDescribed(t *testing.T) {
	s, _ := embeds(t)
	ask := asker(t)
	for _, body := range []string{`{"inputs": "a"}`, `{"inputs": ["a", "b"], "normalize": false, "truncate": true, "truncation_direction": "Right", "prompt_name": "query", "dimensions": 32}`} {
		ask(s, "POST", "/embed", body, 200)
		ask(s, "POST", "/score", body, 200)
		ask(s, "POST", "/", body, 200)
	}
	for _, body := range []string{`{"input": "a"}`, `{"input": ["a"], "model": "bert-embed", "encoding_format": "base64", "dimensions": 32, "user": "u", "input_type": "text"}`} {
		ask(s, "POST", "/v1/embeddings", body, 200)
	}
	for path, bodies := range map[string][][2]string{
		"/embed": {
			{`{}`, "inputs is missing"}, {`{"inputs": []}`, "empty list"}, {`{"inputs": [1, 2]}`, "has token ids, texts are needed"}, {`{"inputs": "a", "normalise": true}`, "is not known"},
			{`{"inputs": "a", "dimensions": 33}`, "they have 32"}, {`{"inputs": "a", "prompt_name": "passage"}`, "it has the prompts document, query"}, {`{"inputs": "a", "truncation_direction": "Left"}`, "cut at their end"},
		},
		"/v1/embeddings": {
			{`{}`, "input is missing"}, {`{"input": [[1]]}`, "check_embedding_ctx_length=False"}, {`{"input": "a", "encoding_format": "hex"}`, "encoding_format"},
			{`{"input": "a", "dimensions": 0}`, "dimensions"}, {`{"input": "a", "dimensions": 33}`, "dimensions: 33 is none that the model's vectors can be cut to: they have 32"},
		},
	} {
		for _, c := range bodies {
			if got := s.do(t, "POST", path, c[0]); got.StatusCode != 400 || !strings.Contains(got.body, c[1]) {
				t.Errorf("%s %s: %d %s, want %q", path, c[0], got.StatusCode, got.body, c[1])
			}
		}
	}
	ask(s, "POST", "/v1/embeddings", `{"input": "a", "model": "text-embedding-3-small"}`, 404)
	ask(s, "POST", "/embed", `{"inputs": "`+strings.Repeat("film ", 60)+`", "truncate": false}`, 422)
	for _, path := range []string{"/v1/models", "/v1/models/bert-embed", "/info", "/readyz", "/v2/health/ready", "/swagger.json"} {
		ask(s, "GET", path, "", 200)
	}
	// What other models serve.
	for path, body := range map[string]string{"/predict": `{"inputs": "a"}`, "/v1/chat/completions": `{` + hello + `}`} {
		if got := s.do(t, "POST", path, body); got.StatusCode != 404 || !strings.Contains(got.body, `the embedding model \"bert-embed\" is loaded, which /embed serves`) {
			t.Errorf("%s: %d %s", path, got.StatusCode, got.body)
		}
	}
	ask(start(t, &fake{}), "POST", "/embed", `{"inputs": "a"}`, 404)
	ask(start(t, &fake{}), "POST", "/v1/embeddings", `{"input": "a"}`, 404)
}

// TestEmbedByKServe: vectors are a tensor, in JSON and binary, as /embed gives them.
func TestEmbedByKServe(t *testing.T) {
	s, g := embeds(t)
	ask := asker(t)
	want := g.Texts[1]
	const path = "/v2/models/bert-embed/infer"
	type response struct {
		Outputs []struct {
			Name, Datatype string
			Shape          []int
			Data           []float32
		}
	}
	quoted, err := json.Marshal([]string{"another", want.Text})
	if err != nil {
		t.Fatal(err)
	}
	input := `"inputs": [{"name": "text", "datatype": "BYTES", "shape": [2, 1], "data": ` + string(quoted) + `}]`
	ask(s, "POST", path, `{`+input+`, "outputs": [{"name": "embedding", "parameters": {"content_type": "np"}}]}`, 200)
	plain := decode[response](t, s.do(t, "POST", path, `{`+input+`}`).body)
	if len(plain.Outputs) != 1 {
		t.Fatalf("%+v", plain)
	}
	if o := plain.Outputs[0]; o.Name != "embedding" || o.Datatype != "FP32" || !slices.Equal(o.Shape, []int{2, 1, 32}) || len(o.Data) != 64 {
		t.Fatalf("%+v", o)
	}
	near(t, path, plain.Outputs[0].Data[32:], want.Vector, false)
	packed := s.do(t, "POST", path, `{`+input+`, "parameters": {"binary_data_output": true}}`)
	if n := len(packed.body); packed.StatusCode != 200 || n < 256 || packed.body[n-256:] != string(float32Bytes(plain.Outputs[0].Data)) {
		t.Errorf("%d, %d bytes", packed.StatusCode, n)
	}
	if got := s.do(t, "POST", path, `{`+input+`, "outputs": [{"name": "label"}]}`); got.StatusCode != 400 || !strings.Contains(got.body, "there is embedding") {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
	ask(s, "GET", "/v2/models/bert-embed", "", 200)
	ask(s, "GET", "/v2/models/bert-embed/ready", "", 200)
	ask(s, "GET", "/v2/models/other", "", 404)
	tagger, _ := tags(t)
	if got := tagger.do(t, "POST", "/v2/models/bert-tag/infer", `{}`); got.StatusCode != 404 || !strings.Contains(got.body, "which /score serves") {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
}

func float32Bytes(values []float32) (b []byte) {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}
