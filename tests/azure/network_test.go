package azure

import (
	"strings"
	"testing"
)

const (
	hub       = "/providers/Microsoft.Network/virtualNetworks/hub"
	aSubnet   = hub + "/subnets/endpoints"
	appSubnet = hub + "/subnets/apps"
	vaultZone = "/providers/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net"
	toVault   = "/providers/Microsoft.Network/privateEndpoints/vault"
)

func subnetBody(prefix, delegation string) map[string]any {
	p := map[string]any{"addressPrefix": prefix}
	if delegation != "" {
		p["delegations"] = []any{map[string]any{"name": "d", "properties": map[string]any{"serviceName": delegation}}}
	}
	return map[string]any{"properties": p}
}

// networkWorld is a world with a network, its two subnets and a linked zone.
func networkWorld(t *testing.T) *world {
	w := newWorld(t)
	w.must(hub, map[string]any{"location": "westeurope", "properties": map[string]any{"addressSpace": map[string]any{"addressPrefixes": []any{"10.1.0.0/16"}}}})
	w.must(aSubnet, subnetBody("10.1.1.0/24", ""))
	w.must(appSubnet, subnetBody("10.1.2.0/27", "Microsoft.App/environments"))
	w.must(vaultZone, map[string]any{"location": "global"})
	w.must(vaultZone+"/virtualNetworkLinks/hub", w.link())
	return w
}

func (w *world) link() map[string]any {
	return map[string]any{"location": "global", "properties": map[string]any{"virtualNetwork": map[string]any{"id": w.group + hub}}}
}

func (w *world) privateEndpoint(subnet, service, group string) map[string]any {
	return map[string]any{"location": "westeurope", "properties": map[string]any{
		"subnet": map[string]any{"id": w.group + subnet},
		"privateLinkServiceConnections": []any{map[string]any{"name": "c", "properties": map[string]any{
			"privateLinkServiceId": w.group + service, "groupIds": []any{group},
		}}},
	}}
}

func (w *world) appsIn(subnet string, internal bool) map[string]any {
	return map[string]any{"location": "westeurope", "properties": map[string]any{
		"workloadProfiles":  []any{map[string]any{"name": "Consumption", "workloadProfileType": "Consumption"}},
		"vnetConfiguration": map[string]any{"infrastructureSubnetId": w.group + subnet, "internal": internal},
	}}
}

func TestNetworkRules(t *testing.T) {
	const (
		vault    = "/providers/Microsoft.KeyVault/vaults/vault1"
		registry = "/providers/Microsoft.ContainerRegistry/registries/registry1"
		zones    = "/providers/Microsoft.Network/privateDnsZones/"
	)
	group := func(w *world, zones ...string) map[string]any {
		var configs []any
		for _, zone := range zones {
			configs = append(configs, map[string]any{"name": "z", "properties": map[string]any{"privateDnsZoneId": w.group + zone}})
		}
		return map[string]any{"properties": map[string]any{"privateDnsZoneConfigs": configs}}
	}
	for name, c := range map[string]struct {
		put  string
		body func(w *world) map[string]any
		want string // in the error; "" is success
	}{
		"a subnet beside":  {hub + "/subnets/runner", func(*world) map[string]any { return subnetBody("10.1.3.0/24", "") }, ""},
		"a subnet outside": {hub + "/subnets/runner", func(*world) map[string]any { return subnetBody("10.2.0.0/24", "") }, "NetcfgSubnetRangeOutsideVnet"},
		"a subnet over":    {hub + "/subnets/runner", func(*world) map[string]any { return subnetBody("10.1.1.128/25", "") }, "NetcfgSubnetRangesOverlap"},

		"a private endpoint":    {toVault, func(w *world) map[string]any { return w.privateEndpoint(aSubnet, vault, "vault") }, ""},
		"in a delegated subnet": {toVault, func(w *world) map[string]any { return w.privateEndpoint(appSubnet, vault, "vault") }, "IsDelegated"},
		"to another group":      {toVault, func(w *world) map[string]any { return w.privateEndpoint(aSubnet, vault, "blob") }, "is no group of Microsoft.KeyVault/vaults"},
		"to a Basic registry":   {toVault, func(w *world) map[string]any { return w.privateEndpoint(aSubnet, registry, "registry") }, "need Premium"},
		"to nothing":            {toVault, func(w *world) map[string]any { return w.privateEndpoint(aSubnet, vault+"2", "vault") }, "does not exist"},

		"to another subnet": {toVault, func(w *world) map[string]any {
			w.must(toVault, w.privateEndpoint(aSubnet, vault, "vault"))
			w.must(hub+"/subnets/other", subnetBody("10.1.3.0/24", ""))
			return w.privateEndpoint(hub+"/subnets/other", vault, "vault")
		}, "CannotChangeSubnetOnExistingPrivateEndpoint"},

		"a second zone of one name": {"2" + vaultZone + "/virtualNetworkLinks/hub", func(w *world) map[string]any { return w.link() },
			"cannot be linked to multiple zones with overlapping namespaces"},
		"a zone in a region": {zones + "privatelink.azurecr.io", func(*world) map[string]any { return map[string]any{"location": "westeurope"} }, "zones are global"},
		"names of another group": {toVault + "/privateDnsZoneGroups/default", func(w *world) map[string]any {
			w.must(toVault, w.privateEndpoint(aSubnet, vault, "vault"))
			w.must(zones+"privatelink.azurecr.io", map[string]any{"location": "global"})
			return group(w, zones+"privatelink.azurecr.io")
		}, "needs the zone privatelink.vaultcore.azure.net"},

		"apps in a subnet":              {appsEnvironment, func(w *world) map[string]any { return w.appsIn(appSubnet, true) }, ""},
		"apps in one that isn't theirs": {appsEnvironment, func(w *world) map[string]any { return w.appsIn(aSubnet, true) }, "ManagedEnvironmentSubnetDelegationError"},
		"apps in one that is too small": {appsEnvironment, func(w *world) map[string]any {
			w.must(hub+"/subnets/small", subnetBody("10.1.3.0/28", "Microsoft.App/environments"))
			return w.appsIn(hub+"/subnets/small", true)
		}, "at least /27"},
		"apps in another's": {appsEnvironment, func(w *world) map[string]any {
			w.must(appsEnvironment+"2", w.appsIn(appSubnet, true))
			return w.appsIn(appSubnet, true)
		}, "is that of cae-nlp2"},
		"apps that move": {appsEnvironment, func(w *world) map[string]any {
			w.must(appsEnvironment, w.appsIn(appSubnet, false))
			return w.appsIn(appSubnet, true)
		}, "can't be changed"},
	} {
		t.Run(name, func(t *testing.T) {
			w := networkWorld(t)
			at := w.group + c.put
			if rest, other := strings.CutPrefix(c.put, "2"); other { // in another group
				at = w.group + "2" + rest
				for _, id := range []string{w.group + "2", w.group + "2" + vaultZone} {
					location := "westeurope"
					if strings.Contains(id, "/privateDnsZones/") {
						location = "global"
					}
					if _, _, err := w.Put(id, "2020-06-01", map[string]any{"location": location}); err != nil {
						t.Fatal(err)
					}
				}
			}
			_, _, err := w.Put(at, "2023-11-01", c.body(w))
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// TestNetworkStaysWhileItIsUsed: what something lies in goes last.
func TestNetworkStaysWhileItIsUsed(t *testing.T) {
	w := networkWorld(t)
	w.must(toVault, w.privateEndpoint(aSubnet, "/providers/Microsoft.KeyVault/vaults/vault1", "vault"))
	for _, c := range []struct{ id, want string }{
		{aSubnet, "InUseSubnetCannotBeDeleted"}, {hub, "InUseSubnetCannotBeDeleted"}, {vaultZone, "Cannot delete resource while nested resources exist"},
		{toVault, ""}, {vaultZone + "/virtualNetworkLinks/hub", ""}, {vaultZone, ""}, {aSubnet, ""}, {hub, ""},
	} {
		if err := w.Delete(w.group + c.id); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.id, err, c.want)
		}
	}
}

// TestClosedRegistry: an app without a way in can't pull, and one in a network that
// has one can.
func TestClosedRegistry(t *testing.T) {
	const registry, zone = "/providers/Microsoft.ContainerRegistry/registries/registry1", "/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io"
	w := networkWorld(t)
	w.grant()
	w.must(registry, map[string]any{"location": "westeurope", "sku": map[string]any{"name": "Premium"}, "properties": map[string]any{"publicNetworkAccess": "Disabled"}})
	w.must(appsEnvironment, w.appsIn(appSubnet, true))
	pull := func() error {
		_, _, err := w.Put(w.group+theApp, "2024-03-01", w.app("blue"))
		return err
	}
	if err := pull(); err == nil || !strings.Contains(err.Error(), "is not allowed access") {
		t.Errorf("without a private endpoint: %v", err)
	}
	to := "/providers/Microsoft.Network/privateEndpoints/registry"
	w.must(to, w.privateEndpoint(aSubnet, registry, "registry"))
	w.must(zone, map[string]any{"location": "global"})
	w.must(to+"/privateDnsZoneGroups/default", map[string]any{"properties": map[string]any{"privateDnsZoneConfigs": []any{
		map[string]any{"name": "z", "properties": map[string]any{"privateDnsZoneId": w.group + zone}}}}})
	if err := pull(); err == nil || !strings.Contains(err.Error(), "is not allowed access") {
		t.Errorf("where its name doesn't resolve: %v", err)
	}
	w.must(zone+"/virtualNetworkLinks/hub", w.link())
	if err := pull(); err != nil {
		t.Errorf("with a way in: %v", err)
	}
}

// TestApprovalOfManagedNetwork: a managed network needs a workspace that may approve
// its private endpoints, and no endpoint that is there before.
func TestApprovalOfManagedNetwork(t *testing.T) {
	w := newWorld(t)
	isolated := map[string]any{"location": "westeurope", "identity": map[string]any{"type": "SystemAssigned"}, "properties": w.links()}
	isolated["properties"].(map[string]any)["managedNetwork"] = map[string]any{"isolationMode": "AllowOnlyApprovedOutbound"}
	if _, _, err := w.Put(w.group+ml, "2024-04-01", isolated); err == nil || !strings.Contains(err.Error(), "delete the managed online endpoint") {
		t.Errorf("around an endpoint: %v", err)
	}
	if err := w.Delete(w.group + ml + "/onlineEndpoints/endpoint"); err != nil {
		t.Fatal(err)
	}
	w.must(ml, isolated)
	if _, err := w.provisionNetwork(w.group + ml); err == nil || !strings.Contains(err.Error(), "PrivateEndpointConnectionsApproval") {
		t.Errorf("without the role: %v", err)
	}
}
