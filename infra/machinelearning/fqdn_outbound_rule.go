package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// FqdnOutboundRule is ARM's FqdnOutboundRule.
type FqdnOutboundRule struct {
	Category    *string `pulumi:"category"`
	Destination *string `pulumi:"destination"`
	Status      *string `pulumi:"status"`
	// Always FQDN.
	Type string `pulumi:"type"`
}

// FqdnOutboundRuleArgs are the inputs of FqdnOutboundRule.
type FqdnOutboundRuleArgs struct {
	Category    pulumi.StringPtrInput `pulumi:"category"`
	Destination pulumi.StringPtrInput `pulumi:"destination"`
	Status      pulumi.StringPtrInput `pulumi:"status"`
	// Always FQDN.
	Type pulumi.StringInput `pulumi:"type"`
}

// FqdnOutboundRuleInput takes FqdnOutboundRuleArgs and its output.
type FqdnOutboundRuleInput interface {
	pulumi.Input

	ToFqdnOutboundRuleOutput() FqdnOutboundRuleOutput
	ToFqdnOutboundRuleOutputWithContext(context.Context) FqdnOutboundRuleOutput
}

// FqdnOutboundRulePtrInput takes FqdnOutboundRuleArgs, nil and their output.
type FqdnOutboundRulePtrInput interface {
	pulumi.Input

	ToFqdnOutboundRulePtrOutput() FqdnOutboundRulePtrOutput
	ToFqdnOutboundRulePtrOutputWithContext(context.Context) FqdnOutboundRulePtrOutput
}

func (FqdnOutboundRuleArgs) ElementType() reflect.Type { return reflect.TypeFor[FqdnOutboundRule]() }

func (i FqdnOutboundRuleArgs) ToFqdnOutboundRuleOutput() FqdnOutboundRuleOutput {
	return i.ToFqdnOutboundRuleOutputWithContext(context.Background())
}

func (i FqdnOutboundRuleArgs) ToFqdnOutboundRuleOutputWithContext(ctx context.Context) FqdnOutboundRuleOutput {
	return pulumi.ToOutputWithContext(ctx, i).(FqdnOutboundRuleOutput)
}

func (i FqdnOutboundRuleArgs) ToFqdnOutboundRulePtrOutput() FqdnOutboundRulePtrOutput {
	return i.ToFqdnOutboundRulePtrOutputWithContext(context.Background())
}

func (i FqdnOutboundRuleArgs) ToFqdnOutboundRulePtrOutputWithContext(ctx context.Context) FqdnOutboundRulePtrOutput {
	return i.ToFqdnOutboundRuleOutputWithContext(ctx).ToFqdnOutboundRulePtrOutputWithContext(ctx)
}

// FqdnOutboundRuleOutput is a FqdnOutboundRule that may not be known yet.
type FqdnOutboundRuleOutput struct{ *pulumi.OutputState }

func (FqdnOutboundRuleOutput) ElementType() reflect.Type { return reflect.TypeFor[FqdnOutboundRule]() }

func (o FqdnOutboundRuleOutput) ToFqdnOutboundRuleOutput() FqdnOutboundRuleOutput { return o }

func (o FqdnOutboundRuleOutput) ToFqdnOutboundRuleOutputWithContext(context.Context) FqdnOutboundRuleOutput {
	return o
}

func (o FqdnOutboundRuleOutput) ToFqdnOutboundRulePtrOutput() FqdnOutboundRulePtrOutput {
	return o.ToFqdnOutboundRulePtrOutputWithContext(context.Background())
}

func (o FqdnOutboundRuleOutput) ToFqdnOutboundRulePtrOutputWithContext(ctx context.Context) FqdnOutboundRulePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v FqdnOutboundRule) *FqdnOutboundRule { return &v }).(FqdnOutboundRulePtrOutput)
}

// FqdnOutboundRulePtrOutput is a FqdnOutboundRule or nil that may not be known yet.
type FqdnOutboundRulePtrOutput struct{ *pulumi.OutputState }

func (FqdnOutboundRulePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*FqdnOutboundRule]()
}

func (o FqdnOutboundRulePtrOutput) ToFqdnOutboundRulePtrOutput() FqdnOutboundRulePtrOutput { return o }

func (o FqdnOutboundRulePtrOutput) ToFqdnOutboundRulePtrOutputWithContext(context.Context) FqdnOutboundRulePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(FqdnOutboundRuleOutput{})
	pulumi.RegisterOutputType(FqdnOutboundRulePtrOutput{})
}
