package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ProbeSettings is ARM's ProbeSettings.
type ProbeSettings struct {
	FailureThreshold *int    `pulumi:"failureThreshold"`
	InitialDelay     *string `pulumi:"initialDelay"`
	Period           *string `pulumi:"period"`
	SuccessThreshold *int    `pulumi:"successThreshold"`
	Timeout          *string `pulumi:"timeout"`
}

// ProbeSettingsArgs are the inputs of ProbeSettings.
type ProbeSettingsArgs struct {
	FailureThreshold pulumi.IntPtrInput    `pulumi:"failureThreshold"`
	InitialDelay     pulumi.StringPtrInput `pulumi:"initialDelay"`
	Period           pulumi.StringPtrInput `pulumi:"period"`
	SuccessThreshold pulumi.IntPtrInput    `pulumi:"successThreshold"`
	Timeout          pulumi.StringPtrInput `pulumi:"timeout"`
}

// ProbeSettingsInput takes ProbeSettingsArgs and its output.
type ProbeSettingsInput interface {
	pulumi.Input

	ToProbeSettingsOutput() ProbeSettingsOutput
	ToProbeSettingsOutputWithContext(context.Context) ProbeSettingsOutput
}

// ProbeSettingsPtrInput takes ProbeSettingsArgs, nil and their output.
type ProbeSettingsPtrInput interface {
	pulumi.Input

	ToProbeSettingsPtrOutput() ProbeSettingsPtrOutput
	ToProbeSettingsPtrOutputWithContext(context.Context) ProbeSettingsPtrOutput
}

func (ProbeSettingsArgs) ElementType() reflect.Type { return reflect.TypeFor[ProbeSettings]() }

func (i ProbeSettingsArgs) ToProbeSettingsOutput() ProbeSettingsOutput {
	return i.ToProbeSettingsOutputWithContext(context.Background())
}

func (i ProbeSettingsArgs) ToProbeSettingsOutputWithContext(ctx context.Context) ProbeSettingsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ProbeSettingsOutput)
}

func (i ProbeSettingsArgs) ToProbeSettingsPtrOutput() ProbeSettingsPtrOutput {
	return i.ToProbeSettingsPtrOutputWithContext(context.Background())
}

func (i ProbeSettingsArgs) ToProbeSettingsPtrOutputWithContext(ctx context.Context) ProbeSettingsPtrOutput {
	return i.ToProbeSettingsOutputWithContext(ctx).ToProbeSettingsPtrOutputWithContext(ctx)
}

// ProbeSettingsOutput is a ProbeSettings that may not be known yet.
type ProbeSettingsOutput struct{ *pulumi.OutputState }

func (ProbeSettingsOutput) ElementType() reflect.Type { return reflect.TypeFor[ProbeSettings]() }

func (o ProbeSettingsOutput) ToProbeSettingsOutput() ProbeSettingsOutput { return o }

func (o ProbeSettingsOutput) ToProbeSettingsOutputWithContext(context.Context) ProbeSettingsOutput {
	return o
}

func (o ProbeSettingsOutput) ToProbeSettingsPtrOutput() ProbeSettingsPtrOutput {
	return o.ToProbeSettingsPtrOutputWithContext(context.Background())
}

func (o ProbeSettingsOutput) ToProbeSettingsPtrOutputWithContext(ctx context.Context) ProbeSettingsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ProbeSettings) *ProbeSettings { return &v }).(ProbeSettingsPtrOutput)
}

// ProbeSettingsPtrOutput is a ProbeSettings or nil that may not be known yet.
type ProbeSettingsPtrOutput struct{ *pulumi.OutputState }

func (ProbeSettingsPtrOutput) ElementType() reflect.Type { return reflect.TypeFor[*ProbeSettings]() }

func (o ProbeSettingsPtrOutput) ToProbeSettingsPtrOutput() ProbeSettingsPtrOutput { return o }

func (o ProbeSettingsPtrOutput) ToProbeSettingsPtrOutputWithContext(context.Context) ProbeSettingsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ProbeSettingsOutput{})
	pulumi.RegisterOutputType(ProbeSettingsPtrOutput{})
}
