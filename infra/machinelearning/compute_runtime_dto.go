package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ComputeRuntimeDto is ARM's ComputeRuntimeDto.
type ComputeRuntimeDto struct {
	SparkRuntimeVersion *string `pulumi:"sparkRuntimeVersion"`
}

// ComputeRuntimeDtoArgs are the inputs of ComputeRuntimeDto.
type ComputeRuntimeDtoArgs struct {
	SparkRuntimeVersion pulumi.StringPtrInput `pulumi:"sparkRuntimeVersion"`
}

// ComputeRuntimeDtoInput takes ComputeRuntimeDtoArgs and its output.
type ComputeRuntimeDtoInput interface {
	pulumi.Input

	ToComputeRuntimeDtoOutput() ComputeRuntimeDtoOutput
	ToComputeRuntimeDtoOutputWithContext(context.Context) ComputeRuntimeDtoOutput
}

// ComputeRuntimeDtoPtrInput takes ComputeRuntimeDtoArgs, nil and their output.
type ComputeRuntimeDtoPtrInput interface {
	pulumi.Input

	ToComputeRuntimeDtoPtrOutput() ComputeRuntimeDtoPtrOutput
	ToComputeRuntimeDtoPtrOutputWithContext(context.Context) ComputeRuntimeDtoPtrOutput
}

func (ComputeRuntimeDtoArgs) ElementType() reflect.Type { return reflect.TypeFor[ComputeRuntimeDto]() }

func (i ComputeRuntimeDtoArgs) ToComputeRuntimeDtoOutput() ComputeRuntimeDtoOutput {
	return i.ToComputeRuntimeDtoOutputWithContext(context.Background())
}

func (i ComputeRuntimeDtoArgs) ToComputeRuntimeDtoOutputWithContext(ctx context.Context) ComputeRuntimeDtoOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ComputeRuntimeDtoOutput)
}

func (i ComputeRuntimeDtoArgs) ToComputeRuntimeDtoPtrOutput() ComputeRuntimeDtoPtrOutput {
	return i.ToComputeRuntimeDtoPtrOutputWithContext(context.Background())
}

func (i ComputeRuntimeDtoArgs) ToComputeRuntimeDtoPtrOutputWithContext(ctx context.Context) ComputeRuntimeDtoPtrOutput {
	return i.ToComputeRuntimeDtoOutputWithContext(ctx).ToComputeRuntimeDtoPtrOutputWithContext(ctx)
}

// ComputeRuntimeDtoOutput is a ComputeRuntimeDto that may not be known yet.
type ComputeRuntimeDtoOutput struct{ *pulumi.OutputState }

func (ComputeRuntimeDtoOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ComputeRuntimeDto]()
}

func (o ComputeRuntimeDtoOutput) ToComputeRuntimeDtoOutput() ComputeRuntimeDtoOutput { return o }

func (o ComputeRuntimeDtoOutput) ToComputeRuntimeDtoOutputWithContext(context.Context) ComputeRuntimeDtoOutput {
	return o
}

func (o ComputeRuntimeDtoOutput) ToComputeRuntimeDtoPtrOutput() ComputeRuntimeDtoPtrOutput {
	return o.ToComputeRuntimeDtoPtrOutputWithContext(context.Background())
}

func (o ComputeRuntimeDtoOutput) ToComputeRuntimeDtoPtrOutputWithContext(ctx context.Context) ComputeRuntimeDtoPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ComputeRuntimeDto) *ComputeRuntimeDto { return &v }).(ComputeRuntimeDtoPtrOutput)
}

// ComputeRuntimeDtoPtrOutput is a ComputeRuntimeDto or nil that may not be known yet.
type ComputeRuntimeDtoPtrOutput struct{ *pulumi.OutputState }

func (ComputeRuntimeDtoPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ComputeRuntimeDto]()
}

func (o ComputeRuntimeDtoPtrOutput) ToComputeRuntimeDtoPtrOutput() ComputeRuntimeDtoPtrOutput {
	return o
}

func (o ComputeRuntimeDtoPtrOutput) ToComputeRuntimeDtoPtrOutputWithContext(context.Context) ComputeRuntimeDtoPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ComputeRuntimeDtoOutput{})
	pulumi.RegisterOutputType(ComputeRuntimeDtoPtrOutput{})
}
