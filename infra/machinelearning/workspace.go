package machinelearning

import (
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

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
	AllowPublicAccessWhenBehindVnet *bool                   `pulumi:"allowPublicAccessWhenBehindVnet"`
	ApplicationInsights             *string                 `pulumi:"applicationInsights"`
	AssociatedWorkspaces            []string                `pulumi:"associatedWorkspaces"`
	ContainerRegistry               *string                 `pulumi:"containerRegistry"`
	Description                     *string                 `pulumi:"description"`
	DiscoveryUrl                    *string                 `pulumi:"discoveryUrl"`
	EnableDataIsolation             *bool                   `pulumi:"enableDataIsolation"`
	FriendlyName                    *string                 `pulumi:"friendlyName"`
	HbiWorkspace                    *bool                   `pulumi:"hbiWorkspace"`
	HubResourceId                   *string                 `pulumi:"hubResourceId"`
	Identity                        *ManagedServiceIdentity `pulumi:"identity"`
	ImageBuildCompute               *string                 `pulumi:"imageBuildCompute"`
	KeyVault                        *string                 `pulumi:"keyVault"`
	Kind                            *string                 `pulumi:"kind"`
	Location                        *string                 `pulumi:"location"`
	ManagedNetwork                  *ManagedNetworkSettings `pulumi:"managedNetwork"`
	PrimaryUserAssignedIdentity     *string                 `pulumi:"primaryUserAssignedIdentity"`
	PublicNetworkAccess             *string                 `pulumi:"publicNetworkAccess"`
	ResourceGroupName               string                  `pulumi:"resourceGroupName"`
	SharedPrivateLinkResources      []interface{}           `pulumi:"sharedPrivateLinkResources"`
	Sku                             *Sku                    `pulumi:"sku"`
	StorageAccount                  *string                 `pulumi:"storageAccount"`
	Tags                            map[string]string       `pulumi:"tags"`
	V1LegacyMode                    *bool                   `pulumi:"v1LegacyMode"`
	WorkspaceName                   *string                 `pulumi:"workspaceName"`
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
	SharedPrivateLinkResources      pulumi.ArrayInput
	Sku                             SkuPtrInput
	StorageAccount                  pulumi.StringPtrInput
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
