// Package vault reads secrets of an Azure Key Vault, and puts them into the environment
// variables that refer to them.
package vault

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

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/retry"
)

var secretPattern = regexp.MustCompile(`^[0-9A-Za-z-]{1,127}$`)

// Secret reads a secret. vault is the vault's address, https://NAME.vault.azure.net; who,
// the subject of an error's remedy, is whoever the credential is. An error that trying
// again won't mend is a retry.Permanent one.
func Secret(ctx context.Context, vault, name string, credential azcore.TokenCredential, who string, options azcore.ClientOptions) (string, error) {
	return secret(ctx, vault, name, credential, who, &azsecrets.ClientOptions{ClientOptions: options})
}

func secret(ctx context.Context, vault, name string, credential azcore.TokenCredential, who string, options *azsecrets.ClientOptions) (string, error) {
	if u, err := url.Parse(vault); err != nil || u.Scheme != "https" || u.Host == "" {
		return "", retry.Permanent(fmt.Errorf("the vault is %q: must be an address such as https://NAME.vault.azure.net", vault))
	}
	if !secretPattern.MatchString(name) {
		return "", retry.Permanent(fmt.Errorf("the secret's name is %q: must be 1 to 127 letters, digits and hyphens", name))
	}
	client, err := azsecrets.NewClient(vault, credential, options)
	if err != nil {
		return "", retry.Permanent(err)
	}
	answer, err := client.GetSecret(ctx, name, "", nil)
	var failure *azcore.ResponseError
	switch {
	case errors.As(err, &failure) && failure.StatusCode == http.StatusNotFound:
		return "", retry.Permanent(fmt.Errorf("%s has no secret %s: az keyvault secret set puts it there", vault, name))
	case errors.As(err, &failure) && failure.StatusCode == http.StatusForbidden && strings.Contains(failure.Error(), "ForbiddenByConnection"):
		return "", retry.Permanent(fmt.Errorf("%s doesn't let this machine in for the secret %s: a private stack's vault is reached from its network alone, see docs/reference/private.md", vault, name))
	case errors.As(err, &failure) && failure.StatusCode == http.StatusForbidden: // a role may not be in effect yet
		return "", fmt.Errorf("%s refuses to show the secret %s: %s needs the role Key Vault Secrets User on the vault", vault, name, who)
	case errors.As(err, &failure):
		return "", fmt.Errorf("%s answers %d %s for the secret %s", vault, failure.StatusCode, failure.ErrorCode, name)
	case err != nil:
		return "", fmt.Errorf("%s: the secret %s: %w", vault, name, err)
	case answer.Value == nil || *answer.Value == "":
		return "", retry.Permanent(fmt.Errorf("%s: the secret %s is empty", vault, name))
	}
	return strings.TrimSpace(*answer.Value), nil // a file's last newline comes along
}
