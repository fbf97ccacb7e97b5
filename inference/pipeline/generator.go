package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/sampling"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// Generator writes texts with one model. Its methods may be called by several
// goroutines at once.
type Generator struct {
	info      GeneratorInfo
	tokenizer *tokenizer.Tokenizer
	template  *chat.Template    // nil if the model has none
	special   map[string]string // the special tokens that it may name
	engine    *generation.Engine
	defaults  modelstore.Generation
	formats   *formats
	notation  *chat.Notation   // of calls; nil if there is no template
	answers   chat.Notation    // the same, as answers have it
	thoughts  map[int32][]byte // control tokens around thoughts, and what they say in answers
	control   map[int32][]byte // these, and those of calls
	noCUDA    error
	plain     bool // control tokens in raw prompts stay text
}

// Info describes the model.
func (g *Generator) Info() GeneratorInfo { return g.info }

// NoCUDA is why CUDA isn't what computes, if it was to where it is available.
func (g *Generator) NoCUDA() error { return g.noCUDA }

// Tokenize returns the ids of a raw prompt, with what the tokenizer puts before
// it if addSpecial and if the prompt doesn't begin with that itself. Control
// tokens in it are such, because a client may have rendered a conversation itself,
// unless GeneratorOptions say that they stay text. A prompt of more than limit ids is
// a *ContextLengthError.
func (g *Generator) Tokenize(text string, addSpecial bool, limit int) ([]int32, error) {
	part := tokenizer.Part{Text: text, Control: !g.plain}
	begin := g.tokenizer.Begin()
	if !addSpecial {
		begin = nil
	}
	n := len(begin)
	ids, fits := g.tokenizer.AppendUpTo(slices.Clone(begin), limit+n, part)
	if n > 0 && len(ids) >= 2*n && slices.Equal(ids[n:2*n], begin) {
		ids = ids[n:]
	}
	if !fits || len(ids) > limit {
		return nil, g.tooLong(limit)
	}
	return ids, nil
}

// tooLong is the error of a prompt of more tokens than limit.
func (g *Generator) tooLong(limit int) error {
	return &ContextLengthError{PromptTokens: limit, More: true, ContextWindow: g.info.ContextWindow}
}

// TokenizeChat returns the ids of the prompt of a conversation, with the tools that may be
// called in it. A conversation that the template doesn't take, or not as a whole, is an
// *InvalidError; one of more than limit ids is a *ContextLengthError. It ends with ctx.
func (g *Generator) TokenizeChat(ctx context.Context, r *GenerateRequest, limit int) ([]int32, error) {
	if g.template == nil {
		return nil, &InvalidError{Field: "messages", Problem: "the model has no chat template, so it can only continue a text: send a prompt to /v1/completions"}
	}
	if len(r.Messages) > limit { // each is a token at the least; they need not be rendered to know
		return nil, g.tooLong(limit)
	}
	in, of := g.inputs(r)
	segments, err := g.template.Prompt(ctx, in)
	if err != nil {
		return nil, templateError(err, of)
	}
	parts := make([]tokenizer.Part, len(segments))
	for i, s := range segments {
		parts[i] = tokenizer.Part{Text: s.Text, Control: s.Template}
	}
	ids, fits := g.tokenizer.AppendUpTo(nil, limit, parts...)
	if !fits {
		return nil, g.tooLong(limit)
	}
	return ids, nil
}

// templateError says why a template gave no prompt. of are the messages by those that it
// was given.
func templateError(err error, of []int) error {
	var refused *chat.TemplateError
	var lost *chat.LostError
	var cost *chat.CostError
	var unsupported *chat.UnsupportedError
	switch {
	case errors.As(err, &refused):
		return &InvalidError{Field: "messages", Problem: "the model's chat template says: " + refused.Message}
	case errors.As(err, &cost):
		return &InvalidError{Field: "messages", Problem: cost.Error()}
	case errors.As(err, &unsupported):
		return &InvalidError{Field: "messages", Problem: "this conversation needs what isn't supported of the model's " + unsupported.Error()}
	case errors.As(err, &lost):
		return &InvalidError{Field: fmt.Sprintf("messages[%d]", of[lost.Message]), Problem: lost.Problem}
	}
	return err
}

// Token returns the bytes that a token stands for, or its name if it is a
// control token; nil for an id that there isn't.
func (g *Generator) Token(id int32) []byte { return g.tokenizer.Name(id) }

// Generate begins a text. Its errors are a *ContextLengthError, an
// *InvalidError, a *turns.FullError, ErrDraining, or what went wrong here. The
// text ends when ctx does; the stream must be closed.
func (g *Generator) Generate(ctx context.Context, r GenerateRequest) (*Stream, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := g.engine.Full(r.Caller); err != nil {
		return nil, translateGeneration(err)
	}
	prompt, pin, err := g.prompt(ctx, &r)
	if err != nil {
		return nil, err
	}
	window := g.info.ContextWindow
	if len(prompt) >= window || len(prompt)+r.MaxTokens > window {
		if len(prompt) > window { // a list of ids, which may have been read no further
			return nil, g.tooLong(window)
		}
		e := &ContextLengthError{PromptTokens: len(prompt), MaxTokens: r.MaxTokens, ContextWindow: window}
		if len(prompt) == window {
			e.MaxTokens = 0
		}
		return nil, e
	}
	if r.MaxTokens == 0 {
		r.MaxTokens = window - len(prompt)
	}
	params := g.sampling(r.Sampling)
	q := &generation.Request{
		Tokens: prompt, MaxTokens: r.MaxTokens, Pin: pin, End: g.defaults.End,
		Caller: r.Caller, Sampling: params, Logprobs: r.Logprobs, TopLogprobs: r.TopLogprobs,
		WarmUp:       r.warmUp,
		Reproducible: r.Sampling.Seed != nil || params.Temperature <= 0 || params.TopK == 1,
	}
	if q.Constraint, err = g.constraint(ctx, &r, prompt); err != nil {
		return nil, err
	}
	s := newStream(g.tokenizer, r.Stop, len(prompt))
	s.sink.splitter = g.splitter(&r, prompt)
	q.Sink = &s.sink
	submitted, err := g.engine.Submit(q)
	if err != nil {
		return nil, translateGeneration(err)
	}
	s.begin(ctx, submitted)
	return s, nil
}

// prompt returns the ids of what is to be continued, and how many of the first
// ones come of the system prompt.
func (g *Generator) prompt(ctx context.Context, r *GenerateRequest) (ids []int32, pin int, err error) {
	field := "prompt"
	switch {
	case r.Messages != nil:
		field = "messages"
		if ids, err = g.TokenizeChat(ctx, r, g.info.ContextWindow); err == nil {
			pin = g.systemTokens(ctx, r, ids)
		}
	case r.Prompt != nil:
		ids, err = g.Tokenize(*r.Prompt, !r.BarePrompt, g.info.ContextWindow)
	default:
		ids = r.PromptTokens
	}
	if err == nil && len(ids) == 0 {
		err = &InvalidError{Field: "prompt", Problem: "the prompt has no tokens: send at least one"}
	}
	if err == nil {
		err = g.known(field, ids)
	}
	return ids, pin, err
}

// known refuses ids that the model has no embedding of. The tokenizer can give
// such, as Gemma 3's does for the token that stands for an image.
func (g *Generator) known(field string, ids []int32) error {
	for _, id := range ids {
		if id >= 0 && int(id) < g.info.Vocabulary {
			continue
		}
		if name := g.Token(id); name != nil {
			return &InvalidError{Field: field, Problem: fmt.Sprintf("it has the token %.80q (%d), which the tokenizer knows but not the model, whose tokens are 0 to %d: leave it out",
				name, id, g.info.Vocabulary-1)}
		}
		return &InvalidError{Field: field, Problem: fmt.Sprintf("it has the token %d: the model's tokens are 0 to %d", id, g.info.Vocabulary-1)}
	}
	return nil
}

// systemTokens is how many of a prompt's first tokens another conversation with
// the same system prompt and tools has too.
func (g *Generator) systemTokens(ctx context.Context, r *GenerateRequest, ids []int32) int {
	messages := r.Messages
	if len(messages) < 2 || messages[0].Role != chat.System {
		return 0
	}
	// Another beginning, so that no token of the user's text is counted.
	other := "."
	if text := messages[1].Content; text != "" && text[0] == '.' {
		other = "-"
	}
	begun := &GenerateRequest{Messages: []chat.Message{messages[0], {Role: messages[1].Role, Content: other}}, Tools: r.Tools, ToolChoice: r.ToolChoice, Variables: r.Variables}
	prompt, err := g.TokenizeChat(ctx, begun, g.info.ContextWindow)
	if err != nil {
		return 0
	}
	n := 0
	for n < len(ids)-1 && n < len(prompt) && ids[n] == prompt[n] {
		n++
	}
	return n
}

// sharedTokens is how the prompts of conversations with that system prompt begin.
func (g *Generator) sharedTokens(system string) ([]int32, error) {
	r := &GenerateRequest{Messages: []chat.Message{{Role: chat.System, Content: system}, {Role: chat.User, Content: "."}}}
	ctx := context.Background() // the operator's
	ids, err := g.TokenizeChat(ctx, r, g.info.ContextWindow)
	if err != nil {
		return nil, fmt.Errorf("a shared system prompt: %w", err)
	}
	return ids[:g.systemTokens(ctx, r, ids)], nil
}

// sampling fills in the model's defaults.
func (g *Generator) sampling(s Sampling) sampling.Params {
	d := &g.defaults
	p := sampling.Params{
		Temperature: d.Temperature, TopK: d.TopK, TopP: d.TopP, MinP: d.MinP, RepetitionPenalty: d.RepetitionPenalty,
		Bias: s.LogitBias,
	}
	if !d.Sample {
		p.Temperature = 0
	}
	override(&p.Temperature, s.Temperature)
	override(&p.TopK, s.TopK)
	override(&p.TopP, s.TopP)
	if p.TopP == 0 { // no token but the first reaches it
		p.Temperature, p.TopP = 0, 1
	}
	override(&p.MinP, s.MinP)
	override(&p.RepetitionPenalty, s.RepetitionPenalty)
	override(&p.FrequencyPenalty, s.FrequencyPenalty)
	override(&p.PresencePenalty, s.PresencePenalty)
	if s.Seed != nil {
		p.Seed = uint64(*s.Seed)
	} else {
		p.Seed = rand.Uint64()
	}
	return p
}

func override[T any](to *T, by *T) {
	if by != nil {
		*to = *by
	}
}

func translateGeneration(err error) error {
	switch {
	case errors.Is(err, generation.ErrClosed):
		return ErrDraining
	case errors.Is(err, generation.ErrCancelled):
		return context.Canceled
	case errors.Is(err, sampling.ErrNotFinite):
		return ErrNotFinite
	}
	return err
}

// Warm generates a few tokens, so that the first request doesn't pay for what
// the runtime sets up on first use. A model that `scorer optimize` prepared has
// answered prompts of many chunks then; any other has to do so here.
func (g *Generator) Warm(ctx context.Context) error {
	ids, err := g.Tokenize("warm up", true, warmTokens)
	if err != nil {
		return fmt.Errorf("warm-up: %w", err)
	}
	n := warmTokens
	if g.info.Optimized {
		n = len(ids)
	}
	prompt := make([]int32, min(n, g.info.ContextWindow-warmSteps))
	for i := range prompt {
		prompt[i] = ids[i%len(ids)]
	}
	var temperature float32
	s, err := g.Generate(ctx, GenerateRequest{PromptTokens: prompt, MaxTokens: warmSteps, warmUp: true, Sampling: Sampling{Temperature: &temperature}})
	if err != nil {
		return fmt.Errorf("warm-up: %w", err)
	}
	defer s.Close()
	var d Delta
	for err == nil {
		err = s.Next(&d)
	}
	if c := s.Completion(); c.CompletionTokens > 0 {
		return nil
	}
	return fmt.Errorf("warm-up: %w", err)
}

// warmTokens is more than a chunk of a prompt.
const warmTokens, warmSteps = 80, 2

// Close refuses new texts, waits for those under way until ctx ends, cuts what
// is left then, and frees the model.
func (g *Generator) Close(ctx context.Context) error {
	defer context.AfterFunc(ctx, g.engine.CancelAll)()
	return g.engine.Close()
}
