package rollout

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/purge"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Teardown deletes the stack's resources for good and checks that their names
// are free. subscription is needed only where nothing is left of the stack in
// Pulumi's state: what an earlier destroy left behind is purged then.
func (r *Rollout) Teardown(ctx context.Context, subscription string, plan bool) error {
	_, cfg, err := r.Stack.read()
	if err != nil {
		return err
	}
	s, err := r.Stack.state(ctx)
	if err != nil {
		return err
	}
	if _, id := s.find("resources", "ResourceGroup"); id != "" {
		subscription, _, _ = strings.Cut(strings.TrimPrefix(id, "/subscriptions/"), "/")
	}
	if subscription == "" {
		return errors.New("the stack's state is empty, so it doesn't say which subscription its names are in: give --subscription")
	}
	n := stackconfig.NewNames(cfg, subscription, r.Stack.Project.Name, r.Stack.Name)
	names := purge.Names{
		Subscription: subscription, Location: cfg.Location, ResourceGroup: n.ResourceGroup, Workspace: n.Workspace,
		Logs: own(n.Logs, cfg.Logs), KeyVault: own(n.KeyVault, cfg.KeyVault),
		Registry: own(n.Registry, cfg.Registry), Storage: own(n.Storage, cfg.Storage),
	}
	client, err := purge.New(names, r.Credential, r.Azure)
	if err != nil {
		return err
	}
	client.Frequency = r.Frequency
	steps := r.teardown(s, client, names, cfg.Hosting)
	for i, step := range steps {
		if plan {
			_, _ = fmt.Fprintf(r.Out, "%d. %s\n", i+1, step.what)
			continue
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%w: the same command goes on", ErrInterrupted)
		}
		r.say("%s", step.what)
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w; the same command goes on from here", step.what, err)
		}
	}
	return nil
}

// own is the name of what the stack has made; "" for someone else's.
func own(name string, of interface{ Existing() bool }) string {
	if of.Existing() {
		return ""
	}
	return name
}

type teardownStep struct {
	what string
	do   func(context.Context) error
}

// teardown are the steps. Workspace and logs are deleted for good while they and
// their resource group are there: once Pulumi has deleted them, their names are
// held.
func (r *Rollout) teardown(s *state, client *purge.Client, n purge.Names, hosting string) []teardownStep {
	workspace, logs := s.made("machinelearningservices", "Workspace"), ""
	if n.Logs != "" {
		logs = s.made("operationalinsights", "Workspace")
	}
	var keep, kept []string
	for _, k := range []struct{ what, urn string }{{"the workspace", workspace}, {"the logs", logs}} {
		if k.urn != "" {
			keep, kept = append(keep, k.urn), append(kept, k.what)
		}
	}
	var steps []teardownStep
	add := func(what string, do func(context.Context) error) { steps = append(steps, teardownStep{what, do}) }
	if len(keep) > 0 {
		add("destroy everything but "+strings.Join(kept, ", ")+" and what they need", func(ctx context.Context) error { return r.Stack.destroy(ctx, keep...) })
	}
	if workspace != "" {
		add("delete the workspace "+n.Workspace+" for good", client.Workspace)
	}
	if logs != "" {
		add("delete the logs "+n.Logs+" for good", client.Logs)
	}
	if len(s.Resources) > 0 {
		add("destroy the rest", func(ctx context.Context) error { return r.Stack.destroy(ctx) })
	}
	if logs == "" && n.Logs != "" || workspace == "" && hosting != stackconfig.ContainerApp {
		add("purge what an earlier destroy left of workspace and logs", client.Leftovers)
	}
	if n.KeyVault != "" {
		add("purge the vault "+n.KeyVault, client.Vault)
	}
	add("check that the names are free", func(ctx context.Context) error { return r.checkFree(ctx, client) })
	return steps
}

// checkFree waits until Azure gives the names free, which it does some moments
// after a purge.
func (r *Rollout) checkFree(ctx context.Context, client *purge.Client) error {
	for try := 1; ; try++ {
		taken, err := client.Check(ctx)
		if err != nil {
			return err
		}
		if len(taken) == 0 {
			r.say("all names are free")
			return nil
		}
		if try == 10 {
			var lines []string
			for _, t := range taken {
				lines = append(lines, t.Name+" ("+t.By+")")
			}
			return fmt.Errorf("still taken: %s", strings.Join(lines, ", "))
		}
		if err := sleep(ctx, min(r.Wait, 30*time.Second)); err != nil {
			return err
		}
	}
}
