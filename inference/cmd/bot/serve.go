package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/identity"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
)

// serve runs the bot until ctx ends.
func serve(ctx context.Context, o options, s secrets, out io.Writer) error {
	log, err := telemetry.NewLogger(out, o.LogFormat, o.LogLevel)
	if err != nil {
		return err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = o.MaxAnswers
	scorer := &api.Client{URL: o.ScorerURL, HTTP: &http.Client{Transport: transport}, Deployment: o.Deployment}
	switch {
	case o.ScorerScope != "":
		own, err := identity.New(nil)
		if err != nil {
			return fmt.Errorf("--scorer-scope: %w", err)
		}
		scorer.Token = identity.Tokens(own, o.ScorerScope)
	case o.ScorerKeyFile != "":
		scorer.Token = func(context.Context) (string, error) { return readKey(o.ScorerKeyFile) }
	case s.key != "":
		scorer.Token = func(context.Context) (string, error) { return s.key, nil }
	}
	bot := o.bot()
	bot.Token, bot.HTTP, bot.Scorer, bot.Log = s.token, &http.Client{Transport: transport}, scorer, log
	b := telegram.New(bot)
	if o.Port != 0 {
		end, err := probes(o, b.Health(), log)
		if err != nil {
			return err
		}
		defer end()
	}
	if err := b.Run(ctx); err != nil {
		return err
	}
	log.Info("stopped")
	return nil
}

// probes answers probes until end is called.
func probes(o options, h http.Handler, log *slog.Logger) (end func(), err error) {
	l, err := net.Listen("tcp", net.JoinHostPort(o.Host, strconv.Itoa(o.Port)))
	if err != nil {
		return nil, fmt.Errorf("--host %s, --port %d: %w: name another with --port", o.Host, o.Port, err)
	}
	server := &http.Server{
		Handler:     h,
		ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	go func() { _ = server.Serve(l) }()
	return func() { _ = server.Close() }, nil
}
