package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ManagedNetworkSettings is ARM's ManagedNetworkSettings.
type ManagedNetworkSettings struct {
	IsolationMode *string                `pulumi:"isolationMode"`
	OutboundRules map[string]interface{} `pulumi:"outboundRules"`
}

// ManagedNetworkSettingsArgs are the inputs of ManagedNetworkSettings.
type ManagedNetworkSettingsArgs struct {
	IsolationMode pulumi.StringPtrInput `pulumi:"isolationMode"`
	OutboundRules pulumi.MapInput       `pulumi:"outboundRules"`
}

// ManagedNetworkSettingsInput takes ManagedNetworkSettingsArgs and its output.
type ManagedNetworkSettingsInput interface {
	pulumi.Input

	ToManagedNetworkSettingsOutput() ManagedNetworkSettingsOutput
	ToManagedNetworkSettingsOutputWithContext(context.Context) ManagedNetworkSettingsOutput
}

// ManagedNetworkSettingsPtrInput takes ManagedNetworkSettingsArgs, nil and their output.
type ManagedNetworkSettingsPtrInput interface {
	pulumi.Input

	ToManagedNetworkSettingsPtrOutput() ManagedNetworkSettingsPtrOutput
	ToManagedNetworkSettingsPtrOutputWithContext(context.Context) ManagedNetworkSettingsPtrOutput
}

func (ManagedNetworkSettingsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[ManagedNetworkSettings]()
}

func (i ManagedNetworkSettingsArgs) ToManagedNetworkSettingsOutput() ManagedNetworkSettingsOutput {
	return i.ToManagedNetworkSettingsOutputWithContext(context.Background())
}

func (i ManagedNetworkSettingsArgs) ToManagedNetworkSettingsOutputWithContext(ctx context.Context) ManagedNetworkSettingsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ManagedNetworkSettingsOutput)
}

func (i ManagedNetworkSettingsArgs) ToManagedNetworkSettingsPtrOutput() ManagedNetworkSettingsPtrOutput {
	return i.ToManagedNetworkSettingsPtrOutputWithContext(context.Background())
}

func (i ManagedNetworkSettingsArgs) ToManagedNetworkSettingsPtrOutputWithContext(ctx context.Context) ManagedNetworkSettingsPtrOutput {
	return i.ToManagedNetworkSettingsOutputWithContext(ctx).ToManagedNetworkSettingsPtrOutputWithContext(ctx)
}

// ManagedNetworkSettingsOutput is a ManagedNetworkSettings that may not be known yet.
type ManagedNetworkSettingsOutput struct{ *pulumi.OutputState }

func (ManagedNetworkSettingsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ManagedNetworkSettings]()
}

func (o ManagedNetworkSettingsOutput) ToManagedNetworkSettingsOutput() ManagedNetworkSettingsOutput {
	return o
}

func (o ManagedNetworkSettingsOutput) ToManagedNetworkSettingsOutputWithContext(context.Context) ManagedNetworkSettingsOutput {
	return o
}

func (o ManagedNetworkSettingsOutput) ToManagedNetworkSettingsPtrOutput() ManagedNetworkSettingsPtrOutput {
	return o.ToManagedNetworkSettingsPtrOutputWithContext(context.Background())
}

func (o ManagedNetworkSettingsOutput) ToManagedNetworkSettingsPtrOutputWithContext(ctx context.Context) ManagedNetworkSettingsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ManagedNetworkSettings) *ManagedNetworkSettings { return &v }).(ManagedNetworkSettingsPtrOutput)
}

// ManagedNetworkSettingsPtrOutput is a ManagedNetworkSettings or nil that may not be known yet.
type ManagedNetworkSettingsPtrOutput struct{ *pulumi.OutputState }

func (ManagedNetworkSettingsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ManagedNetworkSettings]()
}

func (o ManagedNetworkSettingsPtrOutput) ToManagedNetworkSettingsPtrOutput() ManagedNetworkSettingsPtrOutput {
	return o
}

func (o ManagedNetworkSettingsPtrOutput) ToManagedNetworkSettingsPtrOutputWithContext(context.Context) ManagedNetworkSettingsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ManagedNetworkSettingsOutput{})
	pulumi.RegisterOutputType(ManagedNetworkSettingsPtrOutput{})
}
