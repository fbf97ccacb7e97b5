package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// directory is a Microsoft Entra behind Graph. Its rules are those of Graph's
// reference: "Upsert application", "Upsert servicePrincipal", "Upsert
// federatedIdentityCredential", "Upsert group" (PATCH by an alternate key makes the
// object only with Prefer: create-if-missing, and then answers 201, else 204),
// "Add members" (204; 400 for one that is there).
type directory struct {
	objects map[string]map[string]any // by key, such as applications(uniqueName='x')
	members map[string]bool
	late    int // answers that don't know of what was just made
	asked   int
}

const group = "00000000-0000-0000-0000-0000000000ff"

func newDirectory() *directory {
	return &directory{objects: map[string]map[string]any{}, members: map[string]bool{}}
}

func (d *directory) Do(r *http.Request) (*http.Response, error) {
	d.asked++
	w := httptest.NewRecorder()
	d.serve(w, r)
	response := w.Result()
	response.Request = r
	return response, nil
}

func (d *directory) serve(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/v1.0/")
	fail := func(status int, code string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"error": {"code": %q, "message": "no"}}`, code)
	}
	var body map[string]any
	if r.Body != nil {
		_ = json.NewDecoder(r.Body).Decode(&body)
	}
	switch {
	case r.Header.Get("Authorization") == "":
		fail(http.StatusUnauthorized, "InvalidAuthenticationToken")
	case strings.HasPrefix(path, "directoryObjects/"):
		_, _ = fmt.Fprintf(w, `{"@odata.type": "#microsoft.graph.servicePrincipal", "id": %q}`, strings.TrimPrefix(path, "directoryObjects/"))
	case strings.HasSuffix(path, "/members"):
		var ids []map[string]string
		for id := range d.members {
			ids = append(ids, map[string]string{"id": id})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"value": ids})
	case strings.HasSuffix(path, "/members/$ref"):
		id := filepath.Base(body["@odata.id"].(string))
		if d.members[id] {
			fail(http.StatusBadRequest, "Request_BadRequest")
			return
		}
		d.members[id] = true
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodGet:
		o, there := d.objects[path]
		if !there || d.late > 0 {
			d.late--
			fail(http.StatusNotFound, "Request_ResourceNotFound")
			return
		}
		_ = json.NewEncoder(w).Encode(o)
	case r.Method == http.MethodPatch:
		if o, there := d.objects[path]; there {
			maps.Copy(o, body)
			w.WriteHeader(http.StatusNoContent)
			return
		}
		if r.Header.Get("Prefer") != "create-if-missing" {
			fail(http.StatusNotFound, "Request_ResourceNotFound")
			return
		}
		if strings.HasPrefix(path, "servicePrincipals(") && d.late > 0 {
			d.late--
			fail(http.StatusBadRequest, "NoBackingApplicationObject")
			return
		}
		body["id"], body["appId"] = "id-of-"+path, "app-of-"+path
		if strings.HasPrefix(path, "groups(") {
			body["id"] = group
		}
		d.objects[path] = body
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(body)
	default:
		fail(http.StatusMethodNotAllowed, r.Method)
	}
}

// identities makes those of a stack in c.
func identities(t *testing.T, c *cloud, change func(*cli), prefix string) (string, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "outputs.json")
	resource := func(typ, name string) string {
		return "/subscriptions/" + subscription + "/resourceGroups/rg-nlp-dev-abcdef/providers/" + typ + "/" + name
	}
	outputs, err := json.Marshal(map[string]any{
		"resourceGroup": "rg-nlp-dev-abcdef", "modelsContainer": "models", "traffic": map[string]int{"blue": 100},
		"endpointId":       resource("Microsoft.MachineLearningServices", "workspaces/w/onlineEndpoints/e"),
		"registryId":       resource("Microsoft.ContainerRegistry/registries", "r"),
		"storageAccountId": resource("Microsoft.Storage/storageAccounts", "s"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, outputs, 0o600); err != nil {
		t.Fatal(err)
	}
	o := &cli{Subscription: subscription, Location: "westeurope", Name: "nlp", Stack: file, Repository: "owner/name", Environment: []string{"dev"}, Callers: true, Caller: []string{me}}
	if change != nil {
		change(o)
	}
	if err := o.check(); err != nil {
		return "", err
	}
	s, err := readStack(o.Stack, o.Subscription, nil)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	options := arm.ClientOptions{ClientOptions: policy.ClientOptions{Transport: c, Retry: policy.RetryOptions{RetryDelay: time.Millisecond}}}
	b, err := newBuilder(o, o.names(), signedIn{token}, &options, &out)
	if err != nil {
		return "", err
	}
	err = b.makeIdentities(t.Context(), s, prefix)
	return out.String(), err
}

func TestIdentities(t *testing.T) {
	for _, prefix := range []string{"repo:owner/name", "repo:owner@1234/name@56789"} {
		c := newCloud()
		c.entra.late = 3 // what was just made isn't known at once
		out, err := identities(t, c, nil, prefix)
		if err != nil {
			t.Fatal(err)
		}
		subjects := map[string]any{}
		for key, o := range c.entra.objects {
			if _, name, ok := strings.Cut(key, "/federatedIdentityCredentials"); ok {
				subjects[name] = o["subject"]
				if o["issuer"] != "https://token.actions.githubusercontent.com" || !reflect.DeepEqual(o["audiences"], []any{"api://AzureADTokenExchange"}) {
					t.Errorf("%s: %v", key, o)
				}
			}
			if o["passwordCredentials"] != nil || o["keyCredentials"] != nil {
				t.Errorf("%s has a secret", key)
			}
		}
		// Pull requests can't deploy: the applications' subjects don't overlap.
		if want := map[string]any{
			"(name='pull-request')": prefix + ":pull_request", "(name='drift')": prefix + ":environment:drift",
			"(name='environment-dev')": prefix + ":environment:dev",
		}; !reflect.DeepEqual(subjects, want) {
			t.Errorf("subjects %v, want %v", subjects, want)
		}
		if !c.entra.members[me] || len(c.entra.members) != 1 {
			t.Errorf("members %v", c.entra.members)
		}
		for _, want := range []string{"AZURE_CLIENT_ID=app-of-applications(uniqueName='nlp-dev-abcdef-ci-deploy')", "AZURE_TENANT_ID=" + tenant, "object id " + group} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is missing: %s", want, out)
			}
		}
		grants := len(c.granted)
		if _, err := identities(t, c, nil, prefix); err != nil || len(c.granted) != grants {
			t.Errorf("a second run: %v, %d grants of %d", err, len(c.granted), grants)
		}
	}
}

// TestGrants holds every grant of the identities against a list, so that a wider
// one has to be written down here.
func TestGrants(t *testing.T) {
	c := newCloud()
	if _, err := identities(t, c, nil, "repo:owner/name"); err != nil {
		t.Fatal(err)
	}
	roles := map[string]string{}
	for id, d := range c.defined {
		if strings.HasPrefix(*d.Properties.RoleName, "Machine learning quota reader (") {
			roles[id] = "quota"
		} else {
			roles[id] = "caller"
		}
		var actions []string
		for _, a := range d.Properties.Permissions[0].Actions {
			actions = append(actions, *a)
		}
		want := map[string][]string{
			"quota":  {"Microsoft.MachineLearningServices/locations/*/read", "Microsoft.Compute/skus/read"},
			"caller": {"Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action"},
		}[roles[id]]
		if !slices.Equal(actions, want) {
			t.Errorf("%s may %v", roles[id], actions)
		}
	}
	var got []string
	for at, what := range c.granted {
		scope, _, _ := strings.Cut(at, " ")
		principal, role, _ := strings.Cut(what, " ")
		switch {
		case principal == group:
			principal = "callers"
		case strings.Contains(principal, "ci-deploy"):
			principal = "deploy"
		case strings.Contains(principal, "ci-preview"):
			principal = "preview"
		}
		if name, ok := roles[role]; ok {
			role = name
		}
		got = append(got, principal+" "+role+" "+scope[strings.LastIndex(scope, "/")+1:])
		kind := "ServicePrincipal"
		if principal == "callers" {
			kind = "Group"
		}
		if c.kinds[at] != kind {
			t.Errorf("%s: principalType %q", got[len(got)-1], c.kinds[at])
		}
	}
	slices.Sort(got)
	want := []string{
		"callers caller e",
		"preview " + roleReader + " rg-nlp-dev-abcdef", "preview " + roleReader + " s", "preview quota " + subscription,
		"preview " + roleBlobDataReader + " state", "preview " + roleKeyVaultCryptoUser + " pulumi",
		"deploy " + roleContributor + " rg-nlp-dev-abcdef", "deploy " + roleReader + " s", "deploy quota " + subscription,
		"deploy " + roleAccessControlAdministrator + " rg-nlp-dev-abcdef", "deploy " + roleAcrPush + " r",
		"deploy " + roleBlobDataContributor + " models", "deploy " + roleBlobDataContributor + " state", "deploy " + roleKeyVaultCryptoUser + " pulumi",
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("grants\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(c.conditions) != 1 || strings.Count(c.conditions[0], "{"+roleAcrPull+", "+roleBlobDataReader+", "+roleMetricsWriter+", "+roleConnectionApprover+"}") != 2 {
		t.Errorf("what CI may grant isn't limited to the endpoint's three roles, for writing and deleting: %q", c.conditions)
	}
}

// TestSubjectPrefix takes what GitHub says, whatever use_immutable_subject says
// beside it. The answers are those of the REST API's "Get the customization
// template for an OIDC subject claim for a repository", and of Azure/azure-dev#9382.
func TestSubjectPrefix(t *testing.T) {
	for _, c := range []struct {
		answer       string
		status       int
		want, failed string
	}{
		{`{"use_default": true, "use_immutable_subject": false, "sub_claim_prefix": "repo:owner@1/name@2"}`, 200, "repo:owner@1/name@2", ""},
		{`{"use_default": true, "use_immutable_subject": true, "sub_claim_prefix": "repo:owner/name"}`, 200, "repo:owner/name", ""},
		{`{"use_default": true}`, 200, "", "--subject-prefix"},
		{`{"use_default": false, "include_claim_keys": ["repo"], "sub_claim_prefix": "repo:owner/name"}`, 200, "", "template of their own"},
		{`{"message": "Not Found"}`, 404, "", "GITHUB_TOKEN"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/repos/owner/name/actions/oidc/customization/sub" || r.Header.Get("Authorization") != "Bearer secret" {
				t.Errorf("%s %v", r.URL.Path, r.Header)
			}
			w.WriteHeader(c.status)
			_, _ = fmt.Fprint(w, c.answer)
		}))
		got, err := subjectPrefix(context.Background(), server.Client(), server.URL, "secret", "owner/name")
		server.Close()
		if got != c.want || (err != nil) != (c.failed != "") || err != nil && !strings.Contains(err.Error(), c.failed) {
			t.Errorf("%s: %q, %v", c.answer, got, err)
		}
	}
}

func TestIdentityOptions(t *testing.T) {
	for want, change := range map[string]func(*cli){
		"--repository needs --stack":  func(o *cli) { o.Environment = nil },
		`--repository is "name"`:      func(o *cli) { o.Repository = "name" },
		`--subject-prefix is "name"`:  func(o *cli) { o.SubjectPrefix = "name" },
		"--environment needs --repos": func(o *cli) { o.Repository = "" },
		"--caller needs --callers":    func(o *cli) { o.Callers = false },
		"isn't of --subscription":     func(o *cli) { o.Subscription = me },
	} {
		c := newCloud()
		if _, err := identities(t, c, change, "repo:owner/name"); err == nil || !strings.Contains(err.Error(), want) || c.entra.asked > 0 {
			t.Errorf("%q: %v, %d requests", want, err, c.entra.asked)
		}
	}
}
