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
		t.Run(stack+"-private", func(t *testing.T) { test(t, mustDeploy(t, stack, set("private", true))) })
	}
}

func TestEveryResourceThatCanHasTags(t *testing.T) {
	// Types whose ARM schema has no tags.
	untagged := []string{
		"pulumi:pulumi:Stack",
		"azure-nlp-endpoint:infra:Endpoint", // no resource of Azure
		"azure-nlp-endpoint:infra:ManagedEndpoint",
		"azure-nlp-endpoint:infra:Section",
		"azure-native:authorization:ManagementLockByScope",
		"azure-native:authorization:RoleAssignment",
		"azure-native:consumption:Budget",
		"azure-native:insights:DiagnosticSetting",
		"azure-native:network/v20231101:PrivateDnsZoneGroup",
		"azure-native:network/v20231101:Subnet",
		"azure-native:storage:BlobContainer",
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
	want := map[string][3]string{ // principal, role, scope
		"endpoint-pulls-images":   {"principal-of-endpoint", role(roleAcrPull), id("Registry", "registry")},
		"endpoint-reads-models":   {"principal-of-endpoint", role(roleBlobDataReader), id("StorageAccount", "storage")},
		"endpoint-writes-metrics": {"principal-of-endpoint", role(roleMetricsWriter), id("Workspace", "workspace")},
	}
	got := map[string][3]string{}
	for _, r := range mustDeployed.all("RoleAssignment") {
		got[r.name] = [3]string{r.get("principalId").(string), r.get("roleDefinitionId").(string), r.get("scope").(string)}
		if r.get("principalType") != "ServicePrincipal" {
			t.Errorf("%s: principalType %v", r.name, r.get("principalType"))
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("grants:\n got %v\nwant %v", got, want)
	}
}

// TestNothingOutsideTheGroup: who may only read the resource group, as drift's
// identity, must be able to refresh all of the stack, and who may only change it
// to update. So nothing lies in Microsoft Entra, and no role or scope above.
func TestNothingOutsideTheGroup(t *testing.T) {
	eachStack(t, func(t *testing.T, d *deployed) {
		for _, r := range d.resources {
			if strings.HasPrefix(r.typ, "azuread:") || strings.HasSuffix(r.typ, ":RoleDefinition") {
				t.Errorf("%s %s lies outside of the resource group", r.typ, r.name)
			}
			inside := func(other registered) bool {
				return other.id == r.get("scope") && other.typ != "azure-native:resources:ResourceGroup"
			}
			if strings.HasSuffix(r.typ, ":RoleAssignment") && !slices.ContainsFunc(d.resources, inside) {
				t.Errorf("%s grants on %v", r.name, r.get("scope"))
			}
		}
	})
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
