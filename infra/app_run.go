package infra

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/containerapps"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/preflight"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// declareHostedApp declares what a stack on Container Apps has beside the
// platform, and returns its outputs.
func (r run) declareHostedApp(base platform) (pulumi.Map, error) {
	live, err := r.liveApp()
	if err != nil {
		return nil, err
	}
	secrets := live.secrets(r.cfg)
	identity, grants, err := r.endpointIdentity(base, r.secretGrants(base, secrets)...)
	if err != nil {
		return nil, err
	}
	args := hostedAppArgs{
		Logical: r.logical, Names: r.names, Location: r.cfg.Location, ResourceGroup: base.name, ID: r.names.AppID(r.subscription), Tenant: r.tenant,
		Identity: identity.ID().ToStringOutput(), IdentityID: r.names.IdentityID(r.subscription), ClientID: identity.ClientId,
		Registry: base.registry.host, Logs: base.logs.ID().ToStringOutput(), Subnet: base.appSubnet(), Access: r.cfg.Endpoint, Alerts: r.cfg.Alerts, ShortName: r.cfg.Name,
		Traffic: r.cfg.Traffic, Tags: r.tags, Needs: slices.Concat(grants, base.resolved()), retries: r.retries,
		Live: live, Secrets: secrets,
	}
	bot, err := r.newBot(base)
	if err != nil {
		return nil, err
	}
	args.Callers = pulumi.ToStringArray(r.cfg.Endpoint.Callers)
	if bot != nil {
		args.Callers = append(args.Callers, bot.identity.PrincipalId)
	}
	if err := r.revisions(base, &args); err != nil {
		return nil, err
	}
	if !r.ctx.DryRun() {
		args.activate = func() error { return r.switchRevisions(args, true) }
		args.retire = func() error { return r.switchRevisions(args, false) }
	}
	app, err := newHostedApp(r.ctx, r.named("endpoint"), args, r.options()...)
	if err != nil {
		return nil, err
	}
	if err := r.resolveApps(base, app.environment); err != nil {
		return nil, err
	}
	if bot != nil {
		if err := bot.app(r, base, app.environment, app.ScoringURI, r.cfg.Endpoint.ClientID+"/.default"); err != nil {
			return nil, err
		}
	}
	watching, err := r.in("watching")
	if err != nil {
		return nil, err
	}
	if err := watching.appDashboard(base, app); err != nil {
		return nil, err
	}
	if err := watching.budget(base.group); err != nil {
		return nil, err
	}
	if err := r.locks(base, grants); err != nil {
		return nil, err
	}
	return r.servedOutputs(base, app.served, identity), nil
}

// revisions says what the deployments' revisions are made of.
func (r run) revisions(base platform, args *hostedAppArgs) error {
	password := r.registryPassword(base.registry)
	var fresh []string
	for _, name := range r.cfg.DeploymentNames() {
		d := r.cfg.Deployments[name]
		image, _, err := r.imageReference(base.registry, password, r.builds[stackconfig.ImageKey(name)], d.Image)
		if err != nil {
			return err
		}
		address := pulumi.Sprintf("%s/%s/%s", r.blobService(base), base.containerName, d.Model.Folder())
		suffix := args.Live.suffix(args.Names.Endpoint, name, r.content(name, r.builds[stackconfig.ImageKey(name)], d))
		args.GPU = d.Model.GPU
		args.Deployments = append(args.Deployments, revisionArgs{
			Deployment: d, Name: name, Suffix: suffix, Image: image, Model: r.supplied(base.store, address, d.Model),
		})
		if !args.Live.has(args.Names.Endpoint + "--" + suffix) {
			fresh = append(fresh, "deployments."+name)
		}
	}
	if len(fresh) > 1 && args.Live.asked {
		return fmt.Errorf("%s are new or changed, and an update of a Container App makes one revision: leave one of them, run pulumi up, and then add the next", strings.Join(fresh, ", "))
	}
	return nil
}

// blobService is the address of the account's blobs.
func (r run) blobService(base platform) pulumi.StringInput {
	if address := os.Getenv(preflight.BlobVariable); address != "" {
		return pulumi.String(strings.TrimRight(address, "/"))
	}
	return pulumi.Sprintf("https://%s.blob.core.windows.net", base.accountName)
}

// content stands for all that a deployment's revision is made of. tag is the
// content's of an image that is built.
func (r run) content(name, tag string, d stackconfig.Deployment) string {
	data, err := json.Marshal([]any{name, tag, d, r.cfg.StorageAccount(r.names), r.cfg.Storage.Container})
	if err != nil {
		panic(err) // strings and numbers alone
	}
	return string(data)
}

// liveApp is the app as Azure has it.
type liveApp struct {
	asked      bool // Azure was; a preview that nobody is signed in for knows nothing
	found      bool
	revisions  map[string]liveRevision // by name
	Properties struct {
		LatestRevisionName string
		Template           map[string]any // of that revision
		Configuration      struct{ Secrets []liveSecret }
	}
}

// template is that of the latest revision, without what Azure alone says.
func (l liveApp) template() map[string]any {
	for _, key := range []string{"initContainers", "containers"} {
		containers, _ := l.Properties.Template[key].([]any)
		for _, container := range containers {
			fields, _ := container.(map[string]any)
			if resources, ok := fields["resources"].(map[string]any); ok {
				delete(resources, "ephemeralStorage")
			}
		}
	}
	return l.Properties.Template
}

// image is that of the latest revision.
func (l liveApp) image() string {
	containers, _ := l.Properties.Template["containers"].([]any)
	if len(containers) == 0 {
		return ""
	}
	first, _ := containers[0].(map[string]any)
	image, _ := first["image"].(string)
	return image
}

type liveRevision struct {
	Name       string
	Properties struct {
		Active            bool
		ProvisioningState string
		Template          map[string]any
	}
}

func (l liveApp) has(revision string) bool {
	_, ok := l.revisions[revision]
	return ok
}

// suffix ends the name of the revision that a deployment has or gets: the newest of its
// content. One that failed stays failed, so that the same content gets another; so does
// that of one whose secrets the app has no more.
func (l liveApp) suffix(app, deployment, content string) string {
	newest := 0
	for attempt := 1; attempt <= newest+2*inactiveRevisions; attempt++ {
		if l.has(app + "--" + stackconfig.RevisionSuffix(deployment, content, attempt)) {
			newest = attempt
		}
	}
	suffix := stackconfig.RevisionSuffix(deployment, content, max(newest, 1))
	if there := l.revisions[app+"--"+suffix]; there.Properties.ProvisioningState == "Failed" || l.lacks(there) {
		return stackconfig.RevisionSuffix(deployment, content, newest+1)
	}
	return suffix
}

func (r run) liveApp() (live liveApp, err error) {
	if r.subscription == "" {
		return liveApp{}, nil
	}
	live.asked = r.login().check(r.ctx.Context()) == nil
	id := r.names.AppID(r.subscription)
	if live.found, err = r.get(id, containerapps.APIVersion, &live); err != nil || !live.found {
		return live, err
	}
	var list struct{ Value []liveRevision }
	if _, err := r.get(id+"/revisions", containerapps.APIVersion, &list); err != nil {
		return liveApp{}, fmt.Errorf("which revisions %s has: %w", r.names.Endpoint, err)
	}
	live.revisions = map[string]liveRevision{}
	for _, revision := range list.Value {
		live.revisions[revision.Name] = revision
	}
	return live, nil
}

// switchRevisions starts the deployments' revisions that don't run, or stops
// those that no deployment has any more: they cost as long as they have replicas.
// Azure has no resource for that.
func (r run) switchRevisions(args hostedAppArgs, on bool) error {
	wanted := map[string]bool{}
	for _, d := range args.Deployments {
		wanted[args.Names.Endpoint+"--"+d.Suffix] = true
	}
	client, err := newARM(r.login())
	if err != nil {
		return err
	}
	now, err := r.liveApp()
	if err != nil {
		return err
	}
	action := map[bool]string{true: "activate", false: "deactivate"}[on]
	for name, revision := range now.revisions {
		if wanted[name] != on || revision.Properties.Active == on {
			continue
		}
		err := client.Do(r.ctx.Context(), http.MethodPost, args.ID+"/revisions/"+name+"/"+action, containerapps.APIVersion, nil, nil, nil)
		if err != nil {
			return fmt.Errorf("%s the revision %s: %s", action, name, arm.Reason(err))
		}
	}
	return nil
}
