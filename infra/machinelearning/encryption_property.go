package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// EncryptionProperty is ARM's EncryptionProperty.
type EncryptionProperty struct {
	Identity           *IdentityForCmk              `pulumi:"identity"`
	KeyVaultProperties EncryptionKeyVaultProperties `pulumi:"keyVaultProperties"`
	Status             string                       `pulumi:"status"`
}

// EncryptionPropertyArgs are the inputs of EncryptionProperty.
type EncryptionPropertyArgs struct {
	Identity           IdentityForCmkPtrInput            `pulumi:"identity"`
	KeyVaultProperties EncryptionKeyVaultPropertiesInput `pulumi:"keyVaultProperties"`
	Status             pulumi.StringInput                `pulumi:"status"`
}

// EncryptionPropertyInput takes EncryptionPropertyArgs and its output.
type EncryptionPropertyInput interface {
	pulumi.Input

	ToEncryptionPropertyOutput() EncryptionPropertyOutput
	ToEncryptionPropertyOutputWithContext(context.Context) EncryptionPropertyOutput
}

// EncryptionPropertyPtrInput takes EncryptionPropertyArgs, nil and their output.
type EncryptionPropertyPtrInput interface {
	pulumi.Input

	ToEncryptionPropertyPtrOutput() EncryptionPropertyPtrOutput
	ToEncryptionPropertyPtrOutputWithContext(context.Context) EncryptionPropertyPtrOutput
}

func (EncryptionPropertyArgs) ElementType() reflect.Type {
	return reflect.TypeFor[EncryptionProperty]()
}

func (i EncryptionPropertyArgs) ToEncryptionPropertyOutput() EncryptionPropertyOutput {
	return i.ToEncryptionPropertyOutputWithContext(context.Background())
}

func (i EncryptionPropertyArgs) ToEncryptionPropertyOutputWithContext(ctx context.Context) EncryptionPropertyOutput {
	return pulumi.ToOutputWithContext(ctx, i).(EncryptionPropertyOutput)
}

func (i EncryptionPropertyArgs) ToEncryptionPropertyPtrOutput() EncryptionPropertyPtrOutput {
	return i.ToEncryptionPropertyPtrOutputWithContext(context.Background())
}

func (i EncryptionPropertyArgs) ToEncryptionPropertyPtrOutputWithContext(ctx context.Context) EncryptionPropertyPtrOutput {
	return i.ToEncryptionPropertyOutputWithContext(ctx).ToEncryptionPropertyPtrOutputWithContext(ctx)
}

// EncryptionPropertyOutput is a EncryptionProperty that may not be known yet.
type EncryptionPropertyOutput struct{ *pulumi.OutputState }

func (EncryptionPropertyOutput) ElementType() reflect.Type {
	return reflect.TypeFor[EncryptionProperty]()
}

func (o EncryptionPropertyOutput) ToEncryptionPropertyOutput() EncryptionPropertyOutput { return o }

func (o EncryptionPropertyOutput) ToEncryptionPropertyOutputWithContext(context.Context) EncryptionPropertyOutput {
	return o
}

func (o EncryptionPropertyOutput) ToEncryptionPropertyPtrOutput() EncryptionPropertyPtrOutput {
	return o.ToEncryptionPropertyPtrOutputWithContext(context.Background())
}

func (o EncryptionPropertyOutput) ToEncryptionPropertyPtrOutputWithContext(ctx context.Context) EncryptionPropertyPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v EncryptionProperty) *EncryptionProperty { return &v }).(EncryptionPropertyPtrOutput)
}

// EncryptionPropertyPtrOutput is a EncryptionProperty or nil that may not be known yet.
type EncryptionPropertyPtrOutput struct{ *pulumi.OutputState }

func (EncryptionPropertyPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*EncryptionProperty]()
}

func (o EncryptionPropertyPtrOutput) ToEncryptionPropertyPtrOutput() EncryptionPropertyPtrOutput {
	return o
}

func (o EncryptionPropertyPtrOutput) ToEncryptionPropertyPtrOutputWithContext(context.Context) EncryptionPropertyPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(EncryptionPropertyOutput{})
	pulumi.RegisterOutputType(EncryptionPropertyPtrOutput{})
}
