package azure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

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

// Check fills in the location and the name where the program leaves them out.
func (p *nativeProvider) Check(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	name := urn.URN(req.GetUrn())
	t, _, err := lookup(string(name.Type()))
	if err != nil {
		return nil, err
	}
	olds, err := unmarshal(req.GetOlds())
	if err != nil {
		return nil, err
	}
	news, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	parameters := t.parameters()
	own := resource.PropertyKey(parameters[len(parameters)-1])
	if !news.HasValue(own) {
		if err := autoName(req, t, own, olds, news); err != nil {
			return nil, err
		}
	}
	if t.location && !news.HasValue("location") {
		p.defaultLocation(olds, news)
	}
	var failures []*pulumirpc.CheckFailure
	for _, parameter := range parameters {
		value, ok := news[resource.PropertyKey(parameter)]
		switch {
		case !ok:
			failures = append(failures, &pulumirpc.CheckFailure{Reason: "missing required property '" + parameter + "'"})
		case !value.ContainsUnknowns() && !value.IsString():
			failures = append(failures, &pulumirpc.CheckFailure{Reason: "'" + parameter + "' should be of type 'string'"})
		}
	}
	if t.location && !news.HasValue("location") && !news["location"].IsComputed() && t.arm != storageType {
		failures = append(failures, &pulumirpc.CheckFailure{Reason: "missing required property 'location'. Either set it " +
			"explicitly or configure it with 'pulumi config set azure-native:location <value>'."})
	}
	inputs, err := marshal(news)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.CheckResponse{Inputs: inputs, Failures: failures}, nil
}

func autoName(req *pulumirpc.CheckRequest, t nativeType, own resource.PropertyKey, olds, news resource.PropertyMap) error {
	if old, ok := olds[own]; ok {
		news[own] = old
		if flag, ok := olds[createBeforeDelete]; ok {
			news[createBeforeDelete] = flag
		}
		return nil
	}
	logical := urn.URN(req.GetUrn()).Name()
	switch t.autoName {
	case "copy":
		news[own] = resource.NewStringProperty(logical)
		return nil
	case "uuid":
		random, err := resource.NewUniqueName(req.GetRandomSeed(), "", 32, 0, nil)
		if err != nil {
			return err
		}
		news[own] = resource.NewStringProperty(guid(random))
	default:
		random, err := resource.NewUniqueName(req.GetRandomSeed(), logical, 8, 0, nil)
		if err != nil {
			return err
		}
		news[own] = resource.NewStringProperty(random)
	}
	news[createBeforeDelete] = resource.NewBoolProperty(true)
	return nil
}

// defaultLocation takes the old location, the configured one or the resource
// group's, in this order.
func (p *nativeProvider) defaultLocation(olds, news resource.PropertyMap) {
	if old, ok := olds["location"]; ok {
		news["location"] = old
		return
	}
	if location := p.config["location"]; location != "" {
		news["location"] = resource.NewStringProperty(location)
		return
	}
	group, ok := news["resourceGroupName"]
	switch {
	case !ok:
	case group.ContainsUnknowns():
		news["location"] = resource.MakeComputed(resource.NewStringProperty(""))
	case group.IsString():
		found, err := p.cloud.Get("/subscriptions/" + p.cloud.SubscriptionID + "/resourceGroups/" + group.StringValue())
		if err == nil {
			news["location"] = resource.NewStringProperty(text(found, "location"))
		}
	}
}

// Diff compares old and new inputs; a change of a path parameter or of what
// Azure can't update replaces the resource.
func (p *nativeProvider) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	t, _, err := lookup(string(urn.URN(req.GetUrn()).Type()))
	if err != nil {
		return nil, err
	}
	olds, err := unmarshal(req.GetOldInputs())
	if err != nil {
		return nil, err
	}
	news, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	replacing := append(t.parameters(), t.immutable...)
	response := diff(olds, news, replacing)
	response.DeleteBeforeReplace = len(response.Replaces) > 0
	if flag, ok := olds[createBeforeDelete]; ok && flag.IsBool() {
		response.DeleteBeforeReplace = !flag.BoolValue()
	}
	return response, nil
}

// diff answers with a detailed diff; replacing lists the dotted paths whose
// change is a replacement.
func diff(olds, news resource.PropertyMap, replacing []string) *pulumirpc.DiffResponse {
	ignored := func(k resource.PropertyKey) bool { return strings.HasPrefix(string(k), "__") }
	changes := olds.Diff(news, ignored)
	if changes == nil {
		return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}
	}
	response := &pulumirpc.DiffResponse{
		Changes: pulumirpc.DiffResponse_DIFF_SOME, HasDetailedDiff: true, DetailedDiff: map[string]*pulumirpc.PropertyDiff{},
	}
	kinds := map[plugin.DiffKind][2]pulumirpc.PropertyDiff_Kind{
		plugin.DiffAdd:    {pulumirpc.PropertyDiff_ADD, pulumirpc.PropertyDiff_ADD_REPLACE},
		plugin.DiffDelete: {pulumirpc.PropertyDiff_DELETE, pulumirpc.PropertyDiff_DELETE_REPLACE},
		plugin.DiffUpdate: {pulumirpc.PropertyDiff_UPDATE, pulumirpc.PropertyDiff_UPDATE_REPLACE},
	}
	for path, change := range plugin.NewDetailedDiffFromObjectDiff(changes, true) {
		kind := kinds[change.Kind][0]
		top, _, _ := strings.Cut(path, ".")
		top, _, _ = strings.Cut(top, "[")
		if !slices.Contains(response.Diffs, top) {
			response.Diffs = append(response.Diffs, top)
		}
		for _, fixed := range replacing {
			if path == fixed || strings.HasPrefix(path, fixed+".") || strings.HasPrefix(path, fixed+"[") ||
				strings.HasPrefix(fixed, path+".") && change.Kind != plugin.DiffUpdate {
				kind = kinds[change.Kind][1]
				response.Replaces = append(response.Replaces, path)
				break
			}
		}
		response.DetailedDiff[path] = &pulumirpc.PropertyDiff{Kind: kind, InputDiff: true}
	}
	slices.Sort(response.Diffs)
	slices.Sort(response.Replaces)
	return response
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
	if len(inputs) == 0 {
		refreshed = now
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
