package preflight

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// checkAppNetwork refuses to move an environment of Container Apps into a network or
// out of one, which Azure can't.
func (r *Report) checkAppNetwork(ctx context.Context, in Input) {
	var there struct {
		Properties struct {
			VnetConfiguration struct {
				InfrastructureSubnetID string `json:"infrastructureSubnetId"`
			}
		}
	}
	id := in.subscriptionID() + "/resourceGroups/" + in.Names.ResourceGroup + "/providers/Microsoft.App/managedEnvironments/" + in.Names.AppsHost
	found, err := in.Client.get(ctx, id, appsVersion, &there)
	if err != nil {
		r.skip("whether the environment of Container Apps stays in its network", err.Error())
	}
	subnet, wanted := there.Properties.VnetConfiguration.InfrastructureSubnetID, ""
	if in.Config.Private {
		wanted = in.appSubnet()
	}
	if found && !strings.EqualFold(subnet, wanted) {
		r.find("the environment %s is in %s and would have to be in %s, and Azure moves none: make another stack and move the callers, or destroy this one first",
			in.Names.AppsHost, place(subnet), place(wanted))
	}
}

func place(subnet string) string {
	if subnet == "" {
		return "no network"
	}
	return "the subnet " + path.Base(path.Dir(path.Dir(subnet))) + "/" + path.Base(subnet)
}

// appSubnet is the id of the subnet of a private stack's apps.
func (in Input) appSubnet() string {
	if in.Config.Network.Existing() {
		return in.Config.Network.AppSubnet
	}
	return in.ownNetwork() + "/subnets/" + stackconfig.NewAppSubnet
}

// endpointSubnet is the id of the subnet of a private stack's private endpoints.
func (in Input) endpointSubnet() string {
	if in.Config.Network.Existing() {
		return in.Config.Network.EndpointSubnet
	}
	return in.ownNetwork() + "/subnets/" + stackconfig.NewEndpointSubnet
}

// ownNetwork is the id of the network that a stack makes.
func (in Input) ownNetwork() string {
	return in.subscriptionID() + "/resourceGroups/" + in.Names.ResourceGroup + "/providers/Microsoft.Network/virtualNetworks/" + in.Names.Network
}

// checkEndpointSubnet refuses to move private endpoints, which Azure can't
// (CannotChangeSubnetOnExistingPrivateEndpoint, pulumi/pulumi-azure-native#3883).
func (r *Report) checkEndpointSubnet(ctx context.Context, in Input) {
	wanted := in.endpointSubnet()
	for _, link := range in.Config.PrivateLinks() {
		var there struct {
			Properties struct{ Subnet struct{ ID string } }
		}
		name := in.Names.PrivateEndpoint(link)
		found, err := in.Client.get(ctx, in.subscriptionID()+"/resourceGroups/"+in.Names.ResourceGroup+"/providers/Microsoft.Network/privateEndpoints/"+name, networkVersion, &there)
		if err != nil {
			r.skip("whether the private endpoint "+name+" stays in its subnet", err.Error())
			continue
		}
		if subnet := there.Properties.Subnet.ID; found && !strings.EqualFold(subnet, wanted) {
			r.find("the private endpoint %s is in %s and would have to be in %s, and Azure moves none: make another stack and move the callers, or destroy this one first",
				name, place(subnet), place(wanted))
		}
	}
}

// checkRange refuses to change the range of the stack's own network: its subnets, which
// are in use, keep theirs (InUseSubnetCannotBeUpdated).
func (r *Report) checkRange(ctx context.Context, in Input) {
	var there struct {
		Properties struct {
			AddressSpace struct{ AddressPrefixes []string }
		}
	}
	found, err := in.Client.get(ctx, in.ownNetwork(), networkVersion, &there)
	if err != nil {
		r.skip("whether the network keeps its range", err.Error())
	}
	now, wanted := there.Properties.AddressSpace.AddressPrefixes, in.Config.Network.Range()
	if found && !slices.Contains(now, wanted) {
		r.find("network.addressRange is %s, but the network %s in Azure has %s, and a network in use keeps its range: write that, or make another stack and move the callers",
			wanted, in.Names.Network, strings.Join(now, " and "))
	}
}
