// Package browser drives a real Chromium, headless, over the DevTools protocol.
package browser

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// Page is a tab of a browser of its own.
type Page struct {
	t       testing.TB
	to      *os.File
	session string

	mu      sync.Mutex
	nextID  int
	answers map[int]chan message
	ended   error
	log     []string // what the page wrote to its console, errors included
}

type message struct {
	ID        int             `json:"id,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    json.RawMessage `json:"params,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// Path is the browser's program. Without one the test is skipped, but in CI it
// fails.
func Path(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium is not installed: apt-get install chromium")
		}
		t.Skip("chromium is not installed; CI has it")
	}
	return path
}

// Open starts a browser and opens the page at url. The browser ends with the
// test.
func Open(t testing.TB, url string) *Page {
	t.Helper()
	commandsRead, commandsWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	eventsRead, eventsWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(Path(t), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(),
		"--remote-debugging-pipe")
	cmd.ExtraFiles = []*os.File{commandsRead, eventsWrite} // the descriptors 3 and 4, as the option wants
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = commandsRead.Close()
	_ = eventsWrite.Close()
	p := &Page{t: t, to: commandsWrite, answers: map[int]chan message{}}
	read := make(chan struct{})
	go func() {
		p.read(eventsRead)
		close(read)
	}()
	t.Cleanup(func() {
		_ = commandsWrite.Close() // which ends the browser
		ended := make(chan struct{})
		go func() {
			_ = cmd.Wait()
			close(ended)
		}()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
		}
		<-read
		_ = eventsRead.Close()
	})

	var target struct{ TargetID string }
	p.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var session struct{ SessionID string }
	p.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
	p.session = session.SessionID
	p.call("Runtime.enable", nil, nil)
	p.call("Log.enable", nil, nil)
	p.call("Page.navigate", map[string]any{"url": url}, nil)
	p.Wait(`document.readyState === "complete" && location.href !== "about:blank"`)
	return p
}

// read takes what the browser writes until it ends.
func (p *Page) read(from *os.File) {
	r := bufio.NewReader(from)
	for {
		line, err := r.ReadBytes(0)
		if err != nil {
			p.mu.Lock()
			p.ended = errors.New("the browser ended")
			for id, c := range p.answers {
				close(c)
				delete(p.answers, id)
			}
			p.mu.Unlock()
			return
		}
		var m message
		if json.Unmarshal(bytes.TrimSuffix(line, []byte{0}), &m) != nil {
			continue
		}
		p.mu.Lock()
		switch m.Method {
		case "Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled":
			p.log = append(p.log, string(m.Params))
		}
		if c, ok := p.answers[m.ID]; ok && m.ID != 0 {
			c <- m
			delete(p.answers, m.ID)
		}
		p.mu.Unlock()
	}
}

// call sends a command of the protocol and waits for its answer.
func (p *Page) call(method string, params, result any) {
	p.t.Helper()
	raw, err := json.Marshal(params)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	if p.ended != nil {
		p.mu.Unlock()
		p.t.Fatal(p.ended)
	}
	p.nextID++
	m := message{ID: p.nextID, Method: method, Params: raw, SessionID: p.session}
	answer := make(chan message, 1)
	p.answers[m.ID] = answer
	line, err := json.Marshal(m)
	if err == nil {
		_, err = p.to.Write(append(line, 0))
	}
	p.mu.Unlock()
	if err != nil {
		p.t.Fatal(err)
	}
	select {
	case got, ok := <-answer:
		switch {
		case !ok:
			p.t.Fatalf("%s: the browser ended", method)
		case got.Error != nil:
			p.t.Fatalf("%s: %s", method, got.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(got.Result, result); err != nil {
				p.t.Fatalf("%s: %v", method, err)
			}
		}
	case <-time.After(30 * time.Second):
		p.t.Fatalf("%s: no answer", method)
	}
}

// Eval evaluates a JavaScript expression and returns its value as JSON.
func (p *Page) Eval(expression string) string {
	p.t.Helper()
	var got struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	p.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &got)
	if e := got.ExceptionDetails; e != nil {
		p.t.Fatalf("%s: %s %s", expression, e.Text, e.Exception.Description)
	}
	return string(got.Result.Value)
}

// Text is the text of the element that a CSS selector finds; "" if it is hidden.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	var text string
	if err := json.Unmarshal([]byte(p.Eval(fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", selector))), &text); err != nil {
		p.t.Fatal(err)
	}
	return text
}

// Wait waits until an expression is true.
func (p *Page) Wait(expression string) {
	p.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); p.Eval("Boolean("+expression+")") != "true"; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("%s did not become true; the page is %.2000s\nits log: %q", expression, p.Text("body"), p.Log())
		}
	}
}

// Click presses the mouse in the middle of an element.
func (p *Page) Click(selector string) {
	p.t.Helper()
	var at struct{ X, Y float64 }
	raw := p.Eval(fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.scrollIntoView({block: "center"}); const r = e.getBoundingClientRect(); return {x: r.x + r.width / 2, y: r.y + r.height / 2}; })()`, selector))
	if err := json.Unmarshal([]byte(raw), &at); err != nil {
		p.t.Fatal(err)
	}
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		p.call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at.X, "y": at.Y, "button": "left", "clickCount": 1}, nil)
	}
}

// Type writes text where the focus is.
func (p *Page) Type(text string) {
	p.t.Helper()
	p.call("Input.insertText", map[string]any{"text": text}, nil)
}

// Key presses a key: Enter, Escape, Tab, ArrowLeft, ArrowRight.
func (p *Page) Key(name string) {
	p.t.Helper()
	codes := map[string]int{"Enter": 13, "Escape": 27, "Tab": 9, "ArrowLeft": 37, "ArrowRight": 39}
	params := map[string]any{"key": name, "code": name, "windowsVirtualKeyCode": codes[name]}
	if name == "Enter" {
		params["text"] = "\r"
	}
	for _, kind := range []string{"keyDown", "keyUp"} {
		params["type"] = kind
		p.call("Input.dispatchKeyEvent", params, nil)
	}
}

// Scheme lets the page think that the user prefers "dark" or "light".
func (p *Page) Scheme(name string) {
	p.t.Helper()
	p.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": name}}}, nil)
}

// Width makes the window as wide as that of a phone, or of another size, in CSS pixels.
func (p *Page) Width(width, height int) {
	p.t.Helper()
	p.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
}

// Choose chooses a file in an input.
func (p *Page) Choose(selector, file string) {
	p.t.Helper()
	var document struct{ Root struct{ NodeID int } }
	p.call("DOM.getDocument", nil, &document)
	var input struct{ NodeID int }
	p.call("DOM.querySelector", map[string]any{"nodeId": document.Root.NodeID, "selector": selector}, &input)
	p.call("DOM.setFileInputFiles", map[string]any{"nodeId": input.NodeID, "files": []string{file}}, nil)
}

// Downloads puts what the page downloads into a folder.
func (p *Page) Downloads(folder string) {
	p.t.Helper()
	p.call("Browser.setDownloadBehavior", map[string]any{"behavior": "allow", "downloadPath": folder}, nil)
}

// Nameless are the parts of the page that one can operate but that have no name for
// those who don't see them, as the browser's own accessibility tree has it.
func (p *Page) Nameless() []string {
	p.t.Helper()
	type value struct{ Value any }
	var tree struct {
		Nodes []struct {
			Ignored    bool
			Role, Name value
			Properties []struct {
				Name  string
				Value value
			}
		}
	}
	p.call("Accessibility.getFullAXTree", nil, &tree)
	var nameless []string
	for _, n := range tree.Nodes {
		for _, property := range n.Properties {
			if property.Name == "focusable" && property.Value.Value == true && !n.Ignored && n.Name.Value == "" {
				nameless = append(nameless, fmt.Sprint(n.Role.Value))
			}
		}
	}
	return nameless
}

// Screenshot is the window as a PNG.
func (p *Page) Screenshot() []byte {
	p.t.Helper()
	var got struct{ Data []byte }
	p.call("Page.captureScreenshot", map[string]any{"format": "png"}, &got)
	return got.Data
}

// Log is what the page wrote to its console, and the errors that the browser
// has about it, as the protocol gives them.
func (p *Page) Log() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.log...)
}
