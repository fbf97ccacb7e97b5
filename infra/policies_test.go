package infra

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/policy"
)

// declared are copies of the resources as the engine shows them to policies.
func (d *deployed) declared() (all []policy.Resource) {
	for _, r := range d.resources {
		one := policy.Resource{URN: urnTail(r.typ, r.name), Type: r.typ, Name: r.name}
		data, err := json.Marshal(r.inputs)
		if err == nil {
			err = json.Unmarshal(data, &one.Properties)
		}
		if err != nil {
			d.t.Fatal(err)
		}
		if r.args.RegisterRPC != nil {
			for _, urn := range r.args.RegisterRPC.GetDependencies() {
				one.Needs = append(one.Needs, tailOf(urn))
			}
		}
		all = append(all, one)
	}
	return all
}

// broken are the names of the policies that don't hold.
func broken(all []policy.Resource) (names []string) {
	found := policy.CheckAmong(policy.Table, all)
	for _, r := range all {
		found = append(found, policy.Check(policy.Table, r)...)
	}
	for _, f := range found {
		names = append(names, f.Policy.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestStacksHoldThePolicies(t *testing.T) {
	eachStack(t, func(t *testing.T, d *deployed) {
		if names := broken(d.declared()); len(names) != 0 {
			t.Errorf("broken: %v", names)
		}
	})
	for name, edits := range map[string][]func(map[string]any){
		"on Container Apps": {onContainerApps(t)}, "private": {set("private", true)}, "private, on Container Apps": {onContainerApps(t), set("private", true)},
	} {
		if names := broken(mustDeploy(t, "dev", edits...).declared()); len(names) != 0 {
			t.Errorf("%s, broken: %v", name, names)
		}
	}
}

// TestPolicies breaks every policy once, in what a stack declares, and finds that
// one alone.
func TestPolicies(t *testing.T) {
	endpoint, app := mustDeploy(t, "dev", everything), mustDeploy(t, "dev", onContainerApps(t))
	untried := map[string]bool{}
	for _, p := range policy.Table {
		untried[p.Name] = true
	}
	template := func(path string, value any) func([]policy.Resource) []policy.Resource {
		return func(all []policy.Resource) []policy.Resource {
			i := slices.IndexFunc(all, func(r policy.Resource) bool { return r.Type == "azure-native:resources:Deployment" })
			put := all[i].Properties["properties"].(map[string]any)["template"].(map[string]any)["resources"].([]any)[0].(map[string]any)
			set("properties."+path, value)(put)
			return all
		}
	}
	change := func(kind, path string, value any) func([]policy.Resource) []policy.Resource {
		return func(all []policy.Resource) []policy.Resource {
			i := slices.IndexFunc(all, func(r policy.Resource) bool { return strings.HasSuffix(r.Type, ":"+kind) })
			if i < 0 {
				t.Fatalf("no %s is declared", kind)
			}
			set(path, value)(all[i].Properties)
			return all
		}
	}
	without := func(kind string) func([]policy.Resource) []policy.Resource {
		return func(all []policy.Resource) []policy.Resource {
			return slices.DeleteFunc(all, func(r policy.Resource) bool { return strings.HasSuffix(r.Type, ":"+kind) })
		}
	}
	defined := func(permission map[string]any) func([]policy.Resource) []policy.Resource {
		return func(all []policy.Resource) []policy.Resource {
			return append(all, policy.Resource{URN: "role", Type: "azure-native:authorization:RoleDefinition", Properties: map[string]any{"permissions": []any{permission}}})
		}
	}
	vault := policy.Resource{URN: "vault", Type: "azure-native:keyvault:Vault", Properties: map[string]any{"properties": map[string]any{"enableRbacAuthorization": true}}}
	to := func(urn string) policy.Resource {
		return policy.Resource{Type: "azure-native:network/v20230201:PrivateEndpoint", Name: "private", Needs: []string{urn}}
	}
	for name, c := range map[string]struct {
		of   *deployed
		edit func([]policy.Resource) []policy.Resource
	}{
		"registry-admin-user":     {endpoint, change("Registry", "adminUserEnabled", true)},
		"registry-anonymous-pull": {endpoint, change("Registry", "anonymousPullEnabled", true)},
		"vault-by-roles":          {endpoint, change("Vault", "properties.enableRbacAuthorization", nil)},
		"vault-soft-delete":       {endpoint, change("Vault", "properties.enableSoftDelete", false)},
		"storage-public-blobs":    {endpoint, change("StorageAccount", "allowBlobPublicAccess", true)},
		"storage-https":           {endpoint, change("StorageAccount", "enableHttpsTrafficOnly", false)},
		"storage-tls":             {endpoint, change("StorageAccount", "minimumTlsVersion", "TLS1_1")},
		"datastore-credentials":   {endpoint, change("Datastore", "datastoreProperties.credentials.credentialsType", "AccountKey")},
		"key-beside-entra": {endpoint, func(all []policy.Resource) []policy.Resource {
			return append(all, policy.Resource{URN: "second", Type: "azure-native:machinelearningservices:OnlineEndpoint", Properties: map[string]any{"onlineEndpointProperties": map[string]any{"authMode": "Key"}}})
		}},
		"app-by-https":            {app, template("configuration.ingress.allowInsecure", true)},
		"app-callers":             {app, change("ContainerAppsAuthConfig", "globalValidation.unauthenticatedClientAction", "AllowAnonymous")},
		"app-by-https/tcp":        {app, template("configuration.ingress.transport", "Tcp")},
		"app-by-https/ports":      {app, template("configuration.ingress.additionalPortMappings", []any{map[string]any{"external": true, "targetPort": 5002.0}})},
		"app-callers/some paths":  {app, change("ContainerAppsAuthConfig", "globalValidation.excludedPaths", []any{"/v1/models"})},
		"app-callers/sign-in off": {app, change("ContainerAppsAuthConfig", "platform.enabled", false)},
		"app-sign-in":             {app, without("ContainerAppsAuthConfig")},
		"app-sign-in/of another":  {app, change("ContainerAppsAuthConfig", "containerAppName", "other")},
		"app-plain-secret/of a variable": {app, template("template.containers", []any{map[string]any{"name": "scorer", "env": []any{
			map[string]any{"name": "COLLECTOR_API_KEY", "secretRef": "collector"}, map[string]any{"name": "COLLECTOR_TOKEN", "value": "123:abc"}}}})},
		"deployment-plain-secret":             {endpoint, change("OnlineDeployment", "onlineDeploymentProperties.environmentVariables", map[string]any{"A_TOKEN": "@Microsoft.KeyVault(SecretUri=https://v/secrets/a)", "B_TOKEN": "123"})},
		"storage-public-container":            {endpoint, change("BlobContainer", "publicAccess", "Blob")},
		"broad-role-definition":               {endpoint, defined(map[string]any{"actions": []any{"*"}, "notActions": []any{"Microsoft.Authorization/*/write"}})},
		"broad-role-definition/every write":   {endpoint, defined(map[string]any{"actions": []any{"*/read", "*/write"}})},
		"broad-role-definition/grants":        {endpoint, defined(map[string]any{"actions": []any{"Microsoft.Authorization/roleAssignments/*"}})},
		"broad-role-definition/grants it all": {endpoint, defined(map[string]any{"actions": []any{"Microsoft.Authorization/*/Write"}})},
		"broad-role-definition/all data":      {endpoint, defined(map[string]any{"dataActions": []any{"*"}})},
		"key-beside-entra/an app": {app, func(all []policy.Resource) []policy.Resource {
			return append(all, policy.Resource{URN: "second", Type: "azure-native:machinelearningservices:OnlineEndpoint", Properties: map[string]any{"onlineEndpointProperties": map[string]any{"authMode": "Key"}}})
		}},
		"public-beside-private-endpoint/by id": {endpoint, func(all []policy.Resource) []policy.Resource {
			open := vault
			open.Properties = map[string]any{"vaultName": "Open", "properties": map[string]any{"enableRbacAuthorization": true}}
			private := to("")
			private.Properties = map[string]any{"privateLinkServiceConnections": []any{map[string]any{"privateLinkServiceId": "/subscriptions/x/resourceGroups/y/providers/Microsoft.KeyVault/vaults/open"}}}
			return append(all, open, private)
		}},
		"public-endpoint-of-private-workspace/by name": {endpoint, func(all []policy.Resource) []policy.Resource {
			return append(all,
				policy.Resource{URN: "w", Type: "azure-native:machinelearningservices:Workspace", Properties: map[string]any{"workspaceName": "w", "publicNetworkAccess": "Disabled"}},
				policy.Resource{URN: "e", Type: "azure-native:machinelearningservices:OnlineEndpoint", Properties: map[string]any{"workspaceName": "W", "onlineEndpointProperties": map[string]any{"authMode": "AADToken"}}})
		}},
		"app-plain-secret": {app, change("ContainerApp", "configuration.secrets", []any{map[string]any{"name": "token", "value": "123:abc"}})},
		"broad-role":       {endpoint, change("RoleAssignment", "roleDefinitionId", "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/8E3AF657-a8ff-443c-a75c-2fe8c4bcb635")},
		"public-beside-private-endpoint": {endpoint, func(all []policy.Resource) []policy.Resource {
			return append(all, vault, to(vault.URN))
		}},
		"public-endpoint-of-private-workspace": {endpoint, change("Workspace", "publicNetworkAccess", "Disabled")},
	} {
		rule, _, _ := strings.Cut(name, "/")
		t.Run(name, func(t *testing.T) {
			if got := broken(c.edit(c.of.declared())); !slices.Equal(got, []string{rule}) {
				t.Errorf("broken: %v", got)
			}
		})
		delete(untried, rule)
	}
	for name := range untried {
		t.Errorf("nothing breaks the policy %s", name)
	}
	open := mustDeploy(t, "dev", set("private", true)).declared()
	for _, r := range open {
		if strings.HasSuffix(r.Type, ":Vault") {
			set("properties.publicNetworkAccess", "Enabled")(r.Properties)
		}
	}
	if got := broken(open); !slices.Equal(got, []string{"public-beside-private-endpoint"}) {
		t.Errorf("a private stack with an open vault: %v", got)
	}
	// Azure has what the template puts: the endpoint's own resource says for good how it
	// was made, because an update leaves that alone.
	switched := endpoint.declared()
	for _, r := range switched {
		if strings.HasSuffix(r.Type, ":OnlineEndpoint") {
			set("onlineEndpointProperties.authMode", "Key")(r.Properties)
		}
	}
	if got := broken(switched); len(got) != 0 {
		t.Errorf("an endpoint that took keys until now: %v", got)
	}
	for _, actions := range [][]any{{"*/read"}, {"Microsoft.Authorization/*/read"}, {"Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action"}, {"Microsoft.Authorization/locks/*"}} {
		if got := broken(defined(map[string]any{"actions": actions})(endpoint.declared())); len(got) != 0 {
			t.Errorf("a role for %v: %v", actions, got)
		}
	}
	if got := broken(without("ContainerAppsAuthConfig")(template("configuration.ingress.external", false)(app.declared()))); len(got) != 0 {
		t.Errorf("an app that is reached from its environment alone: %v", got)
	}
	hidden := endpoint.declared()
	change("OnlineEndpoint", "onlineEndpointProperties.publicNetworkAccess", "Disabled")(hidden)
	template("publicNetworkAccess", "Disabled")(hidden)
	if got := broken(hidden); len(got) != 0 {
		t.Errorf("a closed endpoint of a workspace that is reached from everywhere: %v", got)
	}
	closed := vault
	closed.Properties = map[string]any{"properties": map[string]any{"enableRbacAuthorization": policy.Unknown{}, "publicNetworkAccess": "Disabled"}}
	if got := broken(append(endpoint.declared(), closed, to(vault.URN))); len(got) != 0 {
		t.Errorf("a private endpoint to what is closed: %v", got)
	}
}

func TestPoliciesAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/reference/policies.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range policy.Table {
		if line := "| `" + p.Name + "` | " + p.What + " |\n"; !strings.Contains(string(text), line) {
			t.Errorf("docs/reference/policies.md lacks %s", line)
		}
	}
}
