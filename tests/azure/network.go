package azure

import (
	"net/netip"
	"slices"
	"strings"
)

const (
	networkType = "Microsoft.Network/virtualNetworks"
	subnetType  = networkType + "/subnets"
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
