package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// EndpointAuthKeys is ARM's EndpointAuthKeys.
type EndpointAuthKeys struct {
	PrimaryKey   *string `pulumi:"primaryKey"`
	SecondaryKey *string `pulumi:"secondaryKey"`
}

// EndpointAuthKeysArgs are the inputs of EndpointAuthKeys.
type EndpointAuthKeysArgs struct {
	PrimaryKey   pulumi.StringPtrInput `pulumi:"primaryKey"`
	SecondaryKey pulumi.StringPtrInput `pulumi:"secondaryKey"`
}

// EndpointAuthKeysInput takes EndpointAuthKeysArgs and its output.
type EndpointAuthKeysInput interface {
	pulumi.Input

	ToEndpointAuthKeysOutput() EndpointAuthKeysOutput
	ToEndpointAuthKeysOutputWithContext(context.Context) EndpointAuthKeysOutput
}

// EndpointAuthKeysPtrInput takes EndpointAuthKeysArgs, nil and their output.
type EndpointAuthKeysPtrInput interface {
	pulumi.Input

	ToEndpointAuthKeysPtrOutput() EndpointAuthKeysPtrOutput
	ToEndpointAuthKeysPtrOutputWithContext(context.Context) EndpointAuthKeysPtrOutput
}

func (EndpointAuthKeysArgs) ElementType() reflect.Type { return reflect.TypeFor[EndpointAuthKeys]() }

func (i EndpointAuthKeysArgs) ToEndpointAuthKeysOutput() EndpointAuthKeysOutput {
	return i.ToEndpointAuthKeysOutputWithContext(context.Background())
}

func (i EndpointAuthKeysArgs) ToEndpointAuthKeysOutputWithContext(ctx context.Context) EndpointAuthKeysOutput {
	return pulumi.ToOutputWithContext(ctx, i).(EndpointAuthKeysOutput)
}

func (i EndpointAuthKeysArgs) ToEndpointAuthKeysPtrOutput() EndpointAuthKeysPtrOutput {
	return i.ToEndpointAuthKeysPtrOutputWithContext(context.Background())
}

func (i EndpointAuthKeysArgs) ToEndpointAuthKeysPtrOutputWithContext(ctx context.Context) EndpointAuthKeysPtrOutput {
	return i.ToEndpointAuthKeysOutputWithContext(ctx).ToEndpointAuthKeysPtrOutputWithContext(ctx)
}

// EndpointAuthKeysOutput is a EndpointAuthKeys that may not be known yet.
type EndpointAuthKeysOutput struct{ *pulumi.OutputState }

func (EndpointAuthKeysOutput) ElementType() reflect.Type { return reflect.TypeFor[EndpointAuthKeys]() }

func (o EndpointAuthKeysOutput) ToEndpointAuthKeysOutput() EndpointAuthKeysOutput { return o }

func (o EndpointAuthKeysOutput) ToEndpointAuthKeysOutputWithContext(context.Context) EndpointAuthKeysOutput {
	return o
}

func (o EndpointAuthKeysOutput) ToEndpointAuthKeysPtrOutput() EndpointAuthKeysPtrOutput {
	return o.ToEndpointAuthKeysPtrOutputWithContext(context.Background())
}

func (o EndpointAuthKeysOutput) ToEndpointAuthKeysPtrOutputWithContext(ctx context.Context) EndpointAuthKeysPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v EndpointAuthKeys) *EndpointAuthKeys { return &v }).(EndpointAuthKeysPtrOutput)
}

// EndpointAuthKeysPtrOutput is a EndpointAuthKeys or nil that may not be known yet.
type EndpointAuthKeysPtrOutput struct{ *pulumi.OutputState }

func (EndpointAuthKeysPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*EndpointAuthKeys]()
}

func (o EndpointAuthKeysPtrOutput) ToEndpointAuthKeysPtrOutput() EndpointAuthKeysPtrOutput { return o }

func (o EndpointAuthKeysPtrOutput) ToEndpointAuthKeysPtrOutputWithContext(context.Context) EndpointAuthKeysPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(EndpointAuthKeysOutput{})
	pulumi.RegisterOutputType(EndpointAuthKeysPtrOutput{})
}

// OnlineEndpointType is ARM's OnlineEndpoint.
type OnlineEndpointType struct {
	AuthMode            string            `pulumi:"authMode"`
	Compute             *string           `pulumi:"compute"`
	Description         *string           `pulumi:"description"`
	Keys                *EndpointAuthKeys `pulumi:"keys"`
	MirrorTraffic       map[string]int    `pulumi:"mirrorTraffic"`
	Properties          map[string]string `pulumi:"properties"`
	PublicNetworkAccess *string           `pulumi:"publicNetworkAccess"`
	Traffic             map[string]int    `pulumi:"traffic"`
}

// OnlineEndpointTypeArgs are the inputs of OnlineEndpointType.
type OnlineEndpointTypeArgs struct {
	AuthMode            pulumi.StringInput       `pulumi:"authMode"`
	Compute             pulumi.StringPtrInput    `pulumi:"compute"`
	Description         pulumi.StringPtrInput    `pulumi:"description"`
	Keys                EndpointAuthKeysPtrInput `pulumi:"keys"`
	MirrorTraffic       pulumi.IntMapInput       `pulumi:"mirrorTraffic"`
	Properties          pulumi.StringMapInput    `pulumi:"properties"`
	PublicNetworkAccess pulumi.StringPtrInput    `pulumi:"publicNetworkAccess"`
	Traffic             pulumi.IntMapInput       `pulumi:"traffic"`
}

// OnlineEndpointTypeInput takes OnlineEndpointTypeArgs and its output.
type OnlineEndpointTypeInput interface {
	pulumi.Input

	ToOnlineEndpointTypeOutput() OnlineEndpointTypeOutput
	ToOnlineEndpointTypeOutputWithContext(context.Context) OnlineEndpointTypeOutput
}

// OnlineEndpointTypePtrInput takes OnlineEndpointTypeArgs, nil and their output.
type OnlineEndpointTypePtrInput interface {
	pulumi.Input

	ToOnlineEndpointTypePtrOutput() OnlineEndpointTypePtrOutput
	ToOnlineEndpointTypePtrOutputWithContext(context.Context) OnlineEndpointTypePtrOutput
}

func (OnlineEndpointTypeArgs) ElementType() reflect.Type {
	return reflect.TypeFor[OnlineEndpointType]()
}

func (i OnlineEndpointTypeArgs) ToOnlineEndpointTypeOutput() OnlineEndpointTypeOutput {
	return i.ToOnlineEndpointTypeOutputWithContext(context.Background())
}

func (i OnlineEndpointTypeArgs) ToOnlineEndpointTypeOutputWithContext(ctx context.Context) OnlineEndpointTypeOutput {
	return pulumi.ToOutputWithContext(ctx, i).(OnlineEndpointTypeOutput)
}

func (i OnlineEndpointTypeArgs) ToOnlineEndpointTypePtrOutput() OnlineEndpointTypePtrOutput {
	return i.ToOnlineEndpointTypePtrOutputWithContext(context.Background())
}

func (i OnlineEndpointTypeArgs) ToOnlineEndpointTypePtrOutputWithContext(ctx context.Context) OnlineEndpointTypePtrOutput {
	return i.ToOnlineEndpointTypeOutputWithContext(ctx).ToOnlineEndpointTypePtrOutputWithContext(ctx)
}

// OnlineEndpointTypeOutput is a OnlineEndpointType that may not be known yet.
type OnlineEndpointTypeOutput struct{ *pulumi.OutputState }

func (OnlineEndpointTypeOutput) ElementType() reflect.Type {
	return reflect.TypeFor[OnlineEndpointType]()
}

func (o OnlineEndpointTypeOutput) ToOnlineEndpointTypeOutput() OnlineEndpointTypeOutput { return o }

func (o OnlineEndpointTypeOutput) ToOnlineEndpointTypeOutputWithContext(context.Context) OnlineEndpointTypeOutput {
	return o
}

func (o OnlineEndpointTypeOutput) ToOnlineEndpointTypePtrOutput() OnlineEndpointTypePtrOutput {
	return o.ToOnlineEndpointTypePtrOutputWithContext(context.Background())
}

func (o OnlineEndpointTypeOutput) ToOnlineEndpointTypePtrOutputWithContext(ctx context.Context) OnlineEndpointTypePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v OnlineEndpointType) *OnlineEndpointType { return &v }).(OnlineEndpointTypePtrOutput)
}

// OnlineEndpointTypePtrOutput is a OnlineEndpointType or nil that may not be known yet.
type OnlineEndpointTypePtrOutput struct{ *pulumi.OutputState }

func (OnlineEndpointTypePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*OnlineEndpointType]()
}

func (o OnlineEndpointTypePtrOutput) ToOnlineEndpointTypePtrOutput() OnlineEndpointTypePtrOutput {
	return o
}

func (o OnlineEndpointTypePtrOutput) ToOnlineEndpointTypePtrOutputWithContext(context.Context) OnlineEndpointTypePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(OnlineEndpointTypeOutput{})
	pulumi.RegisterOutputType(OnlineEndpointTypePtrOutput{})
}

// OnlineEndpoint is the ARM resource of that name in Microsoft.MachineLearningServices.
type OnlineEndpoint struct {
	pulumi.CustomResourceState

	Identity                 ManagedServiceIdentityResponsePtrOutput `pulumi:"identity"`
	Kind                     pulumi.StringPtrOutput                  `pulumi:"kind"`
	Location                 pulumi.StringOutput                     `pulumi:"location"`
	Name                     pulumi.StringOutput                     `pulumi:"name"`
	OnlineEndpointProperties OnlineEndpointResponseOutput            `pulumi:"onlineEndpointProperties"`
	Sku                      pulumi.AnyOutput                        `pulumi:"sku"`
	SystemData               pulumi.AnyOutput                        `pulumi:"systemData"`
	Tags                     pulumi.StringMapOutput                  `pulumi:"tags"`
	Type                     pulumi.StringOutput                     `pulumi:"type"`
}

type onlineEndpointArgs struct {
	EndpointName             *string                 `pulumi:"endpointName"`
	Identity                 *ManagedServiceIdentity `pulumi:"identity"`
	Kind                     *string                 `pulumi:"kind"`
	Location                 *string                 `pulumi:"location"`
	OnlineEndpointProperties OnlineEndpointType      `pulumi:"onlineEndpointProperties"`
	ResourceGroupName        string                  `pulumi:"resourceGroupName"`
	Sku                      *Sku                    `pulumi:"sku"`
	Tags                     map[string]string       `pulumi:"tags"`
	WorkspaceName            string                  `pulumi:"workspaceName"`
}

// OnlineEndpointArgs are the inputs of OnlineEndpoint.
type OnlineEndpointArgs struct {
	EndpointName             pulumi.StringPtrInput
	Identity                 ManagedServiceIdentityPtrInput
	Kind                     pulumi.StringPtrInput
	Location                 pulumi.StringPtrInput
	OnlineEndpointProperties OnlineEndpointTypeInput
	ResourceGroupName        pulumi.StringInput
	Sku                      SkuPtrInput
	Tags                     pulumi.StringMapInput
	WorkspaceName            pulumi.StringInput
}

func (OnlineEndpointArgs) ElementType() reflect.Type { return reflect.TypeFor[onlineEndpointArgs]() }

// NewOnlineEndpoint declares a OnlineEndpoint.
func NewOnlineEndpoint(ctx *pulumi.Context, name string, args *OnlineEndpointArgs, opts ...pulumi.ResourceOption) (*OnlineEndpoint, error) {
	if args == nil {
		return nil, missing("args")
	}
	if args.OnlineEndpointProperties == nil {
		return nil, missing("OnlineEndpointProperties")
	}
	if args.ResourceGroupName == nil {
		return nil, missing("ResourceGroupName")
	}
	if args.WorkspaceName == nil {
		return nil, missing("WorkspaceName")
	}
	var resource OnlineEndpoint
	if err := ctx.RegisterResource(token("OnlineEndpoint"), name, args, &resource, options("OnlineEndpoint", opts)...); err != nil {
		return nil, err
	}
	return &resource, nil
}
