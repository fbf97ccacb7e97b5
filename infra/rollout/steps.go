package rollout

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/judge"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// errFinishing says that the new deployment is good and has all traffic, and
// only the old one couldn't be taken out.
var errFinishing = errors.New("the new deployment has all traffic, but the rollout didn't finish")

// tries is how often Pulumi is run where Azure refuses for the moment.
const tries = 3

func (at *situation) limits(o Options) judge.Limits {
	limits := o.Limits
	if limits.MaxP95 == 0 {
		limits.MaxP95 = at.metricsP95
	}
	return limits
}

// prepare checks what would stop the rollout later, before it changes
// anything: that the live deployment can be asked, what the task is, and that
// Pulumi has nothing else to change.
func (r *Rollout) prepare(ctx context.Context, at *situation, o Options) error {
	if _, _, err := r.Stack.edited(at.add); err != nil {
		return err
	}
	at.scorer.task = o.Task
	var err error
	if o.Task == "" || o.Task == "auto" {
		err = at.scorer.choose(ctx, at.fromAzure)
	} else {
		err = at.scorer.request(ctx, at.fromAzure)
	}
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%w: nothing was changed", ErrInterrupted)
	case refused(err):
		return notAllowed(err)
	case err != nil && (o.Task == "" || o.Task == "auto"):
		return fmt.Errorf("%s doesn't answer, so there is no telling what the model does: %w; give --task %s or --task %s", at.from, err, TaskSentiment, TaskChat)
	case err != nil:
		r.say("%s, which is live, doesn't answer: %v", at.from, err)
	}
	if !at.fresh || o.AllowChanges {
		return nil
	}
	changes, err := r.Stack.changes(ctx)
	if err != nil {
		return err
	}
	if len(changes) > 0 {
		return fmt.Errorf("pulumi up would change more than the rollout does (%s): run it first, so that a rollback undoes only the rollout, or give --allow-changes",
			strings.Join(changes, ", "))
	}
	return nil
}

// advance goes through the steps that are left.
func (r *Rollout) advance(ctx context.Context, at *situation, o Options) error {
	if err := r.deploy(ctx, at, o); err != nil {
		return err
	}
	r.say("try %s with requests that bypass the traffic split", at.toAzure)
	if err := at.scorer.smoke(ctx, at.toAzure, o.Patience); err != nil {
		return fmt.Errorf("%s is deployed, but doesn't answer as it should: %w", at.toAzure, err)
	}
	if at.share == 0 && o.Mirror > 0 {
		r.say("copy %d %% of the requests to %s for %s", o.Mirror, at.toAzure, o.MirrorFor)
		if err := r.apply(ctx, func(f *stackconfig.File) error { return f.Set(map[string]int{at.to: o.Mirror}, "mirrorTraffic") }); err != nil {
			return err
		}
		if err := r.watch(ctx, at, o, o.MirrorFor); err != nil {
			return err
		}
	}
	for _, percent := range at.left(o.Steps) {
		r.say("%d %% of the requests to %s", percent, at.toAzure)
		if err := r.apply(ctx, func(f *stackconfig.File) error { return at.split(f, percent) }); err != nil {
			return err
		}
		if err := r.watch(ctx, at, o, o.Observe); err != nil {
			return err
		}
	}
	return r.finish(ctx, at)
}

// deploy makes the new deployment without traffic, or goes on with the one that
// is there.
func (r *Rollout) deploy(ctx context.Context, at *situation, o Options) error {
	if err := r.clean(ctx, at); err != nil {
		return err
	}
	for _, note := range at.notes {
		r.say("in deployments.%s of the file, %s", at.to, note)
	}
	takes := "10 to 20 minutes"
	if at.onApps() {
		takes = "minutes"
	}
	r.say("deploy %s next to %s; this takes %s on Azure", at.toAzure, at.fromAzure, takes)
	err := r.apply(ctx, at.add)
	if errors.Is(err, ErrLocked) && at.fresh {
		return errors.Join(err, r.restore(at)) // nothing was made
	}
	if err == nil || ctx.Err() != nil || errors.Is(err, ErrLocked) {
		return err
	}
	explanation := r.evidence(ctx, at.client, at.state, at.toAzure, at.began, err, o.LogLines)
	r.print(explanation)
	return fmt.Errorf("%s couldn't be deployed: %s: %s", at.toAzure, explanation.Finding.Cause, explanation.Finding.Quote)
}

// add puts the new deployment into the file, with the share that it has.
func (at *situation) add(f *stackconfig.File) error {
	if !f.Has("deployments", at.to) {
		if err := f.Copy([]string{"deployments", at.from}, []string{"deployments", at.to}); err != nil {
			return err
		}
	}
	if err := write(f, at.to, at.wanted); err != nil {
		return err
	}
	if err := at.split(f, at.share); err != nil {
		return err
	}
	if at.mirror > 0 {
		return f.Set(map[string]int{at.to: at.mirror}, "mirrorTraffic")
	}
	return nil
}

// split gives the new deployment a percentage of the requests. A deployment
// that answers gets no copies.
func (at *situation) split(f *stackconfig.File, percent int) error {
	shares := map[string]int{}
	if percent < 100 {
		shares[at.from] = 100 - percent
	}
	if percent > 0 {
		shares[at.to] = percent
		if err := f.Remove("mirrorTraffic"); err != nil {
			return err
		}
	}
	return f.Set(shares, "traffic")
}

// finish takes the old deployment out, and checks that Pulumi has nothing left
// to do.
func (r *Rollout) finish(ctx context.Context, at *situation) error {
	r.say("take %s out", at.fromAzure)
	err := r.apply(ctx, leave(at.to, at.from))
	if err == nil {
		var changes []string
		if changes, err = r.Stack.changes(ctx); err == nil && len(changes) > 0 {
			err = fmt.Errorf("pulumi up would still change %s", strings.Join(changes, ", "))
		}
	}
	if err != nil {
		return fmt.Errorf("%w: %w; run pulumi up, or this command again", errFinishing, err)
	}
	r.say("done: %s answers all requests; %s says so, commit it", at.toAzure, r.Stack.File())
	return nil
}

// apply edits the file and runs Pulumi, again where that fails for a reason
// that passes.
func (r *Rollout) apply(ctx context.Context, change func(*stackconfig.File) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := r.Stack.edit(change); err != nil {
		return err
	}
	return r.upPatiently(ctx)
}

// upPatiently runs pulumi up until it succeeds or fails for good.
func (r *Rollout) upPatiently(ctx context.Context) error {
	for try := 1; ; try++ {
		err := r.Stack.up(ctx)
		if err == nil {
			return ctx.Err() // it ran to its end although the context may have
		}
		if try == tries || !passing(err) || ctx.Err() != nil {
			return err
		}
		r.say("Azure is busy, trying again in %s: %v", r.Wait, err)
		if err := sleep(ctx, r.Wait); err != nil {
			return err
		}
	}
}

// watch judges the new deployment.
func (r *Rollout) watch(ctx context.Context, at *situation, o Options, least time.Duration) error {
	w := &watch{
		scorer: at.scorer, client: at.client, to: at.toAzure, from: at.fromAzure,
		rate: o.ProbeRate, limits: at.limits(o), least: least, most: o.ObserveMost, say: r.say,
	}
	return w.observe(ctx)
}
