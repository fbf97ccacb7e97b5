// Package rollout replaces what an endpoint runs without a gap: it makes the
// new deployment beside the old one, tries it, moves traffic to it step by step
// while it proves good, and takes everything back if it doesn't. All changes go
// through Pulumi: the stack's file is edited and applied, so that file, state
// and Azure agree at every step, and the same command goes on from wherever it
// was stopped.
//
// How the files go together:
//
//	rollout.go, situation.go, steps.go   a rollout: where it stands, what comes next
//	rollback.go, explain.go              what happens when it fails
//	host.go                              what runs the deployments
//	scoring.go, observe.go               sample requests, and judging a step by them
//	stack.go, options.go                 Pulumi and the stack's file, what can be chosen
//	verify.go, verify_requests.go        what only a live endpoint can tell
//	awake.go, teardown.go                sleep, wake, and the end of a stack
package rollout

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azarm "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/online"
)

// Rollout acts on one stack.
type Rollout struct {
	Stack Stack
	// Credential signs in to Azure, Azure says how to reach it.
	Credential azcore.TokenCredential
	Azure      *azarm.ClientOptions
	// Out gets a line for each thing that happens.
	Out io.Writer
	// HTTP reaches what is rolled out; nil is the usual way.
	HTTP *http.Client
	// Frequency is how often Azure is asked whether an operation has ended; 0
	// is the SDK's choice.
	Frequency time.Duration
	// Wait is between two tries of what Azure refuses for the moment.
	Wait time.Duration
}

// Errors that say how a command ended.
var (
	// ErrInterrupted says that the same command goes on.
	ErrInterrupted = errors.New("interrupted")
	// ErrRolledBack says that the stack is as it was before.
	ErrRolledBack = errors.New("rolled back")
	// ErrLocked says that Pulumi did nothing.
	ErrLocked = errors.New("the stack is locked by another run of Pulumi: wait for it, or run pulumi cancel if it was killed; then run the same command again")
)

// say prints a line.
func (r *Rollout) say(format string, arguments ...any) {
	_, _ = fmt.Fprintf(r.Out, time.Now().UTC().Format(time.TimeOnly)+" "+format+"\n", arguments...)
}

// online is a client for the endpoint that the stack's state has.
func (r *Rollout) online(s *state) (*online.Client, error) {
	id := s.endpoint()
	if id == "" {
		return nil, fmt.Errorf("stack %s has no endpoint yet: run pulumi up first", r.Stack.Name)
	}
	client, err := online.New(id, r.Credential, r.Azure)
	if err != nil {
		return nil, err
	}
	client.Frequency = r.Frequency
	return client, nil
}

// Plan prints the steps that Run would take.
func (r *Rollout) Plan(ctx context.Context, o Options) error {
	at, err := r.look(ctx, o)
	if err != nil || at == nil {
		return err
	}
	o = at.options(o)
	for i, step := range at.plan(o) {
		_, _ = fmt.Fprintf(r.Out, "%d. %s\n", i+1, step)
	}
	return nil
}

// Run rolls out. It returns nil when the new deployment is the only one, an
// error with ErrRolledBack when it was bad and is gone, and one with
// ErrInterrupted when the context ended.
func (r *Rollout) Run(ctx context.Context, o Options) error {
	at, err := r.look(ctx, o)
	if err != nil || at == nil {
		return err
	}
	o = at.options(o)
	if err := r.prepare(ctx, at, o); err != nil {
		return err
	}
	failed := r.advance(ctx, at, o)
	switch {
	case failed == nil:
		return nil
	case ctx.Err() != nil:
		r.say("interrupted: %s stays as it is, and costs. The same command goes on, `rollback` takes it back", at.to)
		return fmt.Errorf("%w: %w", ErrInterrupted, failed)
	case errors.Is(failed, ErrLocked), errors.Is(failed, errFinishing):
		return failed // taking back would be locked as well, or isn't wanted
	}
	r.say("failed: %v", failed)
	return r.back(ctx, at, failed)
}

// Rollback takes a rollout back that was interrupted: all traffic to the old
// deployment, the new one deleted.
func (r *Rollout) Rollback(ctx context.Context, o Options, plan bool) error {
	o.Change = Change{} // whatever it is that is rolled out
	at, err := r.look(ctx, o)
	if err != nil && !errors.Is(err, errNothingAsked) {
		return err
	}
	if at == nil || at.fresh {
		r.say("there is no rollout to take back")
		return nil
	}
	if plan {
		_, _ = fmt.Fprintf(r.Out, "1. all requests to %s\n2. delete %s\n", at.fromAzure, at.toAzure)
		return nil
	}
	if err := r.back(ctx, at, nil); err != nil && !errors.Is(err, ErrRolledBack) {
		return err
	}
	return nil
}
