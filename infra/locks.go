package infra

import (
	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// declareLocks protects what holds data from being deleted. Endpoint and
// workspace have no lock: one on a parent would also keep a deployment from
// being taken out.
func (s *stack) declareLocks() error {
	if !s.cfg.DeleteLocks {
		return nil
	}
	targets := []struct {
		name  string
		scope pulumi.IDOutput
	}{
		{"key-vault-lock", s.vault.ID()},
		{"logs-lock", s.logs.ID()},
		{"registry-lock", s.registry.ID()},
		{"storage-lock", s.account.ID()},
	}
	for _, target := range targets {
		if target.name == "storage-lock" && s.cfg.Storage.Existing() {
			continue // not ours to lock
		}
		_, err := authorization.NewManagementLockByScope(s.ctx, target.name, &authorization.ManagementLockByScopeArgs{
			Scope:    target.scope.ToStringOutput(),
			LockName: pulumi.String("no-delete"),
			Level:    pulumi.String("CanNotDelete"),
			Notes:    pulumi.String("Holds data; set deleteLocks to false in the stack's configuration first"),
		}, pulumi.DependsOn(s.onData)) // a lock also keeps what lies in its scope, so it goes first
		if err != nil {
			return err
		}
	}
	return nil
}
