package infra

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// EndpointArgs say what an Endpoint is made of.
type EndpointArgs struct {
	// Config is what a stack's file says in this project's own program, with the
	// same meanings: docs/reference/configuration.md. Location is required, such as
	// westeurope. A field with its zero value has its default.
	//
	// Deployments are by name. Each needs an image by digest, or one to build from
	// the program's folder; a model with its SizeMiB and MemoryMiB, both in MiB; and
	// an InstanceType, or VCPUs with Hosting stackconfig.ContainerApp. Traffic is in
	// percent by deployment and totals 100.
	Config stackconfig.Config
	// Set are values by dotted key, for those whose zero value isn't their default:
	// {"alerts.enabled": false}. They go before Config's.
	Set map[string]any
	// Group is the resource group that Config.ResourceGroup names, where the program
	// makes that itself. Without it the group must be there; without a name the
	// Endpoint makes one.
	Group pulumi.Resource
	// Scorer is the path of the scorer, which fetches and prepares models that have a
	// Source. Without it that is build/scorer in the program's folder, or the scorer
	// in PATH.
	Scorer string
}

// Endpoint is an NLP endpoint with all that it needs on Azure, as a component.
type Endpoint struct {
	pulumi.ResourceState

	// ScoringURI takes texts by POST; OpenAIBaseURL is for OpenAI's clients.
	ScoringURI    pulumi.StringOutput
	OpenAIBaseURL pulumi.StringOutput
	// Outputs are all outputs by their names, as this project's own stacks have them:
	// docs/internals/infrastructure.md. Keys, where there are any, are secrets.
	Outputs pulumi.Map
}

// namePattern leaves room for what is appended in the names of ARM deployments,
// which have 64 characters at most.
var namePattern = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]{0,39}$`)

// NewEndpoint declares an endpoint. A program can have several: the names of all
// that an endpoint has begin with its own, 1 to 40 letters, digits and hyphens, in
// Pulumi, and end with a hash of it on Azure.
//
// Before anything is declared, args are checked, and then the subscription, as for
// a stack of this project. Each of the two errors names all that was found, with
// what is allowed and the remedy.
func NewEndpoint(ctx *pulumi.Context, name string, args *EndpointArgs, options ...pulumi.ResourceOption) (*Endpoint, error) {
	return Program{Pause: pause}.newEndpoint(ctx, name, args, options...)
}

// pause is between two tries of what Azure refuses for a cause that passes by itself.
const pause = 30 * time.Second

func (p Program) newEndpoint(ctx *pulumi.Context, name string, args *EndpointArgs, options ...pulumi.ResourceOption) (*Endpoint, error) {
	if args == nil {
		return nil, errors.New("infra.NewEndpoint: args are required, Config.Location at least")
	}
	var problems []stackconfig.Problem
	if !namePattern.MatchString(name) {
		problems = append(problems, stackconfig.Problem{Key: "the endpoint's name", Value: fmt.Sprintf("%q", name),
			Allowed: "must be 1 to 40 letters, digits and hyphens, a letter first", Remedy: "give infra.NewEndpoint another"})
	}
	if args.Group != nil && args.Config.ResourceGroup == "" {
		problems = append(problems, stackconfig.Problem{Key: "resourceGroup", Allowed: "is required with Group: the name in Azure of the group that it makes",
			Remedy: "set Config.ResourceGroup, and ResourceGroupName of the group to the same"})
	}
	cfg, err := stackconfig.New(ctx.Stack(), ".", args.Config, args.Set, problems, ctx.DryRun())
	if err != nil {
		return nil, fmt.Errorf("endpoint %s: %w", name, err)
	}
	p.Scorer = args.Scorer
	return p.declare(ctx, name, logical(name), cfg, args.Group, options...)
}

// declare declares an endpoint. group is the resource group that
// cfg.ResourceGroup names, where the same program makes it.
func (p Program) declare(ctx *pulumi.Context, name string, of logical, cfg *stackconfig.Config, group pulumi.Resource, options ...pulumi.ResourceOption) (*Endpoint, error) {
	e := &Endpoint{}
	if err := ctx.RegisterComponentResource("azure-nlp-endpoint:infra:Endpoint", name, e, options...); err != nil {
		return nil, err
	}
	r, err := p.prepare(ctx, e, of, cfg, group)
	if err != nil {
		return nil, err
	}
	e.Outputs, err = r.declare()
	if err != nil {
		return nil, err
	}
	e.ScoringURI = e.Outputs["scoringUri"].(pulumi.StringInput).ToStringOutput()
	e.OpenAIBaseURL = e.Outputs["openaiBaseUrl"].(pulumi.StringInput).ToStringOutput()
	return e, ctx.RegisterResourceOutputs(e, pulumi.Map{"scoringUri": e.ScoringURI, "openaiBaseUrl": e.OpenAIBaseURL})
}
