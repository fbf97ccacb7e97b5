package infra

import (
	"cmp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// location is where everything lies.
func (r run) location() pulumi.StringInput { return pulumi.String(r.cfg.Location) }

func (r run) subscriptionID() string { return "/subscriptions/" + r.subscription }

func (r run) groupID(group string) string { return r.subscriptionID() + "/resourceGroups/" + group }

// id is the ARM id of a resource of the stack, known before it is made: its
// provider and type, such as Microsoft.KeyVault/vaults, and its name.
func (r run) id(typ, name string) string { return r.idIn("", typ, name) }

// idIn is the ARM id of a resource in a group; "" is the stack's own.
func (r run) idIn(group, typ, name string) string {
	return r.groupID(cmp.Or(group, r.names.ResourceGroup)) + "/providers/" + typ + "/" + name
}

func (r run) vaultID() string {
	return r.idIn(r.cfg.KeyVault.ResourceGroup, "Microsoft.KeyVault/vaults", r.names.KeyVault)
}

func (r run) logsID() string {
	return r.idIn(r.cfg.Logs.ResourceGroup, "Microsoft.OperationalInsights/workspaces", r.names.Logs)
}

func (r run) registryID() string {
	return r.idIn(r.cfg.Registry.ResourceGroup, "Microsoft.ContainerRegistry/registries", r.names.Registry)
}

func (r run) workspaceID() string {
	return r.names.WorkspaceID(r.subscription)
}

// endpointID is the endpoint's id; empty where the subscription isn't known.
func (r run) endpointID() string {
	if r.subscription == "" {
		return ""
	}
	return r.names.EndpointID(r.subscription)
}
