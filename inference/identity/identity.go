// Package identity signs in as the managed identity of the container, with Microsoft's
// own library: on Azure Container Apps, on managed online endpoints, on virtual machines.
//
// The library makes the scorer's image less than 1 % larger, and its start no slower that could be
// measured, so that there is no second implementation of it.
package identity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/retry"
)

// ClientVariable names one of several identities.
const ClientVariable = "AZURE_CLIENT_ID"

// The variables in which Container Apps (Microsoft Learn, container-apps/managed-identity,
// "REST endpoint reference") and Azure Machine Learning (azureml-examples,
// score_managedidentity.py) say where tokens are given. Where neither is set, the library
// asks the address that virtual machines have.
const appsVariable, learningVariable = "IDENTITY_ENDPOINT", "MSI_ENDPOINT"

// patience is for the address of virtual machines, which elsewhere nobody answers at.
const patience = 10 * time.Second

type credential struct {
	library azcore.TokenCredential
	client  string // id of the identity, "" for the only one
	machine bool
}

// New is the identity that ClientVariable names, or the only one. Its tokens are kept,
// and others got before they expire. transport reaches who gives them; nil is the usual
// way.
func New(transport policy.Transporter) (azcore.TokenCredential, error) {
	c := credential{client: os.Getenv(ClientVariable), machine: os.Getenv(appsVariable) == "" && os.Getenv(learningVariable) == ""}
	o := azidentity.ManagedIdentityCredentialOptions{ClientOptions: policy.ClientOptions{Transport: transport}}
	if c.client != "" {
		o.ID = azidentity.ClientID(c.client)
	}
	var err error
	if c.library, err = azidentity.NewManagedIdentityCredential(&o); err != nil {
		return nil, fmt.Errorf("the managed identity: %w", err)
	}
	return c, nil
}

// Tokens gives an identity's tokens for a scope, which ends in /.default.
func Tokens(of azcore.TokenCredential, scope string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		token, err := of.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
		return token.Token, err
	}
}

// GetToken implements azcore.TokenCredential.
func (c credential) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	asked := ctx
	if c.machine {
		var cancel func()
		asked, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	token, err := c.library.GetToken(asked, o)
	var refused *azidentity.AuthenticationFailedError
	answered := errors.As(err, &refused) && refused.RawResponse != nil
	switch {
	case err == nil:
		return token, nil
	case ctx.Err() != nil:
		return token, ctx.Err()
	case answered: // its text has the whole answer
		return token, fmt.Errorf("no token of the managed identity: it answers %d: does what runs here have the identity that %s names (%s)?",
			refused.RawResponse.StatusCode, ClientVariable, cmp.Or(c.client, "none, so the only one"))
	case c.machine:
		return token, retry.Permanent(fmt.Errorf("there is no managed identity to sign in with: neither %s nor %s is set, and nobody gives tokens as on a virtual machine: give the app or endpoint that this runs in an identity",
			appsVariable, learningVariable))
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return token, fmt.Errorf("no token of the managed identity: %s", line)
}
