package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// OnlineEndpointType is ARM's OnlineEndpoint.
type OnlineEndpointType struct {
	AuthMode            string            `pulumi:"authMode"`
	Compute             *string           `pulumi:"compute"`
	Description         *string           `pulumi:"description"`
	MirrorTraffic       map[string]int    `pulumi:"mirrorTraffic"`
	Properties          map[string]string `pulumi:"properties"`
	PublicNetworkAccess *string           `pulumi:"publicNetworkAccess"`
	Traffic             map[string]int    `pulumi:"traffic"`
}

// OnlineEndpointTypeArgs are the inputs of OnlineEndpointType.
type OnlineEndpointTypeArgs struct {
	AuthMode            pulumi.StringInput    `pulumi:"authMode"`
	Compute             pulumi.StringPtrInput `pulumi:"compute"`
	Description         pulumi.StringPtrInput `pulumi:"description"`
	MirrorTraffic       pulumi.IntMapInput    `pulumi:"mirrorTraffic"`
	Properties          pulumi.StringMapInput `pulumi:"properties"`
	PublicNetworkAccess pulumi.StringPtrInput `pulumi:"publicNetworkAccess"`
	Traffic             pulumi.IntMapInput    `pulumi:"traffic"`
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
