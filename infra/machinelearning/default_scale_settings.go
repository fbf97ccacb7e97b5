package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// DefaultScaleSettings is ARM's DefaultScaleSettings.
type DefaultScaleSettings struct {
	// Always Default.
	ScaleType string `pulumi:"scaleType"`
}

// DefaultScaleSettingsArgs are the inputs of DefaultScaleSettings.
type DefaultScaleSettingsArgs struct {
	// Always Default.
	ScaleType pulumi.StringInput `pulumi:"scaleType"`
}

// DefaultScaleSettingsInput takes DefaultScaleSettingsArgs and its output.
type DefaultScaleSettingsInput interface {
	pulumi.Input

	ToDefaultScaleSettingsOutput() DefaultScaleSettingsOutput
	ToDefaultScaleSettingsOutputWithContext(context.Context) DefaultScaleSettingsOutput
}

// DefaultScaleSettingsPtrInput takes DefaultScaleSettingsArgs, nil and their output.
type DefaultScaleSettingsPtrInput interface {
	pulumi.Input

	ToDefaultScaleSettingsPtrOutput() DefaultScaleSettingsPtrOutput
	ToDefaultScaleSettingsPtrOutputWithContext(context.Context) DefaultScaleSettingsPtrOutput
}

func (DefaultScaleSettingsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[DefaultScaleSettings]()
}

func (i DefaultScaleSettingsArgs) ToDefaultScaleSettingsOutput() DefaultScaleSettingsOutput {
	return i.ToDefaultScaleSettingsOutputWithContext(context.Background())
}

func (i DefaultScaleSettingsArgs) ToDefaultScaleSettingsOutputWithContext(ctx context.Context) DefaultScaleSettingsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(DefaultScaleSettingsOutput)
}

func (i DefaultScaleSettingsArgs) ToDefaultScaleSettingsPtrOutput() DefaultScaleSettingsPtrOutput {
	return i.ToDefaultScaleSettingsPtrOutputWithContext(context.Background())
}

func (i DefaultScaleSettingsArgs) ToDefaultScaleSettingsPtrOutputWithContext(ctx context.Context) DefaultScaleSettingsPtrOutput {
	return i.ToDefaultScaleSettingsOutputWithContext(ctx).ToDefaultScaleSettingsPtrOutputWithContext(ctx)
}

// DefaultScaleSettingsOutput is a DefaultScaleSettings that may not be known yet.
type DefaultScaleSettingsOutput struct{ *pulumi.OutputState }

func (DefaultScaleSettingsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[DefaultScaleSettings]()
}

func (o DefaultScaleSettingsOutput) ToDefaultScaleSettingsOutput() DefaultScaleSettingsOutput {
	return o
}

func (o DefaultScaleSettingsOutput) ToDefaultScaleSettingsOutputWithContext(context.Context) DefaultScaleSettingsOutput {
	return o
}

func (o DefaultScaleSettingsOutput) ToDefaultScaleSettingsPtrOutput() DefaultScaleSettingsPtrOutput {
	return o.ToDefaultScaleSettingsPtrOutputWithContext(context.Background())
}

func (o DefaultScaleSettingsOutput) ToDefaultScaleSettingsPtrOutputWithContext(ctx context.Context) DefaultScaleSettingsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v DefaultScaleSettings) *DefaultScaleSettings { return &v }).(DefaultScaleSettingsPtrOutput)
}

// DefaultScaleSettingsPtrOutput is a DefaultScaleSettings or nil that may not be known yet.
type DefaultScaleSettingsPtrOutput struct{ *pulumi.OutputState }

func (DefaultScaleSettingsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*DefaultScaleSettings]()
}

func (o DefaultScaleSettingsPtrOutput) ToDefaultScaleSettingsPtrOutput() DefaultScaleSettingsPtrOutput {
	return o
}

func (o DefaultScaleSettingsPtrOutput) ToDefaultScaleSettingsPtrOutputWithContext(context.Context) DefaultScaleSettingsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(DefaultScaleSettingsOutput{})
	pulumi.RegisterOutputType(DefaultScaleSettingsPtrOutput{})
}
