package delivery

import (
	"context"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/vault"
)

// Secret reads a secret from a Key Vault, as who is signed in with Microsoft
// Entra. address is the vault's, https://NAME.vault.azure.net.
func Secret(ctx context.Context, address, name string, l Login) (string, error) {
	credential, err := l.credential()
	if err != nil {
		return "", err
	}
	return vault.Secret(ctx, address, name, credential, "whoever is signed in", l.options())
}
