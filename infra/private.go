package infra

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/containerapps"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/networking"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// privateNetwork is the virtual network from which a private stack is reached.
type privateNetwork struct {
	id        pulumi.StringInput // ARM id
	endpoints pulumi.StringInput // id of the subnet for private endpoints
	apps      pulumi.StringInput // id of the subnet for Container Apps
	zones     map[string]pulumi.StringInput
	named     []pulumi.Resource // after which the platform's services are found in it
}

// behindNetwork takes the platform of a private stack off the internet: it makes the
// network, or refers to the one that is there, with the private endpoints. What uses
// storage or registry by its name then waits for the endpoint, without which whoever
// runs the update doesn't reach it.
func (r run) behindNetwork(p platform) (platform, error) {
	if !r.cfg.Private {
		return p, nil
	}
	r, err := r.in("network")
	if err != nil {
		return platform{}, err
	}
	if p.network, err = r.newPrivateNetwork(p.group); err != nil {
		return platform{}, err
	}
	targets := map[string]pulumi.StringInput{
		stackconfig.VaultLink.Name: p.vault.ID().ToStringOutput(), stackconfig.RegistryLink.Name: p.registry.ID().ToStringOutput(),
		stackconfig.BlobLink.Name: p.account.ID().ToStringOutput(), stackconfig.FileLink.Name: p.account.ID().ToStringOutput(),
	}
	var account []pulumi.Resource
	for _, link := range r.cfg.PrivateLinks() {
		if targets[link.Name] == nil {
			continue // made with its service
		}
		var after []pulumi.Resource
		if link.Name == stackconfig.FileLink.Name {
			after = account // takes one operation at a time (Azure/bicep-registry-modules#6001)
		}
		named, err := r.connect(p, link, targets[link.Name], after...)
		if err != nil {
			return platform{}, err
		}
		p.network.named = append(p.network.named, named)
		switch link.Name {
		case stackconfig.BlobLink.Name:
			account, p.accountName = []pulumi.Resource{named}, behind(p.accountName, named)
		case stackconfig.RegistryLink.Name:
			p.registry.host = behind(p.registry.host, named)
		}
	}
	return p, nil
}

// behind is a name once a resource is there, after which it resolves in the network.
func behind(name pulumi.StringInput, named pulumi.Resource) pulumi.StringOutput {
	return pulumi.All(name, named.URN()).ApplyT(func(v []any) string { return v[0].(string) }).(pulumi.StringOutput)
}

// newPrivateNetwork makes the network with its subnets, or refers to one, and has
// the names of private endpoints resolve in it.
func (r run) newPrivateNetwork(group group) (*privateNetwork, error) {
	configured := r.cfg.Network
	n := &privateNetwork{
		id: pulumi.String(configured.ID()), endpoints: pulumi.String(configured.EndpointSubnet), apps: pulumi.String(configured.AppSubnet),
		zones: map[string]pulumi.StringInput{},
	}
	if !configured.Existing() {
		if err := r.makeNetwork(group, n); err != nil {
			return nil, err
		}
	}
	for _, zone := range r.cfg.Zones() {
		if configured.DNSZones != "" {
			n.zones[zone] = pulumi.String(configured.DNSZones + "/providers/Microsoft.Network/privateDnsZones/" + zone)
			continue
		}
		made, _, err := r.zone(group, n, zone, pulumi.String(zone))
		if err != nil {
			return nil, err
		}
		n.zones[zone] = made
	}
	return n, nil
}

// makeNetwork makes the network. Its subnets are resources of their own: the network
// keeps those that somebody adds. A network takes one operation at a time.
func (r run) makeNetwork(group group, n *privateNetwork) error {
	made, err := networking.New(r.ctx, networking.VirtualNetwork, r.named("network"), pulumi.Map{
		"resourceGroupName":  group.name,
		"virtualNetworkName": pulumi.String(r.names.Network),
		"location":           r.location(),
		"addressSpace":       pulumi.Map{"addressPrefixes": pulumi.ToStringArray([]string{r.cfg.Network.Range()})},
		"tags":               r.tags,
	}, r.options()...)
	if err != nil {
		return err
	}
	subnet := func(name, addresses string, delegations pulumi.Array, after pulumi.Resource) (*networking.Resource, error) {
		args := pulumi.Map{
			"resourceGroupName":  group.name,
			"virtualNetworkName": known(made, r.names.Network),
			"subnetName":         pulumi.String(name),
			"addressPrefix":      pulumi.String(addresses),
		}
		if len(delegations) > 0 {
			args["delegations"] = delegations
		}
		return networking.New(r.ctx, networking.Subnet, r.named("subnet-"+name), args, r.options(pulumi.DependsOn([]pulumi.Resource{after}))...)
	}
	endpointRange, appRange := r.cfg.Network.Subnets()
	endpoints, err := subnet(stackconfig.NewEndpointSubnet, endpointRange, nil, made)
	if err != nil {
		return err
	}
	// It is there even if no app is yet: it costs nothing, and could go only after
	// the apps in it, which an update takes out last.
	apps, err := subnet(stackconfig.NewAppSubnet, appRange, pulumi.Array{pulumi.Map{
		"name": pulumi.String("apps"), "serviceName": pulumi.String("Microsoft.App/environments"),
	}}, endpoints)
	if err != nil {
		return err
	}
	n.id, n.endpoints, n.apps = known(made, r.id("Microsoft.Network/virtualNetworks", r.names.Network)), behind(endpoints.ID().ToStringOutput(), apps), apps.ID().ToStringOutput()
	return nil
}

// zone makes a private DNS zone that resolves in the network, and returns its id and
// its domain, which are known once it does.
func (r run) zone(group group, n *privateNetwork, name string, domain pulumi.StringInput) (id, linked pulumi.StringOutput, err error) {
	made, err := networking.New(r.ctx, networking.PrivateZone, r.named("zone-"+name), pulumi.Map{
		"resourceGroupName": group.name,
		"privateZoneName":   domain,
		"location":          pulumi.String(everywhere),
		"tags":              r.tags,
	}, r.options()...)
	if err != nil {
		return id, linked, err
	}
	link, err := networking.New(r.ctx, networking.VirtualNetworkLink, r.named("link-"+name), pulumi.Map{
		"resourceGroupName":      group.name,
		"privateZoneName":        behind(domain, made),
		"virtualNetworkLinkName": pulumi.String("network"),
		"location":               pulumi.String(everywhere),
		"registrationEnabled":    pulumi.Bool(false),
		"virtualNetwork":         pulumi.Map{"id": n.id},
		"tags":                   r.tags,
	}, r.options()...)
	if err != nil {
		return id, linked, err
	}
	return behind(made.ID().ToStringOutput(), link), behind(domain, link), nil
}

// everywhere is the location of private DNS zones.
const everywhere = "global"

// connect makes a service's private endpoint with its names, and returns the
// resource after which they resolve.
func (r run) connect(p platform, link stackconfig.PrivateLink, target pulumi.StringInput, after ...pulumi.Resource) (pulumi.Resource, error) {
	name := r.names.PrivateEndpoint(link)
	endpoint, err := networking.New(r.ctx, networking.PrivateEndpoint, r.named("private-"+link.Name), pulumi.Map{
		"resourceGroupName":          p.name,
		"privateEndpointName":        pulumi.String(name),
		"location":                   r.location(),
		"subnet":                     pulumi.Map{"id": p.network.endpoints},
		"customNetworkInterfaceName": pulumi.String("nic-" + name),
		"privateLinkServiceConnections": pulumi.Array{pulumi.Map{
			"name": pulumi.String(link.Name), "privateLinkServiceId": target, "groupIds": pulumi.ToStringArray([]string{link.Group}),
		}},
		"tags": r.tags,
	}, r.options(pulumi.DependsOn(after))...)
	if err != nil {
		return nil, err
	}
	zones := pulumi.Array{}
	for _, zone := range link.Zones {
		zones = append(zones, pulumi.Map{"name": pulumi.String(zone), "privateDnsZoneId": p.network.zones[zone]})
	}
	return networking.New(r.ctx, networking.PrivateDNSZoneGroup, r.named("names-"+link.Name), pulumi.Map{
		"resourceGroupName":       p.name,
		"privateEndpointName":     known(endpoint, name),
		"privateDnsZoneGroupName": pulumi.String("default"),
		"privateDnsZoneConfigs":   zones,
	}, r.options()...)
}

// connectWorkspace makes the workspace's private endpoint, which is the endpoint's
// too: whoever calls that from the network, as the bot does, waits for it.
func (r run) connectWorkspace(w workspace) error {
	if !r.cfg.Private {
		return nil
	}
	named, err := r.connect(w.platform, stackconfig.WorkspaceLink, w.made.ID().ToStringOutput())
	if err == nil {
		w.network.named = append(w.network.named, named)
	}
	return err
}

// resolveApps has the addresses of a private environment's apps resolve in its
// network (Microsoft Learn, container-apps/vnet-custom-internal).
func (r run) resolveApps(p platform, environment *containerapps.ManagedEnvironment) error {
	if !r.cfg.Private {
		return nil
	}
	_, domain, err := r.zone(p.group, p.network, "apps", environment.DefaultDomain)
	if err != nil {
		return err
	}
	_, err = networking.New(r.ctx, networking.PrivateZoneRecordSet, r.named("apps-address"), pulumi.Map{
		"resourceGroupName":     p.name,
		"privateZoneName":       domain,
		"recordType":            pulumi.String("A"),
		"relativeRecordSetName": pulumi.String("*"),
		"ttl":                   pulumi.Float64(3600),
		"aRecords":              pulumi.Array{pulumi.Map{"ipv4Address": environment.StaticIP}},
	}, r.options()...)
	return err
}

// publicAccess is ARM's word for whether the internet reaches a service.
func (r run) publicAccess() pulumi.String { return pulumi.String(enabled(!r.cfg.Private)) }

// networkDefault is ARM's word for what becomes of callers that no rule names. Azure's
// own services, the workspace's among them, go around it.
func (r run) networkDefault() pulumi.String {
	if r.cfg.Private {
		return "Deny"
	}
	return "Allow"
}

const azureServices = "AzureServices"

// resolved is what a private stack's apps wait for: their environment finds nothing of
// the platform before.
func (p platform) resolved() []pulumi.Resource {
	if p.network == nil {
		return nil
	}
	return p.network.named
}

// appSubnet is the one for Container Apps, nil of a public stack.
func (p platform) appSubnet() pulumi.StringInput {
	if p.network == nil {
		return nil
	}
	return p.network.apps
}
