package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Route is ARM's Route.
type Route struct {
	Path string `pulumi:"path"`
	Port int    `pulumi:"port"`
}

// RouteArgs are the inputs of Route.
type RouteArgs struct {
	Path pulumi.StringInput `pulumi:"path"`
	Port pulumi.IntInput    `pulumi:"port"`
}

// RouteInput takes RouteArgs and its output.
type RouteInput interface {
	pulumi.Input

	ToRouteOutput() RouteOutput
	ToRouteOutputWithContext(context.Context) RouteOutput
}

// RoutePtrInput takes RouteArgs, nil and their output.
type RoutePtrInput interface {
	pulumi.Input

	ToRoutePtrOutput() RoutePtrOutput
	ToRoutePtrOutputWithContext(context.Context) RoutePtrOutput
}

func (RouteArgs) ElementType() reflect.Type { return reflect.TypeFor[Route]() }

func (i RouteArgs) ToRouteOutput() RouteOutput {
	return i.ToRouteOutputWithContext(context.Background())
}

func (i RouteArgs) ToRouteOutputWithContext(ctx context.Context) RouteOutput {
	return pulumi.ToOutputWithContext(ctx, i).(RouteOutput)
}

func (i RouteArgs) ToRoutePtrOutput() RoutePtrOutput {
	return i.ToRoutePtrOutputWithContext(context.Background())
}

func (i RouteArgs) ToRoutePtrOutputWithContext(ctx context.Context) RoutePtrOutput {
	return i.ToRouteOutputWithContext(ctx).ToRoutePtrOutputWithContext(ctx)
}

// RouteOutput is a Route that may not be known yet.
type RouteOutput struct{ *pulumi.OutputState }

func (RouteOutput) ElementType() reflect.Type { return reflect.TypeFor[Route]() }

func (o RouteOutput) ToRouteOutput() RouteOutput { return o }

func (o RouteOutput) ToRouteOutputWithContext(context.Context) RouteOutput { return o }

func (o RouteOutput) ToRoutePtrOutput() RoutePtrOutput {
	return o.ToRoutePtrOutputWithContext(context.Background())
}

func (o RouteOutput) ToRoutePtrOutputWithContext(ctx context.Context) RoutePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v Route) *Route { return &v }).(RoutePtrOutput)
}

// RoutePtrOutput is a Route or nil that may not be known yet.
type RoutePtrOutput struct{ *pulumi.OutputState }

func (RoutePtrOutput) ElementType() reflect.Type { return reflect.TypeFor[*Route]() }

func (o RoutePtrOutput) ToRoutePtrOutput() RoutePtrOutput { return o }

func (o RoutePtrOutput) ToRoutePtrOutputWithContext(context.Context) RoutePtrOutput { return o }

func init() {
	pulumi.RegisterOutputType(RouteOutput{})
	pulumi.RegisterOutputType(RoutePtrOutput{})
}
