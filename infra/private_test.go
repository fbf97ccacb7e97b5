package infra

import (
	"slices"
	"strings"
	"testing"
)

// TestPrivateClosesAll: one switch closes all that a stack makes, and leaves a way in.
func TestPrivateClosesAll(t *testing.T) {
	for name, c := range map[string]struct {
		edits []func(map[string]any)
		links []string
		zones int
	}{
		"managed endpoint": {nil, []string{"private-blob", "private-file", "private-registry", "private-vault", "private-workspace"}, 6},
		"Container App":    {[]func(map[string]any){onContainerApps(t)}, []string{"private-blob", "private-registry", "private-vault"}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			d := mustDeploy(t, "dev", append(c.edits, set("private", true))...)
			if vault := d.one("Vault"); vault.get("properties.publicNetworkAccess") != "Disabled" || vault.get("properties.networkAcls.defaultAction") != "Deny" {
				t.Errorf("vault: %v", vault.inputs)
			}
			for _, r := range slices.Concat(d.all("Registry"), d.all("StorageAccount"), d.all("Workspace")) {
				if strings.Contains(r.typ, ":operationalinsights:") {
					continue // takes what the network sends to its public address
				}
				if r.get("publicNetworkAccess") != "Disabled" {
					t.Errorf("%s: publicNetworkAccess %v", r.name, r.get("publicNetworkAccess"))
				}
			}
			for _, r := range d.all("OnlineEndpoint") {
				if r.get("onlineEndpointProperties.publicNetworkAccess") != "Disabled" {
					t.Errorf("%s: %v", r.name, r.inputs)
				}
			}
			for _, r := range d.all("ManagedEnvironment") {
				if r.get("vnetConfiguration.internal") != true || r.get("vnetConfiguration.infrastructureSubnetId") != d.named("Subnet", "subnet-apps").id {
					t.Errorf("%s: %v", r.name, r.get("vnetConfiguration"))
				}
			}
			var links []string
			for _, r := range d.all("PrivateEndpoint") {
				links = append(links, r.name)
				if r.get("subnet.id") != d.named("Subnet", "subnet-endpoints").id {
					t.Errorf("%s lies in %v", r.name, r.get("subnet"))
				}
			}
			if zones := len(d.all("PrivateZone")); !slices.Equal(links, c.links) || zones != c.zones {
				t.Errorf("private endpoints %v and %d zones, want %v and %d", links, zones, c.links, c.zones)
			}
			if sku := d.one("Registry").get("sku.name"); sku != "Premium" {
				t.Errorf("the registry is %v", sku)
			}
		})
	}
}
