package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Stopping says how a server ends.
type Stopping struct {
	// DrainDelay is how long requests are still taken after the server has
	// begun to say that it isn't ready: the time that a gateway needs to see it.
	DrainDelay time.Duration
	// Grace is how long requests in flight may take after that.
	Grace time.Duration
}

// Limits of connections, which clients can't change.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 60 * time.Second // a whole request; Azure's gateway gives up sooner
	writeTimeout      = 60 * time.Second // an answer, from when it is there
	idleTimeout       = 5 * time.Minute  // longer than gateways keep connections, so that they close them
	maxHeaderBytes    = 64 << 10
)

// Serve answers connections of l until ctx ends, and then stops without losing
// a request: first probes are told, then, after the delay, no connection is
// accepted any more, and what clients have begun to send is answered. It
// returns nil if that was done within the grace period.
func (s *Server) Serve(ctx context.Context, l net.Listener, stopping Stopping) error {
	var open connections
	limit := &connectionLimit{most: s.MaxConnections, log: s.Log, unused: map[*followed]time.Time{}}
	accepting := &listener{Listener: l, limit: limit}
	if s.MaxPerCaller > 0 && s.Callers.by == "address" {
		accepting.held = newHeld(s.MaxPerCaller)
	}
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true) // by prior knowledge; gateways speak TLS
	h := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      readTimeout + s.timeout() + writeTimeout, // it counts from the header's end
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
		ConnState:         func(c net.Conn, state http.ConnState) { open.set(c, state); limit.set(c, state) },
		ConnContext:       withConnection,
		Protocols:         &protocols,
	}
	served := make(chan error, 1)
	go func() { served <- h.Serve(accepting) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	s.Drain()
	s.Log.Info("stopping", "drain_delay", stopping.DrainDelay.String(), "grace", stopping.Grace.String())
	select {
	case err := <-served:
		return err
	case <-time.After(stopping.DrainDelay):
	}
	grace, cancel := context.WithTimeout(context.Background(), stopping.Grace)
	defer cancel()
	// Texts that aren't done by then are told so while there is time to.
	defer time.AfterFunc(stopping.Grace-min(time.Second, stopping.Grace/4), s.end).Stop()
	// Shutdown drops the request of a connection that was accepted just now.
	// So accepting ends first, and Shutdown follows when no connection has a
	// request any more.
	_ = l.Close()
	<-served
	open.settle(grace)
	open.closeUnused()
	err := h.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = errors.Join(errors.New("requests were still running at the end of the grace period"), h.Close())
	}
	return err
}

// cut cancels a text that still runs when all must end.
func (s *Server) cut(text context.Context, cancel context.CancelFunc) {
	select {
	case <-s.ending:
		cancel()
	case <-text.Done():
	}
}

func (s *Server) isEnding() bool {
	select {
	case <-s.ending:
		return true
	default:
		return false
	}
}

// connections knows which connections have, or may soon have, a request.
type connections struct {
	mu   sync.Mutex
	busy map[net.Conn]time.Time // since when
}

// set is called by net/http when a connection changes its state.
func (c *connections) set(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy == nil {
		c.busy = map[net.Conn]time.Time{}
	}
	switch state {
	case http.StateNew:
		c.busy[conn] = time.Now()
	case http.StateActive:
		c.busy[conn] = time.Time{}
	default:
		delete(c.busy, conn)
	}
}

// settle waits until no connection is busy, or ctx ends. One that was opened
// and sent nothing for a second isn't waited for.
func (c *connections) settle(ctx context.Context) {
	for c.anyBusy() && ctx.Err() == nil {
		time.Sleep(5 * time.Millisecond)
	}
}

// closeUnused closes the connections on which nothing was ever sent, as clients
// open them to have them at hand. Shutdown would wait 5 seconds for each.
func (c *connections) closeUnused() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn, since := range c.busy {
		if !since.IsZero() {
			_ = conn.Close()
		}
	}
}

func (c *connections) anyBusy() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, since := range c.busy {
		if since.IsZero() || time.Since(since) < time.Second {
			return true
		}
	}
	return false
}
