package azure

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// entraVersion is the azuread provider whose behaviour is followed.
const entraVersion = "6.0.0"

// entraProvider answers the engine as the azuread provider does.
type entraProvider struct {
	nativeProvider
}

func (p *entraProvider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: entraVersion}, nil
}

func (p *entraProvider) Configure(
	context.Context, *pulumirpc.ConfigureRequest,
) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{SupportsPreview: true}, nil
}

// kindOf returns application for azuread:index/application:Application.
func kindOf(typ string) (string, error) {
	if _, ok := entraKinds[typ]; !ok {
		return "", fmt.Errorf("resource type %s not found: tests/azure/entra.go does not describe it", typ)
	}
	kind, _, _ := strings.Cut(strings.TrimPrefix(typ, "azuread:index/"), ":")
	return kind, nil
}

func (p *entraProvider) Check(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	if _, err := kindOf(string(urn.URN(req.GetUrn()).Type())); err != nil {
		return nil, err
	}
	return &pulumirpc.CheckResponse{Inputs: req.GetNews()}, nil
}

func (p *entraProvider) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	olds, err := unmarshal(req.GetOldInputs())
	if err != nil {
		return nil, err
	}
	news, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	return diff(olds, news, entraKinds[string(urn.URN(req.GetUrn()).Type())].replacing), nil
}

func (p *entraProvider) Create(_ context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	if req.GetPreview() {
		return &pulumirpc.CreateResponse{Properties: req.GetProperties()}, nil
	}
	kind, err := kindOf(string(urn.URN(req.GetUrn()).Type()))
	if err != nil {
		return nil, err
	}
	inputs, err := unmarshal(req.GetProperties())
	if err != nil {
		return nil, err
	}
	p.cloud.mu.Lock()
	defer p.cloud.mu.Unlock()
	id, data, err := p.cloud.addEntra(kind, inputs.Mappable())
	if err != nil {
		return nil, err
	}
	properties, err := marshal(resource.NewPropertyMapFromMap(data))
	return &pulumirpc.CreateResponse{Id: id, Properties: properties}, err
}

func (p *entraProvider) Update(_ context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	if req.GetPreview() {
		return &pulumirpc.UpdateResponse{Properties: req.GetNews()}, nil
	}
	inputs, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	p.cloud.mu.Lock()
	defer p.cloud.mu.Unlock()
	o := p.cloud.entra.objects[req.GetId()]
	if o == nil {
		return nil, notFound("Request_ResourceNotFound", "%s does not exist", req.GetId())
	}
	maps.Copy(o.data, inputs.Mappable())
	properties, err := marshal(resource.NewPropertyMapFromMap(o.data))
	return &pulumirpc.UpdateResponse{Properties: properties}, err
}

func (p *entraProvider) Read(_ context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	p.cloud.mu.Lock()
	defer p.cloud.mu.Unlock()
	o := p.cloud.entra.objects[req.GetId()]
	if o == nil {
		return &pulumirpc.ReadResponse{}, nil
	}
	properties, err := marshal(resource.NewPropertyMapFromMap(o.data))
	return &pulumirpc.ReadResponse{Id: req.GetId(), Properties: properties, Inputs: req.GetInputs()}, err
}

func (p *entraProvider) Delete(_ context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	p.cloud.mu.Lock()
	defer p.cloud.mu.Unlock()
	p.cloud.entra.remove(req.GetId())
	return &emptypb.Empty{}, nil
}

func (p *entraProvider) Invoke(_ context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	if req.GetTok() != "azuread:index/getClientConfig:getClientConfig" {
		return nil, fmt.Errorf("function %s not found: tests/azure/entraprovider.go does not describe it", req.GetTok())
	}
	result, err := marshal(resource.NewPropertyMapFromMap(map[string]any{
		"id": p.cloud.ObjectID, "clientId": p.cloud.ClientID, "objectId": p.cloud.ObjectID, "tenantId": p.cloud.TenantID,
	}))
	return &pulumirpc.InvokeResponse{Return: result}, err
}
