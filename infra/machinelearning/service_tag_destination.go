package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ServiceTagDestination is ARM's ServiceTagDestination.
type ServiceTagDestination struct {
	Action     *string `pulumi:"action"`
	PortRanges *string `pulumi:"portRanges"`
	Protocol   *string `pulumi:"protocol"`
	ServiceTag *string `pulumi:"serviceTag"`
}

// ServiceTagDestinationArgs are the inputs of ServiceTagDestination.
type ServiceTagDestinationArgs struct {
	Action     pulumi.StringPtrInput `pulumi:"action"`
	PortRanges pulumi.StringPtrInput `pulumi:"portRanges"`
	Protocol   pulumi.StringPtrInput `pulumi:"protocol"`
	ServiceTag pulumi.StringPtrInput `pulumi:"serviceTag"`
}

// ServiceTagDestinationInput takes ServiceTagDestinationArgs and its output.
type ServiceTagDestinationInput interface {
	pulumi.Input

	ToServiceTagDestinationOutput() ServiceTagDestinationOutput
	ToServiceTagDestinationOutputWithContext(context.Context) ServiceTagDestinationOutput
}

// ServiceTagDestinationPtrInput takes ServiceTagDestinationArgs, nil and their output.
type ServiceTagDestinationPtrInput interface {
	pulumi.Input

	ToServiceTagDestinationPtrOutput() ServiceTagDestinationPtrOutput
	ToServiceTagDestinationPtrOutputWithContext(context.Context) ServiceTagDestinationPtrOutput
}

func (ServiceTagDestinationArgs) ElementType() reflect.Type {
	return reflect.TypeFor[ServiceTagDestination]()
}

func (i ServiceTagDestinationArgs) ToServiceTagDestinationOutput() ServiceTagDestinationOutput {
	return i.ToServiceTagDestinationOutputWithContext(context.Background())
}

func (i ServiceTagDestinationArgs) ToServiceTagDestinationOutputWithContext(ctx context.Context) ServiceTagDestinationOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ServiceTagDestinationOutput)
}

func (i ServiceTagDestinationArgs) ToServiceTagDestinationPtrOutput() ServiceTagDestinationPtrOutput {
	return i.ToServiceTagDestinationPtrOutputWithContext(context.Background())
}

func (i ServiceTagDestinationArgs) ToServiceTagDestinationPtrOutputWithContext(ctx context.Context) ServiceTagDestinationPtrOutput {
	return i.ToServiceTagDestinationOutputWithContext(ctx).ToServiceTagDestinationPtrOutputWithContext(ctx)
}

// ServiceTagDestinationOutput is a ServiceTagDestination that may not be known yet.
type ServiceTagDestinationOutput struct{ *pulumi.OutputState }

func (ServiceTagDestinationOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ServiceTagDestination]()
}

func (o ServiceTagDestinationOutput) ToServiceTagDestinationOutput() ServiceTagDestinationOutput {
	return o
}

func (o ServiceTagDestinationOutput) ToServiceTagDestinationOutputWithContext(context.Context) ServiceTagDestinationOutput {
	return o
}

func (o ServiceTagDestinationOutput) ToServiceTagDestinationPtrOutput() ServiceTagDestinationPtrOutput {
	return o.ToServiceTagDestinationPtrOutputWithContext(context.Background())
}

func (o ServiceTagDestinationOutput) ToServiceTagDestinationPtrOutputWithContext(ctx context.Context) ServiceTagDestinationPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ServiceTagDestination) *ServiceTagDestination { return &v }).(ServiceTagDestinationPtrOutput)
}

// ServiceTagDestinationPtrOutput is a ServiceTagDestination or nil that may not be known yet.
type ServiceTagDestinationPtrOutput struct{ *pulumi.OutputState }

func (ServiceTagDestinationPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ServiceTagDestination]()
}

func (o ServiceTagDestinationPtrOutput) ToServiceTagDestinationPtrOutput() ServiceTagDestinationPtrOutput {
	return o
}

func (o ServiceTagDestinationPtrOutput) ToServiceTagDestinationPtrOutputWithContext(context.Context) ServiceTagDestinationPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ServiceTagDestinationOutput{})
	pulumi.RegisterOutputType(ServiceTagDestinationPtrOutput{})
}
