// Package infra declares everything that the endpoint needs on Azure.
//
// How the files go together: Deploy (deploy.go) loads the configuration
// (config.go, which hands it to stackconfig), runs the preflight checks and
// declares the resources in the order in which they depend on each other, one
// file each.
package infra

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"
	"github.com/pulumi/pulumi-azure-native-sdk/containerregistry/v2"
	"github.com/pulumi/pulumi-azure-native-sdk/insights/v2"
	"github.com/pulumi/pulumi-azure-native-sdk/keyvault/v2"
	"github.com/pulumi/pulumi-azure-native-sdk/operationalinsights/v2"
	"github.com/pulumi/pulumi-azure-native-sdk/resources/v2"
	"github.com/pulumi/pulumi-azure-native-sdk/storage/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/managedidentity"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Deploy is the Pulumi program.
func Deploy(ctx *pulumi.Context) error { return Program{Pause: 30 * time.Second}.Deploy(ctx) }

// Program is the Pulumi program with what a test replaces.
type Program struct {
	// HTTP reaches the registry and the storage account; nil is the usual way.
	HTTP *http.Client
	// Pause is between two tries of what Azure refuses for a cause that passes
	// by itself; 0 tries nothing again.
	Pause time.Duration
}

// Deploy is the Pulumi program.
func (p Program) Deploy(ctx *pulumi.Context) error {
	s, err := p.newStack(ctx)
	if err != nil {
		return err
	}
	if err := s.declare(); err != nil {
		return err
	}
	for name, output := range s.outputs() {
		ctx.Export(name, output)
	}
	return nil
}

// newStack reads and checks all that can be checked before anything is
// declared.
func (p Program) newStack(ctx *pulumi.Context) (*stack, error) {
	cfg, err := loadConfig(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range cfg.DeploymentNames() {
		if image := cfg.Deployments[name].Image; image.Digest != "" || image.Build != nil {
			continue
		}
		at := "deployments." + name + ".image.digest"
		if err := ctx.Log.Warn(at+" isn't set: this preview works without, an update won't; see docs/configuration.md", nil); err != nil {
			return nil, err
		}
	}
	account, err := authorization.GetClientConfig(ctx)
	if err != nil {
		err = fmt.Errorf("who is signed in to Azure: %w; run az login, or set ARM_CLIENT_ID, ARM_TENANT_ID and ARM_SUBSCRIPTION_ID", err)
		account = &authorization.GetClientConfigResult{}
	}
	s := &stack{
		ctx:          ctx,
		http:         cmp.Or(p.HTTP, http.DefaultClient),
		cfg:          cfg,
		subscription: account.SubscriptionId,
		tenant:       account.TenantId,
		names:        stackconfig.NewNames(cfg, account.SubscriptionId, ctx.Project(), ctx.Stack()),
		tags:         tags(cfg, ctx.Project(), ctx.Stack()),
	}
	var hookErr error
	s.retries, hookErr = newRetries(ctx, p.Pause)
	return s, errors.Join(s.hashBuilds(), s.preflight(), err, hookErr)
}

// declare declares the resources, each step using what those before made.
func (s *stack) declare() error {
	for _, step := range []func() error{
		s.declareResourceGroup,
		s.declareKeyVault,
		s.declareObservability,
		s.declareRegistry,
		s.declareStorage,
		s.declareWorkspace,
		s.declareIdentity,
		s.declareModels,
		s.declareEnvironments,
		s.declareEndpoint,
		s.declareDeployments,
		s.declareTraffic,
		s.declareScaling,
		s.declareAlerts,
		s.declareDashboard,
		s.declareBudget,
		s.declareCIIdentities,
		s.declareCallers,
		s.declareLocks,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// stack is a run of the program: what it was told and what it has declared.
type stack struct {
	ctx          *pulumi.Context
	http         *http.Client
	cfg          *stackconfig.Config
	subscription string
	tenant       string
	names        stackconfig.Names
	tags         pulumi.StringMap
	retries      *retries
	builds       map[string]string     // tags of the images to build, by deployment
	password     pulumi.StringPtrInput // of the registry, if one was needed

	group     *resources.ResourceGroup
	vault     *keyvault.Vault
	logs      *operationalinsights.Workspace
	insights  *insights.Component
	registry  *containerregistry.Registry
	account   *storage.StorageAccount
	container *storage.BlobContainer
	workspace *machinelearning.Workspace
	datastore *machinelearning.Datastore
	identity  *managedidentity.UserAssignedIdentity
	// grants are the identity's role assignments.
	grants []pulumi.Resource
	// onData are role assignments and the like in the scope of a locked
	// resource: the locks must be gone before them.
	onData []pulumi.Resource

	models       map[string]*machinelearning.ModelVersion       // by name:version
	environments map[string]*machinelearning.EnvironmentVersion // by deployment
	endpoint     *machinelearning.OnlineEndpoint
	diagnostics  *insights.DiagnosticSetting
	deployments  map[string]*machinelearning.OnlineDeployment // by configured name
	traffic      *resources.Deployment
	actionGroup  *insights.ActionGroup
	ci           *ciIdentities
	callers      pulumi.StringPtrInput
}

func tags(cfg *stackconfig.Config, project, stackName string) pulumi.StringMap {
	all := pulumi.StringMap{
		"project":    pulumi.String(project),
		"stack":      pulumi.String(stackName),
		"managed-by": pulumi.String("pulumi"),
	}
	for key, value := range maps.All(cfg.Tags) {
		all[key] = pulumi.String(value)
	}
	return all
}

func (s *stack) declareResourceGroup() (err error) {
	s.group, err = resources.NewResourceGroup(s.ctx, "resource-group", &resources.ResourceGroupArgs{
		ResourceGroupName: pulumi.String(s.names.ResourceGroup),
		Location:          pulumi.String(s.cfg.Location),
		Tags:              s.tags,
	})
	return err
}

// location is where everything lies.
func (s *stack) location() pulumi.StringInput { return pulumi.String(s.cfg.Location) }
