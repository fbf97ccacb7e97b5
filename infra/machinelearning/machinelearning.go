// Package machinelearning holds typed bindings of the resource types of
// Microsoft.MachineLearningServices that infra declares. Names and fields are
// those of the published SDK, pulumi-azure-native-sdk/machinelearningservices/v2
// at v2.90.0, submodules v20240401 and v20240701preview, whose own module takes minutes to compile.
//
// One file holds a resource, or a type nested in one, written out from the
// declarations in npm's @pulumi/azure-native@2.90.0; tests/bindings holds the
// fields against these. responses.go has what Azure answers. Types that infra
// doesn't name, such as data lakes and encryption, are left out.
package machinelearning

import (
	"cmp"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// APIVersion is the version of the ARM API that all types here speak but Workspace.
const APIVersion = "2024-04-01"

// WorkspaceAPIVersion is the Workspace's, which alone knows systemDatastoresAuthMode.
// Azure has a stable one with it since 2025-06-01, the provider v2.90.0 has none, and
// its raw resource reads what it has made at the API version of another service
// (pulumi-azure-native#4337, mended in v3).
const WorkspaceAPIVersion = "2024-07-01-preview"

const (
	module     = "azure-native:machinelearningservices"
	sdkVersion = "2.90.0"
)

// moduleVersions are the modules of the SDK that have the types, by resource; "" is
// of all others.
var moduleVersions = map[string]string{"": "v20240401", "Workspace": "v20240701preview"}

// aliases are the API versions under which a stack may know a type; "" is the
// provider's default.
var aliases = map[string][]string{
	"Workspace": {
		"v20180301preview", "v20181119", "v20190501", "v20190601", "v20191101", "v20200101", "v20200218preview", "v20200301", "v20200401", "v20200501preview", "v20200515preview", "v20200601", "v20200801", "v20200901preview", "v20210101", "v20210301preview", "v20210401", "v20210701", "v20220101preview", "v20220201preview", "v20220501", "v20220601preview", "v20221001", "v20221001preview", "v20221201preview", "v20230201preview", "v20230401", "v20230401preview", "v20230601preview", "v20230801preview", "v20231001", "v20240101preview", "v20240401", "v20240401preview", "v20241001", "v20241001preview", "v20250101preview", "",
	},
	"Datastore": {
		"v20200501preview", "v20210301preview", "v20220201preview", "v20220501", "v20220601preview", "v20221001", "v20221001preview", "v20221201preview", "v20230201preview", "v20230401", "v20230401preview", "v20230601preview", "v20230801preview", "v20231001", "v20240101preview", "v20240401preview", "v20240701preview", "v20241001", "v20241001preview", "v20250101preview", "",
	},
	"ModelContainer": {
		"v20210301preview", "v20220201preview", "v20220501", "v20220601preview", "v20221001", "v20221001preview", "v20221201preview", "v20230201preview", "v20230401", "v20230401preview", "v20230601preview", "v20230801preview", "v20231001", "v20240101preview", "v20240401preview", "v20240701preview", "v20241001", "v20241001preview", "v20250101preview", "",
	},
	"ModelVersion": {
		"v20210301preview", "v20220201preview", "v20220501", "v20220601preview", "v20221001", "v20221001preview", "v20221201preview", "v20230201preview", "v20230401", "v20230401preview", "v20230601preview", "v20230801preview", "v20231001", "v20240101preview", "v20240401preview", "v20240701preview", "v20241001", "v20241001preview", "v20250101preview", "",
	},
	"EnvironmentContainer": {
		"v20210301preview", "v20220201preview", "v20220501", "v20220601preview", "v20221001", "v20221001preview", "v20221201preview", "v20230201preview", "v20230401", "v20230401preview", "v20230601preview", "v20230801preview", "v20231001", "v20240101preview", "v20240401preview", "v20240701preview", "v20241001", "v20241001preview", "v20250101preview", "",
	},
	"EnvironmentVersion": {
		"v20210301preview", "v20220201preview", "v20220501", "v20220601preview", "v20221001", "v20221001preview", "v20221201preview", "v20230201preview", "v20230401", "v20230401preview", "v20230601preview", "v20230801preview", "v20231001", "v20240101preview", "v20240401preview", "v20240701preview", "v20241001", "v20241001preview", "v20250101preview", "",
	},
	"OnlineEndpoint": {
		"v20210301preview", "v20220201preview", "v20220501", "v20220601preview", "v20221001", "v20221001preview", "v20221201preview", "v20230201preview", "v20230401", "v20230401preview", "v20230601preview", "v20230801preview", "v20231001", "v20240101preview", "v20240401preview", "v20240701preview", "v20241001", "v20241001preview", "v20250101preview", "",
	},
	"OnlineDeployment": {
		"v20210301preview", "v20220201preview", "v20220501", "v20220601preview", "v20221001", "v20221001preview", "v20221201preview", "v20230201preview", "v20230401", "v20230401preview", "v20230601preview", "v20230801preview", "v20231001", "v20240101preview", "v20240401preview", "v20240701preview", "v20241001", "v20241001preview", "v20250101preview", "",
	},
}

func token(resource string) string {
	return module + "/" + cmp.Or(moduleVersions[resource], moduleVersions[""]) + ":" + resource
}

// options adds the provider's version and the aliases.
func options(resource string, opts []pulumi.ResourceOption) []pulumi.ResourceOption {
	var list []pulumi.Alias
	for _, version := range aliases[resource] {
		alias := module + "/" + version + ":" + resource
		if version == "" {
			alias = module + ":" + resource
		}
		list = append(list, pulumi.Alias{Type: pulumi.String(alias)})
	}
	return append([]pulumi.ResourceOption{pulumi.Version(sdkVersion), pulumi.Aliases(list)}, opts...)
}

func missing(argument string) error {
	return fmt.Errorf("invalid value for required argument '%s'", argument)
}
