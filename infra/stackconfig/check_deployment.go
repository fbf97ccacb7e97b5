package stackconfig

import (
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
)

// Folder is the model's place in the storage container.
func (m Model) Folder() string {
	switch {
	case m.Path != "":
		return m.Path
	case m.SHA256 != "":
		return manifest.Folder(m.Name, m.SHA256)
	}
	return m.Name + "/" + m.Version
}

func (d Deployment) check(c *checker, name, hosting string, preview bool) {
	at := "deployments." + name
	c.match(at, name, deploymentPattern, "must be 2 to 15 lower-case letters and digits, a letter first", "rename it, blue or green for example")
	d.Image.check(c, at+".image", preview)
	d.Model.check(c, at+".model")
	if hosting == ContainerApp {
		d.checkReplica(c, at)
	} else {
		d.checkInstance(c, at)
	}
	c.between(at+".requests.maxConcurrent", d.Requests.MaxConcurrent, 1, 10_000, "the default is 64")
	d.checkSecrets(c, at)
	for _, variable := range slices.Sorted(maps.Keys(d.Environment)) {
		key := at + ".environment." + variable
		switch {
		case !variablePattern.MatchString(variable):
			c.report(key, nil, "must be letters, digits and underscores", "rename the variable")
		case reservedVariable(variable):
			c.report(key, d.Environment[variable], "is set by the program or by Azure", "use requests and model for it")
		case LooksSecret(variable):
			c.report(key, nil, "looks like a secret, and whoever may read the deployment could read it", "put it into the stack's Key Vault, and name it in secrets")
		case variable == heartbeatVariable && !countable(d.Environment[variable]):
			c.report(key, d.Environment[variable], "must be from 1s to 5m: the alert silent-"+name+" counts its lines", "remove it")
		case variable == formatVariable && d.Environment[variable] != "json":
			c.report(key, d.Environment[variable], "must be json: alerts and the workbook read the fields of log lines", "remove it")
		}
	}
}

// appSecretPattern is what a Container App calls a secret, which is the vault's name of
// it here, in lower case.
var appSecretPattern = regexp.MustCompile(`^[0-9A-Za-z]([0-9A-Za-z-]{0,125}[0-9A-Za-z])?$`)

func (d Deployment) checkSecrets(c *checker, at string) {
	for _, variable := range slices.Sorted(maps.Keys(d.Secrets)) {
		key, secret := at+".secrets."+variable, d.Secrets[variable]
		_, both := d.Environment[variable]
		switch {
		case !variablePattern.MatchString(variable):
			c.report(key, secret, "must be letters, digits and underscores", "rename the variable")
		case both:
			c.report(key, secret, "is in environment too", "remove one of the two")
		case reservedVariable(variable):
			c.report(key, secret, "is set by the program or by Azure", "use requests and model for it")
		case strings.HasPrefix(variable, "SCORER_"):
			c.report(key, secret, "is an option of the scorer's, and its errors show what options are", "set it in environment")
		default:
			c.match(key, secret, appSecretPattern, "must be a secret's name in the stack's Key Vault, in 1 to 127 letters, digits and hyphens, without a hyphen at either end",
				"az keyvault secret list --vault-name VAULT shows them")
		}
	}
}

// Collects reports whether a deployment keeps what callers send or get.
func (cfg *Config) Collects() bool {
	for _, d := range cfg.Deployments {
		if d.Collect != (Collect{}) {
			return true
		}
	}
	return false
}

// Secrets are those of the deployments, by their names in the vault, which doesn't tell
// large letters from small ones.
func (cfg *Config) Secrets() []string {
	all := map[string]bool{}
	for _, d := range cfg.Deployments {
		for _, secret := range d.Secrets {
			all[strings.ToLower(secret)] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// checkInstance looks at what a managed endpoint's deployments have.
func (d Deployment) checkInstance(c *checker, at string) {
	c.match(at+".instanceType", d.InstanceType, sizePattern, "must be a VM size, such as Standard_F4s_v2",
		"see the sizes that managed online endpoints support")
	c.between(at+".instanceCount", d.InstanceCount, 1, 500, "to pay nothing, remove the deployment; the endpoint keeps its URL")
	c.between(at+".requests.timeoutSeconds", d.Requests.TimeoutSeconds, minTimeoutSeconds, 180, "the gateway waits at most 180 s")
	c.between(at+".probes.startupSeconds", d.Probes.StartupSeconds, 10, 1800, "the default is 300")
	c.between(at+".probes.periodSeconds", d.Probes.PeriodSeconds, 1, 300, "the default is 10")
	c.between(at+".probes.timeoutSeconds", d.Probes.TimeoutSeconds, 1, 60, "the default is 2")
	if d.Model.Baked {
		c.report(at+".model.baked", true, "is for hosting "+ContainerApp, "remove it: Azure Machine Learning mounts the model over the image's")
	}
	if d.VCPUs != 0 {
		c.report(at+".vCPUs", d.VCPUs, "is for hosting "+ContainerApp, "set instanceType, whose size says the vCPUs")
	}
	if d.Replicas != (Replicas{}) {
		c.report(at+".replicas", nil, "is for hosting "+ContainerApp, "set instanceCount, or autoscale")
	}
	c.between(at+".collect.requests", d.Collect.Requests, 0, 100, "it is a percentage; 0 collects none")
	c.between(at+".collect.responses", d.Collect.Responses, 0, 100, "it is a percentage; 0 collects none")
	if d.Autoscale != nil {
		d.Autoscale.check(c, at+".autoscale", d.Model.GPU)
		if d.InstanceCount < d.Autoscale.Minimum || d.InstanceCount > d.Autoscale.Maximum {
			c.report(at+".instanceCount", d.InstanceCount, "must lie between autoscale.minimum and autoscale.maximum",
				"it is the count to begin with")
		}
	}
}

func (i Image) check(c *checker, at string, preview bool) {
	if strings.ContainsAny(i.Registry, "/@ ") {
		c.report(at+".registry", i.Registry, "must be a host", "leave it out for the stack's own registry")
	}
	c.match(at+".repository", i.Repository, repositoryPattern, "must be a repository's name without host, tag and digest",
		"scorer-cpu for example")
	switch {
	case i.Build != nil:
		i.Build.check(c, at+".build")
		if i.Digest != "" {
			c.report(at+".digest", i.Digest, "can't be set with build, which gives it", "remove one of the two")
		}
		if i.Registry != "" {
			c.report(at+".registry", i.Registry, "can't be set with build, which pushes to the stack's own", "remove one of the two")
		}
	case i.Digest == "" && preview:
	case i.Digest == "":
		c.report(at+".digest", nil, "is required: a deployment runs an image by digest",
			"push the image and run pulumi config set --path "+at+".digest sha256:..., or set "+at+".build")
	default:
		c.match(at+".digest", i.Digest, digestPattern, "must be sha256: and 64 hexadecimal digits",
			"docker buildx imagetools inspect IMAGE prints it")
	}
	c.between(at+".uncompressedMiB", i.UncompressedMiB, 1, 200_000, "docker image inspect prints the size; preflight needs it")
}

// check looks at what is said; whether the files are there is found when they
// are hashed.
func (b *Build) check(c *checker, at string) {
	for _, path := range []struct{ field, value string }{{"context", b.Context}, {"dockerfile", b.Dockerfile}} {
		if !filepath.IsLocal(filepath.FromSlash(path.value)) {
			c.report(at+"."+path.field, path.value, "must be a path in the project's folder", "write it relative to Pulumi.yaml")
		}
	}
	if b.Target != "" {
		c.match(at+".target", b.Target, assetPattern, "must be the name of a stage in the Dockerfile", "scorer-cpu for example")
	}
	for _, name := range slices.Sorted(maps.Keys(b.Arguments)) {
		switch {
		case !variablePattern.MatchString(name):
			c.report(at+".arguments."+name, nil, "must be letters, digits and underscores", "rename the argument")
		case LooksSecret(name):
			c.report(at+".arguments."+name, nil, "looks like a secret, and the image shows its build arguments", "build without it")
		}
	}
}

func (m Model) check(c *checker, at string) {
	c.match(at+".name", m.Name, assetPattern, "must be letters, digits, dots, hyphens and underscores", "distilbert-sst2 for example")
	m.checkSource(c, at)
	if m.SHA256 != "" {
		m.checkDelivered(c, at)
	}
	if m.Version == "" && m.Source != "" {
		return // it follows from the source, whose fault is reported
	}
	c.match(at+".version", m.Version, assetPattern, "must be letters, digits, dots, hyphens and underscores",
		"let deliver set it, or choose another one for other files")
	if m.Path != "" && (path.Clean(m.Path) != m.Path || strings.HasPrefix(m.Path, "/") || strings.HasPrefix(m.Path, "..")) {
		c.report(at+".path", m.Path, "must be a relative path in the storage container", "write it as folder/folder")
	}
	c.between(at+".sizeMiB", m.SizeMiB, 1, 4_000_000, "du -sm FOLDER prints it; preflight needs it")
	c.between(at+".memoryMiB", m.MemoryMiB, 1, 4_000_000, "measure it under the highest load; preflight needs it")
}

// checkDelivered wants all that a stack says of a delivered model to mean the
// same content.
func (m Model) checkDelivered(c *checker, at string) {
	const remedy = "run deliver again, or remove sha256 for a model that was uploaded by hand"
	if !manifest.ValidSum(m.SHA256) {
		c.report(at+".sha256", m.SHA256, "must be 64 hexadecimal digits", remedy)
		return
	}
	if want := manifest.Version(m.SHA256); m.Version != want {
		c.report(at+".version", m.Version, fmt.Sprintf("must be %q, which sha256 begins with", want), remedy)
	}
	if want := manifest.Folder(m.Name, m.SHA256); m.Path != "" && m.Path != want {
		c.report(at+".path", m.Path, fmt.Sprintf("must be %q, which sha256 says", want), "remove it")
	}
}

var weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

func (a *Autoscale) check(c *checker, at string, gpu bool) {
	c.between(at+".minimum", a.Minimum, 1, 500, "a managed deployment always runs one instance")
	if a.Maximum < a.Minimum || a.Maximum > 500 {
		c.report(at+".maximum", a.Maximum, fmt.Sprintf("must be from minimum (%d) to 500", a.Minimum), "raise it")
	}
	a.CPUPercent.check(c, at+".cpuPercent")
	a.GPUPercent.check(c, at+".gpuPercent")
	if a.GPUPercent != nil && !gpu {
		c.report(at+".gpuPercent", nil, "needs model.gpu", "use cpuPercent on a size without GPU")
	}
	if a.LatencyP95Milliseconds < 0 {
		c.report(at+".latencyP95Milliseconds", a.LatencyP95Milliseconds, "must be positive, or 0 for no rule", "change it")
	}
	if a.CPUPercent == nil && a.GPUPercent == nil && (a.LatencyP95Milliseconds > 0 || a.Maximum > a.Minimum) {
		c.report(at, nil, "needs cpuPercent or gpuPercent: nothing else would remove instances again", "add {out: 70, in: 30}")
	}
	if len(a.Schedules) > 9 {
		c.report(at+".schedules", len(a.Schedules), "can be at most 9: Azure holds 20 profiles, two for each and the default", "merge some")
	}
	names := map[string]bool{}
	for i, s := range a.Schedules {
		key := fmt.Sprintf("%s.schedules[%d]", at, i)
		if names[s.Name] {
			c.report(key+".name", s.Name, "is taken by another schedule", "rename it")
		}
		names[s.Name] = true
		s.check(c, key)
	}
}

func (b *Band) check(c *checker, at string) {
	if b == nil {
		return
	}
	c.between(at+".out", b.Out, 2, 100, "70 is usual")
	if b.In < 1 || b.In >= b.Out {
		c.report(at+".in", b.In, fmt.Sprintf("must be from 1 to below out (%d)", b.Out), "less than half of out keeps the count from swinging")
	}
}

func (s Schedule) check(c *checker, at string) {
	c.match(at+".name", s.Name, assetPattern, "must be letters, digits, dots, hyphens and underscores", "business-hours for example")
	if len(s.Days) == 0 {
		c.report(at+".days", nil, "is required", "list weekdays: "+strings.Join(weekdays, ", "))
	}
	for i, day := range s.Days {
		c.oneOf(fmt.Sprintf("%s.days[%d]", at, i), day, weekdays, "write the English name")
	}
	from, errFrom := time.Parse("15:04", s.From)
	to, errTo := time.Parse("15:04", s.To)
	if errFrom != nil {
		c.report(at+".from", s.From, "must be a time of day as HH:MM", "quote it, because YAML reads 08:00 as a number")
	}
	if errTo != nil {
		c.report(at+".to", s.To, "must be a time of day as HH:MM", "quote it, because YAML reads 18:00 as a number")
	}
	if errFrom == nil && errTo == nil && !to.After(from) {
		c.report(at+".to", s.To, "must be later than from ("+s.From+")", "split a night into two schedules")
	}
	if s.TimeZone == "" {
		c.report(at+".timeZone", nil, "is required", "use Windows' name, such as W. Europe Standard Time or UTC")
	}
	c.between(at+".minimum", s.Minimum, 1, 500, "a managed deployment always runs one instance")
	if s.Maximum < s.Minimum || s.Maximum > 500 {
		c.report(at+".maximum", s.Maximum, fmt.Sprintf("must be from minimum (%d) to 500", s.Minimum), "raise it")
	}
}
