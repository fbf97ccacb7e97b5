package preflight

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
)

// object is a JSON object.
type object = map[string]any

// input is the committed stack dev with an image and a model, edited, over an Azure.
func (a *azure) input(t *testing.T, edits ...func(object)) Input {
	t.Helper()
	ready := func(c object) {
		stackconfigtest.Ready(c["deployments"].(object)["blue"].(object), strings.Repeat("a", 64))
	}
	values := stackconfigtest.Values(t, "dev", append([]func(object){ready}, edits...)...)
	cfg, err := stackconfig.Load("dev", stackconfigtest.Root(), stackconfigtest.Texts(t, values), true)
	if err != nil {
		t.Fatal(err)
	}
	return Input{
		Config: cfg, Folder: stackconfigtest.Root(), Names: stackconfig.NewNames(cfg, testSubscription, "azure-nlp-endpoint", "dev"),
		Client: a.client(), Credential: login{}, HTTP: http.DefaultClient,
	}
}

func setModel(model object) func(object) {
	return func(c object) {
		model["name"], model["sizeMiB"], model["memoryMiB"] = "m", 1, 1
		c["deployments"].(object)["blue"].(object)["model"] = model
	}
}

// TestWhatCantChange: what is in Azure already and can't become what the stack says,
// or isn't what the stack counts on.
func TestWhatCantChange(t *testing.T) {
	isolated := func(c object) {
		c["workspace"] = object{"isolation": "AllowOnlyApprovedOutbound"}
		c["registry"] = object{"sku": "Premium"}
	}
	names := newAzure(t).input(t).Names
	workspace, endpoint := names.WorkspaceID(testSubscription), names.EndpointID(testSubscription)
	for name, c := range map[string]struct {
		edit      func(object)
		resources map[string]any
		want      string // "" is nothing
	}{
		"nothing there": {func(object) {}, nil, ""},
		"own identity": {func(object) {}, map[string]any{endpoint: object{"identity": object{
			"type": "UserAssigned", "userAssignedIdentities": object{strings.ToUpper(names.IdentityID(testSubscription)): object{}}}}}, ""},
		"another identity": {func(object) {}, map[string]any{endpoint: object{"identity": object{"type": "SystemAssigned"}}},
			"has another identity (SystemAssigned) than the stack's"},
		"isolated": {func(object) {}, map[string]any{workspace: object{"properties": object{"managedNetwork": object{"isolationMode": "AllowInternetOutbound"}}}},
			`the workspace in Azure has "AllowInternetOutbound", which can't be turned back`},
		"isolated later": {isolated, map[string]any{workspace: object{"properties": object{}}, endpoint: object{"identity": object{
			"type": "UserAssigned", "userAssignedIdentities": object{names.IdentityID(testSubscription): object{}}}}},
			`workspace.isolation is "AllowOnlyApprovedOutbound", but the workspace in Azure has no managed network, and Azure makes none around an endpoint that is there`},
		"isolated before it has an endpoint": {isolated, map[string]any{workspace: object{"properties": object{}}}, ""},
	} {
		a := newAzure(t)
		a.resources = c.resources
		r := a.input(t, c.edit).Run(t.Context())
		if got := strings.Join(r.Findings, "\n"); len(r.Findings) > 1 || (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: findings %q, want %q", name, got, c.want)
		}
	}
}

// TestSources: what an update brings, and what only an update refuses.
func TestSources(t *testing.T) {
	nothing := httptest.NewServer(http.NotFoundHandler())
	defer nothing.Close()
	t.Setenv("HF_ENDPOINT", nothing.URL)
	a := newAzure(t)
	folder := a.input(t, setModel(object{"source": "./inference/models/distilbert-tiny-sentiment"}))
	if r := folder.Run(t.Context()); len(r.Notes) != 1 || !strings.HasPrefix(r.Notes[0], "model m: an update prepares ./inference/models/distilbert-tiny-sentiment, 7 files with ") {
		t.Errorf("%+v", r)
	}
	version := folder.Config.Deployments["blue"].Model.Version
	a.resources = map[string]any{folder.Names.WorkspaceID(testSubscription) + "/models/m/versions/" + version: object{}}
	if r := folder.Run(t.Context()); len(r.Notes) != 1 || r.Notes[0] != "model m: version "+version+" is in Azure" {
		t.Errorf("%+v", r)
	}
	hub := a.input(t, setModel(object{"source": "owner/name@" + strings.Repeat("a", 40)}))
	if r := hub.Run(t.Context()); r.Err() != nil || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "an update would stop: deployments.blue.model.source is") {
		t.Errorf("%+v", r)
	}
	hub.Update = true
	if r := hub.Run(t.Context()); r.Err() == nil || len(r.Notes) > 0 {
		t.Errorf("%+v", r)
	}
}

// TestVaultByPolicies: roles mean nothing in a vault with access policies, which matters
// to whoever reads a secret.
func TestVaultByPolicies(t *testing.T) {
	const id = "/subscriptions/" + testSubscription + "/resourceGroups/team/providers/Microsoft.KeyVault/vaults/team-vault"
	existing := func(c object) { c["keyVault"] = object{"resourceGroup": "team", "name": "team-vault"} }
	secret := func(c object) {
		c["deployments"].(object)["blue"].(object)["secrets"] = object{"OTEL_EXPORTER_OTLP_HEADERS": "collector"}
	}
	bot := func(c object) {
		c["bot"] = object{"enabled": true, "image": object{"repository": "bot", "digest": "sha256:" + strings.Repeat("b", 64), "uncompressedMiB": 1}}
	}
	for name, c := range map[string]struct {
		edit    func(object)
		byRoles bool
		found   bool
	}{
		"nobody reads":           {func(object) {}, false, false},
		"a deployment":           {secret, false, true},
		"a deployment, by roles": {secret, true, false},
		"the bot":                {bot, false, true},
		"the bot, by roles":      {bot, true, false},
	} {
		a := newAzure(t)
		a.resources = map[string]any{id: object{"properties": object{"enableRbacAuthorization": c.byRoles}}, id + "/secrets/collector": object{}}
		got := strings.Join(a.input(t, existing, c.edit).Run(t.Context()).Findings, "\n")
		if c.found != (got != "") || c.found && !strings.Contains(got, "az keyvault update --name team-vault --enable-rbac-authorization true") {
			t.Errorf("%s: findings %q", name, got)
		}
	}
}

// TestSecretOfABotThatIsThere: a bot that runs loses nothing to an update that its
// vault's secret has left. One that isn't there yet waits for it.
func TestSecretOfABotThatIsThere(t *testing.T) {
	bot := func(c object) {
		c["bot"] = object{"enabled": true, "image": object{"repository": "bot", "digest": "sha256:" + strings.Repeat("b", 64), "uncompressedMiB": 1}}
	}
	byKey := func(c object) {
		c["endpoint"] = object{"authMode": "key"}
		c["bot"].(object)["keySecret"] = "scorer-key"
	}
	names := newAzure(t).input(t, bot).Names
	group := "/subscriptions/" + testSubscription + "/resourceGroups/" + names.ResourceGroup
	app, secrets := group+"/providers/Microsoft.App/containerApps/"+names.Bot, group+"/providers/Microsoft.KeyVault/vaults/"+names.KeyVault+"/secrets/"
	for name, c := range map[string]struct {
		edits []func(object)
		there []string
		want  string
	}{
		"no bot yet":     {[]func(object){bot}, nil, ""},
		"with its token": {[]func(object){bot}, []string{app, secrets + "telegram-bot-token"}, ""},
		"without":        {[]func(object){bot}, []string{app}, `bot.tokenSecret = "telegram-bot-token": the vault ` + names.KeyVault + ` has no such secret any more`},
		"without a key":  {[]func(object){bot, byKey}, []string{app, secrets + "telegram-bot-token"}, `bot.keySecret = "scorer-key": the vault ` + names.KeyVault + ` has no such secret any more`},
	} {
		a := newAzure(t)
		a.resources = map[string]any{}
		for _, id := range c.there {
			a.resources[id] = object{}
		}
		got := strings.Join(a.input(t, c.edits...).Run(t.Context()).Findings, "\n")
		if (c.want == "") != (got == "") || !strings.HasPrefix(got, c.want) || strings.Contains(got, "\n") {
			t.Errorf("%s: findings %q, want %q", name, got, c.want)
		}
	}
}

type signedOut struct{}

func (signedOut) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{}, errors.New("nobody\nis signed in")
}

// TestDeliveredModelsAreLookedUp: only delivered ones, and never when nothing is to
// be asked.
func TestDeliveredModelsAreLookedUp(t *testing.T) {
	t.Setenv(BlobVariable, "")
	sum := strings.Repeat("b", 64)
	var asked []string
	client := &http.Client{Transport: answers(func(r *http.Request) (*http.Response, error) {
		asked = append(asked, r.URL.String()+" "+r.Header.Get("Authorization"))
		return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody}, nil
	})}
	check := func(change func(*Input), edits ...func(object)) (r Report) {
		in := newAzure(t).input(t, edits...)
		in.HTTP = client
		change(&in)
		r.checkDelivered(t.Context(), in)
		return r
	}
	delivered := setModel(object{"sha256": sum})
	if r := check(func(*Input) {}); len(r.Skipped)+len(r.Findings) > 0 {
		t.Errorf("a model that was uploaded by hand: %+v", r)
	}
	if r := check(func(in *Input) { in.Credential = signedOut{} }, delivered); len(r.Skipped) != 1 || r.Skipped[0] != "files of the model of blue: not checked: not signed in to Azure: nobody" {
		t.Errorf("%+v", r)
	}
	if r := check(func(in *Input) { in.Client, in.Unasked = nil, "it is off" }, delivered); len(r.Skipped) != 1 || !strings.Contains(r.Skipped[0], "it is off") || len(asked) > 0 {
		t.Errorf("%+v, asked %q", r, asked)
	}
	r := check(func(*Input) {}, delivered)
	if len(r.Findings) != 1 || !strings.Contains(r.Findings[0], "the model isn't in storage, or not all of it; deliver the model again") {
		t.Errorf("%+v", r)
	}
	if len(asked) != 1 || !strings.HasSuffix(asked[0], ".blob.core.windows.net/models/m/"+sum+"/delivery.json Bearer secret-token") {
		t.Errorf("asked %q", asked)
	}
}
