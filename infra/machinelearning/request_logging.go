package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RequestLogging is ARM's RequestLogging.
type RequestLogging struct {
	CaptureHeaders []string `pulumi:"captureHeaders"`
}

// RequestLoggingArgs are the inputs of RequestLogging.
type RequestLoggingArgs struct {
	CaptureHeaders pulumi.StringArrayInput `pulumi:"captureHeaders"`
}

// RequestLoggingInput takes RequestLoggingArgs and its output.
type RequestLoggingInput interface {
	pulumi.Input

	ToRequestLoggingOutput() RequestLoggingOutput
	ToRequestLoggingOutputWithContext(context.Context) RequestLoggingOutput
}

// RequestLoggingPtrInput takes RequestLoggingArgs, nil and their output.
type RequestLoggingPtrInput interface {
	pulumi.Input

	ToRequestLoggingPtrOutput() RequestLoggingPtrOutput
	ToRequestLoggingPtrOutputWithContext(context.Context) RequestLoggingPtrOutput
}

func (RequestLoggingArgs) ElementType() reflect.Type { return reflect.TypeFor[RequestLogging]() }

func (i RequestLoggingArgs) ToRequestLoggingOutput() RequestLoggingOutput {
	return i.ToRequestLoggingOutputWithContext(context.Background())
}

func (i RequestLoggingArgs) ToRequestLoggingOutputWithContext(ctx context.Context) RequestLoggingOutput {
	return pulumi.ToOutputWithContext(ctx, i).(RequestLoggingOutput)
}

func (i RequestLoggingArgs) ToRequestLoggingPtrOutput() RequestLoggingPtrOutput {
	return i.ToRequestLoggingPtrOutputWithContext(context.Background())
}

func (i RequestLoggingArgs) ToRequestLoggingPtrOutputWithContext(ctx context.Context) RequestLoggingPtrOutput {
	return i.ToRequestLoggingOutputWithContext(ctx).ToRequestLoggingPtrOutputWithContext(ctx)
}

// RequestLoggingOutput is a RequestLogging that may not be known yet.
type RequestLoggingOutput struct{ *pulumi.OutputState }

func (RequestLoggingOutput) ElementType() reflect.Type { return reflect.TypeFor[RequestLogging]() }

func (o RequestLoggingOutput) ToRequestLoggingOutput() RequestLoggingOutput { return o }

func (o RequestLoggingOutput) ToRequestLoggingOutputWithContext(context.Context) RequestLoggingOutput {
	return o
}

func (o RequestLoggingOutput) ToRequestLoggingPtrOutput() RequestLoggingPtrOutput {
	return o.ToRequestLoggingPtrOutputWithContext(context.Background())
}

func (o RequestLoggingOutput) ToRequestLoggingPtrOutputWithContext(ctx context.Context) RequestLoggingPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v RequestLogging) *RequestLogging { return &v }).(RequestLoggingPtrOutput)
}

// RequestLoggingPtrOutput is a RequestLogging or nil that may not be known yet.
type RequestLoggingPtrOutput struct{ *pulumi.OutputState }

func (RequestLoggingPtrOutput) ElementType() reflect.Type { return reflect.TypeFor[*RequestLogging]() }

func (o RequestLoggingPtrOutput) ToRequestLoggingPtrOutput() RequestLoggingPtrOutput { return o }

func (o RequestLoggingPtrOutput) ToRequestLoggingPtrOutputWithContext(context.Context) RequestLoggingPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(RequestLoggingOutput{})
	pulumi.RegisterOutputType(RequestLoggingPtrOutput{})
}
