package policy

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Main serves policies to the engine that has started this process, until that ends
// it, and returns the exit status. The engine passes its address, which isn't
// needed, and options of its own.
func Main(policies []Policy) int {
	flags := flag.NewFlagSet("policies", flag.ContinueOnError)
	for _, accepted := range []string{"tracing", "v"} {
		flags.String(accepted, "", "the engine's")
	}
	for _, accepted := range []string{"logtostderr", "logflow"} {
		flags.Bool(accepted, false, "the engine's")
	}
	if err := flags.Parse(os.Args[1:]); err != nil {
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, policies, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "policies:", err)
		return 1
	}
	return 0
}

// serve serves until the context ends, and says first on which port.
func serve(ctx context.Context, policies []Policy, port io.Writer) error {
	cancel := make(chan bool)
	go func() { <-ctx.Done(); close(cancel) }()
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{Cancel: cancel, Init: func(server *grpc.Server) error {
		pulumirpc.RegisterAnalyzerServer(server, unversioned{plugin.NewAnalyzerServer(&pack{policies: policies, levels: map[string]apitype.EnforcementLevel{}})})
		return nil
	}})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(port, handle.Port); err != nil {
		return err
	}
	return <-handle.Done
}

// unversioned is a pack without a version, which the SDK's server can't say.
type unversioned struct{ pulumirpc.AnalyzerServer }

func (unversioned) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{}, nil
}

// pack is the policies as the engine's plugin.
type pack struct {
	policies []Policy
	levels   map[string]apitype.EnforcementLevel // by policy, where the user says so
}

var _ plugin.Analyzer = (*pack)(nil)

const packName = "azure-nlp-endpoint"

func (p *pack) Name() tokens.QName { return packName }

func (p *pack) GetAnalyzerInfo(context.Context) (plugin.AnalyzerInfo, error) {
	info := plugin.AnalyzerInfo{Name: packName, DisplayName: packName, SupportsConfig: true}
	for _, policy := range p.policies {
		kind := plugin.AnalyzerPolicyTypeResource
		if policy.Among {
			kind = plugin.AnalyzerPolicyTypeStack
		}
		info.Policies = append(info.Policies, plugin.AnalyzerPolicyInfo{
			Name: policy.Name, Description: policy.What, Message: policy.Remedy, EnforcementLevel: apitype.Mandatory, Type: kind,
		})
	}
	return info, nil
}

func (p *pack) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	return plugin.PluginInfo{}, nil
}

// Configure takes the levels that the user has chosen.
func (p *pack) Configure(_ context.Context, config map[string]plugin.AnalyzerPolicyConfig) error {
	for name, c := range config {
		if !slices.ContainsFunc(p.policies, func(policy Policy) bool { return policy.Name == name }) && name != "all" {
			return fmt.Errorf("there is no policy %q", name)
		}
		p.levels[name] = c.EnforcementLevel
	}
	return nil
}

func (p *pack) Close() error { return nil }

func (p *pack) Cancel(context.Context) error { return nil }

func (p *pack) Remediate(context.Context, plugin.AnalyzerResource) (plugin.RemediateResponse, error) {
	return plugin.RemediateResponse{}, nil
}

func (p *pack) Analyze(_ context.Context, r plugin.AnalyzerResource) (plugin.AnalyzeResponse, error) {
	return p.answer(Check(p.policies, seen(r))), nil
}

func (p *pack) AnalyzeStack(_ context.Context, all []plugin.AnalyzerStackResource) (plugin.AnalyzeResponse, error) {
	var stack []Resource
	for _, r := range all {
		one := seen(r.AnalyzerResource)
		for _, urn := range r.Dependencies {
			one.Needs = append(one.Needs, string(urn))
		}
		stack = append(stack, one)
	}
	return p.answer(CheckAmong(p.policies, stack)), nil
}

func (p *pack) answer(found []Finding) (out plugin.AnalyzeResponse) {
	for _, f := range found {
		level := apitype.Mandatory
		for _, name := range []string{"all", f.Policy.Name} {
			if chosen := p.levels[name]; chosen != "" {
				level = chosen
			}
		}
		if level == apitype.Disabled {
			continue
		}
		out.Diagnostics = append(out.Diagnostics, plugin.AnalyzeDiagnostic{
			PolicyName: f.Policy.Name, PolicyPackName: packName, Description: f.Policy.What, Message: f.String(), EnforcementLevel: level, URN: resource.URN(f.Resource.URN),
		})
	}
	return out
}

func seen(r plugin.AnalyzerResource) Resource {
	properties, _ := plain(resource.NewProperty(r.Properties)).(map[string]any)
	return Resource{URN: string(r.URN), Type: string(r.Type), Name: r.Name, Properties: properties}
}

// plain is a value without the engine's wrapping.
func plain(v resource.PropertyValue) any {
	switch {
	case v.IsComputed():
		return Unknown{}
	case v.IsOutput():
		if !v.OutputValue().Known {
			return Unknown{}
		}
		return plain(v.OutputValue().Element)
	case v.IsSecret():
		return plain(v.SecretValue().Element)
	case v.IsArray():
		list := []any{}
		for _, item := range v.ArrayValue() {
			list = append(list, plain(item))
		}
		return list
	case v.IsObject():
		object := map[string]any{}
		for key, field := range v.ObjectValue() {
			object[string(key)] = plain(field)
		}
		return object
	}
	return v.V
}
