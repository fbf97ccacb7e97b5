package azure

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// nativeVersion is the azure-native provider whose behaviour is followed.
const nativeVersion = "2.90.0"

// createBeforeDelete marks inputs whose name the provider made up: such a
// resource can be replaced without deleting it first.
const createBeforeDelete = "__createBeforeDelete"

// nativeProvider answers the engine as azure-native does, from a Cloud.
type nativeProvider struct {
	pulumirpc.UnimplementedResourceProviderServer
	cloud  *Cloud
	config map[string]string
}

func (p *nativeProvider) Handshake(
	context.Context, *pulumirpc.ProviderHandshakeRequest,
) (*pulumirpc.ProviderHandshakeResponse, error) {
	return &pulumirpc.ProviderHandshakeResponse{}, nil
}

func (p *nativeProvider) Attach(context.Context, *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (p *nativeProvider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (p *nativeProvider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: nativeVersion}, nil
}

func (p *nativeProvider) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return &pulumirpc.CheckResponse{Inputs: req.GetNews()}, nil
}

func (p *nativeProvider) DiffConfig(context.Context, *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return &pulumirpc.DiffResponse{}, nil
}

func (p *nativeProvider) Configure(
	_ context.Context, req *pulumirpc.ConfigureRequest,
) (*pulumirpc.ConfigureResponse, error) {
	arguments, err := unmarshal(req.GetArgs())
	if err != nil {
		return nil, err
	}
	config := map[string]string{}
	for name, value := range arguments {
		if value.IsString() {
			config[string(name)] = value.StringValue()
		}
	}
	p.config = config
	if id := config["subscriptionId"]; id != "" && id != p.cloud.SubscriptionID {
		return nil, fmt.Errorf("azure-native:subscriptionId: the offline Azure has the subscription %s alone, not %s",
			p.cloud.SubscriptionID, id)
	}
	return &pulumirpc.ConfigureResponse{SupportsPreview: true, SupportsAutonamingConfiguration: true}, nil
}

// Create PUTs a resource that must not exist.
func (p *nativeProvider) Create(_ context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	if req.GetPreview() {
		// What Azure computes is unknown to the program until it exists.
		return &pulumirpc.CreateResponse{Properties: req.GetProperties()}, nil
	}
	t, version, err := lookup(string(urn.URN(req.GetUrn()).Type()))
	if err != nil {
		return nil, err
	}
	inputs, err := unmarshal(req.GetProperties())
	if err != nil {
		return nil, err
	}
	id, err := t.id(p.cloud.SubscriptionID, inputs.Mappable())
	if err != nil {
		return nil, err
	}
	if _, err := p.cloud.Get(id); err == nil {
		return nil, fmt.Errorf("cannot create already existing resource '%s'", id)
	}
	response, created, err := p.cloud.Put(id, version, t.body(inputs.Mappable()))
	if err != nil {
		return nil, p.failed(t, id, created, inputs, err)
	}
	state, err := checkpoint(t, version, inputs, response)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.CreateResponse{Id: id, Properties: state}, nil
}

// failed reports a PUT that Azure refused, or accepted and then failed: the
// resource exists in the second case, and the engine keeps it in the state.
func (p *nativeProvider) failed(t nativeType, id string, created bool, inputs resource.PropertyMap, err error) error {
	if !created {
		return err
	}
	response, getErr := p.cloud.Get(id)
	if getErr != nil {
		return errors.Join(err, getErr)
	}
	state, stateErr := checkpoint(t, t.version, inputs, response)
	if stateErr != nil {
		return errors.Join(err, stateErr)
	}
	kept, marshalErr := marshal(inputs)
	if marshalErr != nil {
		return errors.Join(err, marshalErr)
	}
	return rpcerror.WithDetails(rpcerror.New(codes.Unknown, err.Error()), &pulumirpc.ErrorResourceInitFailed{
		Id: id, Properties: state, Inputs: kept, Reasons: []string{err.Error()},
	})
}

// Update PUTs the whole resource again.
func (p *nativeProvider) Update(_ context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	t, version, err := lookup(string(urn.URN(req.GetUrn()).Type()))
	if err != nil {
		return nil, err
	}
	inputs, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	if req.GetPreview() {
		outputs := inputs.Copy()
		olds, err := unmarshal(req.GetOlds())
		if err != nil {
			return nil, err
		}
		for _, stable := range []resource.PropertyKey{"name", "location"} {
			if value, ok := olds[stable]; ok {
				outputs[stable] = value
			}
		}
		properties, err := marshal(outputs)
		return &pulumirpc.UpdateResponse{Properties: properties}, err
	}
	response, updated, err := p.cloud.Put(req.GetId(), version, t.body(inputs.Mappable()))
	if err != nil {
		return nil, p.failed(t, req.GetId(), updated, inputs, err)
	}
	state, err := checkpoint(t, version, inputs, response)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.UpdateResponse{Properties: state}, nil
}

// Read answers refreshes and `pulumi import`.
func (p *nativeProvider) Read(_ context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	t, version, err := lookup(string(urn.URN(req.GetUrn()).Type()))
	if err != nil {
		return nil, err
	}
	response, err := p.cloud.Get(req.GetId())
	var failure *Error
	if errors.As(err, &failure) && failure.Status == 404 {
		return &pulumirpc.ReadResponse{}, nil
	}
	if err != nil {
		return nil, err
	}
	inputs, err := unmarshal(req.GetInputs())
	if err != nil {
		return nil, err
	}
	olds, err := unmarshal(req.GetProperties())
	if err != nil {
		return nil, err
	}
	now := t.inputs(t.outputs(response))
	var refreshed map[string]any
	if len(inputs) == 0 { // an import: the id's parts are inputs too
		refreshed = now
		maps.Copy(refreshed, t.pathInputs(req.GetId()))
	} else {
		before := olds.Mappable()
		delete(before, "__inputs")
		delete(before, "azureApiVersion")
		refreshed = drift(inputs.Mappable(), t.inputs(before), now)
	}
	kept := resource.NewPropertyMapFromMap(refreshed)
	state, err := checkpoint(t, version, kept, response)
	if err != nil {
		return nil, err
	}
	properties, err := marshal(kept)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.ReadResponse{Id: req.GetId(), Properties: state, Inputs: properties}, nil
}

func (p *nativeProvider) Delete(_ context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	if err := p.cloud.Delete(req.GetId()); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, nil
}

// checkpoint is the state that the engine keeps: outputs, and the inputs as
// azure-native 2 adds them.
func checkpoint(t nativeType, version string, inputs resource.PropertyMap, response map[string]any) (*structpb.Struct, error) {
	outputs := resource.NewPropertyMapFromMap(t.outputs(response))
	outputs["__inputs"] = resource.MakeSecret(resource.NewObjectProperty(inputs))
	outputs["azureApiVersion"] = resource.NewStringProperty(version)
	return plugin.MarshalProperties(outputs, plugin.MarshalOptions{KeepSecrets: true, KeepUnknowns: true, SkipNulls: true})
}

func unmarshal(s *structpb.Struct) (resource.PropertyMap, error) {
	return plugin.UnmarshalProperties(s, plugin.MarshalOptions{KeepUnknowns: true, SkipNulls: true})
}

func marshal(m resource.PropertyMap) (*structpb.Struct, error) {
	return plugin.MarshalProperties(m, plugin.MarshalOptions{KeepUnknowns: true, SkipNulls: true})
}
