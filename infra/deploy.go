// Package infra declares everything that the endpoint needs on Azure.
//
// How the files go together: Deploy (deploy.go) loads the configuration
// (config.go, which hands it to stackconfig), runs the preflight checks and
// declares the resources in groups, one file each. A step returns what it has
// declared, and takes what those before it returned: a wrong order doesn't
// compile. An Endpoint (component.go) is all of it; a managedEndpoint (endpoint.go) or a
// hostedApp (app.go) is what callers reach.
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
func Deploy(ctx *pulumi.Context) error { return Program{Pause: pause}.Deploy(ctx) }

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
	endpoint, err := p.stack(ctx)
	if err != nil {
		return err
	}
	for name, output := range endpoint.Outputs {
		ctx.Export(name, output)
	}
	return nil
}

// stack declares the endpoint that the running stack's configuration describes.
func (p Program) stack(ctx *pulumi.Context) (*Endpoint, error) {
	cfg, err := loadConfig(ctx)
	if err != nil {
		return nil, err
	}
	return p.declare(ctx, ctx.Project(), "", cfg, nil)
}

// prepare checks all that can be checked before anything is declared below the
// parent.
func (p Program) prepare(ctx *pulumi.Context, parent pulumi.Resource, of logical, cfg *stackconfig.Config, group pulumi.Resource) (run, error) {
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
	account, err := authorization.GetClientConfig(ctx, pulumi.Parent(parent))
	if err != nil {
		err = fmt.Errorf("who is signed in to Azure: %w; run az login, or set ARM_CLIENT_ID, ARM_TENANT_ID and ARM_SUBSCRIPTION_ID", err)
		account = &authorization.GetClientConfigResult{}
	}
	r := run{
		ctx:          ctx,
		parent:       parent,
		logical:      of,
		group:        group,
		http:         cmp.Or(p.HTTP, http.DefaultClient),
		cfg:          cfg,
		subscription: account.SubscriptionId,
		tenant:       account.TenantId,
		principal:    account.ObjectId,
		scorer:       supply.Scorer{Path: p.Scorer, Dir: "."},
		supplying:    &sync.Mutex{},
		cache:        p.Cache,
		pause:        p.Pause,
		names:        stackconfig.NewNames(cfg, account.SubscriptionId, ctx.Project(), of.named(ctx.Stack())),
		tags:         tags(cfg, ctx.Project(), ctx.Stack()),
	}
	var buildErr, hookErr error
	r.builds, buildErr = hashBuilds(cfg, ctx.Stack())
	r.retries, hookErr = newRetries(ctx, of, r.login(), p.Pause)
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
	if base, err = r.behindNetwork(base); err != nil {
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
	parent       pulumi.Resource // of what is declared
	group        pulumi.Resource // the resource group, where the program itself makes it
	logical
}

// logical begins Pulumi's names of an endpoint's resources. It is empty in this
// project's program, else the component's name: a program can have several.
type logical string

func (l logical) named(name string) string {
	if l == "" {
		return name
	}
	return string(l) + "-" + name
}

// section is a node of the tree that `pulumi up` shows.
type section struct{ pulumi.ResourceState }

// in returns the run that declares below a node of the tree.
func (r run) in(name string) (run, error) {
	node := &section{}
	err := r.ctx.RegisterComponentResource("azure-nlp-endpoint:infra:Section", r.named(name), node, r.options()...)
	r.parent = node
	return r, err
}

// options are those of every resource, and more.
func (r run) options(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return append(more, pulumi.Parent(r.parent))
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
type group struct{ id, name pulumi.StringOutput }

func (r run) resourceGroup() (group, error) {
	name, id := r.names.ResourceGroup, r.groupID(r.names.ResourceGroup)
	switch {
	case r.group != nil:
		return group{known(r.group, id), known(r.group, name)}, nil
	case r.cfg.ResourceGroup != "":
		there, err := resources.GetResourceGroup(r.ctx, r.named("resource-group"), pulumi.ID(id), nil, r.options()...)
		if err != nil {
			return group{}, err
		}
		return group{there.ID().ToStringOutput(), known(there, name)}, nil
	}
	made, err := resources.NewResourceGroup(r.ctx, r.named("resource-group"), &resources.ResourceGroupArgs{
		ResourceGroupName: pulumi.String(name),
		Location:          pulumi.String(r.cfg.Location),
		Tags:              r.tags,
	}, r.options()...)
	if err != nil {
		return group{}, err
	}
	return group{made.ID().ToStringOutput(), known(made, name)}, nil
}
