package main

import (
	"bufio"
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

func (c rolloutCmd) Run(s streams, caught signals) error {
	o := options(c.changeOptions, c.watchOptions)
	r, err := c.open(s, caught, o.Check()...)
	if err != nil {
		return err
	}
	if c.Plan {
		return r.Plan(caught.stop, o)
	}
	return r.Run(caught.stop, o)
}

type rollbackCmd struct {
	stackOptions
	To string `env:"ROLLOUT_TO" placeholder:"NAME" help:"Name of the new deployment, if it isn't the one that was made last."`
}

func (c rollbackCmd) Run(s streams, caught signals) error {
	o := rollout.Defaults()
	o.To = c.To
	r, err := c.open(s, caught, o.Check()...)
	if err != nil {
		return err
	}
	return r.Rollback(caught.stop, o, c.Plan)
}

type explainCmd struct {
	stackOptions
	Deployment string        `env:"ROLLOUT_DEPLOYMENT" placeholder:"NAME" help:"The deployment; by default those that failed."`
	Since      time.Duration `env:"ROLLOUT_SINCE" default:"24h" help:"How far back events are read."`
	LogLines   int           `env:"ROLLOUT_LOG_LINES" default:"200" help:"Lines of each log."`
}

func (c explainCmd) Run(s streams, caught signals) error {
	r, err := c.open(s, caught)
	if err != nil {
		return err
	}
	return r.Explain(caught.stop, c.Deployment, c.Since, c.LogLines)
}

type verifyCmd struct {
	stackOptions
	Task     string        `env:"ROLLOUT_TASK" default:"auto" enum:"auto,sentiment,chat" help:"What the model does, for the requests: sentiment, chat or auto."`
	Patience time.Duration `env:"ROLLOUT_PATIENCE" default:"15m" help:"How long to wait for metrics and logs, which Azure gathers late."`
}

func (c verifyCmd) Run(s streams, caught signals) error {
	var bad []string
	if c.Patience < 0 || c.Patience > 3*time.Hour {
		bad = append(bad, fmt.Sprintf("--patience is %s, it can be 0s to 3h", c.Patience))
	}
	r, err := c.open(s, caught, bad...)
	if err != nil {
		return err
	}
	return r.Verify(caught.stop, c.Patience, c.Task)
}

type sleepCmd struct{ stackOptions }

func (c sleepCmd) Run(s streams, caught signals) error {
	r, err := c.open(s, caught)
	if err != nil {
		return err
	}
	return r.Sleep(caught.stop, c.Plan)
}

type wakeCmd struct {
	stackOptions
	Task     string `env:"ROLLOUT_TASK" default:"auto" enum:"auto,sentiment,chat" help:"What the model does, for the sample requests: sentiment, chat or auto."`
	LogLines int    `env:"ROLLOUT_LOG_LINES" default:"40" help:"Lines of each log to show after a failure."`
}

func (c wakeCmd) Run(s streams, caught signals) error {
	r, err := c.open(s, caught)
	if err != nil {
		return err
	}
	o := rollout.Defaults()
	o.Task, o.LogLines = c.Task, c.LogLines
	return r.Wake(caught.stop, o, c.Plan)
}

type teardownCmd struct {
	stackOptions
	Subscription string `env:"ARM_SUBSCRIPTION_ID" placeholder:"ID" help:"Where the names are, if the stack's state is empty."`
	Yes          bool   `short:"y" env:"ROLLOUT_YES" help:"Don't ask."`
}

func (c teardownCmd) Run(s streams, caught signals) error {
	r, err := c.open(s, caught)
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
	return r.Teardown(caught.stop, c.Subscription, c.Plan)
}
