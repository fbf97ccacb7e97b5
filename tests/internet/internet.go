// Package internet stands in for the internet: processes that run with its
// Environment reach, by https and under their public names, the servers that a
// test puts there, and nobody else.
package internet

import (
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/gateway"
)

// Internet is a proxy that ends TLS with certificates of its own.
type Internet struct {
	proxy     *httptest.Server
	authority *authority
	certFile  string
	opened    chan net.Conn
	closed    chan struct{}

	mu        sync.Mutex
	hosts     map[string]http.Handler
	strangers map[string]bool
}

// New starts an internet in which nobody is, and ends it with the test.
func New(t testing.TB) *Internet {
	t.Helper()
	n := &Internet{
		certFile: filepath.Join(t.TempDir(), "authority.pem"), opened: make(chan net.Conn), closed: make(chan struct{}),
		hosts: map[string]http.Handler{}, strangers: map[string]bool{},
	}
	var err error
	if n.authority, err = newAuthority(n.certFile); err != nil {
		t.Fatal(err)
	}
	n.proxy = httptest.NewServer(http.HandlerFunc(n.connect))
	servers := &http.Server{
		Handler:   http.HandlerFunc(n.serve),
		TLSConfig: &tls.Config{GetCertificate: n.authority.certificate},
	}
	var running sync.WaitGroup
	running.Go(func() {
		if err := servers.ServeTLS((*listener)(n), "", ""); !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			t.Errorf("internet: %v", err)
		}
	})
	t.Cleanup(func() {
		close(n.closed)
		n.proxy.Close()
		_ = servers.Close()
		running.Wait()
	})
	return n
}

// Serve puts a server there. host is a name, or, if it begins with a dot, the
// end of many.
func (n *Internet) Serve(host string, server http.Handler) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.hosts[host] = server
}

// Environment is what leads a process there: Go's and Python's clients, curl and
// Node read it.
func (n *Internet) Environment() []string {
	return []string{
		"HTTPS_PROXY=" + n.proxy.URL, "https_proxy=" + n.proxy.URL, "NO_PROXY=localhost,127.0.0.1", "no_proxy=localhost,127.0.0.1",
		"SSL_CERT_FILE=" + n.certFile, "SSL_CERT_DIR=", "CURL_CA_BUNDLE=" + n.certFile, "REQUESTS_CA_BUNDLE=" + n.certFile,
		"NODE_EXTRA_CA_CERTS=" + n.certFile,
	}
}

// Strangers are the names that were asked for and that nobody has.
func (n *Internet) Strangers() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Sorted(maps.Keys(n.strangers))
}

// Through is a server that answers what a transport does.
func Through(transport http.RoundTripper) http.Handler {
	return gateway.FullDuplex(&httputil.ReverseProxy{
		Transport:     transport,
		FlushInterval: -1,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "https", r.In.Host, r.In.Host
		},
	})
}

// server is who has a name, nil if nobody does.
func (n *Internet) server(address string) http.Handler {
	host, _, _ := strings.Cut(address, ":")
	n.mu.Lock()
	defer n.mu.Unlock()
	if server := n.hosts[host]; server != nil {
		return server
	}
	for end, server := range n.hosts {
		if strings.HasPrefix(end, ".") && strings.HasSuffix(host, end) {
			return server
		}
	}
	n.strangers[host] = true
	return nil
}

// connect answers CONNECT, by which clients ask a proxy for a connection.
func (n *Internet) connect(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect || n.server(r.Host) == nil {
		http.Error(w, "this internet has no "+r.Host, http.StatusBadGateway)
		return
	}
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if _, err := fmt.Fprint(connection, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		_ = connection.Close()
		return
	}
	select {
	case n.opened <- connection:
	case <-n.closed:
		_ = connection.Close()
	}
}

func (n *Internet) serve(w http.ResponseWriter, r *http.Request) {
	if server := n.server(r.Host); server != nil {
		server.ServeHTTP(w, r)
		return
	}
	http.Error(w, "this internet has no "+r.Host, http.StatusMisdirectedRequest)
}

// listener accepts the connections that were asked for.
type listener Internet

func (l *listener) Accept() (net.Conn, error) {
	select {
	case connection := <-l.opened:
		return connection, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error   { return nil }
func (l *listener) Addr() net.Addr { return l.proxy.Listener.Addr() }
