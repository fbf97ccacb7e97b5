package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

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
