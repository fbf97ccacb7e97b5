package server_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
)

// connect opens a connection to a server.
func (s *started) connect(t testing.TB) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn, bufio.NewReader(conn)
}

// TestExpectContinue checks that a client that asks first is told before it
// sends what won't be taken.
func TestExpectContinue(t *testing.T) {
	s := start(t, &fake{})
	ask := func(contentType string, length int) (net.Conn, *bufio.Reader, string) {
		conn, r := s.connect(t)
		if _, err := fmt.Fprintf(conn, "POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", contentType, length); err != nil {
			t.Fatal(err)
		}
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return conn, r, line
	}
	if _, _, line := ask("application/json", 5000); !strings.HasPrefix(line, "HTTP/1.1 413 ") {
		t.Errorf("too large: %s", line)
	}
	if _, _, line := ask("text/plain", 10); !strings.HasPrefix(line, "HTTP/1.1 415 ") {
		t.Errorf("another type: %s", line)
	}
	const body = `{"text": "a"}`
	conn, r, line := ask("application/json", len(body))
	if !strings.HasPrefix(line, "HTTP/1.1 100 ") {
		t.Fatalf("a good one: %s", line)
	}
	if _, err := r.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
	if line, err := r.ReadString('\n'); err != nil || !strings.HasPrefix(line, "HTTP/1.1 200 ") {
		t.Errorf("a good one: %s, %v", line, err)
	}
}

// TestAnswersReachThoseWhoReadLate sends whole bodies, slowly enough for an
// early close to be seen, before it reads an answer.
func TestAnswersReachThoseWhoReadLate(t *testing.T) {
	s := start(t, &fake{})
	const size, pieceSize = 12 << 20, 1 << 20
	for _, c := range []struct {
		name, head string
		status     int
	}{
		{"too large", "POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n", 413},
		{"another type", "POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n", 415},
		{"no route", "POST /nothing HTTP/1.1\r\nHost: x\r\n", 404},
		{"no method", "PUT /v2 HTTP/1.1\r\nHost: x\r\n", 405},
	} {
		for _, chunked := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, chunked %v", c.name, chunked), func(t *testing.T) {
				t.Parallel()
				conn, r := s.connect(t)
				before, after := "", ""
				head := fmt.Sprintf("%sContent-Length: %d\r\n\r\n", c.head, size)
				if chunked {
					head, before, after = c.head+"Transfer-Encoding: chunked\r\n\r\n", fmt.Sprintf("%x\r\n", pieceSize), "\r\n"
				}
				if _, err := io.WriteString(conn, head); err != nil {
					t.Fatal(err)
				}
				piece := before + strings.Repeat("a", pieceSize) + after
				for sent := 0; sent < size; sent += pieceSize {
					if _, err := io.WriteString(conn, piece); err != nil {
						t.Fatalf("after %d bytes: %v", sent, err)
					}
					time.Sleep(60 * time.Millisecond) // a slow line: all pieces take longer than net/http waits before it closes
				}
				if chunked {
					_, _ = io.WriteString(conn, "0\r\n\r\n")
				}
				resp, err := http.ReadResponse(r, nil)
				if err != nil {
					t.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				if resp.StatusCode != c.status {
					t.Errorf("status %d", resp.StatusCode)
				}
				// The connection is as good as before.
				if _, err := io.WriteString(conn, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
					t.Fatal(err)
				}
				if line, err := r.ReadString('\n'); err != nil || !strings.HasPrefix(line, "HTTP/1.1 200 ") {
					t.Errorf("another request: %q, %v", line, err)
				}
			})
		}
	}
}

// TestHTTP2WithoutTLS speaks HTTP/2 by prior knowledge, and stops the server
// meanwhile.
func TestHTTP2WithoutTLS(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &scripted{pieces: strings.Split(strings.Repeat("a ", 20), " "), delay: 20 * time.Millisecond}
	s := server.New(server.Options{
		Classifier: &fake{}, Generator: server.GeneratorOf(g), Limits: limits, Metrics: telemetry.NewMetrics(), Log: slog.New(slog.DiscardHandler),
	})
	s.SetReady()
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() {
		served <- s.Serve(ctx, l, server.Stopping{DrainDelay: 200 * time.Millisecond, Grace: 5 * time.Second})
	}()
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	client := &http.Client{Transport: &http.Transport{Protocols: &protocols}}
	post := func(path, body string) answer {
		resp, err := client.Post("http://"+l.Addr().String()+path, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		content, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer{resp, string(content)}
	}
	if got := post("/score", `{"text": "a"}`); got.StatusCode != 200 || got.ProtoMajor != 2 || !strings.Contains(got.body, "POSITIVE") {
		t.Errorf("status %d by %s, %s", got.StatusCode, got.Proto, got.body)
	}
	if got := post("/score", strings.Repeat("a", 1<<20)); got.StatusCode != 413 {
		t.Errorf("too large: status %d", got.StatusCode)
	}
	if got := post("/v1/chat/completions", `{`+hello+`, "stream": true}`); got.StatusCode != 200 || !strings.HasSuffix(got.body, "data: [DONE]\n\n") {
		t.Errorf("a stream: status %d, %s", got.StatusCode, got.body)
	}
	var long sync.WaitGroup
	long.Go(func() { // it takes longer than the drain delay
		if got := post("/v1/chat/completions", `{`+hello+`, "stream": true}`); !strings.HasSuffix(got.body, "data: [DONE]\n\n") {
			t.Errorf("a stream while stopping: status %d, %s", got.StatusCode, got.body)
		}
	})
	for g.asked() < 2 {
		time.Sleep(time.Millisecond)
	}
	stop()
	if got := post("/score", `{"text": "a"}`); got.StatusCode != 200 {
		t.Errorf("while stopping: status %d", got.StatusCode)
	}
	long.Wait()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// TestMethodsAndPaths asks as clients do that write URLs and methods otherwise.
func TestMethodsAndPaths(t *testing.T) {
	s := start(t, &fake{}, func(o *server.Options) { o.Generator = server.GeneratorOf(&scripted{}) })
	const score = `{"text": "a"}`
	for _, c := range []struct {
		method, path, body string
		status             int
		header, value      string
	}{
		{"POST", "/score/", score, 200, "", ""},
		{"POST", "//score", score, 200, "", ""},
		{"POST", "//v1/chat/completions/", `{` + hello + `}`, 200, "", ""},
		{"POST", "/v1//chat///completions", `{` + hello + `}`, 200, "", ""},
		{"GET", "/v1/models/", "", 200, "", ""},
		{"GET", "/v1/models/org%2Ftiny-chat", "", 200, "", ""},
		{"GET", "/v1/models/org%2Ftiny-chat/", "", 200, "", ""},
		{"GET", "/v2/", "", 200, "", ""},
		{"HEAD", "/readyz", "", 200, "Content-Length", "5"},
		{"HEAD", "/", "", 200, "Content-Length", "7"},
		{"HEAD", "/v2", "", 200, "Content-Type", "application/json"},
		{"HEAD", "/score", "", 405, "Allow", "POST"},
		{"HEAD", "/nothing", "", 404, "", ""},
		{"OPTIONS", "/score", "", 204, "Allow", "POST"},
		{"OPTIONS", "/info", "", 204, "Allow", "GET"},
		{"OPTIONS", "/nothing", "", 404, "", ""},
		{"GET", "/../score", "", 405, "Allow", "POST"},
	} {
		got := s.do(t, c.method, c.path, c.body)
		if got.StatusCode != c.status || c.header != "" && got.Header.Get(c.header) != c.value {
			t.Errorf("%s %s: status %d, %v; want %d, %s: %s", c.method, c.path, got.StatusCode, got.Header, c.status, c.header, c.value)
		}
		if got.Request.Response != nil && c.path != "/../score" { // Azure's gateway makes a 424 of it
			t.Errorf("%s %s: redirected with %d", c.method, c.path, got.Request.Response.StatusCode)
		}
	}
}
