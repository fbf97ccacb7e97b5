package azure

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

const (
	privateEndpointType = "Microsoft.Network/privateEndpoints"
	zoneGroupType       = privateEndpointType + "/privateDnsZoneGroups"
	zoneType            = "Microsoft.Network/privateDnsZones"
	zoneLinkType        = zoneType + "/virtualNetworkLinks"
	zoneRecordType      = zoneType + "/A"
)

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
func checkPrivateEndpoint(c *Cloud, id resourceID, body map[string]any, was *Resource) *Error {
	subnet := text(body, "properties", "subnet", "id")
	if was != nil && key(text(was.Body, "properties", "subnet", "id")) != key(subnet) { // pulumi/pulumi-azure-native#3883
		return badRequest("CannotChangeSubnetOnExistingPrivateEndpoint: %s", id.full)
	}
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
