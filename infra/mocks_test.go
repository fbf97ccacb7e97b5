package infra

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
)

const (
	subscription = "00000000-0000-4000-8000-000000000001"
	tenant       = "00000000-0000-4000-8000-000000000002"
)

// The committed stacks, and edits of their configuration.
var (
	project         = stackconfigtest.Project().Name
	committedStacks = stackconfigtest.Stacks
	stackValues     = stackconfigtest.Values
	set             = stackconfigtest.Set
	withDigests     = stackconfigtest.WithDigests
)

// registered is a resource that a program declared.
type registered struct {
	typ, name, id string
	inputs        map[string]any
	args          pulumi.MockResourceArgs
}

// get returns the input at a dotted path, nil where there is none.
func (r registered) get(path string) any {
	var v any = r.inputs
	for _, key := range strings.Split(path, ".") {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

// recorder answers as a provider would, and remembers.
type recorder struct {
	mu        sync.Mutex
	resources []registered
	invoked   []string
	token     string // of whoever is signed in; "" is nobody
}

func (r *recorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	id := "/subscriptions/" + subscription + "/providers/" + strings.ReplaceAll(args.TypeToken, ":", "/") + "/" + args.Name
	outputs := args.Inputs.Copy()
	for _, key := range []resource.PropertyKey{
		"resourceGroupName", "accountName", "containerName", "registryName", "workspaceName", "endpointName", "deploymentName",
	} {
		if v, ok := args.Inputs[key]; ok { // the most specific comes last
			outputs["name"] = v
		}
	}
	if v, ok := args.Inputs["name"]; ok {
		outputs["name"] = v
	}
	text := resource.NewProperty[string]
	if args.TypeToken == "azure-native:storage:StorageAccount" && args.ReadRPC != nil {
		id = args.ID
		outputs["name"] = text(id[strings.LastIndex(id, "/")+1:])
	}
	object := func(base resource.PropertyValue, key resource.PropertyKey, value string) resource.PropertyValue {
		m := base.ObjectValue().Copy()
		m[key] = text(value)
		return resource.NewProperty(m)
	}
	switch args.TypeToken {
	case "azure-native:containerregistry:Registry":
		outputs["loginServer"] = text(args.Inputs["registryName"].StringValue() + ".azurecr.io")
	case "azure-native:managedidentity:UserAssignedIdentity":
		outputs["principalId"] = text("principal-of-endpoint")
	case "azure-native:keyvault:Vault":
		outputs["properties"] = object(args.Inputs["properties"], "vaultUri", "https://vault.example/")
	case "azure-native:machinelearningservices/v20240401:OnlineEndpoint":
		outputs["onlineEndpointProperties"] = object(args.Inputs["onlineEndpointProperties"], "scoringUri", "https://endpoint.example/score")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resources = append(r.resources, registered{args.TypeToken, args.Name, id, args.Inputs.Mappable(), args})
	return id, outputs, nil
}

func (r *recorder) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.invoked = append(r.invoked, args.Token)
	switch args.Token {
	case "azure-native:authorization:getClientConfig":
		return resource.NewPropertyMapFromMap(map[string]any{
			"subscriptionId": subscription, "tenantId": tenant, "clientId": "me", "objectId": "me",
		}), nil
	case "azure-native:machinelearningservices/v20240401:listOnlineEndpointKeys":
		return resource.NewPropertyMapFromMap(map[string]any{"primaryKey": "first-key", "secondaryKey": "second-key"}), nil
	case "azure-native:authorization:getClientToken":
		if r.token != "" {
			return resource.NewPropertyMapFromMap(map[string]any{"token": r.token}), nil
		}
	}
	return nil, fmt.Errorf("function %s isn't mocked", args.Token)
}

// signedIn is somebody in a subscription without resources but, where live isn't
// nil, a deployment.
func signedIn(t *testing.T, live map[string]any) *recorder {
	t.Helper()
	azure := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/provisionManagedNetwork") {
			return
		}
		if strings.HasSuffix(r.URL.Path, "/storageAccounts/existingaccount") {
			_, _ = io.WriteString(w, `{"properties": {}}`)
			return
		}
		if live == nil || !strings.Contains(r.URL.Path, "/onlineEndpoints/") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(live)
	}))
	t.Cleanup(azure.Close)
	t.Setenv(arm.EndpointVariable, azure.URL)
	return &recorder{token: "token"}
}

// deployed is what a run of the program declared.
type deployed struct {
	t         *testing.T
	resources []registered
	invoked   []string
}

// deploy runs the program with mocks, as `up` or, with preview, as a preview.
func deploy(t *testing.T, stack string, values map[string]any, preview bool) (*deployed, error) {
	t.Helper()
	return deployOver(t, stack, values, preview, nil)
}

// deployOver is deploy where a deployment is live already.
func deployOver(t *testing.T, stack string, values map[string]any, preview bool, live map[string]any) (*deployed, error) {
	t.Helper()
	offline(t)
	config := map[string]string{}
	for key, text := range stackconfigtest.Texts(t, values) {
		config[project+":"+key] = text
	}
	mocks := signedIn(t, live)
	err := pulumi.RunErr(Program{}.Deploy, pulumi.WithMocks(project, stack, mocks), func(info *pulumi.RunInfo) {
		info.Config = config
		info.DryRun = preview
	})
	slices.SortFunc(mocks.resources, func(a, b registered) int { return strings.Compare(a.typ+a.name, b.typ+b.name) })
	return &deployed{t, mocks.resources, mocks.invoked}, err
}

// mustDeploy runs `up` of a committed stack with images and edits.
func mustDeploy(t *testing.T, stack string, edits ...func(map[string]any)) *deployed {
	t.Helper()
	d, err := deploy(t, stack, stackValues(t, stack, append(edits, withDigests)...), false)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// all returns the resources of a type, given without package and version.
func (d *deployed) all(typ string) []registered {
	var out []registered
	for _, r := range d.resources {
		if strings.HasSuffix(r.typ, ":"+typ) {
			out = append(out, r)
		}
	}
	return out
}

// one returns the only resource of a type.
func (d *deployed) one(typ string) registered {
	d.t.Helper()
	found := d.all(typ)
	if len(found) != 1 {
		d.t.Fatalf("%d resources of type %s, want 1", len(found), typ)
	}
	return found[0]
}

// named returns the resource of a Pulumi name and type.
func (d *deployed) named(typ, name string) registered {
	d.t.Helper()
	for _, r := range d.all(typ) {
		if r.name == name {
			return r
		}
	}
	var names []string
	for _, r := range d.all(typ) {
		names = append(names, r.name)
	}
	d.t.Fatalf("no %s named %s, but %v", typ, name, names)
	return registered{}
}

// everything turns on what the committed stacks leave off.
func everything(values map[string]any) {
	for _, edit := range []func(map[string]any){
		set("deleteLocks", true),
		set("alerts.emails", []any{"someone@example.org"}),
		set("tags", map[string]any{"cost-center": "42"}),
	} {
		edit(values)
	}
	for _, d := range values["deployments"].(map[string]any) {
		d.(map[string]any)["autoscale"] = map[string]any{
			"minimum": 1, "maximum": 3, "cpuPercent": map[string]any{"out": 70, "in": 30}, "latencyP95Milliseconds": 500,
			"schedules": []any{map[string]any{
				"name": "business-hours", "days": []any{"Monday", "Friday"}, "from": "08:00", "to": "18:30",
				"timeZone": "W. Europe Standard Time", "minimum": 2, "maximum": 3,
			}},
		}
	}
}

func keysOf(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// offline hides credentials of the machine that runs the tests, and asks no hub.
func offline(t *testing.T) {
	t.Helper()
	t.Setenv("HF_HUB_OFFLINE", "1")
	for _, name := range []string{"ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID",
		"AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID"} {
		t.Setenv(name, "")
	}
}
