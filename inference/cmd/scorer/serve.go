package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
)

type serveCmd struct{ serveOptions }

// serveOptions are all that serve knows; check takes them too.
type serveOptions struct {
	Model         modelOptions      `embed:""`
	ChatModelDir  string            `env:"SCORER_CHAT_MODEL_DIR" placeholder:"DIR" help:"Folder of a model that generates text, to serve alongside a classifier."`
	ChatModelFile string            `env:"SCORER_CHAT_MODEL_FILE" placeholder:"FILE" help:"ONNX file in the folder of --chat-model-dir; its default is the most precise one."`
	Limits        limitOptions      `embed:""`
	Generation    generationOptions `embed:""`
	Log           logOptions        `embed:""`

	Host            string        `env:"SCORER_HOST" default:"0.0.0.0" help:"Address to listen on."`
	Port            int           `env:"SCORER_PORT" default:"5001" help:"Port to listen on."`
	CORSAllowOrigin []string      `name:"cors-allow-origin" env:"SCORER_CORS_ALLOW_ORIGIN" placeholder:"ORIGIN,…" help:"Origins (https://example.com) whose pages may call from browsers; * is any. None by default."`
	Hide            []string      `env:"SCORER_HIDE" placeholder:"PART,…" help:"Parts of the API that answer 404: metrics, docs (with /openapi.json and /swagger.json), info, page (at /, for browsers). None by default."`
	Caller          string        `env:"SCORER_CALLER" default:"none" placeholder:"BY" help:"How callers are told apart, so that they take turns and share no prefix cache: none, user (the body's safety_identifier or user), address, or header:NAME, of a header that a trusted proxy sets."`
	MaxPerCaller    int           `name:"max-per-caller" env:"SCORER_MAX_PER_CALLER" default:"0" help:"Connections that an address may hold with --caller address, or requests that a caller may have open with --caller header:NAME; 0 is no limit."`
	MaxConnections  int           `name:"max-connections" env:"SCORER_MAX_CONNECTIONS" default:"0" help:"Connections that may be open; 0 is as many as the limit of open files has room for, up to 8192."`
	DrainDelay      time.Duration `env:"SCORER_DRAIN_DELAY" default:"1s" help:"After SIGTERM, time in which requests are still taken while /readyz says no."`
	Heartbeat       time.Duration `env:"SCORER_HEARTBEAT" default:"0s" help:"How often to log, whatever --log-level says, that the scorer is ready, for alerts that notice when the lines stop; 0s is never."`
	ShutdownGrace   time.Duration `env:"SCORER_SHUTDOWN_GRACE" default:"30s" help:"After that, time for the requests in flight."`
}

type logOptions struct {
	LogLevel  string `env:"SCORER_LOG_LEVEL" enum:"debug,info,warn,error" default:"info" help:"Least level of log lines: ${enum}."`
	LogFormat string `env:"SCORER_LOG_FORMAT" enum:"json,text" default:"json" help:"Form of log lines: ${enum}."`
}

// check reports the first option whose value can't be.
func (c *serveOptions) check() error {
	if c.Port < 1 || c.Port > 65535 {
		return outOfRange("port", c.Port, "1 to 65535")
	}
	if c.DrainDelay < 0 || c.DrainDelay > 10*time.Minute {
		return outOfRange("drain-delay", c.DrainDelay, "0s to 10m")
	}
	if c.ShutdownGrace < 0 || c.ShutdownGrace > 30*time.Minute {
		return outOfRange("shutdown-grace", c.ShutdownGrace, "0s to 30m")
	}
	if c.Heartbeat != 0 && (c.Heartbeat < 100*time.Millisecond || c.Heartbeat > time.Hour) {
		return outOfRange("heartbeat", c.Heartbeat, "0s, or 100ms to 1h")
	}
	for _, origin := range c.CORSAllowOrigin {
		if !isOrigin(origin) {
			return outOfRange("cors-allow-origin", origin, "an origin as browsers send it, such as https://example.com or http://localhost:3000, or *")
		}
	}
	for _, part := range c.Hide {
		if !slices.Contains(server.Parts(), part) {
			return outOfRange("hide", part, strings.Join(server.Parts(), ", "))
		}
	}
	if slices.Contains(c.Hide, "info") && !slices.Contains(c.Hide, "page") {
		return usageError{errors.New("--hide has info, which the page asks for: hide page too")}
	}
	callers, err := server.CallersBy(c.Caller)
	if err != nil {
		return outOfRange("caller", c.Caller, "none, user, address or header:NAME")
	}
	if c.MaxPerCaller < 0 || c.MaxPerCaller > 1<<16 {
		return outOfRange("max-per-caller", c.MaxPerCaller, "0 to 65536")
	}
	if c.MaxConnections < 0 || c.MaxConnections > 1<<20 {
		return outOfRange("max-connections", c.MaxConnections, "0 to 1048576")
	}
	if c.MaxPerCaller > 0 && !callers.Bounded() {
		return usageError{fmt.Errorf("--max-per-caller is %d, but --caller is %q, which tells nobody apart before the body is read: name --caller address or header:NAME", c.MaxPerCaller, c.Caller)}
	}
	if err := c.Limits.check(); err != nil {
		return err
	}
	if err := c.Generation.check(); err != nil {
		return err
	}
	return c.Model.check()
}

// isOrigin reports whether s may equal an Origin header, which has no path and
// is in small letters, or is "*".
func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return s == "*" || err == nil && u.Host != "" && s == strings.ToLower(u.Scheme+"://"+u.Host)
}

// flushTimeout is how long the end waits for a collector to take the last
// spans and metrics.
const flushTimeout = 5 * time.Second

// Run serves until a signal comes. Whatever is wrong with the options or the
// model ends it before it listens.
func (c *serveCmd) Run(ctx context.Context, s streams) error {
	if err := c.check(); err != nil {
		return err
	}
	log, err := telemetry.NewLogger(s.out, c.Log.LogFormat, c.Log.LogLevel)
	if err != nil {
		return err
	}
	metrics := telemetry.NewMetrics()
	p := newPhases()
	m, err := c.loadModels(metrics, log, p)
	if err != nil {
		return err
	}
	m.remark(log)
	listener, err := net.Listen("tcp", net.JoinHostPort(c.Host, strconv.Itoa(c.Port)))
	if err != nil {
		return fmt.Errorf("--host %s, --port %d: %w: name another with --port", c.Host, c.Port, err)
	}
	export, err := telemetry.StartExport(ctx, programVersion(), metrics, log)
	if err != nil {
		return err
	}
	options := server.Options{
		Streaming: server.Streaming{Timeout: c.Generation.GenerationTimeout},
		Limits:    c.Limits.limits(m.maxTokens()),
		Versions:  api.Versions{Scorer: programVersion(), ONNXRuntime: onnx.Version(), Go: runtime.Version()},
		Log:       log,
		Metrics:   metrics,
		Export:    export,

		AllowedOrigins: c.CORSAllowOrigin,
		Hide:           c.Hide,
		BodyMemory:     c.Limits.BodyMemory * mib,
		MaxPerCaller:   c.MaxPerCaller,
		MaxConnections: cmp.Or(c.MaxConnections, server.DefaultMaxConnections()),

		HideCachedTokens: !c.Generation.CachedTokens,
	}
	if options.Callers, err = server.CallersBy(c.Caller); err != nil {
		return err
	}
	if m.classifier != nil {
		options.Classifier = m.classifier
	}
	if m.embedder != nil {
		options.Embedder = m.embedder
	}
	if m.tagger != nil {
		options.Tagger = m.tagger
	}
	if m.generator != nil {
		options.Generator = server.GeneratorOf(m.generator)
	}
	srv := server.New(options)
	m.loaded(log)

	warm := make(chan error, 1)
	serving, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		err := m.warm(serving, p)
		if err == nil {
			followMemoryLimit(log)
			srv.SetReady()
			log.Info("ready", "address", listener.Addr().String(), p.log(), "max_connections", options.MaxConnections)
		} else {
			stop()
		}
		warm <- err
		if err == nil {
			beat(serving, log, c.Heartbeat)
		}
	}()
	changed := make(chan error, 1)
	go func() {
		changed <- awaitChange(serving)
		stop()
	}()
	err = srv.Serve(serving, listener, server.Stopping{DrainDelay: c.DrainDelay, Grace: c.ShutdownGrace})
	stop()
	if warmed := <-warm; warmed != nil && ctx.Err() == nil {
		err = warmed
	}
	if c := <-changed; c != nil {
		err = c
	}
	closing, cancel := context.WithTimeout(context.Background(), max(c.ShutdownGrace, time.Second))
	defer cancel()
	if e := m.close(closing); err == nil {
		err = e
	}
	flush, cancelFlush := context.WithTimeout(context.Background(), flushTimeout)
	defer cancelFlush()
	if e := export.Close(flush); e != nil {
		log.Warn("OpenTelemetry", "error", e.Error())
	}
	if err == nil {
		log.Info("stopped")
	}
	return err
}

// beat logs at an interval until ctx ends, whatever the log's least level: it was
// asked for by itself. 0 is never.
func beat(ctx context.Context, log *slog.Logger, interval time.Duration) {
	if interval == 0 {
		return
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		_ = log.Handler().Handle(ctx, slog.NewRecord(time.Now(), slog.LevelInfo, "heartbeat", 0))
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// awaitChange returns when the files of a model were written to, or ctx ends. Requests
// fail by themselves from then on; ending lets whoever supervises the process restart it,
// with the files that are there now.
func awaitChange(ctx context.Context) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			if err := onnx.WeightsChanged(); err != nil {
				return err
			}
		}
	}
}
