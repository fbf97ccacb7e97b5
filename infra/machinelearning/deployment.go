package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// CodeConfiguration is ARM's CodeConfiguration.
type CodeConfiguration struct {
	CodeId        *string `pulumi:"codeId"`
	ScoringScript string  `pulumi:"scoringScript"`
}

// CodeConfigurationArgs are the inputs of CodeConfiguration.
type CodeConfigurationArgs struct {
	CodeId        pulumi.StringPtrInput `pulumi:"codeId"`
	ScoringScript pulumi.StringInput    `pulumi:"scoringScript"`
}

// CodeConfigurationInput takes CodeConfigurationArgs and its output.
type CodeConfigurationInput interface {
	pulumi.Input

	ToCodeConfigurationOutput() CodeConfigurationOutput
	ToCodeConfigurationOutputWithContext(context.Context) CodeConfigurationOutput
}

// CodeConfigurationPtrInput takes CodeConfigurationArgs, nil and their output.
type CodeConfigurationPtrInput interface {
	pulumi.Input

	ToCodeConfigurationPtrOutput() CodeConfigurationPtrOutput
	ToCodeConfigurationPtrOutputWithContext(context.Context) CodeConfigurationPtrOutput
}

func (CodeConfigurationArgs) ElementType() reflect.Type { return reflect.TypeFor[CodeConfiguration]() }

func (i CodeConfigurationArgs) ToCodeConfigurationOutput() CodeConfigurationOutput {
	return i.ToCodeConfigurationOutputWithContext(context.Background())
}

func (i CodeConfigurationArgs) ToCodeConfigurationOutputWithContext(ctx context.Context) CodeConfigurationOutput {
	return pulumi.ToOutputWithContext(ctx, i).(CodeConfigurationOutput)
}

func (i CodeConfigurationArgs) ToCodeConfigurationPtrOutput() CodeConfigurationPtrOutput {
	return i.ToCodeConfigurationPtrOutputWithContext(context.Background())
}

func (i CodeConfigurationArgs) ToCodeConfigurationPtrOutputWithContext(ctx context.Context) CodeConfigurationPtrOutput {
	return i.ToCodeConfigurationOutputWithContext(ctx).ToCodeConfigurationPtrOutputWithContext(ctx)
}

// CodeConfigurationOutput is a CodeConfiguration that may not be known yet.
type CodeConfigurationOutput struct{ *pulumi.OutputState }

func (CodeConfigurationOutput) ElementType() reflect.Type {
	return reflect.TypeFor[CodeConfiguration]()
}

func (o CodeConfigurationOutput) ToCodeConfigurationOutput() CodeConfigurationOutput { return o }

func (o CodeConfigurationOutput) ToCodeConfigurationOutputWithContext(context.Context) CodeConfigurationOutput {
	return o
}

func (o CodeConfigurationOutput) ToCodeConfigurationPtrOutput() CodeConfigurationPtrOutput {
	return o.ToCodeConfigurationPtrOutputWithContext(context.Background())
}

func (o CodeConfigurationOutput) ToCodeConfigurationPtrOutputWithContext(ctx context.Context) CodeConfigurationPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v CodeConfiguration) *CodeConfiguration { return &v }).(CodeConfigurationPtrOutput)
}

// CodeConfigurationPtrOutput is a CodeConfiguration or nil that may not be known yet.
type CodeConfigurationPtrOutput struct{ *pulumi.OutputState }

func (CodeConfigurationPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*CodeConfiguration]()
}

func (o CodeConfigurationPtrOutput) ToCodeConfigurationPtrOutput() CodeConfigurationPtrOutput {
	return o
}

func (o CodeConfigurationPtrOutput) ToCodeConfigurationPtrOutputWithContext(context.Context) CodeConfigurationPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(CodeConfigurationOutput{})
	pulumi.RegisterOutputType(CodeConfigurationPtrOutput{})
}

// Collection is ARM's Collection.
type Collection struct {
	ClientId           *string  `pulumi:"clientId"`
	DataCollectionMode *string  `pulumi:"dataCollectionMode"`
	DataId             *string  `pulumi:"dataId"`
	SamplingRate       *float64 `pulumi:"samplingRate"`
}

// CollectionArgs are the inputs of Collection.
type CollectionArgs struct {
	ClientId           pulumi.StringPtrInput  `pulumi:"clientId"`
	DataCollectionMode pulumi.StringPtrInput  `pulumi:"dataCollectionMode"`
	DataId             pulumi.StringPtrInput  `pulumi:"dataId"`
	SamplingRate       pulumi.Float64PtrInput `pulumi:"samplingRate"`
}

// CollectionInput takes CollectionArgs and its output.
type CollectionInput interface {
	pulumi.Input

	ToCollectionOutput() CollectionOutput
	ToCollectionOutputWithContext(context.Context) CollectionOutput
}

// CollectionPtrInput takes CollectionArgs, nil and their output.
type CollectionPtrInput interface {
	pulumi.Input

	ToCollectionPtrOutput() CollectionPtrOutput
	ToCollectionPtrOutputWithContext(context.Context) CollectionPtrOutput
}

func (CollectionArgs) ElementType() reflect.Type { return reflect.TypeFor[Collection]() }

func (i CollectionArgs) ToCollectionOutput() CollectionOutput {
	return i.ToCollectionOutputWithContext(context.Background())
}

func (i CollectionArgs) ToCollectionOutputWithContext(ctx context.Context) CollectionOutput {
	return pulumi.ToOutputWithContext(ctx, i).(CollectionOutput)
}

func (i CollectionArgs) ToCollectionPtrOutput() CollectionPtrOutput {
	return i.ToCollectionPtrOutputWithContext(context.Background())
}

func (i CollectionArgs) ToCollectionPtrOutputWithContext(ctx context.Context) CollectionPtrOutput {
	return i.ToCollectionOutputWithContext(ctx).ToCollectionPtrOutputWithContext(ctx)
}

// CollectionOutput is a Collection that may not be known yet.
type CollectionOutput struct{ *pulumi.OutputState }

func (CollectionOutput) ElementType() reflect.Type { return reflect.TypeFor[Collection]() }

func (o CollectionOutput) ToCollectionOutput() CollectionOutput { return o }

func (o CollectionOutput) ToCollectionOutputWithContext(context.Context) CollectionOutput { return o }

func (o CollectionOutput) ToCollectionPtrOutput() CollectionPtrOutput {
	return o.ToCollectionPtrOutputWithContext(context.Background())
}

func (o CollectionOutput) ToCollectionPtrOutputWithContext(ctx context.Context) CollectionPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v Collection) *Collection { return &v }).(CollectionPtrOutput)
}

// CollectionPtrOutput is a Collection or nil that may not be known yet.
type CollectionPtrOutput struct{ *pulumi.OutputState }

func (CollectionPtrOutput) ElementType() reflect.Type { return reflect.TypeFor[*Collection]() }

func (o CollectionPtrOutput) ToCollectionPtrOutput() CollectionPtrOutput { return o }

func (o CollectionPtrOutput) ToCollectionPtrOutputWithContext(context.Context) CollectionPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(CollectionOutput{})
	pulumi.RegisterOutputType(CollectionPtrOutput{})
}

// DataCollector is ARM's DataCollector.
type DataCollector struct {
	Collections    map[string]interface{} `pulumi:"collections"`
	RequestLogging *RequestLogging        `pulumi:"requestLogging"`
	RollingRate    *string                `pulumi:"rollingRate"`
}

// DataCollectorArgs are the inputs of DataCollector.
type DataCollectorArgs struct {
	Collections    pulumi.MapInput        `pulumi:"collections"`
	RequestLogging RequestLoggingPtrInput `pulumi:"requestLogging"`
	RollingRate    pulumi.StringPtrInput  `pulumi:"rollingRate"`
}

// DataCollectorInput takes DataCollectorArgs and its output.
type DataCollectorInput interface {
	pulumi.Input

	ToDataCollectorOutput() DataCollectorOutput
	ToDataCollectorOutputWithContext(context.Context) DataCollectorOutput
}

// DataCollectorPtrInput takes DataCollectorArgs, nil and their output.
type DataCollectorPtrInput interface {
	pulumi.Input

	ToDataCollectorPtrOutput() DataCollectorPtrOutput
	ToDataCollectorPtrOutputWithContext(context.Context) DataCollectorPtrOutput
}

func (DataCollectorArgs) ElementType() reflect.Type { return reflect.TypeFor[DataCollector]() }

func (i DataCollectorArgs) ToDataCollectorOutput() DataCollectorOutput {
	return i.ToDataCollectorOutputWithContext(context.Background())
}

func (i DataCollectorArgs) ToDataCollectorOutputWithContext(ctx context.Context) DataCollectorOutput {
	return pulumi.ToOutputWithContext(ctx, i).(DataCollectorOutput)
}

func (i DataCollectorArgs) ToDataCollectorPtrOutput() DataCollectorPtrOutput {
	return i.ToDataCollectorPtrOutputWithContext(context.Background())
}

func (i DataCollectorArgs) ToDataCollectorPtrOutputWithContext(ctx context.Context) DataCollectorPtrOutput {
	return i.ToDataCollectorOutputWithContext(ctx).ToDataCollectorPtrOutputWithContext(ctx)
}

// DataCollectorOutput is a DataCollector that may not be known yet.
type DataCollectorOutput struct{ *pulumi.OutputState }

func (DataCollectorOutput) ElementType() reflect.Type { return reflect.TypeFor[DataCollector]() }

func (o DataCollectorOutput) ToDataCollectorOutput() DataCollectorOutput { return o }

func (o DataCollectorOutput) ToDataCollectorOutputWithContext(context.Context) DataCollectorOutput {
	return o
}

func (o DataCollectorOutput) ToDataCollectorPtrOutput() DataCollectorPtrOutput {
	return o.ToDataCollectorPtrOutputWithContext(context.Background())
}

func (o DataCollectorOutput) ToDataCollectorPtrOutputWithContext(ctx context.Context) DataCollectorPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v DataCollector) *DataCollector { return &v }).(DataCollectorPtrOutput)
}

// DataCollectorPtrOutput is a DataCollector or nil that may not be known yet.
type DataCollectorPtrOutput struct{ *pulumi.OutputState }

func (DataCollectorPtrOutput) ElementType() reflect.Type { return reflect.TypeFor[*DataCollector]() }

func (o DataCollectorPtrOutput) ToDataCollectorPtrOutput() DataCollectorPtrOutput { return o }

func (o DataCollectorPtrOutput) ToDataCollectorPtrOutputWithContext(context.Context) DataCollectorPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(DataCollectorOutput{})
	pulumi.RegisterOutputType(DataCollectorPtrOutput{})
}

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

// ManagedOnlineDeployment is ARM's ManagedOnlineDeployment.
type ManagedOnlineDeployment struct {
	AppInsightsEnabled        *bool              `pulumi:"appInsightsEnabled"`
	CodeConfiguration         *CodeConfiguration `pulumi:"codeConfiguration"`
	DataCollector             *DataCollector     `pulumi:"dataCollector"`
	Description               *string            `pulumi:"description"`
	EgressPublicNetworkAccess *string            `pulumi:"egressPublicNetworkAccess"`
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
	AppInsightsEnabled        pulumi.BoolPtrInput       `pulumi:"appInsightsEnabled"`
	CodeConfiguration         CodeConfigurationPtrInput `pulumi:"codeConfiguration"`
	DataCollector             DataCollectorPtrInput     `pulumi:"dataCollector"`
	Description               pulumi.StringPtrInput     `pulumi:"description"`
	EgressPublicNetworkAccess pulumi.StringPtrInput     `pulumi:"egressPublicNetworkAccess"`
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

// OnlineRequestSettings is ARM's OnlineRequestSettings.
type OnlineRequestSettings struct {
	MaxConcurrentRequestsPerInstance *int    `pulumi:"maxConcurrentRequestsPerInstance"`
	MaxQueueWait                     *string `pulumi:"maxQueueWait"`
	RequestTimeout                   *string `pulumi:"requestTimeout"`
}

// OnlineRequestSettingsArgs are the inputs of OnlineRequestSettings.
type OnlineRequestSettingsArgs struct {
	MaxConcurrentRequestsPerInstance pulumi.IntPtrInput    `pulumi:"maxConcurrentRequestsPerInstance"`
	MaxQueueWait                     pulumi.StringPtrInput `pulumi:"maxQueueWait"`
	RequestTimeout                   pulumi.StringPtrInput `pulumi:"requestTimeout"`
}

// OnlineRequestSettingsInput takes OnlineRequestSettingsArgs and its output.
type OnlineRequestSettingsInput interface {
	pulumi.Input

	ToOnlineRequestSettingsOutput() OnlineRequestSettingsOutput
	ToOnlineRequestSettingsOutputWithContext(context.Context) OnlineRequestSettingsOutput
}

// OnlineRequestSettingsPtrInput takes OnlineRequestSettingsArgs, nil and their output.
type OnlineRequestSettingsPtrInput interface {
	pulumi.Input

	ToOnlineRequestSettingsPtrOutput() OnlineRequestSettingsPtrOutput
	ToOnlineRequestSettingsPtrOutputWithContext(context.Context) OnlineRequestSettingsPtrOutput
}

func (OnlineRequestSettingsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[OnlineRequestSettings]()
}

func (i OnlineRequestSettingsArgs) ToOnlineRequestSettingsOutput() OnlineRequestSettingsOutput {
	return i.ToOnlineRequestSettingsOutputWithContext(context.Background())
}

func (i OnlineRequestSettingsArgs) ToOnlineRequestSettingsOutputWithContext(ctx context.Context) OnlineRequestSettingsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(OnlineRequestSettingsOutput)
}

func (i OnlineRequestSettingsArgs) ToOnlineRequestSettingsPtrOutput() OnlineRequestSettingsPtrOutput {
	return i.ToOnlineRequestSettingsPtrOutputWithContext(context.Background())
}

func (i OnlineRequestSettingsArgs) ToOnlineRequestSettingsPtrOutputWithContext(ctx context.Context) OnlineRequestSettingsPtrOutput {
	return i.ToOnlineRequestSettingsOutputWithContext(ctx).ToOnlineRequestSettingsPtrOutputWithContext(ctx)
}

// OnlineRequestSettingsOutput is a OnlineRequestSettings that may not be known yet.
type OnlineRequestSettingsOutput struct{ *pulumi.OutputState }

func (OnlineRequestSettingsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[OnlineRequestSettings]()
}

func (o OnlineRequestSettingsOutput) ToOnlineRequestSettingsOutput() OnlineRequestSettingsOutput {
	return o
}

func (o OnlineRequestSettingsOutput) ToOnlineRequestSettingsOutputWithContext(context.Context) OnlineRequestSettingsOutput {
	return o
}

func (o OnlineRequestSettingsOutput) ToOnlineRequestSettingsPtrOutput() OnlineRequestSettingsPtrOutput {
	return o.ToOnlineRequestSettingsPtrOutputWithContext(context.Background())
}

func (o OnlineRequestSettingsOutput) ToOnlineRequestSettingsPtrOutputWithContext(ctx context.Context) OnlineRequestSettingsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v OnlineRequestSettings) *OnlineRequestSettings { return &v }).(OnlineRequestSettingsPtrOutput)
}

// OnlineRequestSettingsPtrOutput is a OnlineRequestSettings or nil that may not be known yet.
type OnlineRequestSettingsPtrOutput struct{ *pulumi.OutputState }

func (OnlineRequestSettingsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*OnlineRequestSettings]()
}

func (o OnlineRequestSettingsPtrOutput) ToOnlineRequestSettingsPtrOutput() OnlineRequestSettingsPtrOutput {
	return o
}

func (o OnlineRequestSettingsPtrOutput) ToOnlineRequestSettingsPtrOutputWithContext(context.Context) OnlineRequestSettingsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(OnlineRequestSettingsOutput{})
	pulumi.RegisterOutputType(OnlineRequestSettingsPtrOutput{})
}

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

// RequestLogging is ARM's RequestLogging.
type RequestLogging struct {
	CaptureHeaders []string `pulumi:"captureHeaders"`
}

// RequestLoggingArgs are the inputs of RequestLogging.
type RequestLoggingArgs struct {
	CaptureHeaders pulumi.StringArrayInput `pulumi:"captureHeaders"`
}

// RequestLoggingInput takes RequestLoggingArgs and its output.
type RequestLoggingInput interface {
	pulumi.Input

	ToRequestLoggingOutput() RequestLoggingOutput
	ToRequestLoggingOutputWithContext(context.Context) RequestLoggingOutput
}

// RequestLoggingPtrInput takes RequestLoggingArgs, nil and their output.
type RequestLoggingPtrInput interface {
	pulumi.Input

	ToRequestLoggingPtrOutput() RequestLoggingPtrOutput
	ToRequestLoggingPtrOutputWithContext(context.Context) RequestLoggingPtrOutput
}

func (RequestLoggingArgs) ElementType() reflect.Type { return reflect.TypeFor[RequestLogging]() }

func (i RequestLoggingArgs) ToRequestLoggingOutput() RequestLoggingOutput {
	return i.ToRequestLoggingOutputWithContext(context.Background())
}

func (i RequestLoggingArgs) ToRequestLoggingOutputWithContext(ctx context.Context) RequestLoggingOutput {
	return pulumi.ToOutputWithContext(ctx, i).(RequestLoggingOutput)
}

func (i RequestLoggingArgs) ToRequestLoggingPtrOutput() RequestLoggingPtrOutput {
	return i.ToRequestLoggingPtrOutputWithContext(context.Background())
}

func (i RequestLoggingArgs) ToRequestLoggingPtrOutputWithContext(ctx context.Context) RequestLoggingPtrOutput {
	return i.ToRequestLoggingOutputWithContext(ctx).ToRequestLoggingPtrOutputWithContext(ctx)
}

// RequestLoggingOutput is a RequestLogging that may not be known yet.
type RequestLoggingOutput struct{ *pulumi.OutputState }

func (RequestLoggingOutput) ElementType() reflect.Type { return reflect.TypeFor[RequestLogging]() }

func (o RequestLoggingOutput) ToRequestLoggingOutput() RequestLoggingOutput { return o }

func (o RequestLoggingOutput) ToRequestLoggingOutputWithContext(context.Context) RequestLoggingOutput {
	return o
}

func (o RequestLoggingOutput) ToRequestLoggingPtrOutput() RequestLoggingPtrOutput {
	return o.ToRequestLoggingPtrOutputWithContext(context.Background())
}

func (o RequestLoggingOutput) ToRequestLoggingPtrOutputWithContext(ctx context.Context) RequestLoggingPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v RequestLogging) *RequestLogging { return &v }).(RequestLoggingPtrOutput)
}

// RequestLoggingPtrOutput is a RequestLogging or nil that may not be known yet.
type RequestLoggingPtrOutput struct{ *pulumi.OutputState }

func (RequestLoggingPtrOutput) ElementType() reflect.Type { return reflect.TypeFor[*RequestLogging]() }

func (o RequestLoggingPtrOutput) ToRequestLoggingPtrOutput() RequestLoggingPtrOutput { return o }

func (o RequestLoggingPtrOutput) ToRequestLoggingPtrOutputWithContext(context.Context) RequestLoggingPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(RequestLoggingOutput{})
	pulumi.RegisterOutputType(RequestLoggingPtrOutput{})
}

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

// OnlineDeployment is the ARM resource of that name in Microsoft.MachineLearningServices.
type OnlineDeployment struct {
	pulumi.CustomResourceState

	Identity                   ManagedServiceIdentityResponsePtrOutput `pulumi:"identity"`
	Kind                       pulumi.StringPtrOutput                  `pulumi:"kind"`
	Location                   pulumi.StringOutput                     `pulumi:"location"`
	Name                       pulumi.StringOutput                     `pulumi:"name"`
	OnlineDeploymentProperties pulumi.AnyOutput                        `pulumi:"onlineDeploymentProperties"`
	Sku                        pulumi.AnyOutput                        `pulumi:"sku"`
	SystemData                 pulumi.AnyOutput                        `pulumi:"systemData"`
	Tags                       pulumi.StringMapOutput                  `pulumi:"tags"`
	Type                       pulumi.StringOutput                     `pulumi:"type"`
}

type onlineDeploymentArgs struct {
	DeploymentName             *string                 `pulumi:"deploymentName"`
	EndpointName               string                  `pulumi:"endpointName"`
	Identity                   *ManagedServiceIdentity `pulumi:"identity"`
	Kind                       *string                 `pulumi:"kind"`
	Location                   *string                 `pulumi:"location"`
	OnlineDeploymentProperties interface{}             `pulumi:"onlineDeploymentProperties"`
	ResourceGroupName          string                  `pulumi:"resourceGroupName"`
	Sku                        *Sku                    `pulumi:"sku"`
	Tags                       map[string]string       `pulumi:"tags"`
	WorkspaceName              string                  `pulumi:"workspaceName"`
}

// OnlineDeploymentArgs are the inputs of OnlineDeployment.
type OnlineDeploymentArgs struct {
	DeploymentName             pulumi.StringPtrInput
	EndpointName               pulumi.StringInput
	Identity                   ManagedServiceIdentityPtrInput
	Kind                       pulumi.StringPtrInput
	Location                   pulumi.StringPtrInput
	OnlineDeploymentProperties pulumi.Input
	ResourceGroupName          pulumi.StringInput
	Sku                        SkuPtrInput
	Tags                       pulumi.StringMapInput
	WorkspaceName              pulumi.StringInput
}

func (OnlineDeploymentArgs) ElementType() reflect.Type {
	return reflect.TypeFor[onlineDeploymentArgs]()
}

// NewOnlineDeployment declares a OnlineDeployment.
func NewOnlineDeployment(ctx *pulumi.Context, name string, args *OnlineDeploymentArgs, opts ...pulumi.ResourceOption) (*OnlineDeployment, error) {
	if args == nil {
		return nil, missing("args")
	}
	if args.EndpointName == nil {
		return nil, missing("EndpointName")
	}
	if args.OnlineDeploymentProperties == nil {
		return nil, missing("OnlineDeploymentProperties")
	}
	if args.ResourceGroupName == nil {
		return nil, missing("ResourceGroupName")
	}
	if args.WorkspaceName == nil {
		return nil, missing("WorkspaceName")
	}
	var resource OnlineDeployment
	if err := ctx.RegisterResource(token("OnlineDeployment"), name, args, &resource, options("OnlineDeployment", opts)...); err != nil {
		return nil, err
	}
	return &resource, nil
}
