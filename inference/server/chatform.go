package server

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// chatForm writes answers as OpenAI's chat completions.
type chatForm struct {
	q               *generation
	head, chunkHead []byte // of an answer, and of an event
	index           int    // of the choice
	ended           []byte // choices before it, as JSON with commas between
	said
}

// said is what was generated of a choice.
type said struct {
	text, reasoning []byte
	calls           []pipeline.CallDelta // as a whole
	tokens          []byte               // their log probabilities, as JSON with commas between
}

func (a *said) collect(d *pipeline.Delta) {
	a.text = append(a.text, d.Text...)
	a.reasoning = append(a.reasoning, d.Reasoning...)
	a.tokens = appendTokens(a.tokens, d.Tokens)
	for _, c := range d.Calls {
		if c.ID != "" {
			a.calls = append(a.calls, pipeline.CallDelta{Index: c.Index, ID: c.ID, Name: c.Name})
		}
		call := &a.calls[c.Index]
		call.Arguments = append(call.Arguments, c.Arguments...)
	}
}

func newChatForm(q *generation, id string, created int64, info pipeline.GeneratorInfo) *chatForm {
	return &chatForm{
		q:         q,
		head:      openAIHead(nil, "chatcmpl-"+id, "chat.completion", created, info),
		chunkHead: openAIHead([]byte("data: "), "chatcmpl-"+id, "chat.completion.chunk", created, info),
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

// reach ends the choices before the one that the next piece is of.
func (f *chatForm) reach(end func(pipeline.Completion)) {
	f.q.choices.reach(f.index, func(c pipeline.Completion) {
		end(c)
		f.index++
		f.said = said{}
	})
}

func (f *chatForm) collect(d *pipeline.Delta) {
	f.reach(f.keep)
	f.said.collect(d)
}

// keep keeps the choice that has ended.
func (f *chatForm) keep(c pipeline.Completion) {
	b := f.ended
	if len(b) > 0 {
		b = append(b, ',')
	}
	b = appendInt(b, `{"index":`, f.index)
	b = append(b, `,"message":{"role":"assistant","content":`...)
	if len(f.calls) > 0 && len(f.text) == 0 {
		b = append(b, "null"...)
	} else {
		b = appendString(b, f.text)
	}
	b = append(b, `,"refusal":null`...)
	if len(f.reasoning) > 0 {
		b = appendString(append(b, `,"reasoning_content":`...), f.reasoning)
	}
	for i, call := range f.calls {
		if i == 0 {
			b = append(b, `,"tool_calls":[`...)
		} else {
			b = append(b, ',')
		}
		b = append(appendCall(b, "", &call, call.Arguments), '}')
	}
	if len(f.calls) > 0 {
		b = append(b, ']')
	}
	b = f.appendLogprobs(append(b, `},"logprobs":`...), f.tokens)
	b = appendString(append(b, `,"finish_reason":`...), string(c.Finish))
	f.ended = append(b, '}')
}

// appendCall leaves the call's object open.
func appendCall(b []byte, index string, c *pipeline.CallDelta, arguments []byte) []byte {
	b = append(append(b, '{'), index...)
	b = appendString(append(b, `"id":`...), c.ID)
	b = appendString(append(b, `,"type":"function","function":{"name":`...), c.Name)
	b = appendString(append(b, `,"arguments":`...), arguments)
	return append(b, '}')
}

func (f *chatForm) whole(b []byte, c pipeline.Completion) []byte {
	f.reach(f.keep)
	f.keep(c)
	b = append(append(b, f.head...), f.ended...)
	b = appendUsage(append(b, `],"usage":`...), c, f.q.hideCached)
	return append(b, '}')
}

func (f *chatForm) appendLogprobs(b, tokens []byte) []byte {
	if !f.q.Logprobs {
		return append(b, "null"...)
	}
	b = append(append(b, `{"content":[`...), tokens...)
	return append(b, `],"refusal":null}`...)
}

func (f *chatForm) first(b []byte) []byte {
	return f.endChunk(append(f.delta(b), `"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]`...))
}

// delta begins an event of the choice, up to what is in its delta.
func (f *chatForm) delta(b []byte) []byte {
	return append(appendInt(append(b, f.chunkHead...), `{"index":`, f.index), `,"delta":{`...)
}

// reachChunks appends the ends of choices, and the beginnings of those that follow.
func (f *chatForm) reachChunks(b []byte) []byte {
	f.reach(func(c pipeline.Completion) {
		b = f.end(b, c)
		f.index++
		b = f.first(b)
		f.index--
	})
	return b
}

// piece writes an event for each part of what came: OpenAI's have one each.
func (f *chatForm) piece(b []byte, d *pipeline.Delta) []byte {
	b = f.reachChunks(b)
	f.q.generatedTokens = d.Generated
	const rest = `},"logprobs":null,"finish_reason":null}]`
	if len(d.Reasoning) > 0 {
		b = appendString(append(f.delta(b), `"reasoning_content":`...), d.Reasoning)
		b = f.endChunk(append(b, rest...))
	}
	if len(d.Text) > 0 || len(d.Tokens) > 0 {
		b = appendString(append(f.delta(b), `"content":`...), d.Text)
		b = append(b, `},"logprobs":`...)
		f.tokens = f.tokens[:0]
		if f.q.Logprobs {
			f.tokens = appendTokens(f.tokens, d.Tokens)
		}
		b = f.appendLogprobs(b, f.tokens)
		b = f.endChunk(append(b, `,"finish_reason":null}]`...))
	}
	for i := range d.Calls {
		c := &d.Calls[i]
		if c.ID != "" {
			b = append(f.delta(b), `"tool_calls":[`...)
			b = appendCall(b, `"index":`+strconv.Itoa(c.Index)+`,`, c, nil)
			b = f.endChunk(append(b, `}]`+rest...))
		}
		if len(c.Arguments) > 0 {
			b = appendInt(append(f.delta(b), `"tool_calls":[`...), `{"index":`, c.Index)
			b = appendString(append(b, `,"function":{"arguments":`...), c.Arguments)
			b = f.endChunk(append(b, `}}]`+rest...))
		}
	}
	return b
}

func (f *chatForm) endChunk(b []byte) []byte { return f.q.endChunk(b) }

// endChunk ends an event. With usage asked for, every chunk has the member: null, unless
// what there is so far was asked for too.
func (q *generation) endChunk(b []byte) []byte {
	if q.includeUsage && q.continuousUsage {
		b = append(appendTokenCounts(append(b, `,"usage":`...), q.promptTokens, q.generatedTokens), '}')
	} else if q.includeUsage {
		b = append(b, `,"usage":null`...)
	}
	return append(b, "}\n\n"...)
}

func (f *chatForm) end(b []byte, c pipeline.Completion) []byte {
	b = appendString(append(f.delta(b), `},"logprobs":null,"finish_reason":`...), string(c.Finish))
	return f.endChunk(append(b, "}]"...))
}

func (f *chatForm) last(b []byte, c pipeline.Completion) []byte {
	b = f.end(f.reachChunks(b), c)
	if f.q.includeUsage {
		b = appendUsage(append(append(b, f.chunkHead...), `],"usage":`...), c, f.q.hideCached)
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
	b = appendTokenCounts(b, c.PromptTokens, c.CompletionTokens)
	if c.ReasoningTokens > 0 {
		b = append(appendInt(b, `,"completion_tokens_details":{"reasoning_tokens":`, c.ReasoningTokens), '}')
	}
	if hideCached {
		return append(b, '}')
	}
	b = appendInt(b, `,"prompt_tokens_details":{"cached_tokens":`, c.CachedTokens)
	b = appendMilliseconds(append(b, `}},"timings":{"queue_ms":`...), c.Timing.Queue.Nanoseconds())
	b = appendMilliseconds(append(b, `,"prefill_ms":`...), c.Timing.Prefill.Nanoseconds())
	b = appendMilliseconds(append(b, `,"decode_ms":`...), c.Timing.Decode.Nanoseconds())
	return append(b, '}')
}

// appendTokenCounts leaves the object open.
func appendTokenCounts(b []byte, prompt, generated int) []byte {
	b = appendInt(b, `{"prompt_tokens":`, prompt)
	b = appendInt(b, `,"completion_tokens":`, generated)
	return appendInt(b, `,"total_tokens":`, prompt+generated)
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
