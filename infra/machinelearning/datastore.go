package machinelearning

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// AccountKeyDatastoreCredentials is ARM's AccountKeyDatastoreCredentials.
type AccountKeyDatastoreCredentials struct {
	// Always AccountKey.
	CredentialsType string                     `pulumi:"credentialsType"`
	Secrets         AccountKeyDatastoreSecrets `pulumi:"secrets"`
}

// AccountKeyDatastoreCredentialsArgs are the inputs of AccountKeyDatastoreCredentials.
type AccountKeyDatastoreCredentialsArgs struct {
	// Always AccountKey.
	CredentialsType pulumi.StringInput              `pulumi:"credentialsType"`
	Secrets         AccountKeyDatastoreSecretsInput `pulumi:"secrets"`
}

// AccountKeyDatastoreCredentialsInput takes AccountKeyDatastoreCredentialsArgs and its output.
type AccountKeyDatastoreCredentialsInput interface {
	pulumi.Input

	ToAccountKeyDatastoreCredentialsOutput() AccountKeyDatastoreCredentialsOutput
	ToAccountKeyDatastoreCredentialsOutputWithContext(context.Context) AccountKeyDatastoreCredentialsOutput
}

// AccountKeyDatastoreCredentialsPtrInput takes AccountKeyDatastoreCredentialsArgs, nil and their output.
type AccountKeyDatastoreCredentialsPtrInput interface {
	pulumi.Input

	ToAccountKeyDatastoreCredentialsPtrOutput() AccountKeyDatastoreCredentialsPtrOutput
	ToAccountKeyDatastoreCredentialsPtrOutputWithContext(context.Context) AccountKeyDatastoreCredentialsPtrOutput
}

func (AccountKeyDatastoreCredentialsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[AccountKeyDatastoreCredentials]()
}

func (i AccountKeyDatastoreCredentialsArgs) ToAccountKeyDatastoreCredentialsOutput() AccountKeyDatastoreCredentialsOutput {
	return i.ToAccountKeyDatastoreCredentialsOutputWithContext(context.Background())
}

func (i AccountKeyDatastoreCredentialsArgs) ToAccountKeyDatastoreCredentialsOutputWithContext(ctx context.Context) AccountKeyDatastoreCredentialsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(AccountKeyDatastoreCredentialsOutput)
}

func (i AccountKeyDatastoreCredentialsArgs) ToAccountKeyDatastoreCredentialsPtrOutput() AccountKeyDatastoreCredentialsPtrOutput {
	return i.ToAccountKeyDatastoreCredentialsPtrOutputWithContext(context.Background())
}

func (i AccountKeyDatastoreCredentialsArgs) ToAccountKeyDatastoreCredentialsPtrOutputWithContext(ctx context.Context) AccountKeyDatastoreCredentialsPtrOutput {
	return i.ToAccountKeyDatastoreCredentialsOutputWithContext(ctx).ToAccountKeyDatastoreCredentialsPtrOutputWithContext(ctx)
}

// AccountKeyDatastoreCredentialsOutput is a AccountKeyDatastoreCredentials that may not be known yet.
type AccountKeyDatastoreCredentialsOutput struct{ *pulumi.OutputState }

func (AccountKeyDatastoreCredentialsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[AccountKeyDatastoreCredentials]()
}

func (o AccountKeyDatastoreCredentialsOutput) ToAccountKeyDatastoreCredentialsOutput() AccountKeyDatastoreCredentialsOutput {
	return o
}

func (o AccountKeyDatastoreCredentialsOutput) ToAccountKeyDatastoreCredentialsOutputWithContext(context.Context) AccountKeyDatastoreCredentialsOutput {
	return o
}

func (o AccountKeyDatastoreCredentialsOutput) ToAccountKeyDatastoreCredentialsPtrOutput() AccountKeyDatastoreCredentialsPtrOutput {
	return o.ToAccountKeyDatastoreCredentialsPtrOutputWithContext(context.Background())
}

func (o AccountKeyDatastoreCredentialsOutput) ToAccountKeyDatastoreCredentialsPtrOutputWithContext(ctx context.Context) AccountKeyDatastoreCredentialsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v AccountKeyDatastoreCredentials) *AccountKeyDatastoreCredentials { return &v }).(AccountKeyDatastoreCredentialsPtrOutput)
}

// AccountKeyDatastoreCredentialsPtrOutput is a AccountKeyDatastoreCredentials or nil that may not be known yet.
type AccountKeyDatastoreCredentialsPtrOutput struct{ *pulumi.OutputState }

func (AccountKeyDatastoreCredentialsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*AccountKeyDatastoreCredentials]()
}

func (o AccountKeyDatastoreCredentialsPtrOutput) ToAccountKeyDatastoreCredentialsPtrOutput() AccountKeyDatastoreCredentialsPtrOutput {
	return o
}

func (o AccountKeyDatastoreCredentialsPtrOutput) ToAccountKeyDatastoreCredentialsPtrOutputWithContext(context.Context) AccountKeyDatastoreCredentialsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(AccountKeyDatastoreCredentialsOutput{})
	pulumi.RegisterOutputType(AccountKeyDatastoreCredentialsPtrOutput{})
}

// AccountKeyDatastoreSecrets is ARM's AccountKeyDatastoreSecrets.
type AccountKeyDatastoreSecrets struct {
	Key *string `pulumi:"key"`
	// Always AccountKey.
	SecretsType string `pulumi:"secretsType"`
}

// AccountKeyDatastoreSecretsArgs are the inputs of AccountKeyDatastoreSecrets.
type AccountKeyDatastoreSecretsArgs struct {
	Key pulumi.StringPtrInput `pulumi:"key"`
	// Always AccountKey.
	SecretsType pulumi.StringInput `pulumi:"secretsType"`
}

// AccountKeyDatastoreSecretsInput takes AccountKeyDatastoreSecretsArgs and its output.
type AccountKeyDatastoreSecretsInput interface {
	pulumi.Input

	ToAccountKeyDatastoreSecretsOutput() AccountKeyDatastoreSecretsOutput
	ToAccountKeyDatastoreSecretsOutputWithContext(context.Context) AccountKeyDatastoreSecretsOutput
}

// AccountKeyDatastoreSecretsPtrInput takes AccountKeyDatastoreSecretsArgs, nil and their output.
type AccountKeyDatastoreSecretsPtrInput interface {
	pulumi.Input

	ToAccountKeyDatastoreSecretsPtrOutput() AccountKeyDatastoreSecretsPtrOutput
	ToAccountKeyDatastoreSecretsPtrOutputWithContext(context.Context) AccountKeyDatastoreSecretsPtrOutput
}

func (AccountKeyDatastoreSecretsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[AccountKeyDatastoreSecrets]()
}

func (i AccountKeyDatastoreSecretsArgs) ToAccountKeyDatastoreSecretsOutput() AccountKeyDatastoreSecretsOutput {
	return i.ToAccountKeyDatastoreSecretsOutputWithContext(context.Background())
}

func (i AccountKeyDatastoreSecretsArgs) ToAccountKeyDatastoreSecretsOutputWithContext(ctx context.Context) AccountKeyDatastoreSecretsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(AccountKeyDatastoreSecretsOutput)
}

func (i AccountKeyDatastoreSecretsArgs) ToAccountKeyDatastoreSecretsPtrOutput() AccountKeyDatastoreSecretsPtrOutput {
	return i.ToAccountKeyDatastoreSecretsPtrOutputWithContext(context.Background())
}

func (i AccountKeyDatastoreSecretsArgs) ToAccountKeyDatastoreSecretsPtrOutputWithContext(ctx context.Context) AccountKeyDatastoreSecretsPtrOutput {
	return i.ToAccountKeyDatastoreSecretsOutputWithContext(ctx).ToAccountKeyDatastoreSecretsPtrOutputWithContext(ctx)
}

// AccountKeyDatastoreSecretsOutput is a AccountKeyDatastoreSecrets that may not be known yet.
type AccountKeyDatastoreSecretsOutput struct{ *pulumi.OutputState }

func (AccountKeyDatastoreSecretsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[AccountKeyDatastoreSecrets]()
}

func (o AccountKeyDatastoreSecretsOutput) ToAccountKeyDatastoreSecretsOutput() AccountKeyDatastoreSecretsOutput {
	return o
}

func (o AccountKeyDatastoreSecretsOutput) ToAccountKeyDatastoreSecretsOutputWithContext(context.Context) AccountKeyDatastoreSecretsOutput {
	return o
}

func (o AccountKeyDatastoreSecretsOutput) ToAccountKeyDatastoreSecretsPtrOutput() AccountKeyDatastoreSecretsPtrOutput {
	return o.ToAccountKeyDatastoreSecretsPtrOutputWithContext(context.Background())
}

func (o AccountKeyDatastoreSecretsOutput) ToAccountKeyDatastoreSecretsPtrOutputWithContext(ctx context.Context) AccountKeyDatastoreSecretsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v AccountKeyDatastoreSecrets) *AccountKeyDatastoreSecrets { return &v }).(AccountKeyDatastoreSecretsPtrOutput)
}

// AccountKeyDatastoreSecretsPtrOutput is a AccountKeyDatastoreSecrets or nil that may not be known yet.
type AccountKeyDatastoreSecretsPtrOutput struct{ *pulumi.OutputState }

func (AccountKeyDatastoreSecretsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*AccountKeyDatastoreSecrets]()
}

func (o AccountKeyDatastoreSecretsPtrOutput) ToAccountKeyDatastoreSecretsPtrOutput() AccountKeyDatastoreSecretsPtrOutput {
	return o
}

func (o AccountKeyDatastoreSecretsPtrOutput) ToAccountKeyDatastoreSecretsPtrOutputWithContext(context.Context) AccountKeyDatastoreSecretsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(AccountKeyDatastoreSecretsOutput{})
	pulumi.RegisterOutputType(AccountKeyDatastoreSecretsPtrOutput{})
}

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

// AzureDataLakeGen1Datastore is ARM's AzureDataLakeGen1Datastore.
type AzureDataLakeGen1Datastore struct {
	Credentials interface{} `pulumi:"credentials"`
	// Always AzureDataLakeGen1.
	DatastoreType                 string            `pulumi:"datastoreType"`
	Description                   *string           `pulumi:"description"`
	Properties                    map[string]string `pulumi:"properties"`
	ResourceGroup                 *string           `pulumi:"resourceGroup"`
	ServiceDataAccessAuthIdentity *string           `pulumi:"serviceDataAccessAuthIdentity"`
	StoreName                     string            `pulumi:"storeName"`
	SubscriptionId                *string           `pulumi:"subscriptionId"`
	Tags                          map[string]string `pulumi:"tags"`
}

// AzureDataLakeGen1DatastoreArgs are the inputs of AzureDataLakeGen1Datastore.
type AzureDataLakeGen1DatastoreArgs struct {
	Credentials pulumi.Input `pulumi:"credentials"`
	// Always AzureDataLakeGen1.
	DatastoreType                 pulumi.StringInput    `pulumi:"datastoreType"`
	Description                   pulumi.StringPtrInput `pulumi:"description"`
	Properties                    pulumi.StringMapInput `pulumi:"properties"`
	ResourceGroup                 pulumi.StringPtrInput `pulumi:"resourceGroup"`
	ServiceDataAccessAuthIdentity pulumi.StringPtrInput `pulumi:"serviceDataAccessAuthIdentity"`
	StoreName                     pulumi.StringInput    `pulumi:"storeName"`
	SubscriptionId                pulumi.StringPtrInput `pulumi:"subscriptionId"`
	Tags                          pulumi.StringMapInput `pulumi:"tags"`
}

// AzureDataLakeGen1DatastoreInput takes AzureDataLakeGen1DatastoreArgs and its output.
type AzureDataLakeGen1DatastoreInput interface {
	pulumi.Input

	ToAzureDataLakeGen1DatastoreOutput() AzureDataLakeGen1DatastoreOutput
	ToAzureDataLakeGen1DatastoreOutputWithContext(context.Context) AzureDataLakeGen1DatastoreOutput
}

// AzureDataLakeGen1DatastorePtrInput takes AzureDataLakeGen1DatastoreArgs, nil and their output.
type AzureDataLakeGen1DatastorePtrInput interface {
	pulumi.Input

	ToAzureDataLakeGen1DatastorePtrOutput() AzureDataLakeGen1DatastorePtrOutput
	ToAzureDataLakeGen1DatastorePtrOutputWithContext(context.Context) AzureDataLakeGen1DatastorePtrOutput
}

func (AzureDataLakeGen1DatastoreArgs) ElementType() reflect.Type {
	return reflect.TypeFor[AzureDataLakeGen1Datastore]()
}

func (i AzureDataLakeGen1DatastoreArgs) ToAzureDataLakeGen1DatastoreOutput() AzureDataLakeGen1DatastoreOutput {
	return i.ToAzureDataLakeGen1DatastoreOutputWithContext(context.Background())
}

func (i AzureDataLakeGen1DatastoreArgs) ToAzureDataLakeGen1DatastoreOutputWithContext(ctx context.Context) AzureDataLakeGen1DatastoreOutput {
	return pulumi.ToOutputWithContext(ctx, i).(AzureDataLakeGen1DatastoreOutput)
}

func (i AzureDataLakeGen1DatastoreArgs) ToAzureDataLakeGen1DatastorePtrOutput() AzureDataLakeGen1DatastorePtrOutput {
	return i.ToAzureDataLakeGen1DatastorePtrOutputWithContext(context.Background())
}

func (i AzureDataLakeGen1DatastoreArgs) ToAzureDataLakeGen1DatastorePtrOutputWithContext(ctx context.Context) AzureDataLakeGen1DatastorePtrOutput {
	return i.ToAzureDataLakeGen1DatastoreOutputWithContext(ctx).ToAzureDataLakeGen1DatastorePtrOutputWithContext(ctx)
}

// AzureDataLakeGen1DatastoreOutput is a AzureDataLakeGen1Datastore that may not be known yet.
type AzureDataLakeGen1DatastoreOutput struct{ *pulumi.OutputState }

func (AzureDataLakeGen1DatastoreOutput) ElementType() reflect.Type {
	return reflect.TypeFor[AzureDataLakeGen1Datastore]()
}

func (o AzureDataLakeGen1DatastoreOutput) ToAzureDataLakeGen1DatastoreOutput() AzureDataLakeGen1DatastoreOutput {
	return o
}

func (o AzureDataLakeGen1DatastoreOutput) ToAzureDataLakeGen1DatastoreOutputWithContext(context.Context) AzureDataLakeGen1DatastoreOutput {
	return o
}

func (o AzureDataLakeGen1DatastoreOutput) ToAzureDataLakeGen1DatastorePtrOutput() AzureDataLakeGen1DatastorePtrOutput {
	return o.ToAzureDataLakeGen1DatastorePtrOutputWithContext(context.Background())
}

func (o AzureDataLakeGen1DatastoreOutput) ToAzureDataLakeGen1DatastorePtrOutputWithContext(ctx context.Context) AzureDataLakeGen1DatastorePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v AzureDataLakeGen1Datastore) *AzureDataLakeGen1Datastore { return &v }).(AzureDataLakeGen1DatastorePtrOutput)
}

// AzureDataLakeGen1DatastorePtrOutput is a AzureDataLakeGen1Datastore or nil that may not be known yet.
type AzureDataLakeGen1DatastorePtrOutput struct{ *pulumi.OutputState }

func (AzureDataLakeGen1DatastorePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*AzureDataLakeGen1Datastore]()
}

func (o AzureDataLakeGen1DatastorePtrOutput) ToAzureDataLakeGen1DatastorePtrOutput() AzureDataLakeGen1DatastorePtrOutput {
	return o
}

func (o AzureDataLakeGen1DatastorePtrOutput) ToAzureDataLakeGen1DatastorePtrOutputWithContext(context.Context) AzureDataLakeGen1DatastorePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(AzureDataLakeGen1DatastoreOutput{})
	pulumi.RegisterOutputType(AzureDataLakeGen1DatastorePtrOutput{})
}

// AzureDataLakeGen2Datastore is ARM's AzureDataLakeGen2Datastore.
type AzureDataLakeGen2Datastore struct {
	AccountName string      `pulumi:"accountName"`
	Credentials interface{} `pulumi:"credentials"`
	// Always AzureDataLakeGen2.
	DatastoreType                 string            `pulumi:"datastoreType"`
	Description                   *string           `pulumi:"description"`
	Endpoint                      *string           `pulumi:"endpoint"`
	Filesystem                    string            `pulumi:"filesystem"`
	Properties                    map[string]string `pulumi:"properties"`
	Protocol                      *string           `pulumi:"protocol"`
	ResourceGroup                 *string           `pulumi:"resourceGroup"`
	ServiceDataAccessAuthIdentity *string           `pulumi:"serviceDataAccessAuthIdentity"`
	SubscriptionId                *string           `pulumi:"subscriptionId"`
	Tags                          map[string]string `pulumi:"tags"`
}

// AzureDataLakeGen2DatastoreArgs are the inputs of AzureDataLakeGen2Datastore.
type AzureDataLakeGen2DatastoreArgs struct {
	AccountName pulumi.StringInput `pulumi:"accountName"`
	Credentials pulumi.Input       `pulumi:"credentials"`
	// Always AzureDataLakeGen2.
	DatastoreType                 pulumi.StringInput    `pulumi:"datastoreType"`
	Description                   pulumi.StringPtrInput `pulumi:"description"`
	Endpoint                      pulumi.StringPtrInput `pulumi:"endpoint"`
	Filesystem                    pulumi.StringInput    `pulumi:"filesystem"`
	Properties                    pulumi.StringMapInput `pulumi:"properties"`
	Protocol                      pulumi.StringPtrInput `pulumi:"protocol"`
	ResourceGroup                 pulumi.StringPtrInput `pulumi:"resourceGroup"`
	ServiceDataAccessAuthIdentity pulumi.StringPtrInput `pulumi:"serviceDataAccessAuthIdentity"`
	SubscriptionId                pulumi.StringPtrInput `pulumi:"subscriptionId"`
	Tags                          pulumi.StringMapInput `pulumi:"tags"`
}

// AzureDataLakeGen2DatastoreInput takes AzureDataLakeGen2DatastoreArgs and its output.
type AzureDataLakeGen2DatastoreInput interface {
	pulumi.Input

	ToAzureDataLakeGen2DatastoreOutput() AzureDataLakeGen2DatastoreOutput
	ToAzureDataLakeGen2DatastoreOutputWithContext(context.Context) AzureDataLakeGen2DatastoreOutput
}

// AzureDataLakeGen2DatastorePtrInput takes AzureDataLakeGen2DatastoreArgs, nil and their output.
type AzureDataLakeGen2DatastorePtrInput interface {
	pulumi.Input

	ToAzureDataLakeGen2DatastorePtrOutput() AzureDataLakeGen2DatastorePtrOutput
	ToAzureDataLakeGen2DatastorePtrOutputWithContext(context.Context) AzureDataLakeGen2DatastorePtrOutput
}

func (AzureDataLakeGen2DatastoreArgs) ElementType() reflect.Type {
	return reflect.TypeFor[AzureDataLakeGen2Datastore]()
}

func (i AzureDataLakeGen2DatastoreArgs) ToAzureDataLakeGen2DatastoreOutput() AzureDataLakeGen2DatastoreOutput {
	return i.ToAzureDataLakeGen2DatastoreOutputWithContext(context.Background())
}

func (i AzureDataLakeGen2DatastoreArgs) ToAzureDataLakeGen2DatastoreOutputWithContext(ctx context.Context) AzureDataLakeGen2DatastoreOutput {
	return pulumi.ToOutputWithContext(ctx, i).(AzureDataLakeGen2DatastoreOutput)
}

func (i AzureDataLakeGen2DatastoreArgs) ToAzureDataLakeGen2DatastorePtrOutput() AzureDataLakeGen2DatastorePtrOutput {
	return i.ToAzureDataLakeGen2DatastorePtrOutputWithContext(context.Background())
}

func (i AzureDataLakeGen2DatastoreArgs) ToAzureDataLakeGen2DatastorePtrOutputWithContext(ctx context.Context) AzureDataLakeGen2DatastorePtrOutput {
	return i.ToAzureDataLakeGen2DatastoreOutputWithContext(ctx).ToAzureDataLakeGen2DatastorePtrOutputWithContext(ctx)
}

// AzureDataLakeGen2DatastoreOutput is a AzureDataLakeGen2Datastore that may not be known yet.
type AzureDataLakeGen2DatastoreOutput struct{ *pulumi.OutputState }

func (AzureDataLakeGen2DatastoreOutput) ElementType() reflect.Type {
	return reflect.TypeFor[AzureDataLakeGen2Datastore]()
}

func (o AzureDataLakeGen2DatastoreOutput) ToAzureDataLakeGen2DatastoreOutput() AzureDataLakeGen2DatastoreOutput {
	return o
}

func (o AzureDataLakeGen2DatastoreOutput) ToAzureDataLakeGen2DatastoreOutputWithContext(context.Context) AzureDataLakeGen2DatastoreOutput {
	return o
}

func (o AzureDataLakeGen2DatastoreOutput) ToAzureDataLakeGen2DatastorePtrOutput() AzureDataLakeGen2DatastorePtrOutput {
	return o.ToAzureDataLakeGen2DatastorePtrOutputWithContext(context.Background())
}

func (o AzureDataLakeGen2DatastoreOutput) ToAzureDataLakeGen2DatastorePtrOutputWithContext(ctx context.Context) AzureDataLakeGen2DatastorePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v AzureDataLakeGen2Datastore) *AzureDataLakeGen2Datastore { return &v }).(AzureDataLakeGen2DatastorePtrOutput)
}

// AzureDataLakeGen2DatastorePtrOutput is a AzureDataLakeGen2Datastore or nil that may not be known yet.
type AzureDataLakeGen2DatastorePtrOutput struct{ *pulumi.OutputState }

func (AzureDataLakeGen2DatastorePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*AzureDataLakeGen2Datastore]()
}

func (o AzureDataLakeGen2DatastorePtrOutput) ToAzureDataLakeGen2DatastorePtrOutput() AzureDataLakeGen2DatastorePtrOutput {
	return o
}

func (o AzureDataLakeGen2DatastorePtrOutput) ToAzureDataLakeGen2DatastorePtrOutputWithContext(context.Context) AzureDataLakeGen2DatastorePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(AzureDataLakeGen2DatastoreOutput{})
	pulumi.RegisterOutputType(AzureDataLakeGen2DatastorePtrOutput{})
}

// AzureFileDatastore is ARM's AzureFileDatastore.
type AzureFileDatastore struct {
	AccountName string      `pulumi:"accountName"`
	Credentials interface{} `pulumi:"credentials"`
	// Always AzureFile.
	DatastoreType                 string            `pulumi:"datastoreType"`
	Description                   *string           `pulumi:"description"`
	Endpoint                      *string           `pulumi:"endpoint"`
	FileShareName                 string            `pulumi:"fileShareName"`
	Properties                    map[string]string `pulumi:"properties"`
	Protocol                      *string           `pulumi:"protocol"`
	ResourceGroup                 *string           `pulumi:"resourceGroup"`
	ServiceDataAccessAuthIdentity *string           `pulumi:"serviceDataAccessAuthIdentity"`
	SubscriptionId                *string           `pulumi:"subscriptionId"`
	Tags                          map[string]string `pulumi:"tags"`
}

// AzureFileDatastoreArgs are the inputs of AzureFileDatastore.
type AzureFileDatastoreArgs struct {
	AccountName pulumi.StringInput `pulumi:"accountName"`
	Credentials pulumi.Input       `pulumi:"credentials"`
	// Always AzureFile.
	DatastoreType                 pulumi.StringInput    `pulumi:"datastoreType"`
	Description                   pulumi.StringPtrInput `pulumi:"description"`
	Endpoint                      pulumi.StringPtrInput `pulumi:"endpoint"`
	FileShareName                 pulumi.StringInput    `pulumi:"fileShareName"`
	Properties                    pulumi.StringMapInput `pulumi:"properties"`
	Protocol                      pulumi.StringPtrInput `pulumi:"protocol"`
	ResourceGroup                 pulumi.StringPtrInput `pulumi:"resourceGroup"`
	ServiceDataAccessAuthIdentity pulumi.StringPtrInput `pulumi:"serviceDataAccessAuthIdentity"`
	SubscriptionId                pulumi.StringPtrInput `pulumi:"subscriptionId"`
	Tags                          pulumi.StringMapInput `pulumi:"tags"`
}

// AzureFileDatastoreInput takes AzureFileDatastoreArgs and its output.
type AzureFileDatastoreInput interface {
	pulumi.Input

	ToAzureFileDatastoreOutput() AzureFileDatastoreOutput
	ToAzureFileDatastoreOutputWithContext(context.Context) AzureFileDatastoreOutput
}

// AzureFileDatastorePtrInput takes AzureFileDatastoreArgs, nil and their output.
type AzureFileDatastorePtrInput interface {
	pulumi.Input

	ToAzureFileDatastorePtrOutput() AzureFileDatastorePtrOutput
	ToAzureFileDatastorePtrOutputWithContext(context.Context) AzureFileDatastorePtrOutput
}

func (AzureFileDatastoreArgs) ElementType() reflect.Type {
	return reflect.TypeFor[AzureFileDatastore]()
}

func (i AzureFileDatastoreArgs) ToAzureFileDatastoreOutput() AzureFileDatastoreOutput {
	return i.ToAzureFileDatastoreOutputWithContext(context.Background())
}

func (i AzureFileDatastoreArgs) ToAzureFileDatastoreOutputWithContext(ctx context.Context) AzureFileDatastoreOutput {
	return pulumi.ToOutputWithContext(ctx, i).(AzureFileDatastoreOutput)
}

func (i AzureFileDatastoreArgs) ToAzureFileDatastorePtrOutput() AzureFileDatastorePtrOutput {
	return i.ToAzureFileDatastorePtrOutputWithContext(context.Background())
}

func (i AzureFileDatastoreArgs) ToAzureFileDatastorePtrOutputWithContext(ctx context.Context) AzureFileDatastorePtrOutput {
	return i.ToAzureFileDatastoreOutputWithContext(ctx).ToAzureFileDatastorePtrOutputWithContext(ctx)
}

// AzureFileDatastoreOutput is a AzureFileDatastore that may not be known yet.
type AzureFileDatastoreOutput struct{ *pulumi.OutputState }

func (AzureFileDatastoreOutput) ElementType() reflect.Type {
	return reflect.TypeFor[AzureFileDatastore]()
}

func (o AzureFileDatastoreOutput) ToAzureFileDatastoreOutput() AzureFileDatastoreOutput { return o }

func (o AzureFileDatastoreOutput) ToAzureFileDatastoreOutputWithContext(context.Context) AzureFileDatastoreOutput {
	return o
}

func (o AzureFileDatastoreOutput) ToAzureFileDatastorePtrOutput() AzureFileDatastorePtrOutput {
	return o.ToAzureFileDatastorePtrOutputWithContext(context.Background())
}

func (o AzureFileDatastoreOutput) ToAzureFileDatastorePtrOutputWithContext(ctx context.Context) AzureFileDatastorePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v AzureFileDatastore) *AzureFileDatastore { return &v }).(AzureFileDatastorePtrOutput)
}

// AzureFileDatastorePtrOutput is a AzureFileDatastore or nil that may not be known yet.
type AzureFileDatastorePtrOutput struct{ *pulumi.OutputState }

func (AzureFileDatastorePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*AzureFileDatastore]()
}

func (o AzureFileDatastorePtrOutput) ToAzureFileDatastorePtrOutput() AzureFileDatastorePtrOutput {
	return o
}

func (o AzureFileDatastorePtrOutput) ToAzureFileDatastorePtrOutputWithContext(context.Context) AzureFileDatastorePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(AzureFileDatastoreOutput{})
	pulumi.RegisterOutputType(AzureFileDatastorePtrOutput{})
}

// CertificateDatastoreCredentials is ARM's CertificateDatastoreCredentials.
type CertificateDatastoreCredentials struct {
	AuthorityUrl *string `pulumi:"authorityUrl"`
	ClientId     string  `pulumi:"clientId"`
	// Always Certificate.
	CredentialsType string                      `pulumi:"credentialsType"`
	ResourceUrl     *string                     `pulumi:"resourceUrl"`
	Secrets         CertificateDatastoreSecrets `pulumi:"secrets"`
	TenantId        string                      `pulumi:"tenantId"`
	Thumbprint      string                      `pulumi:"thumbprint"`
}

// CertificateDatastoreCredentialsArgs are the inputs of CertificateDatastoreCredentials.
type CertificateDatastoreCredentialsArgs struct {
	AuthorityUrl pulumi.StringPtrInput `pulumi:"authorityUrl"`
	ClientId     pulumi.StringInput    `pulumi:"clientId"`
	// Always Certificate.
	CredentialsType pulumi.StringInput               `pulumi:"credentialsType"`
	ResourceUrl     pulumi.StringPtrInput            `pulumi:"resourceUrl"`
	Secrets         CertificateDatastoreSecretsInput `pulumi:"secrets"`
	TenantId        pulumi.StringInput               `pulumi:"tenantId"`
	Thumbprint      pulumi.StringInput               `pulumi:"thumbprint"`
}

// CertificateDatastoreCredentialsInput takes CertificateDatastoreCredentialsArgs and its output.
type CertificateDatastoreCredentialsInput interface {
	pulumi.Input

	ToCertificateDatastoreCredentialsOutput() CertificateDatastoreCredentialsOutput
	ToCertificateDatastoreCredentialsOutputWithContext(context.Context) CertificateDatastoreCredentialsOutput
}

// CertificateDatastoreCredentialsPtrInput takes CertificateDatastoreCredentialsArgs, nil and their output.
type CertificateDatastoreCredentialsPtrInput interface {
	pulumi.Input

	ToCertificateDatastoreCredentialsPtrOutput() CertificateDatastoreCredentialsPtrOutput
	ToCertificateDatastoreCredentialsPtrOutputWithContext(context.Context) CertificateDatastoreCredentialsPtrOutput
}

func (CertificateDatastoreCredentialsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[CertificateDatastoreCredentials]()
}

func (i CertificateDatastoreCredentialsArgs) ToCertificateDatastoreCredentialsOutput() CertificateDatastoreCredentialsOutput {
	return i.ToCertificateDatastoreCredentialsOutputWithContext(context.Background())
}

func (i CertificateDatastoreCredentialsArgs) ToCertificateDatastoreCredentialsOutputWithContext(ctx context.Context) CertificateDatastoreCredentialsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(CertificateDatastoreCredentialsOutput)
}

func (i CertificateDatastoreCredentialsArgs) ToCertificateDatastoreCredentialsPtrOutput() CertificateDatastoreCredentialsPtrOutput {
	return i.ToCertificateDatastoreCredentialsPtrOutputWithContext(context.Background())
}

func (i CertificateDatastoreCredentialsArgs) ToCertificateDatastoreCredentialsPtrOutputWithContext(ctx context.Context) CertificateDatastoreCredentialsPtrOutput {
	return i.ToCertificateDatastoreCredentialsOutputWithContext(ctx).ToCertificateDatastoreCredentialsPtrOutputWithContext(ctx)
}

// CertificateDatastoreCredentialsOutput is a CertificateDatastoreCredentials that may not be known yet.
type CertificateDatastoreCredentialsOutput struct{ *pulumi.OutputState }

func (CertificateDatastoreCredentialsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[CertificateDatastoreCredentials]()
}

func (o CertificateDatastoreCredentialsOutput) ToCertificateDatastoreCredentialsOutput() CertificateDatastoreCredentialsOutput {
	return o
}

func (o CertificateDatastoreCredentialsOutput) ToCertificateDatastoreCredentialsOutputWithContext(context.Context) CertificateDatastoreCredentialsOutput {
	return o
}

func (o CertificateDatastoreCredentialsOutput) ToCertificateDatastoreCredentialsPtrOutput() CertificateDatastoreCredentialsPtrOutput {
	return o.ToCertificateDatastoreCredentialsPtrOutputWithContext(context.Background())
}

func (o CertificateDatastoreCredentialsOutput) ToCertificateDatastoreCredentialsPtrOutputWithContext(ctx context.Context) CertificateDatastoreCredentialsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v CertificateDatastoreCredentials) *CertificateDatastoreCredentials { return &v }).(CertificateDatastoreCredentialsPtrOutput)
}

// CertificateDatastoreCredentialsPtrOutput is a CertificateDatastoreCredentials or nil that may not be known yet.
type CertificateDatastoreCredentialsPtrOutput struct{ *pulumi.OutputState }

func (CertificateDatastoreCredentialsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*CertificateDatastoreCredentials]()
}

func (o CertificateDatastoreCredentialsPtrOutput) ToCertificateDatastoreCredentialsPtrOutput() CertificateDatastoreCredentialsPtrOutput {
	return o
}

func (o CertificateDatastoreCredentialsPtrOutput) ToCertificateDatastoreCredentialsPtrOutputWithContext(context.Context) CertificateDatastoreCredentialsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(CertificateDatastoreCredentialsOutput{})
	pulumi.RegisterOutputType(CertificateDatastoreCredentialsPtrOutput{})
}

// CertificateDatastoreSecrets is ARM's CertificateDatastoreSecrets.
type CertificateDatastoreSecrets struct {
	Certificate *string `pulumi:"certificate"`
	// Always Certificate.
	SecretsType string `pulumi:"secretsType"`
}

// CertificateDatastoreSecretsArgs are the inputs of CertificateDatastoreSecrets.
type CertificateDatastoreSecretsArgs struct {
	Certificate pulumi.StringPtrInput `pulumi:"certificate"`
	// Always Certificate.
	SecretsType pulumi.StringInput `pulumi:"secretsType"`
}

// CertificateDatastoreSecretsInput takes CertificateDatastoreSecretsArgs and its output.
type CertificateDatastoreSecretsInput interface {
	pulumi.Input

	ToCertificateDatastoreSecretsOutput() CertificateDatastoreSecretsOutput
	ToCertificateDatastoreSecretsOutputWithContext(context.Context) CertificateDatastoreSecretsOutput
}

// CertificateDatastoreSecretsPtrInput takes CertificateDatastoreSecretsArgs, nil and their output.
type CertificateDatastoreSecretsPtrInput interface {
	pulumi.Input

	ToCertificateDatastoreSecretsPtrOutput() CertificateDatastoreSecretsPtrOutput
	ToCertificateDatastoreSecretsPtrOutputWithContext(context.Context) CertificateDatastoreSecretsPtrOutput
}

func (CertificateDatastoreSecretsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[CertificateDatastoreSecrets]()
}

func (i CertificateDatastoreSecretsArgs) ToCertificateDatastoreSecretsOutput() CertificateDatastoreSecretsOutput {
	return i.ToCertificateDatastoreSecretsOutputWithContext(context.Background())
}

func (i CertificateDatastoreSecretsArgs) ToCertificateDatastoreSecretsOutputWithContext(ctx context.Context) CertificateDatastoreSecretsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(CertificateDatastoreSecretsOutput)
}

func (i CertificateDatastoreSecretsArgs) ToCertificateDatastoreSecretsPtrOutput() CertificateDatastoreSecretsPtrOutput {
	return i.ToCertificateDatastoreSecretsPtrOutputWithContext(context.Background())
}

func (i CertificateDatastoreSecretsArgs) ToCertificateDatastoreSecretsPtrOutputWithContext(ctx context.Context) CertificateDatastoreSecretsPtrOutput {
	return i.ToCertificateDatastoreSecretsOutputWithContext(ctx).ToCertificateDatastoreSecretsPtrOutputWithContext(ctx)
}

// CertificateDatastoreSecretsOutput is a CertificateDatastoreSecrets that may not be known yet.
type CertificateDatastoreSecretsOutput struct{ *pulumi.OutputState }

func (CertificateDatastoreSecretsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[CertificateDatastoreSecrets]()
}

func (o CertificateDatastoreSecretsOutput) ToCertificateDatastoreSecretsOutput() CertificateDatastoreSecretsOutput {
	return o
}

func (o CertificateDatastoreSecretsOutput) ToCertificateDatastoreSecretsOutputWithContext(context.Context) CertificateDatastoreSecretsOutput {
	return o
}

func (o CertificateDatastoreSecretsOutput) ToCertificateDatastoreSecretsPtrOutput() CertificateDatastoreSecretsPtrOutput {
	return o.ToCertificateDatastoreSecretsPtrOutputWithContext(context.Background())
}

func (o CertificateDatastoreSecretsOutput) ToCertificateDatastoreSecretsPtrOutputWithContext(ctx context.Context) CertificateDatastoreSecretsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v CertificateDatastoreSecrets) *CertificateDatastoreSecrets { return &v }).(CertificateDatastoreSecretsPtrOutput)
}

// CertificateDatastoreSecretsPtrOutput is a CertificateDatastoreSecrets or nil that may not be known yet.
type CertificateDatastoreSecretsPtrOutput struct{ *pulumi.OutputState }

func (CertificateDatastoreSecretsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*CertificateDatastoreSecrets]()
}

func (o CertificateDatastoreSecretsPtrOutput) ToCertificateDatastoreSecretsPtrOutput() CertificateDatastoreSecretsPtrOutput {
	return o
}

func (o CertificateDatastoreSecretsPtrOutput) ToCertificateDatastoreSecretsPtrOutputWithContext(context.Context) CertificateDatastoreSecretsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(CertificateDatastoreSecretsOutput{})
	pulumi.RegisterOutputType(CertificateDatastoreSecretsPtrOutput{})
}

// LakeHouseArtifact is ARM's LakeHouseArtifact.
type LakeHouseArtifact struct {
	ArtifactName string `pulumi:"artifactName"`
	// Always LakeHouse.
	ArtifactType string `pulumi:"artifactType"`
}

// LakeHouseArtifactArgs are the inputs of LakeHouseArtifact.
type LakeHouseArtifactArgs struct {
	ArtifactName pulumi.StringInput `pulumi:"artifactName"`
	// Always LakeHouse.
	ArtifactType pulumi.StringInput `pulumi:"artifactType"`
}

// LakeHouseArtifactInput takes LakeHouseArtifactArgs and its output.
type LakeHouseArtifactInput interface {
	pulumi.Input

	ToLakeHouseArtifactOutput() LakeHouseArtifactOutput
	ToLakeHouseArtifactOutputWithContext(context.Context) LakeHouseArtifactOutput
}

// LakeHouseArtifactPtrInput takes LakeHouseArtifactArgs, nil and their output.
type LakeHouseArtifactPtrInput interface {
	pulumi.Input

	ToLakeHouseArtifactPtrOutput() LakeHouseArtifactPtrOutput
	ToLakeHouseArtifactPtrOutputWithContext(context.Context) LakeHouseArtifactPtrOutput
}

func (LakeHouseArtifactArgs) ElementType() reflect.Type { return reflect.TypeFor[LakeHouseArtifact]() }

func (i LakeHouseArtifactArgs) ToLakeHouseArtifactOutput() LakeHouseArtifactOutput {
	return i.ToLakeHouseArtifactOutputWithContext(context.Background())
}

func (i LakeHouseArtifactArgs) ToLakeHouseArtifactOutputWithContext(ctx context.Context) LakeHouseArtifactOutput {
	return pulumi.ToOutputWithContext(ctx, i).(LakeHouseArtifactOutput)
}

func (i LakeHouseArtifactArgs) ToLakeHouseArtifactPtrOutput() LakeHouseArtifactPtrOutput {
	return i.ToLakeHouseArtifactPtrOutputWithContext(context.Background())
}

func (i LakeHouseArtifactArgs) ToLakeHouseArtifactPtrOutputWithContext(ctx context.Context) LakeHouseArtifactPtrOutput {
	return i.ToLakeHouseArtifactOutputWithContext(ctx).ToLakeHouseArtifactPtrOutputWithContext(ctx)
}

// LakeHouseArtifactOutput is a LakeHouseArtifact that may not be known yet.
type LakeHouseArtifactOutput struct{ *pulumi.OutputState }

func (LakeHouseArtifactOutput) ElementType() reflect.Type {
	return reflect.TypeFor[LakeHouseArtifact]()
}

func (o LakeHouseArtifactOutput) ToLakeHouseArtifactOutput() LakeHouseArtifactOutput { return o }

func (o LakeHouseArtifactOutput) ToLakeHouseArtifactOutputWithContext(context.Context) LakeHouseArtifactOutput {
	return o
}

func (o LakeHouseArtifactOutput) ToLakeHouseArtifactPtrOutput() LakeHouseArtifactPtrOutput {
	return o.ToLakeHouseArtifactPtrOutputWithContext(context.Background())
}

func (o LakeHouseArtifactOutput) ToLakeHouseArtifactPtrOutputWithContext(ctx context.Context) LakeHouseArtifactPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v LakeHouseArtifact) *LakeHouseArtifact { return &v }).(LakeHouseArtifactPtrOutput)
}

// LakeHouseArtifactPtrOutput is a LakeHouseArtifact or nil that may not be known yet.
type LakeHouseArtifactPtrOutput struct{ *pulumi.OutputState }

func (LakeHouseArtifactPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*LakeHouseArtifact]()
}

func (o LakeHouseArtifactPtrOutput) ToLakeHouseArtifactPtrOutput() LakeHouseArtifactPtrOutput {
	return o
}

func (o LakeHouseArtifactPtrOutput) ToLakeHouseArtifactPtrOutputWithContext(context.Context) LakeHouseArtifactPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(LakeHouseArtifactOutput{})
	pulumi.RegisterOutputType(LakeHouseArtifactPtrOutput{})
}

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

// OneLakeDatastore is ARM's OneLakeDatastore.
type OneLakeDatastore struct {
	Artifact    LakeHouseArtifact `pulumi:"artifact"`
	Credentials interface{}       `pulumi:"credentials"`
	// Always OneLake.
	DatastoreType                 string            `pulumi:"datastoreType"`
	Description                   *string           `pulumi:"description"`
	Endpoint                      *string           `pulumi:"endpoint"`
	OneLakeWorkspaceName          string            `pulumi:"oneLakeWorkspaceName"`
	Properties                    map[string]string `pulumi:"properties"`
	ServiceDataAccessAuthIdentity *string           `pulumi:"serviceDataAccessAuthIdentity"`
	Tags                          map[string]string `pulumi:"tags"`
}

// OneLakeDatastoreArgs are the inputs of OneLakeDatastore.
type OneLakeDatastoreArgs struct {
	Artifact    LakeHouseArtifactInput `pulumi:"artifact"`
	Credentials pulumi.Input           `pulumi:"credentials"`
	// Always OneLake.
	DatastoreType                 pulumi.StringInput    `pulumi:"datastoreType"`
	Description                   pulumi.StringPtrInput `pulumi:"description"`
	Endpoint                      pulumi.StringPtrInput `pulumi:"endpoint"`
	OneLakeWorkspaceName          pulumi.StringInput    `pulumi:"oneLakeWorkspaceName"`
	Properties                    pulumi.StringMapInput `pulumi:"properties"`
	ServiceDataAccessAuthIdentity pulumi.StringPtrInput `pulumi:"serviceDataAccessAuthIdentity"`
	Tags                          pulumi.StringMapInput `pulumi:"tags"`
}

// OneLakeDatastoreInput takes OneLakeDatastoreArgs and its output.
type OneLakeDatastoreInput interface {
	pulumi.Input

	ToOneLakeDatastoreOutput() OneLakeDatastoreOutput
	ToOneLakeDatastoreOutputWithContext(context.Context) OneLakeDatastoreOutput
}

// OneLakeDatastorePtrInput takes OneLakeDatastoreArgs, nil and their output.
type OneLakeDatastorePtrInput interface {
	pulumi.Input

	ToOneLakeDatastorePtrOutput() OneLakeDatastorePtrOutput
	ToOneLakeDatastorePtrOutputWithContext(context.Context) OneLakeDatastorePtrOutput
}

func (OneLakeDatastoreArgs) ElementType() reflect.Type { return reflect.TypeFor[OneLakeDatastore]() }

func (i OneLakeDatastoreArgs) ToOneLakeDatastoreOutput() OneLakeDatastoreOutput {
	return i.ToOneLakeDatastoreOutputWithContext(context.Background())
}

func (i OneLakeDatastoreArgs) ToOneLakeDatastoreOutputWithContext(ctx context.Context) OneLakeDatastoreOutput {
	return pulumi.ToOutputWithContext(ctx, i).(OneLakeDatastoreOutput)
}

func (i OneLakeDatastoreArgs) ToOneLakeDatastorePtrOutput() OneLakeDatastorePtrOutput {
	return i.ToOneLakeDatastorePtrOutputWithContext(context.Background())
}

func (i OneLakeDatastoreArgs) ToOneLakeDatastorePtrOutputWithContext(ctx context.Context) OneLakeDatastorePtrOutput {
	return i.ToOneLakeDatastoreOutputWithContext(ctx).ToOneLakeDatastorePtrOutputWithContext(ctx)
}

// OneLakeDatastoreOutput is a OneLakeDatastore that may not be known yet.
type OneLakeDatastoreOutput struct{ *pulumi.OutputState }

func (OneLakeDatastoreOutput) ElementType() reflect.Type { return reflect.TypeFor[OneLakeDatastore]() }

func (o OneLakeDatastoreOutput) ToOneLakeDatastoreOutput() OneLakeDatastoreOutput { return o }

func (o OneLakeDatastoreOutput) ToOneLakeDatastoreOutputWithContext(context.Context) OneLakeDatastoreOutput {
	return o
}

func (o OneLakeDatastoreOutput) ToOneLakeDatastorePtrOutput() OneLakeDatastorePtrOutput {
	return o.ToOneLakeDatastorePtrOutputWithContext(context.Background())
}

func (o OneLakeDatastoreOutput) ToOneLakeDatastorePtrOutputWithContext(ctx context.Context) OneLakeDatastorePtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v OneLakeDatastore) *OneLakeDatastore { return &v }).(OneLakeDatastorePtrOutput)
}

// OneLakeDatastorePtrOutput is a OneLakeDatastore or nil that may not be known yet.
type OneLakeDatastorePtrOutput struct{ *pulumi.OutputState }

func (OneLakeDatastorePtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*OneLakeDatastore]()
}

func (o OneLakeDatastorePtrOutput) ToOneLakeDatastorePtrOutput() OneLakeDatastorePtrOutput { return o }

func (o OneLakeDatastorePtrOutput) ToOneLakeDatastorePtrOutputWithContext(context.Context) OneLakeDatastorePtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(OneLakeDatastoreOutput{})
	pulumi.RegisterOutputType(OneLakeDatastorePtrOutput{})
}

// SasDatastoreCredentials is ARM's SasDatastoreCredentials.
type SasDatastoreCredentials struct {
	// Always Sas.
	CredentialsType string              `pulumi:"credentialsType"`
	Secrets         SasDatastoreSecrets `pulumi:"secrets"`
}

// SasDatastoreCredentialsArgs are the inputs of SasDatastoreCredentials.
type SasDatastoreCredentialsArgs struct {
	// Always Sas.
	CredentialsType pulumi.StringInput       `pulumi:"credentialsType"`
	Secrets         SasDatastoreSecretsInput `pulumi:"secrets"`
}

// SasDatastoreCredentialsInput takes SasDatastoreCredentialsArgs and its output.
type SasDatastoreCredentialsInput interface {
	pulumi.Input

	ToSasDatastoreCredentialsOutput() SasDatastoreCredentialsOutput
	ToSasDatastoreCredentialsOutputWithContext(context.Context) SasDatastoreCredentialsOutput
}

// SasDatastoreCredentialsPtrInput takes SasDatastoreCredentialsArgs, nil and their output.
type SasDatastoreCredentialsPtrInput interface {
	pulumi.Input

	ToSasDatastoreCredentialsPtrOutput() SasDatastoreCredentialsPtrOutput
	ToSasDatastoreCredentialsPtrOutputWithContext(context.Context) SasDatastoreCredentialsPtrOutput
}

func (SasDatastoreCredentialsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[SasDatastoreCredentials]()
}

func (i SasDatastoreCredentialsArgs) ToSasDatastoreCredentialsOutput() SasDatastoreCredentialsOutput {
	return i.ToSasDatastoreCredentialsOutputWithContext(context.Background())
}

func (i SasDatastoreCredentialsArgs) ToSasDatastoreCredentialsOutputWithContext(ctx context.Context) SasDatastoreCredentialsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(SasDatastoreCredentialsOutput)
}

func (i SasDatastoreCredentialsArgs) ToSasDatastoreCredentialsPtrOutput() SasDatastoreCredentialsPtrOutput {
	return i.ToSasDatastoreCredentialsPtrOutputWithContext(context.Background())
}

func (i SasDatastoreCredentialsArgs) ToSasDatastoreCredentialsPtrOutputWithContext(ctx context.Context) SasDatastoreCredentialsPtrOutput {
	return i.ToSasDatastoreCredentialsOutputWithContext(ctx).ToSasDatastoreCredentialsPtrOutputWithContext(ctx)
}

// SasDatastoreCredentialsOutput is a SasDatastoreCredentials that may not be known yet.
type SasDatastoreCredentialsOutput struct{ *pulumi.OutputState }

func (SasDatastoreCredentialsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[SasDatastoreCredentials]()
}

func (o SasDatastoreCredentialsOutput) ToSasDatastoreCredentialsOutput() SasDatastoreCredentialsOutput {
	return o
}

func (o SasDatastoreCredentialsOutput) ToSasDatastoreCredentialsOutputWithContext(context.Context) SasDatastoreCredentialsOutput {
	return o
}

func (o SasDatastoreCredentialsOutput) ToSasDatastoreCredentialsPtrOutput() SasDatastoreCredentialsPtrOutput {
	return o.ToSasDatastoreCredentialsPtrOutputWithContext(context.Background())
}

func (o SasDatastoreCredentialsOutput) ToSasDatastoreCredentialsPtrOutputWithContext(ctx context.Context) SasDatastoreCredentialsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v SasDatastoreCredentials) *SasDatastoreCredentials { return &v }).(SasDatastoreCredentialsPtrOutput)
}

// SasDatastoreCredentialsPtrOutput is a SasDatastoreCredentials or nil that may not be known yet.
type SasDatastoreCredentialsPtrOutput struct{ *pulumi.OutputState }

func (SasDatastoreCredentialsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*SasDatastoreCredentials]()
}

func (o SasDatastoreCredentialsPtrOutput) ToSasDatastoreCredentialsPtrOutput() SasDatastoreCredentialsPtrOutput {
	return o
}

func (o SasDatastoreCredentialsPtrOutput) ToSasDatastoreCredentialsPtrOutputWithContext(context.Context) SasDatastoreCredentialsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(SasDatastoreCredentialsOutput{})
	pulumi.RegisterOutputType(SasDatastoreCredentialsPtrOutput{})
}

// SasDatastoreSecrets is ARM's SasDatastoreSecrets.
type SasDatastoreSecrets struct {
	SasToken *string `pulumi:"sasToken"`
	// Always Sas.
	SecretsType string `pulumi:"secretsType"`
}

// SasDatastoreSecretsArgs are the inputs of SasDatastoreSecrets.
type SasDatastoreSecretsArgs struct {
	SasToken pulumi.StringPtrInput `pulumi:"sasToken"`
	// Always Sas.
	SecretsType pulumi.StringInput `pulumi:"secretsType"`
}

// SasDatastoreSecretsInput takes SasDatastoreSecretsArgs and its output.
type SasDatastoreSecretsInput interface {
	pulumi.Input

	ToSasDatastoreSecretsOutput() SasDatastoreSecretsOutput
	ToSasDatastoreSecretsOutputWithContext(context.Context) SasDatastoreSecretsOutput
}

// SasDatastoreSecretsPtrInput takes SasDatastoreSecretsArgs, nil and their output.
type SasDatastoreSecretsPtrInput interface {
	pulumi.Input

	ToSasDatastoreSecretsPtrOutput() SasDatastoreSecretsPtrOutput
	ToSasDatastoreSecretsPtrOutputWithContext(context.Context) SasDatastoreSecretsPtrOutput
}

func (SasDatastoreSecretsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[SasDatastoreSecrets]()
}

func (i SasDatastoreSecretsArgs) ToSasDatastoreSecretsOutput() SasDatastoreSecretsOutput {
	return i.ToSasDatastoreSecretsOutputWithContext(context.Background())
}

func (i SasDatastoreSecretsArgs) ToSasDatastoreSecretsOutputWithContext(ctx context.Context) SasDatastoreSecretsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(SasDatastoreSecretsOutput)
}

func (i SasDatastoreSecretsArgs) ToSasDatastoreSecretsPtrOutput() SasDatastoreSecretsPtrOutput {
	return i.ToSasDatastoreSecretsPtrOutputWithContext(context.Background())
}

func (i SasDatastoreSecretsArgs) ToSasDatastoreSecretsPtrOutputWithContext(ctx context.Context) SasDatastoreSecretsPtrOutput {
	return i.ToSasDatastoreSecretsOutputWithContext(ctx).ToSasDatastoreSecretsPtrOutputWithContext(ctx)
}

// SasDatastoreSecretsOutput is a SasDatastoreSecrets that may not be known yet.
type SasDatastoreSecretsOutput struct{ *pulumi.OutputState }

func (SasDatastoreSecretsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[SasDatastoreSecrets]()
}

func (o SasDatastoreSecretsOutput) ToSasDatastoreSecretsOutput() SasDatastoreSecretsOutput { return o }

func (o SasDatastoreSecretsOutput) ToSasDatastoreSecretsOutputWithContext(context.Context) SasDatastoreSecretsOutput {
	return o
}

func (o SasDatastoreSecretsOutput) ToSasDatastoreSecretsPtrOutput() SasDatastoreSecretsPtrOutput {
	return o.ToSasDatastoreSecretsPtrOutputWithContext(context.Background())
}

func (o SasDatastoreSecretsOutput) ToSasDatastoreSecretsPtrOutputWithContext(ctx context.Context) SasDatastoreSecretsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v SasDatastoreSecrets) *SasDatastoreSecrets { return &v }).(SasDatastoreSecretsPtrOutput)
}

// SasDatastoreSecretsPtrOutput is a SasDatastoreSecrets or nil that may not be known yet.
type SasDatastoreSecretsPtrOutput struct{ *pulumi.OutputState }

func (SasDatastoreSecretsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*SasDatastoreSecrets]()
}

func (o SasDatastoreSecretsPtrOutput) ToSasDatastoreSecretsPtrOutput() SasDatastoreSecretsPtrOutput {
	return o
}

func (o SasDatastoreSecretsPtrOutput) ToSasDatastoreSecretsPtrOutputWithContext(context.Context) SasDatastoreSecretsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(SasDatastoreSecretsOutput{})
	pulumi.RegisterOutputType(SasDatastoreSecretsPtrOutput{})
}

// ServicePrincipalDatastoreCredentials is ARM's ServicePrincipalDatastoreCredentials.
type ServicePrincipalDatastoreCredentials struct {
	AuthorityUrl *string `pulumi:"authorityUrl"`
	ClientId     string  `pulumi:"clientId"`
	// Always ServicePrincipal.
	CredentialsType string                           `pulumi:"credentialsType"`
	ResourceUrl     *string                          `pulumi:"resourceUrl"`
	Secrets         ServicePrincipalDatastoreSecrets `pulumi:"secrets"`
	TenantId        string                           `pulumi:"tenantId"`
}

// ServicePrincipalDatastoreCredentialsArgs are the inputs of ServicePrincipalDatastoreCredentials.
type ServicePrincipalDatastoreCredentialsArgs struct {
	AuthorityUrl pulumi.StringPtrInput `pulumi:"authorityUrl"`
	ClientId     pulumi.StringInput    `pulumi:"clientId"`
	// Always ServicePrincipal.
	CredentialsType pulumi.StringInput                    `pulumi:"credentialsType"`
	ResourceUrl     pulumi.StringPtrInput                 `pulumi:"resourceUrl"`
	Secrets         ServicePrincipalDatastoreSecretsInput `pulumi:"secrets"`
	TenantId        pulumi.StringInput                    `pulumi:"tenantId"`
}

// ServicePrincipalDatastoreCredentialsInput takes ServicePrincipalDatastoreCredentialsArgs and its output.
type ServicePrincipalDatastoreCredentialsInput interface {
	pulumi.Input

	ToServicePrincipalDatastoreCredentialsOutput() ServicePrincipalDatastoreCredentialsOutput
	ToServicePrincipalDatastoreCredentialsOutputWithContext(context.Context) ServicePrincipalDatastoreCredentialsOutput
}

// ServicePrincipalDatastoreCredentialsPtrInput takes ServicePrincipalDatastoreCredentialsArgs, nil and their output.
type ServicePrincipalDatastoreCredentialsPtrInput interface {
	pulumi.Input

	ToServicePrincipalDatastoreCredentialsPtrOutput() ServicePrincipalDatastoreCredentialsPtrOutput
	ToServicePrincipalDatastoreCredentialsPtrOutputWithContext(context.Context) ServicePrincipalDatastoreCredentialsPtrOutput
}

func (ServicePrincipalDatastoreCredentialsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[ServicePrincipalDatastoreCredentials]()
}

func (i ServicePrincipalDatastoreCredentialsArgs) ToServicePrincipalDatastoreCredentialsOutput() ServicePrincipalDatastoreCredentialsOutput {
	return i.ToServicePrincipalDatastoreCredentialsOutputWithContext(context.Background())
}

func (i ServicePrincipalDatastoreCredentialsArgs) ToServicePrincipalDatastoreCredentialsOutputWithContext(ctx context.Context) ServicePrincipalDatastoreCredentialsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ServicePrincipalDatastoreCredentialsOutput)
}

func (i ServicePrincipalDatastoreCredentialsArgs) ToServicePrincipalDatastoreCredentialsPtrOutput() ServicePrincipalDatastoreCredentialsPtrOutput {
	return i.ToServicePrincipalDatastoreCredentialsPtrOutputWithContext(context.Background())
}

func (i ServicePrincipalDatastoreCredentialsArgs) ToServicePrincipalDatastoreCredentialsPtrOutputWithContext(ctx context.Context) ServicePrincipalDatastoreCredentialsPtrOutput {
	return i.ToServicePrincipalDatastoreCredentialsOutputWithContext(ctx).ToServicePrincipalDatastoreCredentialsPtrOutputWithContext(ctx)
}

// ServicePrincipalDatastoreCredentialsOutput is a ServicePrincipalDatastoreCredentials that may not be known yet.
type ServicePrincipalDatastoreCredentialsOutput struct{ *pulumi.OutputState }

func (ServicePrincipalDatastoreCredentialsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ServicePrincipalDatastoreCredentials]()
}

func (o ServicePrincipalDatastoreCredentialsOutput) ToServicePrincipalDatastoreCredentialsOutput() ServicePrincipalDatastoreCredentialsOutput {
	return o
}

func (o ServicePrincipalDatastoreCredentialsOutput) ToServicePrincipalDatastoreCredentialsOutputWithContext(context.Context) ServicePrincipalDatastoreCredentialsOutput {
	return o
}

func (o ServicePrincipalDatastoreCredentialsOutput) ToServicePrincipalDatastoreCredentialsPtrOutput() ServicePrincipalDatastoreCredentialsPtrOutput {
	return o.ToServicePrincipalDatastoreCredentialsPtrOutputWithContext(context.Background())
}

func (o ServicePrincipalDatastoreCredentialsOutput) ToServicePrincipalDatastoreCredentialsPtrOutputWithContext(ctx context.Context) ServicePrincipalDatastoreCredentialsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ServicePrincipalDatastoreCredentials) *ServicePrincipalDatastoreCredentials {
		return &v
	}).(ServicePrincipalDatastoreCredentialsPtrOutput)
}

// ServicePrincipalDatastoreCredentialsPtrOutput is a ServicePrincipalDatastoreCredentials or nil that may not be known yet.
type ServicePrincipalDatastoreCredentialsPtrOutput struct{ *pulumi.OutputState }

func (ServicePrincipalDatastoreCredentialsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ServicePrincipalDatastoreCredentials]()
}

func (o ServicePrincipalDatastoreCredentialsPtrOutput) ToServicePrincipalDatastoreCredentialsPtrOutput() ServicePrincipalDatastoreCredentialsPtrOutput {
	return o
}

func (o ServicePrincipalDatastoreCredentialsPtrOutput) ToServicePrincipalDatastoreCredentialsPtrOutputWithContext(context.Context) ServicePrincipalDatastoreCredentialsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ServicePrincipalDatastoreCredentialsOutput{})
	pulumi.RegisterOutputType(ServicePrincipalDatastoreCredentialsPtrOutput{})
}

// ServicePrincipalDatastoreSecrets is ARM's ServicePrincipalDatastoreSecrets.
type ServicePrincipalDatastoreSecrets struct {
	ClientSecret *string `pulumi:"clientSecret"`
	// Always ServicePrincipal.
	SecretsType string `pulumi:"secretsType"`
}

// ServicePrincipalDatastoreSecretsArgs are the inputs of ServicePrincipalDatastoreSecrets.
type ServicePrincipalDatastoreSecretsArgs struct {
	ClientSecret pulumi.StringPtrInput `pulumi:"clientSecret"`
	// Always ServicePrincipal.
	SecretsType pulumi.StringInput `pulumi:"secretsType"`
}

// ServicePrincipalDatastoreSecretsInput takes ServicePrincipalDatastoreSecretsArgs and its output.
type ServicePrincipalDatastoreSecretsInput interface {
	pulumi.Input

	ToServicePrincipalDatastoreSecretsOutput() ServicePrincipalDatastoreSecretsOutput
	ToServicePrincipalDatastoreSecretsOutputWithContext(context.Context) ServicePrincipalDatastoreSecretsOutput
}

// ServicePrincipalDatastoreSecretsPtrInput takes ServicePrincipalDatastoreSecretsArgs, nil and their output.
type ServicePrincipalDatastoreSecretsPtrInput interface {
	pulumi.Input

	ToServicePrincipalDatastoreSecretsPtrOutput() ServicePrincipalDatastoreSecretsPtrOutput
	ToServicePrincipalDatastoreSecretsPtrOutputWithContext(context.Context) ServicePrincipalDatastoreSecretsPtrOutput
}

func (ServicePrincipalDatastoreSecretsArgs) ElementType() reflect.Type {
	return reflect.TypeFor[ServicePrincipalDatastoreSecrets]()
}

func (i ServicePrincipalDatastoreSecretsArgs) ToServicePrincipalDatastoreSecretsOutput() ServicePrincipalDatastoreSecretsOutput {
	return i.ToServicePrincipalDatastoreSecretsOutputWithContext(context.Background())
}

func (i ServicePrincipalDatastoreSecretsArgs) ToServicePrincipalDatastoreSecretsOutputWithContext(ctx context.Context) ServicePrincipalDatastoreSecretsOutput {
	return pulumi.ToOutputWithContext(ctx, i).(ServicePrincipalDatastoreSecretsOutput)
}

func (i ServicePrincipalDatastoreSecretsArgs) ToServicePrincipalDatastoreSecretsPtrOutput() ServicePrincipalDatastoreSecretsPtrOutput {
	return i.ToServicePrincipalDatastoreSecretsPtrOutputWithContext(context.Background())
}

func (i ServicePrincipalDatastoreSecretsArgs) ToServicePrincipalDatastoreSecretsPtrOutputWithContext(ctx context.Context) ServicePrincipalDatastoreSecretsPtrOutput {
	return i.ToServicePrincipalDatastoreSecretsOutputWithContext(ctx).ToServicePrincipalDatastoreSecretsPtrOutputWithContext(ctx)
}

// ServicePrincipalDatastoreSecretsOutput is a ServicePrincipalDatastoreSecrets that may not be known yet.
type ServicePrincipalDatastoreSecretsOutput struct{ *pulumi.OutputState }

func (ServicePrincipalDatastoreSecretsOutput) ElementType() reflect.Type {
	return reflect.TypeFor[ServicePrincipalDatastoreSecrets]()
}

func (o ServicePrincipalDatastoreSecretsOutput) ToServicePrincipalDatastoreSecretsOutput() ServicePrincipalDatastoreSecretsOutput {
	return o
}

func (o ServicePrincipalDatastoreSecretsOutput) ToServicePrincipalDatastoreSecretsOutputWithContext(context.Context) ServicePrincipalDatastoreSecretsOutput {
	return o
}

func (o ServicePrincipalDatastoreSecretsOutput) ToServicePrincipalDatastoreSecretsPtrOutput() ServicePrincipalDatastoreSecretsPtrOutput {
	return o.ToServicePrincipalDatastoreSecretsPtrOutputWithContext(context.Background())
}

func (o ServicePrincipalDatastoreSecretsOutput) ToServicePrincipalDatastoreSecretsPtrOutputWithContext(ctx context.Context) ServicePrincipalDatastoreSecretsPtrOutput {
	return o.ApplyTWithContext(ctx, func(_ context.Context, v ServicePrincipalDatastoreSecrets) *ServicePrincipalDatastoreSecrets {
		return &v
	}).(ServicePrincipalDatastoreSecretsPtrOutput)
}

// ServicePrincipalDatastoreSecretsPtrOutput is a ServicePrincipalDatastoreSecrets or nil that may not be known yet.
type ServicePrincipalDatastoreSecretsPtrOutput struct{ *pulumi.OutputState }

func (ServicePrincipalDatastoreSecretsPtrOutput) ElementType() reflect.Type {
	return reflect.TypeFor[*ServicePrincipalDatastoreSecrets]()
}

func (o ServicePrincipalDatastoreSecretsPtrOutput) ToServicePrincipalDatastoreSecretsPtrOutput() ServicePrincipalDatastoreSecretsPtrOutput {
	return o
}

func (o ServicePrincipalDatastoreSecretsPtrOutput) ToServicePrincipalDatastoreSecretsPtrOutputWithContext(context.Context) ServicePrincipalDatastoreSecretsPtrOutput {
	return o
}

func init() {
	pulumi.RegisterOutputType(ServicePrincipalDatastoreSecretsOutput{})
	pulumi.RegisterOutputType(ServicePrincipalDatastoreSecretsPtrOutput{})
}

// Datastore is the ARM resource of that name in Microsoft.MachineLearningServices.
type Datastore struct {
	pulumi.CustomResourceState

	DatastoreProperties pulumi.AnyOutput    `pulumi:"datastoreProperties"`
	Name                pulumi.StringOutput `pulumi:"name"`
	SystemData          pulumi.AnyOutput    `pulumi:"systemData"`
	Type                pulumi.StringOutput `pulumi:"type"`
}

type datastoreArgs struct {
	DatastoreProperties interface{} `pulumi:"datastoreProperties"`
	Name                *string     `pulumi:"name"`
	ResourceGroupName   string      `pulumi:"resourceGroupName"`
	SkipValidation      *bool       `pulumi:"skipValidation"`
	WorkspaceName       string      `pulumi:"workspaceName"`
}

// DatastoreArgs are the inputs of Datastore.
type DatastoreArgs struct {
	DatastoreProperties pulumi.Input
	Name                pulumi.StringPtrInput
	ResourceGroupName   pulumi.StringInput
	SkipValidation      pulumi.BoolPtrInput
	WorkspaceName       pulumi.StringInput
}

func (DatastoreArgs) ElementType() reflect.Type { return reflect.TypeFor[datastoreArgs]() }

// NewDatastore declares a Datastore.
func NewDatastore(ctx *pulumi.Context, name string, args *DatastoreArgs, opts ...pulumi.ResourceOption) (*Datastore, error) {
	if args == nil {
		return nil, missing("args")
	}
	if args.DatastoreProperties == nil {
		return nil, missing("DatastoreProperties")
	}
	if args.ResourceGroupName == nil {
		return nil, missing("ResourceGroupName")
	}
	if args.WorkspaceName == nil {
		return nil, missing("WorkspaceName")
	}
	var resource Datastore
	if err := ctx.RegisterResource(token("Datastore"), name, args, &resource, options("Datastore", opts)...); err != nil {
		return nil, err
	}
	return &resource, nil
}
