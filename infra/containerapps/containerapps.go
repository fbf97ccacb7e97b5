// Package containerapps holds bindings of the resource types of Microsoft.App
// that infra declares. Their inputs are ARM's own properties, flattened as the
// published SDK does: the same map is a resource's inputs and a template's
// properties. The SDK's typed module costs 16 s of a processor and 1.7 GB of
// memory in each cold build (pulumi-azure-native-sdk/app/v2 v2.90.0, Go 1.26.8);
// the tests check every body with Microsoft's validator and schemas instead.
package containerapps

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// APIVersion is the version of the ARM API that all types here speak.
const APIVersion = "2024-03-01"

const sdkVersion = "2.90.0"

func token(name string) string { return "azure-native:app/v20240301:" + name }

func options(more []pulumi.ResourceOption) []pulumi.ResourceOption {
	return append([]pulumi.ResourceOption{pulumi.Version(sdkVersion)}, more...)
}

// ManagedEnvironment is an environment that apps run in.
type ManagedEnvironment struct {
	pulumi.CustomResourceState

	// DefaultDomain ends the addresses of the environment's apps.
	DefaultDomain pulumi.StringOutput `pulumi:"defaultDomain"`
	// StaticIP is the address of the environment's apps.
	StaticIP pulumi.StringOutput `pulumi:"staticIp"`
}

// NewManagedEnvironment declares an environment.
func NewManagedEnvironment(ctx *pulumi.Context, name string, args pulumi.Map, opts ...pulumi.ResourceOption) (*ManagedEnvironment, error) {
	var resource ManagedEnvironment
	err := ctx.RegisterResource(token("ManagedEnvironment"), name, args, &resource, options(opts)...)
	return &resource, err
}

// ContainerApp is an app.
type ContainerApp struct{ pulumi.CustomResourceState }

// NewContainerApp declares an app.
func NewContainerApp(ctx *pulumi.Context, name string, args pulumi.Map, opts ...pulumi.ResourceOption) (*ContainerApp, error) {
	var resource ContainerApp
	err := ctx.RegisterResource(token("ContainerApp"), name, args, &resource, options(opts)...)
	return &resource, err
}

// AuthConfig says who may call an app.
type AuthConfig struct{ pulumi.CustomResourceState }

// NewAuthConfig declares who may call an app.
func NewAuthConfig(ctx *pulumi.Context, name string, args pulumi.Map, opts ...pulumi.ResourceOption) (*AuthConfig, error) {
	var resource AuthConfig
	err := ctx.RegisterResource(token("ContainerAppsAuthConfig"), name, args, &resource, options(opts)...)
	return &resource, err
}
