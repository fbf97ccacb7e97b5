package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// WorkspaceHubConfig is ARM's WorkspaceHubConfig.
type WorkspaceHubConfig struct {
	AdditionalWorkspaceStorageAccounts []string `pulumi:"additionalWorkspaceStorageAccounts"`
	DefaultWorkspaceResourceGroup      *string  `pulumi:"defaultWorkspaceResourceGroup"`
}

// WorkspaceHubConfigArgs are the inputs of WorkspaceHubConfig.
type WorkspaceHubConfigArgs struct {
	AdditionalWorkspaceStorageAccounts pulumi.StringArrayInput `pulumi:"additionalWorkspaceStorageAccounts"`
	DefaultWorkspaceResourceGroup      pulumi.StringPtrInput   `pulumi:"defaultWorkspaceResourceGroup"`
}

// WorkspaceHubConfigInput takes WorkspaceHubConfigArgs and its output.
type WorkspaceHubConfigInput interface {
	pulumi.Input

	ToWorkspaceHubConfigOutput() WorkspaceHubConfigOutput
	ToWorkspaceHubConfigOutputWithContext(context.Context) WorkspaceHubConfigOutput
}

// WorkspaceHubConfigPtrInput takes WorkspaceHubConfigArgs, nil and their output.
type WorkspaceHubConfigPtrInput interface {
	pulumi.Input

	ToWorkspaceHubConfigPtrOutput() WorkspaceHubConfigPtrOutput
	ToWorkspaceHubConfigPtrOutputWithContext(context.Context) WorkspaceHubConfigPtrOutput
}

func (WorkspaceHubConfigArgs) ElementType() reflect.Type {
	return reflect.TypeFor[WorkspaceHubConfig]()
}

func (i WorkspaceHubConfigArgs) ToWorkspaceHubConfigOutput() WorkspaceHubConfigOutput {
	return i.ToWorkspaceHubConfigOutputWithContext(context.Background())
}

func (i WorkspaceHubConfigArgs) ToWorkspaceHubConfigOutputWithContext(ctx context.Context) WorkspaceHubConfigOutput {
	return pulumi.ToOutputWithContext(ctx, i).(WorkspaceHubConfigOutput)
}

func (i WorkspaceHubConfigArgs) ToWorkspaceHubConfigPtrOutput() WorkspaceHubConfigPtrOutput {
	return i.ToWorkspaceHubConfigPtrOutputWithContext(context.Background())
}

func (i WorkspaceHubConfigArgs) ToWorkspaceHubConfigPtrOutputWithContext(ctx context.Context) WorkspaceHubConfigPtrOutput {
	return i.ToWorkspaceHubConfigOutputWithContext(ctx).ToWorkspaceHubConfigPtrOutputWithContext(ctx)
}

// WorkspaceHubConfigOutput is a WorkspaceHubConfig that may not be known yet.
type WorkspaceHubConfigOutput struct{ *pulumi.OutputState }

func (WorkspaceHubConfigOutput) ElementType() reflect.Type {
	return reflect.TypeFor[WorkspaceHubConfig]()
}

func (o WorkspaceHubConfigOutput) ToWorkspaceHubConfigOutput() WorkspaceHubConfigOutput { return o }

func (o WorkspaceHubConfigOutput) ToWorkspaceHubConfigOutputWithContext(context.Context) WorkspaceHubConfigOutput {
	return o
}

func (o WorkspaceHubConfigOutput) ToWorkspaceHubConfigPtrOutput() WorkspaceHubConfigPtrOutput {
	return o.ToWorkspaceHubConfigPtrOutputWithContext(context.Background())
}

func (o WorkspaceHubConfigOutput) ToWorkspaceHubConfigPtrOutputWithContext(ctx context.Context) WorkspaceHubConfigPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v WorkspaceHubConfig) *WorkspaceHubConfig { return &v }).(WorkspaceHubConfigPtrOutput)
}

// WorkspaceHubConfigPtrOutput is a WorkspaceHubConfig or nil that may not be known yet.
type WorkspaceHubConfigPtrOutput struct{ *pulumi.OutputState }

func (WorkspaceHubConfigPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*WorkspaceHubConfig]()
}

func (o WorkspaceHubConfigPtrOutput) ToWorkspaceHubConfigPtrOutput() WorkspaceHubConfigPtrOutput {
	return o
}

func (o WorkspaceHubConfigPtrOutput) ToWorkspaceHubConfigPtrOutputWithContext(context.Context) WorkspaceHubConfigPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(WorkspaceHubConfigOutput{})
	pulumi.RegisterOutputType(WorkspaceHubConfigPtrOutput{})
}
