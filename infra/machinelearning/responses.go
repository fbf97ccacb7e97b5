package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// OnlineEndpointResponse is what Azure says about an endpoint.
type OnlineEndpointResponse struct {
	AuthMode            string            `pulumi:"authMode"`
	Compute             *string           `pulumi:"compute"`
	Description         *string           `pulumi:"description"`
	MirrorTraffic       map[string]int    `pulumi:"mirrorTraffic"`
	Properties          map[string]string `pulumi:"properties"`
	ProvisioningState   string            `pulumi:"provisioningState"`
	PublicNetworkAccess *string           `pulumi:"publicNetworkAccess"`
	ScoringUri          string            `pulumi:"scoringUri"`
	SwaggerUri          string            `pulumi:"swaggerUri"`
	Traffic             map[string]int    `pulumi:"traffic"`
}

// OnlineEndpointResponseOutput is an OnlineEndpointResponse that may not be
// known yet.
type OnlineEndpointResponseOutput struct{ *pulumi.OutputState }

func (OnlineEndpointResponseOutput) ElementType() reflect.Type {
	return reflect.TypeFor[OnlineEndpointResponse]()
}

// ScoringUri is where requests go.
func (o OnlineEndpointResponseOutput) ScoringUri() pulumi.StringOutput {
	return o.ApplyT(func(v OnlineEndpointResponse) string { return v.ScoringUri }).(pulumi.StringOutput)
}

// SwaggerUri is where the description of the API lies.
func (o OnlineEndpointResponseOutput) SwaggerUri() pulumi.StringOutput {
	return o.ApplyT(func(v OnlineEndpointResponse) string { return v.SwaggerUri }).(pulumi.StringOutput)
}

// ManagedServiceIdentityResponse is what Azure says about an identity.
type ManagedServiceIdentityResponse struct {
	PrincipalId string `pulumi:"principalId"`
	TenantId    string `pulumi:"tenantId"`
	Type        string `pulumi:"type"`
}

// ManagedServiceIdentityResponsePtrOutput is a ManagedServiceIdentityResponse
// or nil that may not be known yet.
type ManagedServiceIdentityResponsePtrOutput struct{ *pulumi.OutputState }

func (ManagedServiceIdentityResponsePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ManagedServiceIdentityResponse]()
}

// PrincipalId is the identity's object id in Microsoft Entra.
func (o ManagedServiceIdentityResponsePtrOutput) PrincipalId() pulumi.StringPtrOutput {
	return o.ApplyT(func(v *ManagedServiceIdentityResponse) *string {
		if v == nil {
			return nil
		}
		return &v.PrincipalId
	}).(pulumi.StringPtrOutput)
}

// ListOnlineEndpointKeysOutputArgs name the endpoint whose keys are listed.
type ListOnlineEndpointKeysOutputArgs struct {
	EndpointName      pulumi.StringInput `pulumi:"endpointName"`
	ResourceGroupName pulumi.StringInput `pulumi:"resourceGroupName"`
	WorkspaceName     pulumi.StringInput `pulumi:"workspaceName"`
}

func (ListOnlineEndpointKeysOutputArgs) ElementType() reflect.Type {
	return reflect.TypeFor[ListOnlineEndpointKeysArgs]()
}

// ListOnlineEndpointKeysArgs name the endpoint whose keys are listed.
type ListOnlineEndpointKeysArgs struct {
	EndpointName      string `pulumi:"endpointName"`
	ResourceGroupName string `pulumi:"resourceGroupName"`
	WorkspaceName     string `pulumi:"workspaceName"`
}

// ListOnlineEndpointKeysResult holds an endpoint's keys.
type ListOnlineEndpointKeysResult struct {
	PrimaryKey   *string `pulumi:"primaryKey"`
	SecondaryKey *string `pulumi:"secondaryKey"`
}

// ListOnlineEndpointKeys lists the keys of an endpoint.
func ListOnlineEndpointKeys(ctx *pulumi.Context, args *ListOnlineEndpointKeysArgs, opts ...pulumi.InvokeOption) (*ListOnlineEndpointKeysResult, error) {
	var result ListOnlineEndpointKeysResult
	opts = append([]pulumi.InvokeOption{pulumi.Version(sdkVersion)}, opts...)
	if err := ctx.Invoke(token("listOnlineEndpointKeys"), args, &result, opts...); err != nil {
		return nil, err
	}
	return &result, nil
}

// ListOnlineEndpointKeysOutput lists the keys of an endpoint that may not be
// there yet. They are secrets.
func ListOnlineEndpointKeysOutput(ctx *pulumi.Context, args ListOnlineEndpointKeysOutputArgs, opts ...pulumi.InvokeOption) ListOnlineEndpointKeysResultOutput {
	output := pulumi.ToOutputWithContext(ctx.Context(), args).ApplyT(func(v ListOnlineEndpointKeysArgs) (ListOnlineEndpointKeysResult, error) {
		result, err := ListOnlineEndpointKeys(ctx, &v, opts...)
		if err != nil {
			return ListOnlineEndpointKeysResult{}, err
		}
		return *result, nil
	})
	return pulumi.ToSecretWithContext(context.Background(), output).(ListOnlineEndpointKeysResultOutput)
}

// ListOnlineEndpointKeysResultOutput holds keys that may not be known yet.
type ListOnlineEndpointKeysResultOutput struct{ *pulumi.OutputState }

func (ListOnlineEndpointKeysResultOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ListOnlineEndpointKeysResult]()
}

// PrimaryKey is the first of the two keys.
func (o ListOnlineEndpointKeysResultOutput) PrimaryKey() pulumi.StringPtrOutput {
	return o.ApplyT(func(v ListOnlineEndpointKeysResult) *string { return v.PrimaryKey }).(pulumi.StringPtrOutput)
}

// SecondaryKey is the second of the two keys.
func (o ListOnlineEndpointKeysResultOutput) SecondaryKey() pulumi.StringPtrOutput {
	return o.ApplyT(func(v ListOnlineEndpointKeysResult) *string { return v.SecondaryKey }).(pulumi.StringPtrOutput)
}

func init() {
	pulumi.RegisterOutputType(OnlineEndpointResponseOutput{})
	pulumi.RegisterOutputType(ManagedServiceIdentityResponsePtrOutput{})
	pulumi.RegisterOutputType(ListOnlineEndpointKeysResultOutput{})
	pulumi.RegisterOutputType(listOnlineEndpointKeysArgsOutput{})
}

// listOnlineEndpointKeysArgsOutput are arguments that may not be known yet.
type listOnlineEndpointKeysArgsOutput struct{ *pulumi.OutputState }

func (listOnlineEndpointKeysArgsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ListOnlineEndpointKeysArgs]()
}
