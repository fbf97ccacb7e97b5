package vault

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/identity"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/retry"
)

// A reference is a variable's value that names a secret, as App Service has it
// (Microsoft Learn, app-service/app-service-key-vault-references), without a version:
// @Microsoft.KeyVault(SecretUri=https://VAULT.vault.azure.net/secrets/NAME).
const referenceStart = "@Microsoft.KeyVault("

// Reference is a variable's value that names a secret of a vault, by the vault's address.
func Reference(vault, secret string) string {
	return referenceStart + "SecretUri=" + vault + "/secrets/" + secret + ")"
}

var reference = regexp.MustCompile(`^@Microsoft\.KeyVault\(SecretUri=(https://[0-9A-Za-z.:-]+)/secrets/([0-9A-Za-z-]{1,127})/?\)$`)

// Environment is a process's, as it is changed.
type Environment struct {
	Variables []string // NAME=VALUE, as of os.Environ
	Set       func(name, value string) error
}

// Resolve puts secrets in place of the references to them, as the container's managed
// identity. What may pass, as a role that isn't in effect yet, is tried again for
// minutes, which note is told. Nothing that it says has a value.
func (e Environment) Resolve(ctx context.Context, note func(text string)) error {
	refers := func(variable string) bool {
		_, value, _ := strings.Cut(variable, "=")
		return strings.HasPrefix(value, referenceStart)
	}
	var credential azcore.TokenCredential
	for _, variable := range e.Variables {
		if !refers(variable) {
			continue
		}
		if credential == nil {
			var err error
			if credential, err = identity.New(nil); err != nil {
				return err
			}
		}
		if err := e.resolve(ctx, variable, credential, &azsecrets.ClientOptions{}, time.Second, note); err != nil {
			return err
		}
	}
	return nil
}

// ownOptions begin the names of the scorer's options, whose values its errors show.
const ownOptions = "SCORER_"

func (e Environment) resolve(ctx context.Context, variable string, credential azcore.TokenCredential, options *azsecrets.ClientOptions, pause time.Duration, note func(string)) error {
	name, value, _ := strings.Cut(variable, "=")
	at := reference.FindStringSubmatch(value)
	switch {
	case at == nil:
		return fmt.Errorf("%s refers to a Key Vault, but not as %sSecretUri=https://VAULT.vault.azure.net/secrets/NAME), the form that is read", name, referenceStart)
	case strings.HasPrefix(name, ownOptions):
		return fmt.Errorf("%s can't refer to a secret: it is an option, and errors show the values of options", name)
	}
	var got string
	err := retry.Do(ctx, name, pause, note, func() (err error) {
		got, err = secret(ctx, at[1], at[2], credential, "the container's identity", options)
		return err
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && !strings.HasPrefix(err.Error(), name+": "):
		return fmt.Errorf("%s: %w", name, err)
	case err != nil:
		return err
	}
	if strings.ContainsRune(got, 0) {
		return fmt.Errorf("%s: the secret %s of %s has a zero byte, which no variable can hold", name, at[2], at[1])
	}
	if err := e.Set(name, got); err != nil {
		return errors.New(name + " can't be set")
	}
	return nil
}
