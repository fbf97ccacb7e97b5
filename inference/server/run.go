package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
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
	idleTimeout       = 5 * time.Minute  // longer than gateways keep connections, so that they close them
	maxHeaderBytes    = 64 << 10
)

// Serve answers connections of l until ctx ends, and then stops without losing
// a request: first probes are told, then, after the delay, no connection is
// accepted any more, and requests in flight are awaited. It returns nil if all
// were answered within the grace period.
func (s *Server) Serve(ctx context.Context, l net.Listener, stopping Stopping) error {
	h := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- h.Serve(l) }()
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
	err := h.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = errors.Join(errors.New("requests were still running at the end of the grace period"), h.Close())
	}
	return err
}
