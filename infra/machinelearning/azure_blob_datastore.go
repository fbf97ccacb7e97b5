package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// AzureBlobDatastore is ARM's AzureBlobDatastore.
type AzureBlobDatastore struct {
	AccountName   *string     `pulumi:"accountName"`
	ContainerName *string     `pulumi:"containerName"`
	Credentials   interface{} `pulumi:"credentials"`
	// Always AzureBlob.
	DatastoreType                 string            `pulumi:"datastoreType"`
	Description                   *string           `pulumi:"description"`
	Endpoint                      *string           `pulumi:"endpoint"`
	Properties                    map[string]string `pulumi:"properties"`
	Protocol                      *string           `pulumi:"protocol"`
	ResourceGroup                 *string           `pulumi:"resourceGroup"`
	ServiceDataAccessAuthIdentity *string           `pulumi:"serviceDataAccessAuthIdentity"`
	SubscriptionId                *string           `pulumi:"subscriptionId"`
	Tags                          map[string]string `pulumi:"tags"`
}

// AzureBlobDatastoreArgs are the inputs of AzureBlobDatastore.
type AzureBlobDatastoreArgs struct {
	AccountName   pulumi.StringPtrInput `pulumi:"accountName"`
	ContainerName pulumi.StringPtrInput `pulumi:"containerName"`
	Credentials   pulumi.Input          `pulumi:"credentials"`
	// Always AzureBlob.
	DatastoreType                 pulumi.StringInput    `pulumi:"datastoreType"`
	Description                   pulumi.StringPtrInput `pulumi:"description"`
	Endpoint                      pulumi.StringPtrInput `pulumi:"endpoint"`
	Properties                    pulumi.StringMapInput `pulumi:"properties"`
	Protocol                      pulumi.StringPtrInput `pulumi:"protocol"`
	ResourceGroup                 pulumi.StringPtrInput `pulumi:"resourceGroup"`
	ServiceDataAccessAuthIdentity pulumi.StringPtrInput `pulumi:"serviceDataAccessAuthIdentity"`
	SubscriptionId                pulumi.StringPtrInput `pulumi:"subscriptionId"`
	Tags                          pulumi.StringMapInput `pulumi:"tags"`
}

// AzureBlobDatastoreInput takes AzureBlobDatastoreArgs and its output.
type AzureBlobDatastoreInput interface {
	pulumi.Input

	ToAzureBlobDatastoreOutput() AzureBlobDatastoreOutput
	ToAzureBlobDatastoreOutputWithContext(context.Context) AzureBlobDatastoreOutput
}

// AzureBlobDatastorePtrInput takes AzureBlobDatastoreArgs, nil and their output.
type AzureBlobDatastorePtrInput interface {
	pulumi.Input

	ToAzureBlobDatastorePtrOutput() AzureBlobDatastorePtrOutput
	ToAzureBlobDatastorePtrOutputWithContext(context.Context) AzureBlobDatastorePtrOutput
}

func (AzureBlobDatastoreArgs) ElementType() reflect.Type {
	return reflect.TypeFor[AzureBlobDatastore]()
}

func (i AzureBlobDatastoreArgs) ToAzureBlobDatastoreOutput() AzureBlobDatastoreOutput {
	return i.ToAzureBlobDatastoreOutputWithContext(context.Background())
}

func (i AzureBlobDatastoreArgs) ToAzureBlobDatastoreOutputWithContext(ctx context.Context) AzureBlobDatastoreOutput {
	return pulumi.ToOutputWithContext(ctx, i).(AzureBlobDatastoreOutput)
}

func (i AzureBlobDatastoreArgs) ToAzureBlobDatastorePtrOutput() AzureBlobDatastorePtrOutput {
	return i.ToAzureBlobDatastorePtrOutputWithContext(context.Background())
}

func (i AzureBlobDatastoreArgs) ToAzureBlobDatastorePtrOutputWithContext(ctx context.Context) AzureBlobDatastorePtrOutput {
	return i.ToAzureBlobDatastoreOutputWithContext(ctx).ToAzureBlobDatastorePtrOutputWithContext(ctx)
}

// AzureBlobDatastoreOutput is a AzureBlobDatastore that may not be known yet.
type AzureBlobDatastoreOutput struct{ *pulumi.OutputState }

func (AzureBlobDatastoreOutput) ElementType() reflect.Type {
	return reflect.TypeFor[AzureBlobDatastore]()
}

func (o AzureBlobDatastoreOutput) ToAzureBlobDatastoreOutput() AzureBlobDatastoreOutput { return o }

func (o AzureBlobDatastoreOutput) ToAzureBlobDatastoreOutputWithContext(context.Context) AzureBlobDatastoreOutput {
	return o
}

func (o AzureBlobDatastoreOutput) ToAzureBlobDatastorePtrOutput() AzureBlobDatastorePtrOutput {
	return o.ToAzureBlobDatastorePtrOutputWithContext(context.Background())
}

func (o AzureBlobDatastoreOutput) ToAzureBlobDatastorePtrOutputWithContext(ctx context.Context) AzureBlobDatastorePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v AzureBlobDatastore) *AzureBlobDatastore { return &v }).(AzureBlobDatastorePtrOutput)
}

// AzureBlobDatastorePtrOutput is a AzureBlobDatastore or nil that may not be known yet.
type AzureBlobDatastorePtrOutput struct{ *pulumi.OutputState }

func (AzureBlobDatastorePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*AzureBlobDatastore]()
}

func (o AzureBlobDatastorePtrOutput) ToAzureBlobDatastorePtrOutput() AzureBlobDatastorePtrOutput {
	return o
}

func (o AzureBlobDatastorePtrOutput) ToAzureBlobDatastorePtrOutputWithContext(context.Context) AzureBlobDatastorePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(AzureBlobDatastoreOutput{})
	pulumi.RegisterOutputType(AzureBlobDatastorePtrOutput{})
}
