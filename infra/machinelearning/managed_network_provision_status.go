package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ManagedNetworkProvisionStatus is ARM's ManagedNetworkProvisionStatus.
type ManagedNetworkProvisionStatus struct {
	SparkReady *bool   `pulumi:"sparkReady"`
	Status     *string `pulumi:"status"`
}

// ManagedNetworkProvisionStatusArgs are the inputs of ManagedNetworkProvisionStatus.
type ManagedNetworkProvisionStatusArgs struct {
	SparkReady pulumi.BoolPtrInput   `pulumi:"sparkReady"`
	Status     pulumi.StringPtrInput `pulumi:"status"`
}

// ManagedNetworkProvisionStatusInput takes ManagedNetworkProvisionStatusArgs and its output.
type ManagedNetworkProvisionStatusInput interface {
	pulumi.Input

	ToManagedNetworkProvisionStatusOutput() ManagedNetworkProvisionStatusOutput
	ToManagedNetworkProvisionStatusOutputWithContext(context.Context) ManagedNetworkProvisionStatusOutput
}

// ManagedNetworkProvisionStatusPtrInput takes ManagedNetworkProvisionStatusArgs, nil and their output.
type ManagedNetworkProvisionStatusPtrInput interface {
	pulumi.Input

	ToManagedNetworkProvisionStatusPtrOutput() ManagedNetworkProvisionStatusPtrOutput
	ToManagedNetworkProvisionStatusPtrOutputWithContext(context.Context) ManagedNetworkProvisionStatusPtrOutput
}

func (ManagedNetworkProvisionStatusArgs) ElementType() reflect.Type {
	return reflect.TypeFor[ManagedNetworkProvisionStatus]()
}

func (i ManagedNetworkProvisionStatusArgs) ToManagedNetworkProvisionStatusOutput() ManagedNetworkProvisionStatusOutput {
	return i.ToManagedNetworkProvisionStatusOutputWithContext(context.Background())
}

func (i ManagedNetworkProvisionStatusArgs) ToManagedNetworkProvisionStatusOutputWithContext(ctx context.Context) ManagedNetworkProvisionStatusOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ManagedNetworkProvisionStatusOutput)
}

func (i ManagedNetworkProvisionStatusArgs) ToManagedNetworkProvisionStatusPtrOutput() ManagedNetworkProvisionStatusPtrOutput {
	return i.ToManagedNetworkProvisionStatusPtrOutputWithContext(context.Background())
}

func (i ManagedNetworkProvisionStatusArgs) ToManagedNetworkProvisionStatusPtrOutputWithContext(ctx context.Context) ManagedNetworkProvisionStatusPtrOutput {
	return i.ToManagedNetworkProvisionStatusOutputWithContext(ctx).ToManagedNetworkProvisionStatusPtrOutputWithContext(ctx)
}

// ManagedNetworkProvisionStatusOutput is a ManagedNetworkProvisionStatus that may not be known yet.
type ManagedNetworkProvisionStatusOutput struct{ *pulumi.OutputState }

func (ManagedNetworkProvisionStatusOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ManagedNetworkProvisionStatus]()
}

func (o ManagedNetworkProvisionStatusOutput) ToManagedNetworkProvisionStatusOutput() ManagedNetworkProvisionStatusOutput {
	return o
}

func (o ManagedNetworkProvisionStatusOutput) ToManagedNetworkProvisionStatusOutputWithContext(context.Context) ManagedNetworkProvisionStatusOutput {
	return o
}

func (o ManagedNetworkProvisionStatusOutput) ToManagedNetworkProvisionStatusPtrOutput() ManagedNetworkProvisionStatusPtrOutput {
	return o.ToManagedNetworkProvisionStatusPtrOutputWithContext(context.Background())
}

func (o ManagedNetworkProvisionStatusOutput) ToManagedNetworkProvisionStatusPtrOutputWithContext(ctx context.Context) ManagedNetworkProvisionStatusPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ManagedNetworkProvisionStatus) *ManagedNetworkProvisionStatus { return &v }).(ManagedNetworkProvisionStatusPtrOutput)
}

// ManagedNetworkProvisionStatusPtrOutput is a ManagedNetworkProvisionStatus or nil that may not be known yet.
type ManagedNetworkProvisionStatusPtrOutput struct{ *pulumi.OutputState }

func (ManagedNetworkProvisionStatusPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ManagedNetworkProvisionStatus]()
}

func (o ManagedNetworkProvisionStatusPtrOutput) ToManagedNetworkProvisionStatusPtrOutput() ManagedNetworkProvisionStatusPtrOutput {
	return o
}

func (o ManagedNetworkProvisionStatusPtrOutput) ToManagedNetworkProvisionStatusPtrOutputWithContext(context.Context) ManagedNetworkProvisionStatusPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ManagedNetworkProvisionStatusOutput{})
	pulumi.RegisterOutputType(ManagedNetworkProvisionStatusPtrOutput{})
}
