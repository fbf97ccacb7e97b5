package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/rollout"
)

type rolloutCmd struct {
	stackOptions
	changeOptions
	watchOptions
}

func (c rolloutCmd) Run(ctx context.Context, s streams, caught signals) error {
	o := options(c.changeOptions, c.watchOptions)
	r, err := c.open(ctx, s, caught, o.Check()...)
	if err != nil {
		return err
	}
	if c.Plan {
		return r.Plan(ctx, o)
	}
	return r.Run(ctx, o)
}

type rollbackCmd struct {
	stackOptions
	To string `env:"ROLLOUT_TO" placeholder:"NAME" help:"Name of the new deployment, if it isn't the one that was made last."`
}

func (c rollbackCmd) Run(ctx context.Context, s streams, caught signals) error {
	o := rollout.Defaults()
	o.To = c.To
	r, err := c.open(ctx, s, caught, o.Check()...)
	if err != nil {
		return err
	}
	return r.Rollback(ctx, o, c.Plan)
}

type explainCmd struct {
	stackOptions
	Deployment string        `env:"ROLLOUT_DEPLOYMENT" placeholder:"NAME" help:"The deployment; by default those that failed."`
	Since      time.Duration `env:"ROLLOUT_SINCE" default:"24h" help:"How far back events are read."`
	LogLines   int           `env:"ROLLOUT_LOG_LINES" default:"200" help:"Lines of each log."`
}

func (c explainCmd) Run(ctx context.Context, s streams, caught signals) error {
	r, err := c.open(ctx, s, caught)
	if err != nil {
		return err
	}
	return r.Explain(ctx, c.Deployment, c.Since, c.LogLines)
}

type verifyCmd struct {
	stackOptions
	Task     string        `env:"ROLLOUT_TASK" default:"auto" enum:"auto,sentiment,chat" help:"What the model does, for the requests: sentiment, chat or auto."`
	Patience time.Duration `env:"ROLLOUT_PATIENCE" default:"15m" help:"How long to wait for metrics and logs, which Azure gathers late."`
}

func (c verifyCmd) Run(ctx context.Context, s streams, caught signals) error {
	var bad []string
	if c.Patience < 0 || c.Patience > 3*time.Hour {
		bad = append(bad, fmt.Sprintf("--patience is %s, it can be 0s to 3h", c.Patience))
	}
	r, err := c.open(ctx, s, caught, bad...)
	if err != nil {
		return err
	}
	return r.Verify(ctx, c.Patience, c.Task)
}

type sleepCmd struct{ stackOptions }

func (c sleepCmd) Run(ctx context.Context, s streams, caught signals) error {
	r, err := c.open(ctx, s, caught)
	if err != nil {
		return err
	}
	return r.Sleep(ctx, c.Plan)
}

type wakeCmd struct {
	stackOptions
	Task     string `env:"ROLLOUT_TASK" default:"auto" enum:"auto,sentiment,chat" help:"What the model does, for the sample requests: sentiment, chat or auto."`
	LogLines int    `env:"ROLLOUT_LOG_LINES" default:"40" help:"Lines of each log to show after a failure."`
}

func (c wakeCmd) Run(ctx context.Context, s streams, caught signals) error {
	r, err := c.open(ctx, s, caught)
	if err != nil {
		return err
	}
	o := rollout.Defaults()
	o.Task, o.LogLines = c.Task, c.LogLines
	return r.Wake(ctx, o, c.Plan)
}

type teardownCmd struct {
	stackOptions
	Subscription string `env:"ARM_SUBSCRIPTION_ID" placeholder:"ID" help:"Where the names are, if the stack's state is empty."`
	Yes          bool   `short:"y" env:"ROLLOUT_YES" help:"Don't ask."`
}

func (c teardownCmd) Run(ctx context.Context, s streams, caught signals) error {
	r, err := c.open(ctx, s, caught)
	if err != nil {
		return err
	}
	if !c.Plan && !c.Yes {
		_, _ = fmt.Fprintf(s.out, "This deletes stack %s with its models, images and logs for good. Type its name to go on: ", c.Stack)
		answer, _ := bufio.NewReader(s.in).ReadString('\n')
		if strings.TrimSpace(answer) != c.Stack {
			return usageError{fmt.Errorf("nothing was deleted: type %s, or give --yes", c.Stack)}
		}
	}
	return r.Teardown(ctx, c.Subscription, c.Plan)
}
