package server

import (
	"strconv"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// completionForm writes answers as OpenAI's completions.
type completionForm struct {
	q               *generation
	head, chunkHead []byte
	index           int    // of the choice
	ended           []byte // choices before it, as JSON with commas between
	text            []byte
	tokens          tokenLists
}

func newCompletionForm(q *generation, id string, created int64, info pipeline.GeneratorInfo) *completionForm {
	return &completionForm{
		q:         q,
		head:      openAIHead(nil, "cmpl-"+id, "text_completion", created, info),
		chunkHead: openAIHead([]byte("data: "), "cmpl-"+id, "text_completion", created, info),
	}
}

// reach ends the choices before the one that the next piece is of.
func (f *completionForm) reach(end func(pipeline.Completion)) {
	f.q.choices.reach(f.index, func(c pipeline.Completion) {
		end(c)
		f.index++
		f.text, f.tokens = f.text[:0], tokenLists{}
	})
}

func (f *completionForm) collect(d *pipeline.Delta) {
	f.reach(f.keep)
	f.text = append(f.text, d.Text...)
	f.tokens.add(d.Tokens)
}

// keep keeps the choice that has ended.
func (f *completionForm) keep(c pipeline.Completion) {
	if len(f.ended) > 0 {
		f.ended = append(f.ended, ',')
	}
	f.ended = append(f.appendChoice(f.ended, f.text, string(c.Finish)), '}')
}

func (f *completionForm) whole(b []byte, c pipeline.Completion) []byte {
	f.reach(f.keep)
	f.keep(c)
	b = append(append(b, f.head...), f.ended...)
	b = appendUsage(append(b, `],"usage":`...), c, f.q.hideCached)
	return append(b, '}')
}

// appendChoice leaves its object open. finish is "" if there is more to come.
func (f *completionForm) appendChoice(b, text []byte, finish string) []byte {
	b = appendInt(b, `{"index":`, f.index)
	b = appendString(append(b, `,"text":`...), text)
	b = append(b, `,"logprobs":`...)
	if f.q.Logprobs {
		b = f.tokens.appendTo(b)
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"finish_reason":`...)
	if finish == "" {
		return append(b, "null"...)
	}
	return appendString(b, finish)
}

func (f *completionForm) first(b []byte) []byte { return b }

func (f *completionForm) piece(b []byte, d *pipeline.Delta) []byte {
	b = f.reachChunks(b)
	f.q.generatedTokens = d.Generated
	f.tokens.clear()
	if f.q.Logprobs {
		f.tokens.add(d.Tokens)
	}
	return f.appendChunk(b, d.Text, "")
}

// appendChunk appends an event.
func (f *completionForm) appendChunk(b, text []byte, finish string) []byte {
	b = f.appendChoice(append(b, f.chunkHead...), text, finish)
	return f.q.endChunk(append(b, "}]"...))
}

// reachChunks appends the ends of choices.
func (f *completionForm) reachChunks(b []byte) []byte {
	f.reach(func(c pipeline.Completion) { b = f.end(b, c) })
	return b
}

func (f *completionForm) end(b []byte, c pipeline.Completion) []byte {
	f.tokens.clear()
	return f.appendChunk(b, nil, string(c.Finish))
}

func (f *completionForm) last(b []byte, c pipeline.Completion) []byte {
	b = f.end(f.reachChunks(b), c)
	if f.q.includeUsage {
		b = appendUsage(append(append(b, f.chunkHead...), `],"usage":`...), c, f.q.hideCached)
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
