package server

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"

	"azure-nlp-endpoint/inference/api"
	"azure-nlp-endpoint/inference/pipeline"
)

// defaultCompletionTokens is OpenAI's default of max_tokens for completions.
const defaultCompletionTokens = 16

var completionFields = fields[generation]{
	"prompt": func(q *generation, at string, raw json.RawMessage) error { return q.decodePrompt(at, raw) },
	"logprobs": func(q *generation, at string, raw json.RawMessage) (err error) {
		q.Logprobs = true
		q.TopLogprobs, err = integer(at, raw, 0, 5)
		return err
	},
	"response_format": func(q *generation, at string, raw json.RawMessage) error { return q.decodeFormat(at, raw) },
	"echo": func(_ *generation, at string, raw json.RawMessage) error {
		return mustBe(at, raw, false, "the prompt isn't repeated")
	},
	"suffix": func(_ *generation, at string, raw json.RawMessage) error {
		return mustBe(at, raw, "", "nothing can follow the text")
	},
	"best_of": onlyOne,
}

// completions continues a text.
func (s *Server) completions(w http.ResponseWriter, r *http.Request) {
	body, err := s.readBody(w, r)
	var q *generation
	if err == nil {
		q, err = s.decodeCompletion(body)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.generate(w, r, q)
}

func (s *Server) decodeCompletion(body []byte) (*generation, error) {
	q := &generation{}
	model := fields[generation]{"model": s.checkServed}
	if err := readFields(q, "", body, unknownField, completionFields, openAIFields, samplingFields, model); err != nil {
		return nil, err
	}
	if q.Prompt == nil && q.PromptTokens == nil {
		return nil, fieldFailure(api.InvalidRequest, "prompt", "prompt is missing: send a string, or a list of token ids")
	}
	if err := q.checkStreamOptions(); err != nil {
		return nil, err
	}
	if q.MaxTokens == 0 {
		q.MaxTokens = defaultCompletionTokens
	}
	q.form = func(id string, created int64, info pipeline.GeneratorInfo) form {
		return &completionForm{
			head:      openAIHead(nil, "cmpl-"+id, "text_completion", created, info),
			chunkHead: openAIHead([]byte("data: "), "cmpl-"+id, "text_completion", created, info),
			usage:     q.includeUsage, logprobs: q.Logprobs,
		}
	}
	return q, nil
}

// decodePrompt reads "…", ["…"], [1, 2] or [[1, 2]].
func (q *generation) decodePrompt(at string, raw json.RawMessage) error {
	if kindOf(raw) == "a string" {
		s, err := text(at, raw)
		q.Prompt = &s
		return err
	}
	items, err := list(at, raw, "token ids, or a string,")
	if err != nil {
		return err
	}
	if len(items) == 0 {
		return badField(at, "is an empty list: send a string, or a list of token ids")
	}
	if kind := kindOf(items[0]); kind == "a string" || kind == "a list" {
		if len(items) > 1 {
			return badField(at, "has %d prompts: one answer a request is given, send several requests", len(items))
		}
		return q.decodePrompt(at+"[0]", items[0])
	}
	q.PromptTokens = make([]int32, len(items))
	for i, item := range items {
		id, ok := wholeNumber(item)
		if !ok || id < 0 || id > math.MaxInt32 {
			return badField(at+"["+strconv.Itoa(i)+"]", "is %.100s: a token id is needed", item)
		}
		q.PromptTokens[i] = int32(id)
	}
	return nil
}

// completionForm writes answers as OpenAI's completions.
type completionForm struct {
	head, chunkHead []byte
	usage           bool
	logprobs        bool
	text            []byte
	tokens          tokenLists
}

func (f *completionForm) collect(d *pipeline.Delta) {
	f.text = append(f.text, d.Text...)
	f.tokens.add(d.Tokens)
}

func (f *completionForm) whole(b []byte, c pipeline.Completion) []byte {
	b = f.appendChoice(append(b, f.head...), f.text)
	b = appendString(b, string(c.Finish))
	b = appendUsage(append(b, `}],"usage":`...), c)
	return append(b, '}')
}

// appendChoice appends a choice up to its finish_reason.
func (f *completionForm) appendChoice(b, text []byte) []byte {
	b = appendString(append(b, `{"index":0,"text":`...), text)
	b = append(b, `,"logprobs":`...)
	if f.logprobs {
		b = f.tokens.appendTo(b)
	} else {
		b = append(b, "null"...)
	}
	return append(b, `,"finish_reason":`...)
}

func (f *completionForm) first(b []byte) []byte { return b }

func (f *completionForm) piece(b []byte, d *pipeline.Delta) []byte {
	f.tokens.clear()
	if f.logprobs {
		f.tokens.add(d.Tokens)
	}
	b = f.appendChoice(append(b, f.chunkHead...), d.Text)
	return append(b, "null}]}\n\n"...)
}

func (f *completionForm) last(b []byte, c pipeline.Completion) []byte {
	f.tokens.clear()
	b = f.appendChoice(append(b, f.chunkHead...), nil)
	b = append(appendString(b, string(c.Finish)), "}]}\n\n"...)
	if f.usage {
		b = appendUsage(append(append(b, f.chunkHead...), `],"usage":`...), c)
		b = append(b, "}\n\n"...)
	}
	return append(b, "data: [DONE]\n\n"...)
}

func (f *completionForm) broken(b []byte, e *httpError) []byte { return appendBroken(b, e) }

// tokenLists are the log probabilities in the form of completions: a list for
// each property, here as JSON with commas between.
type tokenLists struct {
	texts, logprobs, top, offsets []byte
	offset                        int // of the next token, in characters of the text
}

func (l *tokenLists) clear() {
	l.texts, l.logprobs, l.top, l.offsets = l.texts[:0], l.logprobs[:0], l.top[:0], l.offsets[:0]
}

func (l *tokenLists) add(tokens []pipeline.TokenLogprob) {
	for i := range tokens {
		t := &tokens[i]
		if len(l.texts) > 0 {
			l.texts, l.logprobs = append(l.texts, ','), append(l.logprobs, ',')
			l.top, l.offsets = append(l.top, ','), append(l.offsets, ',')
		}
		l.texts = appendTokenText(l.texts, t.Bytes)
		l.logprobs = appendLogprob(l.logprobs, t.Logprob)
		l.offsets = strconv.AppendInt(l.offsets, int64(l.offset), 10)
		l.top = append(l.top, '{')
		seen := map[string]bool{}
		for j := range t.Top {
			if key := string(t.Top[j].Bytes); !seen[key] { // pieces of one text would be one member
				if len(seen) > 0 {
					l.top = append(l.top, ',')
				}
				seen[key] = true
				l.top = append(appendTokenText(l.top, t.Top[j].Bytes), ':')
				l.top = appendLogprob(l.top, t.Top[j].Logprob)
			}
		}
		l.top = append(l.top, '}')
		for _, c := range t.Bytes {
			if c&0xC0 != 0x80 { // the first byte of a character
				l.offset++
			}
		}
	}
}

func (l *tokenLists) appendTo(b []byte) []byte {
	b = append(append(b, `{"tokens":[`...), l.texts...)
	b = append(append(b, `],"token_logprobs":[`...), l.logprobs...)
	b = append(append(b, `],"top_logprobs":[`...), l.top...)
	b = append(append(b, `],"text_offset":[`...), l.offsets...)
	return append(b, "]}"...)
}
