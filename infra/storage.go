package infra

import (
	"fmt"

	"github.com/pulumi/pulumi-azure-native-sdk/storage/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// declareStorage makes the storage account, or looks up the existing one, and
// in it the container that holds the models.
func (s *stack) declareStorage() (err error) {
	group := pulumi.StringInput(s.group.Name)
	if s.cfg.Storage.Existing() {
		group = pulumi.String(s.cfg.Storage.ResourceGroup)
		s.account, err = storage.GetStorageAccount(s.ctx, "storage", pulumi.ID(s.existingAccountID()), nil)
	} else {
		s.account, err = s.newStorageAccount()
	}
	if err != nil {
		return err
	}
	s.container, err = storage.NewBlobContainer(s.ctx, "models-container", &storage.BlobContainerArgs{
		ResourceGroupName: group,
		AccountName:       s.account.Name,
		ContainerName:     pulumi.String(s.cfg.Storage.Container),
		PublicAccess:      storage.PublicAccessNone,
	})
	if err != nil {
		return err
	}
	s.onData = append(s.onData, s.container)
	return nil
}

func (s *stack) existingAccountID() string {
	return fmt.Sprintf("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Storage/storageAccounts/%s",
		s.subscription, s.cfg.Storage.ResourceGroup, s.cfg.Storage.AccountName)
}

func (s *stack) newStorageAccount() (*storage.StorageAccount, error) {
	return storage.NewStorageAccount(s.ctx, "storage", &storage.StorageAccountArgs{
		ResourceGroupName:            s.group.Name,
		AccountName:                  pulumi.String(s.names.Storage),
		Location:                     s.location(),
		Kind:                         pulumi.String(storage.KindStorageV2),
		Sku:                          &storage.SkuArgs{Name: pulumi.String(s.cfg.Storage.SKU)},
		AllowBlobPublicAccess:        pulumi.Bool(false),
		AllowCrossTenantReplication:  pulumi.Bool(false),
		AllowSharedKeyAccess:         pulumi.Bool(s.cfg.Storage.SharedKeyAccess),
		DefaultToOAuthAuthentication: pulumi.Bool(true),
		EnableHttpsTrafficOnly:       pulumi.Bool(true),
		MinimumTlsVersion:            pulumi.String(storage.MinimumTlsVersion_TLS1_2),
		// An ML workspace can't use an account with a hierarchical namespace.
		IsHnsEnabled: pulumi.Bool(false),
		Tags:         s.tags,
	})
}
