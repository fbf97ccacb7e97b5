package rollout

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/online"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// situation is where a rollout stands, from the stack's file, its state and
// Azure.
type situation struct {
	folder string // of the project
	text   []byte // of the file
	cfg    *stackconfig.Config
	state  *state
	client host
	azure  *online.Endpoint
	scorer *scorer
	began  time.Time

	from, to           string // as configured
	fromAzure, toAzure string // names in Azure
	wanted             stackconfig.Deployment
	notes              []string // what the new one doesn't have of the old one's
	share, mirror      int      // percentages that the new one has
	fresh              bool     // nothing of the new one is there yet
	exists             bool     // the new one is in Azure
	metricsP95         time.Duration
}

// look finds out where a rollout stands. It returns nil where there is nothing
// to do.
func (r *Rollout) look(ctx context.Context, o Options) (*situation, error) {
	at := &situation{folder: r.Stack.Project.Folder, began: time.Now().Add(-time.Minute)} // clocks differ
	var err error
	if at.text, at.cfg, err = r.Stack.read(); err != nil {
		return nil, err
	}
	if !at.cfg.Awake {
		return nil, fmt.Errorf("stack %s is asleep: run `wake` first", r.Stack.Name)
	}
	if at.state, err = r.Stack.state(ctx); err != nil {
		return nil, err
	}
	if at.client, err = r.host(at.cfg, at.state); err != nil {
		return nil, err
	}
	if at.azure, err = at.client.Get(ctx); err != nil {
		return nil, err
	}
	if done, err := at.choose(o); err != nil || done {
		if done {
			r.say("nothing to do: %s is live and runs it already", at.to)
		}
		return nil, err
	}
	return at, at.compare(ctx, r, o)
}

// errNothingAsked says that one deployment is live and no other is asked for.
var errNothingAsked = errors.New("nothing says what to roll out")

// choose says which deployment is new and which is old. done says that what is
// asked for is live.
func (at *situation) choose(o Options) (done bool, err error) {
	names := at.names()
	others := func(to string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == to })
	}
	switch {
	case len(names) == 0:
		return false, fmt.Errorf("no deployment is live, so there is nothing to take over from: pulumi up makes the first one")
	case len(names) > 2:
		return false, fmt.Errorf("there are %d deployments (%s), a rollout has two: take out those that aren't needed, with pulumi up", len(names), strings.Join(names, ", "))
	case o.To != "":
		at.to = o.To
	case len(names) == 1:
		if at.to = "green"; names[0] == at.to {
			at.to = "blue"
		}
	default:
		at.to = at.newer(names, o.Change)
	}
	rest := others(at.to)
	if len(rest) == 1 {
		at.from = rest[0]
	}
	live, ok := at.cfg.Deployments[at.from]
	switch {
	case len(rest) == 0 && (!o.Change.asked() || o.Change.isIn(at.folder, at.cfg.Deployments[at.to])):
		return true, nil
	case len(rest) == 0:
		return false, fmt.Errorf("--to is %q, which is live: name another deployment", at.to)
	case len(rest) > 1:
		return false, fmt.Errorf("--to is %q, but %s are there: name one of them, or take one out with pulumi up", at.to, strings.Join(rest, " and "))
	case !ok:
		return false, fmt.Errorf("the file has no deployment %s, which is live in Azure: add it, or pulumi up takes it out", at.from)
	case len(names) == 1 && o.Change.asked() && o.Change.isIn(at.folder, live) && at.cfg.Traffic[at.from] == 100:
		at.to = at.from
		return true, nil
	case len(names) == 1 && !o.Change.asked():
		return false, fmt.Errorf("%w: give --image, --model-source, --model-sha256 or --model-version, or add deployments.%s to the file", errNothingAsked, at.to)
	}
	return false, nil
}

// names are the configured names of the deployments in the file and in Azure.
func (at *situation) names() []string {
	all := map[string]bool{}
	for name := range at.cfg.Deployments {
		all[name] = true
	}
	for _, d := range at.azure.Deployments {
		name, _, _ := strings.Cut(d.Name, "-")
		all[name] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// newer is which of two deployments is the new one: what isn't in Azure yet,
// else what was made later, unless just one is as asked.
func (at *situation) newer(names []string, c Change) string {
	var asked []string
	made := map[string]time.Time{}
	for _, name := range names {
		d, ok := at.cfg.Deployments[name]
		if ok && c.asked() && c.isIn(at.folder, d) {
			asked = append(asked, name)
		}
		made[name] = time.Now()
		for _, in := range at.azure.Deployments {
			if configured, _, _ := strings.Cut(in.Name, "-"); configured == name {
				made[name] = in.Created
			}
		}
	}
	if len(asked) == 1 {
		return asked[0]
	}
	if made[names[0]].After(made[names[1]]) {
		return names[0]
	}
	return names[1]
}

// compare fills in the rest, and refuses what can't be gone on with.
func (at *situation) compare(ctx context.Context, r *Rollout, o Options) error {
	if at.onApps() && o.Change.Size != "" {
		return fmt.Errorf("--size is %q, which is for managed endpoints: change vCPUs in the file, in a deployment of its own", o.Change.Size)
	}
	live := at.cfg.Deployments[at.from]
	at.fromAzure = azureName(at.cfg, at.from, live)
	configured, inFile := at.cfg.Deployments[at.to]
	base := live
	if inFile {
		base = configured
	}
	outputs, err := r.Stack.outputs(ctx)
	if err != nil {
		return fmt.Errorf("read the stack's outputs: %w", err)
	}
	if at.wanted, at.notes, err = o.Change.apply(at.folder, base, output(outputs, "registry")); err != nil {
		return err
	}
	at.toAzure = azureName(at.cfg, at.to, at.wanted)
	if !inFile && at.wanted.Autoscale != nil {
		// It takes over all requests, so it begins with as many instances as
		// the old one has come to.
		if d := at.azure.Deployment(at.fromAzure); d != nil {
			at.wanted.InstanceCount = min(max(at.wanted.InstanceCount, d.Instances), at.wanted.Autoscale.Maximum)
		}
	}
	there := at.azure.Deployment(at.toAzure)
	at.exists = there != nil
	at.fresh = !inFile && !at.exists
	at.share, at.mirror = at.cfg.Traffic[at.to], at.cfg.MirrorTraffic[at.to]
	if !inFile { // an earlier run's file is lost, as in CI
		at.share, at.mirror = at.azure.Traffic[at.toAzure], at.azure.Mirror[at.toAzure]
	}
	if inFile && at.cfg.Traffic[at.from]+at.share != 100 {
		return fmt.Errorf("the file gives %s and %s %d %% of the traffic together, a rollout needs 100", at.from, at.to, at.cfg.Traffic[at.from]+at.share)
	}
	if answers := at.azure.Traffic[at.toAzure] > 0; answers && o.Change.asked() && (inFile && !same(at.wanted, configured) || there != nil && !r.runs(*there, at.wanted)) {
		return fmt.Errorf("%s answers %d %% of the requests already, and runs something other than what is asked for: "+
			"finish that rollout with its own options, or take it back with `rollback`", at.to, at.azure.Traffic[at.toAzure])
	}
	at.scorer = newScorer(at.azure, at.client, r, at.cfg.Private, time.Duration(at.wanted.Requests.TimeoutSeconds+5)*time.Second)
	at.metricsP95 = time.Duration(at.cfg.Alerts.LatencyP95Milliseconds) * time.Millisecond
	return nil
}

// runs reports whether a deployment in Azure has an image and a model.
func (r *Rollout) runs(d online.Deployment, wanted stackconfig.Deployment) bool {
	ends := func(id, suffix string) bool { return strings.HasSuffix(strings.ToLower(id), strings.ToLower(suffix)) }
	if !strings.HasPrefix(d.Environment, "/") { // of an app: the image itself, and the model's address
		return (wanted.Image.Build != nil || ends(d.Environment, "@"+wanted.Image.Digest)) && (wanted.Model.Baked || ends(d.Model, "/"+wanted.Model.Folder()))
	}
	tag := ""
	if wanted.Image.Build != nil {
		var err error
		if tag, err = wanted.Image.Build.Tag(r.Stack.Project.Folder); err != nil {
			return false
		}
	}
	return ends(d.Environment, "/versions/"+wanted.Image.EnvironmentVersion(tag)) &&
		ends(d.Model, "/models/"+wanted.Model.Name+"/versions/"+wanted.Model.Version)
}

// left are the steps that are still to come: the one that was reached is
// watched again.
func (at *situation) left(steps []int) []int {
	return slices.DeleteFunc(slices.Clone(steps), func(percent int) bool { return percent < at.share })
}

// plan says what Run does, in words.
func (at *situation) plan(o Options) []string {
	var out []string
	add := func(format string, arguments ...any) { out = append(out, fmt.Sprintf(format, arguments...)) }
	what := fmt.Sprintf("%s, model %s %s, %s", image(at.wanted.Image), at.wanted.Model.Name, at.wanted.Model.Version, size(at.wanted))
	if !at.exists {
		add("deploy %s (%s) next to %s, without traffic", at.toAzure, what, at.fromAzure)
	} else {
		add("go on with %s (%s), which has %d %% of the traffic", at.toAzure, what, at.share)
	}
	for _, note := range at.notes {
		add("in deployments.%s of the file, %s", at.to, note)
	}
	add("try it with requests that bypass the traffic split")
	if at.share == 0 && o.Mirror > 0 {
		add("copy %d %% of the requests to it for %s", o.Mirror, o.MirrorFor)
	}
	for _, percent := range at.left(o.Steps) {
		add("let it answer %d %% of the requests for %s or until it is proven good, %s at most", percent, o.Observe, o.ObserveMost)
	}
	limits := at.limits(o)
	add("delete %s; the file then has only %s", at.fromAzure, at.to)
	add("if its error rate isn't at most %g %%, or its p95 above %s or %g times that of %s: all traffic back to %s, delete %s",
		100*limits.MaxErrorRate, limits.MaxP95, limits.P95Ratio, at.from, at.from, at.toAzure)
	return out
}

func image(i stackconfig.Image) string {
	name := i.Repository
	if i.Registry != "" {
		name = i.Registry + "/" + name
	}
	if len(i.Digest) > 19 {
		return name + "@" + i.Digest[:19]
	}
	if i.Build != nil {
		return name + ", built by the update"
	}
	return name
}
