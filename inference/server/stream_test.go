package server_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

const streamed = `{` + hello + `, "stream": true}`

// dial sends a request over a connection of its own.
func (s *started) dial(t testing.TB, path, body string) net.Conn {
	t.Helper()
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body); err != nil {
		t.Fatal(err)
	}
	return conn
}

// TestTokensComeAtOnce checks that an event is sent before the next is there.
func TestTokensComeAtOnce(t *testing.T) {
	s := chats(t, &scripted{pieces: []string{"first"}, hang: true, closed: make(chan struct{}, 1)})
	conn := s.dial(t, "/v1/chat/completions", streamed)
	if err := conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		if strings.Contains(lines.Text(), `"content":"first"`) {
			return
		}
	}
	t.Errorf("the first token did not come: %v", lines.Err())
}

// TestLeaverEndsItsText checks that a client that hangs up ends the generation,
// at once, whether its answer is streamed or not.
func TestLeaverEndsItsText(t *testing.T) {
	for _, body := range []string{streamed, `{` + hello + `}`} {
		g := &scripted{pieces: []string{"a"}, hang: true, closed: make(chan struct{}, 1)}
		s := chats(t, g)
		conn := s.dial(t, "/v1/chat/completions", body)
		g.await(t)
		left := time.Now()
		_ = conn.Close()
		select {
		case <-g.closed:
			if d := time.Since(left); d > 200*time.Millisecond {
				t.Errorf("the text was closed %v after the client left", d)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("the text was not closed")
		}
		for deadline := time.Now().Add(3 * time.Second); !strings.Contains(s.log.String(), `"status":499`); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("the log has no status 499: %s", s.log)
			}
		}
	}
}

// TestKeepAlive checks that comments are sent while no token comes, and how often. The
// pieces come when there were some.
func TestKeepAlive(t *testing.T) {
	const every = 20 * time.Millisecond
	g := &scripted{pieces: []string{"a"}, let: make(chan struct{})}
	s := chats(t, g, func(o *server.Options) { o.Streaming.KeepAlive = every })
	began := time.Now()
	resp, err := http.Post(s.url+"/v1/chat/completions", "application/json", strings.NewReader(streamed))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	comments, events := 0, 0
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		switch line := lines.Text(); {
		case line == ": keep-alive":
			comments++
			if took := time.Since(began); took < time.Duration(comments)*every {
				t.Errorf("%d comments came in %v, one each %v is due", comments, took, every)
			}
			if comments == 5 || comments == 10 {
				g.let <- struct{}{}
			}
		case strings.HasPrefix(line, "data: "):
			events++
		case line != "":
			t.Errorf("%q is neither an event nor a comment", line)
		}
	}
	if err := lines.Err(); err != nil || comments < 10 || events != 4 {
		t.Errorf("%d comments and %d events, %v", comments, events, err)
	}
}

// TestStuckClientIsLeft checks that a client that reads nothing doesn't hold a
// text for longer than the write time-out.
func TestStuckClientIsLeft(t *testing.T) {
	g := &scripted{closed: make(chan struct{}, 1)}
	long := strings.Repeat("x", 1<<20)
	for range 64 {
		g.pieces = append(g.pieces, long)
	}
	s := chats(t, g, func(o *server.Options) { o.Streaming.WriteTimeout = 100 * time.Millisecond })
	conn := s.dial(t, "/v1/chat/completions", streamed)
	defer func() { _ = conn.Close() }()
	select {
	case <-g.closed:
	case <-time.After(10 * time.Second):
		t.Error("the text still runs")
	}
}

// TestTextOutlivesTimeouts checks that the time-outs of the HTTP server don't
// cut an answer that takes longer.
func TestTextOutlivesTimeouts(t *testing.T) {
	for _, body := range []string{streamed, `{` + hello + `}`} {
		s := server.New(chatOptions(&scripted{pieces: []string{"a", "b", "c"}, delay: 100 * time.Millisecond}))
		s.SetReady()
		h := httptest.NewUnstartedServer(s)
		h.Config.ReadTimeout, h.Config.WriteTimeout = 50*time.Millisecond, 50*time.Millisecond
		h.Start()
		defer h.Close()
		st := &started{Server: s, url: h.URL, log: &scorerproc.Buffer{}}
		got := st.do(t, "POST", "/v1/chat/completions", body)
		if got.StatusCode != 200 || !strings.Contains(got.body, `"finish_reason":"stop"`) {
			t.Errorf("status %d: %q", got.StatusCode, got.body)
		}
	}
}

// TestGenerationTimeout checks an answer that takes too long.
func TestGenerationTimeout(t *testing.T) {
	s := chats(t, &scripted{pieces: []string{"a"}, hang: true, closed: make(chan struct{}, 2)}, func(o *server.Options) { o.Streaming.Timeout = 50 * time.Millisecond })
	got := s.do(t, "POST", "/v1/chat/completions", `{`+hello+`}`)
	if e, _ := got.openAIError(t); got.StatusCode != 504 || !strings.Contains(e.Message, "50ms") {
		t.Errorf("status %d: %s", got.StatusCode, got.body)
	}
	events := s.do(t, "POST", "/v1/chat/completions", streamed).events(t)
	if last := events[len(events)-1]; !strings.Contains(last, "deadline_exceeded") {
		t.Errorf("the last event is %s", last)
	}
}

// TestDrainingFinishesStreams checks that a text in flight is written to its
// end when the server stops.
func TestDrainingFinishesStreams(t *testing.T) {
	g := &scripted{pieces: strings.Split(strings.Repeat("x", 30), ""), delay: 20 * time.Millisecond}
	s := server.New(chatOptions(g))
	s.SetReady()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() {
		served <- s.Serve(ctx, l, server.Stopping{DrainDelay: time.Millisecond, Grace: 10 * time.Second})
	}()
	st := &started{Server: s, url: "http://" + l.Addr().String(), log: &scorerproc.Buffer{}}
	time.AfterFunc(100*time.Millisecond, stop)
	got := st.do(t, "POST", "/v1/chat/completions", streamed)
	if !strings.HasSuffix(got.body, "data: [DONE]\n\n") || strings.Count(got.body, `"content":"x"`) != 30 {
		t.Errorf("the text was cut: %s", got.body)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// TestGraceEndsStreams checks that a text which doesn't end in time is told
// why it is cut.
func TestGraceEndsStreams(t *testing.T) {
	g := &scripted{pieces: []string{"a"}, hang: true}
	s := server.New(chatOptions(g))
	s.SetReady()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() {
		served <- s.Serve(ctx, l, server.Stopping{DrainDelay: time.Millisecond, Grace: time.Second})
	}()
	st := &started{Server: s, url: "http://" + l.Addr().String(), log: &scorerproc.Buffer{}}
	time.AfterFunc(50*time.Millisecond, stop)
	events := st.do(t, "POST", "/v1/chat/completions", streamed).events(t)
	if last := events[len(events)-1]; !strings.Contains(last, `"code":"draining"`) {
		t.Errorf("the last event is %s", last)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// counting notes how many allocations the process had made at two tokens.
type counting struct {
	scriptedStream
	from, to, n int
	mallocs     [2]uint64
	done        chan struct{}
}

func (c *counting) Next(d *pipeline.Delta) error {
	var m runtime.MemStats
	switch c.n {
	case c.from:
		runtime.ReadMemStats(&m)
		c.mallocs[0] = m.Mallocs
	case c.to:
		runtime.ReadMemStats(&m)
		c.mallocs[1] = m.Mallocs
		close(c.done)
		return io.EOF
	}
	c.n++
	d.Text = append(d.Text[:0], " word"...)
	return nil
}

func (c *counting) Close() {}

type countingGenerator struct {
	scripted
	stream *counting
}

func (g *countingGenerator) Generate(context.Context, pipeline.GenerateRequest) (*counting, error) {
	return g.stream, nil
}

// TestTokensCostNoGarbage counts the allocations of a token on its way through
// a real connection: this process's, so that the reading side is included.
func TestTokensCostNoGarbage(t *testing.T) {
	const tokens = 10000
	for _, path := range []string{"/v1/chat/completions", "/score"} {
		stream := &counting{scriptedStream: scriptedStream{g: &scripted{}}, from: 100, to: 100 + tokens, done: make(chan struct{})}
		s := start(t, nil, func(o *server.Options) {
			o.Generator = server.GeneratorOf(&countingGenerator{stream: stream})
		})
		conn := s.dial(t, path, streamed)
		received := make(chan int, 1)
		go func() {
			buf, got := make([]byte, 1<<16), 0
			for {
				n, err := conn.Read(buf)
				got += bytes.Count(buf[:n], []byte(`{"content":" word"}`))
				if err != nil || bytes.Contains(buf[:n], []byte("[DONE]")) {
					received <- got
					return
				}
			}
		}()
		select {
		case <-stream.done:
		case <-time.After(30 * time.Second):
			t.Fatal("the text did not end")
		}
		if n := <-received; n < tokens { // a few were split between two reads
			t.Errorf("%s: %d tokens came, %d were sent", path, n, stream.to)
		}
		per := float64(stream.mallocs[1]-stream.mallocs[0]) / tokens
		t.Logf("%s: %.3f allocations a token", path, per)
		if per > 2 {
			t.Errorf("%s: %.2f allocations a token, at most 2 are allowed", path, per)
		}
	}
}

// TestManyChats runs a hundred conversations at once, none of which may be lost.
func TestManyChats(t *testing.T) {
	s := chats(t, &scripted{pieces: []string{"a", "b", "c"}, delay: time.Millisecond})
	failed := make(chan string, 100)
	for range 100 {
		go func() {
			resp, err := http.Post(s.url+"/v1/chat/completions", "application/json", strings.NewReader(streamed))
			if err != nil {
				failed <- err.Error()
				return
			}
			defer func() { _ = resp.Body.Close() }()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != 200 || !strings.HasSuffix(string(body), "data: [DONE]\n\n") {
				failed <- fmt.Sprintf("%d %v %s", resp.StatusCode, err, body)
				return
			}
			failed <- ""
		}()
	}
	for range 100 {
		if f := <-failed; f != "" {
			t.Error(f)
		}
	}
}
