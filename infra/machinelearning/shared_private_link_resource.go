package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// SharedPrivateLinkResource is ARM's SharedPrivateLinkResource.
type SharedPrivateLinkResource struct {
	GroupId               *string `pulumi:"groupId"`
	Name                  *string `pulumi:"name"`
	PrivateLinkResourceId *string `pulumi:"privateLinkResourceId"`
	RequestMessage        *string `pulumi:"requestMessage"`
	Status                *string `pulumi:"status"`
}

// SharedPrivateLinkResourceArgs are the inputs of SharedPrivateLinkResource.
type SharedPrivateLinkResourceArgs struct {
	GroupId               pulumi.StringPtrInput `pulumi:"groupId"`
	Name                  pulumi.StringPtrInput `pulumi:"name"`
	PrivateLinkResourceId pulumi.StringPtrInput `pulumi:"privateLinkResourceId"`
	RequestMessage        pulumi.StringPtrInput `pulumi:"requestMessage"`
	Status                pulumi.StringPtrInput `pulumi:"status"`
}

// SharedPrivateLinkResourceInput takes SharedPrivateLinkResourceArgs and its output.
type SharedPrivateLinkResourceInput interface {
	pulumi.Input

	ToSharedPrivateLinkResourceOutput() SharedPrivateLinkResourceOutput
	ToSharedPrivateLinkResourceOutputWithContext(context.Context) SharedPrivateLinkResourceOutput
}

// SharedPrivateLinkResourcePtrInput takes SharedPrivateLinkResourceArgs, nil and their output.
type SharedPrivateLinkResourcePtrInput interface {
	pulumi.Input

	ToSharedPrivateLinkResourcePtrOutput() SharedPrivateLinkResourcePtrOutput
	ToSharedPrivateLinkResourcePtrOutputWithContext(context.Context) SharedPrivateLinkResourcePtrOutput
}

func (SharedPrivateLinkResourceArgs) ElementType() reflect.Type {
	return reflect.TypeFor[SharedPrivateLinkResource]()
}

func (i SharedPrivateLinkResourceArgs) ToSharedPrivateLinkResourceOutput() SharedPrivateLinkResourceOutput {
	return i.ToSharedPrivateLinkResourceOutputWithContext(context.Background())
}

func (i SharedPrivateLinkResourceArgs) ToSharedPrivateLinkResourceOutputWithContext(ctx context.Context) SharedPrivateLinkResourceOutput {
	return pulumi.ToOutputWithContext(ctx, i).(SharedPrivateLinkResourceOutput)
}

func (i SharedPrivateLinkResourceArgs) ToSharedPrivateLinkResourcePtrOutput() SharedPrivateLinkResourcePtrOutput {
	return i.ToSharedPrivateLinkResourcePtrOutputWithContext(context.Background())
}

func (i SharedPrivateLinkResourceArgs) ToSharedPrivateLinkResourcePtrOutputWithContext(ctx context.Context) SharedPrivateLinkResourcePtrOutput {
	return i.ToSharedPrivateLinkResourceOutputWithContext(ctx).ToSharedPrivateLinkResourcePtrOutputWithContext(ctx)
}

// SharedPrivateLinkResourceOutput is a SharedPrivateLinkResource that may not be known yet.
type SharedPrivateLinkResourceOutput struct{ *pulumi.OutputState }

func (SharedPrivateLinkResourceOutput) ElementType() reflect.Type {
	return reflect.TypeFor[SharedPrivateLinkResource]()
}

func (o SharedPrivateLinkResourceOutput) ToSharedPrivateLinkResourceOutput() SharedPrivateLinkResourceOutput {
	return o
}

func (o SharedPrivateLinkResourceOutput) ToSharedPrivateLinkResourceOutputWithContext(context.Context) SharedPrivateLinkResourceOutput {
	return o
}

func (o SharedPrivateLinkResourceOutput) ToSharedPrivateLinkResourcePtrOutput() SharedPrivateLinkResourcePtrOutput {
	return o.ToSharedPrivateLinkResourcePtrOutputWithContext(context.Background())
}

func (o SharedPrivateLinkResourceOutput) ToSharedPrivateLinkResourcePtrOutputWithContext(ctx context.Context) SharedPrivateLinkResourcePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v SharedPrivateLinkResource) *SharedPrivateLinkResource { return &v }).(SharedPrivateLinkResourcePtrOutput)
}

// SharedPrivateLinkResourcePtrOutput is a SharedPrivateLinkResource or nil that may not be known yet.
type SharedPrivateLinkResourcePtrOutput struct{ *pulumi.OutputState }

func (SharedPrivateLinkResourcePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*SharedPrivateLinkResource]()
}

func (o SharedPrivateLinkResourcePtrOutput) ToSharedPrivateLinkResourcePtrOutput() SharedPrivateLinkResourcePtrOutput {
	return o
}

func (o SharedPrivateLinkResourcePtrOutput) ToSharedPrivateLinkResourcePtrOutputWithContext(context.Context) SharedPrivateLinkResourcePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(SharedPrivateLinkResourceOutput{})
	pulumi.RegisterOutputType(SharedPrivateLinkResourcePtrOutput{})
}
