package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// TargetUtilizationScaleSettings is ARM's TargetUtilizationScaleSettings.
type TargetUtilizationScaleSettings struct {
	MaxInstances    *int    `pulumi:"maxInstances"`
	MinInstances    *int    `pulumi:"minInstances"`
	PollingInterval *string `pulumi:"pollingInterval"`
	// Always TargetUtilization.
	ScaleType                   string `pulumi:"scaleType"`
	TargetUtilizationPercentage *int   `pulumi:"targetUtilizationPercentage"`
}

// TargetUtilizationScaleSettingsArgs are the inputs of TargetUtilizationScaleSettings.
type TargetUtilizationScaleSettingsArgs struct {
	MaxInstances    pulumi.IntPtrInput    `pulumi:"maxInstances"`
	MinInstances    pulumi.IntPtrInput    `pulumi:"minInstances"`
	PollingInterval pulumi.StringPtrInput `pulumi:"pollingInterval"`
	// Always TargetUtilization.
	ScaleType                   pulumi.StringInput `pulumi:"scaleType"`
	TargetUtilizationPercentage pulumi.IntPtrInput `pulumi:"targetUtilizationPercentage"`
}

// TargetUtilizationScaleSettingsInput takes TargetUtilizationScaleSettingsArgs and its output.
type TargetUtilizationScaleSettingsInput interface {
	pulumi.Input

	ToTargetUtilizationScaleSettingsOutput() TargetUtilizationScaleSettingsOutput
	ToTargetUtilizationScaleSettingsOutputWithContext(context.Context) TargetUtilizationScaleSettingsOutput
}

// TargetUtilizationScaleSettingsPtrInput takes TargetUtilizationScaleSettingsArgs, nil and their output.
type TargetUtilizationScaleSettingsPtrInput interface {
	pulumi.Input

	ToTargetUtilizationScaleSettingsPtrOutput() TargetUtilizationScaleSettingsPtrOutput
	ToTargetUtilizationScaleSettingsPtrOutputWithContext(context.Context) TargetUtilizationScaleSettingsPtrOutput
}

func (TargetUtilizationScaleSettingsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[TargetUtilizationScaleSettings]()
}

func (i TargetUtilizationScaleSettingsArgs) ToTargetUtilizationScaleSettingsOutput() TargetUtilizationScaleSettingsOutput {
	return i.ToTargetUtilizationScaleSettingsOutputWithContext(context.Background())
}

func (i TargetUtilizationScaleSettingsArgs) ToTargetUtilizationScaleSettingsOutputWithContext(ctx context.Context) TargetUtilizationScaleSettingsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(TargetUtilizationScaleSettingsOutput)
}

func (i TargetUtilizationScaleSettingsArgs) ToTargetUtilizationScaleSettingsPtrOutput() TargetUtilizationScaleSettingsPtrOutput {
	return i.ToTargetUtilizationScaleSettingsPtrOutputWithContext(context.Background())
}

func (i TargetUtilizationScaleSettingsArgs) ToTargetUtilizationScaleSettingsPtrOutputWithContext(ctx context.Context) TargetUtilizationScaleSettingsPtrOutput {
	return i.ToTargetUtilizationScaleSettingsOutputWithContext(ctx).ToTargetUtilizationScaleSettingsPtrOutputWithContext(ctx)
}

// TargetUtilizationScaleSettingsOutput is a TargetUtilizationScaleSettings that may not be known yet.
type TargetUtilizationScaleSettingsOutput struct{ *pulumi.OutputState }

func (TargetUtilizationScaleSettingsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[TargetUtilizationScaleSettings]()
}

func (o TargetUtilizationScaleSettingsOutput) ToTargetUtilizationScaleSettingsOutput() TargetUtilizationScaleSettingsOutput {
	return o
}

func (o TargetUtilizationScaleSettingsOutput) ToTargetUtilizationScaleSettingsOutputWithContext(context.Context) TargetUtilizationScaleSettingsOutput {
	return o
}

func (o TargetUtilizationScaleSettingsOutput) ToTargetUtilizationScaleSettingsPtrOutput() TargetUtilizationScaleSettingsPtrOutput {
	return o.ToTargetUtilizationScaleSettingsPtrOutputWithContext(context.Background())
}

func (o TargetUtilizationScaleSettingsOutput) ToTargetUtilizationScaleSettingsPtrOutputWithContext(ctx context.Context) TargetUtilizationScaleSettingsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v TargetUtilizationScaleSettings) *TargetUtilizationScaleSettings { return &v }).(TargetUtilizationScaleSettingsPtrOutput)
}

// TargetUtilizationScaleSettingsPtrOutput is a TargetUtilizationScaleSettings or nil that may not be known yet.
type TargetUtilizationScaleSettingsPtrOutput struct{ *pulumi.OutputState }

func (TargetUtilizationScaleSettingsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*TargetUtilizationScaleSettings]()
}

func (o TargetUtilizationScaleSettingsPtrOutput) ToTargetUtilizationScaleSettingsPtrOutput() TargetUtilizationScaleSettingsPtrOutput {
	return o
}

func (o TargetUtilizationScaleSettingsPtrOutput) ToTargetUtilizationScaleSettingsPtrOutputWithContext(context.Context) TargetUtilizationScaleSettingsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(TargetUtilizationScaleSettingsOutput{})
	pulumi.RegisterOutputType(TargetUtilizationScaleSettingsPtrOutput{})
}
