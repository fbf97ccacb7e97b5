package azure

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

const (
	networkType         = "Microsoft.Network/virtualNetworks"
	subnetType          = networkType + "/subnets"
	privateEndpointType = "Microsoft.Network/privateEndpoints"
	zoneGroupType       = privateEndpointType + "/privateDnsZoneGroups"
	zoneType            = "Microsoft.Network/privateDnsZones"
	zoneLinkType        = zoneType + "/virtualNetworkLinks"
	zoneRecordType      = zoneType + "/A"
)

// checkNetwork looks at a virtual network. One that is put without subnets keeps
// those that it has, since 2023-09-01 (Azure/azure-quickstart-templates#2786); with
// subnets nobody puts one here.
func checkNetwork(_ *Cloud, _ resourceID, body map[string]any, _ *Resource) *Error {
	if at(body, "properties", "subnets") != nil {
		return badRequest("properties.subnets: a network with subnets of its own isn't known here")
	}
	spaces := prefixes(at(body, "properties", "addressSpace", "addressPrefixes"))
	if len(spaces) == 0 {
		return badRequest("NetcfgInvalidAddressPrefix: properties.addressSpace.addressPrefixes: %v", at(body, "properties", "addressSpace"))
	}
	return nil
}

// prefixes are the address ranges of a list that are well-formed.
func prefixes(list any) (all []netip.Prefix) {
	texts, _ := list.([]any)
	for _, text := range texts {
		s, _ := text.(string)
		if prefix, err := netip.ParsePrefix(s); err == nil && prefix == prefix.Masked() {
			all = append(all, prefix)
		}
	}
	return all
}

// checkSubnet wants a subnet to lie in its network, beside the others, and the
// network to be left alone meanwhile: it takes one operation at a time
// (hashicorp/terraform-provider-azurerm#3780), of which a private endpoint is one too
// (inferred).
func checkSubnet(c *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	own := prefixes([]any{text(body, "properties", "addressPrefix")})
	if len(own) == 0 {
		return badRequest("NetcfgInvalidSubnet: properties.addressPrefix: %q", text(body, "properties", "addressPrefix"))
	}
	spaces := prefixes(at(c.resources[key(id.parent)].Body, "properties", "addressSpace", "addressPrefixes"))
	if !slices.ContainsFunc(spaces, func(space netip.Prefix) bool { return space.Contains(own[0].Addr()) && space.Bits() <= own[0].Bits() }) {
		return badRequest("NetcfgSubnetRangeOutsideVnet: Subnet '%s' is not valid because its IP address range is outside the IP address range of virtual network '%s'.", id.name, last(id.parent))
	}
	for _, other := range c.resources {
		inside := strings.EqualFold(other.Type, subnetType) && strings.HasPrefix(key(other.ID), key(id.parent)+"/") ||
			strings.HasPrefix(key(text(other.Body, "properties", "subnet", "id")), key(id.parent)+"/")
		if !inside || key(other.ID) == key(id.full) {
			continue
		}
		if other.State != stateSucceeded && other.State != stateFailed {
			return &Error{Status: 429, Code: "AnotherOperationInProgress", Message: "Another operation on this or dependent resource is in progress."}
		}
		if slices.ContainsFunc(prefixes([]any{text(other.Body, "properties", "addressPrefix")}), own[0].Overlaps) {
			return badRequest("NetcfgSubnetRangesOverlap: Subnet '%s' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '%s'.", id.name, last(id.parent))
		}
	}
	return nil
}

// delegation is whom a subnet belongs to.
func delegation(subnet *Resource) string {
	all := list(subnet.Body, "properties", "delegations")
	if len(all) == 0 {
		return ""
	}
	return text(all[0], "properties", "serviceName")
}

// removeSubnet refuses while something is in it, in Azure's words
// (Azure/bicep#13267).
func removeSubnet(c *Cloud, r *Resource) *Error {
	for _, other := range c.resources {
		for _, path := range [][]string{{"subnet", "id"}, {"vnetConfiguration", "infrastructureSubnetId"}} {
			if key(text(other.Body, append([]string{"properties"}, path...)...)) == key(r.ID) {
				return badRequest("InUseSubnetCannotBeDeleted: Subnet %s is in use by %s and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet.", last(r.ID), other.ID)
			}
		}
	}
	return nil
}

func removeNetwork(c *Cloud, r *Resource) *Error {
	for _, subnet := range c.children(r.ID) {
		if failure := removeSubnet(c, subnet); failure != nil {
			return failure
		}
	}
	return nil
}

// groupsOf are the groups of a service's private endpoints, with the zones of their
// names (Microsoft Learn, private-link/private-endpoint-dns).
var groupsOf = map[string]map[string][]string{
	strings.ToLower(vaultType):     {"vault": {"privatelink.vaultcore.azure.net"}},
	strings.ToLower(registryType):  {"registry": {"privatelink.azurecr.io"}},
	strings.ToLower(storageType):   {"blob": {"privatelink.blob.core.windows.net"}, "file": {"privatelink.file.core.windows.net"}},
	strings.ToLower(workspaceType): {"amlworkspace": {"privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"}},
}

// target is what a private endpoint leads to, and its group.
func target(endpoint map[string]any) (id, group string) {
	all := list(endpoint, "properties", "privateLinkServiceConnections")
	if len(all) == 0 {
		return "", ""
	}
	if groups, _ := at(all[0], "properties", "groupIds").([]any); len(groups) == 1 {
		group, _ = groups[0].(string)
	}
	return text(all[0], "properties", "privateLinkServiceId"), group
}

// checkPrivateEndpoint looks at subnet, place, service and group.
func checkPrivateEndpoint(c *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	subnet := text(body, "properties", "subnet", "id")
	if failure := c.exists("properties.subnet.id", subnet); failure != nil {
		return failure
	}
	if whose := delegation(c.resources[key(subnet)]); whose != "" {
		return badRequest("PrivateEndpointCreationNotAllowedAsSubnetIsDelegated: Private endpoint %s cannot be created as subnet %s is delegated.", id.full, subnet)
	}
	network := c.resources[key(subnet[:strings.LastIndex(key(subnet), "/subnets/")])]
	if !sameLocation(network.Body["location"], body["location"]) {
		return badRequest("InvalidResourceReference: the network %s is in %v, and the private endpoint in %v", last(network.ID), network.Body["location"], body["location"])
	}
	service, group := target(body)
	if failure := c.exists("properties.privateLinkServiceConnections.privateLinkServiceId", service); failure != nil {
		return failure
	}
	to := c.resources[key(service)]
	if groupsOf[strings.ToLower(to.Type)][group] == nil {
		return badRequest("properties.privateLinkServiceConnections.groupIds: %q is no group of %s", group, to.Type)
	}
	if strings.EqualFold(to.Type, registryType) && text(to.Body, "sku", "name") != "Premium" {
		return badRequest("the registry %s has the SKU %s: private endpoints need Premium (container-registry/container-registry-private-link)", last(service), text(to.Body, "sku", "name"))
	}
	for _, other := range c.resources {
		if of, _ := target(other.Body); key(other.ID) != key(id.full) && strings.EqualFold(to.Type, storageType) && key(of) == key(service) && other.State == stateCreating {
			return &Error{Status: 409, Code: "StorageAccountOperationInProgress", Message: "Call to Microsoft.Storage/storageAccounts failed. Error message: An operation is currently performing on this storage account that requires exclusive access."}
		}
	}
	return nil
}

// completePrivateEndpoint approves the connection, as Azure does for whoever may
// approve it.
func completePrivateEndpoint(_ *Cloud, _ resourceID, body map[string]any, _ *Resource) *Error {
	for _, connection := range list(body, "properties", "privateLinkServiceConnections") {
		properties(connection)["privateLinkServiceConnectionState"] = map[string]any{"status": "Approved", "description": "Auto-Approved", "actionsRequired": "None"}
	}
	return nil
}

// checkZoneGroup wants the zones of the endpoint's group, all of them.
func checkZoneGroup(c *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	var named []string
	for _, config := range list(body, "properties", "privateDnsZoneConfigs") {
		zone := text(config, "properties", "privateDnsZoneId")
		if failure := c.exists("properties.privateDnsZoneConfigs.privateDnsZoneId", zone); failure != nil {
			return failure
		}
		named = append(named, last(zone))
	}
	service, group := target(c.resources[key(id.parent)].Body)
	for _, zone := range groupsOf[strings.ToLower(c.resources[key(service)].Type)][group] {
		if !slices.Contains(named, zone) {
			return badRequest("the zone group of a private endpoint to %q needs the zone %s, or nobody finds it", group, zone)
		}
	}
	return nil
}

var zoneName = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)

func checkZone(_ *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	if !zoneName.MatchString(id.name) {
		return badRequest("the name %q is no domain", id.name)
	}
	if text(body, "location") != "global" {
		return badRequest("LocationNotAvailableForResourceType: %q: private DNS zones are global", text(body, "location"))
	}
	return nil
}

// removeZone is Azure's answer while links are there (Azure/azure-cli#15010).
func removeZone(c *Cloud, r *Resource) *Error {
	for _, child := range c.children(r.ID) {
		if strings.EqualFold(child.Type, zoneLinkType) {
			return conflict("CannotDeleteResource", "Cannot delete resource while nested resources exist. Some existing nested resource IDs include: '%s'.", child.ID)
		}
	}
	return nil
}

// checkZoneLink refuses a second zone of one name to a network (Microsoft Learn,
// troubleshoot/azure/azure-kubernetes, reconcile private dns failed).
func checkZoneLink(c *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	network := text(body, "properties", "virtualNetwork", "id")
	if failure := c.exists("properties.virtualNetwork.id", network); failure != nil {
		return failure
	}
	if text(body, "location") != "global" {
		return badRequest("LocationNotAvailableForResourceType: %q: links of private DNS zones are global", text(body, "location"))
	}
	for _, other := range c.resources {
		if !strings.EqualFold(other.Type, zoneLinkType) || key(other.ID) == key(id.full) || key(text(other.Body, "properties", "virtualNetwork", "id")) != key(network) {
			continue
		}
		if zone := zoneOf(other); last(key(zone)) == last(key(id.parent)) {
			return badRequest("A virtual network cannot be linked to multiple zones with overlapping namespaces. You tried to link virtual network with '%s' and '%s' zones.", last(zone), last(id.parent))
		}
	}
	return nil
}

func zoneOf(link *Resource) string {
	return link.ID[:strings.LastIndex(key(link.ID), "/virtualnetworklinks/")]
}

func checkZoneRecord(_ *Cloud, _ resourceID, body map[string]any, _ *Resource) *Error {
	for _, record := range list(body, "properties", "aRecords") {
		if _, err := netip.ParseAddr(text(record, "ipv4Address")); err != nil {
			return badRequest("properties.aRecords.ipv4Address: %v", err)
		}
	}
	if ttl, _ := at(body, "properties", "ttl").(float64); ttl < 1 || len(list(body, "properties", "aRecords")) == 0 {
		return badRequest("properties.ttl and properties.aRecords are required for an A record")
	}
	return nil
}

// closedTo reports whether a service can't be reached from a network, "" for the
// internet: it is closed, and has no private endpoint whose names resolve there.
func (c *Cloud) closedTo(service *Resource, network string) bool {
	if text(service.Body, "properties", "publicNetworkAccess") != "Disabled" {
		return false
	}
	for _, endpoint := range c.resources {
		to, group := target(endpoint.Body)
		if !strings.EqualFold(endpoint.Type, privateEndpointType) || key(to) != key(service.ID) || endpoint.State != stateSucceeded || group == "file" {
			continue
		}
		for _, child := range c.children(endpoint.ID) {
			for _, config := range list(child.Body, "properties", "privateDnsZoneConfigs") {
				if c.linked(text(config, "properties", "privateDnsZoneId"), network) {
					return false
				}
			}
		}
	}
	return true
}

// linked reports whether a network asks a zone.
func (c *Cloud) linked(zone, network string) bool {
	for _, link := range c.children(zone) {
		if strings.EqualFold(link.Type, zoneLinkType) && key(text(link.Body, "properties", "virtualNetwork", "id")) == key(network) {
			return true
		}
	}
	return false
}

// appNetwork is the network of an environment of Container Apps, "" for none.
func (c *Cloud) appNetwork(environment string) string {
	r := c.resources[key(environment)]
	if r == nil {
		return ""
	}
	subnet := text(r.Body, "properties", "vnetConfiguration", "infrastructureSubnetId")
	return subnet[:max(0, strings.LastIndex(key(subnet), "/subnets/"))]
}

// checkAppNetwork looks at the subnet of an environment with workload profiles
// (Microsoft Learn, container-apps/custom-virtual-networks; the code of a missing
// delegation is Azure's, MicrosoftDocs/azure-docs#119379), which it keeps for life.
func (c *Cloud) checkAppNetwork(id resourceID, body map[string]any, old *Resource) *Error {
	configuration := object(body, "properties", "vnetConfiguration")
	if old != nil && !equalJSON(at(old.Body, "properties", "vnetConfiguration"), at(body, "properties", "vnetConfiguration")) {
		return badRequest("properties.vnetConfiguration of the environment %s can't be changed", id.name)
	}
	subnet := text(configuration, "infrastructureSubnetId")
	switch {
	case subnet == "" && configuration["internal"] == true:
		return badRequest("ManagedEnvironmentInvalidNetworkConfiguration: an internal environment needs infrastructureSubnetId")
	case subnet == "":
		return nil
	}
	if failure := c.exists("properties.vnetConfiguration.infrastructureSubnetId", subnet); failure != nil {
		return failure
	}
	r := c.resources[key(subnet)]
	if delegation(r) != "Microsoft.App/environments" {
		return badRequest("ManagedEnvironmentSubnetDelegationError: The subnet of the environment must be delegated to the service 'Microsoft.App/environments'.")
	}
	own := prefixes([]any{text(r.Body, "properties", "addressPrefix")})
	if len(own) == 0 || own[0].Bits() > 27 {
		return badRequest("ManagedEnvironmentInvalidNetworkConfiguration: The environment network configuration is invalid: Provided subnet must have a size of at least /27")
	}
	for _, other := range c.resources {
		if key(other.ID) != key(id.full) && strings.EqualFold(other.Type, appsType) && key(text(other.Body, "properties", "vnetConfiguration", "infrastructureSubnetId")) == key(subnet) {
			return badRequest("properties.vnetConfiguration.infrastructureSubnetId: the subnet %s is that of %s", last(subnet), last(other.ID))
		}
	}
	return nil
}

// zones answers the lists of private DNS zones and of a zone's links.
func (c *Cloud) zones(path string) (answer map[string]any, ok bool) {
	typ, below := "", ""
	switch lower := key(path); {
	case lower == key("/subscriptions/"+c.SubscriptionID+"/providers/"+zoneType):
		typ = zoneType
	case strings.HasSuffix(lower, "/virtualnetworklinks"):
		typ, below = zoneLinkType, lower+"/"
	default:
		return nil, false
	}
	all := []any{}
	for _, id := range c.Find(typ) {
		if body, err := c.Get(id); err == nil && strings.HasPrefix(key(id), below) {
			all = append(all, body)
		}
	}
	return map[string]any{"value": all}, true
}
