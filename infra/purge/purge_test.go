package purge_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	azfake "github.com/Azure/azure-sdk-for-go/sdk/azcore/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/machinelearning/armmachinelearning/v4"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/machinelearning/armmachinelearning/v4/fake"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/purge"
)

var names = purge.Names{
	Subscription: "s", Location: "westeurope", ResourceGroup: "g", Workspace: "w", Logs: "l", KeyVault: "v", Registry: "r", Storage: "st",
}

// azure answers ARM's requests and keeps them.
type azure struct {
	typed    *fake.WorkspacesServerTransport
	answers  map[string]string // by METHOD and the path's end; others are 404
	requests []string
}

func (a *azure) Do(request *http.Request) (*http.Response, error) {
	line := request.Method + " " + strings.TrimPrefix(request.URL.Path, "/subscriptions/s")
	if request.Method == http.MethodDelete && strings.HasSuffix(request.URL.Path, "/workspaces/w") ||
		strings.HasPrefix(request.URL.Path, "/subscriptions/s/providers/Microsoft.MachineLearningServices/workspaces") {
		a.requests = append(a.requests, line)
		return a.typed.Do(request)
	}
	if force := request.URL.Query().Get("force"); force != "" {
		line += " force=" + force
	}
	a.requests = append(a.requests, line)
	recorder := httptest.NewRecorder()
	answer, ok := a.answers[line]
	switch {
	case !ok:
		recorder.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(recorder, `{"error": {"code": "NotFound", "message": "no such thing"}}`)
	case answer == "accepted" && request.Method != http.MethodGet: // an operation that is asked for at its location
		recorder.Header().Set("Location", "https://management.azure.com/subscriptions/s/operation")
		recorder.WriteHeader(http.StatusAccepted)
	default:
		recorder.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(recorder, answer)
	}
	response := recorder.Result()
	response.Request = request
	return response, nil
}

func client(t *testing.T, answers map[string]string) (*purge.Client, *azure) {
	t.Helper()
	server := &fake.WorkspacesServer{
		BeginDelete: func(_ context.Context, group, workspace string, options *armmachinelearning.WorkspacesClientBeginDeleteOptions) (
			r azfake.PollerResponder[armmachinelearning.WorkspacesClientDeleteResponse], e azfake.ErrorResponder,
		) {
			if group != "g" || workspace != "w" || options.ForceToPurge == nil || !*options.ForceToPurge {
				t.Errorf("delete %s in %s: %+v", workspace, group, options)
			}
			r.SetTerminalResponse(http.StatusNoContent, armmachinelearning.WorkspacesClientDeleteResponse{}, nil)
			return r, e
		},
	}
	server.NewListBySubscriptionPager = func(*armmachinelearning.WorkspacesClientListBySubscriptionOptions) (
		r azfake.PagerResponder[armmachinelearning.WorkspacesClientListBySubscriptionResponse],
	) {
		for _, name := range []string{"other", answers[held]} { // a page each
			id := "/subscriptions/s/resourceGroups/G/providers/Microsoft.MachineLearningServices/workspaces/" + name
			r.AddPage(http.StatusOK, armmachinelearning.WorkspacesClientListBySubscriptionResponse{
				WorkspaceListResult: armmachinelearning.WorkspaceListResult{Value: []*armmachinelearning.Workspace{{ID: &id}}},
			}, nil)
		}
		return r
	}
	answers["GET /operation"] = `{"status": "Succeeded"}`
	fakeAzure := &azure{typed: fake.NewWorkspacesServerTransport(server), answers: answers}
	options, err := arm.Options("")
	if err != nil {
		t.Fatal(err)
	}
	options.Transport = fakeAzure
	c, err := purge.New(names, &azfake.TokenCredential{}, options)
	if err != nil {
		t.Fatal(err)
	}
	c.Frequency = time.Second
	return c, fakeAzure
}

const (
	logs    = "/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/l"
	deleted = "/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/v"
	held    = "held" // a workspace's name that the subscription's list has
	ghosts  = "GET /providers/Microsoft.OperationalInsights/deletedWorkspaces"
)

func TestPurge(t *testing.T) {
	c, azure := client(t, map[string]string{
		"DELETE " + logs + " force=true": "{}",
		"GET " + deleted:                 `{"properties": {"scheduledPurgeDate": "2026-12-01T00:00:00Z"}}`,
		"POST " + deleted + "/purge":     "accepted",
	})
	for what, purge := range map[string]func(context.Context) error{"workspace": c.Workspace, "logs": c.Logs, "vault": c.Vault} {
		if err := purge(t.Context()); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if !slices.Contains(azure.requests, "POST "+deleted+"/purge") || !slices.Contains(azure.requests, "GET /operation") {
		t.Errorf("requests: %v", azure.requests)
	}
}

// TestNothingToPurge purges what isn't there any more.
func TestNothingToPurge(t *testing.T) {
	c, _ := client(t, map[string]string{})
	for what, purge := range map[string]func(context.Context) error{"logs": c.Logs, "vault": c.Vault} {
		if err := purge(t.Context()); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestPurgeProtection(t *testing.T) {
	c, azure := client(t, map[string]string{
		"GET " + deleted: `{"properties": {"scheduledPurgeDate": "2026-12-01T00:00:00Z", "purgeProtectionEnabled": true}}`,
	})
	err := c.Vault(t.Context())
	if err == nil || !strings.Contains(err.Error(), "until 2026-12-01") || !strings.Contains(err.Error(), "nameSuffix") {
		t.Error(err)
	}
	if len(azure.requests) != 1 {
		t.Errorf("requests: %v", azure.requests)
	}
}

// TestLeftovers purges after a plain destroy, which took the resource group
// along: it is made for the time of it.
func TestLeftovers(t *testing.T) {
	c, azure := client(t, map[string]string{
		ghosts:                           `{"value": [{"name": "other"}, {"name": "L"}]}`,
		"PUT /resourceGroups/g":          "{}",
		"PUT " + logs:                    "{}",
		"DELETE " + logs + " force=true": "{}",
		"DELETE /resourceGroups/g":       "{}",
	})
	if err := c.Leftovers(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"GET /resourceGroups/g", ghosts, "PUT /resourceGroups/g",
		"DELETE /resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w",
		"PUT " + logs, "DELETE " + logs + " force=true", "DELETE /resourceGroups/g",
	}
	if !slices.Equal(azure.requests, want) {
		t.Errorf("requests:\n%s\nwant:\n%s", strings.Join(azure.requests, "\n"), strings.Join(want, "\n"))
	}
}

func TestCheck(t *testing.T) {
	free, taken := `{"nameAvailable": true}`, `{"nameAvailable": false, "reason": "AlreadyExists", "message": "in use"}`
	answers := map[string]string{
		"POST /providers/Microsoft.KeyVault/checkNameAvailability":          free,
		"POST /providers/Microsoft.ContainerRegistry/checkNameAvailability": free,
		"POST /providers/Microsoft.Storage/checkNameAvailability":           free,
		ghosts: `{"value": []}`,
	}
	c, _ := client(t, answers)
	if got, err := c.Check(t.Context()); len(got) != 0 || err != nil {
		t.Errorf("taken: %v, %v", got, err)
	}
	answers["POST /providers/Microsoft.KeyVault/checkNameAvailability"] = taken
	answers[ghosts] = `{"value": [{"name": "l"}]}`
	// Its group is gone, so a GET of it answers 404; the list has it.
	answers[held] = "w"
	got, err := c.Check(t.Context())
	if err != nil || len(got) != 3 || got[0] != (purge.Taken{Name: "v", By: "AlreadyExists: in use"}) || got[1].Name != "l" || got[2].Name != "w" {
		t.Errorf("taken: %v, %v", got, err)
	}
}
