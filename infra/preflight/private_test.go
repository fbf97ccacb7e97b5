package preflight

import (
	"path"
	"strings"
	"testing"
)

// TestPrivate: what a private stack counts on, and can't become.
func TestPrivate(t *testing.T) {
	const (
		groups   = "/subscriptions/" + testSubscription + "/resourceGroups/"
		network  = groups + "hub/providers/Microsoft.Network/virtualNetworks/hub"
		allZones = "/subscriptions/" + testSubscription + "/providers/Microsoft.Network/privateDnsZones"
		zone     = "privatelink.azurecr.io"
		zoneID   = groups + "dns/providers/Microsoft.Network/privateDnsZones/" + zone
		account  = groups + "team/providers/Microsoft.Storage/storageAccounts/teamstorage"
	)
	inHub := object{"endpointSubnet": network + "/subnets/endpoints", "appSubnet": network + "/subnets/apps"}
	// A bot, so that there are apps beside the managed endpoint.
	private := func(of object) func(object) {
		return func(c object) {
			c["private"], c["network"] = true, of
			c["bot"] = object{"enabled": true, "image": object{"repository": "bot", "digest": "sha256:" + strings.Repeat("b", 64), "uncompressedMiB": 1}}
		}
	}
	subnet := func(prefix, service string) object {
		p := object{"addressPrefix": prefix}
		if service != "" {
			p["delegations"] = []object{{"properties": object{"serviceName": service}}}
		}
		return object{"properties": p}
	}
	list := func(items ...object) object { return object{"value": items} }
	linked := list(object{"properties": object{"virtualNetwork": object{"id": strings.ToUpper(network)}}})
	apps := groups + newAzure(t).input(t).Names.ResourceGroup + "/providers/Microsoft.App/managedEnvironments/" + newAzure(t).input(t).Names.AppsHost
	own := groups + newAzure(t).input(t).Names.ResourceGroup + "/providers/Microsoft.Network/"
	vnet := own + "virtualNetworks/" + newAzure(t).input(t).Names.Network
	endpoint := own + "privateEndpoints/pe-vault-" + newAzure(t).input(t).Names.Stem
	in := func(subnet string) object {
		return object{"properties": object{"subnet": object{"id": strings.ToUpper(subnet)}}}
	}
	ranges := func(all ...string) object {
		return object{"properties": object{"addressSpace": object{"addressPrefixes": all}}}
	}
	for name, c := range map[string]struct {
		edit   func(object)
		change map[string]any // what Azure has besides the network, nil for nothing
		want   string         // among the findings; "" is none
	}{
		"a new network":          {private(object{}), nil, ""},
		"a network that fits":    {private(inHub), nil, ""},
		"no network":             {private(inHub), map[string]any{network: nil}, "network: Azure has no " + network},
		"elsewhere":              {private(inHub), map[string]any{network: object{"location": "eastus"}}, "the network hub is in eastus, and the stack in westeurope"},
		"no subnet":              {private(inHub), map[string]any{network + "/subnets/apps": nil}, "network.appSubnet: Azure has no"},
		"endpoints of another":   {private(inHub), map[string]any{network + "/subnets/endpoints": subnet("10.0.0.0/24", "Microsoft.Sql/managedInstances")}, "is delegated to Microsoft.Sql/managedInstances, and takes no private endpoints"},
		"apps not delegated":     {private(inHub), map[string]any{network + "/subnets/apps": subnet("10.0.1.0/27", "")}, "the subnet apps isn't delegated to Microsoft.App/environments: az network"},
		"too small":              {private(inHub), map[string]any{network + "/subnets/apps": subnet("10.0.1.0/28", "Microsoft.App/environments")}, "smaller than the /27"},
		"a zone that has a link": {private(inHub), map[string]any{allZones: list(object{"id": zoneID, "name": zone}), zoneID + "/virtualNetworkLinks": linked}, "is linked to a zone privatelink.azurecr.io already, and takes no second one: set network.dnsZones to " + groups + "dns"},
		"a zone of others":       {private(inHub), map[string]any{allZones: list(object{"id": zoneID, "name": zone}), zoneID + "/virtualNetworkLinks": list()}, ""},
		"no zones": {private(object{"endpointSubnet": inHub["endpointSubnet"], "appSubnet": inHub["appSubnet"], "dnsZones": groups + "dns"}), nil,
			"network.dnsZones: Azure has no " + zoneID},
		"apps outside": {private(inHub), map[string]any{apps: object{"properties": object{}}}, "is in no network and would have to be in the subnet hub/apps"},
		"apps inside": {func(c object) { private(nil)(c); delete(c, "network"); c["private"] = false },
			map[string]any{apps: object{"properties": object{"vnetConfiguration": object{"infrastructureSubnetId": network + "/subnets/apps"}}}}, "is in the subnet hub/apps and would have to be in no network"},
		"a network that stays":        {private(object{}), map[string]any{vnet: ranges("10.77.0.0/24"), endpoint: in(vnet + "/subnets/endpoints")}, ""},
		"another range":               {private(object{"addressRange": "10.78.0.0/24"}), map[string]any{vnet: ranges("10.77.0.0/24")}, "network.addressRange is 10.78.0.0/24, but the network " + path.Base(vnet) + " in Azure has 10.77.0.0/24"},
		"a range that somebody added": {private(object{}), map[string]any{vnet: ranges("10.77.0.0/24", "10.80.0.0/24")}, ""},
		"endpoints stay":              {private(inHub), map[string]any{endpoint: in(network + "/subnets/endpoints")}, ""},
		"endpoints elsewhere":         {private(inHub), map[string]any{endpoint: in(vnet + "/subnets/endpoints")}, path.Base(endpoint) + " is in the subnet " + strings.ToUpper(path.Base(vnet)) + "/ENDPOINTS and would have to be in the subnet hub/endpoints, and Azure moves none"},
		"open storage": {func(c object) {
			private(inHub)(c)
			c["storage"] = object{"resourceGroup": "team", "accountName": "teamstorage"}
		}, map[string]any{account: object{"properties": object{"publicNetworkAccess": "Enabled", "privateEndpointConnections": []object{
			{"properties": object{"privateLinkServiceConnectionState": object{"status": "Approved"}}}}}}}, `storage.accountName = "teamstorage": the internet reaches it, and the stack is private`},
		"storage without a way in": {func(c object) {
			private(inHub)(c)
			c["storage"] = object{"resourceGroup": "team", "accountName": "teamstorage"}
		}, map[string]any{account: object{"properties": object{"publicNetworkAccess": "Disabled", "privateEndpointConnections": []object{
			{"properties": object{"privateLinkServiceConnectionState": object{"status": "Pending"}}}}}}}, "it has no approved private endpoint"},
	} {
		a := newAzure(t)
		a.resources = map[string]any{
			network: object{"location": "westeurope"}, allZones: list(),
			network + "/subnets/endpoints": subnet("10.0.0.0/24", ""), network + "/subnets/apps": subnet("10.0.1.0/27", "Microsoft.App/environments"),
		}
		for id, what := range c.change {
			a.resources[id] = what
		}
		r := a.input(t, c.edit).Run(t.Context())
		if got := strings.Join(r.Findings, "\n"); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: findings %q, want %q", name, got, c.want)
		}
	}
}

// TestEndpointElsewhere: what is there may have its private endpoint in another network,
// from where it is reached only if its owner sees to it.
func TestEndpointElsewhere(t *testing.T) {
	const (
		groups   = "/subscriptions/" + testSubscription + "/resourceGroups/"
		networks = groups + "hub/providers/Microsoft.Network/virtualNetworks/"
		account  = groups + "team/providers/Microsoft.Storage/storageAccounts/teamstorage"
		endpoint = groups + "team/providers/Microsoft.Network/privateEndpoints/"
	)
	for name, c := range map[string]struct {
		endpoints map[string]string // name -> network
		want      string
	}{
		"here":          {map[string]string{"one": "HUB"}, ""},
		"elsewhere":     {map[string]string{"one": "spoke"}, `storage.accountName = "teamstorage": its private endpoint is in the subnet spoke/endpoints, and the stack's network is hub: `},
		"here as well":  {map[string]string{"one": "spoke", "two": "hub"}, ""},
		"a longer name": {map[string]string{"one": "hub2"}, "is in the subnet hub2/endpoints"},
	} {
		a := newAzure(t)
		var connections []object
		a.resources = map[string]any{}
		for name, network := range c.endpoints {
			connections = append(connections, object{"properties": object{
				"privateEndpoint": object{"id": endpoint + name}, "privateLinkServiceConnectionState": object{"status": "Approved"},
			}})
			a.resources[endpoint+name] = object{"properties": object{"subnet": object{"id": networks + network + "/subnets/endpoints"}}}
		}
		a.resources[account] = object{"properties": object{"publicNetworkAccess": "Disabled", "privateEndpointConnections": connections}}
		warnings := a.input(t, func(c object) {
			c["private"], c["network"] = true, object{"endpointSubnet": networks + "hub/subnets/endpoints"}
			c["storage"] = object{"resourceGroup": "team", "accountName": "teamstorage"}
		}).Run(t.Context()).Warnings
		got := ""
		for _, w := range warnings {
			if strings.HasPrefix(w, "storage.") {
				got += w
			}
		}
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestFromOutside: what can't be done from outside is said, with what this stack's
// update would do itself.
func TestFromOutside(t *testing.T) {
	private := func(c object) { c["private"] = true }
	r := newAzure(t).input(t, private).Run(t.Context())
	said := strings.Join(r.Warnings, "\n")
	if r.Err() != nil || strings.Contains(said, "this update") || !strings.Contains(said, "nlp rollout's requests and nlp verify") || !strings.Contains(said, "az acr import") ||
		!strings.Contains(said, "private: Log Analytics and Application Insights stay open to the internet") {
		t.Errorf("%v, %s", r.Err(), said)
	}
	r = newAzure(t).input(t, private, setModel(object{"source": "owner/name@" + strings.Repeat("a", 40)}), func(c object) {
		c["workspace"] = object{"outboundHosts": []any{"hub.example.org"}}
	}).Run(t.Context())
	said = strings.Join(r.Warnings, "\n")
	for _, words := range []string{"this update's upload of models with a source", "without deployments, which works from anywhere", "Azure makes a firewall"} {
		if !strings.Contains(said, words) {
			t.Errorf("not said: %q in %s", words, said)
		}
	}
	lines := strings.Join(r.Lines(), "\n")
	for _, words := range []string{"of the private endpoints: USD 0.05 an hour, 36 a month (5 x private endpoint)", "of the registry: USD 0.07 an hour, 51 a month (1 x Premium registry)"} {
		if !strings.Contains(lines, words) {
			t.Errorf("not said: %q in %s", words, lines)
		}
	}
	if public := strings.Join(newAzure(t).input(t).Run(t.Context()).Lines(), "\n"); strings.Contains(public, "private") {
		t.Errorf("of a public stack: %s", public)
	}
}
