package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// BuildContext is ARM's BuildContext.
type BuildContext struct {
	ContextUri     string  `pulumi:"contextUri"`
	DockerfilePath *string `pulumi:"dockerfilePath"`
}

// BuildContextArgs are the inputs of BuildContext.
type BuildContextArgs struct {
	ContextUri     pulumi.StringInput    `pulumi:"contextUri"`
	DockerfilePath pulumi.StringPtrInput `pulumi:"dockerfilePath"`
}

// BuildContextInput takes BuildContextArgs and its output.
type BuildContextInput interface {
	pulumi.Input

	ToBuildContextOutput() BuildContextOutput
	ToBuildContextOutputWithContext(context.Context) BuildContextOutput
}

// BuildContextPtrInput takes BuildContextArgs, nil and their output.
type BuildContextPtrInput interface {
	pulumi.Input

	ToBuildContextPtrOutput() BuildContextPtrOutput
	ToBuildContextPtrOutputWithContext(context.Context) BuildContextPtrOutput
}

func (BuildContextArgs) ElementType() reflect.Type { return reflect.TypeFor[BuildContext]() }

func (i BuildContextArgs) ToBuildContextOutput() BuildContextOutput {
	return i.ToBuildContextOutputWithContext(context.Background())
}

func (i BuildContextArgs) ToBuildContextOutputWithContext(ctx context.Context) BuildContextOutput {
	return pulumi.ToOutputWithContext(ctx, i).(BuildContextOutput)
}

func (i BuildContextArgs) ToBuildContextPtrOutput() BuildContextPtrOutput {
	return i.ToBuildContextPtrOutputWithContext(context.Background())
}

func (i BuildContextArgs) ToBuildContextPtrOutputWithContext(ctx context.Context) BuildContextPtrOutput {
	return i.ToBuildContextOutputWithContext(ctx).ToBuildContextPtrOutputWithContext(ctx)
}

// BuildContextOutput is a BuildContext that may not be known yet.
type BuildContextOutput struct{ *pulumi.OutputState }

func (BuildContextOutput) ElementType() reflect.Type { return reflect.TypeFor[BuildContext]() }

func (o BuildContextOutput) ToBuildContextOutput() BuildContextOutput { return o }

func (o BuildContextOutput) ToBuildContextOutputWithContext(context.Context) BuildContextOutput {
	return o
}

func (o BuildContextOutput) ToBuildContextPtrOutput() BuildContextPtrOutput {
	return o.ToBuildContextPtrOutputWithContext(context.Background())
}

func (o BuildContextOutput) ToBuildContextPtrOutputWithContext(ctx context.Context) BuildContextPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v BuildContext) *BuildContext { return &v }).(BuildContextPtrOutput)
}

// BuildContextPtrOutput is a BuildContext or nil that may not be known yet.
type BuildContextPtrOutput struct{ *pulumi.OutputState }

func (BuildContextPtrOutput) ElementType() reflect.Type { return reflect.TypeFor[*BuildContext]() }

func (o BuildContextPtrOutput) ToBuildContextPtrOutput() BuildContextPtrOutput { return o }

func (o BuildContextPtrOutput) ToBuildContextPtrOutputWithContext(context.Context) BuildContextPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(BuildContextOutput{})
	pulumi.RegisterOutputType(BuildContextPtrOutput{})
}

// EnvironmentContainerType is ARM's EnvironmentContainer.
type EnvironmentContainerType struct {
	Description *string           `pulumi:"description"`
	IsArchived  *bool             `pulumi:"isArchived"`
	Properties  map[string]string `pulumi:"properties"`
	Tags        map[string]string `pulumi:"tags"`
}

// EnvironmentContainerTypeArgs are the inputs of EnvironmentContainerType.
type EnvironmentContainerTypeArgs struct {
	Description pulumi.StringPtrInput `pulumi:"description"`
	IsArchived  pulumi.BoolPtrInput   `pulumi:"isArchived"`
	Properties  pulumi.StringMapInput `pulumi:"properties"`
	Tags        pulumi.StringMapInput `pulumi:"tags"`
}

// EnvironmentContainerTypeInput takes EnvironmentContainerTypeArgs and its output.
type EnvironmentContainerTypeInput interface {
	pulumi.Input

	ToEnvironmentContainerTypeOutput() EnvironmentContainerTypeOutput
	ToEnvironmentContainerTypeOutputWithContext(context.Context) EnvironmentContainerTypeOutput
}

// EnvironmentContainerTypePtrInput takes EnvironmentContainerTypeArgs, nil and their output.
type EnvironmentContainerTypePtrInput interface {
	pulumi.Input

	ToEnvironmentContainerTypePtrOutput() EnvironmentContainerTypePtrOutput
	ToEnvironmentContainerTypePtrOutputWithContext(context.Context) EnvironmentContainerTypePtrOutput
}

func (EnvironmentContainerTypeArgs) ElementType() reflect.Type {
	return reflect.TypeFor[EnvironmentContainerType]()
}

func (i EnvironmentContainerTypeArgs) ToEnvironmentContainerTypeOutput() EnvironmentContainerTypeOutput {
	return i.ToEnvironmentContainerTypeOutputWithContext(context.Background())
}

func (i EnvironmentContainerTypeArgs) ToEnvironmentContainerTypeOutputWithContext(ctx context.Context) EnvironmentContainerTypeOutput {
	return pulumi.ToOutputWithContext(ctx, i).(EnvironmentContainerTypeOutput)
}

func (i EnvironmentContainerTypeArgs) ToEnvironmentContainerTypePtrOutput() EnvironmentContainerTypePtrOutput {
	return i.ToEnvironmentContainerTypePtrOutputWithContext(context.Background())
}

func (i EnvironmentContainerTypeArgs) ToEnvironmentContainerTypePtrOutputWithContext(ctx context.Context) EnvironmentContainerTypePtrOutput {
	return i.ToEnvironmentContainerTypeOutputWithContext(ctx).ToEnvironmentContainerTypePtrOutputWithContext(ctx)
}

// EnvironmentContainerTypeOutput is a EnvironmentContainerType that may not be known yet.
type EnvironmentContainerTypeOutput struct{ *pulumi.OutputState }

func (EnvironmentContainerTypeOutput) ElementType() reflect.Type {
	return reflect.TypeFor[EnvironmentContainerType]()
}

func (o EnvironmentContainerTypeOutput) ToEnvironmentContainerTypeOutput() EnvironmentContainerTypeOutput {
	return o
}

func (o EnvironmentContainerTypeOutput) ToEnvironmentContainerTypeOutputWithContext(context.Context) EnvironmentContainerTypeOutput {
	return o
}

func (o EnvironmentContainerTypeOutput) ToEnvironmentContainerTypePtrOutput() EnvironmentContainerTypePtrOutput {
	return o.ToEnvironmentContainerTypePtrOutputWithContext(context.Background())
}

func (o EnvironmentContainerTypeOutput) ToEnvironmentContainerTypePtrOutputWithContext(ctx context.Context) EnvironmentContainerTypePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v EnvironmentContainerType) *EnvironmentContainerType { return &v }).(EnvironmentContainerTypePtrOutput)
}

// EnvironmentContainerTypePtrOutput is a EnvironmentContainerType or nil that may not be known yet.
type EnvironmentContainerTypePtrOutput struct{ *pulumi.OutputState }

func (EnvironmentContainerTypePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*EnvironmentContainerType]()
}

func (o EnvironmentContainerTypePtrOutput) ToEnvironmentContainerTypePtrOutput() EnvironmentContainerTypePtrOutput {
	return o
}

func (o EnvironmentContainerTypePtrOutput) ToEnvironmentContainerTypePtrOutputWithContext(context.Context) EnvironmentContainerTypePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(EnvironmentContainerTypeOutput{})
	pulumi.RegisterOutputType(EnvironmentContainerTypePtrOutput{})
}

// EnvironmentVersionType is ARM's EnvironmentVersion.
type EnvironmentVersionType struct {
	AutoRebuild     *string                       `pulumi:"autoRebuild"`
	Build           *BuildContext                 `pulumi:"build"`
	CondaFile       *string                       `pulumi:"condaFile"`
	Description     *string                       `pulumi:"description"`
	Image           *string                       `pulumi:"image"`
	InferenceConfig *InferenceContainerProperties `pulumi:"inferenceConfig"`
	IsAnonymous     *bool                         `pulumi:"isAnonymous"`
	IsArchived      *bool                         `pulumi:"isArchived"`
	OsType          *string                       `pulumi:"osType"`
	Properties      map[string]string             `pulumi:"properties"`
	Stage           *string                       `pulumi:"stage"`
	Tags            map[string]string             `pulumi:"tags"`
}

// EnvironmentVersionTypeArgs are the inputs of EnvironmentVersionType.
type EnvironmentVersionTypeArgs struct {
	AutoRebuild     pulumi.StringPtrInput                `pulumi:"autoRebuild"`
	Build           BuildContextPtrInput                 `pulumi:"build"`
	CondaFile       pulumi.StringPtrInput                `pulumi:"condaFile"`
	Description     pulumi.StringPtrInput                `pulumi:"description"`
	Image           pulumi.StringPtrInput                `pulumi:"image"`
	InferenceConfig InferenceContainerPropertiesPtrInput `pulumi:"inferenceConfig"`
	IsAnonymous     pulumi.BoolPtrInput                  `pulumi:"isAnonymous"`
	IsArchived      pulumi.BoolPtrInput                  `pulumi:"isArchived"`
	OsType          pulumi.StringPtrInput                `pulumi:"osType"`
	Properties      pulumi.StringMapInput                `pulumi:"properties"`
	Stage           pulumi.StringPtrInput                `pulumi:"stage"`
	Tags            pulumi.StringMapInput                `pulumi:"tags"`
}

// EnvironmentVersionTypeInput takes EnvironmentVersionTypeArgs and its output.
type EnvironmentVersionTypeInput interface {
	pulumi.Input

	ToEnvironmentVersionTypeOutput() EnvironmentVersionTypeOutput
	ToEnvironmentVersionTypeOutputWithContext(context.Context) EnvironmentVersionTypeOutput
}

// EnvironmentVersionTypePtrInput takes EnvironmentVersionTypeArgs, nil and their output.
type EnvironmentVersionTypePtrInput interface {
	pulumi.Input

	ToEnvironmentVersionTypePtrOutput() EnvironmentVersionTypePtrOutput
	ToEnvironmentVersionTypePtrOutputWithContext(context.Context) EnvironmentVersionTypePtrOutput
}

func (EnvironmentVersionTypeArgs) ElementType() reflect.Type {
	return reflect.TypeFor[EnvironmentVersionType]()
}

func (i EnvironmentVersionTypeArgs) ToEnvironmentVersionTypeOutput() EnvironmentVersionTypeOutput {
	return i.ToEnvironmentVersionTypeOutputWithContext(context.Background())
}

func (i EnvironmentVersionTypeArgs) ToEnvironmentVersionTypeOutputWithContext(ctx context.Context) EnvironmentVersionTypeOutput {
	return pulumi.ToOutputWithContext(ctx, i).(EnvironmentVersionTypeOutput)
}

func (i EnvironmentVersionTypeArgs) ToEnvironmentVersionTypePtrOutput() EnvironmentVersionTypePtrOutput {
	return i.ToEnvironmentVersionTypePtrOutputWithContext(context.Background())
}

func (i EnvironmentVersionTypeArgs) ToEnvironmentVersionTypePtrOutputWithContext(ctx context.Context) EnvironmentVersionTypePtrOutput {
	return i.ToEnvironmentVersionTypeOutputWithContext(ctx).ToEnvironmentVersionTypePtrOutputWithContext(ctx)
}

// EnvironmentVersionTypeOutput is a EnvironmentVersionType that may not be known yet.
type EnvironmentVersionTypeOutput struct{ *pulumi.OutputState }

func (EnvironmentVersionTypeOutput) ElementType() reflect.Type {
	return reflect.TypeFor[EnvironmentVersionType]()
}

func (o EnvironmentVersionTypeOutput) ToEnvironmentVersionTypeOutput() EnvironmentVersionTypeOutput {
	return o
}

func (o EnvironmentVersionTypeOutput) ToEnvironmentVersionTypeOutputWithContext(context.Context) EnvironmentVersionTypeOutput {
	return o
}

func (o EnvironmentVersionTypeOutput) ToEnvironmentVersionTypePtrOutput() EnvironmentVersionTypePtrOutput {
	return o.ToEnvironmentVersionTypePtrOutputWithContext(context.Background())
}

func (o EnvironmentVersionTypeOutput) ToEnvironmentVersionTypePtrOutputWithContext(ctx context.Context) EnvironmentVersionTypePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v EnvironmentVersionType) *EnvironmentVersionType { return &v }).(EnvironmentVersionTypePtrOutput)
}

// EnvironmentVersionTypePtrOutput is a EnvironmentVersionType or nil that may not be known yet.
type EnvironmentVersionTypePtrOutput struct{ *pulumi.OutputState }

func (EnvironmentVersionTypePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*EnvironmentVersionType]()
}

func (o EnvironmentVersionTypePtrOutput) ToEnvironmentVersionTypePtrOutput() EnvironmentVersionTypePtrOutput {
	return o
}

func (o EnvironmentVersionTypePtrOutput) ToEnvironmentVersionTypePtrOutputWithContext(context.Context) EnvironmentVersionTypePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(EnvironmentVersionTypeOutput{})
	pulumi.RegisterOutputType(EnvironmentVersionTypePtrOutput{})
}

// InferenceContainerProperties is ARM's InferenceContainerProperties.
type InferenceContainerProperties struct {
	LivenessRoute  *Route `pulumi:"livenessRoute"`
	ReadinessRoute *Route `pulumi:"readinessRoute"`
	ScoringRoute   *Route `pulumi:"scoringRoute"`
}

// InferenceContainerPropertiesArgs are the inputs of InferenceContainerProperties.
type InferenceContainerPropertiesArgs struct {
	LivenessRoute  RoutePtrInput `pulumi:"livenessRoute"`
	ReadinessRoute RoutePtrInput `pulumi:"readinessRoute"`
	ScoringRoute   RoutePtrInput `pulumi:"scoringRoute"`
}

// InferenceContainerPropertiesInput takes InferenceContainerPropertiesArgs and its output.
type InferenceContainerPropertiesInput interface {
	pulumi.Input

	ToInferenceContainerPropertiesOutput() InferenceContainerPropertiesOutput
	ToInferenceContainerPropertiesOutputWithContext(context.Context) InferenceContainerPropertiesOutput
}

// InferenceContainerPropertiesPtrInput takes InferenceContainerPropertiesArgs, nil and their output.
type InferenceContainerPropertiesPtrInput interface {
	pulumi.Input

	ToInferenceContainerPropertiesPtrOutput() InferenceContainerPropertiesPtrOutput
	ToInferenceContainerPropertiesPtrOutputWithContext(context.Context) InferenceContainerPropertiesPtrOutput
}

func (InferenceContainerPropertiesArgs) ElementType() reflect.Type {
	return reflect.TypeFor[InferenceContainerProperties]()
}

func (i InferenceContainerPropertiesArgs) ToInferenceContainerPropertiesOutput() InferenceContainerPropertiesOutput {
	return i.ToInferenceContainerPropertiesOutputWithContext(context.Background())
}

func (i InferenceContainerPropertiesArgs) ToInferenceContainerPropertiesOutputWithContext(ctx context.Context) InferenceContainerPropertiesOutput {
	return pulumi.ToOutputWithContext(ctx, i).(InferenceContainerPropertiesOutput)
}

func (i InferenceContainerPropertiesArgs) ToInferenceContainerPropertiesPtrOutput() InferenceContainerPropertiesPtrOutput {
	return i.ToInferenceContainerPropertiesPtrOutputWithContext(context.Background())
}

func (i InferenceContainerPropertiesArgs) ToInferenceContainerPropertiesPtrOutputWithContext(ctx context.Context) InferenceContainerPropertiesPtrOutput {
	return i.ToInferenceContainerPropertiesOutputWithContext(ctx).ToInferenceContainerPropertiesPtrOutputWithContext(ctx)
}

// InferenceContainerPropertiesOutput is a InferenceContainerProperties that may not be known yet.
type InferenceContainerPropertiesOutput struct{ *pulumi.OutputState }

func (InferenceContainerPropertiesOutput) ElementType() reflect.Type {
	return reflect.TypeFor[InferenceContainerProperties]()
}

func (o InferenceContainerPropertiesOutput) ToInferenceContainerPropertiesOutput() InferenceContainerPropertiesOutput {
	return o
}

func (o InferenceContainerPropertiesOutput) ToInferenceContainerPropertiesOutputWithContext(context.Context) InferenceContainerPropertiesOutput {
	return o
}

func (o InferenceContainerPropertiesOutput) ToInferenceContainerPropertiesPtrOutput() InferenceContainerPropertiesPtrOutput {
	return o.ToInferenceContainerPropertiesPtrOutputWithContext(context.Background())
}

func (o InferenceContainerPropertiesOutput) ToInferenceContainerPropertiesPtrOutputWithContext(ctx context.Context) InferenceContainerPropertiesPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v InferenceContainerProperties) *InferenceContainerProperties { return &v }).(InferenceContainerPropertiesPtrOutput)
}

// InferenceContainerPropertiesPtrOutput is a InferenceContainerProperties or nil that may not be known yet.
type InferenceContainerPropertiesPtrOutput struct{ *pulumi.OutputState }

func (InferenceContainerPropertiesPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*InferenceContainerProperties]()
}

func (o InferenceContainerPropertiesPtrOutput) ToInferenceContainerPropertiesPtrOutput() InferenceContainerPropertiesPtrOutput {
	return o
}

func (o InferenceContainerPropertiesPtrOutput) ToInferenceContainerPropertiesPtrOutputWithContext(context.Context) InferenceContainerPropertiesPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(InferenceContainerPropertiesOutput{})
	pulumi.RegisterOutputType(InferenceContainerPropertiesPtrOutput{})
}

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

// EnvironmentContainer is the ARM resource of that name in Microsoft.MachineLearningServices.
type EnvironmentContainer struct {
	pulumi.CustomResourceState

	EnvironmentContainerProperties pulumi.AnyOutput    `pulumi:"environmentContainerProperties"`
	Name                           pulumi.StringOutput `pulumi:"name"`
	SystemData                     pulumi.AnyOutput    `pulumi:"systemData"`
	Type                           pulumi.StringOutput `pulumi:"type"`
}

type environmentContainerArgs struct {
	EnvironmentContainerProperties EnvironmentContainerType `pulumi:"environmentContainerProperties"`
	Name                           *string                  `pulumi:"name"`
	ResourceGroupName              string                   `pulumi:"resourceGroupName"`
	WorkspaceName                  string                   `pulumi:"workspaceName"`
}

// EnvironmentContainerArgs are the inputs of EnvironmentContainer.
type EnvironmentContainerArgs struct {
	EnvironmentContainerProperties EnvironmentContainerTypeInput
	Name                           pulumi.StringPtrInput
	ResourceGroupName              pulumi.StringInput
	WorkspaceName                  pulumi.StringInput
}

func (EnvironmentContainerArgs) ElementType() reflect.Type {
	return reflect.TypeFor[environmentContainerArgs]()
}

// NewEnvironmentContainer declares a EnvironmentContainer.
func NewEnvironmentContainer(ctx *pulumi.Context, name string, args *EnvironmentContainerArgs, opts ...pulumi.ResourceOption) (*EnvironmentContainer, error) {
	if args == nil {
		return nil, missing("args")
	}
	if args.EnvironmentContainerProperties == nil {
		return nil, missing("EnvironmentContainerProperties")
	}
	if args.ResourceGroupName == nil {
		return nil, missing("ResourceGroupName")
	}
	if args.WorkspaceName == nil {
		return nil, missing("WorkspaceName")
	}
	var resource EnvironmentContainer
	if err := ctx.RegisterResource(token("EnvironmentContainer"), name, args, &resource, options("EnvironmentContainer", opts)...); err != nil {
		return nil, err
	}
	return &resource, nil
}

// EnvironmentVersion is the ARM resource of that name in Microsoft.MachineLearningServices.
type EnvironmentVersion struct {
	pulumi.CustomResourceState

	EnvironmentVersionProperties pulumi.AnyOutput    `pulumi:"environmentVersionProperties"`
	Name                         pulumi.StringOutput `pulumi:"name"`
	SystemData                   pulumi.AnyOutput    `pulumi:"systemData"`
	Type                         pulumi.StringOutput `pulumi:"type"`
}

type environmentVersionArgs struct {
	EnvironmentVersionProperties EnvironmentVersionType `pulumi:"environmentVersionProperties"`
	Name                         string                 `pulumi:"name"`
	ResourceGroupName            string                 `pulumi:"resourceGroupName"`
	Version                      *string                `pulumi:"version"`
	WorkspaceName                string                 `pulumi:"workspaceName"`
}

// EnvironmentVersionArgs are the inputs of EnvironmentVersion.
type EnvironmentVersionArgs struct {
	EnvironmentVersionProperties EnvironmentVersionTypeInput
	Name                         pulumi.StringInput
	ResourceGroupName            pulumi.StringInput
	Version                      pulumi.StringPtrInput
	WorkspaceName                pulumi.StringInput
}

func (EnvironmentVersionArgs) ElementType() reflect.Type {
	return reflect.TypeFor[environmentVersionArgs]()
}

// NewEnvironmentVersion declares a EnvironmentVersion.
func NewEnvironmentVersion(ctx *pulumi.Context, name string, args *EnvironmentVersionArgs, opts ...pulumi.ResourceOption) (*EnvironmentVersion, error) {
	if args == nil {
		return nil, missing("args")
	}
	if args.EnvironmentVersionProperties == nil {
		return nil, missing("EnvironmentVersionProperties")
	}
	if args.Name == nil {
		return nil, missing("Name")
	}
	if args.ResourceGroupName == nil {
		return nil, missing("ResourceGroupName")
	}
	if args.WorkspaceName == nil {
		return nil, missing("WorkspaceName")
	}
	var resource EnvironmentVersion
	if err := ctx.RegisterResource(token("EnvironmentVersion"), name, args, &resource, options("EnvironmentVersion", opts)...); err != nil {
		return nil, err
	}
	return &resource, nil
}
