package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ServerlessComputeSettings is ARM's ServerlessComputeSettings.
type ServerlessComputeSettings struct {
	ServerlessComputeCustomSubnet *string `pulumi:"serverlessComputeCustomSubnet"`
	ServerlessComputeNoPublicIP   *bool   `pulumi:"serverlessComputeNoPublicIP"`
}

// ServerlessComputeSettingsArgs are the inputs of ServerlessComputeSettings.
type ServerlessComputeSettingsArgs struct {
	ServerlessComputeCustomSubnet pulumi.StringPtrInput `pulumi:"serverlessComputeCustomSubnet"`
	ServerlessComputeNoPublicIP   pulumi.BoolPtrInput   `pulumi:"serverlessComputeNoPublicIP"`
}

// ServerlessComputeSettingsInput takes ServerlessComputeSettingsArgs and its output.
type ServerlessComputeSettingsInput interface {
	pulumi.Input

	ToServerlessComputeSettingsOutput() ServerlessComputeSettingsOutput
	ToServerlessComputeSettingsOutputWithContext(context.Context) ServerlessComputeSettingsOutput
}

// ServerlessComputeSettingsPtrInput takes ServerlessComputeSettingsArgs, nil and their output.
type ServerlessComputeSettingsPtrInput interface {
	pulumi.Input

	ToServerlessComputeSettingsPtrOutput() ServerlessComputeSettingsPtrOutput
	ToServerlessComputeSettingsPtrOutputWithContext(context.Context) ServerlessComputeSettingsPtrOutput
}

func (ServerlessComputeSettingsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[ServerlessComputeSettings]()
}

func (i ServerlessComputeSettingsArgs) ToServerlessComputeSettingsOutput() ServerlessComputeSettingsOutput {
	return i.ToServerlessComputeSettingsOutputWithContext(context.Background())
}

func (i ServerlessComputeSettingsArgs) ToServerlessComputeSettingsOutputWithContext(ctx context.Context) ServerlessComputeSettingsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ServerlessComputeSettingsOutput)
}

func (i ServerlessComputeSettingsArgs) ToServerlessComputeSettingsPtrOutput() ServerlessComputeSettingsPtrOutput {
	return i.ToServerlessComputeSettingsPtrOutputWithContext(context.Background())
}

func (i ServerlessComputeSettingsArgs) ToServerlessComputeSettingsPtrOutputWithContext(ctx context.Context) ServerlessComputeSettingsPtrOutput {
	return i.ToServerlessComputeSettingsOutputWithContext(ctx).ToServerlessComputeSettingsPtrOutputWithContext(ctx)
}

// ServerlessComputeSettingsOutput is a ServerlessComputeSettings that may not be known yet.
type ServerlessComputeSettingsOutput struct{ *pulumi.OutputState }

func (ServerlessComputeSettingsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ServerlessComputeSettings]()
}

func (o ServerlessComputeSettingsOutput) ToServerlessComputeSettingsOutput() ServerlessComputeSettingsOutput {
	return o
}

func (o ServerlessComputeSettingsOutput) ToServerlessComputeSettingsOutputWithContext(context.Context) ServerlessComputeSettingsOutput {
	return o
}

func (o ServerlessComputeSettingsOutput) ToServerlessComputeSettingsPtrOutput() ServerlessComputeSettingsPtrOutput {
	return o.ToServerlessComputeSettingsPtrOutputWithContext(context.Background())
}

func (o ServerlessComputeSettingsOutput) ToServerlessComputeSettingsPtrOutputWithContext(ctx context.Context) ServerlessComputeSettingsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ServerlessComputeSettings) *ServerlessComputeSettings { return &v }).(ServerlessComputeSettingsPtrOutput)
}

// ServerlessComputeSettingsPtrOutput is a ServerlessComputeSettings or nil that may not be known yet.
type ServerlessComputeSettingsPtrOutput struct{ *pulumi.OutputState }

func (ServerlessComputeSettingsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ServerlessComputeSettings]()
}

func (o ServerlessComputeSettingsPtrOutput) ToServerlessComputeSettingsPtrOutput() ServerlessComputeSettingsPtrOutput {
	return o
}

func (o ServerlessComputeSettingsPtrOutput) ToServerlessComputeSettingsPtrOutputWithContext(context.Context) ServerlessComputeSettingsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ServerlessComputeSettingsOutput{})
	pulumi.RegisterOutputType(ServerlessComputeSettingsPtrOutput{})
}
