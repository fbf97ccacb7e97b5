package online_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	azfake "github.com/Azure/azure-sdk-for-go/sdk/azcore/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/machinelearning/armmachinelearning/v4"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/machinelearning/armmachinelearning/v4/fake"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/online"
)

const (
	endpointID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/onlineEndpoints/e"
	logsID     = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/l"
)

// transport answers for machine learning by the SDK's fake servers, for the
// rest of ARM by a handler.
type transport struct {
	typed *fake.ServerFactoryTransport
	rest  http.Handler
}

func (t transport) Do(request *http.Request) (*http.Response, error) {
	if t.rest != nil && !strings.Contains(request.URL.Path, "/onlineEndpoints/e") || strings.Contains(request.URL.Path, "Microsoft.Insights/metrics") {
		recorder := httptest.NewRecorder()
		t.rest.ServeHTTP(recorder, request)
		response := recorder.Result()
		response.Request = request
		return response, nil
	}
	return t.typed.Do(request)
}

func client(t *testing.T, servers *fake.ServerFactory, rest http.Handler) *online.Client {
	t.Helper()
	options, err := arm.Options("")
	if err != nil {
		t.Fatal(err)
	}
	options.Transport = transport{fake.NewServerFactoryTransport(servers), rest}
	options.Retry.MaxRetries = -1
	c, err := online.New(endpointID, &azfake.TokenCredential{}, options)
	if err != nil {
		t.Fatal(err)
	}
	c.Frequency = time.Second // the least that the SDK takes
	return c
}

func to[T any](v T) *T { return &v }

func TestGet(t *testing.T) {
	created := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	servers := &fake.ServerFactory{}
	servers.OnlineEndpointsServer.Get = func(_ context.Context, group, workspace, endpoint string, _ *armmachinelearning.OnlineEndpointsClientGetOptions) (
		r azfake.Responder[armmachinelearning.OnlineEndpointsClientGetResponse], e azfake.ErrorResponder,
	) {
		if group != "g" || workspace != "w" || endpoint != "e" {
			t.Errorf("asked for %s, %s, %s", group, workspace, endpoint)
		}
		r.SetResponse(http.StatusOK, armmachinelearning.OnlineEndpointsClientGetResponse{OnlineEndpoint: armmachinelearning.OnlineEndpoint{
			Properties: &armmachinelearning.OnlineEndpointProperties{
				AuthMode: to(armmachinelearning.EndpointAuthModeKey), ScoringURI: to("https://e.r.inference.ml.azure.com/score"),
				Traffic: map[string]*int32{"blue-f4sv2": to(int32(100)), "green-f4sv2": to(int32(0))}, MirrorTraffic: map[string]*int32{"green-f4sv2": to(int32(10))},
			},
		}}, nil)
		return r, e
	}
	servers.OnlineDeploymentsServer.NewListPager = func(string, string, string, *armmachinelearning.OnlineDeploymentsClientListOptions) (
		r azfake.PagerResponder[armmachinelearning.OnlineDeploymentsClientListResponse],
	) {
		for _, name := range []string{"blue-f4sv2", "green-f4sv2"} { // on two pages
			r.AddPage(http.StatusOK, armmachinelearning.OnlineDeploymentsClientListResponse{
				OnlineDeploymentTrackedResourceArmPaginatedResult: armmachinelearning.OnlineDeploymentTrackedResourceArmPaginatedResult{
					Value: []*armmachinelearning.OnlineDeployment{{
						Name: to(name), SKU: &armmachinelearning.SKU{Name: to("Default"), Capacity: to(int32(2))},
						SystemData: &armmachinelearning.SystemData{CreatedAt: &created},
						Properties: &armmachinelearning.ManagedOnlineDeployment{
							EndpointComputeType: to(armmachinelearning.EndpointComputeTypeManaged), InstanceType: to("Standard_F4s_v2"),
							ProvisioningState: to(armmachinelearning.DeploymentProvisioningStateFailed), Model: to("m"), EnvironmentID: to("env"),
						},
					}},
				},
			}, nil)
		}
		return r
	}
	got, err := client(t, servers, nil).Get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !got.UsesKeys || got.URL != "https://e.r.inference.ml.azure.com" || fmt.Sprint(got.Traffic, got.Mirror) != "map[blue-f4sv2:100] map[green-f4sv2:10]" {
		t.Errorf("%+v", got)
	}
	want := online.Deployment{Name: "green-f4sv2", State: "Failed", Size: "Standard_F4s_v2", Instances: 2, Model: "m", Environment: "env", Created: created}
	if d := got.Deployment("GREEN-f4sv2"); d == nil || *d != want || !d.Failed() {
		t.Errorf("%+v, want %+v", d, want)
	}
	if got.Deployment("red") != nil {
		t.Error("a deployment that isn't there was found")
	}
}

func TestNoEndpoint(t *testing.T) {
	servers := &fake.ServerFactory{}
	servers.OnlineEndpointsServer.Get = func(context.Context, string, string, string, *armmachinelearning.OnlineEndpointsClientGetOptions) (
		r azfake.Responder[armmachinelearning.OnlineEndpointsClientGetResponse], e azfake.ErrorResponder,
	) {
		e.SetResponseError(http.StatusNotFound, "ResourceNotFound")
		return r, e
	}
	if _, err := client(t, servers, nil).Get(t.Context()); !errors.Is(err, online.ErrNoEndpoint) {
		t.Error(err)
	}
	servers.OnlineEndpointsServer.ListKeys = func(context.Context, string, string, string, *armmachinelearning.OnlineEndpointsClientListKeysOptions) (
		r azfake.Responder[armmachinelearning.OnlineEndpointsClientListKeysResponse], e azfake.ErrorResponder,
	) {
		e.SetResponseError(http.StatusForbidden, "AuthorizationFailed")
		return r, e
	}
	_, err := client(t, servers, nil).Key(t.Context())
	if err == nil || !strings.Contains(err.Error(), "403 AuthorizationFailed") || strings.Contains(err.Error(), "/subscriptions/") {
		t.Errorf("keys that may not be listed: %v", err)
	}
	if _, err := online.New("/subscriptions/s/resourceGroups/g", &azfake.TokenCredential{}, nil); err == nil {
		t.Error("the id of a group was taken")
	}
}

func TestKeyLogsAndDelete(t *testing.T) {
	servers := &fake.ServerFactory{}
	servers.OnlineEndpointsServer.ListKeys = func(context.Context, string, string, string, *armmachinelearning.OnlineEndpointsClientListKeysOptions) (
		r azfake.Responder[armmachinelearning.OnlineEndpointsClientListKeysResponse], e azfake.ErrorResponder,
	) {
		r.SetResponse(http.StatusOK, armmachinelearning.OnlineEndpointsClientListKeysResponse{EndpointAuthKeys: armmachinelearning.EndpointAuthKeys{PrimaryKey: to("k")}}, nil)
		return r, e
	}
	servers.OnlineDeploymentsServer.GetLogs = func(_ context.Context, _, _, _, deployment string, body armmachinelearning.DeploymentLogsRequest, _ *armmachinelearning.OnlineDeploymentsClientGetLogsOptions) (
		r azfake.Responder[armmachinelearning.OnlineDeploymentsClientGetLogsResponse], e azfake.ErrorResponder,
	) {
		r.SetResponse(http.StatusOK, armmachinelearning.OnlineDeploymentsClientGetLogsResponse{DeploymentLogs: armmachinelearning.DeploymentLogs{
			Content: to(fmt.Sprintf("%s %s %d", deployment, *body.ContainerType, *body.Tail)),
		}}, nil)
		return r, e
	}
	deleted := ""
	servers.OnlineDeploymentsServer.BeginDelete = func(_ context.Context, _, _, _, deployment string, _ *armmachinelearning.OnlineDeploymentsClientBeginDeleteOptions) (
		r azfake.PollerResponder[armmachinelearning.OnlineDeploymentsClientDeleteResponse], e azfake.ErrorResponder,
	) {
		if deployment == "gone" {
			e.SetResponseError(http.StatusNotFound, "ResourceNotFound")
			return r, e
		}
		deleted = deployment
		r.AddNonTerminalResponse(http.StatusAccepted, nil)
		r.SetTerminalResponse(http.StatusOK, armmachinelearning.OnlineDeploymentsClientDeleteResponse{}, nil)
		return r, e
	}
	c := client(t, servers, nil)
	if key, err := c.Key(t.Context()); key != "k" || err != nil {
		t.Errorf("key %q, %v", key, err)
	}
	if log, err := c.Logs(t.Context(), "green", online.StorageInitializer, 7); log != "green StorageInitializer 7" || err != nil {
		t.Errorf("log %q, %v", log, err)
	}
	if err := errors.Join(c.Delete(t.Context(), "green"), c.Delete(t.Context(), "gone")); err != nil || deleted != "green" {
		t.Errorf("deleted %q, %v", deleted, err)
	}
}

// TestMetricsAndEvents checks what is asked of Azure Monitor and Log Analytics
// and how their answers are read.
func TestMetricsAndEvents(t *testing.T) {
	since := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	rest := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if strings.Contains(r.URL.RawQuery, "+") {
			t.Errorf("a plus in %s", r.URL.RawQuery)
		}
		answer := `{"error": {"code": "NotFound", "message": "no"}}`
		switch {
		case strings.HasSuffix(r.URL.Path, "/metrics") && q.Get("metricnames") == "RequestsPerMinute":
			if q.Get("timespan") != "2026-11-01T12:00:00Z/2026-11-01T12:05:00Z" || q.Get("interval") != "PT1M" ||
				q.Get("$filter") != "deployment eq 'green' and statusCode eq '*' and modelStatusCode eq '*'" {
				t.Errorf("asked %s", r.URL.RawQuery)
			}
			series := func(status, model string, values ...string) string {
				var data []string
				for _, v := range values {
					data = append(data, `{"timeStamp": "x"`+v+`}`)
				}
				return fmt.Sprintf(`{"metadatavalues": [{"name": {"value": "statuscode"}, "value": %q}, {"name": {"value": "modelstatuscode"}, "value": %q}], "data": [%s]}`,
					status, model, strings.Join(data, ","))
			}
			answer = `{"value": [{"timeseries": [` + strings.Join([]string{
				series("200", "200", `, "average": 100`, ``, `, "average": 20`),
				series("424", "503", `, "average": 3`),
				series("424", "422", `, "average": 5`), // a caller's mistake
				series("400", "", `, "average": 7`),    // likewise
				series("429", "", `, "average": 2`),
				series("502", "", `, "average": 1`),
			}, ",") + `]}]}`
		case strings.HasSuffix(r.URL.Path, "/metrics"):
			answer = `{"value": [{"timeseries": [{"metadatavalues": [], "data": [{"average": 120.5}, {"average": 80}]}]}]}`
		case strings.HasSuffix(r.URL.Path, "/eventtypes/management/values"):
			if want := "eventTimestamp ge '2026-11-01T12:00:00Z' and resourceUri eq '" + endpointID + "/deployments/green'"; q.Get("$filter") != want {
				t.Errorf("asked %s", q.Get("$filter"))
			}
			answer = `{"value": [
				{"eventTimestamp": "2026-11-01T12:02:00Z", "operationName": {"value": "b"}, "status": {"value": "Failed"}, "properties": {"statusMessage": "late"}},
				{"eventTimestamp": "2026-11-01T12:01:30Z", "operationName": {"value": "c"}, "status": {"value": "Succeeded"}},
				{"eventTimestamp": "2026-11-01T12:01:00Z", "operationName": {"value": "a"}, "status": {"value": "Failed"}, "properties": {"statusCode": "BadRequest", "statusMessage": "early"}}]}`
		case r.URL.Path == logsID+"/query":
			var body struct{ Query string }
			text, err := io.ReadAll(r.Body)
			if err != nil || json.Unmarshal(text, &body) != nil || !strings.Contains(body.Query, `DeploymentName == "green" and TimeGenerated >= datetime(2026-11-01T12:00:00Z)`) {
				t.Errorf("asked %s (%v)", text, err)
			}
			answer = `{"tables": [{"rows": [["2026-11-01T12:00:01Z", "Pulled", "pulled"], ["2026-11-01T12:00:02Z", "BackOff", "Back-off\nrestarting"]]}]}`
		default:
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = io.WriteString(w, answer)
	})
	c := client(t, &fake.ServerFactory{}, rest)
	metrics, err := c.Metrics(t.Context(), "green", since, since.Add(5*time.Minute))
	if want := (online.Metrics{Requests: 138, Failed: 6, P95: 120500 * time.Microsecond}); err != nil || metrics != want {
		t.Errorf("%+v, %v, want %+v", metrics, err, want)
	}
	operations, err := c.Operations(t.Context(), "green", since)
	if err != nil || fmt.Sprint(operations) != "[12:01:00 a: BadRequest early 12:02:00 b: late]" {
		t.Errorf("%v, %v", operations, err)
	}
	events, err := c.ContainerEvents(t.Context(), logsID, "green", since)
	if err != nil || fmt.Sprint(events) != "[12:00:01 Pulled: pulled 12:00:02 BackOff: Back-off restarting]" {
		t.Errorf("%v, %v", events, err)
	}
}
