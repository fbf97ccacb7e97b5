// Package networking holds bindings of the resource types of Microsoft.Network that
// infra declares. Their inputs are ARM's own properties, flattened as the published
// SDK does. The SDK's typed module costs 75 s of a processor and 5.9 GB of memory in
// each cold build (pulumi-azure-native-sdk/network/v2 v2.90.0, Go 1.26.8); the tests
// check every body with Microsoft's validator instead.
package networking

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

const sdkVersion = "2.90.0"

// Type is a type of resource, with the version of the ARM API that it speaks.
type Type string

// The types. A network's PUT without subnets leaves those that are there alone, from
// 2023-09-01 on (Azure/azure-quickstart-templates#2786): whoever adds one to the
// stack's network, for a runner or a jump host, keeps it.
const (
	VirtualNetwork       Type = "v20231101:VirtualNetwork"
	Subnet               Type = "v20231101:Subnet"
	PrivateEndpoint      Type = "v20231101:PrivateEndpoint"
	PrivateDNSZoneGroup  Type = "v20231101:PrivateDnsZoneGroup"
	PrivateZone          Type = "v20200601:PrivateZone"
	VirtualNetworkLink   Type = "v20200601:VirtualNetworkLink"
	PrivateZoneRecordSet Type = "v20200601:PrivateRecordSet"
)

// Resource is one of them. Nothing is read of what Azure says of it but its id.
type Resource struct{ pulumi.CustomResourceState }

// New declares a resource.
func New(ctx *pulumi.Context, typ Type, name string, args pulumi.Map, options ...pulumi.ResourceOption) (*Resource, error) {
	var resource Resource
	err := ctx.RegisterResource("azure-native:network/"+string(typ), name, args, &resource, append([]pulumi.ResourceOption{pulumi.Version(sdkVersion)}, options...)...)
	return &resource, err
}
