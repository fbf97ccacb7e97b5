package machinelearning

import (
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Workspace is the ARM resource of that name in Microsoft.MachineLearningServices,
// at WorkspaceAPIVersion.
type Workspace struct {
	pulumi.CustomResourceState

	AllowPublicAccessWhenBehindVnet pulumi.BoolPtrOutput                    `pulumi:"allowPublicAccessWhenBehindVnet"`
	AllowRoleAssignmentOnRG         pulumi.BoolPtrOutput                    `pulumi:"allowRoleAssignmentOnRG"`
	ApplicationInsights             pulumi.StringPtrOutput                  `pulumi:"applicationInsights"`
	AssociatedWorkspaces            pulumi.StringArrayOutput                `pulumi:"associatedWorkspaces"`
	ContainerRegistries             pulumi.StringArrayOutput                `pulumi:"containerRegistries"`
	ContainerRegistry               pulumi.StringPtrOutput                  `pulumi:"containerRegistry"`
	Description                     pulumi.StringPtrOutput                  `pulumi:"description"`
	DiscoveryUrl                    pulumi.StringPtrOutput                  `pulumi:"discoveryUrl"`
	EnableDataIsolation             pulumi.BoolPtrOutput                    `pulumi:"enableDataIsolation"`
	EnableServiceSideCMKEncryption  pulumi.BoolPtrOutput                    `pulumi:"enableServiceSideCMKEncryption"`
	EnableSimplifiedCmk             pulumi.BoolPtrOutput                    `pulumi:"enableSimplifiedCmk"`
	EnableSoftwareBillOfMaterials   pulumi.BoolPtrOutput                    `pulumi:"enableSoftwareBillOfMaterials"`
	Encryption                      pulumi.AnyOutput                        `pulumi:"encryption"`
	ExistingWorkspaces              pulumi.StringArrayOutput                `pulumi:"existingWorkspaces"`
	FeatureStoreSettings            pulumi.AnyOutput                        `pulumi:"featureStoreSettings"`
	FriendlyName                    pulumi.StringPtrOutput                  `pulumi:"friendlyName"`
	HbiWorkspace                    pulumi.BoolPtrOutput                    `pulumi:"hbiWorkspace"`
	HubResourceId                   pulumi.StringPtrOutput                  `pulumi:"hubResourceId"`
	Identity                        ManagedServiceIdentityResponsePtrOutput `pulumi:"identity"`
	ImageBuildCompute               pulumi.StringPtrOutput                  `pulumi:"imageBuildCompute"`
	IpAllowlist                     pulumi.StringArrayOutput                `pulumi:"ipAllowlist"`
	KeyVault                        pulumi.StringPtrOutput                  `pulumi:"keyVault"`
	KeyVaults                       pulumi.StringArrayOutput                `pulumi:"keyVaults"`
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
	SoftDeleteRetentionInDays       pulumi.IntPtrOutput                     `pulumi:"softDeleteRetentionInDays"`
	StorageAccount                  pulumi.StringPtrOutput                  `pulumi:"storageAccount"`
	StorageAccounts                 pulumi.StringArrayOutput                `pulumi:"storageAccounts"`
	StorageHnsEnabled               pulumi.BoolPtrOutput                    `pulumi:"storageHnsEnabled"`
	SystemData                      pulumi.AnyOutput                        `pulumi:"systemData"`
	SystemDatastoresAuthMode        pulumi.StringPtrOutput                  `pulumi:"systemDatastoresAuthMode"`
	Tags                            pulumi.StringMapOutput                  `pulumi:"tags"`
	TenantId                        pulumi.StringOutput                     `pulumi:"tenantId"`
	Type                            pulumi.StringOutput                     `pulumi:"type"`
	V1LegacyMode                    pulumi.BoolPtrOutput                    `pulumi:"v1LegacyMode"`
	WorkspaceHubConfig              pulumi.AnyOutput                        `pulumi:"workspaceHubConfig"`
	WorkspaceId                     pulumi.StringOutput                     `pulumi:"workspaceId"`
}

type workspaceArgs struct {
	AllowPublicAccessWhenBehindVnet *bool                   `pulumi:"allowPublicAccessWhenBehindVnet"`
	AllowRoleAssignmentOnRG         *bool                   `pulumi:"allowRoleAssignmentOnRG"`
	ApplicationInsights             *string                 `pulumi:"applicationInsights"`
	AssociatedWorkspaces            []string                `pulumi:"associatedWorkspaces"`
	ContainerRegistries             []string                `pulumi:"containerRegistries"`
	ContainerRegistry               *string                 `pulumi:"containerRegistry"`
	Description                     *string                 `pulumi:"description"`
	DiscoveryUrl                    *string                 `pulumi:"discoveryUrl"`
	EnableDataIsolation             *bool                   `pulumi:"enableDataIsolation"`
	EnableServiceSideCMKEncryption  *bool                   `pulumi:"enableServiceSideCMKEncryption"`
	EnableSimplifiedCmk             *bool                   `pulumi:"enableSimplifiedCmk"`
	EnableSoftwareBillOfMaterials   *bool                   `pulumi:"enableSoftwareBillOfMaterials"`
	ExistingWorkspaces              []string                `pulumi:"existingWorkspaces"`
	FriendlyName                    *string                 `pulumi:"friendlyName"`
	HbiWorkspace                    *bool                   `pulumi:"hbiWorkspace"`
	HubResourceId                   *string                 `pulumi:"hubResourceId"`
	Identity                        *ManagedServiceIdentity `pulumi:"identity"`
	ImageBuildCompute               *string                 `pulumi:"imageBuildCompute"`
	IpAllowlist                     []string                `pulumi:"ipAllowlist"`
	KeyVault                        *string                 `pulumi:"keyVault"`
	KeyVaults                       []string                `pulumi:"keyVaults"`
	Kind                            *string                 `pulumi:"kind"`
	Location                        *string                 `pulumi:"location"`
	ManagedNetwork                  *ManagedNetworkSettings `pulumi:"managedNetwork"`
	PrimaryUserAssignedIdentity     *string                 `pulumi:"primaryUserAssignedIdentity"`
	PublicNetworkAccess             *string                 `pulumi:"publicNetworkAccess"`
	ResourceGroupName               string                  `pulumi:"resourceGroupName"`
	SharedPrivateLinkResources      []interface{}           `pulumi:"sharedPrivateLinkResources"`
	Sku                             *Sku                    `pulumi:"sku"`
	SoftDeleteRetentionInDays       *int                    `pulumi:"softDeleteRetentionInDays"`
	StorageAccount                  *string                 `pulumi:"storageAccount"`
	StorageAccounts                 []string                `pulumi:"storageAccounts"`
	SystemDatastoresAuthMode        *string                 `pulumi:"systemDatastoresAuthMode"`
	Tags                            map[string]string       `pulumi:"tags"`
	V1LegacyMode                    *bool                   `pulumi:"v1LegacyMode"`
	WorkspaceName                   *string                 `pulumi:"workspaceName"`
}

// WorkspaceArgs are the inputs of Workspace.
type WorkspaceArgs struct {
	AllowPublicAccessWhenBehindVnet pulumi.BoolPtrInput
	AllowRoleAssignmentOnRG         pulumi.BoolPtrInput
	ApplicationInsights             pulumi.StringPtrInput
	AssociatedWorkspaces            pulumi.StringArrayInput
	ContainerRegistries             pulumi.StringArrayInput
	ContainerRegistry               pulumi.StringPtrInput
	Description                     pulumi.StringPtrInput
	DiscoveryUrl                    pulumi.StringPtrInput
	EnableDataIsolation             pulumi.BoolPtrInput
	EnableServiceSideCMKEncryption  pulumi.BoolPtrInput
	EnableSimplifiedCmk             pulumi.BoolPtrInput
	EnableSoftwareBillOfMaterials   pulumi.BoolPtrInput
	ExistingWorkspaces              pulumi.StringArrayInput
	FriendlyName                    pulumi.StringPtrInput
	HbiWorkspace                    pulumi.BoolPtrInput
	HubResourceId                   pulumi.StringPtrInput
	Identity                        ManagedServiceIdentityPtrInput
	ImageBuildCompute               pulumi.StringPtrInput
	IpAllowlist                     pulumi.StringArrayInput
	KeyVault                        pulumi.StringPtrInput
	KeyVaults                       pulumi.StringArrayInput
	Kind                            pulumi.StringPtrInput
	Location                        pulumi.StringPtrInput
	ManagedNetwork                  ManagedNetworkSettingsPtrInput
	PrimaryUserAssignedIdentity     pulumi.StringPtrInput
	PublicNetworkAccess             pulumi.StringPtrInput
	ResourceGroupName               pulumi.StringInput
	SharedPrivateLinkResources      pulumi.ArrayInput
	Sku                             SkuPtrInput
	SoftDeleteRetentionInDays       pulumi.IntPtrInput
	StorageAccount                  pulumi.StringPtrInput
	StorageAccounts                 pulumi.StringArrayInput
	SystemDatastoresAuthMode        pulumi.StringPtrInput
	Tags                            pulumi.StringMapInput
	V1LegacyMode                    pulumi.BoolPtrInput
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
	// What the SDK of APIVersion fills in, and that of WorkspaceAPIVersion doesn't: a
	// stack that was made with the former stays as it is.
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
