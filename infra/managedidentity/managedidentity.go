// Package managedidentity holds typed bindings of the resource types of
// Microsoft.ManagedIdentity that infra declares. Names and fields are those of
// the published SDK, pulumi-azure-native-sdk/managedidentity/v2 at v2.90.0.
package managedidentity

import (
	"errors"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// APIVersion is the version of the ARM API that all types here speak.
const APIVersion = "2023-01-31"

const (
	sdkVersion = "2.90.0"
	identity   = "azure-native:managedidentity:UserAssignedIdentity"
)

// aliases are the types under which a stack may know an identity.
var aliases = []string{
	"azure-native:managedidentity/v20150831preview:UserAssignedIdentity",
	"azure-native:managedidentity/v20181130:UserAssignedIdentity",
	"azure-native:managedidentity/v20210930preview:UserAssignedIdentity",
	"azure-native:managedidentity/v20220131preview:UserAssignedIdentity",
	"azure-native:managedidentity/v20230731preview:UserAssignedIdentity",
	"azure-native:managedidentity/v20241130:UserAssignedIdentity",
	"azure-native:managedidentity/v20250131preview:UserAssignedIdentity",
	"azure-native:managedidentity/v20230131:UserAssignedIdentity",
}

// UserAssignedIdentity is an identity that resources can be given.
type UserAssignedIdentity struct {
	pulumi.CustomResourceState

	ClientId    pulumi.StringOutput    `pulumi:"clientId"`
	Location    pulumi.StringOutput    `pulumi:"location"`
	Name        pulumi.StringOutput    `pulumi:"name"`
	PrincipalId pulumi.StringOutput    `pulumi:"principalId"`
	Tags        pulumi.StringMapOutput `pulumi:"tags"`
	TenantId    pulumi.StringOutput    `pulumi:"tenantId"`
	Type        pulumi.StringOutput    `pulumi:"type"`
}

type userAssignedIdentityArgs struct {
	Location          *string           `pulumi:"location"`
	ResourceGroupName string            `pulumi:"resourceGroupName"`
	ResourceName      *string           `pulumi:"resourceName"`
	Tags              map[string]string `pulumi:"tags"`
}

// UserAssignedIdentityArgs are the inputs of UserAssignedIdentity.
type UserAssignedIdentityArgs struct {
	Location          pulumi.StringPtrInput
	ResourceGroupName pulumi.StringInput
	ResourceName      pulumi.StringPtrInput
	Tags              pulumi.StringMapInput
}

func (UserAssignedIdentityArgs) ElementType() reflect.Type {
	return reflect.TypeFor[userAssignedIdentityArgs]()
}

// NewUserAssignedIdentity declares an identity.
func NewUserAssignedIdentity(ctx *pulumi.Context, name string, args *UserAssignedIdentityArgs, opts ...pulumi.ResourceOption) (*UserAssignedIdentity, error) {
	if args == nil || args.ResourceGroupName == nil {
		return nil, errors.New("invalid value for required argument 'ResourceGroupName'")
	}
	var list []pulumi.Alias
	for _, alias := range aliases {
		list = append(list, pulumi.Alias{Type: pulumi.String(alias)})
	}
	opts = append([]pulumi.ResourceOption{pulumi.Version(sdkVersion), pulumi.Aliases(list)}, opts...)
	var resource UserAssignedIdentity
	if err := ctx.RegisterResource(identity, name, args, &resource, opts...); err != nil {
		return nil, err
	}
	return &resource, nil
}
