package infra

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// services are the resource providers that the subscription must have
// registered, of which a new one has none. Pulumi's provider doesn't see to all
// of them (pulumi-azure-native#3479).
var services = []string{
	"Microsoft.ContainerRegistry", "Microsoft.Insights", "Microsoft.KeyVault",
	"Microsoft.ManagedIdentity", "Microsoft.OperationalInsights", "Microsoft.Storage",
}

// hostServices are those of what hosts the deployments.
var hostServices = map[string][]string{stackconfig.ContainerApp: {"Microsoft.App"}, stackconfig.ManagedEndpoint: {
	"Microsoft.MachineLearningServices",
	// Without these Azure accepts an endpoint and then fails it, naming neither
	// (MicrosoftLearning/mslearn-azure-ml, issue 106 and Labs/11/setup1.sh).
	"Microsoft.Cdn", "Microsoft.PolicyInsights",
	// Preflight asks it which sizes the subscription may use.
	"Microsoft.Compute",
	// The private endpoints of a managed network (how-to-managed-network).
	"Microsoft.Network",
}}

const (
	servicesVersion  = "2021-04-01"
	serviceIsReady   = "Registered"
	registeringTakes = 10 * time.Minute // one or two, as a rule
)

// registerServices registers the services that the subscription lacks, before
// anything else is asked or made. A preview only says which. Whoever may not ask,
// such as a pull request's identity, goes on: then they are there already, or
// Azure says so.
func (r run) registerServices() error {
	client, err := newARM(r.login())
	if err != nil || r.subscription == "" {
		return nil // signed out, which preflight says
	}
	// What Azure doesn't say isn't missing, until it was registered here.
	missing := r.registrations(client, r.services(), func(state string) bool { return state != "" && state != serviceIsReady })
	switch {
	case len(missing) == 0:
		return nil
	case r.ctx.DryRun():
		return r.ctx.Log.Info("an update registers "+strings.Join(missing, ", ")+" in the subscription, once; what depends on them isn't checked before", nil)
	}
	if err := r.ctx.Log.Info("registering "+strings.Join(missing, ", ")+" in the subscription, which takes minutes, once", nil); err != nil {
		return err
	}
	for _, name := range missing {
		if err := client.Do(r.ctx.Context(), http.MethodPost, r.service(name)+"/register", servicesVersion, nil, nil, nil); err != nil {
			return fmt.Errorf("register %s in the subscription: %s; an owner can: az provider register --namespace %s --wait", name, arm.Reason(err), name)
		}
	}
	for deadline := time.Now().Add(registeringTakes); ; {
		missing = r.registrations(client, missing, func(state string) bool { return state != serviceIsReady })
		if len(missing) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s: not registered in the subscription within %v: run pulumi up again later", strings.Join(missing, ", "), registeringTakes)
		}
		select {
		case <-r.ctx.Context().Done():
			return errors.New("interrupted while services were registered; pulumi up continues")
		case <-time.After(max(r.pause/6, time.Millisecond)):
		}
	}
}

// registrations are those of the services whose state is as wanted; "" is one that
// Azure doesn't tell.
func (r run) registrations(client *arm.Client, names []string, wanted func(state string) bool) (found []string) {
	states := make([]string, len(names))
	var wait sync.WaitGroup
	for i, name := range names {
		wait.Go(func() {
			var answer struct{ RegistrationState string }
			if err := client.Do(r.ctx.Context(), http.MethodGet, r.service(name), servicesVersion, nil, nil, &answer); err == nil {
				states[i] = answer.RegistrationState
			}
		})
	}
	wait.Wait()
	for i, state := range states {
		if wanted(state) {
			found = append(found, names[i])
		}
	}
	return found
}

func (r run) service(name string) string { return r.subscriptionID() + "/providers/" + name }

// services are what the stack needs.
func (r run) services() []string {
	all := slices.Concat(services, hostServices[r.cfg.Hosting])
	if r.cfg.Bot.Enabled {
		all = append(all, hostServices[stackconfig.ContainerApp]...)
	}
	if r.cfg.Private {
		all = append(all, "Microsoft.Network")
		if r.cfg.HostsApps() {
			// What Container Apps run on, in a subnet of the subscription's own.
			all = append(all, "Microsoft.ContainerService")
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
