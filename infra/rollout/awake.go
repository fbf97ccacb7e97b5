package rollout

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/online"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Sleep deletes the deployments, all at once, and leaves the endpoint with its
// URL and keys, which then costs nothing.
func (r *Rollout) Sleep(ctx context.Context, plan bool) error {
	before, _, err := r.endpoint(ctx)
	if err != nil {
		return err
	}
	if plan {
		_, _ = fmt.Fprintf(r.Out, "1. set awake to false in %s\n2. delete the deployments (%s); %s stays\n", r.Stack.File(), names(before.Deployments), before.URL)
		return nil
	}
	if len(before.Deployments) == 0 {
		r.say("no deployment is there")
	} else {
		r.say("delete %s", names(before.Deployments))
	}
	if err := r.apply(ctx, func(f *stackconfig.File) error { return f.Set(false, "awake") }); err != nil {
		return err
	}
	after, _, err := r.endpoint(ctx)
	switch {
	case err != nil:
		return err
	case len(after.Deployments) > 0:
		return fmt.Errorf("%s are still there, and cost: Pulumi doesn't know them, delete them by hand", names(after.Deployments))
	case after.URL != before.URL:
		return fmt.Errorf("the endpoint's URL was %s and is %s", before.URL, after.URL)
	}
	r.say("asleep: %s stays, answers 404 and costs nothing; `wake` brings it back", after.URL)
	return nil
}

// Wake makes the deployments again, and tries those that get traffic. Where one
// can't be made it says why, and puts the stack back to sleep so that nothing
// costs.
func (r *Rollout) Wake(ctx context.Context, o Options, plan bool) error {
	began := time.Now().Add(-time.Minute)
	before, _, err := r.endpoint(ctx)
	if err != nil {
		return err
	}
	if plan {
		_, _ = fmt.Fprintf(r.Out, "1. set awake to true in %s\n2. make the deployments behind %s\n3. try those with traffic\n", r.Stack.File(), before.URL)
		return nil
	}
	r.say("make the deployments; this takes 10 to 20 minutes on Azure")
	failed := r.apply(ctx, func(f *stackconfig.File) error { return f.Set(true, "awake") })
	if failed != nil && ctx.Err() != nil {
		return fmt.Errorf("%w: the same command goes on: %w", ErrInterrupted, failed)
	}
	if failed != nil {
		return errors.Join(failed, r.asleepAgain(ctx, began, failed, o.LogLines))
	}
	endpoint, client, err := r.endpoint(ctx)
	if err != nil {
		return err
	}
	_, cfg, err := r.Stack.read()
	if err != nil {
		return err
	}
	for name, d := range cfg.Deployments {
		azureName := azureName(cfg, name, d)
		if cfg.Traffic[name] == 0 {
			continue
		}
		s := newScorer(endpoint, client, r, cfg.Private, time.Duration(d.Requests.TimeoutSeconds+5)*time.Second)
		if err := r.tryAwake(ctx, s, azureName, o); err != nil {
			return fmt.Errorf("%s is deployed, but doesn't answer as it should: %w; `explain --deployment %s` shows its logs, `sleep` ends the costs", azureName, err, name)
		}
	}
	r.say("awake: %s answers", endpoint.URL)
	return nil
}

// tryAwake waits until the gateway knows the deployment, finds the task where it
// isn't given, and tries the deployment.
func (r *Rollout) tryAwake(ctx context.Context, s *scorer, deployment string, o Options) error {
	if o.Task != "" && o.Task != "auto" {
		s.task = o.Task
		return s.smoke(ctx, deployment, o.Patience)
	}
	for deadline := time.Now().Add(o.Patience); ; {
		err := s.choose(ctx, deployment)
		if err == nil {
			return s.smoke(ctx, deployment, o.Patience)
		}
		if refused(err) {
			return notAllowed(err)
		}
		if time.Now().After(deadline) {
			return err
		}
		if err := sleep(ctx, min(o.Patience/10, time.Second)); err != nil {
			return err
		}
	}
}

// asleepAgain explains what failed and takes it out.
func (r *Rollout) asleepAgain(ctx context.Context, began time.Time, failure error, lines int) error {
	s, err := r.Stack.state(ctx)
	if err != nil {
		return err
	}
	endpoint, client, err := r.endpoint(ctx)
	if err != nil {
		return err
	}
	for _, d := range endpoint.Deployments {
		if d.State != "Succeeded" {
			r.print(r.evidence(ctx, client, s, d.Name, began, failure, lines))
		}
	}
	r.say("back to sleep, so that nothing is billed")
	return r.Sleep(ctx, false)
}

// endpoint reads the endpoint of the stack. An app that sleeps isn't there, and has
// no client; its address is the stack's output.
func (r *Rollout) endpoint(ctx context.Context) (*online.Endpoint, host, error) {
	s, err := r.Stack.state(ctx)
	if err != nil {
		return nil, nil, err
	}
	_, cfg, err := r.Stack.read()
	if err != nil {
		return nil, nil, err
	}
	client, err := r.host(cfg, s)
	if errors.Is(err, errNoApp) {
		outputs, err := r.Stack.outputs(ctx)
		if err != nil || output(outputs, "scoringUri") == "" {
			return nil, nil, errors.Join(errNoApp, err)
		}
		return &online.Endpoint{URL: api.BaseURL(output(outputs, "scoringUri"))}, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	endpoint, err := client.Get(ctx)
	return endpoint, client, err
}

func names(deployments []online.Deployment) string {
	var out []string
	for _, d := range deployments {
		out = append(out, d.Name)
	}
	return strings.Join(out, ", ")
}
