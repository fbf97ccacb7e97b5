package machinelearning

import (
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// EnvironmentContainer is the ARM resource of that name in Microsoft.MachineLearningServices.
type EnvironmentContainer struct {
	pulumi.CustomResourceState

	EnvironmentContainerProperties pulumi.AnyOutput    `pulumi:"environmentContainerProperties"`
	Name                           pulumi.StringOutput `pulumi:"name"`
	SystemData                     pulumi.AnyOutput    `pulumi:"systemData"`
	Type                           pulumi.StringOutput `pulumi:"type"`
}

type environmentContainerArgs struct {
	EnvironmentContainerProperties EnvironmentContainerType `pulumi:"environmentContainerProperties"`
	Name                           *string                  `pulumi:"name"`
	ResourceGroupName              string                   `pulumi:"resourceGroupName"`
	WorkspaceName                  string                   `pulumi:"workspaceName"`
}

// EnvironmentContainerArgs are the inputs of EnvironmentContainer.
type EnvironmentContainerArgs struct {
	EnvironmentContainerProperties EnvironmentContainerTypeInput
	Name                           pulumi.StringPtrInput
	ResourceGroupName              pulumi.StringInput
	WorkspaceName                  pulumi.StringInput
}

func (EnvironmentContainerArgs) ElementType() reflect.Type {
	return reflect.TypeFor[environmentContainerArgs]()
}

// NewEnvironmentContainer declares a EnvironmentContainer.
func NewEnvironmentContainer(ctx *pulumi.Context, name string, args *EnvironmentContainerArgs, opts ...pulumi.ResourceOption) (*EnvironmentContainer, error) {
	if args == nil {
		return nil, missing("args")
	}
	if args.EnvironmentContainerProperties == nil {
		return nil, missing("EnvironmentContainerProperties")
	}
	if args.ResourceGroupName == nil {
		return nil, missing("ResourceGroupName")
	}
	if args.WorkspaceName == nil {
		return nil, missing("WorkspaceName")
	}
	var resource EnvironmentContainer
	if err := ctx.RegisterResource(token("EnvironmentContainer"), name, args, &resource, options("EnvironmentContainer", opts)...); err != nil {
		return nil, err
	}
	return &resource, nil
}

// EnvironmentVersion is the ARM resource of that name in Microsoft.MachineLearningServices.
type EnvironmentVersion struct {
	pulumi.CustomResourceState

	EnvironmentVersionProperties pulumi.AnyOutput    `pulumi:"environmentVersionProperties"`
	Name                         pulumi.StringOutput `pulumi:"name"`
	SystemData                   pulumi.AnyOutput    `pulumi:"systemData"`
	Type                         pulumi.StringOutput `pulumi:"type"`
}

type environmentVersionArgs struct {
	EnvironmentVersionProperties EnvironmentVersionType `pulumi:"environmentVersionProperties"`
	Name                         string                 `pulumi:"name"`
	ResourceGroupName            string                 `pulumi:"resourceGroupName"`
	Version                      *string                `pulumi:"version"`
	WorkspaceName                string                 `pulumi:"workspaceName"`
}

// EnvironmentVersionArgs are the inputs of EnvironmentVersion.
type EnvironmentVersionArgs struct {
	EnvironmentVersionProperties EnvironmentVersionTypeInput
	Name                         pulumi.StringInput
	ResourceGroupName            pulumi.StringInput
	Version                      pulumi.StringPtrInput
	WorkspaceName                pulumi.StringInput
}

func (EnvironmentVersionArgs) ElementType() reflect.Type {
	return reflect.TypeFor[environmentVersionArgs]()
}

// NewEnvironmentVersion declares a EnvironmentVersion.
func NewEnvironmentVersion(ctx *pulumi.Context, name string, args *EnvironmentVersionArgs, opts ...pulumi.ResourceOption) (*EnvironmentVersion, error) {
	if args == nil {
		return nil, missing("args")
	}
	if args.EnvironmentVersionProperties == nil {
		return nil, missing("EnvironmentVersionProperties")
	}
	if args.Name == nil {
		return nil, missing("Name")
	}
	if args.ResourceGroupName == nil {
		return nil, missing("ResourceGroupName")
	}
	if args.WorkspaceName == nil {
		return nil, missing("WorkspaceName")
	}
	var resource EnvironmentVersion
	if err := ctx.RegisterResource(token("EnvironmentVersion"), name, args, &resource, options("EnvironmentVersion", opts)...); err != nil {
		return nil, err
	}
	return &resource, nil
}
