package rollout

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Stack is a Pulumi stack and the file that configures it.
type Stack struct {
	Pulumi  auto.Stack
	Project *stackconfig.Project
	Name    string
	// Output gets what the CLI prints; nil drops it.
	Output io.Writer
	// Kill, once closed, interrupts a running command of Pulumi. Otherwise commands
	// run to their end whatever becomes of the context: one that is cut off leaves
	// the stack locked, and resources that its state doesn't know.
	Kill <-chan struct{}
}

// File is the path of Pulumi.NAME.yaml.
func (s *Stack) File() string { return s.Project.StackFile(s.Name) }

// read returns the file and what it says.
func (s *Stack) read() (text []byte, cfg *stackconfig.Config, err error) {
	if text, err = os.ReadFile(s.File()); err != nil {
		return nil, nil, fmt.Errorf("the file of stack %s: %w", s.Name, err)
	}
	if cfg, err = s.Project.Parse(text, s.Name, true); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", s.File(), err)
	}
	return text, cfg, nil
}

// edit changes the file, unless what comes of it can't be deployed.
func (s *Stack) edit(change func(*stackconfig.File) error) error {
	text, edited, err := s.edited(change)
	if err != nil || bytes.Equal(text, edited) {
		return err
	}
	return stackconfig.WriteFile(s.File(), edited)
}

// edited is what edit would write, checked.
func (s *Stack) edited(change func(*stackconfig.File) error) (before, after []byte, err error) {
	file, err := s.Project.Open(s.Name, "")
	if err != nil {
		return nil, nil, err
	}
	before = file.Text()
	if err := change(file); err != nil {
		return nil, nil, err
	}
	_, err = file.Config(false)
	return before, file.Text(), err
}

// up makes Azure what the file says.
func (s *Stack) up(ctx context.Context) error {
	ctx, end := s.context(ctx)
	defer end()
	log := newEngineLog()
	_, err := s.Pulumi.Up(ctx, optup.EventStreams(log.events), optup.ProgressStreams(s.output()), optup.ErrorProgressStreams(s.output()))
	return log.failure(err)
}

// changes lists what an up would change.
func (s *Stack) changes(ctx context.Context) ([]string, error) {
	ctx, end := s.context(ctx)
	defer end()
	log := newEngineLog()
	_, err := s.Pulumi.Preview(ctx, optpreview.EventStreams(log.events), optpreview.ProgressStreams(s.output()), optpreview.ErrorProgressStreams(s.output()))
	if err := log.failure(err); err != nil {
		return nil, err
	}
	log.mu.Lock()
	defer log.mu.Unlock()
	return log.steps, nil
}

// destroy deletes all resources but those with the URNs, and what these need.
func (s *Stack) destroy(ctx context.Context, except ...string) error {
	ctx, end := s.context(ctx)
	defer end()
	log := newEngineLog()
	options := []optdestroy.Option{optdestroy.EventStreams(log.events), optdestroy.ProgressStreams(s.output()), optdestroy.ErrorProgressStreams(s.output())}
	if len(except) > 0 {
		options = append(options, optdestroy.Exclude(except))
	}
	_, err := s.Pulumi.Destroy(ctx, options...)
	return log.failure(err)
}

func (s *Stack) output() io.Writer {
	if s.Output == nil {
		return io.Discard
	}
	return s.Output
}

// context is for a command of Pulumi: it outlives an interruption, but not Kill.
func (s *Stack) context(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		select {
		case <-s.Kill:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// dropPending takes operations out of the state that were cut off, so that the
// next run doesn't stumble over them. What they made in Azure is the caller's to
// remove.
func (s *Stack) dropPending(ctx context.Context) error {
	ctx, end := s.context(ctx)
	defer end()
	exported, err := s.Pulumi.Export(ctx)
	if err != nil {
		return err
	}
	// An import leaves the operations out.
	return s.Pulumi.Import(ctx, exported)
}

func (s *Stack) outputs(ctx context.Context) (auto.OutputMap, error) {
	ctx, end := s.context(ctx)
	defer end()
	return s.Pulumi.Outputs(ctx)
}

// output of a stack that is text, "" where there is none.
func output(outputs auto.OutputMap, name string) string {
	text, _ := outputs[name].Value.(string)
	return text
}
