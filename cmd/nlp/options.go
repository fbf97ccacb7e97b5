package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/rollout"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/signin"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// stackOptions say which stack, and how Azure is reached.
type stackOptions struct {
	Stack           string        `short:"s" required:"" env:"ROLLOUT_STACK" placeholder:"NAME" help:"The stack."`
	Dir             string        `env:"ROLLOUT_DIR" default:"." help:"Folder of Pulumi.yaml."`
	ResourceManager string        `env:"AZURE_RESOURCE_MANAGER_ENDPOINT" placeholder:"URL" help:"Address of Azure Resource Manager, if it isn't Azure's public one."`
	Poll            time.Duration `env:"ROLLOUT_POLL" default:"15s" help:"How often Azure is asked whether an operation has ended, 1s to 5m."`
	Wait            time.Duration `env:"ROLLOUT_WAIT" default:"30s" help:"How long to wait before retrying what Azure refuses for the moment."`
	Verbose         bool          `short:"v" env:"ROLLOUT_VERBOSE" help:"Show what Pulumi prints."`
	Plan            bool          `env:"ROLLOUT_PLAN" help:"Print the steps, and change nothing."`
}

// check lists what is wrong.
func (o stackOptions) check() (bad []string) {
	if strings.ContainsAny(o.Stack, `/\`) {
		bad = append(bad, fmt.Sprintf("--stack is %q, give only the stack's name, without organization and project", o.Stack))
	}
	if project, err := stackconfig.ReadProject(o.Dir); err != nil {
		bad = append(bad, fmt.Sprintf("--dir is %q: %v", o.Dir, err))
	} else if _, err := os.Stat(project.StackFile(o.Stack)); err != nil {
		bad = append(bad, fmt.Sprintf("--stack is %q: %v", o.Stack, err))
	}
	if _, err := arm.Options(o.ResourceManager); err != nil {
		bad = append(bad, fmt.Sprintf("--resource-manager: %v", err))
	}
	if o.Poll < time.Second || o.Poll > 5*time.Minute {
		bad = append(bad, fmt.Sprintf("--poll is %s, it can be 1s to 5m", o.Poll))
	}
	if o.Wait < 0 || o.Wait > time.Hour {
		bad = append(bad, fmt.Sprintf("--wait is %s, it can be 0s to 1h", o.Wait))
	}
	return bad
}

// open checks all options at once and signs in.
func (o stackOptions) open(ctx context.Context, s streams, caught signals, more ...string) (*rollout.Rollout, error) {
	if bad := append(o.check(), more...); len(bad) > 0 {
		return nil, usageError{errors.New(strings.Join(bad, "\n         "))}
	}
	options, err := arm.Options(o.ResourceManager)
	if err != nil {
		return nil, usageError{err}
	}
	login, err := signIn()
	if err != nil {
		return nil, err
	}
	env, end, err := login.Children(ctx, func(err error) { _, _ = fmt.Fprintf(s.err, "nlp: %v\n", err) })
	if err != nil {
		return nil, err
	}
	*caught.ends = append(*caught.ends, end)
	stack, err := auto.SelectStackLocalSource(ctx, o.Stack, o.Dir, auto.EnvVars(env))
	if err != nil {
		if auto.IsSelectStack404Error(err) {
			return nil, fmt.Errorf("there is no stack %s: run pulumi stack init %s", o.Stack, o.Stack)
		}
		return nil, fmt.Errorf("pulumi: %w", err)
	}
	project, err := stackconfig.ReadProject(o.Dir)
	if err != nil {
		return nil, err
	}
	r := &rollout.Rollout{
		Stack:      rollout.Stack{Pulumi: stack, Project: project, Name: o.Stack, Kill: caught.kill},
		Credential: login, Azure: options, Out: s.out, Frequency: o.Poll, Wait: o.Wait,
	}
	if o.Verbose {
		r.Stack.Output = s.err
	}
	return r, nil
}

// signIn is the one sign-in to Azure Resource Manager and to scoring.
func signIn() (*signin.Login, error) { return signin.New(os.Getenv, signin.Options{}) }

// changeOptions are what the new deployment has that the old one hasn't.
type changeOptions struct {
	Image        string `env:"ROLLOUT_IMAGE" placeholder:"IMAGE" help:"The new image: [HOST/]REPOSITORY@sha256:..., or only the digest."`
	ImageMiB     int    `name:"image-mib" env:"ROLLOUT_IMAGE_MIB" placeholder:"N" help:"How much disk it takes."`
	ModelName    string `env:"ROLLOUT_MODEL_NAME" placeholder:"NAME" help:"The new model."`
	ModelVersion string `env:"ROLLOUT_MODEL_VERSION" placeholder:"VERSION" help:"Its version."`
	ModelSHA256  string `name:"model-sha256" env:"ROLLOUT_MODEL_SHA256" placeholder:"SHA256" help:"A delivered model's hash, as deliver prints it; version and path follow from it."`
	ModelPath    string `env:"ROLLOUT_MODEL_PATH" placeholder:"PATH" help:"Its folder in the container, if it isn't NAME/VERSION."`
	ModelMiB     int    `name:"model-mib" env:"ROLLOUT_MODEL_MIB" placeholder:"N" help:"How much disk its files take."`
	ModelSource  string `env:"ROLLOUT_MODEL_SOURCE" placeholder:"SOURCE" help:"The new model's source on the hub: OWNER/NAME@COMMIT, which the update fetches."`
	ModelFile    string `env:"ROLLOUT_MODEL_FILE" placeholder:"FILE" help:"The source's ONNX file."`
	Precision    string `name:"model-precision" env:"ROLLOUT_MODEL_PRECISION" placeholder:"PRECISION" help:"The source's precision: fp32, int8 or int4."`
	Size         string `env:"ROLLOUT_SIZE" placeholder:"SIZE" help:"Another VM size."`
	To           string `env:"ROLLOUT_TO" placeholder:"NAME" help:"Name of the new deployment; green, or blue if green is live."`
}

// watchOptions say how a rollout proves itself.
type watchOptions struct {
	Task            string        `env:"ROLLOUT_TASK" default:"auto" help:"What the model does, for the sample requests: sentiment, chat, or auto to ask the live one."`
	Mirror          int           `env:"ROLLOUT_MIRROR" default:"10" help:"Percentage of the requests that is copied first, 0 to 50."`
	MirrorFor       time.Duration `env:"ROLLOUT_MIRROR_FOR" default:"10m" help:"For how long."`
	Steps           []int         `env:"ROLLOUT_STEPS" default:"10,50,100" help:"Percentages that the new deployment answers, one after the other."`
	Observe         time.Duration `env:"ROLLOUT_OBSERVE" default:"5m" help:"How long a step is watched at least."`
	ObserveMost     time.Duration `env:"ROLLOUT_OBSERVE_MOST" default:"20m" help:"At most: what isn't proven good by then is taken back."`
	ProbeRate       float64       `env:"ROLLOUT_PROBE_RATE" default:"2" help:"Sample requests a second."`
	MinRequests     int           `env:"ROLLOUT_MIN_REQUESTS" default:"100" help:"Requests before anything counts as good."`
	MaxErrorPercent float64       `env:"ROLLOUT_MAX_ERROR_PERCENT" default:"2" help:"Requests that may fail."`
	MaxP95          time.Duration `name:"max-p95" env:"ROLLOUT_MAX_P95" placeholder:"TIME" help:"What 95 % must be faster than; alerts.latencyP95Milliseconds of the stack unless given."`
	P95Ratio        float64       `name:"p95-ratio" env:"ROLLOUT_P95_RATIO" default:"1.5" help:"How much slower than the old deployment; 0 doesn't compare."`
	AllowChanges    bool          `env:"ROLLOUT_ALLOW_CHANGES" help:"Apply the other changes in the stack's file too."`
	LogLines        int           `env:"ROLLOUT_LOG_LINES" default:"40" help:"Lines of each log to show after a failure."`
}

func options(c changeOptions, w watchOptions) rollout.Options {
	o := rollout.Defaults()
	o.Change = rollout.Change{
		Image: c.Image, ImageMiB: c.ImageMiB, ModelName: c.ModelName, ModelVersion: c.ModelVersion, ModelSHA256: c.ModelSHA256, ModelPath: c.ModelPath, ModelMiB: c.ModelMiB, Size: c.Size,
		ModelSource: c.ModelSource, ModelFile: c.ModelFile, ModelPrecision: c.Precision,
	}
	o.To, o.Task, o.Mirror, o.MirrorFor, o.Steps = c.To, w.Task, w.Mirror, w.MirrorFor, w.Steps
	o.Observe, o.ObserveMost, o.ProbeRate = w.Observe, w.ObserveMost, w.ProbeRate
	o.Limits.MinRequests, o.Limits.MaxErrorRate = w.MinRequests, w.MaxErrorPercent/100
	o.Limits.MaxP95, o.Limits.P95Ratio = w.MaxP95, w.P95Ratio
	o.AllowChanges, o.LogLines = w.AllowChanges, w.LogLines
	return o
}
