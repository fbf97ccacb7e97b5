package infra

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// eachStack runs a test on every committed stack, as it is and with all that
// it leaves off.
func eachStack(t *testing.T, test func(t *testing.T, d *deployed)) {
	for _, stack := range committedStacks(t) {
		t.Run(stack, func(t *testing.T) { test(t, mustDeploy(t, stack)) })
		t.Run(stack+"-everything", func(t *testing.T) { test(t, mustDeploy(t, stack, everything)) })
	}
}

func TestEveryResourceThatCanHasTags(t *testing.T) {
	// Types whose ARM or Entra schema has no tags.
	untagged := []string{
		"pulumi:pulumi:Stack",
		"azure-nlp-endpoint:infra:Endpoint", // no resource of Azure
		"azure-nlp-endpoint:infra:Section",
		"azure-native:authorization:ManagementLockByScope",
		"azure-native:authorization:RoleAssignment",
		"azure-native:authorization:RoleDefinition",
		"azure-native:consumption:Budget",
		"azure-native:insights:DiagnosticSetting",
		"azure-native:storage:BlobContainer",
		"azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
		"azuread:index/group:Group",
		"azuread:index/groupMember:GroupMember",
	}
	eachStack(t, func(t *testing.T, d *deployed) {
		for _, r := range d.resources {
			if slices.Contains(untagged, r.typ) {
				continue
			}
			tags, _ := r.get("tags").(map[string]any)
			for _, properties := range []string{"modelContainerProperties", "modelVersionProperties", "environmentContainerProperties",
				"environmentVersionProperties", "datastoreProperties"} {
				if t, ok := r.get(properties + ".tags").(map[string]any); ok {
					tags = t
				}
			}
			if list, ok := r.get("tags").([]any); ok { // Entra's tags are a list
				if !slices.Contains(list, any("managed-by:pulumi")) {
					t.Errorf("%s %s: tags %v", r.typ, r.name, list)
				}
				continue
			}
			if tags["project"] != project || tags["managed-by"] != "pulumi" || tags["stack"] == nil {
				t.Errorf("%s %s: tags %v", r.typ, r.name, tags)
			}
		}
	})
}

func TestNoSharedPasswords(t *testing.T) {
	eachStack(t, func(t *testing.T, d *deployed) {
		if admin := d.one("Registry").get("adminUserEnabled"); admin != false {
			t.Errorf("registry: adminUserEnabled = %v", admin)
		}
		vault := d.one("Vault")
		if vault.get("properties.enableRbacAuthorization") != true || vault.get("properties.enableSoftDelete") != true {
			t.Errorf("vault: %v", vault.inputs)
		}
		account := d.one("StorageAccount")
		if account.get("allowBlobPublicAccess") != false || account.get("defaultToOAuthAuthentication") != true ||
			account.get("minimumTlsVersion") != "TLS1_2" || account.get("enableHttpsTrafficOnly") != true {
			t.Errorf("storage: %v", account.inputs)
		}
		if kind := d.one("Datastore").get("datastoreProperties.credentials.credentialsType"); kind != "None" {
			t.Errorf("datastore: credentials %v", kind)
		}
		if mode := d.one("OnlineEndpoint").get("onlineEndpointProperties.authMode"); mode != "AADToken" {
			t.Errorf("endpoint: authMode %v", mode)
		}
		for _, token := range d.invoked {
			if strings.Contains(token, "listOnlineEndpointKeys") {
				t.Error("keys were listed of an endpoint that takes Entra's tokens")
			}
		}
		if got := len(d.all("ApplicationPassword")) + len(d.all("ServicePrincipalPassword")); got != 0 {
			t.Errorf("%d passwords of applications", got)
		}
	})
}

// TestRoleScopes holds every grant against a list, so that a wider one has to
// be written down here.
func TestRoleScopes(t *testing.T) {
	role := func(id string) string {
		return "/subscriptions/" + subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + id
	}
	mustDeployed := mustDeploy(t, "dev", everything)
	id := func(typ, name string) string { return mustDeployed.named(typ, name).id }
	group := id("ResourceGroup", "resource-group")
	want := map[string][3]string{ // principal, role, scope
		"endpoint-pulls-images":    {"principal-of-endpoint", role(roleAcrPull), id("Registry", "registry")},
		"endpoint-reads-models":    {"principal-of-endpoint", role(roleBlobDataReader), id("StorageAccount", "storage")},
		"endpoint-writes-metrics":  {"principal-of-endpoint", role(roleMetricsWriter), id("Workspace", "workspace")},
		"ci-preview-reads":         {"principal-of-ci-preview", role(roleReader), group},
		"ci-preview-reads-quota":   {"principal-of-ci-preview", id("RoleDefinition", "quota-reader"), "/subscriptions/" + subscription},
		"ci-deploy-contributes":    {"principal-of-ci-deploy", role(roleContributor), group},
		"ci-deploy-grants":         {"principal-of-ci-deploy", role(roleAccessControlAdministrator), group},
		"ci-deploy-pushes-images":  {"principal-of-ci-deploy", role(roleAcrPush), id("Registry", "registry")},
		"ci-deploy-uploads-models": {"principal-of-ci-deploy", role(roleBlobDataContributor), id("StorageAccount", "storage") + "/blobServices/default/containers/models"},
		"ci-deploy-reads-quota":    {"principal-of-ci-deploy", id("RoleDefinition", "quota-reader"), "/subscriptions/" + subscription},
		"callers-score":            {"principal-of-callers", id("RoleDefinition", "endpoint-caller"), mustDeployed.endpointID()},
	}
	got := map[string][3]string{}
	for _, r := range mustDeployed.all("RoleAssignment") {
		got[r.name] = [3]string{r.get("principalId").(string), r.get("roleDefinitionId").(string), r.get("scope").(string)}
		kind := "ServicePrincipal"
		if r.name == "callers-score" {
			kind = "Group"
		}
		if r.get("principalType") != kind {
			t.Errorf("%s: principalType %v, want %s", r.name, r.get("principalType"), kind)
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("grants:\n got %v\nwant %v", got, want)
	}
	condition, _ := mustDeployed.named("RoleAssignment", "ci-deploy-grants").get("condition").(string)
	if strings.Count(condition, "{"+roleAcrPull+", "+roleBlobDataReader+", "+roleMetricsWriter+"}") != 2 {
		t.Errorf("what CI may grant isn't limited to the endpoint's three roles, for writing and deleting: %q", condition)
	}
	actions := map[string]any{
		"quota-reader":    []any{"Microsoft.MachineLearningServices/locations/usages/read", "Microsoft.MachineLearningServices/locations/vmsizes/read"},
		"endpoint-caller": []any{"Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action"},
	}
	for name, want := range actions {
		permissions := mustDeployed.named("RoleDefinition", name).get("permissions").([]any)
		if len(permissions) != 1 || !reflect.DeepEqual(permissions[0].(map[string]any)["actions"], want) {
			t.Errorf("%s: %v, want the actions %v", name, permissions, want)
		}
	}
}

// TestPullRequestsCannotDeploy: the identities' subjects don't overlap.
func TestPullRequestsCannotDeploy(t *testing.T) {
	d := mustDeploy(t, "dev", everything)
	subjects := map[string]any{}
	for _, r := range d.all("ApplicationFederatedIdentityCredential") {
		subjects[r.name] = r.get("subject")
		if r.get("issuer") != "https://token.actions.githubusercontent.com" || !reflect.DeepEqual(r.get("audiences"), []any{"api://AzureADTokenExchange"}) {
			t.Errorf("%s: %v", r.name, r.inputs)
		}
	}
	want := map[string]any{
		"ci-preview-pull-request":    "repo:owner/repository:pull_request",
		"ci-preview-drift":           "repo:owner/repository:environment:drift",
		"ci-deploy-environment-dev":  "repo:owner/repository:environment:dev",
		"ci-deploy-environment-prod": "repo:owner/repository:environment:prod",
	}
	if !reflect.DeepEqual(subjects, want) {
		t.Errorf("subjects %v, want %v", subjects, want)
	}
}

func TestProbesAreTheScorersRoutes(t *testing.T) {
	eachStack(t, func(t *testing.T, d *deployed) {
		for _, r := range d.all("EnvironmentVersion") {
			for route, path := range map[string]string{"livenessRoute": api.LivePath, "readinessRoute": api.ReadyPath, "scoringRoute": "/"} {
				at := "environmentVersionProperties.inferenceConfig." + route
				if r.get(at+".path") != path || r.get(at+".port") != float64(api.Port) {
					t.Errorf("%s: %v:%v, want %s:%d", route, r.get(at+".path"), r.get(at+".port"), path, api.Port)
				}
			}
			if image, _ := r.get("environmentVersionProperties.image").(string); !strings.Contains(image, ".azurecr.io/scorer-") || !strings.Contains(image, "@sha256:") {
				t.Errorf("image %q isn't of the stack's registry by digest", image)
			}
		}
	})
}

func TestTrafficTotals100(t *testing.T) {
	eachStack(t, func(t *testing.T, d *deployed) {
		template := d.one("Deployment").get("properties.template").(map[string]any)
		endpoint := template["resources"].([]any)[0].(map[string]any)
		properties := endpoint["properties"].(map[string]any)
		var names []string
		for _, r := range d.all("OnlineDeployment") {
			names = append(names, r.get("deploymentName").(string))
		}
		sum := 0.0
		for name, percent := range properties["traffic"].(map[string]any) {
			if !slices.Contains(names, name) {
				t.Errorf("traffic to %q, which is none of %v", name, names)
			}
			sum += percent.(float64)
		}
		if sum != 100 {
			t.Errorf("traffic totals %v", sum)
		}
		// The template puts the whole endpoint: it must say what the endpoint's
		// own resource says.
		own := d.one("OnlineEndpoint")
		for _, field := range []string{"authMode", "publicNetworkAccess", "description"} {
			if properties[field] != own.get("onlineEndpointProperties."+field) {
				t.Errorf("%s: template %v, endpoint %v", field, properties[field], own.get("onlineEndpointProperties."+field))
			}
		}
		if !reflect.DeepEqual(endpoint["tags"], own.get("tags")) || endpoint["location"] != own.get("location") || endpoint["kind"] != own.get("kind") {
			t.Errorf("template %v, endpoint %v", endpoint, own.inputs)
		}
		identities := endpoint["identity"].(map[string]any)["userAssignedIdentities"].(map[string]any)
		if got := keysOf(identities); !reflect.DeepEqual([]any{got[0]}, own.get("identity.userAssignedIdentities")) {
			t.Errorf("identities %v, endpoint %v", got, own.get("identity"))
		}
		if own.get("onlineEndpointProperties.traffic") != nil {
			t.Error("the endpoint names traffic before a deployment exists")
		}
	})
}
