package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// EnvironmentVersionType is ARM's EnvironmentVersion.
type EnvironmentVersionType struct {
	AutoRebuild     *string                       `pulumi:"autoRebuild"`
	CondaFile       *string                       `pulumi:"condaFile"`
	Description     *string                       `pulumi:"description"`
	Image           *string                       `pulumi:"image"`
	InferenceConfig *InferenceContainerProperties `pulumi:"inferenceConfig"`
	IsAnonymous     *bool                         `pulumi:"isAnonymous"`
	IsArchived      *bool                         `pulumi:"isArchived"`
	OsType          *string                       `pulumi:"osType"`
	Properties      map[string]string             `pulumi:"properties"`
	Stage           *string                       `pulumi:"stage"`
	Tags            map[string]string             `pulumi:"tags"`
}

// EnvironmentVersionTypeArgs are the inputs of EnvironmentVersionType.
type EnvironmentVersionTypeArgs struct {
	AutoRebuild     pulumi.StringPtrInput                `pulumi:"autoRebuild"`
	CondaFile       pulumi.StringPtrInput                `pulumi:"condaFile"`
	Description     pulumi.StringPtrInput                `pulumi:"description"`
	Image           pulumi.StringPtrInput                `pulumi:"image"`
	InferenceConfig InferenceContainerPropertiesPtrInput `pulumi:"inferenceConfig"`
	IsAnonymous     pulumi.BoolPtrInput                  `pulumi:"isAnonymous"`
	IsArchived      pulumi.BoolPtrInput                  `pulumi:"isArchived"`
	OsType          pulumi.StringPtrInput                `pulumi:"osType"`
	Properties      pulumi.StringMapInput                `pulumi:"properties"`
	Stage           pulumi.StringPtrInput                `pulumi:"stage"`
	Tags            pulumi.StringMapInput                `pulumi:"tags"`
}

// EnvironmentVersionTypeInput takes EnvironmentVersionTypeArgs and its output.
type EnvironmentVersionTypeInput interface {
	pulumi.Input

	ToEnvironmentVersionTypeOutput() EnvironmentVersionTypeOutput
	ToEnvironmentVersionTypeOutputWithContext(context.Context) EnvironmentVersionTypeOutput
}

// EnvironmentVersionTypePtrInput takes EnvironmentVersionTypeArgs, nil and their output.
type EnvironmentVersionTypePtrInput interface {
	pulumi.Input

	ToEnvironmentVersionTypePtrOutput() EnvironmentVersionTypePtrOutput
	ToEnvironmentVersionTypePtrOutputWithContext(context.Context) EnvironmentVersionTypePtrOutput
}

func (EnvironmentVersionTypeArgs) ElementType() reflect.Type {
	return reflect.TypeFor[EnvironmentVersionType]()
}

func (i EnvironmentVersionTypeArgs) ToEnvironmentVersionTypeOutput() EnvironmentVersionTypeOutput {
	return i.ToEnvironmentVersionTypeOutputWithContext(context.Background())
}

func (i EnvironmentVersionTypeArgs) ToEnvironmentVersionTypeOutputWithContext(ctx context.Context) EnvironmentVersionTypeOutput {
	return pulumi.ToOutputWithContext(ctx, i).(EnvironmentVersionTypeOutput)
}

func (i EnvironmentVersionTypeArgs) ToEnvironmentVersionTypePtrOutput() EnvironmentVersionTypePtrOutput {
	return i.ToEnvironmentVersionTypePtrOutputWithContext(context.Background())
}

func (i EnvironmentVersionTypeArgs) ToEnvironmentVersionTypePtrOutputWithContext(ctx context.Context) EnvironmentVersionTypePtrOutput {
	return i.ToEnvironmentVersionTypeOutputWithContext(ctx).ToEnvironmentVersionTypePtrOutputWithContext(ctx)
}

// EnvironmentVersionTypeOutput is a EnvironmentVersionType that may not be known yet.
type EnvironmentVersionTypeOutput struct{ *pulumi.OutputState }

func (EnvironmentVersionTypeOutput) ElementType() reflect.Type {
	return reflect.TypeFor[EnvironmentVersionType]()
}

func (o EnvironmentVersionTypeOutput) ToEnvironmentVersionTypeOutput() EnvironmentVersionTypeOutput {
	return o
}

func (o EnvironmentVersionTypeOutput) ToEnvironmentVersionTypeOutputWithContext(context.Context) EnvironmentVersionTypeOutput {
	return o
}

func (o EnvironmentVersionTypeOutput) ToEnvironmentVersionTypePtrOutput() EnvironmentVersionTypePtrOutput {
	return o.ToEnvironmentVersionTypePtrOutputWithContext(context.Background())
}

func (o EnvironmentVersionTypeOutput) ToEnvironmentVersionTypePtrOutputWithContext(ctx context.Context) EnvironmentVersionTypePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v EnvironmentVersionType) *EnvironmentVersionType { return &v }).(EnvironmentVersionTypePtrOutput)
}

// EnvironmentVersionTypePtrOutput is a EnvironmentVersionType or nil that may not be known yet.
type EnvironmentVersionTypePtrOutput struct{ *pulumi.OutputState }

func (EnvironmentVersionTypePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*EnvironmentVersionType]()
}

func (o EnvironmentVersionTypePtrOutput) ToEnvironmentVersionTypePtrOutput() EnvironmentVersionTypePtrOutput {
	return o
}

func (o EnvironmentVersionTypePtrOutput) ToEnvironmentVersionTypePtrOutputWithContext(context.Context) EnvironmentVersionTypePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(EnvironmentVersionTypeOutput{})
	pulumi.RegisterOutputType(EnvironmentVersionTypePtrOutput{})
}
