package armcheck_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/armcheck"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

const (
	workspace  = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/ws"
	insights   = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/"
	deployment = `{"location": "westeurope", "sku": {"name": "Default", "capacity": 1}, "properties": {
		"endpointComputeType": "Managed", "instanceType": "Standard_F4s_v2", "environmentId": "/e", "model": "/m",
		"egressPublicNetworkAccess": "Enabled", "livenessProbe": {"period": "PT10S", "failureThreshold": 30},
		"requestSettings": {"requestTimeout": "PT5S", "maxConcurrentRequestsPerInstance": 4}}}`
	datastore = `{"properties": {"datastoreType": "AzureBlob", "credentials": {"credentialsType": "None"},
		"accountName": "a", "containerName": "c"}}`
	alert = `{"location": "global", "properties": {"severity": 2, "enabled": true, "scopes": ["/x"],
		"evaluationFrequency": "PT1M", "windowSize": "PT5M", "criteria": {
		"odata.type": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
		"allOf": [{"name": "n", "criterionType": "StaticThresholdCriterion", "metricName": "m", "operator": "GreaterThan",
		"threshold": 1, "timeAggregation": "Average"}]}}}`
)

const environment = `{"properties": {"image": "r.azurecr.io/scorer@sha256:1", "osType": "Linux", "inferenceConfig": {
	"livenessRoute": {"path": "/livez", "port": 5001}, "readinessRoute": {"path": "/readyz", "port": 5001}, "scoringRoute": {"path": "/", "port": 5001}}}}`

// bodies are requests with what the two judges must say: nothing, or a problem
// that holds the given words. "-" means that the judge accepts what the other
// refuses, which is why there are two.
var bodies = []struct {
	name, id, version string
	body              string
	old, new          string // replaced in the body
	azapi, schema     string
}{
	{name: "deployment", id: workspace + "/onlineEndpoints/ep/deployments/blue", version: "2024-04-01", body: deployment},
	{
		name: "deployment of another discriminated type", id: workspace + "/onlineEndpoints/ep/deployments/blue", version: "2024-04-01",
		body: deployment, old: `"endpointComputeType": "Managed"`, new: `"endpointComputeType": "Serverless"`,
		azapi: "endpointComputeType", schema: "/properties/endpointComputeType",
	},
	{
		name: "property of the other variant", id: workspace + "/onlineEndpoints/ep/deployments/blue", version: "2024-04-01",
		body: deployment, old: `"model": "/m"`, new: `"containerResourceRequirements": {}`,
		azapi: "containerResourceRequirements", schema: "containerResourceRequirements",
	},
	{name: "environment whose scoring route is the root", id: workspace + "/environments/e/versions/1", version: "2024-04-01", body: environment},
	{
		name: "environment whose liveness route is the root", id: workspace + "/environments/e/versions/1", version: "2024-04-01",
		body: environment, old: `"/livez"`, new: `"/"`, azapi: "livenessRoute.path", schema: "/properties/inferenceConfig/livenessRoute/path",
	},
	{
		name: "environment without a scoring route's port", id: workspace + "/environments/e/versions/1", version: "2024-04-01",
		body: environment, old: `"scoringRoute": {"path": "/", "port": 5001}`, new: `"scoringRoute": {"path": "/"}`, azapi: "scoringRoute.port", schema: "port",
	},
	{
		name: "unknown property", id: workspace + "/onlineEndpoints/ep/deployments/blue", version: "2024-04-01",
		body: deployment, old: `"model": "/m"`, new: `"modle": "/m"`, azapi: "properties.modle", schema: "modle",
	},
	{
		name: "unknown property deeper", id: workspace + "/onlineEndpoints/ep/deployments/blue", version: "2024-04-01",
		body: deployment, old: `"period"`, new: `"interval"`, azapi: "livenessProbe.interval", schema: "interval",
	},
	{
		name: "wrong type", id: workspace + "/onlineEndpoints/ep/deployments/blue", version: "2024-04-01",
		body: deployment, old: `"maxConcurrentRequestsPerInstance": 4`, new: `"maxConcurrentRequestsPerInstance": "4"`,
		azapi: "maxConcurrentRequestsPerInstance", schema: "/properties/requestSettings/maxConcurrentRequestsPerInstance",
	},
	{
		name: "bad enum", id: workspace + "/onlineEndpoints/ep/deployments/blue", version: "2024-04-01",
		body: deployment, old: `"egressPublicNetworkAccess": "Enabled"`, new: `"egressPublicNetworkAccess": "On"`,
		azapi: "-", schema: "/properties/egressPublicNetworkAccess",
	},
	{
		name: "missing required", id: workspace + "/onlineEndpoints/ep/deployments/blue", version: "2024-04-01",
		body: deployment, old: `"location": "westeurope", `, azapi: "location", schema: "location",
	},
	{
		name: "newer API version that azapi doesn't know", id: workspace + "/onlineEndpoints/ep/deployments/blue", version: "2024-10-01",
		body: deployment, azapi: "failed to find resource type",
	},
	{name: "datastore", id: workspace + "/datastores/d", version: "2024-04-01", body: datastore},
	{
		name: "datastore without credentials", id: workspace + "/datastores/d", version: "2024-04-01",
		body: datastore, old: `"credentials": {"credentialsType": "None"},`, azapi: "credentials", schema: "credentials",
	},
	{
		name: "datastore of an unknown kind", id: workspace + "/datastores/d", version: "2024-04-01",
		body: datastore, old: `"AzureBlob"`, new: `"Blob"`, azapi: "datastoreType", schema: "datastoreType",
	},
	{name: "alert", id: insights + "metricAlerts/a", version: "2018-03-01", body: alert},
	{
		name: "alert with a misspelled criterion", id: insights + "metricAlerts/a", version: "2018-03-01",
		body: alert, old: `"threshold": 1`, new: `"treshold": 1`, azapi: "threshold", schema: "threshold",
	},
	{
		name: "alert of an unknown criteria type", id: insights + "metricAlerts/a", version: "2018-03-01",
		body: alert, old: "SingleResourceMultipleMetricCriteria", new: "SingleCriteria", azapi: "odata.type", schema: "odata.type",
	},
}

func TestJudges(t *testing.T) {
	var requests []azure.Request
	for _, c := range bodies {
		if c.old != "" && !strings.Contains(c.body, c.old) {
			t.Fatalf("%s: the body does not hold %q", c.name, c.old)
		}
		requests = append(requests, request(t, c.id, c.version, strings.Replace(c.body, c.old, c.new, 1)))
	}

	t.Run("azapi", func(t *testing.T) {
		findings, err := armcheck.Microsoft(t.Context(), requests)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range bodies {
			want := c.azapi
			if want == "-" {
				want = ""
			}
			compare(t, c.name, requests[i], findings, want)
		}
	})
	t.Run("schema", func(t *testing.T) {
		schemas, err := armcheck.OpenSchemas()
		if errors.Is(err, armcheck.ErrNoSchemas) {
			t.Log("LEFT OUT:", err)
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		findings, err := schemas.Check(requests)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range bodies {
			compare(t, c.name, requests[i], findings, c.schema)
		}
	})
}

// compare wants no finding about the request, or one that holds the words.
func compare(t *testing.T, name string, r azure.Request, findings []armcheck.Finding, words string) {
	t.Helper()
	var problems []string
	for _, f := range findings {
		if sameBody(f.Request, r) {
			problems = append(problems, f.Problem)
		}
	}
	all := strings.Join(problems, "\n")
	if words == "" && all != "" {
		t.Errorf("%s: refused: %s", name, all)
	}
	if words != "" && !strings.Contains(all, words) {
		t.Errorf("%s: want a problem with %q, got %q", name, words, all)
	}
}

func sameBody(a, b azure.Request) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

func request(t *testing.T, id, version, body string) azure.Request {
	t.Helper()
	r := azure.Request{ID: id, APIVersion: version}
	if err := json.Unmarshal([]byte(body), &r.Body); err != nil {
		t.Fatalf("%s: %v in %s", id, err, body)
	}
	_, path, _ := strings.Cut(id, "/providers/")
	parts := strings.Split(path, "/")
	r.Type = parts[0]
	for i := 1; i < len(parts); i += 2 {
		r.Type += "/" + parts[i]
	}
	return r
}
