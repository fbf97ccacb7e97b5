package server_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// scripted is a generator that writes what a test says.
type scripted struct {
	pieces []string
	deltas []pipeline.Delta // before the pieces
	finish pipeline.FinishReason
	err    error         // of Generate
	failAt int           // the request, from 1 on, whose prompt is too long
	after  error         // of Next after the pieces, instead of io.EOF
	delay  time.Duration // before each piece
	let    chan struct{} // if it isn't nil, each piece, and the end, awaits a value
	hang   bool          // after the pieces, until the context ends
	closed chan struct{} // gets a value for each stream that is closed early

	mu       sync.Mutex
	requests []pipeline.GenerateRequest
}

// await waits for a request.
func (g *scripted) await(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		g.mu.Lock()
		n := len(g.requests)
		g.mu.Unlock()
		if n > 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("no request came")
		}
	}
}

func (g *scripted) Info() pipeline.GeneratorInfo {
	return pipeline.GeneratorInfo{
		Name: "tiny-chat", Architecture: "Gemma3ForCausalLM", Precision: "fp32", Provider: "CPU", ContextWindow: 2048, MaxSequences: 4, Share: 6,
		Threads: 2, Vocabulary: 2560, Created: time.Unix(1700000000, 0), SourceSHA256: "0123456789abcdef",
	}
}

func (g *scripted) Tokenize(text string, addSpecial bool, limit int) ([]int32, error) {
	var ids []int32
	if addSpecial {
		ids = append(ids, 2)
	}
	for _, c := range []byte(text) {
		ids = append(ids, int32(c))
	}
	if len(ids) > limit {
		return nil, &pipeline.ContextLengthError{PromptTokens: limit, More: true, ContextWindow: 2048}
	}
	return ids, nil
}

func (g *scripted) TokenizeChat(_ context.Context, r *pipeline.GenerateRequest, limit int) ([]int32, error) {
	var all strings.Builder
	for _, m := range r.Messages {
		all.WriteString(m.Content)
	}
	for _, t := range r.Tools {
		all.WriteString(t.Name)
	}
	return g.Tokenize(all.String(), true, limit)
}

func (g *scripted) Token(id int32) []byte { return []byte{byte(id)} }

func (g *scripted) Generate(ctx context.Context, r pipeline.GenerateRequest) (*scriptedStream, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.requests = append(g.requests, r)
	if g.err != nil {
		return nil, g.err
	}
	if len(g.requests) == g.failAt {
		return nil, &pipeline.ContextLengthError{PromptTokens: 3000, ContextWindow: 2048}
	}
	return &scriptedStream{g: g, ctx: ctx, logprobs: r.Logprobs, top: r.TopLogprobs}, nil
}

// asked is how many requests came.
func (g *scripted) asked() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.requests)
}

// last is the request that came last.
func (g *scripted) last(t testing.TB) pipeline.GenerateRequest {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.requests) == 0 {
		t.Fatal("no request came")
	}
	return g.requests[len(g.requests)-1]
}

type scriptedStream struct {
	g        *scripted
	ctx      context.Context
	logprobs bool
	top      int
	next     int
	delta    int
	ended    bool
}

func (s *scriptedStream) Next(d *pipeline.Delta) error {
	d.Text, d.Tokens = d.Text[:0], d.Tokens[:0]
	if s.g.delay > 0 {
		select {
		case <-time.After(s.g.delay):
		case <-s.ctx.Done():
		}
	}
	if s.g.let != nil {
		select {
		case <-s.g.let:
		case <-s.ctx.Done():
		}
	}
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if d.Reasoning, d.Calls = nil, nil; s.delta < len(s.g.deltas) {
		d.Reasoning, d.Text, d.Calls = s.g.deltas[s.delta].Reasoning, append(d.Text, s.g.deltas[s.delta].Text...), s.g.deltas[s.delta].Calls
		s.delta++
		return nil
	}
	if s.next == len(s.g.pieces) {
		if s.g.hang {
			<-s.ctx.Done()
			return s.ctx.Err()
		}
		s.ended = true
		if s.g.after != nil {
			return s.g.after
		}
		return io.EOF
	}
	piece := s.g.pieces[s.next]
	s.next++
	d.Text = append(d.Text, piece...)
	d.Generated = s.next
	if s.logprobs {
		token := pipeline.TokenLogprob{ID: int32(s.next), Bytes: []byte(piece), Logprob: -0.5}
		for i := range s.top {
			token.Top = append(token.Top, pipeline.TokenLogprob{ID: int32(i), Bytes: []byte{'a' + byte(i)}, Logprob: -0.5 - float32(i)})
		}
		d.Tokens = append(d.Tokens, token)
	}
	return nil
}

func (s *scriptedStream) Completion() pipeline.Completion {
	finish := s.g.finish
	if finish == "" {
		finish = pipeline.FinishStop
	}
	thought := 0
	for _, d := range s.g.deltas {
		thought += min(1, len(d.Reasoning))
	}
	return pipeline.Completion{
		Finish: finish, PromptTokens: 9, CachedTokens: 4, CompletionTokens: s.next, ReasoningTokens: thought,
		Timing: pipeline.GenerationTiming{Queue: time.Millisecond, Prefill: 20 * time.Millisecond, Decode: 30 * time.Millisecond},
	}
}

func (s *scriptedStream) Close() {
	if !s.ended && s.g.closed != nil {
		s.g.closed <- struct{}{}
	}
	s.ended = true
}

// chats starts a server with a chat model alone.
func chats(t testing.TB, g *scripted, change ...func(*server.Options)) *started {
	return start(t, nil, append([]func(*server.Options){func(o *server.Options) { o.Generator = server.GeneratorOf(g) }}, change...)...)
}

// chatOptions are those of a server that a test runs itself.
func chatOptions(g *scripted) server.Options {
	return server.Options{
		Generator: server.GeneratorOf(g), Limits: limits, Metrics: telemetry.NewMetrics(), Log: slog.New(slog.DiscardHandler),
	}
}

// serveHandler answers for s over real connections.
func serveHandler(t testing.TB, s *server.Server) *started {
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return &started{Server: s, url: h.URL, log: &scorerproc.Buffer{}}
}

// events are the data of the events of an answer.
func (a answer) events(t testing.TB) []string {
	t.Helper()
	if got := a.Header.Get("Content-Type"); got != "text/event-stream" || a.StatusCode != 200 {
		t.Fatalf("status %d, Content-Type %q: %s", a.StatusCode, got, a.body)
	}
	var all []string
	for block := range strings.SplitSeq(strings.TrimSuffix(a.body, "\n\n"), "\n\n") {
		data, ok := strings.CutPrefix(block, "data: ")
		switch {
		case ok:
			all = append(all, data)
		case !strings.HasPrefix(block, ":"):
			t.Fatalf("%q is neither an event nor a comment", block)
		}
	}
	return all
}

// decode reads an answer's body.
func decode[T any](t testing.TB, body string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return v
}

const hello = `"messages": [{"role": "user", "content": "Hello"}]`
