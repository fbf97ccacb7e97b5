package infra

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Endpoint is an NLP endpoint with all that it needs on Azure.
type Endpoint struct {
	pulumi.ResourceState

	// Outputs are what the stack of this project exports, see docs/reference/configuration.md.
	Outputs pulumi.Map
}

// declare declares an endpoint. group is the resource group that
// cfg.ResourceGroup names, where the same program makes it.
func (p Program) declare(ctx *pulumi.Context, name string, of logical, cfg *stackconfig.Config, group pulumi.Resource) (*Endpoint, error) {
	e := &Endpoint{}
	if err := ctx.RegisterComponentResource("azure-nlp-endpoint:infra:Endpoint", name, e); err != nil {
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
	return e, ctx.RegisterResourceOutputs(e, e.Outputs)
}
