// Bot is a Telegram bot in front of a scorer.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

const (
	exitFailed = 1
	exitUsage  = 2
)

const description = `Answer Telegram messages with what a scorer serves: chat, the sentiment of texts, or both.

Every option is a flag and an environment variable. Secrets are environment variables only: TELEGRAM_BOT_TOKEN is the bot's token, BOT_SCORER_KEY the key of a scorer behind Azure ML.`

// run is the program but for the process: it returns the exit status.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	var o options
	exit := -1
	parser, err := kong.New(&o,
		kong.Name("bot"),
		kong.Description(description),
		kong.Writers(out, errs),
		kong.Exit(func(code int) { exit = code }),
	)
	if err != nil { // a mistake in the tags of options
		panic(err)
	}
	_, err = parser.Parse(args)
	if exit >= 0 { // help was asked for
		return exit
	}
	if err != nil {
		_, _ = fmt.Fprintf(errs, "bot: %v; bot --help lists the options\n", err)
		return exitUsage
	}
	s := secrets{token: strings.TrimSpace(os.Getenv(tokenVariable)), key: strings.TrimSpace(os.Getenv(keyVariable))}
	if mistakes := o.check(s); len(mistakes) > 0 {
		_, _ = fmt.Fprintf(errs, "bot: %v\n", errors.Join(mistakes...))
		return exitUsage
	}
	if err := serve(ctx, o, s, out); err != nil {
		_, _ = fmt.Fprintf(errs, "bot: %v\n", err)
		return exitFailed
	}
	return 0
}
