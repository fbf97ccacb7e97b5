package azurite

import (
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// Proxy passes connections on, counts what clients send, and cuts the cable
// when told to.
type Proxy struct {
	// Endpoint is the account's address by way of the proxy.
	Endpoint string

	mu          sync.Mutex
	target      string
	sent        int64
	left        int64 // bytes until the cable is cut; negative is forever
	connections map[net.Conn]bool
}

// NewProxy stands before a server until the test ends.
func NewProxy(t testing.TB, endpoint string) *Proxy {
	t.Helper()
	u, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{target: u.Host, left: -1, connections: map[net.Conn]bool{},
		Endpoint: strings.Replace(endpoint, u.Host, listener.Addr().String(), 1)}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { p.serve(client) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		p.CutAfter(0)
		running.Wait()
	})
	return p
}

// CutAfter cuts all connections, now and later, once clients have sent that
// many bytes more. Negative mends the cable.
func (p *Proxy) CutAfter(bytes int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left = bytes; bytes == 0 {
		p.cut()
	}
}

// Sent is how many bytes clients have sent through the proxy so far.
func (p *Proxy) Sent() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent
}

func (p *Proxy) cut() {
	for c := range p.connections {
		_ = c.Close()
	}
}

func (p *Proxy) serve(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	p.mu.Lock()
	p.connections[client], p.connections[server] = true, true
	if p.left == 0 {
		p.cut()
	}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.connections, client)
		delete(p.connections, server)
	}()
	go func() {
		_, _ = io.Copy(client, server)
		_ = client.Close()
	}()
	_, _ = io.Copy(server, io.TeeReader(client, p))
}

// Write counts what a client sends.
func (p *Proxy) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent += int64(len(b))
	if p.left > 0 {
		if p.left = max(0, p.left-int64(len(b))); p.left == 0 {
			p.cut()
		}
	}
	return len(b), nil
}
