package rollout

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/diagnosis"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// back takes everything back: all traffic to the old deployment, no copies, the
// new one deleted, the file as it was. It goes on although the context has
// ended. Its error is ErrRolledBack with the reason where that worked.
func (r *Rollout) back(ctx context.Context, at *situation, reason error) error {
	ctx = context.WithoutCancel(ctx)
	r.say("roll back: all requests to %s, delete %s", at.fromAzure, at.toAzure)
	err := r.restore(at)
	if err == nil {
		err = r.upPatiently(ctx)
	}
	if err == nil {
		err = r.verifyGone(ctx, at)
	}
	if err != nil {
		return errors.Join(reason, fmt.Errorf("the rollback didn't finish: %w; run `rollback` until it does: %s may still cost and answer", err, at.toAzure))
	}
	r.say("rolled back: %s answers all requests, %s is deleted", at.fromAzure, at.toAzure)
	if reason == nil {
		return ErrRolledBack
	}
	return fmt.Errorf("%w: %w", ErrRolledBack, reason)
}

// restore makes the file say what it said before the rollout.
func (r *Rollout) restore(at *situation) error {
	if at.fresh {
		return stackconfig.WriteFile(r.Stack.File(), at.text)
	}
	return r.Stack.edit(leave(at.from, at.to))
}

// leave gives all traffic to one deployment, and takes another one out.
func leave(stays, goes string) func(*stackconfig.File) error {
	return func(f *stackconfig.File) error {
		return errors.Join(f.Set(map[string]int{stays: 100}, "traffic"), f.Remove("mirrorTraffic"), f.Remove("deployments", goes))
	}
}

// verifyGone deletes what Pulumi didn't know of, so that nothing bills, and
// looks whether callers reach the old deployment.
func (r *Rollout) verifyGone(ctx context.Context, at *situation) error {
	endpoint, err := at.client.Get(ctx)
	if err != nil {
		return err
	}
	if endpoint.Traffic[at.fromAzure] != 100 {
		return fmt.Errorf("%s has %d %% of the traffic in Azure, not all", at.fromAzure, endpoint.Traffic[at.fromAzure])
	}
	if endpoint.Deployment(at.toAzure) == nil {
		return nil
	}
	r.say("delete %s, which Pulumi doesn't know", at.toAzure)
	return at.client.Delete(ctx, at.toAzure)
}

// clean removes what a run that was cut off left behind: operations in the
// state that never ended, a deployment in Azure that the state doesn't have, and
// one that failed.
func (r *Rollout) clean(ctx context.Context, at *situation) error {
	if len(at.state.Pending) > 0 {
		r.say("an earlier run of Pulumi was interrupted; its %d unfinished operations are dropped from the state", len(at.state.Pending))
		if err := r.Stack.dropPending(ctx); err != nil {
			return err
		}
	}
	there := at.azure.Deployment(at.toAzure)
	if there == nil {
		return nil
	}
	// A label is in the traffic, which Pulumi puts.
	known := at.onApps() || at.state.has(at.state.endpoint()+"/deployments/"+at.toAzure)
	switch {
	case known && !(there.Failed() && at.azure.Traffic[at.toAzure] == 0):
		return nil
	case !known && at.azure.Traffic[at.toAzure] > 0:
		return fmt.Errorf("%s is in Azure and answers requests, but Pulumi doesn't know it: take it out of the traffic by hand", at.toAzure)
	case !known:
		r.say("delete %s, which an interrupted run made", at.toAzure)
		return at.client.Delete(ctx, at.toAzure)
	}
	r.say("delete %s, which failed before", at.toAzure)
	return r.apply(ctx, leave(at.from, at.to))
}

// passing reports whether a failure may pass by itself.
func passing(err error) bool {
	var up *UpError
	if !errors.As(err, &up) {
		return false
	}
	found := diagnosis.Find([]diagnosis.Evidence{{Text: strings.Join(up.Messages, "\n")}})
	return found.Passes > 0
}
