package infra

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
)

// providerLogin is whoever the provider of the resources below parent is signed in as.
type providerLogin struct {
	ctx    *pulumi.Context
	parent pulumi.Resource
}

func (r run) login() providerLogin { return providerLogin{r.ctx, r.parent} }

var _ azcore.TokenCredential = providerLogin{}

// tokenLife is how long a token is taken to hold. The provider doesn't say, and
// Microsoft Entra's hold for an hour or more.
const tokenLife = 10 * time.Minute

// errSignedOut says that the provider has no token to give.
var errSignedOut = errors.New("not signed in to Azure")

// GetToken asks the provider for a token of a scope, such as
// https://management.azure.com/.default.
func (p providerLogin) GetToken(_ context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if len(options.Scopes) != 1 {
		return azcore.AccessToken{}, fmt.Errorf("a token for %d scopes was asked for, the provider gives them one by one", len(options.Scopes))
	}
	resource := strings.TrimSuffix(options.Scopes[0], "/.default")
	token, err := authorization.GetClientToken(p.ctx, &authorization.GetClientTokenArgs{Endpoint: &resource}, pulumi.Parent(p.parent))
	if err != nil {
		return azcore.AccessToken{}, fmt.Errorf("%w: %s", errSignedOut, firstLine(err))
	}
	return azcore.AccessToken{Token: token.Token, ExpiresOn: time.Now().Add(tokenLife)}, nil
}

// check finds out whether somebody is signed in.
func (p providerLogin) check(ctx context.Context) error {
	_, err := p.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
	return err
}

// newARM is a client of Azure Resource Manager beside the provider. A preview
// that is to ask nothing has none.
func newARM(login providerLogin) (*arm.Client, error) {
	address := os.Getenv(arm.EndpointVariable)
	if address == "off" {
		if login.ctx.DryRun() {
			return nil, fmt.Errorf("%w: %s is off", errSignedOut, arm.EndpointVariable)
		}
		address = ""
	}
	options, err := arm.Options(address)
	if err != nil {
		return nil, err
	}
	return arm.New(login, options)
}

// get reads a resource. found is false where there is none. In a preview it is
// also false where nobody is signed in who could ask: that plans for an empty
// subscription.
func (r run) get(id, apiVersion string, out any) (found bool, err error) {
	client, err := newARM(r.login())
	if err == nil {
		err = client.Do(r.ctx.Context(), http.MethodGet, id, apiVersion, nil, nil, out)
	}
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, errSignedOut) && r.ctx.DryRun(), arm.Status(err) == http.StatusNotFound:
		return false, nil
	}
	return false, errors.New(arm.Reason(err))
}

// adopted are the options of a resource that stays in Azure when it leaves the
// program: where it is there already, the state takes it over, because the
// provider makes nothing that is there. Azure can't change what it says, so
// differs, which may be nil, is told its properties and reports what would be
// another resource.
func (r run) adopted(id, properties string, differs func(properties map[string]any) error) ([]pulumi.ResourceOption, error) {
	var there struct{ Properties map[string]any }
	found, err := r.get(id, machinelearning.APIVersion, &there)
	if err != nil {
		return nil, fmt.Errorf("whether %s is there: %w", id[strings.LastIndex(id, "/workspaces/")+1:], err)
	}
	options := []pulumi.ResourceOption{pulumi.RetainOnDelete(true)}
	if !found {
		return r.options(options...), nil
	}
	if differs != nil {
		if err := differs(there.Properties); err != nil {
			return nil, err
		}
	}
	return r.options(append(options, pulumi.Import(pulumi.ID(id)), pulumi.IgnoreChanges([]string{properties}))...), nil
}
