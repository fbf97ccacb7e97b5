package rollout

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/judge"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Change is what the new deployment has that the old one hasn't. Empty fields
// are as in the old one.
type Change struct {
	Image        string // [HOST/]REPOSITORY@sha256:..., or the digest alone
	ImageMiB     int
	ModelName    string
	ModelVersion string
	ModelSHA256  string // of a delivered model; it says version and path
	ModelPath    string
	ModelMiB     int
	// ModelSource is OWNER/NAME@COMMIT on the hub, whose files the update
	// fetches; it says version and path. ModelFile and ModelPrecision alone are
	// for the old one's source.
	ModelSource    string
	ModelFile      string
	ModelPrecision string
	Size           string
}

// Options say how a rollout goes.
type Options struct {
	Change Change
	// To names the new deployment; "" takes green, or blue if green is live.
	To string
	// Task is sentiment or chat; "" or auto asks the live deployment.
	Task string
	// Mirror is the percentage of the requests that is copied to the new
	// deployment for MirrorFor before it answers any; 0 is none.
	Mirror    int
	MirrorFor time.Duration
	// Steps are the percentages of the requests that the new deployment
	// answers, one after the other. The last is 100.
	Steps []int
	// Observe is how long each step is watched at least, ObserveMost at most:
	// what isn't proven good by then is taken back.
	Observe     time.Duration
	ObserveMost time.Duration
	// ProbeRate is how many requests a second the rollout sends itself.
	ProbeRate float64
	Limits    judge.Limits
	// AllowChanges lets the rollout apply what else the stack's file has
	// that Azure hasn't.
	AllowChanges bool
	// Patience is how long a new deployment may take until it answers, after
	// Azure called it ready.
	Patience time.Duration
	// LogLines is how many lines of each log a failure shows.
	LogLines int
}

// Defaults are options that suit a model on a CPU.
func Defaults() Options {
	return Options{
		Task: "auto", Mirror: 10, MirrorFor: 10 * time.Minute, Steps: []int{10, 50, 100},
		Observe: 5 * time.Minute, ObserveMost: 20 * time.Minute, ProbeRate: 2,
		Limits: judge.Limits{MinRequests: 100, MaxErrorRate: 0.02, P95Ratio: 1.5}, Patience: 2 * time.Minute, LogLines: 40,
	}
}

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9]{1,14}$`)

// Check returns every option that can't be, all at once. MaxP95 may be 0: the
// stack's alert says it then.
func (o Options) Check() []string {
	var bad []string
	report := func(format string, arguments ...any) { bad = append(bad, fmt.Sprintf(format, arguments...)) }
	if _, err := o.Change.image(); err != nil {
		report("--image is %q: %v", o.Change.Image, err)
	}
	if sum := o.Change.ModelSHA256; sum != "" && !manifest.ValidSum(sum) {
		report("--model-sha256 is %q, it must be 64 hexadecimal digits, as deliver prints them", sum)
	}
	if source := o.Change.ModelSource; source != "" && !stackconfig.ValidSource(source) {
		report("--model-source is %q, it must be OWNER/NAME@COMMIT, with the commit's 40 hexadecimal digits, or a folder in the project's, ./models/NAME", source)
	}
	if p := o.Change.ModelPrecision; p != "" && !slices.Contains(stackconfig.Precisions, p) {
		report("--model-precision is %q, it can be %s", p, strings.Join(stackconfig.Precisions, ", "))
	}
	if o.To != "" && !namePattern.MatchString(o.To) {
		report("--to is %q, it can be 2 to 15 lower-case letters and digits, a letter first", o.To)
	}
	if !slices.Contains([]string{"", "auto", TaskSentiment, TaskChat}, o.Task) {
		report("--task is %q, it can be auto, %s or %s", o.Task, TaskSentiment, TaskChat)
	}
	if o.Mirror < 0 || o.Mirror > 50 {
		report("--mirror is %d, it can be 0 to 50: Azure copies at most half of the requests", o.Mirror)
	}
	if len(o.Steps) == 0 || o.Steps[len(o.Steps)-1] != 100 || !slices.IsSorted(o.Steps) || o.Steps[0] < 1 || len(slices.Compact(slices.Clone(o.Steps))) != len(o.Steps) {
		report("--steps is %v, it must rise from 1 or more to 100, such as 10,50,100", o.Steps)
	}
	for name, d := range map[string]time.Duration{"mirror-for": o.MirrorFor, "observe": o.Observe} {
		if d < 0 || d > 24*time.Hour {
			report("--%s is %s, it can be 0s to 24h", name, d)
		}
	}
	if o.ObserveMost < o.Observe {
		report("--observe-most is %s, it can't be less than --observe, %s", o.ObserveMost, o.Observe)
	}
	if o.Mirror > 0 && o.ObserveMost < o.MirrorFor {
		report("--observe-most is %s, it can't be less than --mirror-for, %s", o.ObserveMost, o.MirrorFor)
	}
	if o.ProbeRate <= 0 || o.ProbeRate > 1000 {
		report("--probe-rate is %g, it can be above 0, to 1000 requests a second", o.ProbeRate)
	}
	if r := o.Limits.MaxErrorRate; r < 0.001 || r > 0.5 {
		report("--max-error-percent is %g, it can be 0.1 to 50", 100*r)
	}
	if o.Limits.P95Ratio != 0 && (o.Limits.P95Ratio < 1 || o.Limits.P95Ratio > 100) {
		report("--p95-ratio is %g, it can be 1 to 100, or 0 to compare only with --max-p95", o.Limits.P95Ratio)
	}
	if o.Limits.MinRequests < 1 || o.Limits.MinRequests > 100_000 {
		report("--min-requests is %d, it can be 1 to 100000", o.Limits.MinRequests)
	}
	if o.Limits.MaxP95 < 0 {
		report("--max-p95 is %s, it can't be negative", o.Limits.MaxP95)
	}
	// A deployment gets a third of the probes.
	if o.ProbeRate > 0 && o.Limits.MaxErrorRate >= 0.001 {
		if least := time.Duration(float64(o.Limits.Needed()) / (o.ProbeRate / probeKinds) * float64(time.Second)); least > o.ObserveMost {
			report("--observe-most is %s, but %d requests, which it takes to prove %g %%, take %s at --probe-rate %g: change one of the four",
				o.ObserveMost, o.Limits.Needed(), 100*o.Limits.MaxErrorRate, least.Round(time.Second), o.ProbeRate)
		}
	}
	slices.Sort(bad)
	return bad
}

var imagePattern = regexp.MustCompile(`^(?:(?:([^/@]+[.:][^/@]*)/)?([^@]+)@)?(sha256:[0-9a-f]{64})$`)

// image splits the image into registry, repository and digest.
func (c Change) image() (stackconfig.Image, error) {
	if c.Image == "" {
		return stackconfig.Image{}, nil
	}
	parts := imagePattern.FindStringSubmatch(c.Image)
	if parts == nil {
		return stackconfig.Image{}, fmt.Errorf("it must be [HOST/]REPOSITORY@sha256:... or sha256: and 64 hexadecimal digits; a tag isn't enough")
	}
	return stackconfig.Image{Registry: parts[1], Repository: parts[2], Digest: parts[3]}, nil
}

// asked reports whether anything is to change.
func (c Change) asked() bool { return c != Change{} }

// apply is a deployment with the change, and what is dropped for it, in words.
// folder is the project's, own the stack's registry, which a file doesn't name.
func (c Change) apply(folder string, d stackconfig.Deployment, own string) (changed stackconfig.Deployment, notes []string, err error) {
	image, _ := c.image() // checked
	image.UncompressedMiB = c.ImageMiB
	if strings.EqualFold(image.Registry, own) {
		image.Registry = ""
	}
	d.Image, notes = d.Image.With(image)
	var dropped []string
	d.Model, dropped, err = d.Model.With(stackconfig.Model{
		Name: c.ModelName, Version: c.ModelVersion, SHA256: c.ModelSHA256, Path: c.ModelPath, SizeMiB: c.ModelMiB,
		Source: c.ModelSource, File: c.ModelFile, Precision: c.ModelPrecision,
	})
	d.Model = d.Model.Complete(folder)
	d.InstanceType = cmp.Or(c.Size, d.InstanceType)
	return d, append(notes, dropped...), err
}

// isIn reports whether a deployment is as the change would make it.
func (c Change) isIn(folder string, d stackconfig.Deployment) bool {
	changed, _, err := c.apply(folder, d, "")
	return err == nil && same(changed, d)
}

// same reports whether two deployments run the same thing.
func same(a, b stackconfig.Deployment) bool {
	return reflect.DeepEqual(a.Image, b.Image) && a.Model == b.Model && a.InstanceType == b.InstanceType
}

// write stores what apply changes in a deployment of the file.
func write(f *stackconfig.File, name string, d stackconfig.Deployment) error {
	if _, err := f.SetImage(name, d.Image); err != nil {
		return err
	}
	model := d.Model
	if model.Source != "" {
		model.Version = "" // it follows from the source
	}
	if _, err := f.SetModel(name, model); err != nil {
		return err
	}
	if d.InstanceType == "" { // of a Container App
		return nil
	}
	return errors.Join(f.Set(d.InstanceType, "deployments", name, "instanceType"), f.Set(d.InstanceCount, "deployments", name, "instanceCount"))
}
