package server_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
)

const fakeInfer = "/v2/models/fake/infer"

// bytesTensor is the binary data of a BYTES tensor.
func bytesTensor(texts ...string) string {
	var b []byte
	for _, s := range texts {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	return string(b)
}

// infer sends a request whose binary data follow its JSON.
func (s *started) infer(t testing.TB, path, head, data string) answer {
	t.Helper()
	return s.do(t, "POST", path, head+data, "Content-Type", "application/octet-stream", "Inference-Header-Content-Length", strconv.Itoa(len(head)))
}

// TestBinaryTensors sends and asks for tensors as tritonclient does, and
// compares them with those in JSON, and with what /score says.
func TestBinaryTensors(t *testing.T) {
	s := start(t, model(t, "distilbert-tiny-sentiment"))
	const path = "/v2/models/distilbert-tiny-sentiment/infer"
	texts := []string{"This is great!", "", "This was a terrible waste of time.", "naïve \x00 café 😀"}
	data := bytesTensor(texts...)
	input := fmt.Sprintf(`{"name": "text", "datatype": "BYTES", "shape": [4, 1], "parameters": {"binary_data_size": %d}}`, len(data))
	type output struct {
		Name, Datatype string
		Shape          []int
		Parameters     map[string]int
		Data           []any
	}
	type response struct{ Outputs []output }
	quoted, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	plain := decode[response](t, s.do(t, "POST", path, fmt.Sprintf(`{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [4, 1], "data": %s}]}`, quoted)).body)
	score := s.do(t, "POST", "/score", fmt.Sprintf(`{"text": %s, "parameters": {"top_k": 1}}`, quoted))
	scored := decode[[][]struct {
		Label string
		Score float64
	}](t, score.body)
	for i, row := range scored {
		if plain.Outputs[0].Data[i] != row[0].Label || plain.Outputs[1].Data[i] != row[0].Score {
			t.Errorf("text %d: %v %v, /score says %v", i, plain.Outputs[0].Data[i], plain.Outputs[1].Data[i], row)
		}
	}
	for _, c := range []struct {
		name, ask string
		want      []string // of outputs, with * if binary
	}{
		{"all", `"parameters": {"binary_data_output": true}`, []string{"label*", "score*", "scores*"}},
		{"none", `"parameters": {}`, []string{"label", "score", "scores"}},
		{"some", `"outputs": [{"name": "scores", "parameters": {"binary_data": true}}, {"name": "label"}]`, []string{"scores*", "label"}},
		{"all but one", `"parameters": {"binary_data_output": true}, "outputs": [{"name": "score"}, {"name": "label", "parameters": {"binary_data": false}}]`, []string{"score*", "label"}},
	} {
		got := s.infer(t, path, `{"inputs": [`+input+`], `+c.ask+`}`, data)
		if got.StatusCode != 200 {
			t.Errorf("%s: status %d, %s", c.name, got.StatusCode, got.body)
			continue
		}
		length := len(got.body)
		if header := got.Header.Get("Inference-Header-Content-Length"); header != "" {
			if length, err = strconv.Atoi(header); err != nil || got.Header.Get("Content-Type") != "application/octet-stream" {
				t.Fatalf("%s: %v", c.name, got.Header)
			}
		}
		rest := got.body[length:]
		answer := decode[response](t, got.body[:length])
		var names []string
		for _, o := range answer.Outputs {
			size, isBinary := o.Parameters["binary_data_size"]
			name := o.Name
			if isBinary {
				name += "*"
			}
			names = append(names, name)
			var want output
			for _, p := range plain.Outputs {
				if p.Name == o.Name {
					want = p
				}
			}
			values := o.Data
			if isBinary {
				values, rest = unpack(t, o.Datatype, rest[:size]), rest[size:]
			}
			if fmt.Sprint(values) != fmt.Sprint(want.Data) || fmt.Sprint(o.Shape) != fmt.Sprint(want.Shape) || o.Datatype != want.Datatype {
				t.Errorf("%s: %s is %v %v, want %v %v", c.name, o.Name, o.Shape, values, want.Shape, want.Data)
			}
		}
		if fmt.Sprint(names) != fmt.Sprint(c.want) || rest != "" {
			t.Errorf("%s: the outputs are %v with %d bytes left, want %v", c.name, names, len(rest), c.want)
		}
	}
}

// unpack reads binary data as encoding/json reads the same in JSON.
func unpack(t *testing.T, datatype, data string) (values []any) {
	t.Helper()
	for len(data) > 0 {
		n := binary.LittleEndian.Uint32([]byte(data))
		data = data[4:]
		if datatype == "FP32" {
			shortest := strconv.FormatFloat(float64(math.Float32frombits(n)), 'g', -1, 32)
			v, err := strconv.ParseFloat(shortest, 64)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, v)
			continue
		}
		values = append(values, data[:n])
		data = data[n:]
	}
	return values
}

// TestTensorForms checks that texts are read alike however they are sent.
func TestTensorForms(t *testing.T) {
	c := &keeping{}
	s := start(t, c)
	b64 := base64.StdEncoding.EncodeToString
	for _, q := range []struct{ tensor, want string }{
		{`"shape": [2], "data": ["a", "b"]`, `["a" "b"]`},
		{`"shape": [2, 1], "data": ["a", "b"]`, `["a" "b"]`},
		{`"shape": [2, 1], "data": [["a"], ["b"]]`, `["a" "b"]`},
		{`"shape": [1, 2, 2], "data": [[["a", "b"], ["c", "d"]]]`, `["a" "b" "c" "d"]`},
		{`"shape": [1.0], "data": ["a"], "parameters": null`, `["a"]`},
		{`"shape": [1], "data": ["a"], "parameters": {"content_type": "str"}`, `["a"]`},
		{`"shape": [1], "data": ["` + b64([]byte("naïve")) + `"], "parameters": {"content_type": "base64"}`, `["naïve"]`},
		{`"shape": [1], "data": ["` + b64([]byte("naïve")) + `"]`, `["bmHDr3Zl"]`},
		{`"shape": [2], "data": ["\ud83d\ude00", "\\ud83d"]`, `["😀" "\\ud83d"]`},
	} {
		got := s.do(t, "POST", fakeInfer, `{"model_name": "fake", "inputs": [{"name": "text", "datatype": "BYTES", `+q.tensor+`}]}`)
		if got.StatusCode != 200 || fmt.Sprintf("%q", c.texts()) != q.want {
			t.Errorf("%s: status %d, the texts are %q, want %s: %s", q.tensor, got.StatusCode, c.texts(), q.want, got.body)
		}
	}
}

func TestBadTensors(t *testing.T) {
	s := start(t, &fake{})
	tensor := func(fields string) string {
		return `{"inputs": [{"name": "text", "datatype": "BYTES", ` + fields + `}]}`
	}
	with := func(fields string) string {
		return strings.TrimSuffix(tensor(`"shape": [1], "data": ["a"]`), "}") + fields + "}"
	}
	for _, c := range []struct{ head, data, message string }{
		{`{"inputs": [{"Name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"]}]}`, "", "inputs[0].Name is not known"},
		{`{"inputs": [{"name": "text", "name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"]}]}`, "", "inputs[0].name is given twice"},
		{tensor(`"shape": [1], "data": ["a"], "dta": 1`), "", "inputs[0].dta is not known"},
		{tensor(`"data": ["a"]`), "", "inputs[0].shape has no dimensions"},
		{tensor(`"shape": [1,1,1,1,1,1,1,1,1], "data": ["a"]`), "", "inputs[0].shape has more than 8 dimensions"},
		{tensor(`"shape": [0], "data": []`), "", "inputs[0].shape is [0]"},
		{tensor(`"shape": [3000000000, 4], "data": ["a"]`), "", "inputs[0].shape[0] is 3000000000"},
		{tensor(`"shape": [65536, 65536, 65536, 65536], "data": ["a"]`), "", "inputs[0].shape has more than 8 texts"},
		{tensor(`"shape": [2, 2], "data": [["a", "b"], ["c"]]`), "", "inputs[0].data[1] has 1 items, shape says 2"},
		{tensor(`"shape": [2], "data": [["a"], ["b"]]`), "", "inputs[0].data[0] is a list, a string is needed"},
		{tensor(`"shape": [2, 1], "data": [["a"], "b"]`), "", "inputs[0].data[1] is a string, a list of 1 is needed"},
		{tensor(`"shape": [1], "data": "a"`), "", "inputs[0].data is a string, a list of 1 is needed"},
		{tensor(`"shape": [1], "data": ["a"], "parameters": {"content_type": "hg_jsonlist"}`), "", "it can be str or base64"},
		{tensor(`"shape": [1], "data": ["a"], "parameters": {"content_type": "base64"}`), "", "text 0 is not base64"},
		{tensor(`"shape": [1], "data": ["YQ==\n"], "parameters": {"content_type": "base64"}`), "", "text 0 is not base64"},
		{tensor(`"shape": [1], "data": ["/w=="], "parameters": {"content_type": "base64"}`), "", "text 0 is not UTF-8"},
		{tensor(`"shape": [1], "data": ["a"], "parameters": {"shared_memory_region": "x"}`), "", "inputs[0].parameters.shared_memory_region is not supported"},
		{tensor(`"shape": [1], "parameters": {"binary_data_size": 5}`), "", "binary_data_size is 5, but 0 bytes follow"},
		{tensor(`"shape": [1], "parameters": {"binary_data_size": 5}`), bytesTensor("ab"), "binary_data_size is 5, but 6 bytes follow"},
		{tensor(`"shape": [1], "data": ["a"]`), "more", "binary_data_size is 0, but 4 bytes follow"},
		{tensor(`"shape": [1], "data": ["a"], "parameters": {"binary_data_size": 5}`), bytesTensor("a"), "both data and binary_data_size"},
		{tensor(`"shape": [2], "parameters": {"binary_data_size": 5}`), bytesTensor("a"), "have 1 texts, shape says 2"},
		{tensor(`"shape": [1], "parameters": {"binary_data_size": 10}`), bytesTensor("a", "b"), "more than 1 texts"},
		{tensor(`"shape": [1], "parameters": {"binary_data_size": 5}`), "\xff\xff\xff\xffa", "end within text 0"},
		{tensor(`"shape": [1], "parameters": {"binary_data_size": 3}`), "\x00\x00\x00", "end within text 0"},
		{tensor(`"shape": [1], "parameters": {"binary_data_size": 5}`), bytesTensor("\xff"), "text 0 is not UTF-8"},
		{with(`, "parameters": {"priority": 1}`), "", "parameters.priority is not supported"},
		{with(`, "parameters": {"sequence_id": 1}`), "", "parameters.sequence_id is not supported"},
		{with(`, "parameters": {"content_type": "hf"}`), "", `parameters.content_type is "hf", it can be "str"`},
		{with(`, "parameters": {"binary_data_output": 1}`), "", "parameters.binary_data_output is 1: true or false"},
		{with(`, "outputs": [{"name": "label"}, {"name": "label"}]`), "", "outputs[1].name is \"label\", which was given before"},
		{with(`, "outputs": [{"name": "label", "parameters": {"classification": 2}}]`), "", "outputs[0].parameters.classification is not supported"},
		{with(`, "outputs": [{"name": "score", "parameters": {"content_type": "str"}}]`), "", `score can be "np"`},
		{with(`, "Outputs": []`), "", `"Outputs" is not known`},
	} {
		got := s.infer(t, fakeInfer, c.head, c.data)
		if message := got.errorOf(t, fakeInfer); got.StatusCode/100 != 4 || !strings.Contains(message, c.message) {
			t.Errorf("%s: status %d, %s; want %s", c.head, got.StatusCode, got.body, c.message)
		}
	}
	good := tensor(`"shape": [1], "data": ["a"]`)
	for length, message := range map[string]string{"-1": "is \"-1\"", "x": "is \"x\"", "9999": "but the body has", "5": "is not JSON"} {
		got := s.do(t, "POST", fakeInfer, good, "Inference-Header-Content-Length", length)
		if got.StatusCode != 400 || !strings.Contains(got.body, strings.ReplaceAll(message, `"`, `\"`)) {
			t.Errorf("length %s: status %d, %s", length, got.StatusCode, got.body)
		}
	}
	for _, body := range []string{`{"model_name": "other"}`, `{"model_version": "2"}`} {
		if got := s.do(t, "POST", fakeInfer, body[:len(body)-1]+`, `+good[1:]); got.StatusCode != 404 {
			t.Errorf("%s: status %d, %s", body, got.StatusCode, got.body)
		}
	}
}

// TestTimeoutParameter checks that a tensor request's own time-out, in
// microseconds, is kept.
func TestTimeoutParameter(t *testing.T) {
	s := start(t, &fake{wait: true}, func(o *server.Options) { o.Limits.RequestTimeoutSeconds = 0.2 })
	for timeout, want := range map[string]string{"5000": "5ms", "0": "200ms", "9e9": "200ms"} {
		got := s.do(t, "POST", fakeInfer, `{"parameters": {"timeout": `+timeout+`}, "inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"]}]}`)
		if got.StatusCode != 504 || !strings.Contains(got.errorOf(t, fakeInfer), "took longer than "+want) {
			t.Errorf("%s: status %d, %s", timeout, got.StatusCode, got.body)
		}
	}
}

// twins is a model that has a label twice.
type twins struct{ fake }

func (t *twins) Info() pipeline.Info {
	info := t.fake.Info()
	info.Labels = []string{"OTHER", "OTHER"}
	return info
}

// TestLabelsThatAreAlike checks that each class keeps its own score.
func TestLabelsThatAreAlike(t *testing.T) {
	s := start(t, &twins{})
	got := s.do(t, "POST", fakeInfer, `{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"]}], "outputs": [{"name": "scores"}]}`)
	if !strings.Contains(got.body, `"data":[0.25,0.75]`) {
		t.Errorf("the scores are %s", got.body)
	}
}
