package journey

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// traveller is the person who goes the way, page in hand.
type traveller struct {
	*world
	t        *testing.T
	pages    map[string]string
	blocks   map[string]block
	done     map[string]bool // blocks that were run
	terminal *terminal
	scorer   string // address of the last one that was served here
}

// newTraveller has a terminal open in the clone.
func newTraveller(t *testing.T) *traveller {
	t.Helper()
	p := &traveller{world: newWorld(t), t: t, pages: pages(t), done: map[string]bool{}}
	p.blocks = blocks(p.pages)
	p.terminal = openTerminal(t, p.clone, p.environment)
	return p
}

// block finds a block of a page, and leaves out the commands that leftOut lists.
func (p *traveller) block(name string) block {
	p.t.Helper()
	b, ok := p.blocks[name]
	if !ok {
		p.t.Fatalf("no page has the block %s", name)
	}
	p.done[name] = true
	for _, row := range leftOut {
		if row.block == name && row.command != "" {
			b, _ = b.without(row.command)
		}
	}
	return b
}

// follow types a block. What asks is answered with lines.
func (p *traveller) follow(name string, answers ...string) (output string) {
	p.t.Helper()
	return p.expect(0, name, answers...)
}

// expect types a block that ends with a status.
func (p *traveller) expect(status int, name string, answers ...string) (output string) {
	p.t.Helper()
	b := p.block(name)
	if b.text == "" {
		p.t.Logf("%s:%d: nothing is left to run", b.page, b.line)
		return ""
	}
	start := time.Now()
	got, output := p.terminal.run(b.text, answers...)
	p.t.Logf("%s:%d (%.1f s)\n%s%s", b.page, b.line, time.Since(start).Seconds(), b.text, indent(output))
	if got != status {
		p.t.Fatalf("%s:%d: status %d, want %d", b.page, b.line, got, status)
	}
	return output
}

// given sets variables that a page leaves to its reader.
func (p *traveller) given(name, value string) {
	p.t.Helper()
	if status, output := p.terminal.run(fmt.Sprintf("%s='%s'\n", name, value)); status != 0 {
		p.t.Fatalf("%s: %s", name, output)
	}
}

// variable is what a page has set.
func (p *traveller) variable(name string) string {
	p.t.Helper()
	status, output := p.terminal.run(`echo "$` + name + `"`)
	if status != 0 {
		p.t.Fatalf("%s: %s", name, output)
	}
	return strings.TrimSpace(output)
}

// says wants words in what was printed.
func (p *traveller) says(output string, words ...string) {
	p.t.Helper()
	for _, w := range words {
		if !strings.Contains(output, w) {
			p.t.Errorf("nothing says %q", w)
		}
	}
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ")
}

// documentedPort is the one that the pages have. It may be taken on this machine:
// the scorer listens at another, and curl is led there.
const documentedPort = "5001"

// serve leaves a block's last command, which serves, running in a terminal of its
// own, until stop is called.
func (p *traveller) serve(name string) (stop func()) {
	p.t.Helper()
	b := p.block(name)
	port := freePort(p.t)
	folder := p.t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, ".curlrc"), []byte("connect-to = \"localhost:"+documentedPort+":127.0.0.1:"+port+"\"\n"), 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.given("CURL_HOME", folder)
	if status, output := p.terminal.run("export CURL_HOME"); status != 0 {
		p.t.Fatal(output)
	}
	p.scorer = "http://127.0.0.1:" + port
	other := p.start(b, "PORT="+port, "SCORER_PORT="+port)
	other.await("ready", func() bool {
		answer, err := http.Get(p.scorer + "/readyz")
		if err != nil {
			return false
		}
		_ = answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	})
	return func() { other.interrupt() }
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
