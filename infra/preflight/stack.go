package preflight

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Input is a stack to check, and who is asked about it.
type Input struct {
	Config *stackconfig.Config
	Names  stackconfig.Names
	// Folder is the project's.
	Folder string
	// GroupMade says that the program makes the resource group that Config names.
	GroupMade bool
	// Client asks Azure; nil asks nothing, for the reason Unasked.
	Client  *Client
	Unasked string
	// Credential and HTTP ask storage.
	Credential azcore.TokenCredential
	HTTP       *http.Client
	// Update makes a finding of what the hub doesn't have, which a preview, whose
	// pull request has no token of the hub's, only mentions. HubToken gives the one
	// in a secret of the stack's vault.
	Update   bool
	HubToken func(ctx context.Context, secret string) (string, error)
}

// Run makes all checks of a stack: those of every preview and update, and of the
// command.
func (in Input) Run(ctx context.Context) Report {
	endpoint := ""
	if in.Client != nil {
		endpoint = in.Names.EndpointID(in.Client.Subscription)
	}
	requirements := Requirements(in.Config, endpoint)
	requirements.Unasked = in.Unasked
	app := in.Config.Hosting == stackconfig.ContainerApp
	if app {
		requirements.Deployments = nil // of sizes of virtual machines
	}
	r := Check(ctx, requirements, in.Client)
	r.checkDelivered(ctx, in)
	switch {
	case app:
		r.checkApp(ctx, in)
	case in.Client != nil:
		r.checkIdentity(ctx, in)
		r.checkIsolation(ctx, in)
	}
	r.checkPrivate(ctx, in)
	if !app {
		for _, name := range in.Config.DeploymentNames() {
			r.besideApp(name, in.Config.Deployments[name])
		}
	}
	r.noteMillions(in)
	r.noteBot(in)
	r.warnOfTexts(in)
	if in.Client != nil {
		r.checkExisting(ctx, in)
		r.checkSecrets(ctx, in)
		r.checkBotSecrets(ctx, in)
	}
	r.checkSources(ctx, in)
	return r
}

// checkIdentity refuses an endpoint that is there with another identity than the
// stack's: Azure can't change it (Microsoft Learn,
// how-to-access-resources-from-endpoints-managed-identities).
func (r *Report) checkIdentity(ctx context.Context, in Input) {
	var there struct {
		Identity struct {
			Type                   string
			UserAssignedIdentities map[string]any
		}
	}
	id := in.Names.EndpointID(in.Client.Subscription)
	found, err := in.Client.get(ctx, id, apiVersion, &there)
	if err != nil {
		r.skip("whether the endpoint's identity stays", err.Error())
	}
	if !found || there.Identity.Type == "" {
		return
	}
	own := in.Names.IdentityID(in.Client.Subscription)
	for identity := range there.Identity.UserAssignedIdentities {
		if strings.EqualFold(identity, own) {
			return
		}
	}
	r.find("the endpoint %s has another identity (%s) than the stack's, %s, and Azure can't change an endpoint's identity; "+
		"delete the endpoint, or set nameSuffix to make another", in.Names.Endpoint, there.Identity.Type, in.Names.Identity)
}

// checkIsolation refuses to turn the isolation back, which Azure can't, and to turn
// it on around endpoints that are there (Microsoft Learn, how-to-managed-network).
func (r *Report) checkIsolation(ctx context.Context, in Input) {
	var now struct {
		Properties struct {
			ManagedNetwork struct{ IsolationMode string }
		}
	}
	found, err := in.Client.get(ctx, in.Names.WorkspaceID(in.Client.Subscription), apiVersion, &now)
	if err != nil {
		r.skip("whether the workspace's isolation can be as the stack says", err.Error())
	}
	mode, wanted := cmp.Or(now.Properties.ManagedNetwork.IsolationMode, stackconfig.NotIsolated), in.Config.Workspace.Isolation
	switch {
	case !found:
	case mode != stackconfig.NotIsolated && wanted == stackconfig.NotIsolated:
		r.find("workspace.isolation is %q, but the workspace in Azure has %q, which can't be turned back: write that, or make another stack", wanted, mode)
	case mode == stackconfig.NotIsolated && wanted != stackconfig.NotIsolated:
		if there, err := in.Client.get(ctx, in.Names.EndpointID(in.Client.Subscription), apiVersion, &struct{}{}); err == nil && there {
			r.find("workspace.isolation is %q, but the workspace in Azure has no managed network, and Azure makes none around an endpoint that is there: "+
				"make another stack and move the callers, or destroy this one first", wanted)
		}
	}
}
