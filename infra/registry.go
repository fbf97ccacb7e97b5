package infra

import (
	"github.com/pulumi/pulumi-azure-native-sdk/containerregistry/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// declareRegistry makes the container registry. Its admin user, a shared
// password, is off: who pulls and pushes has a role.
func (s *stack) declareRegistry() (err error) {
	s.registry, err = containerregistry.NewRegistry(s.ctx, "registry", &containerregistry.RegistryArgs{
		ResourceGroupName: s.group.Name,
		RegistryName:      pulumi.String(s.names.Registry),
		Location:          s.location(),
		Sku:               &containerregistry.SkuArgs{Name: pulumi.String(s.cfg.Registry.SKU)},
		AdminUserEnabled:  pulumi.Bool(false),
		Tags:              s.tags,
	})
	return err
}
