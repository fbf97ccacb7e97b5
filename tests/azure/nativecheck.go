package azure

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

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
