package infra

import (
	"github.com/pulumi/pulumi-azure-native-sdk/storage/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// store is the storage account and in it the container that holds the models.
type store struct {
	account       *storage.StorageAccount
	accountName   pulumi.StringInput
	container     *storage.BlobContainer
	containerName pulumi.StringInput
}

// storage makes the storage account, or looks up the existing one, and the
// models' container.
func (r run) storage(group group) (out store, err error) {
	groupName := group.name
	if r.cfg.Storage.Existing() {
		groupName = pulumi.String(r.cfg.Storage.ResourceGroup).ToStringOutput()
		out.account, err = storage.GetStorageAccount(r.ctx, r.named("storage"), pulumi.ID(r.accountID()), nil, r.options()...)
	} else {
		out.account, err = r.newStorageAccount(group)
	}
	if err != nil {
		return store{}, err
	}
	out.accountName = known(out.account, r.cfg.StorageAccount(r.names))
	out.container, err = storage.NewBlobContainer(r.ctx, r.named("models-container"), &storage.BlobContainerArgs{
		ResourceGroupName: groupName,
		AccountName:       out.accountName,
		ContainerName:     pulumi.String(r.cfg.Storage.Container),
		PublicAccess:      storage.PublicAccessNone,
	}, r.options()...)
	if err != nil {
		return store{}, err
	}
	out.containerName = known(out.container, r.cfg.Storage.Container)
	return out, nil
}

// accountID is the account's id, known before it is made.
func (r run) accountID() string {
	return r.idIn(r.cfg.Storage.ResourceGroup, "Microsoft.Storage/storageAccounts", r.cfg.StorageAccount(r.names))
}

func (r run) newStorageAccount(group group) (*storage.StorageAccount, error) {
	return storage.NewStorageAccount(r.ctx, r.named("storage"), &storage.StorageAccountArgs{
		ResourceGroupName:            group.name,
		AccountName:                  pulumi.String(r.names.Storage),
		Location:                     r.location(),
		Kind:                         pulumi.String(storage.KindStorageV2),
		Sku:                          &storage.SkuArgs{Name: pulumi.String(r.cfg.Storage.SKU)},
		AllowBlobPublicAccess:        pulumi.Bool(false),
		AllowCrossTenantReplication:  pulumi.Bool(false),
		AllowSharedKeyAccess:         pulumi.Bool(r.cfg.Storage.SharedKeyAccess),
		DefaultToOAuthAuthentication: pulumi.Bool(true),
		EnableHttpsTrafficOnly:       pulumi.Bool(true),
		MinimumTlsVersion:            pulumi.String(storage.MinimumTlsVersion_TLS1_2),
		PublicNetworkAccess:          r.publicAccess(),
		NetworkRuleSet:               &storage.NetworkRuleSetArgs{Bypass: pulumi.String(azureServices), DefaultAction: storage.DefaultAction(r.networkDefault())},
		// An ML workspace can't use an account with a hierarchical namespace.
		IsHnsEnabled: pulumi.Bool(false),
		Tags:         r.tags,
	}, r.options()...)
}
