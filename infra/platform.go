package infra

import (
	"github.com/pulumi/pulumi-azure-native-sdk/containerregistry/v2"
	"github.com/pulumi/pulumi-azure-native-sdk/insights/v2"
	"github.com/pulumi/pulumi-azure-native-sdk/keyvault/v2"
	"github.com/pulumi/pulumi-azure-native-sdk/operationalinsights/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// platform is what a workspace is linked to.
type platform struct {
	group
	vault    *keyvault.Vault
	logs     *operationalinsights.Workspace
	insights *insights.Component
	registry registry
	store
}

// registry is the container registry, with its host's name.
type registry struct {
	*containerregistry.Registry
	host pulumi.StringInput
}

func (r run) platform(group group) (p platform, err error) {
	if r, err = r.in("platform"); err != nil {
		return platform{}, err
	}
	p.group = group
	if p.vault, err = r.keyVault(group); err != nil {
		return platform{}, err
	}
	if p.logs, p.insights, err = r.observability(group); err != nil {
		return platform{}, err
	}
	if p.registry, err = r.newRegistry(group); err != nil {
		return platform{}, err
	}
	p.store, err = r.storage(group)
	return p, err
}

// keyVault makes the vault in which the workspace keeps its secrets. Access is
// by roles alone; Azure grants the workspace's identity its own.
func (r run) keyVault(group group) (*keyvault.Vault, error) {
	properties := &keyvault.VaultPropertiesArgs{
		TenantId:                  pulumi.String(r.tenant),
		Sku:                       &keyvault.SkuArgs{Family: pulumi.String("A"), Name: keyvault.SkuNameStandard},
		EnableRbacAuthorization:   pulumi.Bool(true),
		EnableSoftDelete:          pulumi.Bool(true),
		SoftDeleteRetentionInDays: pulumi.Int(r.cfg.KeyVault.SoftDeleteRetentionDays),
	}
	if r.cfg.KeyVault.PurgeProtection {
		// Azure refuses an explicit false, as protection can't be undone.
		properties.EnablePurgeProtection = pulumi.Bool(true)
	}
	return keyvault.NewVault(r.ctx, "key-vault", &keyvault.VaultArgs{
		ResourceGroupName: group.name,
		VaultName:         pulumi.String(r.names.KeyVault),
		Location:          r.location(),
		Properties:        properties,
		Tags:              r.tags,
	}, r.options()...)
}

// newRegistry makes the container registry. Its admin user, a shared password,
// is off: who pulls and pushes has a role.
func (r run) newRegistry(group group) (registry, error) {
	made, err := containerregistry.NewRegistry(r.ctx, "registry", &containerregistry.RegistryArgs{
		ResourceGroupName: group.name,
		RegistryName:      pulumi.String(r.names.Registry),
		Location:          r.location(),
		Sku:               &containerregistry.SkuArgs{Name: pulumi.String(r.cfg.Registry.SKU)},
		AdminUserEnabled:  pulumi.Bool(false),
		Tags:              r.tags,
	}, r.options()...)
	if err != nil {
		return registry{}, err
	}
	host := pulumi.StringInput(made.LoginServer)
	if r.ctx.DryRun() {
		host = known(made, r.names.Registry+".azurecr.io") // as Azure names it
	}
	return registry{made, host}, nil
}
