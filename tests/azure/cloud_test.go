package azure

import (
	"errors"
	"strings"
	"testing"
	"time"
)

const ml = "/providers/Microsoft.MachineLearningServices/workspaces/workspace"

// world is a cloud with everything up to an endpoint without deployments, and
// short ways to change it.
type world struct {
	*Cloud
	t     *testing.T
	group string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	c := New()
	w := &world{Cloud: c, t: t, group: "/subscriptions/" + c.SubscriptionID + "/resourceGroups/g"}
	w.must("", map[string]any{"location": "westeurope"})
	w.must("/providers/Microsoft.OperationalInsights/workspaces/logs", map[string]any{"location": "westeurope"})
	w.must("/providers/Microsoft.Insights/components/insights", map[string]any{"location": "westeurope", "kind": "web", "properties": map[string]any{
		"Application_Type": "web", "WorkspaceResourceId": w.group + "/providers/Microsoft.OperationalInsights/workspaces/logs",
	}})
	w.must("/providers/Microsoft.KeyVault/vaults/vault1", map[string]any{"location": "westeurope", "properties": map[string]any{"tenantId": c.TenantID}})
	w.must("/providers/Microsoft.Storage/storageAccounts/storage1", map[string]any{
		"location": "westeurope", "kind": "StorageV2", "sku": map[string]any{"name": "Standard_LRS"},
	})
	w.must("/providers/Microsoft.ContainerRegistry/registries/registry1", map[string]any{"location": "westeurope", "sku": map[string]any{"name": "Basic"}})
	w.must("/providers/Microsoft.ManagedIdentity/userAssignedIdentities/endpoint", map[string]any{"location": "westeurope"})
	w.must(ml, map[string]any{"location": "westeurope", "identity": map[string]any{"type": "SystemAssigned"}, "properties": w.links()})
	w.must(ml+"/models/m/versions/1", map[string]any{"properties": map[string]any{"modelUri": "azureml://x"}}, ml+"/models/m")
	w.must(ml+"/environments/e/versions/1", map[string]any{"properties": map[string]any{"image": "registry1.azurecr.io/scorer@sha256:1"}}, ml+"/environments/e")
	w.must(ml+"/onlineEndpoints/endpoint", w.endpoint(nil, nil))
	return w
}

func (w *world) links() map[string]any {
	return map[string]any{
		"storageAccount":      w.group + "/providers/Microsoft.Storage/storageAccounts/storage1",
		"keyVault":            w.group + "/providers/Microsoft.KeyVault/vaults/vault1",
		"applicationInsights": w.group + "/providers/Microsoft.Insights/components/insights",
		"containerRegistry":   w.group + "/providers/Microsoft.ContainerRegistry/registries/registry1",
	}
}

func (w *world) endpoint(traffic, mirror map[string]any) map[string]any {
	p := map[string]any{"authMode": "AADToken"}
	if traffic != nil {
		p["traffic"] = traffic
	}
	if mirror != nil {
		p["mirrorTraffic"] = mirror
	}
	users := map[string]any{w.group + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/endpoint": map[string]any{}}
	return map[string]any{
		"location": "westeurope", "properties": p,
		"identity": map[string]any{"type": "UserAssigned", "userAssignedIdentities": users},
	}
}

func (w *world) deployment() map[string]any {
	return map[string]any{"location": "westeurope", "sku": map[string]any{"name": "Default", "capacity": 1}, "properties": map[string]any{
		"endpointComputeType": "Managed", "instanceType": "Standard_F4s_v2",
		"environmentId": w.group + ml + "/environments/e/versions/1", "model": w.group + ml + "/models/m/versions/1",
	}}
}

// grant gives the endpoint's identity its two roles.
func (w *world) grant() {
	for role, scope := range map[string]string{
		"7f951dda-4ed3-4680-a7ca-43fe172d538d": "/providers/Microsoft.ContainerRegistry/registries/registry1",
		"2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": "/providers/Microsoft.Storage/storageAccounts/storage1",
	} {
		w.must(scope+"/providers/Microsoft.Authorization/roleAssignments/"+guid(role), w.assignment(role, "ServicePrincipal"))
	}
}

func (w *world) assignment(role, principalType string) map[string]any {
	identity := w.group + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/endpoint"
	p := map[string]any{
		"principalId":      guid("principal", identity),
		"roleDefinitionId": "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/" + role,
	}
	if principalType != "" {
		p["principalType"] = principalType
	}
	return map[string]any{"properties": p}
}

func (w *world) put(path string, body map[string]any) error {
	_, _, err := w.Put(w.group+path, "2024-04-01", body)
	return err
}

// must PUTs, parents without a body of their own first.
func (w *world) must(path string, body map[string]any, parents ...string) {
	w.t.Helper()
	for _, parent := range parents {
		w.must(parent, map[string]any{"properties": map[string]any{}})
	}
	if err := w.put(path, body); err != nil {
		w.t.Fatalf("PUT %s: %v", path, err)
	}
}

func TestRules(t *testing.T) {
	blue := ml + "/onlineEndpoints/endpoint/deployments/blue"
	all := map[string]any{"blue": 100}
	live := func(w *world) {
		w.grant()
		w.must(blue, w.deployment())
		w.must(ml+"/onlineEndpoints/endpoint", w.endpoint(all, nil))
	}
	cases := []struct {
		name   string
		before func(w *world)
		do     func(w *world) error
		want   string // in the error; "" is success
	}{
		{"missing group", nil, func(w *world) error {
			_, _, err := w.Put(w.group+"x/providers/Microsoft.KeyVault/vaults/v", "1", map[string]any{})
			return err
		}, "ResourceGroupNotFound"},
		{"missing parent", nil, func(w *world) error { return w.put(ml+"x/onlineEndpoints/endpoint", w.endpoint(nil, nil)) }, "ParentResourceNotFound"},
		{"taken global name", nil, func(w *world) error {
			w.must("2", map[string]any{"location": "westeurope"})
			return w.put("2/providers/Microsoft.KeyVault/vaults/vault1", map[string]any{"location": "westeurope", "properties": map[string]any{"tenantId": w.TenantID}})
		}, "NameNotAvailable"},
		{"moved", nil, func(w *world) error {
			return w.put("/providers/Microsoft.ContainerRegistry/registries/registry1", map[string]any{"location": "eastus"})
		}, "InvalidResourceLocation"},
		{"ghost", nil, func(w *world) error {
			vault := "/providers/Microsoft.KeyVault/vaults/vault1"
			if err := w.Delete(w.group + vault); err != nil {
				return err
			}
			return w.put(vault, map[string]any{"location": "westeurope", "properties": map[string]any{"tenantId": w.TenantID}})
		}, "SoftDeleted"},
		{"lock", nil, func(w *world) error {
			w.must("/providers/Microsoft.Authorization/locks/l", map[string]any{"properties": map[string]any{"level": "CanNotDelete"}})
			return w.Delete(w.group + "/providers/Microsoft.KeyVault/vaults/vault1")
		}, "ScopeLocked"},
		{"workspace keeps its storage", nil, func(w *world) error {
			links := w.links()
			links["storageAccount"] = w.group + "/providers/Microsoft.Storage/storageAccounts/storage2"
			w.must("/providers/Microsoft.Storage/storageAccounts/storage2", map[string]any{
				"location": "westeurope", "kind": "StorageV2", "sku": map[string]any{"name": "Standard_LRS"},
			})
			return w.put(ml, map[string]any{"location": "westeurope", "identity": map[string]any{"type": "SystemAssigned"}, "properties": links})
		}, "storageAccount can't be changed"},
		{"workspace with keys on an account without", nil, func(w *world) error {
			w.must("/providers/Microsoft.Storage/storageAccounts/storage1", map[string]any{
				"location": "westeurope", "kind": "StorageV2", "sku": map[string]any{"name": "Standard_LRS"}, "properties": map[string]any{"allowSharedKeyAccess": false},
			})
			return w.put(ml, map[string]any{"location": "westeurope", "identity": map[string]any{"type": "SystemAssigned"}, "properties": w.links()})
		}, "KeyBasedAuthenticationNotPermitted"},
		{"endpoint with traffic from the start", nil, func(w *world) error { return w.put(ml+"/onlineEndpoints/new", w.endpoint(all, nil)) }, "which does not exist under endpoint"},
		{"deployment without roles", nil, func(w *world) error { return w.put(blue, w.deployment()) }, "does not have pull permission on the registry"},
		{"deployment", (*world).grant, func(w *world) error { return w.put(blue, w.deployment()) }, ""},
		{"deployment of nothing", (*world).grant, func(w *world) error {
			d := w.deployment()
			d["properties"].(map[string]any)["model"] = w.group + ml + "/models/m/versions/2"
			return w.put(blue, d)
		}, "does not exist"},
		{"deployment without instances", (*world).grant, func(w *world) error {
			d := w.deployment()
			d["sku"].(map[string]any)["capacity"] = 0
			return w.put(blue, d)
		}, "1 instance or more"},
		{"too long a timeout", (*world).grant, func(w *world) error {
			d := w.deployment()
			d["properties"].(map[string]any)["requestSettings"] = map[string]any{"requestTimeout": "PT181S"}
			return w.put(blue, d)
		}, "PT181S"},
		{"another size", live, func(w *world) error {
			d := w.deployment()
			d["properties"].(map[string]any)["instanceType"] = "Standard_F2s_v2"
			return w.put(blue, d)
		}, "instanceType can't be changed"},
		{"traffic of 90", live, func(w *world) error {
			return w.put(ml+"/onlineEndpoints/endpoint", w.endpoint(map[string]any{"blue": 90}, nil))
		}, "totals 90"},
		{"mirror of 60", live, func(w *world) error {
			return w.put(ml+"/onlineEndpoints/endpoint", w.endpoint(map[string]any{}, map[string]any{"blue": 60}))
		}, "not between 0 and 50"},
		{"mirror to live", live, func(w *world) error {
			return w.put(ml+"/onlineEndpoints/endpoint", w.endpoint(all, map[string]any{"blue": 10}))
		}, "live traffic too"},
		{"delete with traffic", live, func(w *world) error { return w.Delete(w.group + blue) }, "set it to 0 first"},
		{"PUT without traffic resets it", live, func(w *world) error {
			w.must(ml+"/onlineEndpoints/endpoint", w.endpoint(nil, nil))
			return w.Delete(w.group + blue)
		}, ""},
		{"model in use", live, func(w *world) error { return w.Delete(w.group + ml + "/models/m/versions/1") }, "InUse"},
		{"role in use", live, func(w *world) error {
			return w.Delete(w.group + "/providers/Microsoft.ContainerRegistry/registries/registry1/providers/Microsoft.Authorization/roleAssignments/" +
				guid("7f951dda-4ed3-4680-a7ca-43fe172d538d"))
		}, "InUse"},
		{"endpoint goes with its deployments", live, func(w *world) error { return w.Delete(w.group + ml + "/onlineEndpoints/endpoint") }, ""},
		{"another image in a version", nil, func(w *world) error {
			return w.put(ml+"/environments/e/versions/1", map[string]any{"properties": map[string]any{"image": "x"}})
		}, "make a new version"},
		{"role for a new principal without its type", nil, func(w *world) error {
			return w.put("/providers/Microsoft.Authorization/roleAssignments/"+guid("a"), w.assignment("acdd72a7-3385-48ef-bd42-f606fba81ae7", ""))
		}, "set principalType"},
		{"role twice", (*world).grant, func(w *world) error {
			return w.put("/providers/Microsoft.Storage/storageAccounts/storage1/providers/Microsoft.Authorization/roleAssignments/"+guid("b"),
				w.assignment("2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "ServicePrincipal"))
		}, "RoleAssignmentExists"},
		{"unknown role", nil, func(w *world) error {
			return w.put("/providers/Microsoft.Authorization/roleAssignments/"+guid("c"), w.assignment(guid("d"), "ServicePrincipal"))
		}, "RoleDefinitionDoesNotExist"},
		{"alert elsewhere", nil, func(w *world) error {
			return w.put("/providers/Microsoft.Insights/metricAlerts/a", map[string]any{"location": "westeurope"})
		}, "global"},
		{"autoscale of nothing", nil, func(w *world) error {
			return w.put("/providers/Microsoft.Insights/autoscaleSettings/a", map[string]any{"properties": map[string]any{"targetResourceUri": w.group + blue}})
		}, "does not exist"},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.Latency = 0
			if test.before != nil {
				test.before(w)
			}
			err := test.do(w)
			if test.want == "" && err != nil {
				t.Fatal(err)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Fatalf("want an error with %q, got %v", test.want, err)
			}
		})
	}
}

func TestTemplateSetsTraffic(t *testing.T) {
	w := newWorld(t)
	w.grant()
	w.must(ml+"/onlineEndpoints/endpoint/deployments/blue", w.deployment())
	endpoint := w.endpoint(map[string]any{"blue": 100}, nil)
	endpoint["type"], endpoint["apiVersion"], endpoint["name"] = endpointType, "2024-04-01", "workspace/endpoint"
	endpoint["properties"].(map[string]any)["traffic"] = "[parameters('traffic')]"
	template := map[string]any{
		"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
		"parameters": map[string]any{"traffic": map[string]any{"type": "object"}}, "resources": []any{endpoint},
	}
	deploy := func(traffic map[string]any) error {
		return w.put("/providers/Microsoft.Resources/deployments/traffic", map[string]any{"properties": map[string]any{
			"mode": "Incremental", "template": template, "parameters": map[string]any{"traffic": map[string]any{"value": traffic}},
		}})
	}
	if err := deploy(map[string]any{"blue": 100}); err != nil {
		t.Fatal(err)
	}
	got, err := w.Get(w.group + ml + "/onlineEndpoints/endpoint")
	if err != nil {
		t.Fatal(err)
	}
	if percent := at(got, "properties", "traffic", "blue"); percent != 100.0 {
		t.Errorf("traffic of blue is %v, want 100", percent)
	}
	if err := deploy(map[string]any{"green": 100}); err == nil || !strings.Contains(err.Error(), "DeploymentFailed") {
		t.Errorf("a template that names an absent deployment: %v, want DeploymentFailed", err)
	}
}

func TestFaults(t *testing.T) {
	w := newWorld(t)
	w.grant()
	blue := ml + "/onlineEndpoints/endpoint/deployments/blue"
	w.Inject(Fault{Operation: OperationPut, Type: onlineType, Name: "blue", Err: QuotaExceeded("Standard_F4s_v2")})
	if err := w.put(blue, w.deployment()); err == nil || !strings.Contains(err.Error(), "OutOfQuota") {
		t.Fatalf("got %v, want OutOfQuota", err)
	}
	if _, err := w.Get(w.group + blue); err == nil {
		t.Fatal("the deployment exists after a refused PUT")
	}
	w.Inject(Fault{Operation: OperationPut, Type: onlineType, Err: Conflict("x"), Accepted: true})
	if err := w.put(blue, w.deployment()); err == nil {
		t.Fatal("no error from an accepted PUT that fails later")
	}
	got, err := w.Get(w.group + blue)
	if err != nil || text(got, "properties", "provisioningState") != stateFailed {
		t.Fatalf("got %v, %v; want a deployment in the state Failed", got["properties"], err)
	}
	if err := w.put(blue, w.deployment()); err != nil {
		t.Fatalf("the next PUT: %v", err)
	}
	var failure *Error
	if _, err := w.Get(w.group + blue + "x"); !errors.As(err, &failure) || failure.Status != 404 {
		t.Errorf("got %v, want status 404", err)
	}
}

// TestOperationsTakeTime meets resources while Azure still works on them.
func TestOperationsTakeTime(t *testing.T) {
	w := newWorld(t)
	w.grant()
	w.Latency = 200 * time.Millisecond
	blue := ml + "/onlineEndpoints/endpoint/deployments/blue"
	done := make(chan error)
	go func() { done <- w.put(blue, w.deployment()) }()
	for {
		if got, err := w.Get(w.group + blue); err == nil {
			if state := text(got, "properties", "provisioningState"); state != stateCreating {
				t.Fatalf("the deployment is %s, want Creating", state)
			}
			break
		}
		time.Sleep(time.Millisecond)
	}
	for what, do := range map[string]func() error{
		"PUT of the endpoint":          func() error { return w.put(ml+"/onlineEndpoints/endpoint", w.endpoint(nil, nil)) },
		"second PUT of the deployment": func() error { return w.put(blue, w.deployment()) },
		"deletion of the deployment":   func() error { return w.Delete(w.group + blue) },
		"diagnostic setting on it": func() error {
			return w.put(blue+"/providers/Microsoft.Insights/diagnosticSettings/d", map[string]any{})
		},
		"traffic to what is not ready yet": func() error {
			return w.put(ml+"/onlineEndpoints/endpoint", w.endpoint(map[string]any{"blue": 100}, nil))
		},
	} {
		var failure *Error
		if err := do(); !errors.As(err, &failure) || failure.Status != 409 {
			t.Errorf("%s meanwhile: %v, want status 409", what, err)
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
