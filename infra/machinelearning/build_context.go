package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// BuildContext is ARM's BuildContext.
type BuildContext struct {
	ContextUri     string  `pulumi:"contextUri"`
	DockerfilePath *string `pulumi:"dockerfilePath"`
}

// BuildContextArgs are the inputs of BuildContext.
type BuildContextArgs struct {
	ContextUri     pulumi.StringInput    `pulumi:"contextUri"`
	DockerfilePath pulumi.StringPtrInput `pulumi:"dockerfilePath"`
}

// BuildContextInput takes BuildContextArgs and its output.
type BuildContextInput interface {
	pulumi.Input

	ToBuildContextOutput() BuildContextOutput
	ToBuildContextOutputWithContext(context.Context) BuildContextOutput
}

// BuildContextPtrInput takes BuildContextArgs, nil and their output.
type BuildContextPtrInput interface {
	pulumi.Input

	ToBuildContextPtrOutput() BuildContextPtrOutput
	ToBuildContextPtrOutputWithContext(context.Context) BuildContextPtrOutput
}

func (BuildContextArgs) ElementType() reflect.Type { return reflect.TypeFor[BuildContext]() }

func (i BuildContextArgs) ToBuildContextOutput() BuildContextOutput {
	return i.ToBuildContextOutputWithContext(context.Background())
}

func (i BuildContextArgs) ToBuildContextOutputWithContext(ctx context.Context) BuildContextOutput {
	return pulumi.ToOutputWithContext(ctx, i).(BuildContextOutput)
}

func (i BuildContextArgs) ToBuildContextPtrOutput() BuildContextPtrOutput {
	return i.ToBuildContextPtrOutputWithContext(context.Background())
}

func (i BuildContextArgs) ToBuildContextPtrOutputWithContext(ctx context.Context) BuildContextPtrOutput {
	return i.ToBuildContextOutputWithContext(ctx).ToBuildContextPtrOutputWithContext(ctx)
}

// BuildContextOutput is a BuildContext that may not be known yet.
type BuildContextOutput struct{ *pulumi.OutputState }

func (BuildContextOutput) ElementType() reflect.Type { return reflect.TypeFor[BuildContext]() }

func (o BuildContextOutput) ToBuildContextOutput() BuildContextOutput { return o }

func (o BuildContextOutput) ToBuildContextOutputWithContext(context.Context) BuildContextOutput {
	return o
}

func (o BuildContextOutput) ToBuildContextPtrOutput() BuildContextPtrOutput {
	return o.ToBuildContextPtrOutputWithContext(context.Background())
}

func (o BuildContextOutput) ToBuildContextPtrOutputWithContext(ctx context.Context) BuildContextPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v BuildContext) *BuildContext { return &v }).(BuildContextPtrOutput)
}

// BuildContextPtrOutput is a BuildContext or nil that may not be known yet.
type BuildContextPtrOutput struct{ *pulumi.OutputState }

func (BuildContextPtrOutput) ElementType() reflect.Type { return reflect.TypeFor[*BuildContext]() }

func (o BuildContextPtrOutput) ToBuildContextPtrOutput() BuildContextPtrOutput { return o }

func (o BuildContextPtrOutput) ToBuildContextPtrOutputWithContext(context.Context) BuildContextPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(BuildContextOutput{})
	pulumi.RegisterOutputType(BuildContextPtrOutput{})
}
