package azure

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Invoke answers azure-native's functions: who is signed in, the getters of
// every known type, and the keys that the program asks for.
func (p *nativeProvider) Invoke(_ context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	arguments, err := unmarshal(req.GetArgs())
	if err != nil {
		return nil, err
	}
	outputs, err := p.invoke(req.GetTok(), arguments.Mappable())
	if err != nil {
		return nil, err
	}
	result, err := marshal(resource.NewPropertyMapFromMap(outputs))
	if err != nil {
		return nil, err
	}
	return &pulumirpc.InvokeResponse{Return: result}, nil
}

func (p *nativeProvider) invoke(token string, arguments map[string]any) (map[string]any, error) {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return nil, fmt.Errorf("function %s not found", token)
	}
	module, _, _ := strings.Cut(parts[1], "/")
	switch module + ":" + parts[2] {
	case "authorization:getClientConfig":
		return map[string]any{
			"clientId": p.cloud.ClientID, "objectId": p.cloud.ObjectID,
			"subscriptionId": p.cloud.SubscriptionID, "tenantId": p.cloud.TenantID,
		}, nil
	case "authorization:getClientToken":
		resource, _ := arguments["endpoint"].(string)
		got := p.cloud.providerToken(resource)
		if got == "" {
			return nil, errors.New("no token: nobody is signed in; run az login")
		}
		return map[string]any{"token": got}, nil
	case "machinelearningservices:listOnlineEndpointKeys":
		return p.endpointKeys(token, arguments)
	}
	name, ok := strings.CutPrefix(parts[2], "get")
	if !ok {
		return nil, fmt.Errorf("function %s not found: tests/azure/nativeinvoke.go does not describe it", token)
	}
	t, _, err := lookup(parts[0] + ":" + parts[1] + ":" + name)
	if err != nil {
		return nil, err
	}
	id, err := t.id(p.cloud.SubscriptionID, arguments)
	if err != nil {
		return nil, err
	}
	response, err := p.cloud.Get(id)
	if err != nil {
		return nil, fmt.Errorf("request failed %s: %w", id, err)
	}
	outputs := t.outputs(response)
	outputs["id"] = id
	return outputs, nil
}

// endpointKeys answers listOnlineEndpointKeys.
func (p *nativeProvider) endpointKeys(token string, arguments map[string]any) (map[string]any, error) {
	t, _, err := lookup(strings.Replace(token, "listOnlineEndpointKeys", "OnlineEndpoint", 1))
	if err != nil {
		return nil, err
	}
	id, err := t.id(p.cloud.SubscriptionID, arguments)
	if err != nil {
		return nil, err
	}
	return p.cloud.Keys(id)
}
