package stackconfig

import (
	"maps"
	"slices"
)

// PrivateLink is a service of a private stack's with its private endpoint.
type PrivateLink struct {
	Name string
	// Group is what the endpoint leads to, and Zones are those in which the service's
	// names resolve (Microsoft Learn, private-link/private-endpoint-dns).
	Group string
	Zones []string
}

// The services.
var (
	VaultLink    = PrivateLink{"vault", "vault", []string{"privatelink.vaultcore.azure.net"}}
	RegistryLink = PrivateLink{"registry", "registry", []string{"privatelink.azurecr.io"}}
	// A workspace's own account needs both of its endpoints
	// (machine-learning/how-to-secure-workspace-vnet).
	BlobLink = PrivateLink{"blob", "blob", []string{"privatelink.blob.core.windows.net"}}
	FileLink = PrivateLink{"file", "file", []string{"privatelink.file.core.windows.net"}}
	// A workspace's leads to its online endpoints too.
	WorkspaceLink = PrivateLink{"workspace", "amlworkspace", []string{"privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"}}
)

// PrivateLinks are those that a private stack makes: what is there already has its
// own. None of a public stack.
func (cfg *Config) PrivateLinks() (all []PrivateLink) {
	learning := cfg.Hosting != ContainerApp
	for _, l := range []struct {
		link PrivateLink
		made bool
	}{
		{VaultLink, !cfg.KeyVault.Existing()},
		{RegistryLink, !cfg.Registry.Existing()},
		{BlobLink, !cfg.Storage.Existing()},
		{FileLink, !cfg.Storage.Existing() && learning},
		{WorkspaceLink, learning},
	} {
		if cfg.Private && l.made {
			all = append(all, l.link)
		}
	}
	return all
}

// Zones are the private DNS zones that a private stack's endpoints need, in order.
func (cfg *Config) Zones() []string {
	zones := map[string]bool{}
	for _, link := range cfg.PrivateLinks() {
		for _, zone := range link.Zones {
			zones[zone] = true
		}
	}
	return slices.Sorted(maps.Keys(zones))
}

// PrivateEndpoint is the name of a service's private endpoint.
func (n Names) PrivateEndpoint(link PrivateLink) string { return "pe-" + link.Name + "-" + n.Stem }
