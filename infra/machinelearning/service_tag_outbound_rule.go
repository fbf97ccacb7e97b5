package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ServiceTagOutboundRule is ARM's ServiceTagOutboundRule.
type ServiceTagOutboundRule struct {
	Category    *string                `pulumi:"category"`
	Destination *ServiceTagDestination `pulumi:"destination"`
	Status      *string                `pulumi:"status"`
	// Always ServiceTag.
	Type string `pulumi:"type"`
}

// ServiceTagOutboundRuleArgs are the inputs of ServiceTagOutboundRule.
type ServiceTagOutboundRuleArgs struct {
	Category    pulumi.StringPtrInput         `pulumi:"category"`
	Destination ServiceTagDestinationPtrInput `pulumi:"destination"`
	Status      pulumi.StringPtrInput         `pulumi:"status"`
	// Always ServiceTag.
	Type pulumi.StringInput `pulumi:"type"`
}

// ServiceTagOutboundRuleInput takes ServiceTagOutboundRuleArgs and its output.
type ServiceTagOutboundRuleInput interface {
	pulumi.Input

	ToServiceTagOutboundRuleOutput() ServiceTagOutboundRuleOutput
	ToServiceTagOutboundRuleOutputWithContext(context.Context) ServiceTagOutboundRuleOutput
}

// ServiceTagOutboundRulePtrInput takes ServiceTagOutboundRuleArgs, nil and their output.
type ServiceTagOutboundRulePtrInput interface {
	pulumi.Input

	ToServiceTagOutboundRulePtrOutput() ServiceTagOutboundRulePtrOutput
	ToServiceTagOutboundRulePtrOutputWithContext(context.Context) ServiceTagOutboundRulePtrOutput
}

func (ServiceTagOutboundRuleArgs) ElementType() reflect.Type {
	return reflect.TypeFor[ServiceTagOutboundRule]()
}

func (i ServiceTagOutboundRuleArgs) ToServiceTagOutboundRuleOutput() ServiceTagOutboundRuleOutput {
	return i.ToServiceTagOutboundRuleOutputWithContext(context.Background())
}

func (i ServiceTagOutboundRuleArgs) ToServiceTagOutboundRuleOutputWithContext(ctx context.Context) ServiceTagOutboundRuleOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ServiceTagOutboundRuleOutput)
}

func (i ServiceTagOutboundRuleArgs) ToServiceTagOutboundRulePtrOutput() ServiceTagOutboundRulePtrOutput {
	return i.ToServiceTagOutboundRulePtrOutputWithContext(context.Background())
}

func (i ServiceTagOutboundRuleArgs) ToServiceTagOutboundRulePtrOutputWithContext(ctx context.Context) ServiceTagOutboundRulePtrOutput {
	return i.ToServiceTagOutboundRuleOutputWithContext(ctx).ToServiceTagOutboundRulePtrOutputWithContext(ctx)
}

// ServiceTagOutboundRuleOutput is a ServiceTagOutboundRule that may not be known yet.
type ServiceTagOutboundRuleOutput struct{ *pulumi.OutputState }

func (ServiceTagOutboundRuleOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ServiceTagOutboundRule]()
}

func (o ServiceTagOutboundRuleOutput) ToServiceTagOutboundRuleOutput() ServiceTagOutboundRuleOutput {
	return o
}

func (o ServiceTagOutboundRuleOutput) ToServiceTagOutboundRuleOutputWithContext(context.Context) ServiceTagOutboundRuleOutput {
	return o
}

func (o ServiceTagOutboundRuleOutput) ToServiceTagOutboundRulePtrOutput() ServiceTagOutboundRulePtrOutput {
	return o.ToServiceTagOutboundRulePtrOutputWithContext(context.Background())
}

func (o ServiceTagOutboundRuleOutput) ToServiceTagOutboundRulePtrOutputWithContext(ctx context.Context) ServiceTagOutboundRulePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ServiceTagOutboundRule) *ServiceTagOutboundRule { return &v }).(ServiceTagOutboundRulePtrOutput)
}

// ServiceTagOutboundRulePtrOutput is a ServiceTagOutboundRule or nil that may not be known yet.
type ServiceTagOutboundRulePtrOutput struct{ *pulumi.OutputState }

func (ServiceTagOutboundRulePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ServiceTagOutboundRule]()
}

func (o ServiceTagOutboundRulePtrOutput) ToServiceTagOutboundRulePtrOutput() ServiceTagOutboundRulePtrOutput {
	return o
}

func (o ServiceTagOutboundRulePtrOutput) ToServiceTagOutboundRulePtrOutputWithContext(context.Context) ServiceTagOutboundRulePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ServiceTagOutboundRuleOutput{})
	pulumi.RegisterOutputType(ServiceTagOutboundRulePtrOutput{})
}
