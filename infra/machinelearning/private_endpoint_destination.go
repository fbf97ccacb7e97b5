package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// PrivateEndpointDestination is ARM's PrivateEndpointDestination.
type PrivateEndpointDestination struct {
	ServiceResourceId *string `pulumi:"serviceResourceId"`
	SparkEnabled      *bool   `pulumi:"sparkEnabled"`
	SparkStatus       *string `pulumi:"sparkStatus"`
	SubresourceTarget *string `pulumi:"subresourceTarget"`
}

// PrivateEndpointDestinationArgs are the inputs of PrivateEndpointDestination.
type PrivateEndpointDestinationArgs struct {
	ServiceResourceId pulumi.StringPtrInput `pulumi:"serviceResourceId"`
	SparkEnabled      pulumi.BoolPtrInput   `pulumi:"sparkEnabled"`
	SparkStatus       pulumi.StringPtrInput `pulumi:"sparkStatus"`
	SubresourceTarget pulumi.StringPtrInput `pulumi:"subresourceTarget"`
}

// PrivateEndpointDestinationInput takes PrivateEndpointDestinationArgs and its output.
type PrivateEndpointDestinationInput interface {
	pulumi.Input

	ToPrivateEndpointDestinationOutput() PrivateEndpointDestinationOutput
	ToPrivateEndpointDestinationOutputWithContext(context.Context) PrivateEndpointDestinationOutput
}

// PrivateEndpointDestinationPtrInput takes PrivateEndpointDestinationArgs, nil and their output.
type PrivateEndpointDestinationPtrInput interface {
	pulumi.Input

	ToPrivateEndpointDestinationPtrOutput() PrivateEndpointDestinationPtrOutput
	ToPrivateEndpointDestinationPtrOutputWithContext(context.Context) PrivateEndpointDestinationPtrOutput
}

func (PrivateEndpointDestinationArgs) ElementType() reflect.Type {
	return reflect.TypeFor[PrivateEndpointDestination]()
}

func (i PrivateEndpointDestinationArgs) ToPrivateEndpointDestinationOutput() PrivateEndpointDestinationOutput {
	return i.ToPrivateEndpointDestinationOutputWithContext(context.Background())
}

func (i PrivateEndpointDestinationArgs) ToPrivateEndpointDestinationOutputWithContext(ctx context.Context) PrivateEndpointDestinationOutput {
	return pulumi.ToOutputWithContext(ctx, i).(PrivateEndpointDestinationOutput)
}

func (i PrivateEndpointDestinationArgs) ToPrivateEndpointDestinationPtrOutput() PrivateEndpointDestinationPtrOutput {
	return i.ToPrivateEndpointDestinationPtrOutputWithContext(context.Background())
}

func (i PrivateEndpointDestinationArgs) ToPrivateEndpointDestinationPtrOutputWithContext(ctx context.Context) PrivateEndpointDestinationPtrOutput {
	return i.ToPrivateEndpointDestinationOutputWithContext(ctx).ToPrivateEndpointDestinationPtrOutputWithContext(ctx)
}

// PrivateEndpointDestinationOutput is a PrivateEndpointDestination that may not be known yet.
type PrivateEndpointDestinationOutput struct{ *pulumi.OutputState }

func (PrivateEndpointDestinationOutput) ElementType() reflect.Type {
	return reflect.TypeFor[PrivateEndpointDestination]()
}

func (o PrivateEndpointDestinationOutput) ToPrivateEndpointDestinationOutput() PrivateEndpointDestinationOutput {
	return o
}

func (o PrivateEndpointDestinationOutput) ToPrivateEndpointDestinationOutputWithContext(context.Context) PrivateEndpointDestinationOutput {
	return o
}

func (o PrivateEndpointDestinationOutput) ToPrivateEndpointDestinationPtrOutput() PrivateEndpointDestinationPtrOutput {
	return o.ToPrivateEndpointDestinationPtrOutputWithContext(context.Background())
}

func (o PrivateEndpointDestinationOutput) ToPrivateEndpointDestinationPtrOutputWithContext(ctx context.Context) PrivateEndpointDestinationPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v PrivateEndpointDestination) *PrivateEndpointDestination { return &v }).(PrivateEndpointDestinationPtrOutput)
}

// PrivateEndpointDestinationPtrOutput is a PrivateEndpointDestination or nil that may not be known yet.
type PrivateEndpointDestinationPtrOutput struct{ *pulumi.OutputState }

func (PrivateEndpointDestinationPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*PrivateEndpointDestination]()
}

func (o PrivateEndpointDestinationPtrOutput) ToPrivateEndpointDestinationPtrOutput() PrivateEndpointDestinationPtrOutput {
	return o
}

func (o PrivateEndpointDestinationPtrOutput) ToPrivateEndpointDestinationPtrOutputWithContext(context.Context) PrivateEndpointDestinationPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(PrivateEndpointDestinationOutput{})
	pulumi.RegisterOutputType(PrivateEndpointDestinationPtrOutput{})
}
