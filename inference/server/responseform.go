package server

import (
	"encoding/json"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// responseForm writes answers as OpenAI's Responses API.
type responseForm struct {
	q        *responseRequest
	id       string
	answer   api.Response
	said            // of the item that is open, when streamed; else of all
	open     string // its type, "" if none is
	sequence int    // of events
}

func newResponseForm(q *responseRequest, id string, created int64, info pipeline.GeneratorInfo) *responseForm {
	given := func(raw json.RawMessage, otherwise string) json.RawMessage {
		if raw == nil {
			return json.RawMessage(otherwise)
		}
		return raw
	}
	f := &responseForm{q: q, id: id, answer: api.Response{
		ID: "resp_" + id, Object: "response", CreatedAt: created, Status: "in_progress", Model: info.Name, Output: []api.ResponseItem{},
		Instructions: q.instructions, Metadata: given(q.metadata, "{}"), Reasoning: q.reasoning, Text: given(q.text, `{"format":{"type":"text"}}`),
		ToolChoice: given(q.toolChoiceGiven, `"auto"`), Tools: given(q.tools, "[]"), ParallelToolCalls: !q.OneCall,
		Temperature: q.Sampling.Temperature, TopP: q.Sampling.TopP, Truncation: "disabled",
	}}
	if q.maxTokens > 0 {
		f.answer.MaxOutputTokens = &q.maxTokens
	}
	return f
}

// The types of items.
const (
	messageItem   = "message"
	callItem      = "function_call"
	reasoningItem = "reasoning"
)

// item is an item with what was said of it; without that if it only begins.
func (f *responseForm) item(kind, status string, a *said, call *pipeline.CallDelta) api.ResponseItem {
	prefix := map[string]string{messageItem: "msg_", callItem: "fc_", reasoningItem: "rs_"}[kind]
	i := api.ResponseItem{ID: prefix + f.id + string(hexDigits[len(f.answer.Output)>>4&15]) + string(hexDigits[len(f.answer.Output)&15]), Type: kind, Status: status}
	parts := []api.ResponsePart{}
	switch kind {
	case messageItem:
		if i.Role, i.Content = "assistant", &parts; a != nil {
			parts = append(parts, f.part(a.text, a.tokens))
		}
	case reasoningItem:
		i.Summary = &[]api.ResponsePart{}
		if i.Content = &parts; a != nil {
			parts = append(parts, api.ResponsePart{Type: "reasoning_text", Text: string(a.reasoning)})
		}
	case callItem:
		arguments := string(call.Arguments)
		i.CallID, i.Name, i.Arguments = call.ID, call.Name, &arguments
	}
	return i
}

// part is a text.
func (f *responseForm) part(said, tokens []byte) api.ResponsePart {
	return api.ResponsePart{Type: "output_text", Text: string(said), Annotations: &[]struct{}{}, Logprobs: f.logprobs(tokens)}
}

func (f *responseForm) logprobs(tokens []byte) *json.RawMessage {
	if !f.q.Logprobs {
		tokens = nil
	}
	list := json.RawMessage("[" + string(tokens) + "]")
	return &list
}

// finish ends the answer.
func (f *responseForm) finish(c pipeline.Completion) {
	f.answer.Status = "completed"
	if c.Finish == pipeline.FinishLength {
		f.answer.Status = "incomplete"
		f.answer.IncompleteDetails = &api.IncompleteDetails{Reason: "max_output_tokens"}
	}
	u := &api.ResponseUsage{InputTokens: c.PromptTokens, OutputTokens: c.CompletionTokens, TotalTokens: c.PromptTokens + c.CompletionTokens}
	u.OutputTokensDetails.ReasoningTokens = c.ReasoningTokens
	if !f.q.hideCached {
		u.InputTokensDetails = &api.PromptTokensDetails{CachedTokens: c.CachedTokens}
	}
	f.answer.Usage = u
}

func (f *responseForm) collect(d *pipeline.Delta) { f.said.collect(d) }

func (f *responseForm) whole(b []byte, c pipeline.Completion) []byte {
	f.finish(c)
	add := func(kind string, call *pipeline.CallDelta) {
		f.answer.Output = append(f.answer.Output, f.item(kind, "completed", &f.said, call))
	}
	if len(f.reasoning) > 0 {
		add(reasoningItem, nil)
	}
	if len(f.text) > 0 || len(f.tokens) > 0 || len(f.reasoning)+len(f.calls) == 0 { // as in a stream
		add(messageItem, nil)
	}
	for i := range f.calls {
		add(callItem, &f.calls[i])
	}
	if n := len(f.answer.Output); f.answer.Status == "incomplete" {
		f.answer.Output[n-1].Status = f.answer.Status
	}
	return append(b, asJSON(&f.answer)...)
}

func asJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil { // texts and numbers always have a form
		panic(err)
	}
	return b
}

// event appends one.
func (f *responseForm) event(b []byte, e api.ResponseEvent) []byte {
	e.Sequence = f.sequence
	f.sequence++
	b = append(append(b, "event: "...), e.Type...)
	b = append(append(b, "\ndata: "...), asJSON(&e)...)
	return append(b, "\n\n"...)
}

// at gives an event the place of the item that is open.
func (f *responseForm) at(kind string, e api.ResponseEvent) api.ResponseEvent {
	index := len(f.answer.Output)
	e.OutputIndex = &index
	if e.Item == nil {
		e.ItemID = f.item(f.open, "", nil, &pipeline.CallDelta{}).ID
	}
	if first := 0; kind == "content" {
		e.ContentIndex = &first
	}
	return e
}

func (f *responseForm) first(b []byte) []byte {
	b = f.event(b, api.ResponseEvent{Type: "response.created", Response: &f.answer})
	return f.event(b, api.ResponseEvent{Type: "response.in_progress", Response: &f.answer})
}

// begin opens an item, after the one that is open.
func (f *responseForm) begin(b []byte, kind string, call *pipeline.CallDelta) []byte {
	b = f.close(b, "completed")
	f.open, f.said = kind, said{}
	item := f.item(kind, "in_progress", nil, call)
	b = f.event(b, f.at("item", api.ResponseEvent{Type: "response.output_item.added", Item: &item}))
	switch kind {
	case messageItem:
		part := f.part(nil, nil)
		b = f.event(b, f.at("content", api.ResponseEvent{Type: "response.content_part.added", Part: &part}))
	case callItem:
		f.calls = []pipeline.CallDelta{{ID: call.ID, Name: call.Name}}
	}
	return b
}

// close ends the item that is open, if one is.
func (f *responseForm) close(b []byte, status string) []byte {
	var call *pipeline.CallDelta
	switch f.open {
	case "":
		return b
	case messageItem:
		said, part := string(f.text), f.part(f.text, f.tokens)
		b = f.event(b, f.at("content", api.ResponseEvent{Type: "response.output_text.done", Text: &said, Logprobs: part.Logprobs}))
		b = f.event(b, f.at("content", api.ResponseEvent{Type: "response.content_part.done", Part: &part}))
	case reasoningItem:
		said := string(f.reasoning)
		b = f.event(b, f.at("content", api.ResponseEvent{Type: "response.reasoning_text.done", Text: &said}))
	case callItem:
		call = &f.calls[0]
		arguments := string(call.Arguments)
		b = f.event(b, f.at("item", api.ResponseEvent{Type: "response.function_call_arguments.done", Name: call.Name, Arguments: &arguments}))
	}
	item := f.item(f.open, status, &f.said, call)
	b = f.event(b, f.at("item", api.ResponseEvent{Type: "response.output_item.done", Item: &item}))
	f.answer.Output = append(f.answer.Output, item)
	f.open = ""
	return b
}

func (f *responseForm) piece(b []byte, d *pipeline.Delta) []byte {
	delta := func(kind, event string, more []byte, logprobs *json.RawMessage) {
		said := string(more)
		b = f.event(b, f.at(kind, api.ResponseEvent{Type: event, Delta: &said, Logprobs: logprobs}))
	}
	if len(d.Reasoning) > 0 {
		if f.open != reasoningItem {
			b = f.begin(b, reasoningItem, nil)
		}
		f.reasoning = append(f.reasoning, d.Reasoning...)
		delta("content", "response.reasoning_text.delta", d.Reasoning, nil)
	}
	if len(d.Text) > 0 || len(d.Tokens) > 0 {
		if f.open != messageItem {
			b = f.begin(b, messageItem, nil)
		}
		f.text = append(f.text, d.Text...)
		f.tokens = appendTokens(f.tokens, d.Tokens)
		delta("content", "response.output_text.delta", d.Text, f.logprobs(appendTokens(nil, d.Tokens)))
	}
	for i := range d.Calls {
		c := &d.Calls[i]
		if c.ID != "" {
			b = f.begin(b, callItem, &pipeline.CallDelta{ID: c.ID, Name: c.Name})
		}
		if len(c.Arguments) > 0 {
			f.calls[0].Arguments = append(f.calls[0].Arguments, c.Arguments...)
			delta("item", "response.function_call_arguments.delta", c.Arguments, nil)
		}
	}
	return b
}

func (f *responseForm) last(b []byte, c pipeline.Completion) []byte {
	f.finish(c)
	if f.open == "" && len(f.answer.Output) == 0 { // nothing was said
		b = f.begin(b, messageItem, nil)
	}
	b = f.close(b, f.answer.Status)
	return f.event(b, api.ResponseEvent{Type: "response." + f.answer.Status, Response: &f.answer})
}

func (f *responseForm) broken(b []byte, e *httpError) []byte {
	return f.event(b, api.ResponseEvent{Type: "error", Code: e.body.Code, Message: e.body.Message})
}
