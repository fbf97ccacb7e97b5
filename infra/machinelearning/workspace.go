package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ComputeRuntimeDto is ARM's ComputeRuntimeDto.
type ComputeRuntimeDto struct {
	SparkRuntimeVersion *string `pulumi:"sparkRuntimeVersion"`
}

// ComputeRuntimeDtoArgs are the inputs of ComputeRuntimeDto.
type ComputeRuntimeDtoArgs struct {
	SparkRuntimeVersion pulumi.StringPtrInput `pulumi:"sparkRuntimeVersion"`
}

// ComputeRuntimeDtoInput takes ComputeRuntimeDtoArgs and its output.
type ComputeRuntimeDtoInput interface {
	pulumi.Input

	ToComputeRuntimeDtoOutput() ComputeRuntimeDtoOutput
	ToComputeRuntimeDtoOutputWithContext(context.Context) ComputeRuntimeDtoOutput
}

// ComputeRuntimeDtoPtrInput takes ComputeRuntimeDtoArgs, nil and their output.
type ComputeRuntimeDtoPtrInput interface {
	pulumi.Input

	ToComputeRuntimeDtoPtrOutput() ComputeRuntimeDtoPtrOutput
	ToComputeRuntimeDtoPtrOutputWithContext(context.Context) ComputeRuntimeDtoPtrOutput
}

func (ComputeRuntimeDtoArgs) ElementType() reflect.Type { return reflect.TypeFor[ComputeRuntimeDto]() }

func (i ComputeRuntimeDtoArgs) ToComputeRuntimeDtoOutput() ComputeRuntimeDtoOutput {
	return i.ToComputeRuntimeDtoOutputWithContext(context.Background())
}

func (i ComputeRuntimeDtoArgs) ToComputeRuntimeDtoOutputWithContext(ctx context.Context) ComputeRuntimeDtoOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ComputeRuntimeDtoOutput)
}

func (i ComputeRuntimeDtoArgs) ToComputeRuntimeDtoPtrOutput() ComputeRuntimeDtoPtrOutput {
	return i.ToComputeRuntimeDtoPtrOutputWithContext(context.Background())
}

func (i ComputeRuntimeDtoArgs) ToComputeRuntimeDtoPtrOutputWithContext(ctx context.Context) ComputeRuntimeDtoPtrOutput {
	return i.ToComputeRuntimeDtoOutputWithContext(ctx).ToComputeRuntimeDtoPtrOutputWithContext(ctx)
}

// ComputeRuntimeDtoOutput is a ComputeRuntimeDto that may not be known yet.
type ComputeRuntimeDtoOutput struct{ *pulumi.OutputState }

func (ComputeRuntimeDtoOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ComputeRuntimeDto]()
}

func (o ComputeRuntimeDtoOutput) ToComputeRuntimeDtoOutput() ComputeRuntimeDtoOutput { return o }

func (o ComputeRuntimeDtoOutput) ToComputeRuntimeDtoOutputWithContext(context.Context) ComputeRuntimeDtoOutput {
	return o
}

func (o ComputeRuntimeDtoOutput) ToComputeRuntimeDtoPtrOutput() ComputeRuntimeDtoPtrOutput {
	return o.ToComputeRuntimeDtoPtrOutputWithContext(context.Background())
}

func (o ComputeRuntimeDtoOutput) ToComputeRuntimeDtoPtrOutputWithContext(ctx context.Context) ComputeRuntimeDtoPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ComputeRuntimeDto) *ComputeRuntimeDto { return &v }).(ComputeRuntimeDtoPtrOutput)
}

// ComputeRuntimeDtoPtrOutput is a ComputeRuntimeDto or nil that may not be known yet.
type ComputeRuntimeDtoPtrOutput struct{ *pulumi.OutputState }

func (ComputeRuntimeDtoPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ComputeRuntimeDto]()
}

func (o ComputeRuntimeDtoPtrOutput) ToComputeRuntimeDtoPtrOutput() ComputeRuntimeDtoPtrOutput {
	return o
}

func (o ComputeRuntimeDtoPtrOutput) ToComputeRuntimeDtoPtrOutputWithContext(context.Context) ComputeRuntimeDtoPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ComputeRuntimeDtoOutput{})
	pulumi.RegisterOutputType(ComputeRuntimeDtoPtrOutput{})
}

// CosmosDbSettings is ARM's CosmosDbSettings.
type CosmosDbSettings struct {
	CollectionsThroughput *int `pulumi:"collectionsThroughput"`
}

// CosmosDbSettingsArgs are the inputs of CosmosDbSettings.
type CosmosDbSettingsArgs struct {
	CollectionsThroughput pulumi.IntPtrInput `pulumi:"collectionsThroughput"`
}

// CosmosDbSettingsInput takes CosmosDbSettingsArgs and its output.
type CosmosDbSettingsInput interface {
	pulumi.Input

	ToCosmosDbSettingsOutput() CosmosDbSettingsOutput
	ToCosmosDbSettingsOutputWithContext(context.Context) CosmosDbSettingsOutput
}

// CosmosDbSettingsPtrInput takes CosmosDbSettingsArgs, nil and their output.
type CosmosDbSettingsPtrInput interface {
	pulumi.Input

	ToCosmosDbSettingsPtrOutput() CosmosDbSettingsPtrOutput
	ToCosmosDbSettingsPtrOutputWithContext(context.Context) CosmosDbSettingsPtrOutput
}

func (CosmosDbSettingsArgs) ElementType() reflect.Type { return reflect.TypeFor[CosmosDbSettings]() }

func (i CosmosDbSettingsArgs) ToCosmosDbSettingsOutput() CosmosDbSettingsOutput {
	return i.ToCosmosDbSettingsOutputWithContext(context.Background())
}

func (i CosmosDbSettingsArgs) ToCosmosDbSettingsOutputWithContext(ctx context.Context) CosmosDbSettingsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(CosmosDbSettingsOutput)
}

func (i CosmosDbSettingsArgs) ToCosmosDbSettingsPtrOutput() CosmosDbSettingsPtrOutput {
	return i.ToCosmosDbSettingsPtrOutputWithContext(context.Background())
}

func (i CosmosDbSettingsArgs) ToCosmosDbSettingsPtrOutputWithContext(ctx context.Context) CosmosDbSettingsPtrOutput {
	return i.ToCosmosDbSettingsOutputWithContext(ctx).ToCosmosDbSettingsPtrOutputWithContext(ctx)
}

// CosmosDbSettingsOutput is a CosmosDbSettings that may not be known yet.
type CosmosDbSettingsOutput struct{ *pulumi.OutputState }

func (CosmosDbSettingsOutput) ElementType() reflect.Type { return reflect.TypeFor[CosmosDbSettings]() }

func (o CosmosDbSettingsOutput) ToCosmosDbSettingsOutput() CosmosDbSettingsOutput { return o }

func (o CosmosDbSettingsOutput) ToCosmosDbSettingsOutputWithContext(context.Context) CosmosDbSettingsOutput {
	return o
}

func (o CosmosDbSettingsOutput) ToCosmosDbSettingsPtrOutput() CosmosDbSettingsPtrOutput {
	return o.ToCosmosDbSettingsPtrOutputWithContext(context.Background())
}

func (o CosmosDbSettingsOutput) ToCosmosDbSettingsPtrOutputWithContext(ctx context.Context) CosmosDbSettingsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v CosmosDbSettings) *CosmosDbSettings { return &v }).(CosmosDbSettingsPtrOutput)
}

// CosmosDbSettingsPtrOutput is a CosmosDbSettings or nil that may not be known yet.
type CosmosDbSettingsPtrOutput struct{ *pulumi.OutputState }

func (CosmosDbSettingsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*CosmosDbSettings]()
}

func (o CosmosDbSettingsPtrOutput) ToCosmosDbSettingsPtrOutput() CosmosDbSettingsPtrOutput { return o }

func (o CosmosDbSettingsPtrOutput) ToCosmosDbSettingsPtrOutputWithContext(context.Context) CosmosDbSettingsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(CosmosDbSettingsOutput{})
	pulumi.RegisterOutputType(CosmosDbSettingsPtrOutput{})
}

// EncryptionKeyVaultProperties is ARM's EncryptionKeyVaultProperties.
type EncryptionKeyVaultProperties struct {
	IdentityClientId *string `pulumi:"identityClientId"`
	KeyIdentifier    string  `pulumi:"keyIdentifier"`
	KeyVaultArmId    string  `pulumi:"keyVaultArmId"`
}

// EncryptionKeyVaultPropertiesArgs are the inputs of EncryptionKeyVaultProperties.
type EncryptionKeyVaultPropertiesArgs struct {
	IdentityClientId pulumi.StringPtrInput `pulumi:"identityClientId"`
	KeyIdentifier    pulumi.StringInput    `pulumi:"keyIdentifier"`
	KeyVaultArmId    pulumi.StringInput    `pulumi:"keyVaultArmId"`
}

// EncryptionKeyVaultPropertiesInput takes EncryptionKeyVaultPropertiesArgs and its output.
type EncryptionKeyVaultPropertiesInput interface {
	pulumi.Input

	ToEncryptionKeyVaultPropertiesOutput() EncryptionKeyVaultPropertiesOutput
	ToEncryptionKeyVaultPropertiesOutputWithContext(context.Context) EncryptionKeyVaultPropertiesOutput
}

// EncryptionKeyVaultPropertiesPtrInput takes EncryptionKeyVaultPropertiesArgs, nil and their output.
type EncryptionKeyVaultPropertiesPtrInput interface {
	pulumi.Input

	ToEncryptionKeyVaultPropertiesPtrOutput() EncryptionKeyVaultPropertiesPtrOutput
	ToEncryptionKeyVaultPropertiesPtrOutputWithContext(context.Context) EncryptionKeyVaultPropertiesPtrOutput
}

func (EncryptionKeyVaultPropertiesArgs) ElementType() reflect.Type {
	return reflect.TypeFor[EncryptionKeyVaultProperties]()
}

func (i EncryptionKeyVaultPropertiesArgs) ToEncryptionKeyVaultPropertiesOutput() EncryptionKeyVaultPropertiesOutput {
	return i.ToEncryptionKeyVaultPropertiesOutputWithContext(context.Background())
}

func (i EncryptionKeyVaultPropertiesArgs) ToEncryptionKeyVaultPropertiesOutputWithContext(ctx context.Context) EncryptionKeyVaultPropertiesOutput {
	return pulumi.ToOutputWithContext(ctx, i).(EncryptionKeyVaultPropertiesOutput)
}

func (i EncryptionKeyVaultPropertiesArgs) ToEncryptionKeyVaultPropertiesPtrOutput() EncryptionKeyVaultPropertiesPtrOutput {
	return i.ToEncryptionKeyVaultPropertiesPtrOutputWithContext(context.Background())
}

func (i EncryptionKeyVaultPropertiesArgs) ToEncryptionKeyVaultPropertiesPtrOutputWithContext(ctx context.Context) EncryptionKeyVaultPropertiesPtrOutput {
	return i.ToEncryptionKeyVaultPropertiesOutputWithContext(ctx).ToEncryptionKeyVaultPropertiesPtrOutputWithContext(ctx)
}

// EncryptionKeyVaultPropertiesOutput is a EncryptionKeyVaultProperties that may not be known yet.
type EncryptionKeyVaultPropertiesOutput struct{ *pulumi.OutputState }

func (EncryptionKeyVaultPropertiesOutput) ElementType() reflect.Type {
	return reflect.TypeFor[EncryptionKeyVaultProperties]()
}

func (o EncryptionKeyVaultPropertiesOutput) ToEncryptionKeyVaultPropertiesOutput() EncryptionKeyVaultPropertiesOutput {
	return o
}

func (o EncryptionKeyVaultPropertiesOutput) ToEncryptionKeyVaultPropertiesOutputWithContext(context.Context) EncryptionKeyVaultPropertiesOutput {
	return o
}

func (o EncryptionKeyVaultPropertiesOutput) ToEncryptionKeyVaultPropertiesPtrOutput() EncryptionKeyVaultPropertiesPtrOutput {
	return o.ToEncryptionKeyVaultPropertiesPtrOutputWithContext(context.Background())
}

func (o EncryptionKeyVaultPropertiesOutput) ToEncryptionKeyVaultPropertiesPtrOutputWithContext(ctx context.Context) EncryptionKeyVaultPropertiesPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v EncryptionKeyVaultProperties) *EncryptionKeyVaultProperties { return &v }).(EncryptionKeyVaultPropertiesPtrOutput)
}

// EncryptionKeyVaultPropertiesPtrOutput is a EncryptionKeyVaultProperties or nil that may not be known yet.
type EncryptionKeyVaultPropertiesPtrOutput struct{ *pulumi.OutputState }

func (EncryptionKeyVaultPropertiesPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*EncryptionKeyVaultProperties]()
}

func (o EncryptionKeyVaultPropertiesPtrOutput) ToEncryptionKeyVaultPropertiesPtrOutput() EncryptionKeyVaultPropertiesPtrOutput {
	return o
}

func (o EncryptionKeyVaultPropertiesPtrOutput) ToEncryptionKeyVaultPropertiesPtrOutputWithContext(context.Context) EncryptionKeyVaultPropertiesPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(EncryptionKeyVaultPropertiesOutput{})
	pulumi.RegisterOutputType(EncryptionKeyVaultPropertiesPtrOutput{})
}

// EncryptionProperty is ARM's EncryptionProperty.
type EncryptionProperty struct {
	Identity           *IdentityForCmk              `pulumi:"identity"`
	KeyVaultProperties EncryptionKeyVaultProperties `pulumi:"keyVaultProperties"`
	Status             string                       `pulumi:"status"`
}

// EncryptionPropertyArgs are the inputs of EncryptionProperty.
type EncryptionPropertyArgs struct {
	Identity           IdentityForCmkPtrInput            `pulumi:"identity"`
	KeyVaultProperties EncryptionKeyVaultPropertiesInput `pulumi:"keyVaultProperties"`
	Status             pulumi.StringInput                `pulumi:"status"`
}

// EncryptionPropertyInput takes EncryptionPropertyArgs and its output.
type EncryptionPropertyInput interface {
	pulumi.Input

	ToEncryptionPropertyOutput() EncryptionPropertyOutput
	ToEncryptionPropertyOutputWithContext(context.Context) EncryptionPropertyOutput
}

// EncryptionPropertyPtrInput takes EncryptionPropertyArgs, nil and their output.
type EncryptionPropertyPtrInput interface {
	pulumi.Input

	ToEncryptionPropertyPtrOutput() EncryptionPropertyPtrOutput
	ToEncryptionPropertyPtrOutputWithContext(context.Context) EncryptionPropertyPtrOutput
}

func (EncryptionPropertyArgs) ElementType() reflect.Type {
	return reflect.TypeFor[EncryptionProperty]()
}

func (i EncryptionPropertyArgs) ToEncryptionPropertyOutput() EncryptionPropertyOutput {
	return i.ToEncryptionPropertyOutputWithContext(context.Background())
}

func (i EncryptionPropertyArgs) ToEncryptionPropertyOutputWithContext(ctx context.Context) EncryptionPropertyOutput {
	return pulumi.ToOutputWithContext(ctx, i).(EncryptionPropertyOutput)
}

func (i EncryptionPropertyArgs) ToEncryptionPropertyPtrOutput() EncryptionPropertyPtrOutput {
	return i.ToEncryptionPropertyPtrOutputWithContext(context.Background())
}

func (i EncryptionPropertyArgs) ToEncryptionPropertyPtrOutputWithContext(ctx context.Context) EncryptionPropertyPtrOutput {
	return i.ToEncryptionPropertyOutputWithContext(ctx).ToEncryptionPropertyPtrOutputWithContext(ctx)
}

// EncryptionPropertyOutput is a EncryptionProperty that may not be known yet.
type EncryptionPropertyOutput struct{ *pulumi.OutputState }

func (EncryptionPropertyOutput) ElementType() reflect.Type {
	return reflect.TypeFor[EncryptionProperty]()
}

func (o EncryptionPropertyOutput) ToEncryptionPropertyOutput() EncryptionPropertyOutput { return o }

func (o EncryptionPropertyOutput) ToEncryptionPropertyOutputWithContext(context.Context) EncryptionPropertyOutput {
	return o
}

func (o EncryptionPropertyOutput) ToEncryptionPropertyPtrOutput() EncryptionPropertyPtrOutput {
	return o.ToEncryptionPropertyPtrOutputWithContext(context.Background())
}

func (o EncryptionPropertyOutput) ToEncryptionPropertyPtrOutputWithContext(ctx context.Context) EncryptionPropertyPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v EncryptionProperty) *EncryptionProperty { return &v }).(EncryptionPropertyPtrOutput)
}

// EncryptionPropertyPtrOutput is a EncryptionProperty or nil that may not be known yet.
type EncryptionPropertyPtrOutput struct{ *pulumi.OutputState }

func (EncryptionPropertyPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*EncryptionProperty]()
}

func (o EncryptionPropertyPtrOutput) ToEncryptionPropertyPtrOutput() EncryptionPropertyPtrOutput {
	return o
}

func (o EncryptionPropertyPtrOutput) ToEncryptionPropertyPtrOutputWithContext(context.Context) EncryptionPropertyPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(EncryptionPropertyOutput{})
	pulumi.RegisterOutputType(EncryptionPropertyPtrOutput{})
}

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

// IdentityForCmk is ARM's IdentityForCmk.
type IdentityForCmk struct {
	UserAssignedIdentity *string `pulumi:"userAssignedIdentity"`
}

// IdentityForCmkArgs are the inputs of IdentityForCmk.
type IdentityForCmkArgs struct {
	UserAssignedIdentity pulumi.StringPtrInput `pulumi:"userAssignedIdentity"`
}

// IdentityForCmkInput takes IdentityForCmkArgs and its output.
type IdentityForCmkInput interface {
	pulumi.Input

	ToIdentityForCmkOutput() IdentityForCmkOutput
	ToIdentityForCmkOutputWithContext(context.Context) IdentityForCmkOutput
}

// IdentityForCmkPtrInput takes IdentityForCmkArgs, nil and their output.
type IdentityForCmkPtrInput interface {
	pulumi.Input

	ToIdentityForCmkPtrOutput() IdentityForCmkPtrOutput
	ToIdentityForCmkPtrOutputWithContext(context.Context) IdentityForCmkPtrOutput
}

func (IdentityForCmkArgs) ElementType() reflect.Type { return reflect.TypeFor[IdentityForCmk]() }

func (i IdentityForCmkArgs) ToIdentityForCmkOutput() IdentityForCmkOutput {
	return i.ToIdentityForCmkOutputWithContext(context.Background())
}

func (i IdentityForCmkArgs) ToIdentityForCmkOutputWithContext(ctx context.Context) IdentityForCmkOutput {
	return pulumi.ToOutputWithContext(ctx, i).(IdentityForCmkOutput)
}

func (i IdentityForCmkArgs) ToIdentityForCmkPtrOutput() IdentityForCmkPtrOutput {
	return i.ToIdentityForCmkPtrOutputWithContext(context.Background())
}

func (i IdentityForCmkArgs) ToIdentityForCmkPtrOutputWithContext(ctx context.Context) IdentityForCmkPtrOutput {
	return i.ToIdentityForCmkOutputWithContext(ctx).ToIdentityForCmkPtrOutputWithContext(ctx)
}

// IdentityForCmkOutput is a IdentityForCmk that may not be known yet.
type IdentityForCmkOutput struct{ *pulumi.OutputState }

func (IdentityForCmkOutput) ElementType() reflect.Type { return reflect.TypeFor[IdentityForCmk]() }

func (o IdentityForCmkOutput) ToIdentityForCmkOutput() IdentityForCmkOutput { return o }

func (o IdentityForCmkOutput) ToIdentityForCmkOutputWithContext(context.Context) IdentityForCmkOutput {
	return o
}

func (o IdentityForCmkOutput) ToIdentityForCmkPtrOutput() IdentityForCmkPtrOutput {
	return o.ToIdentityForCmkPtrOutputWithContext(context.Background())
}

func (o IdentityForCmkOutput) ToIdentityForCmkPtrOutputWithContext(ctx context.Context) IdentityForCmkPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v IdentityForCmk) *IdentityForCmk { return &v }).(IdentityForCmkPtrOutput)
}

// IdentityForCmkPtrOutput is a IdentityForCmk or nil that may not be known yet.
type IdentityForCmkPtrOutput struct{ *pulumi.OutputState }

func (IdentityForCmkPtrOutput) ElementType() reflect.Type { return reflect.TypeFor[*IdentityForCmk]() }

func (o IdentityForCmkPtrOutput) ToIdentityForCmkPtrOutput() IdentityForCmkPtrOutput { return o }

func (o IdentityForCmkPtrOutput) ToIdentityForCmkPtrOutputWithContext(context.Context) IdentityForCmkPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(IdentityForCmkOutput{})
	pulumi.RegisterOutputType(IdentityForCmkPtrOutput{})
}

// ManagedNetworkProvisionStatus is ARM's ManagedNetworkProvisionStatus.
type ManagedNetworkProvisionStatus struct {
	SparkReady *bool   `pulumi:"sparkReady"`
	Status     *string `pulumi:"status"`
}

// ManagedNetworkProvisionStatusArgs are the inputs of ManagedNetworkProvisionStatus.
type ManagedNetworkProvisionStatusArgs struct {
	SparkReady pulumi.BoolPtrInput   `pulumi:"sparkReady"`
	Status     pulumi.StringPtrInput `pulumi:"status"`
}

// ManagedNetworkProvisionStatusInput takes ManagedNetworkProvisionStatusArgs and its output.
type ManagedNetworkProvisionStatusInput interface {
	pulumi.Input

	ToManagedNetworkProvisionStatusOutput() ManagedNetworkProvisionStatusOutput
	ToManagedNetworkProvisionStatusOutputWithContext(context.Context) ManagedNetworkProvisionStatusOutput
}

// ManagedNetworkProvisionStatusPtrInput takes ManagedNetworkProvisionStatusArgs, nil and their output.
type ManagedNetworkProvisionStatusPtrInput interface {
	pulumi.Input

	ToManagedNetworkProvisionStatusPtrOutput() ManagedNetworkProvisionStatusPtrOutput
	ToManagedNetworkProvisionStatusPtrOutputWithContext(context.Context) ManagedNetworkProvisionStatusPtrOutput
}

func (ManagedNetworkProvisionStatusArgs) ElementType() reflect.Type {
	return reflect.TypeFor[ManagedNetworkProvisionStatus]()
}

func (i ManagedNetworkProvisionStatusArgs) ToManagedNetworkProvisionStatusOutput() ManagedNetworkProvisionStatusOutput {
	return i.ToManagedNetworkProvisionStatusOutputWithContext(context.Background())
}

func (i ManagedNetworkProvisionStatusArgs) ToManagedNetworkProvisionStatusOutputWithContext(ctx context.Context) ManagedNetworkProvisionStatusOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ManagedNetworkProvisionStatusOutput)
}

func (i ManagedNetworkProvisionStatusArgs) ToManagedNetworkProvisionStatusPtrOutput() ManagedNetworkProvisionStatusPtrOutput {
	return i.ToManagedNetworkProvisionStatusPtrOutputWithContext(context.Background())
}

func (i ManagedNetworkProvisionStatusArgs) ToManagedNetworkProvisionStatusPtrOutputWithContext(ctx context.Context) ManagedNetworkProvisionStatusPtrOutput {
	return i.ToManagedNetworkProvisionStatusOutputWithContext(ctx).ToManagedNetworkProvisionStatusPtrOutputWithContext(ctx)
}

// ManagedNetworkProvisionStatusOutput is a ManagedNetworkProvisionStatus that may not be known yet.
type ManagedNetworkProvisionStatusOutput struct{ *pulumi.OutputState }

func (ManagedNetworkProvisionStatusOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ManagedNetworkProvisionStatus]()
}

func (o ManagedNetworkProvisionStatusOutput) ToManagedNetworkProvisionStatusOutput() ManagedNetworkProvisionStatusOutput {
	return o
}

func (o ManagedNetworkProvisionStatusOutput) ToManagedNetworkProvisionStatusOutputWithContext(context.Context) ManagedNetworkProvisionStatusOutput {
	return o
}

func (o ManagedNetworkProvisionStatusOutput) ToManagedNetworkProvisionStatusPtrOutput() ManagedNetworkProvisionStatusPtrOutput {
	return o.ToManagedNetworkProvisionStatusPtrOutputWithContext(context.Background())
}

func (o ManagedNetworkProvisionStatusOutput) ToManagedNetworkProvisionStatusPtrOutputWithContext(ctx context.Context) ManagedNetworkProvisionStatusPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ManagedNetworkProvisionStatus) *ManagedNetworkProvisionStatus { return &v }).(ManagedNetworkProvisionStatusPtrOutput)
}

// ManagedNetworkProvisionStatusPtrOutput is a ManagedNetworkProvisionStatus or nil that may not be known yet.
type ManagedNetworkProvisionStatusPtrOutput struct{ *pulumi.OutputState }

func (ManagedNetworkProvisionStatusPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ManagedNetworkProvisionStatus]()
}

func (o ManagedNetworkProvisionStatusPtrOutput) ToManagedNetworkProvisionStatusPtrOutput() ManagedNetworkProvisionStatusPtrOutput {
	return o
}

func (o ManagedNetworkProvisionStatusPtrOutput) ToManagedNetworkProvisionStatusPtrOutputWithContext(context.Context) ManagedNetworkProvisionStatusPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ManagedNetworkProvisionStatusOutput{})
	pulumi.RegisterOutputType(ManagedNetworkProvisionStatusPtrOutput{})
}

// ManagedNetworkSettings is ARM's ManagedNetworkSettings.
type ManagedNetworkSettings struct {
	IsolationMode *string                        `pulumi:"isolationMode"`
	OutboundRules map[string]interface{}         `pulumi:"outboundRules"`
	Status        *ManagedNetworkProvisionStatus `pulumi:"status"`
}

// ManagedNetworkSettingsArgs are the inputs of ManagedNetworkSettings.
type ManagedNetworkSettingsArgs struct {
	IsolationMode pulumi.StringPtrInput                 `pulumi:"isolationMode"`
	OutboundRules pulumi.MapInput                       `pulumi:"outboundRules"`
	Status        ManagedNetworkProvisionStatusPtrInput `pulumi:"status"`
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

// PrivateEndpointDestination is ARM's PrivateEndpointDestination.
type PrivateEndpointDestination struct {
	ServiceResourceId *string `pulumi:"serviceResourceId"`
	SparkEnabled      *bool   `pulumi:"sparkEnabled"`
	SparkStatus       *string `pulumi:"sparkStatus"`
	SubresourceTarget *string `pulumi:"subresourceTarget"`
}

// PrivateEndpointDestinationArgs are the inputs of PrivateEndpointDestination.
type PrivateEndpointDestinationArgs struct {
	ServiceResourceId pulumi.StringPtrInput `pulumi:"serviceResourceId"`
	SparkEnabled      pulumi.BoolPtrInput   `pulumi:"sparkEnabled"`
	SparkStatus       pulumi.StringPtrInput `pulumi:"sparkStatus"`
	SubresourceTarget pulumi.StringPtrInput `pulumi:"subresourceTarget"`
}

// PrivateEndpointDestinationInput takes PrivateEndpointDestinationArgs and its output.
type PrivateEndpointDestinationInput interface {
	pulumi.Input

	ToPrivateEndpointDestinationOutput() PrivateEndpointDestinationOutput
	ToPrivateEndpointDestinationOutputWithContext(context.Context) PrivateEndpointDestinationOutput
}

// PrivateEndpointDestinationPtrInput takes PrivateEndpointDestinationArgs, nil and their output.
type PrivateEndpointDestinationPtrInput interface {
	pulumi.Input

	ToPrivateEndpointDestinationPtrOutput() PrivateEndpointDestinationPtrOutput
	ToPrivateEndpointDestinationPtrOutputWithContext(context.Context) PrivateEndpointDestinationPtrOutput
}

func (PrivateEndpointDestinationArgs) ElementType() reflect.Type {
	return reflect.TypeFor[PrivateEndpointDestination]()
}

func (i PrivateEndpointDestinationArgs) ToPrivateEndpointDestinationOutput() PrivateEndpointDestinationOutput {
	return i.ToPrivateEndpointDestinationOutputWithContext(context.Background())
}

func (i PrivateEndpointDestinationArgs) ToPrivateEndpointDestinationOutputWithContext(ctx context.Context) PrivateEndpointDestinationOutput {
	return pulumi.ToOutputWithContext(ctx, i).(PrivateEndpointDestinationOutput)
}

func (i PrivateEndpointDestinationArgs) ToPrivateEndpointDestinationPtrOutput() PrivateEndpointDestinationPtrOutput {
	return i.ToPrivateEndpointDestinationPtrOutputWithContext(context.Background())
}

func (i PrivateEndpointDestinationArgs) ToPrivateEndpointDestinationPtrOutputWithContext(ctx context.Context) PrivateEndpointDestinationPtrOutput {
	return i.ToPrivateEndpointDestinationOutputWithContext(ctx).ToPrivateEndpointDestinationPtrOutputWithContext(ctx)
}

// PrivateEndpointDestinationOutput is a PrivateEndpointDestination that may not be known yet.
type PrivateEndpointDestinationOutput struct{ *pulumi.OutputState }

func (PrivateEndpointDestinationOutput) ElementType() reflect.Type {
	return reflect.TypeFor[PrivateEndpointDestination]()
}

func (o PrivateEndpointDestinationOutput) ToPrivateEndpointDestinationOutput() PrivateEndpointDestinationOutput {
	return o
}

func (o PrivateEndpointDestinationOutput) ToPrivateEndpointDestinationOutputWithContext(context.Context) PrivateEndpointDestinationOutput {
	return o
}

func (o PrivateEndpointDestinationOutput) ToPrivateEndpointDestinationPtrOutput() PrivateEndpointDestinationPtrOutput {
	return o.ToPrivateEndpointDestinationPtrOutputWithContext(context.Background())
}

func (o PrivateEndpointDestinationOutput) ToPrivateEndpointDestinationPtrOutputWithContext(ctx context.Context) PrivateEndpointDestinationPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v PrivateEndpointDestination) *PrivateEndpointDestination { return &v }).(PrivateEndpointDestinationPtrOutput)
}

// PrivateEndpointDestinationPtrOutput is a PrivateEndpointDestination or nil that may not be known yet.
type PrivateEndpointDestinationPtrOutput struct{ *pulumi.OutputState }

func (PrivateEndpointDestinationPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*PrivateEndpointDestination]()
}

func (o PrivateEndpointDestinationPtrOutput) ToPrivateEndpointDestinationPtrOutput() PrivateEndpointDestinationPtrOutput {
	return o
}

func (o PrivateEndpointDestinationPtrOutput) ToPrivateEndpointDestinationPtrOutputWithContext(context.Context) PrivateEndpointDestinationPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(PrivateEndpointDestinationOutput{})
	pulumi.RegisterOutputType(PrivateEndpointDestinationPtrOutput{})
}

// PrivateEndpointOutboundRule is ARM's PrivateEndpointOutboundRule.
type PrivateEndpointOutboundRule struct {
	Category    *string                     `pulumi:"category"`
	Destination *PrivateEndpointDestination `pulumi:"destination"`
	Status      *string                     `pulumi:"status"`
	// Always PrivateEndpoint.
	Type string `pulumi:"type"`
}

// PrivateEndpointOutboundRuleArgs are the inputs of PrivateEndpointOutboundRule.
type PrivateEndpointOutboundRuleArgs struct {
	Category    pulumi.StringPtrInput              `pulumi:"category"`
	Destination PrivateEndpointDestinationPtrInput `pulumi:"destination"`
	Status      pulumi.StringPtrInput              `pulumi:"status"`
	// Always PrivateEndpoint.
	Type pulumi.StringInput `pulumi:"type"`
}

// PrivateEndpointOutboundRuleInput takes PrivateEndpointOutboundRuleArgs and its output.
type PrivateEndpointOutboundRuleInput interface {
	pulumi.Input

	ToPrivateEndpointOutboundRuleOutput() PrivateEndpointOutboundRuleOutput
	ToPrivateEndpointOutboundRuleOutputWithContext(context.Context) PrivateEndpointOutboundRuleOutput
}

// PrivateEndpointOutboundRulePtrInput takes PrivateEndpointOutboundRuleArgs, nil and their output.
type PrivateEndpointOutboundRulePtrInput interface {
	pulumi.Input

	ToPrivateEndpointOutboundRulePtrOutput() PrivateEndpointOutboundRulePtrOutput
	ToPrivateEndpointOutboundRulePtrOutputWithContext(context.Context) PrivateEndpointOutboundRulePtrOutput
}

func (PrivateEndpointOutboundRuleArgs) ElementType() reflect.Type {
	return reflect.TypeFor[PrivateEndpointOutboundRule]()
}

func (i PrivateEndpointOutboundRuleArgs) ToPrivateEndpointOutboundRuleOutput() PrivateEndpointOutboundRuleOutput {
	return i.ToPrivateEndpointOutboundRuleOutputWithContext(context.Background())
}

func (i PrivateEndpointOutboundRuleArgs) ToPrivateEndpointOutboundRuleOutputWithContext(ctx context.Context) PrivateEndpointOutboundRuleOutput {
	return pulumi.ToOutputWithContext(ctx, i).(PrivateEndpointOutboundRuleOutput)
}

func (i PrivateEndpointOutboundRuleArgs) ToPrivateEndpointOutboundRulePtrOutput() PrivateEndpointOutboundRulePtrOutput {
	return i.ToPrivateEndpointOutboundRulePtrOutputWithContext(context.Background())
}

func (i PrivateEndpointOutboundRuleArgs) ToPrivateEndpointOutboundRulePtrOutputWithContext(ctx context.Context) PrivateEndpointOutboundRulePtrOutput {
	return i.ToPrivateEndpointOutboundRuleOutputWithContext(ctx).ToPrivateEndpointOutboundRulePtrOutputWithContext(ctx)
}

// PrivateEndpointOutboundRuleOutput is a PrivateEndpointOutboundRule that may not be known yet.
type PrivateEndpointOutboundRuleOutput struct{ *pulumi.OutputState }

func (PrivateEndpointOutboundRuleOutput) ElementType() reflect.Type {
	return reflect.TypeFor[PrivateEndpointOutboundRule]()
}

func (o PrivateEndpointOutboundRuleOutput) ToPrivateEndpointOutboundRuleOutput() PrivateEndpointOutboundRuleOutput {
	return o
}

func (o PrivateEndpointOutboundRuleOutput) ToPrivateEndpointOutboundRuleOutputWithContext(context.Context) PrivateEndpointOutboundRuleOutput {
	return o
}

func (o PrivateEndpointOutboundRuleOutput) ToPrivateEndpointOutboundRulePtrOutput() PrivateEndpointOutboundRulePtrOutput {
	return o.ToPrivateEndpointOutboundRulePtrOutputWithContext(context.Background())
}

func (o PrivateEndpointOutboundRuleOutput) ToPrivateEndpointOutboundRulePtrOutputWithContext(ctx context.Context) PrivateEndpointOutboundRulePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v PrivateEndpointOutboundRule) *PrivateEndpointOutboundRule { return &v }).(PrivateEndpointOutboundRulePtrOutput)
}

// PrivateEndpointOutboundRulePtrOutput is a PrivateEndpointOutboundRule or nil that may not be known yet.
type PrivateEndpointOutboundRulePtrOutput struct{ *pulumi.OutputState }

func (PrivateEndpointOutboundRulePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*PrivateEndpointOutboundRule]()
}

func (o PrivateEndpointOutboundRulePtrOutput) ToPrivateEndpointOutboundRulePtrOutput() PrivateEndpointOutboundRulePtrOutput {
	return o
}

func (o PrivateEndpointOutboundRulePtrOutput) ToPrivateEndpointOutboundRulePtrOutputWithContext(context.Context) PrivateEndpointOutboundRulePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(PrivateEndpointOutboundRuleOutput{})
	pulumi.RegisterOutputType(PrivateEndpointOutboundRulePtrOutput{})
}

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

// ServiceManagedResourcesSettings is ARM's ServiceManagedResourcesSettings.
type ServiceManagedResourcesSettings struct {
	CosmosDb *CosmosDbSettings `pulumi:"cosmosDb"`
}

// ServiceManagedResourcesSettingsArgs are the inputs of ServiceManagedResourcesSettings.
type ServiceManagedResourcesSettingsArgs struct {
	CosmosDb CosmosDbSettingsPtrInput `pulumi:"cosmosDb"`
}

// ServiceManagedResourcesSettingsInput takes ServiceManagedResourcesSettingsArgs and its output.
type ServiceManagedResourcesSettingsInput interface {
	pulumi.Input

	ToServiceManagedResourcesSettingsOutput() ServiceManagedResourcesSettingsOutput
	ToServiceManagedResourcesSettingsOutputWithContext(context.Context) ServiceManagedResourcesSettingsOutput
}

// ServiceManagedResourcesSettingsPtrInput takes ServiceManagedResourcesSettingsArgs, nil and their output.
type ServiceManagedResourcesSettingsPtrInput interface {
	pulumi.Input

	ToServiceManagedResourcesSettingsPtrOutput() ServiceManagedResourcesSettingsPtrOutput
	ToServiceManagedResourcesSettingsPtrOutputWithContext(context.Context) ServiceManagedResourcesSettingsPtrOutput
}

func (ServiceManagedResourcesSettingsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[ServiceManagedResourcesSettings]()
}

func (i ServiceManagedResourcesSettingsArgs) ToServiceManagedResourcesSettingsOutput() ServiceManagedResourcesSettingsOutput {
	return i.ToServiceManagedResourcesSettingsOutputWithContext(context.Background())
}

func (i ServiceManagedResourcesSettingsArgs) ToServiceManagedResourcesSettingsOutputWithContext(ctx context.Context) ServiceManagedResourcesSettingsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ServiceManagedResourcesSettingsOutput)
}

func (i ServiceManagedResourcesSettingsArgs) ToServiceManagedResourcesSettingsPtrOutput() ServiceManagedResourcesSettingsPtrOutput {
	return i.ToServiceManagedResourcesSettingsPtrOutputWithContext(context.Background())
}

func (i ServiceManagedResourcesSettingsArgs) ToServiceManagedResourcesSettingsPtrOutputWithContext(ctx context.Context) ServiceManagedResourcesSettingsPtrOutput {
	return i.ToServiceManagedResourcesSettingsOutputWithContext(ctx).ToServiceManagedResourcesSettingsPtrOutputWithContext(ctx)
}

// ServiceManagedResourcesSettingsOutput is a ServiceManagedResourcesSettings that may not be known yet.
type ServiceManagedResourcesSettingsOutput struct{ *pulumi.OutputState }

func (ServiceManagedResourcesSettingsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ServiceManagedResourcesSettings]()
}

func (o ServiceManagedResourcesSettingsOutput) ToServiceManagedResourcesSettingsOutput() ServiceManagedResourcesSettingsOutput {
	return o
}

func (o ServiceManagedResourcesSettingsOutput) ToServiceManagedResourcesSettingsOutputWithContext(context.Context) ServiceManagedResourcesSettingsOutput {
	return o
}

func (o ServiceManagedResourcesSettingsOutput) ToServiceManagedResourcesSettingsPtrOutput() ServiceManagedResourcesSettingsPtrOutput {
	return o.ToServiceManagedResourcesSettingsPtrOutputWithContext(context.Background())
}

func (o ServiceManagedResourcesSettingsOutput) ToServiceManagedResourcesSettingsPtrOutputWithContext(ctx context.Context) ServiceManagedResourcesSettingsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ServiceManagedResourcesSettings) *ServiceManagedResourcesSettings { return &v }).(ServiceManagedResourcesSettingsPtrOutput)
}

// ServiceManagedResourcesSettingsPtrOutput is a ServiceManagedResourcesSettings or nil that may not be known yet.
type ServiceManagedResourcesSettingsPtrOutput struct{ *pulumi.OutputState }

func (ServiceManagedResourcesSettingsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ServiceManagedResourcesSettings]()
}

func (o ServiceManagedResourcesSettingsPtrOutput) ToServiceManagedResourcesSettingsPtrOutput() ServiceManagedResourcesSettingsPtrOutput {
	return o
}

func (o ServiceManagedResourcesSettingsPtrOutput) ToServiceManagedResourcesSettingsPtrOutputWithContext(context.Context) ServiceManagedResourcesSettingsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ServiceManagedResourcesSettingsOutput{})
	pulumi.RegisterOutputType(ServiceManagedResourcesSettingsPtrOutput{})
}

// ServiceTagDestination is ARM's ServiceTagDestination.
type ServiceTagDestination struct {
	Action     *string `pulumi:"action"`
	PortRanges *string `pulumi:"portRanges"`
	Protocol   *string `pulumi:"protocol"`
	ServiceTag *string `pulumi:"serviceTag"`
}

// ServiceTagDestinationArgs are the inputs of ServiceTagDestination.
type ServiceTagDestinationArgs struct {
	Action     pulumi.StringPtrInput `pulumi:"action"`
	PortRanges pulumi.StringPtrInput `pulumi:"portRanges"`
	Protocol   pulumi.StringPtrInput `pulumi:"protocol"`
	ServiceTag pulumi.StringPtrInput `pulumi:"serviceTag"`
}

// ServiceTagDestinationInput takes ServiceTagDestinationArgs and its output.
type ServiceTagDestinationInput interface {
	pulumi.Input

	ToServiceTagDestinationOutput() ServiceTagDestinationOutput
	ToServiceTagDestinationOutputWithContext(context.Context) ServiceTagDestinationOutput
}

// ServiceTagDestinationPtrInput takes ServiceTagDestinationArgs, nil and their output.
type ServiceTagDestinationPtrInput interface {
	pulumi.Input

	ToServiceTagDestinationPtrOutput() ServiceTagDestinationPtrOutput
	ToServiceTagDestinationPtrOutputWithContext(context.Context) ServiceTagDestinationPtrOutput
}

func (ServiceTagDestinationArgs) ElementType() reflect.Type {
	return reflect.TypeFor[ServiceTagDestination]()
}

func (i ServiceTagDestinationArgs) ToServiceTagDestinationOutput() ServiceTagDestinationOutput {
	return i.ToServiceTagDestinationOutputWithContext(context.Background())
}

func (i ServiceTagDestinationArgs) ToServiceTagDestinationOutputWithContext(ctx context.Context) ServiceTagDestinationOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ServiceTagDestinationOutput)
}

func (i ServiceTagDestinationArgs) ToServiceTagDestinationPtrOutput() ServiceTagDestinationPtrOutput {
	return i.ToServiceTagDestinationPtrOutputWithContext(context.Background())
}

func (i ServiceTagDestinationArgs) ToServiceTagDestinationPtrOutputWithContext(ctx context.Context) ServiceTagDestinationPtrOutput {
	return i.ToServiceTagDestinationOutputWithContext(ctx).ToServiceTagDestinationPtrOutputWithContext(ctx)
}

// ServiceTagDestinationOutput is a ServiceTagDestination that may not be known yet.
type ServiceTagDestinationOutput struct{ *pulumi.OutputState }

func (ServiceTagDestinationOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ServiceTagDestination]()
}

func (o ServiceTagDestinationOutput) ToServiceTagDestinationOutput() ServiceTagDestinationOutput {
	return o
}

func (o ServiceTagDestinationOutput) ToServiceTagDestinationOutputWithContext(context.Context) ServiceTagDestinationOutput {
	return o
}

func (o ServiceTagDestinationOutput) ToServiceTagDestinationPtrOutput() ServiceTagDestinationPtrOutput {
	return o.ToServiceTagDestinationPtrOutputWithContext(context.Background())
}

func (o ServiceTagDestinationOutput) ToServiceTagDestinationPtrOutputWithContext(ctx context.Context) ServiceTagDestinationPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ServiceTagDestination) *ServiceTagDestination { return &v }).(ServiceTagDestinationPtrOutput)
}

// ServiceTagDestinationPtrOutput is a ServiceTagDestination or nil that may not be known yet.
type ServiceTagDestinationPtrOutput struct{ *pulumi.OutputState }

func (ServiceTagDestinationPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ServiceTagDestination]()
}

func (o ServiceTagDestinationPtrOutput) ToServiceTagDestinationPtrOutput() ServiceTagDestinationPtrOutput {
	return o
}

func (o ServiceTagDestinationPtrOutput) ToServiceTagDestinationPtrOutputWithContext(context.Context) ServiceTagDestinationPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ServiceTagDestinationOutput{})
	pulumi.RegisterOutputType(ServiceTagDestinationPtrOutput{})
}

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

// SharedPrivateLinkResource is ARM's SharedPrivateLinkResource.
type SharedPrivateLinkResource struct {
	GroupId               *string `pulumi:"groupId"`
	Name                  *string `pulumi:"name"`
	PrivateLinkResourceId *string `pulumi:"privateLinkResourceId"`
	RequestMessage        *string `pulumi:"requestMessage"`
	Status                *string `pulumi:"status"`
}

// SharedPrivateLinkResourceArgs are the inputs of SharedPrivateLinkResource.
type SharedPrivateLinkResourceArgs struct {
	GroupId               pulumi.StringPtrInput `pulumi:"groupId"`
	Name                  pulumi.StringPtrInput `pulumi:"name"`
	PrivateLinkResourceId pulumi.StringPtrInput `pulumi:"privateLinkResourceId"`
	RequestMessage        pulumi.StringPtrInput `pulumi:"requestMessage"`
	Status                pulumi.StringPtrInput `pulumi:"status"`
}

// SharedPrivateLinkResourceInput takes SharedPrivateLinkResourceArgs and its output.
type SharedPrivateLinkResourceInput interface {
	pulumi.Input

	ToSharedPrivateLinkResourceOutput() SharedPrivateLinkResourceOutput
	ToSharedPrivateLinkResourceOutputWithContext(context.Context) SharedPrivateLinkResourceOutput
}

// SharedPrivateLinkResourcePtrInput takes SharedPrivateLinkResourceArgs, nil and their output.
type SharedPrivateLinkResourcePtrInput interface {
	pulumi.Input

	ToSharedPrivateLinkResourcePtrOutput() SharedPrivateLinkResourcePtrOutput
	ToSharedPrivateLinkResourcePtrOutputWithContext(context.Context) SharedPrivateLinkResourcePtrOutput
}

func (SharedPrivateLinkResourceArgs) ElementType() reflect.Type {
	return reflect.TypeFor[SharedPrivateLinkResource]()
}

func (i SharedPrivateLinkResourceArgs) ToSharedPrivateLinkResourceOutput() SharedPrivateLinkResourceOutput {
	return i.ToSharedPrivateLinkResourceOutputWithContext(context.Background())
}

func (i SharedPrivateLinkResourceArgs) ToSharedPrivateLinkResourceOutputWithContext(ctx context.Context) SharedPrivateLinkResourceOutput {
	return pulumi.ToOutputWithContext(ctx, i).(SharedPrivateLinkResourceOutput)
}

func (i SharedPrivateLinkResourceArgs) ToSharedPrivateLinkResourcePtrOutput() SharedPrivateLinkResourcePtrOutput {
	return i.ToSharedPrivateLinkResourcePtrOutputWithContext(context.Background())
}

func (i SharedPrivateLinkResourceArgs) ToSharedPrivateLinkResourcePtrOutputWithContext(ctx context.Context) SharedPrivateLinkResourcePtrOutput {
	return i.ToSharedPrivateLinkResourceOutputWithContext(ctx).ToSharedPrivateLinkResourcePtrOutputWithContext(ctx)
}

// SharedPrivateLinkResourceOutput is a SharedPrivateLinkResource that may not be known yet.
type SharedPrivateLinkResourceOutput struct{ *pulumi.OutputState }

func (SharedPrivateLinkResourceOutput) ElementType() reflect.Type {
	return reflect.TypeFor[SharedPrivateLinkResource]()
}

func (o SharedPrivateLinkResourceOutput) ToSharedPrivateLinkResourceOutput() SharedPrivateLinkResourceOutput {
	return o
}

func (o SharedPrivateLinkResourceOutput) ToSharedPrivateLinkResourceOutputWithContext(context.Context) SharedPrivateLinkResourceOutput {
	return o
}

func (o SharedPrivateLinkResourceOutput) ToSharedPrivateLinkResourcePtrOutput() SharedPrivateLinkResourcePtrOutput {
	return o.ToSharedPrivateLinkResourcePtrOutputWithContext(context.Background())
}

func (o SharedPrivateLinkResourceOutput) ToSharedPrivateLinkResourcePtrOutputWithContext(ctx context.Context) SharedPrivateLinkResourcePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v SharedPrivateLinkResource) *SharedPrivateLinkResource { return &v }).(SharedPrivateLinkResourcePtrOutput)
}

// SharedPrivateLinkResourcePtrOutput is a SharedPrivateLinkResource or nil that may not be known yet.
type SharedPrivateLinkResourcePtrOutput struct{ *pulumi.OutputState }

func (SharedPrivateLinkResourcePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*SharedPrivateLinkResource]()
}

func (o SharedPrivateLinkResourcePtrOutput) ToSharedPrivateLinkResourcePtrOutput() SharedPrivateLinkResourcePtrOutput {
	return o
}

func (o SharedPrivateLinkResourcePtrOutput) ToSharedPrivateLinkResourcePtrOutputWithContext(context.Context) SharedPrivateLinkResourcePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(SharedPrivateLinkResourceOutput{})
	pulumi.RegisterOutputType(SharedPrivateLinkResourcePtrOutput{})
}

// WorkspaceHubConfig is ARM's WorkspaceHubConfig.
type WorkspaceHubConfig struct {
	AdditionalWorkspaceStorageAccounts []string `pulumi:"additionalWorkspaceStorageAccounts"`
	DefaultWorkspaceResourceGroup      *string  `pulumi:"defaultWorkspaceResourceGroup"`
}

// WorkspaceHubConfigArgs are the inputs of WorkspaceHubConfig.
type WorkspaceHubConfigArgs struct {
	AdditionalWorkspaceStorageAccounts pulumi.StringArrayInput `pulumi:"additionalWorkspaceStorageAccounts"`
	DefaultWorkspaceResourceGroup      pulumi.StringPtrInput   `pulumi:"defaultWorkspaceResourceGroup"`
}

// WorkspaceHubConfigInput takes WorkspaceHubConfigArgs and its output.
type WorkspaceHubConfigInput interface {
	pulumi.Input

	ToWorkspaceHubConfigOutput() WorkspaceHubConfigOutput
	ToWorkspaceHubConfigOutputWithContext(context.Context) WorkspaceHubConfigOutput
}

// WorkspaceHubConfigPtrInput takes WorkspaceHubConfigArgs, nil and their output.
type WorkspaceHubConfigPtrInput interface {
	pulumi.Input

	ToWorkspaceHubConfigPtrOutput() WorkspaceHubConfigPtrOutput
	ToWorkspaceHubConfigPtrOutputWithContext(context.Context) WorkspaceHubConfigPtrOutput
}

func (WorkspaceHubConfigArgs) ElementType() reflect.Type {
	return reflect.TypeFor[WorkspaceHubConfig]()
}

func (i WorkspaceHubConfigArgs) ToWorkspaceHubConfigOutput() WorkspaceHubConfigOutput {
	return i.ToWorkspaceHubConfigOutputWithContext(context.Background())
}

func (i WorkspaceHubConfigArgs) ToWorkspaceHubConfigOutputWithContext(ctx context.Context) WorkspaceHubConfigOutput {
	return pulumi.ToOutputWithContext(ctx, i).(WorkspaceHubConfigOutput)
}

func (i WorkspaceHubConfigArgs) ToWorkspaceHubConfigPtrOutput() WorkspaceHubConfigPtrOutput {
	return i.ToWorkspaceHubConfigPtrOutputWithContext(context.Background())
}

func (i WorkspaceHubConfigArgs) ToWorkspaceHubConfigPtrOutputWithContext(ctx context.Context) WorkspaceHubConfigPtrOutput {
	return i.ToWorkspaceHubConfigOutputWithContext(ctx).ToWorkspaceHubConfigPtrOutputWithContext(ctx)
}

// WorkspaceHubConfigOutput is a WorkspaceHubConfig that may not be known yet.
type WorkspaceHubConfigOutput struct{ *pulumi.OutputState }

func (WorkspaceHubConfigOutput) ElementType() reflect.Type {
	return reflect.TypeFor[WorkspaceHubConfig]()
}

func (o WorkspaceHubConfigOutput) ToWorkspaceHubConfigOutput() WorkspaceHubConfigOutput { return o }

func (o WorkspaceHubConfigOutput) ToWorkspaceHubConfigOutputWithContext(context.Context) WorkspaceHubConfigOutput {
	return o
}

func (o WorkspaceHubConfigOutput) ToWorkspaceHubConfigPtrOutput() WorkspaceHubConfigPtrOutput {
	return o.ToWorkspaceHubConfigPtrOutputWithContext(context.Background())
}

func (o WorkspaceHubConfigOutput) ToWorkspaceHubConfigPtrOutputWithContext(ctx context.Context) WorkspaceHubConfigPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v WorkspaceHubConfig) *WorkspaceHubConfig { return &v }).(WorkspaceHubConfigPtrOutput)
}

// WorkspaceHubConfigPtrOutput is a WorkspaceHubConfig or nil that may not be known yet.
type WorkspaceHubConfigPtrOutput struct{ *pulumi.OutputState }

func (WorkspaceHubConfigPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*WorkspaceHubConfig]()
}

func (o WorkspaceHubConfigPtrOutput) ToWorkspaceHubConfigPtrOutput() WorkspaceHubConfigPtrOutput {
	return o
}

func (o WorkspaceHubConfigPtrOutput) ToWorkspaceHubConfigPtrOutputWithContext(context.Context) WorkspaceHubConfigPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(WorkspaceHubConfigOutput{})
	pulumi.RegisterOutputType(WorkspaceHubConfigPtrOutput{})
}

// Workspace is the ARM resource of that name in Microsoft.MachineLearningServices.
type Workspace struct {
	pulumi.CustomResourceState

	AllowPublicAccessWhenBehindVnet pulumi.BoolPtrOutput                    `pulumi:"allowPublicAccessWhenBehindVnet"`
	ApplicationInsights             pulumi.StringPtrOutput                  `pulumi:"applicationInsights"`
	AssociatedWorkspaces            pulumi.StringArrayOutput                `pulumi:"associatedWorkspaces"`
	ContainerRegistry               pulumi.StringPtrOutput                  `pulumi:"containerRegistry"`
	Description                     pulumi.StringPtrOutput                  `pulumi:"description"`
	DiscoveryUrl                    pulumi.StringPtrOutput                  `pulumi:"discoveryUrl"`
	EnableDataIsolation             pulumi.BoolPtrOutput                    `pulumi:"enableDataIsolation"`
	Encryption                      pulumi.AnyOutput                        `pulumi:"encryption"`
	FeatureStoreSettings            pulumi.AnyOutput                        `pulumi:"featureStoreSettings"`
	FriendlyName                    pulumi.StringPtrOutput                  `pulumi:"friendlyName"`
	HbiWorkspace                    pulumi.BoolPtrOutput                    `pulumi:"hbiWorkspace"`
	HubResourceId                   pulumi.StringPtrOutput                  `pulumi:"hubResourceId"`
	Identity                        ManagedServiceIdentityResponsePtrOutput `pulumi:"identity"`
	ImageBuildCompute               pulumi.StringPtrOutput                  `pulumi:"imageBuildCompute"`
	KeyVault                        pulumi.StringPtrOutput                  `pulumi:"keyVault"`
	Kind                            pulumi.StringPtrOutput                  `pulumi:"kind"`
	Location                        pulumi.StringPtrOutput                  `pulumi:"location"`
	ManagedNetwork                  pulumi.AnyOutput                        `pulumi:"managedNetwork"`
	MlFlowTrackingUri               pulumi.StringOutput                     `pulumi:"mlFlowTrackingUri"`
	Name                            pulumi.StringOutput                     `pulumi:"name"`
	NotebookInfo                    pulumi.AnyOutput                        `pulumi:"notebookInfo"`
	PrimaryUserAssignedIdentity     pulumi.StringPtrOutput                  `pulumi:"primaryUserAssignedIdentity"`
	PrivateEndpointConnections      pulumi.AnyOutput                        `pulumi:"privateEndpointConnections"`
	PrivateLinkCount                pulumi.IntPtrOutput                     `pulumi:"privateLinkCount"`
	ProvisioningState               pulumi.StringOutput                     `pulumi:"provisioningState"`
	PublicNetworkAccess             pulumi.StringPtrOutput                  `pulumi:"publicNetworkAccess"`
	ServerlessComputeSettings       pulumi.AnyOutput                        `pulumi:"serverlessComputeSettings"`
	ServiceManagedResourcesSettings pulumi.AnyOutput                        `pulumi:"serviceManagedResourcesSettings"`
	ServiceProvisionedResourceGroup pulumi.StringOutput                     `pulumi:"serviceProvisionedResourceGroup"`
	SharedPrivateLinkResources      pulumi.AnyOutput                        `pulumi:"sharedPrivateLinkResources"`
	Sku                             pulumi.AnyOutput                        `pulumi:"sku"`
	StorageAccount                  pulumi.StringPtrOutput                  `pulumi:"storageAccount"`
	StorageHnsEnabled               pulumi.BoolPtrOutput                    `pulumi:"storageHnsEnabled"`
	SystemData                      pulumi.AnyOutput                        `pulumi:"systemData"`
	Tags                            pulumi.StringMapOutput                  `pulumi:"tags"`
	TenantId                        pulumi.StringOutput                     `pulumi:"tenantId"`
	Type                            pulumi.StringOutput                     `pulumi:"type"`
	V1LegacyMode                    pulumi.BoolPtrOutput                    `pulumi:"v1LegacyMode"`
	WorkspaceHubConfig              pulumi.AnyOutput                        `pulumi:"workspaceHubConfig"`
	WorkspaceId                     pulumi.StringOutput                     `pulumi:"workspaceId"`
}

type workspaceArgs struct {
	AllowPublicAccessWhenBehindVnet *bool                            `pulumi:"allowPublicAccessWhenBehindVnet"`
	ApplicationInsights             *string                          `pulumi:"applicationInsights"`
	AssociatedWorkspaces            []string                         `pulumi:"associatedWorkspaces"`
	ContainerRegistry               *string                          `pulumi:"containerRegistry"`
	Description                     *string                          `pulumi:"description"`
	DiscoveryUrl                    *string                          `pulumi:"discoveryUrl"`
	EnableDataIsolation             *bool                            `pulumi:"enableDataIsolation"`
	Encryption                      *EncryptionProperty              `pulumi:"encryption"`
	FeatureStoreSettings            *FeatureStoreSettings            `pulumi:"featureStoreSettings"`
	FriendlyName                    *string                          `pulumi:"friendlyName"`
	HbiWorkspace                    *bool                            `pulumi:"hbiWorkspace"`
	HubResourceId                   *string                          `pulumi:"hubResourceId"`
	Identity                        *ManagedServiceIdentity          `pulumi:"identity"`
	ImageBuildCompute               *string                          `pulumi:"imageBuildCompute"`
	KeyVault                        *string                          `pulumi:"keyVault"`
	Kind                            *string                          `pulumi:"kind"`
	Location                        *string                          `pulumi:"location"`
	ManagedNetwork                  *ManagedNetworkSettings          `pulumi:"managedNetwork"`
	PrimaryUserAssignedIdentity     *string                          `pulumi:"primaryUserAssignedIdentity"`
	PublicNetworkAccess             *string                          `pulumi:"publicNetworkAccess"`
	ResourceGroupName               string                           `pulumi:"resourceGroupName"`
	ServerlessComputeSettings       *ServerlessComputeSettings       `pulumi:"serverlessComputeSettings"`
	ServiceManagedResourcesSettings *ServiceManagedResourcesSettings `pulumi:"serviceManagedResourcesSettings"`
	SharedPrivateLinkResources      []interface{}                    `pulumi:"sharedPrivateLinkResources"`
	Sku                             *Sku                             `pulumi:"sku"`
	StorageAccount                  *string                          `pulumi:"storageAccount"`
	Tags                            map[string]string                `pulumi:"tags"`
	V1LegacyMode                    *bool                            `pulumi:"v1LegacyMode"`
	WorkspaceHubConfig              *WorkspaceHubConfig              `pulumi:"workspaceHubConfig"`
	WorkspaceName                   *string                          `pulumi:"workspaceName"`
}

// WorkspaceArgs are the inputs of Workspace.
type WorkspaceArgs struct {
	AllowPublicAccessWhenBehindVnet pulumi.BoolPtrInput
	ApplicationInsights             pulumi.StringPtrInput
	AssociatedWorkspaces            pulumi.StringArrayInput
	ContainerRegistry               pulumi.StringPtrInput
	Description                     pulumi.StringPtrInput
	DiscoveryUrl                    pulumi.StringPtrInput
	EnableDataIsolation             pulumi.BoolPtrInput
	Encryption                      EncryptionPropertyPtrInput
	FeatureStoreSettings            FeatureStoreSettingsPtrInput
	FriendlyName                    pulumi.StringPtrInput
	HbiWorkspace                    pulumi.BoolPtrInput
	HubResourceId                   pulumi.StringPtrInput
	Identity                        ManagedServiceIdentityPtrInput
	ImageBuildCompute               pulumi.StringPtrInput
	KeyVault                        pulumi.StringPtrInput
	Kind                            pulumi.StringPtrInput
	Location                        pulumi.StringPtrInput
	ManagedNetwork                  ManagedNetworkSettingsPtrInput
	PrimaryUserAssignedIdentity     pulumi.StringPtrInput
	PublicNetworkAccess             pulumi.StringPtrInput
	ResourceGroupName               pulumi.StringInput
	ServerlessComputeSettings       ServerlessComputeSettingsPtrInput
	ServiceManagedResourcesSettings ServiceManagedResourcesSettingsPtrInput
	SharedPrivateLinkResources      pulumi.ArrayInput
	Sku                             SkuPtrInput
	StorageAccount                  pulumi.StringPtrInput
	Tags                            pulumi.StringMapInput
	V1LegacyMode                    pulumi.BoolPtrInput
	WorkspaceHubConfig              WorkspaceHubConfigPtrInput
	WorkspaceName                   pulumi.StringPtrInput
}

func (WorkspaceArgs) ElementType() reflect.Type { return reflect.TypeFor[workspaceArgs]() }

// NewWorkspace declares a Workspace.
func NewWorkspace(ctx *pulumi.Context, name string, args *WorkspaceArgs, opts ...pulumi.ResourceOption) (*Workspace, error) {
	if args == nil {
		return nil, missing("args")
	}
	if args.ResourceGroupName == nil {
		return nil, missing("ResourceGroupName")
	}
	if args.AllowPublicAccessWhenBehindVnet == nil {
		args.AllowPublicAccessWhenBehindVnet = pulumi.BoolPtr(false)
	}
	if args.HbiWorkspace == nil {
		args.HbiWorkspace = pulumi.BoolPtr(false)
	}
	if args.V1LegacyMode == nil {
		args.V1LegacyMode = pulumi.BoolPtr(false)
	}
	var resource Workspace
	if err := ctx.RegisterResource(token("Workspace"), name, args, &resource, options("Workspace", opts)...); err != nil {
		return nil, err
	}
	return &resource, nil
}
