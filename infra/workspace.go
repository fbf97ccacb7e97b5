package infra

import (
	"github.com/pulumi/pulumi-azure-native-sdk/insights/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/managedidentity"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// learning is the Azure ML workspace with all that a deployment needs there.
type learning struct {
	workspace
	identity *managedidentity.UserAssignedIdentity // the endpoint's
	// grants are the identity's role assignments.
	grants       []pulumi.Resource
	models       map[string]*machinelearning.ModelVersion       // by name:version
	environments map[string]*machinelearning.EnvironmentVersion // by deployment
}

// workspace is the Azure ML workspace, and the datastore that shows the models'
// container.
type workspace struct {
	platform
	made          *machinelearning.Workspace
	workspaceName pulumi.StringOutput
	datastore     *machinelearning.Datastore
	datastoreName pulumi.StringInput
	approvals     []pulumi.Resource // what its managed network waits for
}

func (r run) learning(base platform) (l learning, err error) {
	if r, err = r.in("learning"); err != nil {
		return learning{}, err
	}
	if l.workspace, err = r.workspace(base); err != nil {
		return learning{}, err
	}
	if err = r.connectWorkspace(l.workspace); err != nil {
		return learning{}, err
	}
	if l.approvals, err = r.approvals(l.workspace); err != nil {
		return learning{}, err
	}
	metrics := grant{name: "endpoint-writes-metrics", role: r.builtin(roleMetricsWriter), scope: l.made.ID().ToStringOutput(), why: "The endpoint's instances write their metrics"}
	if l.identity, l.grants, err = r.endpointIdentity(base, append(r.deploymentGrants(base), metrics)...); err != nil {
		return learning{}, err
	}
	if l.models, err = r.models(l.workspace); err != nil {
		return learning{}, err
	}
	l.environments, err = r.environments(l.workspace)
	return l, err
}

// workspace makes the Azure ML workspace with a system-assigned identity, which
// Azure itself gives the roles it needs on the linked resources, and the
// datastore that the models lie in. The datastore holds no credentials: whoever
// reads it does so by a role of their own.
func (r run) workspace(base platform) (w workspace, err error) {
	w.platform = base
	w.made, err = machinelearning.NewWorkspace(r.ctx, r.named("workspace"), &machinelearning.WorkspaceArgs{
		ResourceGroupName:   base.name,
		WorkspaceName:       pulumi.String(r.names.Workspace),
		Location:            r.location(),
		Identity:            &machinelearning.ManagedServiceIdentityArgs{Type: pulumi.String("SystemAssigned")},
		Sku:                 &machinelearning.SkuArgs{Name: pulumi.String("Basic")},
		KeyVault:            base.vault.ID().ToStringOutput(),
		ApplicationInsights: base.insights.ID().ToStringOutput(),
		ContainerRegistry:   base.registry.ID().ToStringOutput(),
		StorageAccount:      base.account.ID().ToStringOutput(),
		PublicNetworkAccess: r.publicAccess(),
		ManagedNetwork:      managedNetwork(r.cfg.Workspace),
		Tags:                r.tags,

		SystemDatastoresAuthMode: pulumi.String(datastoresAuth(r.cfg.Storage)),
	}, r.options()...)
	if err != nil {
		return workspace{}, err
	}
	w.workspaceName = known(w.made, r.names.Workspace)
	all := insights.LogSettingsArray{&insights.LogSettingsArgs{CategoryGroup: pulumi.String("allLogs"), Enabled: pulumi.Bool(true)}}
	if _, err = diagnose(r.ctx, r.named("workspace-diagnostics"), w.made.ID(), base.logs.ID().ToStringOutput(), all, r.options()...); err != nil {
		return workspace{}, err
	}
	w.datastore, err = machinelearning.NewDatastore(r.ctx, r.named("models-datastore"), &machinelearning.DatastoreArgs{
		ResourceGroupName: base.name,
		WorkspaceName:     w.workspaceName,
		Name:              pulumi.String(datastoreName),
		DatastoreProperties: &machinelearning.AzureBlobDatastoreArgs{
			DatastoreType: pulumi.String("AzureBlob"),
			AccountName:   base.accountName,
			ContainerName: base.containerName,
			Endpoint:      pulumi.String("core.windows.net"),
			Protocol:      pulumi.String("https"),
			Credentials:   &machinelearning.NoneDatastoreCredentialsArgs{CredentialsType: pulumi.String("None")},
			Description:   pulumi.String("Model files, read with the reader's own identity"),
			Tags:          r.tags,
		},
	}, r.options()...)
	if err != nil {
		return workspace{}, err
	}
	w.datastoreName = known(w.datastore, datastoreName)
	return w, nil
}

const datastoreName = "models"

// datastoresAuth is how the workspace reaches the datastores that it makes itself.
func datastoresAuth(cfg stackconfig.Storage) string {
	if cfg.SharedKeyAccess {
		return "accessKey"
	}
	return "identity"
}

// managedNetwork is the network that Azure manages around the workspace's
// deployments.
func managedNetwork(cfg stackconfig.Workspace) machinelearning.ManagedNetworkSettingsPtrInput {
	rules := pulumi.Map{}
	for _, host := range cfg.OutboundHosts {
		rules["host-"+stackconfig.ShortHash(host)] = &machinelearning.FqdnOutboundRuleArgs{
			Type:        pulumi.String("FQDN"),
			Category:    pulumi.String("UserDefined"),
			Destination: pulumi.String(host),
		}
	}
	settings := &machinelearning.ManagedNetworkSettingsArgs{IsolationMode: pulumi.String(cfg.Isolation)}
	if len(rules) > 0 {
		settings.OutboundRules = rules
	}
	return settings
}

// folder names a folder of the models' datastore as Azure ML does.
func (r run) folder(w workspace, path string) pulumi.StringOutput {
	return pulumi.Sprintf("azureml://subscriptions/%s/resourceGroups/%s/workspaces/%s/datastores/%s/paths/%s",
		r.subscription, w.name, w.workspaceName, w.datastoreName, path)
}

func enabled(yes bool) string {
	if yes {
		return "Enabled"
	}
	return "Disabled"
}
