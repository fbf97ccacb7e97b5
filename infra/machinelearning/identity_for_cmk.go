package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// IdentityForCmk is ARM's IdentityForCmk.
type IdentityForCmk struct {
	UserAssignedIdentity *string `pulumi:"userAssignedIdentity"`
}

// IdentityForCmkArgs are the inputs of IdentityForCmk.
type IdentityForCmkArgs struct {
	UserAssignedIdentity pulumi.StringPtrInput `pulumi:"userAssignedIdentity"`
}

// IdentityForCmkInput takes IdentityForCmkArgs and its output.
type IdentityForCmkInput interface {
	pulumi.Input

	ToIdentityForCmkOutput() IdentityForCmkOutput
	ToIdentityForCmkOutputWithContext(context.Context) IdentityForCmkOutput
}

// IdentityForCmkPtrInput takes IdentityForCmkArgs, nil and their output.
type IdentityForCmkPtrInput interface {
	pulumi.Input

	ToIdentityForCmkPtrOutput() IdentityForCmkPtrOutput
	ToIdentityForCmkPtrOutputWithContext(context.Context) IdentityForCmkPtrOutput
}

func (IdentityForCmkArgs) ElementType() reflect.Type { return reflect.TypeFor[IdentityForCmk]() }

func (i IdentityForCmkArgs) ToIdentityForCmkOutput() IdentityForCmkOutput {
	return i.ToIdentityForCmkOutputWithContext(context.Background())
}

func (i IdentityForCmkArgs) ToIdentityForCmkOutputWithContext(ctx context.Context) IdentityForCmkOutput {
	return pulumi.ToOutputWithContext(ctx, i).(IdentityForCmkOutput)
}

func (i IdentityForCmkArgs) ToIdentityForCmkPtrOutput() IdentityForCmkPtrOutput {
	return i.ToIdentityForCmkPtrOutputWithContext(context.Background())
}

func (i IdentityForCmkArgs) ToIdentityForCmkPtrOutputWithContext(ctx context.Context) IdentityForCmkPtrOutput {
	return i.ToIdentityForCmkOutputWithContext(ctx).ToIdentityForCmkPtrOutputWithContext(ctx)
}

// IdentityForCmkOutput is a IdentityForCmk that may not be known yet.
type IdentityForCmkOutput struct{ *pulumi.OutputState }

func (IdentityForCmkOutput) ElementType() reflect.Type { return reflect.TypeFor[IdentityForCmk]() }

func (o IdentityForCmkOutput) ToIdentityForCmkOutput() IdentityForCmkOutput { return o }

func (o IdentityForCmkOutput) ToIdentityForCmkOutputWithContext(context.Context) IdentityForCmkOutput {
	return o
}

func (o IdentityForCmkOutput) ToIdentityForCmkPtrOutput() IdentityForCmkPtrOutput {
	return o.ToIdentityForCmkPtrOutputWithContext(context.Background())
}

func (o IdentityForCmkOutput) ToIdentityForCmkPtrOutputWithContext(ctx context.Context) IdentityForCmkPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v IdentityForCmk) *IdentityForCmk { return &v }).(IdentityForCmkPtrOutput)
}

// IdentityForCmkPtrOutput is a IdentityForCmk or nil that may not be known yet.
type IdentityForCmkPtrOutput struct{ *pulumi.OutputState }

func (IdentityForCmkPtrOutput) ElementType() reflect.Type { return reflect.TypeFor[*IdentityForCmk]() }

func (o IdentityForCmkPtrOutput) ToIdentityForCmkPtrOutput() IdentityForCmkPtrOutput { return o }

func (o IdentityForCmkPtrOutput) ToIdentityForCmkPtrOutputWithContext(context.Context) IdentityForCmkPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(IdentityForCmkOutput{})
	pulumi.RegisterOutputType(IdentityForCmkPtrOutput{})
}
