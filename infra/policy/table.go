package policy

import (
	"fmt"
	"slices"
)

// Table are the policies of this project.
var Table = []Policy{
	{
		Name: "registry-admin-user", Type: "containerregistry:Registry",
		What: "a registry has no admin user, whose password anybody could pass on", Remedy: "set adminUserEnabled to false, and grant AcrPull or AcrPush",
		Check: never("adminUserEnabled", true),
	},
	{
		Name: "registry-anonymous-pull", Type: "containerregistry:Registry",
		What: "who pulls an image has signed in", Remedy: "set anonymousPullEnabled to false, and grant AcrPull",
		Check: never("anonymousPullEnabled", true),
	},
	{
		Name: "vault-by-roles", Type: "keyvault:Vault",
		What: "access to a vault is by roles, which are seen and taken away in one place", Remedy: "set properties.enableRbacAuthorization to true",
		Check: always("properties.enableRbacAuthorization", true),
	},
	{
		Name: "vault-soft-delete", Type: "keyvault:Vault",
		What: "a vault that was deleted by mistake comes back", Remedy: "remove properties.enableSoftDelete, or set it to true",
		Check: never("properties.enableSoftDelete", false),
	},
	{
		Name: "storage-public-blobs", Type: "storage:StorageAccount",
		What: "no blob can be read without signing in", Remedy: "set allowBlobPublicAccess to false",
		Check: always("allowBlobPublicAccess", false),
	},
	{
		Name: "storage-public-container", Type: "storage:BlobContainer",
		What: "no container of blobs can be read without signing in, whatever its account allows", Remedy: "set publicAccess to None",
		Check: publicContainer,
	},
	{
		Name: "storage-https", Type: "storage:StorageAccount",
		What: "storage is reached by HTTPS alone", Remedy: "remove enableHttpsTrafficOnly, or set it to true",
		Check: never("enableHttpsTrafficOnly", false),
	},
	{
		Name: "storage-tls", Type: "storage:StorageAccount",
		What: "storage takes no TLS before 1.2", Remedy: "set minimumTlsVersion to TLS1_2",
		Check: always("minimumTlsVersion", "TLS1_2", "TLS1_3"),
	},
	{
		Name: "datastore-credentials", Type: "machinelearningservices:Datastore",
		What: "a datastore holds no key: whoever reads it does so by a role", Remedy: "set its credentialsType to None",
		Check: always("datastoreProperties.credentials.credentialsType", "None"),
	},
	{
		Name: "key-beside-entra", Type: "machinelearningservices:OnlineEndpoint", Among: true,
		What: "where an endpoint of the stack takes Entra's tokens, none takes a key", Remedy: "set authMode to AADToken, or to Key for all of them",
		Check: keyBesideEntra,
	},
	{
		Name: "app-by-https", Type: "app:ContainerApp",
		What: "an app is reached by HTTPS alone", Remedy: "set configuration.ingress.allowInsecure to false, its transport to auto, and no additionalPortMappings to external",
		Check: appByHTTPS,
	},
	{
		Name: "app-callers", Type: "app:ContainerAppsAuthConfig",
		What: "who calls an app has signed in", Remedy: "set platform.enabled to true, globalValidation.unauthenticatedClientAction to Return401, and no excludedPaths",
		Check: appCallers,
	},
	{
		Name: "app-sign-in", Type: "app:ContainerApp", Among: true,
		What: "an app that is reached from outside of its environment says who may call it", Remedy: "give it a ContainerAppsAuthConfig, or set configuration.ingress.external to false",
		Check: appSignIn,
	},
	{
		Name: "app-plain-secret", Type: "app:ContainerApp",
		What: "a secret is in a vault, from where the app fetches it", Remedy: "keep it in configuration.secrets with keyVaultUrl and identity, to which variables refer by secretRef",
		Check: plainSecret,
	},
	{
		Name: "deployment-plain-secret", Type: "machinelearningservices:OnlineDeployment",
		What: "a secret is in a vault, from where the deployment reads it", Remedy: "replace the variable's value by @Microsoft.KeyVault(SecretUri=...)",
		Check: deploymentSecret,
	},
	{
		Name: "broad-role", Type: "authorization:RoleAssignment",
		What: "what runs on Azure has the right to do its work, and no more", Remedy: "grant a role for the work itself",
		Check: broadRole,
	},
	{
		Name: "broad-role-definition", Type: "authorization:RoleDefinition",
		What: "a role of one's own allows the work that it is for, and no more", Remedy: "name the actions, without * at their beginning",
		Check: broadDefinition,
	},
	{
		Name: "public-beside-private-endpoint", Type: "network:PrivateEndpoint", Among: true,
		What: "what a private endpoint leads to can't be reached from the internet too", Remedy: "set its publicNetworkAccess to Disabled",
		Check: publicBesidePrivate,
	},
	{
		Name: "public-endpoint-of-private-workspace", Type: "machinelearningservices:OnlineEndpoint", Among: true,
		What: "the endpoints of a workspace without public access have none", Remedy: "set publicNetworkAccess of both to Disabled",
		Check: publicEndpoint,
	},
}

// never finds a value at a path.
func never(path string, value any) func(Resource, []Resource) string {
	return func(r Resource, _ []Resource) string {
		if r.Get(path) != value {
			return ""
		}
		return says(path, value)
	}
}

// always finds any value at a path but these. None is another one too.
func always(path string, values ...any) func(Resource, []Resource) string {
	return func(r Resource, _ []Resource) string {
		v := r.Get(path)
		if unknown(v) || slices.Contains(values, v) {
			return ""
		}
		return says(path, v)
	}
}

func says(path string, value any) string {
	if value == nil {
		return path + " isn't set"
	}
	return fmt.Sprintf("%s is %v", path, value)
}
