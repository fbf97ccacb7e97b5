package infra

import (
	"slices"
	"strings"
	"testing"
)

// needs are the names of the resources that must exist before r: what the
// engine was told, with what that needs itself.
func (d *deployed) needs(r registered) []string {
	byURN := map[string]registered{}
	for _, other := range d.resources {
		byURN[urnTail(other.typ, other.name)] = other
	}
	var names []string
	seen := map[string]bool{}
	var visit func(registered)
	visit = func(r registered) {
		if r.args.RegisterRPC == nil {
			return
		}
		for _, urn := range r.args.RegisterRPC.GetDependencies() {
			tail := tailOf(urn)
			other, ok := byURN[tail]
			if !ok || seen[tail] {
				continue
			}
			seen[tail] = true
			names = append(names, other.name)
			visit(other)
		}
	}
	visit(r)
	return names
}

func urnTail(typ, name string) string { return typ + "::" + name }

// tailOf is the type and name at the end of a URN.
func tailOf(urn string) string {
	tail := urn[strings.Index(urn, project+"::")+len(project)+2:]
	return tail[strings.LastIndex(tail, "$")+1:]
}

// TestOrder: what has to exist before what, in Azure's own words or because a
// destroy must go the other way.
func TestOrder(t *testing.T) {
	d := mustDeploy(t, "dev", everything)
	blue := "blue-f4sv2"
	for _, c := range []struct {
		typ, name string
		first     []string
	}{
		{"Workspace", "workspace", []string{"resource-group", "key-vault", "insights", "logs", "registry", "storage"}},
		{"Datastore", "models-datastore", []string{"workspace", "models-container"}},
		{"OnlineEndpoint", "endpoint", []string{
			"workspace", "endpoint-identity", "endpoint-pulls-images", "endpoint-reads-models", "model-distilbert-sst2:1"}},
		{"OnlineDeployment", "deployment-" + blue, []string{
			"endpoint", "endpoint-diagnostics", "endpoint-pulls-images", "endpoint-reads-models", "model-distilbert-sst2:1"}},
		{"Deployment", "endpoint-traffic", []string{"endpoint", "deployment-" + blue}},
		{"AutoscaleSetting", "autoscale-" + blue, []string{"deployment-" + blue, "endpoint"}},
		{"MetricAlert", "alert-disk-full-" + blue, []string{"deployment-" + blue, "action-group"}},
		{"ManagementLockByScope", "storage-lock", []string{"storage", "models-container", "endpoint-reads-models"}},
		{"ManagementLockByScope", "registry-lock", []string{"registry", "endpoint-pulls-images"}},
	} {
		needs := d.needs(d.named(c.typ, c.name))
		for _, first := range c.first {
			if !slices.Contains(needs, first) {
				t.Errorf("%s doesn't wait for %s, only for %v", c.name, first, needs)
			}
		}
	}
}

func TestEndpointIsLeftToTheTemplate(t *testing.T) {
	d := mustDeploy(t, "dev")
	got := d.one("OnlineEndpoint").args.RegisterRPC.GetIgnoreChanges()
	for _, field := range []string{"onlineEndpointProperties", "tags", "identity"} {
		if !slices.Contains(got, field) {
			t.Errorf("endpoint: a change of %s would PUT it without its traffic; ignored are %v", field, got)
		}
	}
}

func TestDeploymentsGoWithTheirEndpoint(t *testing.T) {
	eachStack(t, func(t *testing.T, d *deployed) {
		for _, r := range d.all("OnlineDeployment") {
			if with := r.args.RegisterRPC.GetDeletedWith(); !strings.HasSuffix(with, "OnlineEndpoint::endpoint") {
				t.Errorf("%s: deletedWith %q", r.name, with)
			}
		}
	})
}

// TestAutoscaleOwnsTheInstanceCount: no update takes away the instances that
// Azure Monitor added.
func TestAutoscaleOwnsTheInstanceCount(t *testing.T) {
	values := stackValues(t, "dev", withDigests)
	first := mustDeploy(t, "dev").one("OnlineDeployment")
	if got := first.get("sku.capacity"); got != 1.0 || len(first.args.RegisterRPC.GetIgnoreChanges()) != 0 {
		t.Errorf("the first update: capacity %v", got)
	}
	scaled := func(fingerprint any) map[string]any {
		return map[string]any{"sku": map[string]any{"name": "Default", "capacity": 3}, "tags": map[string]any{configurationTag: fingerprint}}
	}
	for name, c := range map[string]struct {
		live     map[string]any
		capacity float64
		ignored  []string
	}{
		"nothing changed":   {scaled(first.get("tags." + configurationTag)), 1, []string{"sku.capacity"}},
		"something changed": {scaled("other"), 3, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := deployOver(t, "dev", values, false, c.live)
			if err != nil {
				t.Fatal(err)
			}
			r := d.one("OnlineDeployment")
			if got := r.args.RegisterRPC.GetIgnoreChanges(); !slices.Equal(got, c.ignored) || r.get("sku.capacity") != c.capacity {
				t.Errorf("capacity %v, ignored %v; want %v, %v", r.get("sku.capacity"), got, c.capacity, c.ignored)
			}
		})
	}
	off := mustDeploy(t, "dev", set("deployments.blue.autoscale", nil), set("deployments.blue.instanceCount", 2))
	if r := off.one("OnlineDeployment"); r.get("sku.capacity") != 2.0 || r.get("tags."+configurationTag) != nil || len(off.all("AutoscaleSetting")) != 0 {
		t.Errorf("without autoscale: %v", r.inputs)
	}
}

// TestAnotherSizeIsAnotherDeployment: Azure can't change a deployment's size,
// so that a new one must exist beside the old.
func TestAnotherSizeIsAnotherDeployment(t *testing.T) {
	before := mustDeploy(t, "dev").one("OnlineDeployment")
	after := mustDeploy(t, "dev", set("deployments.blue.instanceType", "Standard_F8s_v2")).one("OnlineDeployment")
	if before.name == after.name || before.get("deploymentName") == after.get("deploymentName") {
		t.Errorf("%s (%v) and %s (%v)", before.name, before.get("deploymentName"), after.name, after.get("deploymentName"))
	}
}

// TestAnotherImageIsAnotherEnvironmentVersion, for the same reason; but the
// deployment stays, and is updated.
func TestAnotherImageIsAnotherEnvironmentVersion(t *testing.T) {
	values := stackValues(t, "dev", withDigests)
	before, err := deploy(t, "dev", values, false)
	if err != nil {
		t.Fatal(err)
	}
	set("deployments.blue.image.digest", "sha256:"+strings.Repeat("cd", 32))(values)
	after, err := deploy(t, "dev", values, false)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := before.one("EnvironmentVersion"), after.one("EnvironmentVersion"); a.name == b.name || a.get("version") == b.get("version") {
		t.Errorf("%s and %s", a.name, b.name)
	}
	if a, b := before.one("OnlineDeployment"), after.one("OnlineDeployment"); a.name != b.name {
		t.Errorf("%s and %s", a.name, b.name)
	}
}

// TestAsleep: an endpoint that sleeps keeps its name and its template, without
// which the last deployment could never be taken out, and needs no image.
func TestAsleep(t *testing.T) {
	d, err := deploy(t, "dev", stackValues(t, "dev", set("awake", false)), false)
	if err != nil {
		t.Fatal(err)
	}
	awake := mustDeploy(t, "dev")
	if a, b := d.one("OnlineEndpoint").get("endpointName"), awake.one("OnlineEndpoint").get("endpointName"); a != b {
		t.Errorf("asleep it is called %v, awake %v", a, b)
	}
	if n := len(d.all("OnlineDeployment")); n != 0 {
		t.Errorf("%d deployments", n)
	}
	template := d.one("Deployment").get("properties.template").(map[string]any)
	properties := template["resources"].([]any)[0].(map[string]any)["properties"].(map[string]any)
	if traffic := properties["traffic"].(map[string]any); len(traffic) != 0 {
		t.Errorf("traffic %v", traffic)
	}
}

// TestSharedAssetsAreDeclaredOnce: blue and green with the same image and
// model are two deployments of the same versions.
func TestSharedAssetsAreDeclaredOnce(t *testing.T) {
	green := func(values map[string]any) {
		deployments := values["deployments"].(map[string]any)
		deployments["green"] = deployments["blue"]
	}
	d := mustDeploy(t, "dev", green, set("traffic.blue", 90), set("traffic.green", 10))
	for typ, want := range map[string]int{"OnlineDeployment": 2, "ModelVersion": 1, "ModelContainer": 1, "EnvironmentVersion": 1, "EnvironmentContainer": 1} {
		if got := len(d.all(typ)); got != want {
			t.Errorf("%d %s, want %d", got, typ, want)
		}
	}
}

func TestExistingStorageAccount(t *testing.T) {
	d := mustDeploy(t, "dev", everything,
		set("storage", map[string]any{"resourceGroup": "rg-data", "accountName": "existingaccount"}))
	id := "/subscriptions/" + subscription + "/resourceGroups/rg-data/providers/Microsoft.Storage/storageAccounts/existingaccount"
	account := d.one("StorageAccount")
	if account.args.ReadRPC == nil || account.args.ReadRPC.GetId() != id {
		t.Errorf("the account isn't read by its id: %v", account.args.ReadRPC)
	}
	if got := d.named("Workspace", "workspace").get("storageAccount"); got != id {
		t.Errorf("workspace: storageAccount %v", got)
	}
	if got := d.named("RoleAssignment", "endpoint-reads-models").get("scope"); got != id {
		t.Errorf("the endpoint's role is in scope %v", got)
	}
	if got := d.one("BlobContainer").get("resourceGroupName"); got != "rg-data" {
		t.Errorf("container in %v", got)
	}
	for _, lock := range d.all("ManagementLockByScope") {
		if lock.name == "storage-lock" {
			t.Error("an account that isn't ours is locked")
		}
	}
}
