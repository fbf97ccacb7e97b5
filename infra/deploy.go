// Package infra declares everything that the endpoint needs on Azure.
//
// How the files go together: Deploy (deploy.go) loads the configuration
// (config.go, which hands it to stackconfig), runs the preflight checks and
// declares the resources in groups, one file each. A step returns what it has
// declared, and takes what those before it returned: a wrong order doesn't
// compile. The Endpoint (endpoint.go) is a component of its own.
package infra

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"
	"github.com/pulumi/pulumi-azure-native-sdk/resources/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/supply"
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
	// Scorer is the program that fetches and prepares models; "" is the one in
	// build/, which is built where it isn't there.
	Scorer string
	// Cache is the folder in which fetched models stay; "" is the user's.
	Cache string
}

// Deploy is the Pulumi program.
func (p Program) Deploy(ctx *pulumi.Context) error {
	r, err := p.prepare(ctx)
	if err != nil {
		return err
	}
	outputs, err := r.declare()
	if err != nil {
		return err
	}
	for name, output := range outputs {
		ctx.Export(name, output)
	}
	return nil
}

// prepare reads and checks all that can be checked before anything is declared.
func (p Program) prepare(ctx *pulumi.Context) (run, error) {
	cfg, err := loadConfig(ctx)
	if err != nil {
		return run{}, err
	}
	images := cfg.Images()
	for _, at := range slices.Sorted(maps.Keys(images)) {
		if image := images[at]; image.Digest != "" || image.Build != nil {
			continue
		}
		at += ".digest"
		if err := ctx.Log.Warn(at+" isn't set: this preview works without it, an update won't; see docs/reference/configuration.md", nil); err != nil {
			return run{}, err
		}
	}
	account, err := authorization.GetClientConfig(ctx)
	if err != nil {
		err = fmt.Errorf("who is signed in to Azure: %w; run az login, or set ARM_CLIENT_ID, ARM_TENANT_ID and ARM_SUBSCRIPTION_ID", err)
		account = &authorization.GetClientConfigResult{}
	}
	r := run{
		ctx:          ctx,
		http:         cmp.Or(p.HTTP, http.DefaultClient),
		cfg:          cfg,
		subscription: account.SubscriptionId,
		tenant:       account.TenantId,
		principal:    account.ObjectId,
		scorer:       supply.Scorer{Path: p.Scorer, Dir: "."},
		supplying:    &sync.Mutex{},
		cache:        p.Cache,
		pause:        p.Pause,
		names:        stackconfig.NewNames(cfg, account.SubscriptionId, ctx.Project(), ctx.Stack()),
		tags:         tags(cfg, ctx.Project(), ctx.Stack()),
	}
	var buildErr, hookErr error
	r.builds, buildErr = hashBuilds(cfg, ctx.Stack())
	r.retries, hookErr = newRetries(ctx, p.Pause)
	if err := r.registerServices(); err != nil {
		return run{}, err
	}
	return r, errors.Join(buildErr, r.preflight(), err, hookErr)
}

// declare declares the resources and returns the stack's outputs.
func (r run) declare() (pulumi.Map, error) {
	group, err := r.resourceGroup()
	if err != nil {
		return nil, err
	}
	base, err := r.platform(group)
	if err != nil {
		return nil, err
	}
	if r.cfg.Hosting == stackconfig.ContainerApp {
		return r.declareHostedApp(base)
	}
	work, err := r.learning(base)
	if err != nil {
		return nil, err
	}
	endpoint, err := r.endpoint(work)
	if err != nil {
		return nil, err
	}
	if r.cfg.Bot.Enabled {
		if err := r.endpointBot(base, endpoint); err != nil {
			return nil, err
		}
	}
	if err := r.watching(base, endpoint); err != nil {
		return nil, err
	}
	if err := r.locks(base, work.grants); err != nil {
		return nil, err
	}
	return r.outputs(base, work, endpoint), nil
}

// run is a run of the program: what it was told, and nothing of what it
// declares.
type run struct {
	ctx          *pulumi.Context
	http         *http.Client
	cfg          *stackconfig.Config
	subscription string
	tenant       string
	principal    string // object id of whoever is signed in
	scorer       supply.Scorer
	supplying    *sync.Mutex
	cache        string
	pause        time.Duration // between two tries of what passes by itself
	names        stackconfig.Names
	tags         pulumi.StringMap
	builds       map[string]string // tags of the images to build, by the images' keys
	retries      *retries
	parent       pulumi.Resource // of what is declared; nil is the stack itself
}

// section is a node of the tree that `pulumi up` shows.
type section struct{ pulumi.ResourceState }

// in returns the run that declares below a node of the tree.
func (r run) in(name string) (run, error) {
	node := &section{}
	err := r.ctx.RegisterComponentResource("azure-nlp-endpoint:infra:Section", name, node, r.options()...)
	r.parent = node
	return r, err
}

// options are those of every resource, and more.
func (r run) options(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	if r.parent != nil {
		more = append(more, pulumi.Parent(r.parent))
	}
	return more
}

// known is a value that the program chose itself, such as a name. A preview
// knows it, unlike what Azure would answer, and what uses it waits for the
// resource all the same.
func known(of pulumi.Resource, value string) pulumi.StringOutput {
	return of.URN().ApplyT(func(pulumi.URN) string { return value }).(pulumi.StringOutput)
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

// group is the resource group, in which everything lies.
type group struct {
	*resources.ResourceGroup
	name pulumi.StringInput
}

func (r run) resourceGroup() (group, error) {
	if r.cfg.ResourceGroup != "" {
		there, err := resources.GetResourceGroup(r.ctx, "resource-group", pulumi.ID(r.groupID(r.names.ResourceGroup)), nil)
		if err != nil {
			return group{}, err
		}
		return group{there, known(there, r.names.ResourceGroup)}, nil
	}
	made, err := resources.NewResourceGroup(r.ctx, "resource-group", &resources.ResourceGroupArgs{
		ResourceGroupName: pulumi.String(r.names.ResourceGroup),
		Location:          pulumi.String(r.cfg.Location),
		Tags:              r.tags,
	})
	if err != nil {
		return group{}, err
	}
	return group{made, known(made, r.names.ResourceGroup)}, nil
}

// location is where everything lies.
func (r run) location() pulumi.StringInput { return pulumi.String(r.cfg.Location) }

func (r run) subscriptionID() string { return "/subscriptions/" + r.subscription }

func (r run) groupID(group string) string { return r.subscriptionID() + "/resourceGroups/" + group }

// id is the ARM id of a resource of the stack, known before it is made: its
// provider and type, such as Microsoft.KeyVault/vaults, and its name.
func (r run) id(typ, name string) string { return r.idIn("", typ, name) }

// idIn is the ARM id of a resource in a group; "" is the stack's own.
func (r run) idIn(group, typ, name string) string {
	return r.groupID(cmp.Or(group, r.names.ResourceGroup)) + "/providers/" + typ + "/" + name
}

func (r run) vaultID() string {
	return r.idIn(r.cfg.KeyVault.ResourceGroup, "Microsoft.KeyVault/vaults", r.names.KeyVault)
}

func (r run) logsID() string {
	return r.idIn(r.cfg.Logs.ResourceGroup, "Microsoft.OperationalInsights/workspaces", r.names.Logs)
}

func (r run) registryID() string {
	return r.idIn(r.cfg.Registry.ResourceGroup, "Microsoft.ContainerRegistry/registries", r.names.Registry)
}

func (r run) workspaceID() string {
	return r.names.WorkspaceID(r.subscription)
}

// endpointID is the endpoint's id; empty where the subscription isn't known.
func (r run) endpointID() string {
	if r.subscription == "" {
		return ""
	}
	return r.names.EndpointID(r.subscription)
}
