package stackconfig_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
)

const (
	hub       = "/subscriptions/s/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub"
	endpoints = hub + "/subnets/endpoints"
	apps      = hub + "/subnets/apps"
)

// TestPrivate: one switch says all of it.
func TestPrivate(t *testing.T) {
	for name, c := range map[string]struct {
		edits []func(map[string]any)
		links []string
		zones int
	}{
		"managed endpoint": {edit(withDigests), []string{"vault", "registry", "blob", "file", "workspace"}, 6},
		"Container App":    {edit(onContainerApps), []string{"vault", "registry", "blob"}, 3},
		"existing things": {edit(withDigests, set("network.endpointSubnet", endpoints), set("keyVault", map[string]any{"resourceGroup": "team", "name": "team-vault"})),
			[]string{"registry", "blob", "file", "workspace"}, 5},
	} {
		cfg, err := stackconfig.Load("dev", "../..", stackconfigtest.Texts(t, stackValues(t, "dev", append(c.edits, set("private", true))...)), false)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var links []string
		for _, link := range cfg.PrivateLinks() {
			links = append(links, link.Name)
		}
		if !slices.Equal(links, c.links) || len(cfg.Zones()) != c.zones {
			t.Errorf("%s: links %v, zones %v", name, links, cfg.Zones())
		}
		if cfg.Registry.SKU != "Premium" || cfg.Workspace.Isolation != "AllowOnlyApprovedOutbound" {
			t.Errorf("%s: a %s registry, isolation %s", name, cfg.Registry.SKU, cfg.Workspace.Isolation)
		}
	}
	public, err := stackconfig.Load("dev", "../..", stackconfigtest.Texts(t, stackValues(t, "dev", withDigests)), false)
	if err != nil || len(public.PrivateLinks()) != 0 || public.Registry.SKU != "Basic" || public.Isolated() {
		t.Errorf("a public stack: %v, %+v", err, public)
	}
}

// TestHalfPrivate: what is private by half is refused, and the other half named.
func TestHalfPrivate(t *testing.T) {
	private := set("private", true)
	for _, c := range []struct {
		edits []func(map[string]any)
		want  []string
	}{
		{edit(withDigests, set("network.addressRange", "10.0.0.0/24")), []string{"network: is for private stacks, and private is false: all of it would stay open to the internet; set private to true, or remove network"}},
		{edit(withDigests, set("workspace.publicNetworkAccess", false)), []string{"workspace.publicNetworkAccess: no such key (known: isolation, outboundHosts); set private to true, which closes all of the stack, or remove it"}},
		{edit(withDigests, private, set("endpoint.publicNetworkAccess", true)), []string{"endpoint.publicNetworkAccess: no such key"}},
		{edit(withDigests, private, set("storage.networkRuleSet", map[string]any{})), []string{"storage.networkRuleSet: no such key", "let callers and runners in there"}},
		{edit(withDigests, private, set("registry.sku", "Basic"), set("workspace.isolation", "Disabled")), []string{
			`registry.sku = "Basic": must be Premium with private, the only SKU with private endpoints; remove it, or set it to Premium`,
			`workspace.isolation = "Disabled": can't be with private: deployments reach the closed registry, storage and vault through the managed network alone; remove it, or set it to AllowInternetOutbound`}},
		{edit(withDigests, private, set("storage", map[string]any{"resourceGroup": "team", "accountName": "teamstorage"})), []string{
			`storage.accountName = "teamstorage": can't be reached from a new network: whoever owns it gives it its private endpoint; set network.endpointSubnet`}},
		{edit(onContainerApps, private, set("network.endpointSubnet", endpoints)), []string{
			`network.appSubnet = "": must be the ARM id of a subnet that is delegated to Microsoft.App/environments`}},
		{edit(onContainerApps, private, set("network.appSubnet", apps)), []string{`network.endpointSubnet = "": must be the ARM id of the existing network's subnet for private endpoints`}},
		{edit(onContainerApps, private, set("network.endpointSubnet", endpoints), set("network.appSubnet", strings.ToUpper(endpoints))), []string{"can't be endpointSubnet too: a delegated subnet takes no private endpoints"}},
		{edit(onContainerApps, private, set("network.endpointSubnet", endpoints), set("network.appSubnet", strings.Replace(apps, "Networks/hub", "Networks/spoke", 1))), []string{
			"must be of the network that endpointSubnet is of, " + hub}},
		{edit(withDigests, private, set("network.endpointSubnet", endpoints), set("network.appSubnet", apps)), []string{"is for hosting containerApp or a bot; remove it"}},
		{edit(withDigests, private, set("network.endpointSubnet", endpoints), set("network.addressRange", "10.0.0.0/24")), []string{`network.addressRange = "10.0.0.0/24": is a new network's`}},
		{edit(withDigests, private, set("network.endpointSubnet", endpoints), set("network.dnsZones", hub)), []string{"network.dnsZones = ", "must be a resource group's ARM id"}},
		{edit(withDigests, private, set("network.dnsZones", "/subscriptions/s/resourceGroups/dns")), []string{`network.endpointSubnet = ""`}},
		{edit(withDigests, private, set("network.addressRange", "8.8.8.0/24")), []string{`network.addressRange = "8.8.8.0/24": must be a private IPv4 range from /8 to /25, such as 10.77.0.0/24`}},
		{edit(withDigests, private, set("network.addressRange", "10.0.0.0/26")), []string{"from /8 to /25"}},
		{edit(withDigests, private, set("network.addressRange", "10.0.0.1/24")), []string{"from /8 to /25"}},
		{edit(withDigests, private, set("network.addressRange", "172.16.0.0/12")), []string{`overlaps with 172.30.0.0/16, which Azure keeps for itself`}},
	} {
		_, err := stackconfig.Load("dev", "../..", stackconfigtest.Texts(t, stackValues(t, "dev", c.edits...)), false)
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v\nwant %q", err, want)
			}
		}
	}
}

// TestSubnets: a new network's first half is the stack's, its other half is free.
func TestSubnets(t *testing.T) {
	for addresses, want := range map[string][2]string{
		"":                  {"10.77.0.0/26", "10.77.0.64/26"},
		"192.168.255.0/25":  {"192.168.255.0/27", "192.168.255.32/27"},
		"10.0.0.0/8":        {"10.0.0.0/10", "10.64.0.0/10"},
		"172.16.8.0/22":     {"172.16.8.0/24", "172.16.9.0/24"},
		"not an addressing": {},
	} {
		endpoints, apps := stackconfig.Network{AddressRange: addresses}.Subnets()
		if endpoints != want[0] || apps != want[1] {
			t.Errorf("%q: %s and %s, want %v", addresses, endpoints, apps, want)
		}
	}
}
