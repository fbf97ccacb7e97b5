package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// PrivateEndpointOutboundRule is ARM's PrivateEndpointOutboundRule.
type PrivateEndpointOutboundRule struct {
	Category    *string                     `pulumi:"category"`
	Destination *PrivateEndpointDestination `pulumi:"destination"`
	Status      *string                     `pulumi:"status"`
	// Always PrivateEndpoint.
	Type string `pulumi:"type"`
}

// PrivateEndpointOutboundRuleArgs are the inputs of PrivateEndpointOutboundRule.
type PrivateEndpointOutboundRuleArgs struct {
	Category    pulumi.StringPtrInput              `pulumi:"category"`
	Destination PrivateEndpointDestinationPtrInput `pulumi:"destination"`
	Status      pulumi.StringPtrInput              `pulumi:"status"`
	// Always PrivateEndpoint.
	Type pulumi.StringInput `pulumi:"type"`
}

// PrivateEndpointOutboundRuleInput takes PrivateEndpointOutboundRuleArgs and its output.
type PrivateEndpointOutboundRuleInput interface {
	pulumi.Input

	ToPrivateEndpointOutboundRuleOutput() PrivateEndpointOutboundRuleOutput
	ToPrivateEndpointOutboundRuleOutputWithContext(context.Context) PrivateEndpointOutboundRuleOutput
}

// PrivateEndpointOutboundRulePtrInput takes PrivateEndpointOutboundRuleArgs, nil and their output.
type PrivateEndpointOutboundRulePtrInput interface {
	pulumi.Input

	ToPrivateEndpointOutboundRulePtrOutput() PrivateEndpointOutboundRulePtrOutput
	ToPrivateEndpointOutboundRulePtrOutputWithContext(context.Context) PrivateEndpointOutboundRulePtrOutput
}

func (PrivateEndpointOutboundRuleArgs) ElementType() reflect.Type {
	return reflect.TypeFor[PrivateEndpointOutboundRule]()
}

func (i PrivateEndpointOutboundRuleArgs) ToPrivateEndpointOutboundRuleOutput() PrivateEndpointOutboundRuleOutput {
	return i.ToPrivateEndpointOutboundRuleOutputWithContext(context.Background())
}

func (i PrivateEndpointOutboundRuleArgs) ToPrivateEndpointOutboundRuleOutputWithContext(ctx context.Context) PrivateEndpointOutboundRuleOutput {
	return pulumi.ToOutputWithContext(ctx, i).(PrivateEndpointOutboundRuleOutput)
}

func (i PrivateEndpointOutboundRuleArgs) ToPrivateEndpointOutboundRulePtrOutput() PrivateEndpointOutboundRulePtrOutput {
	return i.ToPrivateEndpointOutboundRulePtrOutputWithContext(context.Background())
}

func (i PrivateEndpointOutboundRuleArgs) ToPrivateEndpointOutboundRulePtrOutputWithContext(ctx context.Context) PrivateEndpointOutboundRulePtrOutput {
	return i.ToPrivateEndpointOutboundRuleOutputWithContext(ctx).ToPrivateEndpointOutboundRulePtrOutputWithContext(ctx)
}

// PrivateEndpointOutboundRuleOutput is a PrivateEndpointOutboundRule that may not be known yet.
type PrivateEndpointOutboundRuleOutput struct{ *pulumi.OutputState }

func (PrivateEndpointOutboundRuleOutput) ElementType() reflect.Type {
	return reflect.TypeFor[PrivateEndpointOutboundRule]()
}

func (o PrivateEndpointOutboundRuleOutput) ToPrivateEndpointOutboundRuleOutput() PrivateEndpointOutboundRuleOutput {
	return o
}

func (o PrivateEndpointOutboundRuleOutput) ToPrivateEndpointOutboundRuleOutputWithContext(context.Context) PrivateEndpointOutboundRuleOutput {
	return o
}

func (o PrivateEndpointOutboundRuleOutput) ToPrivateEndpointOutboundRulePtrOutput() PrivateEndpointOutboundRulePtrOutput {
	return o.ToPrivateEndpointOutboundRulePtrOutputWithContext(context.Background())
}

func (o PrivateEndpointOutboundRuleOutput) ToPrivateEndpointOutboundRulePtrOutputWithContext(ctx context.Context) PrivateEndpointOutboundRulePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v PrivateEndpointOutboundRule) *PrivateEndpointOutboundRule { return &v }).(PrivateEndpointOutboundRulePtrOutput)
}

// PrivateEndpointOutboundRulePtrOutput is a PrivateEndpointOutboundRule or nil that may not be known yet.
type PrivateEndpointOutboundRulePtrOutput struct{ *pulumi.OutputState }

func (PrivateEndpointOutboundRulePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*PrivateEndpointOutboundRule]()
}

func (o PrivateEndpointOutboundRulePtrOutput) ToPrivateEndpointOutboundRulePtrOutput() PrivateEndpointOutboundRulePtrOutput {
	return o
}

func (o PrivateEndpointOutboundRulePtrOutput) ToPrivateEndpointOutboundRulePtrOutputWithContext(context.Context) PrivateEndpointOutboundRulePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(PrivateEndpointOutboundRuleOutput{})
	pulumi.RegisterOutputType(PrivateEndpointOutboundRulePtrOutput{})
}
