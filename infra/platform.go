package infra

import (
	"strings"

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
	network *privateNetwork // nil of a public stack
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
	if p.registry, err = r.registry(group); err != nil {
		return platform{}, err
	}
	p.store, err = r.storage(group)
	return p, err
}

// keyVault makes the vault in which the workspace keeps its secrets, or looks up
// the existing one. Access is by roles alone; Azure grants the workspace's
// identity its own.
func (r run) keyVault(group group) (*keyvault.Vault, error) {
	if r.cfg.KeyVault.Existing() {
		return keyvault.GetVault(r.ctx, r.named("key-vault"), pulumi.ID(r.vaultID()), nil, r.options()...)
	}
	properties := &keyvault.VaultPropertiesArgs{
		TenantId:                  pulumi.String(r.tenant),
		Sku:                       &keyvault.SkuArgs{Family: pulumi.String("A"), Name: keyvault.SkuNameStandard},
		EnableRbacAuthorization:   pulumi.Bool(true),
		EnableSoftDelete:          pulumi.Bool(true),
		SoftDeleteRetentionInDays: pulumi.Int(r.cfg.KeyVault.SoftDeleteRetentionDays),
		PublicNetworkAccess:       r.publicAccess(),
		NetworkAcls:               &keyvault.NetworkRuleSetArgs{Bypass: pulumi.String(azureServices), DefaultAction: r.networkDefault()},
	}
	if r.cfg.KeyVault.PurgeProtection {
		// Azure refuses an explicit false, as protection can't be undone.
		properties.EnablePurgeProtection = pulumi.Bool(true)
	}
	return keyvault.NewVault(r.ctx, r.named("key-vault"), &keyvault.VaultArgs{
		ResourceGroupName: group.name,
		VaultName:         pulumi.String(r.names.KeyVault),
		Location:          r.location(),
		Properties:        properties,
		Tags:              r.tags,
	}, r.options()...)
}

// registry makes the container registry, or looks up the existing one.
func (r run) registry(group group) (out registry, err error) {
	if r.cfg.Registry.Existing() {
		out.Registry, err = containerregistry.GetRegistry(r.ctx, r.named("registry"), pulumi.ID(r.registryID()), nil, r.options()...)
	} else {
		out.Registry, err = r.newRegistry(group)
	}
	if err != nil {
		return registry{}, err
	}
	out.host = out.LoginServer
	if r.ctx.DryRun() {
		out.host = known(out.Registry, strings.ToLower(r.names.Registry)+".azurecr.io") // as Azure names it
	}
	return out, nil
}

// newRegistry makes the container registry. Its admin user, a shared password,
// is off: who pulls and pushes has a role.
func (r run) newRegistry(group group) (*containerregistry.Registry, error) {
	return containerregistry.NewRegistry(r.ctx, r.named("registry"), &containerregistry.RegistryArgs{
		ResourceGroupName:        group.name,
		RegistryName:             pulumi.String(r.names.Registry),
		Location:                 r.location(),
		Sku:                      &containerregistry.SkuArgs{Name: pulumi.String(r.cfg.Registry.SKU)},
		AdminUserEnabled:         pulumi.Bool(false),
		PublicNetworkAccess:      r.publicAccess(),
		NetworkRuleBypassOptions: pulumi.String(azureServices),
		Tags:                     r.tags,
	}, r.options()...)
}
