package infra

import (
	"github.com/pulumi/pulumi-azure-native-sdk/insights/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// declareWorkspace makes the Azure ML workspace with a system-assigned
// identity, which Azure itself gives the roles it needs on the linked
// resources, and the datastore that the models lie in. The datastore holds no
// credentials: whoever reads it does so by a role of their own.
func (s *stack) declareWorkspace() (err error) {
	args := &machinelearning.WorkspaceArgs{
		ResourceGroupName:   s.group.Name,
		WorkspaceName:       pulumi.String(s.names.Workspace),
		Location:            s.location(),
		Identity:            &machinelearning.ManagedServiceIdentityArgs{Type: pulumi.String("SystemAssigned")},
		Sku:                 &machinelearning.SkuArgs{Name: pulumi.String("Basic")},
		KeyVault:            s.vault.ID().ToStringOutput(),
		ApplicationInsights: s.insights.ID().ToStringOutput(),
		ContainerRegistry:   s.registry.ID().ToStringOutput(),
		StorageAccount:      s.account.ID().ToStringOutput(),
		PublicNetworkAccess: pulumi.String(enabled(s.cfg.Workspace.PublicNetworkAccess)),
		ManagedNetwork:      s.managedNetwork(),
		Tags:                s.tags,
	}
	if s.workspace, err = machinelearning.NewWorkspace(s.ctx, "workspace", args); err != nil {
		return err
	}
	all := insights.LogSettingsArray{&insights.LogSettingsArgs{CategoryGroup: pulumi.String("allLogs"), Enabled: pulumi.Bool(true)}}
	if _, err = s.diagnose("workspace-diagnostics", s.workspace.ID(), all); err != nil {
		return err
	}
	s.datastore, err = machinelearning.NewDatastore(s.ctx, "models-datastore", &machinelearning.DatastoreArgs{
		ResourceGroupName: s.group.Name,
		WorkspaceName:     s.workspace.Name,
		Name:              pulumi.String("models"),
		DatastoreProperties: &machinelearning.AzureBlobDatastoreArgs{
			DatastoreType: pulumi.String("AzureBlob"),
			AccountName:   s.account.Name,
			ContainerName: s.container.Name,
			Endpoint:      pulumi.String("core.windows.net"),
			Protocol:      pulumi.String("https"),
			Credentials:   &machinelearning.NoneDatastoreCredentialsArgs{CredentialsType: pulumi.String("None")},
			Description:   pulumi.String("Model files, read with the reader's own identity"),
			Tags:          s.tags,
		},
	})
	return err
}

// managedNetwork is the network that Azure manages around the workspace's
// deployments.
func (s *stack) managedNetwork() machinelearning.ManagedNetworkSettingsPtrInput {
	rules := pulumi.Map{}
	for _, host := range s.cfg.Workspace.OutboundHosts {
		rules["host-"+stackconfig.ShortHash(host)] = &machinelearning.FqdnOutboundRuleArgs{
			Type:        pulumi.String("FQDN"),
			Category:    pulumi.String("UserDefined"),
			Destination: pulumi.String(host),
		}
	}
	settings := &machinelearning.ManagedNetworkSettingsArgs{IsolationMode: pulumi.String(s.cfg.Workspace.Isolation)}
	if len(rules) > 0 {
		settings.OutboundRules = rules
	}
	return settings
}

// datastoreURI names a folder of the models' datastore as Azure ML does.
func (s *stack) datastoreURI(folder string) pulumi.StringOutput {
	return pulumi.Sprintf("azureml://subscriptions/%s/resourceGroups/%s/workspaces/%s/datastores/%s/paths/%s",
		s.subscription, s.group.Name, s.workspace.Name, s.datastore.Name, folder)
}

func enabled(yes bool) string {
	if yes {
		return "Enabled"
	}
	return "Disabled"
}
