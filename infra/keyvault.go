package infra

import (
	"github.com/pulumi/pulumi-azure-native-sdk/keyvault/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// declareKeyVault makes the vault in which the workspace keeps its secrets.
// Access is by roles alone; Azure grants the workspace's identity its own.
func (s *stack) declareKeyVault() (err error) {
	properties := &keyvault.VaultPropertiesArgs{
		TenantId:                  pulumi.String(s.tenant),
		Sku:                       &keyvault.SkuArgs{Family: pulumi.String("A"), Name: keyvault.SkuNameStandard},
		EnableRbacAuthorization:   pulumi.Bool(true),
		EnableSoftDelete:          pulumi.Bool(true),
		SoftDeleteRetentionInDays: pulumi.Int(s.cfg.KeyVault.SoftDeleteRetentionDays),
	}
	if s.cfg.KeyVault.PurgeProtection {
		// Azure refuses an explicit false, as protection can't be undone.
		properties.EnablePurgeProtection = pulumi.Bool(true)
	}
	s.vault, err = keyvault.NewVault(s.ctx, "key-vault", &keyvault.VaultArgs{
		ResourceGroupName: s.group.Name,
		VaultName:         pulumi.String(s.names.KeyVault),
		Location:          s.location(),
		Properties:        properties,
		Tags:              s.tags,
	})
	return err
}
