package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// FlavorData is ARM's FlavorData.
type FlavorData struct {
	Data map[string]string `pulumi:"data"`
}

// FlavorDataArgs are the inputs of FlavorData.
type FlavorDataArgs struct {
	Data pulumi.StringMapInput `pulumi:"data"`
}

// FlavorDataInput takes FlavorDataArgs and its output.
type FlavorDataInput interface {
	pulumi.Input

	ToFlavorDataOutput() FlavorDataOutput
	ToFlavorDataOutputWithContext(context.Context) FlavorDataOutput
}

// FlavorDataPtrInput takes FlavorDataArgs, nil and their output.
type FlavorDataPtrInput interface {
	pulumi.Input

	ToFlavorDataPtrOutput() FlavorDataPtrOutput
	ToFlavorDataPtrOutputWithContext(context.Context) FlavorDataPtrOutput
}

func (FlavorDataArgs) ElementType() reflect.Type { return reflect.TypeFor[FlavorData]() }

func (i FlavorDataArgs) ToFlavorDataOutput() FlavorDataOutput {
	return i.ToFlavorDataOutputWithContext(context.Background())
}

func (i FlavorDataArgs) ToFlavorDataOutputWithContext(ctx context.Context) FlavorDataOutput {
	return pulumi.ToOutputWithContext(ctx, i).(FlavorDataOutput)
}

func (i FlavorDataArgs) ToFlavorDataPtrOutput() FlavorDataPtrOutput {
	return i.ToFlavorDataPtrOutputWithContext(context.Background())
}

func (i FlavorDataArgs) ToFlavorDataPtrOutputWithContext(ctx context.Context) FlavorDataPtrOutput {
	return i.ToFlavorDataOutputWithContext(ctx).ToFlavorDataPtrOutputWithContext(ctx)
}

// FlavorDataOutput is a FlavorData that may not be known yet.
type FlavorDataOutput struct{ *pulumi.OutputState }

func (FlavorDataOutput) ElementType() reflect.Type { return reflect.TypeFor[FlavorData]() }

func (o FlavorDataOutput) ToFlavorDataOutput() FlavorDataOutput { return o }

func (o FlavorDataOutput) ToFlavorDataOutputWithContext(context.Context) FlavorDataOutput { return o }

func (o FlavorDataOutput) ToFlavorDataPtrOutput() FlavorDataPtrOutput {
	return o.ToFlavorDataPtrOutputWithContext(context.Background())
}

func (o FlavorDataOutput) ToFlavorDataPtrOutputWithContext(ctx context.Context) FlavorDataPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v FlavorData) *FlavorData { return &v }).(FlavorDataPtrOutput)
}

// FlavorDataPtrOutput is a FlavorData or nil that may not be known yet.
type FlavorDataPtrOutput struct{ *pulumi.OutputState }

func (FlavorDataPtrOutput) ElementType() reflect.Type { return reflect.TypeFor[*FlavorData]() }

func (o FlavorDataPtrOutput) ToFlavorDataPtrOutput() FlavorDataPtrOutput { return o }

func (o FlavorDataPtrOutput) ToFlavorDataPtrOutputWithContext(context.Context) FlavorDataPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(FlavorDataOutput{})
	pulumi.RegisterOutputType(FlavorDataPtrOutput{})
}

// ModelContainerType is ARM's ModelContainer.
type ModelContainerType struct {
	Description *string           `pulumi:"description"`
	IsArchived  *bool             `pulumi:"isArchived"`
	Properties  map[string]string `pulumi:"properties"`
	Tags        map[string]string `pulumi:"tags"`
}

// ModelContainerTypeArgs are the inputs of ModelContainerType.
type ModelContainerTypeArgs struct {
	Description pulumi.StringPtrInput `pulumi:"description"`
	IsArchived  pulumi.BoolPtrInput   `pulumi:"isArchived"`
	Properties  pulumi.StringMapInput `pulumi:"properties"`
	Tags        pulumi.StringMapInput `pulumi:"tags"`
}

// ModelContainerTypeInput takes ModelContainerTypeArgs and its output.
type ModelContainerTypeInput interface {
	pulumi.Input

	ToModelContainerTypeOutput() ModelContainerTypeOutput
	ToModelContainerTypeOutputWithContext(context.Context) ModelContainerTypeOutput
}

// ModelContainerTypePtrInput takes ModelContainerTypeArgs, nil and their output.
type ModelContainerTypePtrInput interface {
	pulumi.Input

	ToModelContainerTypePtrOutput() ModelContainerTypePtrOutput
	ToModelContainerTypePtrOutputWithContext(context.Context) ModelContainerTypePtrOutput
}

func (ModelContainerTypeArgs) ElementType() reflect.Type {
	return reflect.TypeFor[ModelContainerType]()
}

func (i ModelContainerTypeArgs) ToModelContainerTypeOutput() ModelContainerTypeOutput {
	return i.ToModelContainerTypeOutputWithContext(context.Background())
}

func (i ModelContainerTypeArgs) ToModelContainerTypeOutputWithContext(ctx context.Context) ModelContainerTypeOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ModelContainerTypeOutput)
}

func (i ModelContainerTypeArgs) ToModelContainerTypePtrOutput() ModelContainerTypePtrOutput {
	return i.ToModelContainerTypePtrOutputWithContext(context.Background())
}

func (i ModelContainerTypeArgs) ToModelContainerTypePtrOutputWithContext(ctx context.Context) ModelContainerTypePtrOutput {
	return i.ToModelContainerTypeOutputWithContext(ctx).ToModelContainerTypePtrOutputWithContext(ctx)
}

// ModelContainerTypeOutput is a ModelContainerType that may not be known yet.
type ModelContainerTypeOutput struct{ *pulumi.OutputState }

func (ModelContainerTypeOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ModelContainerType]()
}

func (o ModelContainerTypeOutput) ToModelContainerTypeOutput() ModelContainerTypeOutput { return o }

func (o ModelContainerTypeOutput) ToModelContainerTypeOutputWithContext(context.Context) ModelContainerTypeOutput {
	return o
}

func (o ModelContainerTypeOutput) ToModelContainerTypePtrOutput() ModelContainerTypePtrOutput {
	return o.ToModelContainerTypePtrOutputWithContext(context.Background())
}

func (o ModelContainerTypeOutput) ToModelContainerTypePtrOutputWithContext(ctx context.Context) ModelContainerTypePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ModelContainerType) *ModelContainerType { return &v }).(ModelContainerTypePtrOutput)
}

// ModelContainerTypePtrOutput is a ModelContainerType or nil that may not be known yet.
type ModelContainerTypePtrOutput struct{ *pulumi.OutputState }

func (ModelContainerTypePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ModelContainerType]()
}

func (o ModelContainerTypePtrOutput) ToModelContainerTypePtrOutput() ModelContainerTypePtrOutput {
	return o
}

func (o ModelContainerTypePtrOutput) ToModelContainerTypePtrOutputWithContext(context.Context) ModelContainerTypePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ModelContainerTypeOutput{})
	pulumi.RegisterOutputType(ModelContainerTypePtrOutput{})
}

// ModelVersionType is ARM's ModelVersion.
type ModelVersionType struct {
	Description *string                `pulumi:"description"`
	Flavors     map[string]interface{} `pulumi:"flavors"`
	IsAnonymous *bool                  `pulumi:"isAnonymous"`
	IsArchived  *bool                  `pulumi:"isArchived"`
	JobName     *string                `pulumi:"jobName"`
	ModelType   *string                `pulumi:"modelType"`
	ModelUri    *string                `pulumi:"modelUri"`
	Properties  map[string]string      `pulumi:"properties"`
	Stage       *string                `pulumi:"stage"`
	Tags        map[string]string      `pulumi:"tags"`
}

// ModelVersionTypeArgs are the inputs of ModelVersionType.
type ModelVersionTypeArgs struct {
	Description pulumi.StringPtrInput `pulumi:"description"`
	Flavors     pulumi.MapInput       `pulumi:"flavors"`
	IsAnonymous pulumi.BoolPtrInput   `pulumi:"isAnonymous"`
	IsArchived  pulumi.BoolPtrInput   `pulumi:"isArchived"`
	JobName     pulumi.StringPtrInput `pulumi:"jobName"`
	ModelType   pulumi.StringPtrInput `pulumi:"modelType"`
	ModelUri    pulumi.StringPtrInput `pulumi:"modelUri"`
	Properties  pulumi.StringMapInput `pulumi:"properties"`
	Stage       pulumi.StringPtrInput `pulumi:"stage"`
	Tags        pulumi.StringMapInput `pulumi:"tags"`
}

// ModelVersionTypeInput takes ModelVersionTypeArgs and its output.
type ModelVersionTypeInput interface {
	pulumi.Input

	ToModelVersionTypeOutput() ModelVersionTypeOutput
	ToModelVersionTypeOutputWithContext(context.Context) ModelVersionTypeOutput
}

// ModelVersionTypePtrInput takes ModelVersionTypeArgs, nil and their output.
type ModelVersionTypePtrInput interface {
	pulumi.Input

	ToModelVersionTypePtrOutput() ModelVersionTypePtrOutput
	ToModelVersionTypePtrOutputWithContext(context.Context) ModelVersionTypePtrOutput
}

func (ModelVersionTypeArgs) ElementType() reflect.Type { return reflect.TypeFor[ModelVersionType]() }

func (i ModelVersionTypeArgs) ToModelVersionTypeOutput() ModelVersionTypeOutput {
	return i.ToModelVersionTypeOutputWithContext(context.Background())
}

func (i ModelVersionTypeArgs) ToModelVersionTypeOutputWithContext(ctx context.Context) ModelVersionTypeOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ModelVersionTypeOutput)
}

func (i ModelVersionTypeArgs) ToModelVersionTypePtrOutput() ModelVersionTypePtrOutput {
	return i.ToModelVersionTypePtrOutputWithContext(context.Background())
}

func (i ModelVersionTypeArgs) ToModelVersionTypePtrOutputWithContext(ctx context.Context) ModelVersionTypePtrOutput {
	return i.ToModelVersionTypeOutputWithContext(ctx).ToModelVersionTypePtrOutputWithContext(ctx)
}

// ModelVersionTypeOutput is a ModelVersionType that may not be known yet.
type ModelVersionTypeOutput struct{ *pulumi.OutputState }

func (ModelVersionTypeOutput) ElementType() reflect.Type { return reflect.TypeFor[ModelVersionType]() }

func (o ModelVersionTypeOutput) ToModelVersionTypeOutput() ModelVersionTypeOutput { return o }

func (o ModelVersionTypeOutput) ToModelVersionTypeOutputWithContext(context.Context) ModelVersionTypeOutput {
	return o
}

func (o ModelVersionTypeOutput) ToModelVersionTypePtrOutput() ModelVersionTypePtrOutput {
	return o.ToModelVersionTypePtrOutputWithContext(context.Background())
}

func (o ModelVersionTypeOutput) ToModelVersionTypePtrOutputWithContext(ctx context.Context) ModelVersionTypePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ModelVersionType) *ModelVersionType { return &v }).(ModelVersionTypePtrOutput)
}

// ModelVersionTypePtrOutput is a ModelVersionType or nil that may not be known yet.
type ModelVersionTypePtrOutput struct{ *pulumi.OutputState }

func (ModelVersionTypePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ModelVersionType]()
}

func (o ModelVersionTypePtrOutput) ToModelVersionTypePtrOutput() ModelVersionTypePtrOutput { return o }

func (o ModelVersionTypePtrOutput) ToModelVersionTypePtrOutputWithContext(context.Context) ModelVersionTypePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ModelVersionTypeOutput{})
	pulumi.RegisterOutputType(ModelVersionTypePtrOutput{})
}

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
