package delivery

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
)

var secretPattern = regexp.MustCompile(`^[0-9A-Za-z-]{1,127}$`)

// Secret reads a secret from a Key Vault, as who is signed in with Microsoft
// Entra. vault is its address, https://NAME.vault.azure.net.
func Secret(ctx context.Context, vault, name string, l Login) (string, error) {
	return secret(ctx, vault, name, l, &azsecrets.ClientOptions{})
}

func secret(ctx context.Context, vault, name string, l Login, o *azsecrets.ClientOptions) (string, error) {
	if u, err := url.Parse(vault); err != nil || u.Scheme != "https" || u.Host == "" {
		return "", fmt.Errorf("the vault is %q: must be an address such as https://NAME.vault.azure.net", vault)
	}
	if !secretPattern.MatchString(name) {
		return "", fmt.Errorf("the secret's name is %q: must be 1 to 127 letters, digits and hyphens", name)
	}
	credential, err := l.credential()
	if err != nil {
		return "", err
	}
	o.ClientOptions = l.options()
	client, err := azsecrets.NewClient(vault, credential, o)
	if err != nil {
		return "", err
	}
	answer, err := client.GetSecret(ctx, name, "", nil)
	var failure *azcore.ResponseError
	switch {
	case errors.As(err, &failure) && failure.StatusCode == http.StatusNotFound:
		return "", fmt.Errorf("%s has no secret %s: az keyvault secret set puts it there", vault, name)
	case errors.As(err, &failure) && failure.StatusCode == http.StatusForbidden && strings.Contains(failure.Error(), "ForbiddenByConnection"):
		return "", fmt.Errorf("%s doesn't let this machine in for the secret %s: a private stack's vault is reached from its network alone, see docs/reference/private.md", vault, name)
	case errors.As(err, &failure) && failure.StatusCode == http.StatusForbidden:
		return "", fmt.Errorf("%s refuses to show the secret %s: whoever is signed in needs the role Key Vault Secrets User on the vault", vault, name)
	case errors.As(err, &failure):
		return "", fmt.Errorf("%s answers %d %s for the secret %s", vault, failure.StatusCode, failure.ErrorCode, name)
	case err != nil:
		return "", fmt.Errorf("%s: the secret %s: %w", vault, name, err)
	case answer.Value == nil || *answer.Value == "":
		return "", fmt.Errorf("%s: the secret %s is empty", vault, name)
	}
	return strings.TrimSpace(*answer.Value), nil // a file's last newline comes along
}
