package stackconfig

import (
	"cmp"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// Modes of a workspace's managed network, the one around its deployments.
const (
	NotIsolated      = "Disabled"
	InternetOutbound = "AllowInternetOutbound"
	ApprovedOutbound = "AllowOnlyApprovedOutbound"
)

// Premium is the registry's only SKU with private endpoints.
const Premium = "Premium"

// Network is the virtual network from which a private stack is reached: a new one,
// or an existing one by the ids of its subnets.
type Network struct {
	// AddressRange is a new network's, in CIDR notation; see Subnets.
	AddressRange string `json:"addressRange"`
	// EndpointSubnet is the ARM id of the existing network's subnet for private
	// endpoints.
	EndpointSubnet string `json:"endpointSubnet"`
	// AppSubnet is the ARM id of its subnet for Container Apps, delegated to
	// Microsoft.App/environments, which nothing else uses.
	AppSubnet string `json:"appSubnet"`
	// DNSZones is the ARM id of the resource group with the private DNS zones that
	// the existing network is linked to; without it the stack makes and links them.
	DNSZones string `json:"dnsZones"`
}

// Existing reports whether the network is there already.
func (n Network) Existing() bool {
	return n.EndpointSubnet != "" || n.AppSubnet != "" || n.DNSZones != ""
}

// ID is the ARM id of an existing network.
func (n Network) ID() string { return networkOf(n.EndpointSubnet) }

// networkOf is the id of a subnet's network.
func networkOf(subnet string) string {
	if i := strings.Index(strings.ToLower(subnet), "/subnets/"); i >= 0 {
		return subnet[:i]
	}
	return ""
}

// Subnets of a new network.
const (
	NewEndpointSubnet = "endpoints"
	NewAppSubnet      = "apps"
)

// defaultRange is a new network's where the stack says none.
const defaultRange = "10.77.0.0/24"

// smallestRange leaves a new network's subnet for Container Apps a /27, which is the
// smallest that they take (Microsoft Learn, container-apps/custom-virtual-networks).
const smallestRange = 25

// Range is a new network's address range.
func (n Network) Range() string { return cmp.Or(n.AddressRange, defaultRange) }

// Subnets are the ranges of a new network's subnets: its first quarter is for
// private endpoints, its second for Container Apps. The other half is left to a
// runner, a jump host or a gateway.
func (n Network) Subnets() (endpoints, apps string) {
	whole, err := netip.ParsePrefix(n.Range())
	if err != nil || !whole.Addr().Is4() || whole.Bits() > smallestRange {
		return "", "" // refused by the check
	}
	bits := whole.Bits() + 2
	first := netip.PrefixFrom(whole.Addr(), bits)
	address := whole.Addr().As4()
	address[(bits-1)/8] |= 1 << (7 - (bits-1)%8)
	return first.String(), netip.PrefixFrom(netip.AddrFrom4(address), bits).String()
}

// HostsApps reports whether the stack has an environment of Container Apps.
func (cfg *Config) HostsApps() bool { return cfg.Hosting == ContainerApp || cfg.Bot.Enabled }

// Isolated reports whether the stack's deployments are in a managed network.
func (cfg *Config) Isolated() bool {
	return cfg.Hosting != ContainerApp && cfg.Workspace.Isolation != NotIsolated
}

// reserved are ranges that can't be a network's: of Container Apps (Microsoft
// Learn, container-apps/custom-virtual-networks), and of Docker on Azure ML's
// machines (machine-learning/how-to-secure-workspace-vnet).
var reserved = []string{
	"169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24",
	"100.100.0.0/17", "100.100.128.0/19", "100.100.160.0/19", "100.100.192.0/19", "172.17.0.0/16",
}

// overlapping is the reserved range that a range overlaps with, "" if there is none.
func overlapping(addressRange netip.Prefix) string {
	i := slices.IndexFunc(reserved, func(r string) bool { return netip.MustParsePrefix(r).Overlaps(addressRange) })
	if i < 0 {
		return ""
	}
	return reserved[i]
}

const (
	closeAll = "set private to true, which closes all of the stack, or remove it"
	letIn    = "remove it: a private stack is reached from its network alone; let callers and runners in there, by peering, VPN or a jump host"
)

// closes is what to say to a field, by its name, that would open or close one part
// of a stack alone.
var closes = map[string]string{
	"publicNetworkAccess": closeAll, "privateEndpoint": closeAll,
	"ipRules": letIn, "networkRuleSet": letIn, "networkAcls": letIn,
}

var (
	subnetPattern = regexp.MustCompile(`(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network/virtualNetworks/[^/]+/subnets/[^/]+$`)
	zonesPattern  = regexp.MustCompile(`(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+$`)
)

// checkNetwork refuses what is private by half.
func (cfg *Config) checkNetwork(c *checker) {
	modes := []string{NotIsolated, InternetOutbound, ApprovedOutbound}
	c.oneOf("workspace.isolation", cfg.Workspace.Isolation, modes, NotIsolated+" makes no managed network")
	switch {
	case cfg.Registry.Existing() || cfg.Registry.SKU == Premium || !slices.Contains(registrySKUs, cfg.Registry.SKU):
	case cfg.Private:
		c.report("registry.sku", cfg.Registry.SKU, "must be Premium with private, the only SKU with private endpoints", "remove it, or set it to Premium")
	case cfg.Isolated() && slices.Contains(modes, cfg.Workspace.Isolation):
		c.report("registry.sku", cfg.Registry.SKU, "must be Premium with workspace.isolation "+cfg.Workspace.Isolation+
			": a managed network reaches the registry by private endpoint", "set registry.sku to Premium")
	}
	if !cfg.Private {
		if cfg.Network != (Network{}) {
			c.report("network", nil, "is for private stacks, and private is false: all of it would stay open to the internet", "set private to true, or remove network")
		}
		return
	}
	if cfg.Hosting != ContainerApp && cfg.Workspace.Isolation == NotIsolated {
		c.report("workspace.isolation", cfg.Workspace.Isolation,
			"can't be with private: deployments reach the closed registry, storage and vault through the managed network alone",
			"remove it, or set it to "+InternetOutbound)
	}
	if cfg.Network.Existing() {
		cfg.checkExistingNetwork(c)
	} else {
		cfg.checkNewNetwork(c)
	}
}

// checkExistingNetwork looks at the ids of what is there.
func (cfg *Config) checkExistingNetwork(c *checker) {
	n := cfg.Network
	const form = ", /subscriptions/.../virtualNetworks/NAME/subnets/NAME"
	const list = "az network vnet subnet list --resource-group GROUP --vnet-name NAME prints them as id"
	c.match("network.endpointSubnet", n.EndpointSubnet, subnetPattern, "must be the ARM id of the existing network's subnet for private endpoints"+form, list)
	switch {
	case cfg.HostsApps():
		c.match("network.appSubnet", n.AppSubnet, subnetPattern,
			"must be the ARM id of a subnet that is delegated to Microsoft.App/environments, /27 or larger, and that nothing else uses"+form,
			"az network vnet subnet create --delegations Microsoft.App/environments makes one and prints its id")
	case n.AppSubnet != "":
		c.report("network.appSubnet", n.AppSubnet, "is for hosting "+ContainerApp+" or a bot", "remove it")
	}
	switch {
	case !subnetPattern.MatchString(n.AppSubnet) || !subnetPattern.MatchString(n.EndpointSubnet):
	case strings.EqualFold(n.AppSubnet, n.EndpointSubnet):
		c.report("network.appSubnet", n.AppSubnet, "can't be endpointSubnet too: a delegated subnet takes no private endpoints", "name another subnet")
	case !strings.EqualFold(networkOf(n.AppSubnet), n.ID()):
		c.report("network.appSubnet", n.AppSubnet, "must be of the network that endpointSubnet is of, "+n.ID()+": names resolve there alone", "name a subnet of that one")
	}
	if n.AddressRange != "" {
		c.report("network.addressRange", n.AddressRange, "is a new network's, and the subnets are those of one that is there", "remove it, or the subnets")
	}
	if n.DNSZones != "" {
		c.match("network.dnsZones", n.DNSZones, zonesPattern, "must be a resource group's ARM id, /subscriptions/.../resourceGroups/NAME", "leave it out to have the zones made")
	}
}

// checkNewNetwork looks at what a new network is to be, and refuses what needs one
// that is there.
func (cfg *Config) checkNewNetwork(c *checker) {
	prefix, err := netip.ParsePrefix(cfg.Network.Range())
	switch {
	case err != nil || prefix != prefix.Masked() || !prefix.Addr().IsPrivate() || !prefix.Addr().Is4() || prefix.Bits() < 8 || prefix.Bits() > smallestRange:
		c.report("network.addressRange", cfg.Network.AddressRange, fmt.Sprintf("must be a private IPv4 range from /8 to /%d, such as %s", smallestRange, defaultRange),
			"choose one that no network has that is to be peered with it")
	case overlapping(prefix) != "":
		c.report("network.addressRange", cfg.Network.AddressRange, "overlaps with "+overlapping(prefix)+", which Azure keeps for itself", "choose another")
	}
	for _, e := range []struct {
		section, field, name string
		existing             bool
	}{
		{"keyVault", "name", cfg.KeyVault.Name, cfg.KeyVault.Existing()},
		{"registry", "name", cfg.Registry.Name, cfg.Registry.Existing()},
		{"storage", "accountName", cfg.Storage.AccountName, cfg.Storage.Existing()},
	} {
		if e.existing {
			c.report(e.section+"."+e.field, e.name, "can't be reached from a new network: whoever owns it gives it its private endpoint",
				"set network.endpointSubnet to a subnet of the network in which it has one, or remove "+e.section+" to have one made")
		}
	}
}
