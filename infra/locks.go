package infra

import (
	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// locks protect what holds data from being deleted. Endpoint and
// workspace have no lock: one on a parent would also keep a deployment from
// being taken out.
func (r run) locks(base platform, grants []pulumi.Resource) error {
	if !r.cfg.DeleteLocks {
		return nil
	}
	inScope := append([]pulumi.Resource{base.container}, grants...)
	targets := []struct {
		name     string
		scope    pulumi.IDOutput
		existing bool
	}{
		{"key-vault-lock", base.vault.ID(), r.cfg.KeyVault.Existing()},
		{"logs-lock", base.logs.ID(), r.cfg.Logs.Existing()},
		{"registry-lock", base.registry.ID(), r.cfg.Registry.Existing()},
		{"storage-lock", base.account.ID(), r.cfg.Storage.Existing()},
	}
	for _, target := range targets {
		if target.existing {
			continue // not ours to lock
		}
		_, err := authorization.NewManagementLockByScope(r.ctx, r.named(target.name), &authorization.ManagementLockByScopeArgs{
			Scope:    target.scope.ToStringOutput(),
			LockName: pulumi.String("no-delete"),
			Level:    pulumi.String("CanNotDelete"),
			Notes:    pulumi.String("Holds data; set deleteLocks to false in the stack's configuration first"),
		}, r.options(pulumi.DependsOn(inScope))...) // a lock also keeps what lies in its scope, so it goes first
		if err != nil {
			return err
		}
	}
	return nil
}
