package hostile

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// longChat is a chat whose answer takes a while.
const longChat = `{"messages": [{"role": "user", "content": "Please write a short poem about the sea."}], "max_tokens": 1500, "temperature": 1.5, "logit_bias": {"1": -100, "106": -100}, "stream": %t}`

func post(path, body string, header ...string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s", path, len(body), strings.Join(header, ""), body)
}

// TestHalfClosed sends requests and says that nothing more comes, while the answer is
// still awaited: whatever comes must not pass for a whole answer.
func TestHalfClosed(t *testing.T) {
	p := serve(t)
	before := polite(t, p)
	start := memory(t, p, "VmRSS")
	for _, stream := range []bool{false, true} {
		var all []net.Conn
		for range scaled(20, 200) {
			c := dial(t, p, post(api.ChatPath, fmt.Sprintf(longChat, stream)))
			if err := c.(*net.TCPConn).CloseWrite(); err != nil {
				t.Fatal(err)
			}
			all = append(all, c)
		}
		slowest := polite(t, p)
		for _, c := range all {
			_ = c.SetReadDeadline(time.Now().Add(30 * time.Second))
			resp, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				continue // cut before an answer
			}
			body, err := io.ReadAll(resp.Body)
			if resp.StatusCode < 400 && (err == nil || strings.Contains(string(body), "[DONE]")) {
				t.Fatalf("stream %v: status %d with a whole answer of %d bytes: %.200q", stream, resp.StatusCode, len(body), body)
			}
		}
		t.Logf("%d half-closed clients (stream: %v): %d MiB, %d before; the slowest polite answer took %v, %v before",
			len(all), stream, memory(t, p, "VmHWM"), start, slowest, before)
	}
}

// TestTwoLengths sends one message with two lengths, by which it may be two to another
// server, at the beginning of a connection and behind a good request.
func TestTwoLengths(t *testing.T) {
	p := serve(t)
	smuggled := "POST /score HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /info HTTP/1.1\r\nHost: a\r\n\r\n"
	for _, first := range []string{"", post(api.ScorePath, `{"text": "lovely"}`)} {
		c := dial(t, p, "")
		r := bufio.NewReader(c)
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		if first != "" {
			if _, err := io.WriteString(c, first); err != nil {
				t.Fatal(err)
			}
			resp, err := http.ReadResponse(r, nil)
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Fatalf("a good request: %v, %v", resp, err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
		}
		if _, err := io.WriteString(c, smuggled); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != http.StatusBadRequest || !resp.Close || !strings.Contains(string(body), "both Content-Length and Transfer-Encoding") {
			t.Errorf("status %d, closed: %v: %s", resp.StatusCode, resp.Close, body)
		}
		if more, err := http.ReadResponse(r, nil); err == nil {
			t.Errorf("what was smuggled is answered %d", more.StatusCode)
		}
	}
	t.Logf("%d MiB; the slowest polite answer took %v", memory(t, p, "VmHWM"), polite(t, p))
}

// TestForeignPages sends what a browser sends for a page of another origin without
// asking the server first.
func TestForeignPages(t *testing.T) {
	p := serve(t, "--cors-allow-origin", "https://friend.example")
	for _, c := range []struct {
		origin, contentType string
		status              int
	}{
		{"https://evil.example", "", 415},
		{"https://evil.example", "text/plain", 415},
		{"https://evil.example", "application/x-www-form-urlencoded", 415},
		{"null", "", 415},
		{"https://evil.example", "application/json", 200}, // browsers ask before they send this
		{"https://friend.example", "", 200},
		{p.URL, "", 200},
		{"", "", 200},
	} {
		for _, q := range politeRequests {
			if q.method != http.MethodPost {
				continue
			}
			r, err := http.NewRequest(q.method, p.URL+q.path, strings.NewReader(q.body))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range map[string]string{"Origin": c.origin, "Content-Type": c.contentType} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			if resp.StatusCode != c.status {
				t.Errorf("%s of %q as %q: status %d, want %d", q.path, c.origin, c.contentType, resp.StatusCode, c.status)
			}
		}
	}
	t.Logf("%d MiB; the slowest polite answer took %v", memory(t, p, "VmHWM"), polite(t, p))
}

// TestLogOfBrokenOff leaves streams, and looks for what they cost in the log, and for
// what was said, which must not be there, at level debug.
func TestLogOfBrokenOff(t *testing.T) {
	p := serve(t, "--log-level", "debug")
	const secret = "zanzibar-7731"
	c := dial(t, p, post(api.ChatPath, strings.Replace(fmt.Sprintf(longChat, true), "the sea", secret, 1)))
	r := bufio.NewReader(c)
	for range 40 { // the header and some events
		if _, err := r.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	_ = c.Close()
	line := awaitLine(t, p, `"status":499`)
	var got struct {
		Prompt int    `json:"prompt_tokens"`
		Output int    `json:"output_tokens"`
		Finish string `json:"finish"`
	}
	if err := json.Unmarshal([]byte(line), &got); err != nil {
		t.Fatal(err)
	}
	if got.Prompt < 10 || got.Output < 1 || got.Finish != "" {
		t.Errorf("a stream that its client left is logged so: %s", line)
	}
	if strings.Contains(p.Log(), secret) {
		t.Error("the log has what was said")
	}
	t.Logf("%d MiB; the slowest polite answer took %v", memory(t, p, "VmHWM"), polite(t, p))
}

// awaitLine waits for a line of the log that contains part.
func awaitLine(t *testing.T, p *scorerproc.Process, part string) string {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		for line := range strings.Lines(p.Log()) {
			if strings.Contains(line, part) {
				return line
			}
		}
	}
	t.Fatalf("the log never has %s", part)
	return ""
}

// TestOneAddressHoldsAll opens connections from one address until no more are taken:
// another address is answered.
func TestOneAddressHoldsAll(t *testing.T) {
	const limit = 20
	p := serve(t, "--caller", "address", "--max-per-caller", fmt.Sprint(limit))
	for range 2 * limit { // those over the limit are closed as they come
		c, err := net.Dial("tcp", strings.TrimPrefix(p.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
	}
	// The connection that asked whether the server is ready may end late, and leave
	// its place to one of these, which keeps it.
	answered := 0
	for range 3 {
		greedy := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{}}
		defer greedy.CloseIdleConnections()
		if _, _, err := send(greedy, p.URL, politeRequests[0]); err == nil {
			answered++
		}
	}
	if answered > 1 {
		t.Errorf("%d connections of the address more than it may hold are answered", answered)
	}
	other := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	polite := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DialContext: other.DialContext}}
	began := time.Now()
	if status, answer, err := send(polite, p.URL, politeRequests[0]); err != nil || status != http.StatusOK {
		t.Errorf("another address: status %d, %s, %v", status, answer, err)
	}
	t.Logf("%d MiB; another address is answered after %v", memory(t, p, "VmHWM"), time.Since(began))
}

// TestOneCallerOpensAll does the same behind a gateway that names callers.
func TestOneCallerOpensAll(t *testing.T) {
	const limit = 4
	p := serve(t, "--caller", "header:X-Caller", "--max-per-caller", fmt.Sprint(limit))
	ask := func(caller string) int {
		r, err := http.NewRequest(http.MethodPost, p.URL+api.ScorePath, strings.NewReader(`{"text": "lovely"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Caller", caller)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	taken := 0
	for ; ask("greedy") != http.StatusTooManyRequests; taken++ {
		if taken > 10*limit {
			t.Fatalf("%d requests of the caller are open, and one more is taken", taken)
		}
		dial(t, p, "POST /score HTTP/1.1\r\nHost: a\r\nX-Caller: greedy\r\nContent-Length: 9\r\n\r\n")
	}
	began := time.Now()
	if status := ask("another"); status != http.StatusOK {
		t.Errorf("another caller: status %d", status)
	}
	t.Logf("%d MiB; another caller is answered after %v", memory(t, p, "VmHWM"), time.Since(began))
}

// TestGreedyChats has one caller send 60 long chats at once, and another a short one.
// Where callers are told apart, the other waits for a turn, not for all of them.
func TestGreedyChats(t *testing.T) {
	waits := map[string]time.Duration{}
	for _, by := range []string{"none", "user"} {
		p := serve(t, "--caller", by)
		start := memory(t, p, "VmRSS")
		chat := strings.Replace(fmt.Sprintf(longChat, false), "{", `{"user": "greedy", `, 1)
		var running sync.WaitGroup
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		for range 60 {
			running.Go(func() {
				status, answer, err := send(client, p.URL, request{"POST", api.ChatPath, chat})
				if err == nil && status != http.StatusOK && status != http.StatusTooManyRequests {
					t.Errorf("status %d: %.200s", status, answer)
				}
			})
		}
		awaitMetric(t, p, "scorer_generation_running 8")
		began := time.Now()
		status, answer, err := send(client, p.URL, request{"POST", api.ChatPath, `{"user": "polite", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 2}`})
		waits[by] = time.Since(began)
		if err != nil || status != http.StatusOK {
			t.Errorf("--caller %s: status %d, %.200s, %v", by, status, answer, err)
		}
		t.Logf("--caller %s: beside 60 long chats a short one took %v; %d MiB, %d before", by, waits[by], memory(t, p, "VmHWM"), start)
		p.Kill()
		running.Wait()
	}
	if waits["user"] > waits["none"]/2 {
		t.Errorf("told apart, the polite caller waits %v, else %v", waits["user"], waits["none"])
	}
}

// awaitMetric waits until the metrics have a line.
func awaitMetric(t *testing.T, p *scorerproc.Process, line string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		_, answer, err := send(http.DefaultClient, p.URL, request{"GET", api.MetricsPath, ""})
		if err != nil && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		if strings.Contains(string(answer), line+"\n") {
			return
		}
	}
	t.Fatalf("the metrics never have %q", line)
}

// TestAllConnectionsAreTaken takes every connection that may be, in each way to hold one:
// probes are answered always, others as soon as there is one on which nothing is asked.
func TestAllConnectionsAreTaken(t *testing.T) {
	const limit = 20
	alone := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for name, c := range map[string]struct {
		sent   string
		answer bool // is awaited
		status int  // of those who ask later
	}{
		"silent":        {"", false, http.StatusOK},
		"kept alive":    {"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n", true, http.StatusOK},
		"slow headers":  {"POST /sc", false, http.StatusTooManyRequests},
		"running texts": {post(api.ChatPath, fmt.Sprintf(longChat, true)), true, http.StatusTooManyRequests},
	} {
		t.Run(name, func(t *testing.T) {
			p := serve(t, "--max-connections", fmt.Sprint(limit), "--max-queue", "100")
			http.DefaultClient.CloseIdleConnections() // that asked whether the scorer is ready
			for range limit {
				conn := dial(t, p, c.sent)
				if c.answer {
					_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
					if _, err := conn.Read(make([]byte, 1)); err != nil && name == "kept alive" {
						t.Fatal(err)
					}
				}
			}
			opened := time.Now()
			var slowest time.Duration
			for range 3 * limit {
				dial(t, p, c.sent) // and those for probes too
			}
			for _, q := range []request{{"GET", api.ReadyPath, ""}, {"GET", api.LivePath, ""}, {"GET", api.MetricsPath, ""}} {
				began := time.Now()
				if status, answer, err := send(alone, p.URL, q); err != nil || status != http.StatusOK {
					t.Errorf("%s: status %d, %.200s, %v", q.path, status, answer, err)
				}
				slowest = max(slowest, time.Since(began))
			}
			status, answer, err := send(alone, p.URL, politeRequests[0])
			for ; err == nil && status != c.status && time.Since(opened) < 8*time.Second; status, answer, err = send(alone, p.URL, politeRequests[0]) {
				if c.status != http.StatusOK { // a connection that ended late left its place
					dial(t, p, c.sent)
				}
				time.Sleep(50 * time.Millisecond)
			}
			if err != nil || status != c.status {
				t.Errorf("status %d, %.200s, %v", status, answer, err)
			}
			t.Logf("%d connections: the slowest probe took %v, another request was answered %d after %v", limit, slowest, status, time.Since(opened))
		})
	}
}

// TestConnectionsWithFewFiles opens more connections than the process may have files,
// which it has to notice itself.
func TestConnectionsWithFewFiles(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	_, port, _ := net.SplitHostPort(address)
	cmd, err := scorerproc.Command(t.Context(), "serve", "--model-dir", scorerproc.BundledModel(), "--host", "127.0.0.1", "--port", port)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Path, cmd.Args = "/bin/sh", append([]string{"sh", "-c", `ulimit -n 128 && exec "$0" "$@"`}, cmd.Args...)
	var log scorerproc.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	for until := time.Now().Add(20 * time.Second); !strings.Contains(log.String(), `"max_connections":80`); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("it isn't ready with 80 connections: %s", log.String())
		}
	}
	var all []net.Conn
	for range 300 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if _, err := io.WriteString(c, "POST /sc"); err != nil {
			continue // it is closed already
		}
		all = append(all, c)
	}
	alone := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for range 10 {
		if status, answer, err := send(alone, "http://"+address, request{"GET", api.ReadyPath, ""}); err != nil || status != http.StatusOK {
			t.Errorf("status %d, %.200s, %v", status, answer, err)
		}
	}
	for _, c := range all {
		_ = c.Close()
	}
	until := time.Now().Add(10 * time.Second)
	status, answer, err := send(alone, "http://"+address, politeRequests[0])
	for ; status != http.StatusOK && time.Now().Before(until); status, answer, err = send(alone, "http://"+address, politeRequests[0]) {
		time.Sleep(5 * time.Millisecond)
	}
	if err != nil || status != http.StatusOK {
		t.Errorf("when they are gone: status %d, %.200s, %v", status, answer, err)
	}
	if strings.Contains(log.String(), "too many open files") {
		t.Errorf("files ran out: %.2000s", log.String())
	}
}
