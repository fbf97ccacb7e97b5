package machinelearning

import (
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ModelContainer is the ARM resource of that name in Microsoft.MachineLearningServices.
type ModelContainer struct {
	pulumi.CustomResourceState

	ModelContainerProperties pulumi.AnyOutput    `pulumi:"modelContainerProperties"`
	Name                     pulumi.StringOutput `pulumi:"name"`
	SystemData               pulumi.AnyOutput    `pulumi:"systemData"`
	Type                     pulumi.StringOutput `pulumi:"type"`
}

type modelContainerArgs struct {
	ModelContainerProperties ModelContainerType `pulumi:"modelContainerProperties"`
	Name                     *string            `pulumi:"name"`
	ResourceGroupName        string             `pulumi:"resourceGroupName"`
	WorkspaceName            string             `pulumi:"workspaceName"`
}

// ModelContainerArgs are the inputs of ModelContainer.
type ModelContainerArgs struct {
	ModelContainerProperties ModelContainerTypeInput
	Name                     pulumi.StringPtrInput
	ResourceGroupName        pulumi.StringInput
	WorkspaceName            pulumi.StringInput
}

func (ModelContainerArgs) ElementType() reflect.Type { return reflect.TypeFor[modelContainerArgs]() }

// NewModelContainer declares a ModelContainer.
func NewModelContainer(ctx *pulumi.Context, name string, args *ModelContainerArgs, opts ...pulumi.ResourceOption) (*ModelContainer, error) {
	if args == nil {
		return nil, missing("args")
	}
	if args.ModelContainerProperties == nil {
		return nil, missing("ModelContainerProperties")
	}
	if args.ResourceGroupName == nil {
		return nil, missing("ResourceGroupName")
	}
	if args.WorkspaceName == nil {
		return nil, missing("WorkspaceName")
	}
	var resource ModelContainer
	if err := ctx.RegisterResource(token("ModelContainer"), name, args, &resource, options("ModelContainer", opts)...); err != nil {
		return nil, err
	}
	return &resource, nil
}

// ModelVersion is the ARM resource of that name in Microsoft.MachineLearningServices.
type ModelVersion struct {
	pulumi.CustomResourceState

	ModelVersionProperties pulumi.AnyOutput    `pulumi:"modelVersionProperties"`
	Name                   pulumi.StringOutput `pulumi:"name"`
	SystemData             pulumi.AnyOutput    `pulumi:"systemData"`
	Type                   pulumi.StringOutput `pulumi:"type"`
}

type modelVersionArgs struct {
	ModelVersionProperties ModelVersionType `pulumi:"modelVersionProperties"`
	Name                   string           `pulumi:"name"`
	ResourceGroupName      string           `pulumi:"resourceGroupName"`
	Version                *string          `pulumi:"version"`
	WorkspaceName          string           `pulumi:"workspaceName"`
}

// ModelVersionArgs are the inputs of ModelVersion.
type ModelVersionArgs struct {
	ModelVersionProperties ModelVersionTypeInput
	Name                   pulumi.StringInput
	ResourceGroupName      pulumi.StringInput
	Version                pulumi.StringPtrInput
	WorkspaceName          pulumi.StringInput
}

func (ModelVersionArgs) ElementType() reflect.Type { return reflect.TypeFor[modelVersionArgs]() }

// NewModelVersion declares a ModelVersion.
func NewModelVersion(ctx *pulumi.Context, name string, args *ModelVersionArgs, opts ...pulumi.ResourceOption) (*ModelVersion, error) {
	if args == nil {
		return nil, missing("args")
	}
	if args.ModelVersionProperties == nil {
		return nil, missing("ModelVersionProperties")
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
	var resource ModelVersion
	if err := ctx.RegisterResource(token("ModelVersion"), name, args, &resource, options("ModelVersion", opts)...); err != nil {
		return nil, err
	}
	return &resource, nil
}
