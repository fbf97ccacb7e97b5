package machinelearning

import (
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// OnlineEndpoint is the ARM resource of that name in Microsoft.MachineLearningServices.
type OnlineEndpoint struct {
	pulumi.CustomResourceState

	Identity                 ManagedServiceIdentityResponsePtrOutput `pulumi:"identity"`
	Kind                     pulumi.StringPtrOutput                  `pulumi:"kind"`
	Location                 pulumi.StringOutput                     `pulumi:"location"`
	Name                     pulumi.StringOutput                     `pulumi:"name"`
	OnlineEndpointProperties OnlineEndpointResponseOutput            `pulumi:"onlineEndpointProperties"`
	Sku                      pulumi.AnyOutput                        `pulumi:"sku"`
	SystemData               pulumi.AnyOutput                        `pulumi:"systemData"`
	Tags                     pulumi.StringMapOutput                  `pulumi:"tags"`
	Type                     pulumi.StringOutput                     `pulumi:"type"`
}

type onlineEndpointArgs struct {
	EndpointName             *string                 `pulumi:"endpointName"`
	Identity                 *ManagedServiceIdentity `pulumi:"identity"`
	Kind                     *string                 `pulumi:"kind"`
	Location                 *string                 `pulumi:"location"`
	OnlineEndpointProperties OnlineEndpointType      `pulumi:"onlineEndpointProperties"`
	ResourceGroupName        string                  `pulumi:"resourceGroupName"`
	Sku                      *Sku                    `pulumi:"sku"`
	Tags                     map[string]string       `pulumi:"tags"`
	WorkspaceName            string                  `pulumi:"workspaceName"`
}

// OnlineEndpointArgs are the inputs of OnlineEndpoint.
type OnlineEndpointArgs struct {
	EndpointName             pulumi.StringPtrInput
	Identity                 ManagedServiceIdentityPtrInput
	Kind                     pulumi.StringPtrInput
	Location                 pulumi.StringPtrInput
	OnlineEndpointProperties OnlineEndpointTypeInput
	ResourceGroupName        pulumi.StringInput
	Sku                      SkuPtrInput
	Tags                     pulumi.StringMapInput
	WorkspaceName            pulumi.StringInput
}

func (OnlineEndpointArgs) ElementType() reflect.Type { return reflect.TypeFor[onlineEndpointArgs]() }

// NewOnlineEndpoint declares a OnlineEndpoint.
func NewOnlineEndpoint(ctx *pulumi.Context, name string, args *OnlineEndpointArgs, opts ...pulumi.ResourceOption) (*OnlineEndpoint, error) {
	if args == nil {
		return nil, missing("args")
	}
	if args.OnlineEndpointProperties == nil {
		return nil, missing("OnlineEndpointProperties")
	}
	if args.ResourceGroupName == nil {
		return nil, missing("ResourceGroupName")
	}
	if args.WorkspaceName == nil {
		return nil, missing("WorkspaceName")
	}
	var resource OnlineEndpoint
	if err := ctx.RegisterResource(token("OnlineEndpoint"), name, args, &resource, options("OnlineEndpoint", opts)...); err != nil {
		return nil, err
	}
	return &resource, nil
}
