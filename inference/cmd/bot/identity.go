package main

import (
	"context"
	"fmt"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// clientVariable names one of several identities of a container.
const clientVariable = "AZURE_CLIENT_ID"

// managedIdentity gives tokens for a scope, of the process's managed identity.
// The library keeps a token, and gets another before it expires.
func managedIdentity(scope string) (func(context.Context) (string, error), error) {
	var o azidentity.ManagedIdentityCredentialOptions
	if id := os.Getenv(clientVariable); id != "" {
		o.ID = azidentity.ClientID(id)
	}
	credential, err := azidentity.NewManagedIdentityCredential(&o)
	if err != nil {
		return nil, fmt.Errorf("--scorer-scope: %w", err)
	}
	return func(ctx context.Context) (string, error) {
		token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
		return token.Token, err
	}, nil
}
