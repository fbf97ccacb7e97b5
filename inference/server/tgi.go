package server

import (
	"encoding/json"
	"maps"
	"strconv"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// defaultNewTokens is text-generation-inference's default of max_new_tokens.
const defaultNewTokens = 100

// tgiParameters are text-generation-inference's, beside those that azureParameters
// and samplingFields have.
var tgiParameters = fields[generation]{
	"details": func(q *generation, at string, raw json.RawMessage) (err error) {
		q.details, err = boolean(at, raw)
		return err
	},
	"grammar": (*generation).decodeGrammar,
	"best_of": onlyOne,
	"watermark": func(_ *generation, at string, raw json.RawMessage) error {
		return mustBe(at, raw, false, "texts are not watermarked")
	},
	"decoder_input_details": func(_ *generation, at string, raw json.RawMessage) error {
		return mustBe(at, raw, false, "the prompt's log probabilities are not computed")
	},
	"truncate": func(_ *generation, at string, _ json.RawMessage) error {
		return fieldFailure(api.UnsupportedParameter, at, "%s is not supported: a prompt is never cut, shorten it", at)
	},
	"typical_p":    unsupported,
	"top_n_tokens": unsupported,
	"adapter_id":   unsupported,
}

func unsupported(_ *generation, at string, _ json.RawMessage) error {
	return fieldFailure(api.UnsupportedParameter, at, "%s is not supported: leave it out", at)
}

// mustBe takes the one value that changes nothing.
func mustBe(at string, raw json.RawMessage, value any, why string) error {
	if isOneOf(raw, value) {
		return nil
	}
	return fieldFailure(api.UnsupportedParameter, at, "%s is %.100s, it can be %#v: %s", at, raw, value, why)
}

var allTGIParameters = func() fields[generation] {
	all := maps.Clone(samplingFields)
	maps.Copy(all, azureParameters)
	maps.Copy(all, tgiParameters)
	return all
}()

// decodeGrammar reads {"type": "json", "value": schema}.
func (q *generation) decodeGrammar(at string, raw json.RawMessage) error {
	var f format
	err := readFields(&f, at, raw, unknownField, fields[format]{
		"type": formatFields["type"],
		"value": func(f *format, _ string, raw json.RawMessage) error {
			f.schema = raw
			return nil
		},
	})
	switch {
	case err != nil:
		return err
	case f.schema == nil:
		return badField(at+".value", "is missing: send {\"type\": \"json\", \"value\": {schema}}")
	case f.kind != "json":
		return fieldFailure(api.UnsupportedParameter, at+".type", "%s.type is %.100q: it can be json", at, f.kind)
	}
	q.Format = pipeline.ResponseFormat{Type: pipeline.FormatJSONSchema, Schema: f.schema}
	return nil
}

// decodeTextGeneration reads {"inputs": "…", "parameters": {…}, "stream": …}.
func (s *Server) decodeTextGeneration(body []byte) (*generation, error) {
	q := &generation{}
	known := fields[generation]{
		"inputs": func(q *generation, at string, raw json.RawMessage) error {
			v, err := text(at, raw)
			q.Prompt, q.found = &v, at
			return err
		},
		"parameters": func(q *generation, at string, raw json.RawMessage) error {
			return readFields(q, at, raw, unknownParameter, allTGIParameters)
		},
		"stream": openAIFields["stream"],
		"model":  s.checkServed,
	}
	if err := readFields(q, "", body, unknownField, known); err != nil {
		return nil, err
	}
	if q.Prompt == nil {
		return nil, missing("inputs", `{"inputs": "…"}`)
	}
	if q.MaxTokens == 0 {
		q.MaxTokens = defaultNewTokens
	}
	if !q.samples() {
		q.takeMostProbable()
	}
	q.Logprobs = true // its events and details have tokens
	q.form = func(string, int64, pipeline.GeneratorInfo) form { return &tgiForm{q: q} }
	return q, nil
}

// samples reports whether tokens are drawn: text-generation-inference draws them if
// a parameter narrows what may be drawn, even with do_sample false, which older
// clients send by default (its server's utils/tokens.py).
func (q *generation) samples() bool {
	p := &q.Sampling
	return q.sample != nil && *q.sample || p.Temperature != nil && *p.Temperature != 1 || p.TopK != nil && *p.TopK != 0 ||
		p.TopP != nil && *p.TopP < 1 || p.MinP != nil && *p.MinP > 0
}

// tgiForm writes answers as text-generation-inference's /generate and
// /generate_stream.
type tgiForm struct {
	q        *generation
	listed   bool // the answer is in a list, as at POST /
	text     []byte
	tokens   []byte // as JSON, with commas between
	index    int
	lastID   int32
	lastProb float32
}

func (f *tgiForm) collect(d *pipeline.Delta) {
	f.text = append(f.text, d.Text...)
	if !f.q.details || f.q.stream {
		return
	}
	for _, t := range d.Tokens {
		if len(f.tokens) > 0 {
			f.tokens = append(f.tokens, ',')
		}
		f.tokens = appendTGIToken(f.tokens, t.ID, t.Bytes, t.Logprob)
	}
}

func appendTGIToken(b []byte, id int32, text []byte, logprob float32) []byte {
	b = appendInt(b, `{"id":`, int(id))
	b = appendString(append(b, `,"text":`...), text)
	b = appendLogprob(append(b, `,"logprob":`...), logprob)
	return append(b, `,"special":false}`...)
}

func (f *tgiForm) fullText() string {
	if f.q.fullText {
		return *f.q.Prompt + string(f.text)
	}
	return string(f.text)
}

func (f *tgiForm) whole(b []byte, c pipeline.Completion) []byte {
	if f.listed {
		b = append(b, '[')
	}
	b = appendString(append(b, `{"generated_text":`...), f.fullText())
	if f.q.details {
		b = f.appendDetails(append(b, `,"details":`...), c)
		b = append(append(b, `,"prefill":[],"tokens":[`...), f.tokens...)
		b = append(b, "]}"...)
	}
	b = append(b, '}')
	if f.listed {
		b = append(b, ']')
	}
	return b
}

// appendDetails leaves its object open.
func (f *tgiForm) appendDetails(b []byte, c pipeline.Completion) []byte {
	finish := "eos_token"
	switch {
	case c.Finish == pipeline.FinishLength:
		finish = "length"
	case len(f.q.Stop) > 0:
		finish = "stop_sequence" // or the model's own end: a Completion doesn't tell them apart
	}
	b = appendString(append(b, `{"finish_reason":`...), finish)
	b = appendInt(b, `,"generated_tokens":`, c.CompletionTokens)
	b = appendInt(b, `,"input_length":`, c.PromptTokens)
	b = append(b, `,"seed":`...)
	if seed := f.q.Sampling.Seed; seed != nil {
		return strconv.AppendInt(b, *seed, 10)
	}
	return append(b, "null"...)
}

func (f *tgiForm) first(b []byte) []byte { return b }

// piece writes one event, though a piece may have several tokens: the texts of
// the events are to give the whole text, and a token may be half a character.
func (f *tgiForm) piece(b []byte, d *pipeline.Delta) []byte {
	f.collect(d)
	if n := len(d.Tokens); n > 0 {
		f.lastID, f.lastProb = d.Tokens[n-1].ID, d.Tokens[n-1].Logprob
	}
	if len(d.Text) == 0 {
		return b
	}
	return append(f.appendEvent(b, d.Text, f.lastID, f.lastProb, false), `,"generated_text":null,"details":null}`+"\n\n"...)
}

func (f *tgiForm) appendEvent(b, text []byte, id int32, logprob float32, special bool) []byte {
	f.index++
	b = appendInt(b, `data: {"index":`, f.index)
	b = appendInt(b, `,"token":{"id":`, int(id))
	b = appendString(append(b, `,"text":`...), text)
	b = appendLogprob(append(b, `,"logprob":`...), logprob)
	b = strconv.AppendBool(append(b, `,"special":`...), special)
	return append(b, '}')
}

func (f *tgiForm) last(b []byte, c pipeline.Completion) []byte {
	b = f.appendEvent(b, nil, f.lastID, f.lastProb, true)
	b = appendString(append(b, `,"generated_text":`...), f.fullText())
	b = f.appendDetails(append(b, `,"details":`...), c)
	return append(b, "}}\n\n"...)
}

func (f *tgiForm) broken(b []byte, e *httpError) []byte {
	b = appendString(append(b, `data: {"error":`...), e.body.Message)
	b = appendString(append(b, `,"error_type":`...), string(e.body.Code))
	return append(b, "}\n\n"...)
}
