package infra

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/delivery"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/preflight"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/supply"
)

// hubToken is the hub's token, from the environment or the stack's vault.
func (r run) hubToken(ctx context.Context, secret string) (string, error) {
	if token := os.Getenv("HF_TOKEN"); token != "" || secret == "" {
		return token, nil
	}
	return delivery.Secret(ctx, vaultAddress(r.names.KeyVault), secret, r.storageLogin())
}

func (r run) storageLogin() delivery.Login {
	return delivery.Login{Environment: os.Getenv, Credential: r.login(), Transport: r.http}
}

// supplied is the address of a model's folder. An update brings the files there
// first; a preview and a model without a source leave it alone.
func (r run) supplied(base store, uri pulumi.StringOutput, m stackconfig.Model) pulumi.StringInput {
	if m.Source == "" || r.ctx.DryRun() {
		return uri
	}
	return pulumi.All(uri, base.containerName).ApplyT(func(v []any) (string, error) {
		r.supplying.Lock() // one after another: they share the scorer, and the line
		defer r.supplying.Unlock()
		return v[0].(string), r.supply(m)
	}).(pulumi.StringOutput)
}

func (r run) supply(m stackconfig.Model) error {
	client, _, err := delivery.Open(delivery.Place{
		Account: r.cfg.StorageAccount(r.names), Container: r.cfg.Storage.Container, Endpoint: os.Getenv(preflight.BlobVariable),
	}, r.storageLogin())
	if err != nil {
		return err
	}
	cache := r.cache
	if cache == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("where models are kept between updates: %w", err)
		}
		cache = filepath.Join(user, "azure-nlp-endpoint", "models")
	}
	s := supply.Supplier{
		Container: client,
		Scorer:    r.scorer,
		Cache:     cache,
		Token:     r.hubToken,
		Grant:     r.grantSelf,
		Pause:     min(r.retries.pause, 10*time.Second),
		Patience:  15 * time.Minute,
		Say:       func(text string) { _ = r.ctx.Log.Info(text, nil) },
		Progress:  func(text string) { _ = r.ctx.Log.Info(text, &pulumi.LogArgs{Ephemeral: true}) },
	}
	return s.Supply(r.ctx.Context(), m)
}

// assignmentVersion is the API version of role assignments.
const assignmentVersion = "2022-04-01"

// grantSelf gives whoever runs the update the right to write models. It isn't a
// resource of the stack: the next one to run it may be another, and would find
// a difference.
func (r run) grantSelf(ctx context.Context) error {
	client, err := newARM(r.login())
	if err != nil {
		return err
	}
	scope := r.accountID() + "/blobServices/default/containers/" + r.cfg.Storage.Container
	properties := map[string]any{
		"roleDefinitionId": r.subscriptionID() + "/providers/Microsoft.Authorization/roleDefinitions/" + roleBlobDataContributor,
		"principalId":      r.principal, "description": "Updates upload models",
	}
	if kind := principalType(ctx, r.login()); kind != "" {
		properties["principalType"] = kind
	}
	path := scope + "/providers/Microsoft.Authorization/roleAssignments/" + stackconfig.GUID(scope, r.principal, roleBlobDataContributor)
	err = client.Do(ctx, http.MethodPut, path, assignmentVersion, nil, map[string]any{"properties": properties}, nil)
	switch {
	case err == nil, arm.Code(err) == "RoleAssignmentExists":
		return nil
	case arm.Status(err) == http.StatusForbidden:
		return fmt.Errorf("whoever is signed in may not write to %s, or grant itself the right to: an owner can grant Storage Blob Data Contributor on it to %s", scope, r.principal)
	}
	return fmt.Errorf("grant the right to write to %s: %s", scope, arm.Reason(err))
}

// principalType is what signed in, by the token's own word; "" where it has none.
func principalType(ctx context.Context, login providerLogin) string {
	token, err := login.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
	parts := strings.Split(token.Token, ".")
	if err != nil || len(parts) != 3 {
		return ""
	}
	var claims struct {
		Kind  string `json:"idtyp"`
		Scope string `json:"scp"` // what a user has consented to
	}
	data, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(data, &claims) != nil {
		return ""
	}
	switch {
	case claims.Kind == "app":
		return principalService
	case claims.Kind == "user", claims.Scope != "":
		return principalUser
	}
	return ""
}
