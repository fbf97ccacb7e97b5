package machinelearning

import (
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// OnlineDeployment is the ARM resource of that name in Microsoft.MachineLearningServices.
type OnlineDeployment struct {
	pulumi.CustomResourceState

	Identity                   ManagedServiceIdentityResponsePtrOutput `pulumi:"identity"`
	Kind                       pulumi.StringPtrOutput                  `pulumi:"kind"`
	Location                   pulumi.StringOutput                     `pulumi:"location"`
	Name                       pulumi.StringOutput                     `pulumi:"name"`
	OnlineDeploymentProperties pulumi.AnyOutput                        `pulumi:"onlineDeploymentProperties"`
	Sku                        pulumi.AnyOutput                        `pulumi:"sku"`
	SystemData                 pulumi.AnyOutput                        `pulumi:"systemData"`
	Tags                       pulumi.StringMapOutput                  `pulumi:"tags"`
	Type                       pulumi.StringOutput                     `pulumi:"type"`
}

type onlineDeploymentArgs struct {
	DeploymentName             *string                 `pulumi:"deploymentName"`
	EndpointName               string                  `pulumi:"endpointName"`
	Identity                   *ManagedServiceIdentity `pulumi:"identity"`
	Kind                       *string                 `pulumi:"kind"`
	Location                   *string                 `pulumi:"location"`
	OnlineDeploymentProperties interface{}             `pulumi:"onlineDeploymentProperties"`
	ResourceGroupName          string                  `pulumi:"resourceGroupName"`
	Sku                        *Sku                    `pulumi:"sku"`
	Tags                       map[string]string       `pulumi:"tags"`
	WorkspaceName              string                  `pulumi:"workspaceName"`
}

// OnlineDeploymentArgs are the inputs of OnlineDeployment.
type OnlineDeploymentArgs struct {
	DeploymentName             pulumi.StringPtrInput
	EndpointName               pulumi.StringInput
	Identity                   ManagedServiceIdentityPtrInput
	Kind                       pulumi.StringPtrInput
	Location                   pulumi.StringPtrInput
	OnlineDeploymentProperties pulumi.Input
	ResourceGroupName          pulumi.StringInput
	Sku                        SkuPtrInput
	Tags                       pulumi.StringMapInput
	WorkspaceName              pulumi.StringInput
}

func (OnlineDeploymentArgs) ElementType() reflect.Type {
	return reflect.TypeFor[onlineDeploymentArgs]()
}

// NewOnlineDeployment declares a OnlineDeployment.
func NewOnlineDeployment(ctx *pulumi.Context, name string, args *OnlineDeploymentArgs, opts ...pulumi.ResourceOption) (*OnlineDeployment, error) {
	if args == nil {
		return nil, missing("args")
	}
	if args.EndpointName == nil {
		return nil, missing("EndpointName")
	}
	if args.OnlineDeploymentProperties == nil {
		return nil, missing("OnlineDeploymentProperties")
	}
	if args.ResourceGroupName == nil {
		return nil, missing("ResourceGroupName")
	}
	if args.WorkspaceName == nil {
		return nil, missing("WorkspaceName")
	}
	var resource OnlineDeployment
	if err := ctx.RegisterResource(token("OnlineDeployment"), name, args, &resource, options("OnlineDeployment", opts)...); err != nil {
		return nil, err
	}
	return &resource, nil
}
