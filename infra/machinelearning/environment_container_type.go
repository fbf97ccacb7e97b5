package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// EnvironmentContainerType is ARM's EnvironmentContainer.
type EnvironmentContainerType struct {
	Description *string           `pulumi:"description"`
	IsArchived  *bool             `pulumi:"isArchived"`
	Properties  map[string]string `pulumi:"properties"`
	Tags        map[string]string `pulumi:"tags"`
}

// EnvironmentContainerTypeArgs are the inputs of EnvironmentContainerType.
type EnvironmentContainerTypeArgs struct {
	Description pulumi.StringPtrInput `pulumi:"description"`
	IsArchived  pulumi.BoolPtrInput   `pulumi:"isArchived"`
	Properties  pulumi.StringMapInput `pulumi:"properties"`
	Tags        pulumi.StringMapInput `pulumi:"tags"`
}

// EnvironmentContainerTypeInput takes EnvironmentContainerTypeArgs and its output.
type EnvironmentContainerTypeInput interface {
	pulumi.Input

	ToEnvironmentContainerTypeOutput() EnvironmentContainerTypeOutput
	ToEnvironmentContainerTypeOutputWithContext(context.Context) EnvironmentContainerTypeOutput
}

// EnvironmentContainerTypePtrInput takes EnvironmentContainerTypeArgs, nil and their output.
type EnvironmentContainerTypePtrInput interface {
	pulumi.Input

	ToEnvironmentContainerTypePtrOutput() EnvironmentContainerTypePtrOutput
	ToEnvironmentContainerTypePtrOutputWithContext(context.Context) EnvironmentContainerTypePtrOutput
}

func (EnvironmentContainerTypeArgs) ElementType() reflect.Type {
	return reflect.TypeFor[EnvironmentContainerType]()
}

func (i EnvironmentContainerTypeArgs) ToEnvironmentContainerTypeOutput() EnvironmentContainerTypeOutput {
	return i.ToEnvironmentContainerTypeOutputWithContext(context.Background())
}

func (i EnvironmentContainerTypeArgs) ToEnvironmentContainerTypeOutputWithContext(ctx context.Context) EnvironmentContainerTypeOutput {
	return pulumi.ToOutputWithContext(ctx, i).(EnvironmentContainerTypeOutput)
}

func (i EnvironmentContainerTypeArgs) ToEnvironmentContainerTypePtrOutput() EnvironmentContainerTypePtrOutput {
	return i.ToEnvironmentContainerTypePtrOutputWithContext(context.Background())
}

func (i EnvironmentContainerTypeArgs) ToEnvironmentContainerTypePtrOutputWithContext(ctx context.Context) EnvironmentContainerTypePtrOutput {
	return i.ToEnvironmentContainerTypeOutputWithContext(ctx).ToEnvironmentContainerTypePtrOutputWithContext(ctx)
}

// EnvironmentContainerTypeOutput is a EnvironmentContainerType that may not be known yet.
type EnvironmentContainerTypeOutput struct{ *pulumi.OutputState }

func (EnvironmentContainerTypeOutput) ElementType() reflect.Type {
	return reflect.TypeFor[EnvironmentContainerType]()
}

func (o EnvironmentContainerTypeOutput) ToEnvironmentContainerTypeOutput() EnvironmentContainerTypeOutput {
	return o
}

func (o EnvironmentContainerTypeOutput) ToEnvironmentContainerTypeOutputWithContext(context.Context) EnvironmentContainerTypeOutput {
	return o
}

func (o EnvironmentContainerTypeOutput) ToEnvironmentContainerTypePtrOutput() EnvironmentContainerTypePtrOutput {
	return o.ToEnvironmentContainerTypePtrOutputWithContext(context.Background())
}

func (o EnvironmentContainerTypeOutput) ToEnvironmentContainerTypePtrOutputWithContext(ctx context.Context) EnvironmentContainerTypePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v EnvironmentContainerType) *EnvironmentContainerType { return &v }).(EnvironmentContainerTypePtrOutput)
}

// EnvironmentContainerTypePtrOutput is a EnvironmentContainerType or nil that may not be known yet.
type EnvironmentContainerTypePtrOutput struct{ *pulumi.OutputState }

func (EnvironmentContainerTypePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*EnvironmentContainerType]()
}

func (o EnvironmentContainerTypePtrOutput) ToEnvironmentContainerTypePtrOutput() EnvironmentContainerTypePtrOutput {
	return o
}

func (o EnvironmentContainerTypePtrOutput) ToEnvironmentContainerTypePtrOutputWithContext(context.Context) EnvironmentContainerTypePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(EnvironmentContainerTypeOutput{})
	pulumi.RegisterOutputType(EnvironmentContainerTypePtrOutput{})
}
