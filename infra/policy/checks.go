package policy

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

const authMode = "onlineEndpointProperties.authMode"

func keyBesideEntra(r Resource, others []Resource) string {
	if mode, _ := r.Get(authMode).(string); !strings.EqualFold(mode, "Key") {
		return ""
	}
	for _, other := range others {
		if mode, _ := other.Get(authMode).(string); strings.EqualFold(mode, "AADToken") {
			return fmt.Sprintf("%s is Key, and that of %s AADToken", authMode, other.Name)
		}
		if other.Get("identityProviders.azureActiveDirectory") != nil {
			return fmt.Sprintf("%s is Key, and %s has the callers of an app sign in to Entra", authMode, other.Name)
		}
	}
	return ""
}

func publicContainer(r Resource, _ []Resource) string {
	if v, _ := r.Get("publicAccess").(string); v != "" && !strings.EqualFold(v, "None") {
		return says("publicAccess", v)
	}
	return ""
}

// appByHTTPS takes TCP for what it is, too: neither TLS nor sign-in is the ingress's then.
func appByHTTPS(r Resource, others []Resource) string {
	const ingress = "configuration.ingress."
	if wrong := never(ingress+"allowInsecure", true)(r, others); wrong != "" {
		return wrong
	}
	if v, _ := r.Get(ingress + "transport").(string); strings.EqualFold(v, "tcp") {
		return says(ingress+"transport", v)
	}
	for _, item := range r.list(ingress + "additionalPortMappings") {
		if port, _ := item.(map[string]any); port["external"] == true {
			return fmt.Sprintf("the port %v is reached from outside by TCP", port["targetPort"])
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
	if paths := r.list("globalValidation.excludedPaths"); len(paths) > 0 {
		return fmt.Sprintf("globalValidation.excludedPaths lets everybody in at %v", paths)
	}
	return refusing(r, others)
}

// appSignIn goes by the app's name too: who may call it can be declared by that alone.
func appSignIn(r Resource, others []Resource) string {
	if r.Get("configuration.ingress.external") != true {
		return ""
	}
	for _, other := range others {
		if other.Type == "app:ContainerAppsAuthConfig" && (slices.Contains(other.Needs, r.URN) || sameText(other.Get("containerAppName"), r.Get("containerAppName"))) {
			return ""
		}
	}
	return "anybody may call it"
}

// sameText compares what Azure takes without regard to case. Nothing is like nothing.
func sameText(a, b any) bool {
	x, _ := a.(string)
	y, _ := b.(string)
	return x != "" && strings.EqualFold(x, y)
}

func plainSecret(r Resource, _ []Resource) string {
	for _, item := range r.list("configuration.secrets") {
		secret, _ := item.(map[string]any)
		if secret["value"] != nil {
			return fmt.Sprintf("the secret %v has a value", secret["name"])
		}
	}
	for _, containers := range []string{"template.initContainers", "template.containers"} {
		for _, item := range r.list(containers) {
			container, _ := item.(map[string]any)
			variables, _ := container["env"].([]any)
			for _, item := range variables {
				variable, _ := item.(map[string]any)
				if name, _ := variable["name"].(string); inTheClear(name, variable["value"]) {
					return fmt.Sprintf("the variable %s has a value", name)
				}
			}
		}
	}
	return ""
}

func deploymentSecret(r Resource, _ []Resource) string {
	variables, _ := r.Get("onlineDeploymentProperties.environmentVariables").(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if inTheClear(name, variables[name]) {
			return fmt.Sprintf("the variable %s has a value", name)
		}
	}
	return ""
}

// inTheClear reports whether a variable that is named like a secret has one as its value.
func inTheClear(name string, value any) bool {
	text, _ := value.(string)
	return stackconfig.LooksSecret(name) && text != "" && !strings.HasPrefix(text, "@Microsoft.KeyVault(")
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

// grantRole is the action by which whoever may do it gets all others.
const grantRole = "microsoft.authorization/roleassignments/write"

// broadDefinition finds an action that ends in whatever follows, of every service, and
// one by which roles are granted. To read everything is an auditor's work, but not the
// data.
func broadDefinition(r Resource, _ []Resource) string {
	for _, item := range r.list("permissions") {
		permission, _ := item.(map[string]any)
		actions, _ := permission["actions"].([]any)
		for _, v := range actions {
			action, _ := v.(string)
			if low := strings.ToLower(action); strings.HasPrefix(low, "*") && low != "*/read" || covers(low, grantRole) {
				return "it allows the action " + action
			}
		}
		data, _ := permission["dataActions"].([]any)
		for _, v := range data {
			if action, _ := v.(string); strings.HasPrefix(action, "*") {
				return "it allows the action on data " + action
			}
		}
	}
	return ""
}

// covers reports whether an action with wildcards, each of which stands for any text
// (learn.microsoft.com/azure/role-based-access-control/role-definitions), is also another.
func covers(pattern, action string) bool {
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(action, parts[0])
	if !ok || len(parts) == 1 {
		return ok && rest == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		if _, rest, ok = strings.Cut(rest, part); !ok {
			return false
		}
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
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

// nameOf are the properties with a resource's own name, by type.
var nameOf = map[string]string{
	"containerregistry:Registry":             "registryName",
	"keyvault:Vault":                         "vaultName",
	"storage:StorageAccount":                 "accountName",
	"machinelearningservices:Workspace":      "workspaceName",
	"machinelearningservices:OnlineEndpoint": "endpointName",
}

// leadsTo reports whether a private endpoint leads to a resource, which it refers to by
// an output or by an id that somebody wrote.
func (r Resource) leadsTo(other Resource) bool {
	if slices.Contains(r.Needs, other.URN) {
		return true
	}
	for _, item := range slices.Concat(r.list("privateLinkServiceConnections"), r.list("manualPrivateLinkServiceConnections")) {
		connection, _ := item.(map[string]any)
		id, _ := connection["privateLinkServiceId"].(string)
		if sameText(path.Base(id), other.Get(nameOf[other.Type])) {
			return true
		}
	}
	return false
}

func publicBesidePrivate(r Resource, others []Resource) string {
	for _, other := range others {
		if publicAccess[other.Type] != "" && !other.private() && r.leadsTo(other) {
			return fmt.Sprintf("%s leads to %s, which has public access", r.Name, other.Name)
		}
	}
	return ""
}

func publicEndpoint(r Resource, others []Resource) string {
	for _, other := range others {
		of := slices.Contains(r.Needs, other.URN) || sameText(r.Get("workspaceName"), other.Get("workspaceName"))
		if other.Type == "machinelearningservices:Workspace" && of && other.private() && !r.private() {
			return fmt.Sprintf("%s is %v, and publicNetworkAccess of %s %v", publicAccess[r.Type], r.Get(publicAccess[r.Type]), other.Name, other.Get("publicNetworkAccess"))
		}
	}
	return ""
}
