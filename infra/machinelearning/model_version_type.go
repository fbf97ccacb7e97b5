package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

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
