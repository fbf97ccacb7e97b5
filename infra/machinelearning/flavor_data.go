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
