package server

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// chatForm writes answers as OpenAI's chat completions.
type chatForm struct {
	head, chunkHead []byte // of an answer, and of an event
	usage           bool
	hideCached      bool
	logprobs        bool
	text            []byte
	tokens          []byte // their log probabilities, as JSON with commas between
}

func newChatForm(q *generation, id string, created int64, info pipeline.GeneratorInfo) *chatForm {
	return &chatForm{
		head:      openAIHead(nil, "chatcmpl-"+id, "chat.completion", created, info),
		chunkHead: openAIHead([]byte("data: "), "chatcmpl-"+id, "chat.completion.chunk", created, info),
		usage:     q.includeUsage, hideCached: q.hideCached,
		logprobs: q.Logprobs,
	}
}

// openAIHead is the beginning of answers, up to what is in choices.
func openAIHead(b []byte, id, object string, created int64, info pipeline.GeneratorInfo) []byte {
	b = append(append(b, `{"id":"`...), id...)
	b = append(append(b, `","object":"`...), object...)
	b = append(b, `","created":`...)
	b = strconv.AppendInt(b, created, 10)
	b = appendString(append(b, `,"model":`...), info.Name)
	if len(info.SourceSHA256) >= 12 {
		b = appendString(append(b, `,"system_fingerprint":`...), "fp_"+info.SourceSHA256[:12])
	}
	return append(b, `,"choices":[`...)
}

func (f *chatForm) collect(d *pipeline.Delta) {
	f.text = append(f.text, d.Text...)
	f.tokens = appendTokens(f.tokens, d.Tokens)
}

func (f *chatForm) whole(b []byte, c pipeline.Completion) []byte {
	b = append(b, f.head...)
	b = appendString(append(b, `{"index":0,"message":{"role":"assistant","content":`...), f.text)
	b = append(b, `,"refusal":null},"logprobs":`...)
	b = f.appendLogprobs(b, f.tokens)
	b = appendString(append(b, `,"finish_reason":`...), string(c.Finish))
	b = appendUsage(append(b, `}],"usage":`...), c, f.hideCached)
	return append(b, '}')
}

func (f *chatForm) appendLogprobs(b, tokens []byte) []byte {
	if !f.logprobs {
		return append(b, "null"...)
	}
	b = append(append(b, `{"content":[`...), tokens...)
	return append(b, `],"refusal":null}`...)
}

func (f *chatForm) first(b []byte) []byte {
	b = append(b, f.chunkHead...)
	b = append(b, `{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]`...)
	return f.endChunk(b)
}

func (f *chatForm) piece(b []byte, d *pipeline.Delta) []byte {
	b = append(b, f.chunkHead...)
	b = appendString(append(b, `{"index":0,"delta":{"content":`...), d.Text)
	b = append(b, `},"logprobs":`...)
	f.tokens = f.tokens[:0]
	if f.logprobs {
		f.tokens = appendTokens(f.tokens, d.Tokens)
	}
	b = f.appendLogprobs(b, f.tokens)
	return f.endChunk(append(b, `,"finish_reason":null}]`...))
}

// endChunk ends an event. With usage asked for, every chunk has the member.
func (f *chatForm) endChunk(b []byte) []byte {
	if f.usage {
		b = append(b, `,"usage":null`...)
	}
	return append(b, "}\n\n"...)
}

func (f *chatForm) last(b []byte, c pipeline.Completion) []byte {
	b = append(b, f.chunkHead...)
	b = appendString(append(b, `{"index":0,"delta":{},"logprobs":null,"finish_reason":`...), string(c.Finish))
	b = f.endChunk(append(b, "}]"...))
	if f.usage {
		b = appendUsage(append(append(b, f.chunkHead...), `],"usage":`...), c, f.hideCached)
		b = append(b, "}\n\n"...)
	}
	return append(b, "data: [DONE]\n\n"...)
}

func (f *chatForm) broken(b []byte, e *httpError) []byte { return appendBroken(b, e) }

// appendBroken appends the event of an error.
func appendBroken(b []byte, e *httpError) []byte {
	b = append(append(b, "data: "...), e.openAI()...)
	return append(b, "\n\n"...)
}

// appendUsage appends the value of usage, and the member timings. What the prefix cache
// had is left out if it is hidden, and so are the times, which tell it too.
func appendUsage(b []byte, c pipeline.Completion, hideCached bool) []byte {
	b = appendInt(b, `{"prompt_tokens":`, c.PromptTokens)
	b = appendInt(b, `,"completion_tokens":`, c.CompletionTokens)
	b = appendInt(b, `,"total_tokens":`, c.PromptTokens+c.CompletionTokens)
	if hideCached {
		return append(b, '}')
	}
	b = appendInt(b, `,"prompt_tokens_details":{"cached_tokens":`, c.CachedTokens)
	b = appendMilliseconds(append(b, `}},"timings":{"queue_ms":`...), c.Timing.Queue.Nanoseconds())
	b = appendMilliseconds(append(b, `,"prefill_ms":`...), c.Timing.Prefill.Nanoseconds())
	b = appendMilliseconds(append(b, `,"decode_ms":`...), c.Timing.Decode.Nanoseconds())
	return append(b, '}')
}

// appendTokens appends log probabilities in the form of chats, after those
// that b has.
func appendTokens(b []byte, tokens []pipeline.TokenLogprob) []byte {
	for i := range tokens {
		if len(b) > 0 && b[len(b)-1] == '}' {
			b = append(b, ',')
		}
		b = appendToken(b, &tokens[i])
		b = append(b, `,"top_logprobs":[`...)
		for j := range tokens[i].Top {
			if j > 0 {
				b = append(b, ',')
			}
			b = append(appendToken(b, &tokens[i].Top[j]), '}')
		}
		b = append(b, "]}"...)
	}
	return b
}

// appendToken leaves its object open.
func appendToken(b []byte, t *pipeline.TokenLogprob) []byte {
	b = appendTokenText(append(b, `{"token":`...), t.Bytes)
	b = appendLogprob(append(b, `,"logprob":`...), t.Logprob)
	b = append(b, `,"bytes":[`...)
	for i, c := range t.Bytes {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(b, uint64(c), 10)
	}
	return append(b, ']')
}

// appendTokenText appends a token's text; what isn't whole UTF-8 is named by
// its bytes, as OpenAI does.
func appendTokenText(b, token []byte) []byte {
	if utf8.Valid(token) {
		return appendString(b, token)
	}
	var name strings.Builder
	name.WriteString("bytes:")
	for _, c := range token {
		name.WriteString(`\x`)
		name.WriteByte(hexDigits[c>>4])
		name.WriteByte(hexDigits[c&15])
	}
	return appendString(b, name.String())
}
