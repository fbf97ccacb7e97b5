package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ManagedOnlineDeployment is ARM's ManagedOnlineDeployment.
type ManagedOnlineDeployment struct {
	AppInsightsEnabled        *bool                  `pulumi:"appInsightsEnabled"`
	DataCollector             map[string]interface{} `pulumi:"dataCollector"`
	Description               *string                `pulumi:"description"`
	EgressPublicNetworkAccess *string                `pulumi:"egressPublicNetworkAccess"`
	// Always Managed.
	EndpointComputeType  string                 `pulumi:"endpointComputeType"`
	EnvironmentId        *string                `pulumi:"environmentId"`
	EnvironmentVariables map[string]string      `pulumi:"environmentVariables"`
	InstanceType         *string                `pulumi:"instanceType"`
	LivenessProbe        *ProbeSettings         `pulumi:"livenessProbe"`
	Model                *string                `pulumi:"model"`
	ModelMountPath       *string                `pulumi:"modelMountPath"`
	Properties           map[string]string      `pulumi:"properties"`
	ReadinessProbe       *ProbeSettings         `pulumi:"readinessProbe"`
	RequestSettings      *OnlineRequestSettings `pulumi:"requestSettings"`
	ScaleSettings        interface{}            `pulumi:"scaleSettings"`
}

// ManagedOnlineDeploymentArgs are the inputs of ManagedOnlineDeployment.
type ManagedOnlineDeploymentArgs struct {
	AppInsightsEnabled        pulumi.BoolPtrInput   `pulumi:"appInsightsEnabled"`
	DataCollector             pulumi.MapInput       `pulumi:"dataCollector"`
	Description               pulumi.StringPtrInput `pulumi:"description"`
	EgressPublicNetworkAccess pulumi.StringPtrInput `pulumi:"egressPublicNetworkAccess"`
	// Always Managed.
	EndpointComputeType  pulumi.StringInput            `pulumi:"endpointComputeType"`
	EnvironmentId        pulumi.StringPtrInput         `pulumi:"environmentId"`
	EnvironmentVariables pulumi.StringMapInput         `pulumi:"environmentVariables"`
	InstanceType         pulumi.StringPtrInput         `pulumi:"instanceType"`
	LivenessProbe        ProbeSettingsPtrInput         `pulumi:"livenessProbe"`
	Model                pulumi.StringPtrInput         `pulumi:"model"`
	ModelMountPath       pulumi.StringPtrInput         `pulumi:"modelMountPath"`
	Properties           pulumi.StringMapInput         `pulumi:"properties"`
	ReadinessProbe       ProbeSettingsPtrInput         `pulumi:"readinessProbe"`
	RequestSettings      OnlineRequestSettingsPtrInput `pulumi:"requestSettings"`
	ScaleSettings        pulumi.Input                  `pulumi:"scaleSettings"`
}

// ManagedOnlineDeploymentInput takes ManagedOnlineDeploymentArgs and its output.
type ManagedOnlineDeploymentInput interface {
	pulumi.Input

	ToManagedOnlineDeploymentOutput() ManagedOnlineDeploymentOutput
	ToManagedOnlineDeploymentOutputWithContext(context.Context) ManagedOnlineDeploymentOutput
}

// ManagedOnlineDeploymentPtrInput takes ManagedOnlineDeploymentArgs, nil and their output.
type ManagedOnlineDeploymentPtrInput interface {
	pulumi.Input

	ToManagedOnlineDeploymentPtrOutput() ManagedOnlineDeploymentPtrOutput
	ToManagedOnlineDeploymentPtrOutputWithContext(context.Context) ManagedOnlineDeploymentPtrOutput
}

func (ManagedOnlineDeploymentArgs) ElementType() reflect.Type {
	return reflect.TypeFor[ManagedOnlineDeployment]()
}

func (i ManagedOnlineDeploymentArgs) ToManagedOnlineDeploymentOutput() ManagedOnlineDeploymentOutput {
	return i.ToManagedOnlineDeploymentOutputWithContext(context.Background())
}

func (i ManagedOnlineDeploymentArgs) ToManagedOnlineDeploymentOutputWithContext(ctx context.Context) ManagedOnlineDeploymentOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ManagedOnlineDeploymentOutput)
}

func (i ManagedOnlineDeploymentArgs) ToManagedOnlineDeploymentPtrOutput() ManagedOnlineDeploymentPtrOutput {
	return i.ToManagedOnlineDeploymentPtrOutputWithContext(context.Background())
}

func (i ManagedOnlineDeploymentArgs) ToManagedOnlineDeploymentPtrOutputWithContext(ctx context.Context) ManagedOnlineDeploymentPtrOutput {
	return i.ToManagedOnlineDeploymentOutputWithContext(ctx).ToManagedOnlineDeploymentPtrOutputWithContext(ctx)
}

// ManagedOnlineDeploymentOutput is a ManagedOnlineDeployment that may not be known yet.
type ManagedOnlineDeploymentOutput struct{ *pulumi.OutputState }

func (ManagedOnlineDeploymentOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ManagedOnlineDeployment]()
}

func (o ManagedOnlineDeploymentOutput) ToManagedOnlineDeploymentOutput() ManagedOnlineDeploymentOutput {
	return o
}

func (o ManagedOnlineDeploymentOutput) ToManagedOnlineDeploymentOutputWithContext(context.Context) ManagedOnlineDeploymentOutput {
	return o
}

func (o ManagedOnlineDeploymentOutput) ToManagedOnlineDeploymentPtrOutput() ManagedOnlineDeploymentPtrOutput {
	return o.ToManagedOnlineDeploymentPtrOutputWithContext(context.Background())
}

func (o ManagedOnlineDeploymentOutput) ToManagedOnlineDeploymentPtrOutputWithContext(ctx context.Context) ManagedOnlineDeploymentPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ManagedOnlineDeployment) *ManagedOnlineDeployment { return &v }).(ManagedOnlineDeploymentPtrOutput)
}

// ManagedOnlineDeploymentPtrOutput is a ManagedOnlineDeployment or nil that may not be known yet.
type ManagedOnlineDeploymentPtrOutput struct{ *pulumi.OutputState }

func (ManagedOnlineDeploymentPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ManagedOnlineDeployment]()
}

func (o ManagedOnlineDeploymentPtrOutput) ToManagedOnlineDeploymentPtrOutput() ManagedOnlineDeploymentPtrOutput {
	return o
}

func (o ManagedOnlineDeploymentPtrOutput) ToManagedOnlineDeploymentPtrOutputWithContext(context.Context) ManagedOnlineDeploymentPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ManagedOnlineDeploymentOutput{})
	pulumi.RegisterOutputType(ManagedOnlineDeploymentPtrOutput{})
}
