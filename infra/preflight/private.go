package preflight

import (
	"context"
	"encoding/json"
	"net/netip"
	"path"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Versions of Microsoft.Network, and of its DNS.
const (
	networkVersion = "2023-11-01"
	dnsVersion     = "2020-06-01"
)

// checkPrivate looks at the network of a private stack, and says what can't be
// reached any more and what it costs.
func (r *Report) checkPrivate(ctx context.Context, in Input) {
	cfg := in.Config
	if cfg.Private {
		r.Costs = append(r.Costs, privateCosts(cfg)...)
		r.unreachable(cfg)
	}
	if in.Client == nil {
		return
	}
	if cfg.HostsApps() {
		r.checkAppNetwork(ctx, in)
	}
	if cfg.Private {
		r.checkEndpointSubnet(ctx, in)
	}
	if cfg.Private && !cfg.Network.Existing() {
		r.checkRange(ctx, in)
	}
	if cfg.Private && cfg.Network.Existing() {
		r.checkSubnets(ctx, in)
		if cfg.Network.DNSZones != "" {
			r.checkZones(ctx, in)
		} else {
			r.checkZonesFree(ctx, in)
		}
	}
}

// List prices, USD an hour, of a private endpoint and of a Premium registry, which has
// 1.667 a day. As those of sizes they come from public pages and repositories that name
// them alike (c3x.dev/resources/azure/azurerm_private_endpoint for the endpoint). What
// goes through an endpoint, 0.01 a GB, isn't in it.
const (
	endpointHour       = 0.01
	premiumHour        = 1.667 / 24
	privateListedWhere = "list prices gathered in November 2026"
)

// privateCosts are those that come with a private network.
func privateCosts(cfg *stackconfig.Config) []Cost {
	n := len(cfg.PrivateLinks())
	costs := []Cost{{"the private endpoints", "private endpoint", "USD", endpointHour, n, n, privateListedWhere}}
	if !cfg.Registry.Existing() {
		costs = append(costs, Cost{"the registry", "Premium registry", "USD", premiumHour, 1, 1, privateListedWhere})
	}
	return costs
}

// unreachable says what a laptop or a hosted runner can't do to a private stack, and
// the ways round.
func (r *Report) unreachable(cfg *stackconfig.Config) {
	var fails []string
	building, supplied := cfg.Bot.Enabled && cfg.Bot.Image.Build != nil, false
	for _, d := range cfg.Deployments {
		building = building || d.Image.Build != nil
		supplied = supplied || d.Model.Source != ""
	}
	if building {
		fails = append(fails, "this update's push of the images that it builds")
	}
	if supplied {
		fails = append(fails, "this update's upload of models with a source")
	}
	fails = append(fails, "docker push", "nlp deliver", "nlp rollout's requests and nlp verify", "any call of the endpoint")
	r.warn("private: from outside of the network these fail: %s; run them on a self-hosted runner or a jump host in the network, or in one that is peered with it. "+
		"Images also come in by az acr import, or by a build on an agent pool of the registry in the network. See docs/reference/private.md", strings.Join(fails, "; "))
	if !cfg.Network.Existing() && (building || supplied) {
		r.warn("private: the network is made by this update, so nobody is in it yet: let the first update make the stack without deployments, which works from anywhere, peer the network, and add them from inside")
	}
	r.warn("private: %s stay open to the internet, for queries to whoever Entra lets in, for data by a key too: the private link scope that closes them is one for all networks that share their DNS, and none of a stack's. See docs/reference/private.md#what-stays-as-it-was",
		map[bool]string{true: "Application Insights", false: "Log Analytics and Application Insights"}[cfg.Logs.Existing()])
	if cfg.Isolated() && cfg.Workspace.Isolation == stackconfig.ApprovedOutbound && len(cfg.Workspace.OutboundHosts) > 0 {
		r.warn("workspace.outboundHosts: Azure makes a firewall for them, whose price isn't in the estimate and is many times that of the private endpoints")
	}
}

// appDelegation is whom the subnet of an environment with workload profiles belongs
// to, and smallestApps its smallest size (Microsoft Learn,
// container-apps/custom-virtual-networks).
const (
	appDelegation = "Microsoft.App/environments"
	smallestApps  = 27
)

// checkSubnets wants the existing network to be in the stack's region and its subnets
// to be what they are for.
func (r *Report) checkSubnets(ctx context.Context, in Input) {
	n := in.Config.Network
	var network struct{ Location string }
	if !r.checkThere(ctx, in, "network", n.ID(), n.ID(), networkVersion, &network) {
		return
	}
	if network.Location != in.Config.Location {
		r.find("network.endpointSubnet: the network %s is in %s, and the stack in %s: private endpoints and apps are in their network's region; name a network there, or set location",
			path.Base(n.ID()), network.Location, in.Config.Location)
	}
	for _, subnet := range []struct {
		key, id string
		apps    bool
	}{{"network.endpointSubnet", n.EndpointSubnet, false}, {"network.appSubnet", n.AppSubnet, true}} {
		var there struct {
			Properties struct {
				AddressPrefix   string
				AddressPrefixes []string
				Delegations     []struct{ Properties struct{ ServiceName string } }
			}
		}
		if !r.checkThere(ctx, in, subnet.key, subnet.id, subnet.id, networkVersion, &there) {
			continue
		}
		delegated := ""
		for _, d := range there.Properties.Delegations {
			delegated = d.Properties.ServiceName
		}
		switch prefixes := append(there.Properties.AddressPrefixes, there.Properties.AddressPrefix); {
		case !subnet.apps && delegated != "":
			r.find("%s: the subnet %s is delegated to %s, and takes no private endpoints: name another", subnet.key, path.Base(subnet.id), delegated)
		case subnet.apps && !strings.EqualFold(delegated, appDelegation):
			r.find("%s: the subnet %s isn't delegated to %s: az network vnet subnet update --ids ID --delegations %s", subnet.key, path.Base(subnet.id), appDelegation, appDelegation)
		case subnet.apps && tooSmall(prefixes):
			r.find("%s: the subnet %s is smaller than the /%d that Container Apps need: name a larger one", subnet.key, path.Base(subnet.id), smallestApps)
		}
	}
}

func tooSmall(prefixes []string) bool {
	for _, text := range prefixes {
		if prefix, err := netip.ParsePrefix(text); err == nil && prefix.Addr().Is4() && prefix.Bits() <= smallestApps {
			return false
		}
	}
	return true
}

// checkZones wants the DNS zones that the stack counts on, and those that the network
// asks.
func (r *Report) checkZones(ctx context.Context, in Input) {
	n := in.Config.Network
	for _, zone := range in.Config.Zones() {
		id := n.DNSZones + "/providers/Microsoft.Network/privateDnsZones/" + zone
		if !r.checkThere(ctx, in, "network.dnsZones", zone, id, dnsVersion, nil) {
			continue
		}
		linked, err := in.linked(ctx, id)
		if err != nil {
			r.skip("whether the network is linked to "+zone, err.Error())
		} else if !linked {
			r.warn("network.dnsZones: %s isn't linked to the network %s: names of the stack resolve there only if its DNS servers ask a network that is", zone, path.Base(n.ID()))
		}
	}
}

// checkZonesFree refuses to link the existing network to a zone that it is linked to
// one of the same name already: Azure would ("A virtual network cannot be linked to
// multiple zones with overlapping namespaces").
func (r *Report) checkZonesFree(ctx context.Context, in Input) {
	wanted := map[string]bool{}
	for _, zone := range in.Config.Zones() {
		wanted[zone] = true
	}
	own := in.subscriptionID() + "/resourceGroups/" + in.Names.ResourceGroup + "/"
	err := in.Client.list(ctx, in.subscriptionID()+"/providers/Microsoft.Network/privateDnsZones", dnsVersion, nil, func(data json.RawMessage) error {
		var zone struct{ ID, Name string }
		if err := json.Unmarshal(data, &zone); err != nil {
			return err
		}
		if !wanted[zone.Name] || strings.HasPrefix(strings.ToLower(zone.ID), strings.ToLower(own)) {
			return nil
		}
		linked, err := in.linked(ctx, zone.ID)
		if linked {
			group, _, _ := strings.Cut(zone.ID, "/providers/")
			r.find("network.endpointSubnet: its network is linked to a zone %s already, and takes no second one: set network.dnsZones to %s", zone.Name, group)
		}
		return err
	})
	if err != nil {
		r.skip("whether the network has private DNS zones already", err.Error())
	}
}

// linked reports whether the existing network asks a zone.
func (in Input) linked(ctx context.Context, zone string) (linked bool, err error) {
	err = in.Client.list(ctx, zone+"/virtualNetworkLinks", dnsVersion, nil, func(data json.RawMessage) error {
		var link struct {
			Properties struct{ VirtualNetwork struct{ ID string } }
		}
		err := json.Unmarshal(data, &link)
		linked = linked || strings.EqualFold(link.Properties.VirtualNetwork.ID, in.Config.Network.ID())
		return err
	})
	return linked, err
}
