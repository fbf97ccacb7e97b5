package policy

import (
	"fmt"
	"slices"
	"strings"
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
		What: "an app is reached by HTTPS alone", Remedy: "set configuration.ingress.allowInsecure to false",
		Check: never("configuration.ingress.allowInsecure", true),
	},
	{
		Name: "app-callers", Type: "app:ContainerAppsAuthConfig",
		What: "who calls an app has signed in", Remedy: "set platform.enabled to true, and globalValidation.unauthenticatedClientAction to Return401",
		Check: appCallers,
	},
	{
		Name: "app-plain-secret", Type: "app:ContainerApp",
		What: "a secret is in a vault, from where the app fetches it", Remedy: "replace its value by keyVaultUrl and identity",
		Check: plainSecret,
	},
	{
		Name: "broad-role", Type: "authorization:RoleAssignment",
		What: "what runs on Azure has the right to do its work, and no more", Remedy: "grant a role for the work itself",
		Check: broadRole,
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

const authMode = "onlineEndpointProperties.authMode"

func keyBesideEntra(r Resource, others []Resource) string {
	if mode, _ := r.Get(authMode).(string); !strings.EqualFold(mode, "Key") {
		return ""
	}
	for _, other := range others {
		if mode, _ := other.Get(authMode).(string); strings.EqualFold(mode, "AADToken") {
			return fmt.Sprintf("%s is Key, and that of %s AADToken", authMode, other.Name)
		}
	}
	return ""
}

var refusing = always("globalValidation.unauthenticatedClientAction", "Return401", "Return403")

// appCallers wants sign-in to be on, too: what it asks of callers means nothing without.
func appCallers(r Resource, others []Resource) string {
	if wrong := always("platform.enabled", true)(r, others); wrong != "" {
		return wrong
	}
	return refusing(r, others)
}

func plainSecret(r Resource, _ []Resource) string {
	for _, item := range r.list("configuration.secrets") {
		secret, _ := item.(map[string]any)
		if secret["value"] != nil {
			return fmt.Sprintf("the secret %v has a value", secret["name"])
		}
	}
	return ""
}

// broadRoles may do anything, or grant themselves that. Their ids are the same in
// every subscription (learn.microsoft.com/azure/role-based-access-control/built-in-roles).
var broadRoles = map[string]string{
	"8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
	"b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
	"18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
	"f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
}

func broadRole(r Resource, _ []Resource) string {
	id, _ := r.Get("roleDefinitionId").(string)
	if name := broadRoles[strings.ToLower(id[strings.LastIndex(id, "/")+1:])]; name != "" {
		return "it grants " + name
	}
	return ""
}

// publicAccess are the paths of what says whether a resource can be reached from the
// internet, by type.
var publicAccess = map[string]string{
	"containerregistry:Registry":             "publicNetworkAccess",
	"keyvault:Vault":                         "properties.publicNetworkAccess",
	"storage:StorageAccount":                 "publicNetworkAccess",
	"machinelearningservices:Workspace":      "publicNetworkAccess",
	"machinelearningservices:OnlineEndpoint": "onlineEndpointProperties.publicNetworkAccess",
}

// private reports whether a resource can't be reached from the internet. Without a
// word on it, it can.
func (r Resource) private() bool {
	v := r.Get(publicAccess[r.Type])
	text, _ := v.(string)
	return unknown(v) || strings.EqualFold(text, "Disabled")
}

func publicBesidePrivate(r Resource, others []Resource) string {
	for _, other := range others {
		if slices.Contains(r.Needs, other.URN) && publicAccess[other.Type] != "" && !other.private() {
			return fmt.Sprintf("%s leads to %s, which has public access", r.Name, other.Name)
		}
	}
	return ""
}

func publicEndpoint(r Resource, others []Resource) string {
	for _, other := range others {
		if other.Type == "machinelearningservices:Workspace" && slices.Contains(r.Needs, other.URN) && other.private() && !r.private() {
			return fmt.Sprintf("%s is %v, and publicNetworkAccess of %s %v", publicAccess[r.Type], r.Get(publicAccess[r.Type]), other.Name, other.Get("publicNetworkAccess"))
		}
	}
	return ""
}
