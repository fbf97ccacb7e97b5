package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// FeatureStoreSettings is ARM's FeatureStoreSettings.
type FeatureStoreSettings struct {
	ComputeRuntime             *ComputeRuntimeDto `pulumi:"computeRuntime"`
	OfflineStoreConnectionName *string            `pulumi:"offlineStoreConnectionName"`
	OnlineStoreConnectionName  *string            `pulumi:"onlineStoreConnectionName"`
}

// FeatureStoreSettingsArgs are the inputs of FeatureStoreSettings.
type FeatureStoreSettingsArgs struct {
	ComputeRuntime             ComputeRuntimeDtoPtrInput `pulumi:"computeRuntime"`
	OfflineStoreConnectionName pulumi.StringPtrInput     `pulumi:"offlineStoreConnectionName"`
	OnlineStoreConnectionName  pulumi.StringPtrInput     `pulumi:"onlineStoreConnectionName"`
}

// FeatureStoreSettingsInput takes FeatureStoreSettingsArgs and its output.
type FeatureStoreSettingsInput interface {
	pulumi.Input

	ToFeatureStoreSettingsOutput() FeatureStoreSettingsOutput
	ToFeatureStoreSettingsOutputWithContext(context.Context) FeatureStoreSettingsOutput
}

// FeatureStoreSettingsPtrInput takes FeatureStoreSettingsArgs, nil and their output.
type FeatureStoreSettingsPtrInput interface {
	pulumi.Input

	ToFeatureStoreSettingsPtrOutput() FeatureStoreSettingsPtrOutput
	ToFeatureStoreSettingsPtrOutputWithContext(context.Context) FeatureStoreSettingsPtrOutput
}

func (FeatureStoreSettingsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[FeatureStoreSettings]()
}

func (i FeatureStoreSettingsArgs) ToFeatureStoreSettingsOutput() FeatureStoreSettingsOutput {
	return i.ToFeatureStoreSettingsOutputWithContext(context.Background())
}

func (i FeatureStoreSettingsArgs) ToFeatureStoreSettingsOutputWithContext(ctx context.Context) FeatureStoreSettingsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(FeatureStoreSettingsOutput)
}

func (i FeatureStoreSettingsArgs) ToFeatureStoreSettingsPtrOutput() FeatureStoreSettingsPtrOutput {
	return i.ToFeatureStoreSettingsPtrOutputWithContext(context.Background())
}

func (i FeatureStoreSettingsArgs) ToFeatureStoreSettingsPtrOutputWithContext(ctx context.Context) FeatureStoreSettingsPtrOutput {
	return i.ToFeatureStoreSettingsOutputWithContext(ctx).ToFeatureStoreSettingsPtrOutputWithContext(ctx)
}

// FeatureStoreSettingsOutput is a FeatureStoreSettings that may not be known yet.
type FeatureStoreSettingsOutput struct{ *pulumi.OutputState }

func (FeatureStoreSettingsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[FeatureStoreSettings]()
}

func (o FeatureStoreSettingsOutput) ToFeatureStoreSettingsOutput() FeatureStoreSettingsOutput {
	return o
}

func (o FeatureStoreSettingsOutput) ToFeatureStoreSettingsOutputWithContext(context.Context) FeatureStoreSettingsOutput {
	return o
}

func (o FeatureStoreSettingsOutput) ToFeatureStoreSettingsPtrOutput() FeatureStoreSettingsPtrOutput {
	return o.ToFeatureStoreSettingsPtrOutputWithContext(context.Background())
}

func (o FeatureStoreSettingsOutput) ToFeatureStoreSettingsPtrOutputWithContext(ctx context.Context) FeatureStoreSettingsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v FeatureStoreSettings) *FeatureStoreSettings { return &v }).(FeatureStoreSettingsPtrOutput)
}

// FeatureStoreSettingsPtrOutput is a FeatureStoreSettings or nil that may not be known yet.
type FeatureStoreSettingsPtrOutput struct{ *pulumi.OutputState }

func (FeatureStoreSettingsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*FeatureStoreSettings]()
}

func (o FeatureStoreSettingsPtrOutput) ToFeatureStoreSettingsPtrOutput() FeatureStoreSettingsPtrOutput {
	return o
}

func (o FeatureStoreSettingsPtrOutput) ToFeatureStoreSettingsPtrOutputWithContext(context.Context) FeatureStoreSettingsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(FeatureStoreSettingsOutput{})
	pulumi.RegisterOutputType(FeatureStoreSettingsPtrOutput{})
}
