package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// NoneDatastoreCredentials is ARM's NoneDatastoreCredentials.
type NoneDatastoreCredentials struct {
	// Always None.
	CredentialsType string `pulumi:"credentialsType"`
}

// NoneDatastoreCredentialsArgs are the inputs of NoneDatastoreCredentials.
type NoneDatastoreCredentialsArgs struct {
	// Always None.
	CredentialsType pulumi.StringInput `pulumi:"credentialsType"`
}

// NoneDatastoreCredentialsInput takes NoneDatastoreCredentialsArgs and its output.
type NoneDatastoreCredentialsInput interface {
	pulumi.Input

	ToNoneDatastoreCredentialsOutput() NoneDatastoreCredentialsOutput
	ToNoneDatastoreCredentialsOutputWithContext(context.Context) NoneDatastoreCredentialsOutput
}

// NoneDatastoreCredentialsPtrInput takes NoneDatastoreCredentialsArgs, nil and their output.
type NoneDatastoreCredentialsPtrInput interface {
	pulumi.Input

	ToNoneDatastoreCredentialsPtrOutput() NoneDatastoreCredentialsPtrOutput
	ToNoneDatastoreCredentialsPtrOutputWithContext(context.Context) NoneDatastoreCredentialsPtrOutput
}

func (NoneDatastoreCredentialsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[NoneDatastoreCredentials]()
}

func (i NoneDatastoreCredentialsArgs) ToNoneDatastoreCredentialsOutput() NoneDatastoreCredentialsOutput {
	return i.ToNoneDatastoreCredentialsOutputWithContext(context.Background())
}

func (i NoneDatastoreCredentialsArgs) ToNoneDatastoreCredentialsOutputWithContext(ctx context.Context) NoneDatastoreCredentialsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(NoneDatastoreCredentialsOutput)
}

func (i NoneDatastoreCredentialsArgs) ToNoneDatastoreCredentialsPtrOutput() NoneDatastoreCredentialsPtrOutput {
	return i.ToNoneDatastoreCredentialsPtrOutputWithContext(context.Background())
}

func (i NoneDatastoreCredentialsArgs) ToNoneDatastoreCredentialsPtrOutputWithContext(ctx context.Context) NoneDatastoreCredentialsPtrOutput {
	return i.ToNoneDatastoreCredentialsOutputWithContext(ctx).ToNoneDatastoreCredentialsPtrOutputWithContext(ctx)
}

// NoneDatastoreCredentialsOutput is a NoneDatastoreCredentials that may not be known yet.
type NoneDatastoreCredentialsOutput struct{ *pulumi.OutputState }

func (NoneDatastoreCredentialsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[NoneDatastoreCredentials]()
}

func (o NoneDatastoreCredentialsOutput) ToNoneDatastoreCredentialsOutput() NoneDatastoreCredentialsOutput {
	return o
}

func (o NoneDatastoreCredentialsOutput) ToNoneDatastoreCredentialsOutputWithContext(context.Context) NoneDatastoreCredentialsOutput {
	return o
}

func (o NoneDatastoreCredentialsOutput) ToNoneDatastoreCredentialsPtrOutput() NoneDatastoreCredentialsPtrOutput {
	return o.ToNoneDatastoreCredentialsPtrOutputWithContext(context.Background())
}

func (o NoneDatastoreCredentialsOutput) ToNoneDatastoreCredentialsPtrOutputWithContext(ctx context.Context) NoneDatastoreCredentialsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v NoneDatastoreCredentials) *NoneDatastoreCredentials { return &v }).(NoneDatastoreCredentialsPtrOutput)
}

// NoneDatastoreCredentialsPtrOutput is a NoneDatastoreCredentials or nil that may not be known yet.
type NoneDatastoreCredentialsPtrOutput struct{ *pulumi.OutputState }

func (NoneDatastoreCredentialsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*NoneDatastoreCredentials]()
}

func (o NoneDatastoreCredentialsPtrOutput) ToNoneDatastoreCredentialsPtrOutput() NoneDatastoreCredentialsPtrOutput {
	return o
}

func (o NoneDatastoreCredentialsPtrOutput) ToNoneDatastoreCredentialsPtrOutputWithContext(context.Context) NoneDatastoreCredentialsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(NoneDatastoreCredentialsOutput{})
	pulumi.RegisterOutputType(NoneDatastoreCredentialsPtrOutput{})
}
