package azure

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// buildVersion is the docker-build provider whose behaviour is followed.
const buildVersion = "0.0.15"

// buildProvider answers the engine as docker-build does, without building: an
// image's digest follows from its inputs. As the real one does, it builds
// nothing in previews, takes another password for no change, and needs the
// credentials when it pushes.
type buildProvider struct {
	nativeProvider
}

const imageType = "docker-build:index:Image"

func (p *buildProvider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: buildVersion}, nil
}

func (p *buildProvider) Configure(context.Context, *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{SupportsPreview: true}, nil
}

func (p *buildProvider) Check(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	if typ := string(urn.URN(req.GetUrn()).Type()); typ != imageType {
		return nil, fmt.Errorf("resource type %s not found: tests/azure/buildprovider.go does not describe it", typ)
	}
	news, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	var failures []*pulumirpc.CheckFailure
	for _, required := range []resource.PropertyKey{"push", "context", "dockerfile", "tags", "platforms"} {
		if !news.HasValue(required) && !news[required].ContainsUnknowns() {
			failures = append(failures, &pulumirpc.CheckFailure{Property: string(required), Reason: "is missing"})
		}
	}
	return &pulumirpc.CheckResponse{Inputs: req.GetNews(), Failures: failures}, nil
}

func (p *buildProvider) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	olds, err := unmarshal(req.GetOldInputs())
	if err != nil {
		return nil, err
	}
	news, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	return diff(withoutPasswords(olds), withoutPasswords(news), nil), nil
}

// withoutPasswords copies the inputs but for the registries' passwords.
func withoutPasswords(inputs resource.PropertyMap) resource.PropertyMap {
	out := inputs.Copy()
	list := out["registries"]
	if !list.IsArray() {
		return out
	}
	var registries []resource.PropertyValue
	for _, registry := range list.ArrayValue() {
		one := registry.ObjectValue().Copy()
		delete(one, "password")
		registries = append(registries, resource.NewProperty(one))
	}
	out["registries"] = resource.NewProperty(registries)
	return out
}

func (p *buildProvider) Create(_ context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	inputs, err := unmarshal(req.GetProperties())
	if err != nil {
		return nil, err
	}
	outputs, err := p.build(inputs, req.GetPreview())
	if err != nil {
		return nil, err
	}
	properties, err := marshal(outputs)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.CreateResponse{Id: urn.URN(req.GetUrn()).Name(), Properties: properties}, nil
}

func (p *buildProvider) Update(_ context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	inputs, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	outputs, err := p.build(inputs, req.GetPreview())
	if err != nil {
		return nil, err
	}
	properties, err := marshal(outputs)
	return &pulumirpc.UpdateResponse{Properties: properties}, err
}

// build pushes to a registry of the cloud, if its password is one.
func (p *buildProvider) build(inputs resource.PropertyMap, preview bool) (resource.PropertyMap, error) {
	outputs := inputs.Copy()
	if preview {
		unknown := resource.MakeComputed(resource.NewProperty(""))
		outputs["digest"], outputs["ref"], outputs["contextHash"] = unknown, unknown, unknown
		return outputs, nil
	}
	plain := withoutPasswords(inputs).Mappable()
	data, err := json.Marshal(plain)
	if err != nil {
		return nil, err
	}
	digest := "sha256:" + strings.ReplaceAll(guid("image", string(data))+guid("digest", string(data)), "-", "")
	p.cloud.mu.Lock()
	defer p.cloud.mu.Unlock()
	for _, registry := range inputs["registries"].ArrayValue() {
		r := registry.ObjectValue().Mappable()
		host, _ := r["address"].(string)
		password, _ := r["password"].(string)
		if !p.cloud.hasRegistry(host) || r["username"] != "00000000-0000-0000-0000-000000000000" || !p.cloud.images.passwords[password] {
			return nil, fmt.Errorf("failed to push to %s: unauthorized: authentication required", host)
		}
	}
	p.cloud.images.builds = append(p.cloud.images.builds, Build{Inputs: plain, Digest: digest})
	outputs["digest"], outputs["contextHash"] = resource.NewProperty(digest), resource.NewProperty("offline")
	outputs["ref"] = resource.NewProperty(inputs["tags"].ArrayValue()[0].StringValue() + "@" + digest)
	return outputs, nil
}

func (p *buildProvider) Read(_ context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	return &pulumirpc.ReadResponse{Id: req.GetId(), Properties: req.GetProperties(), Inputs: req.GetInputs()}, nil
}

// Delete is refused: it takes an image out of the registry, which may be in
// use.
func (p *buildProvider) Delete(_ context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	return nil, fmt.Errorf("delete %s: denied: the role AcrPush can't delete", req.GetId())
}

func (p *buildProvider) Invoke(_ context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return nil, fmt.Errorf("function %s not found: tests/azure/buildprovider.go does not describe it", req.GetTok())
}
