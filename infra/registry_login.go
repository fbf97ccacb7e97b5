package infra

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// tokenUser is the user name with which Azure Container Registry takes a token
// for a password.
const tokenUser = "00000000-0000-0000-0000-000000000000"

// registryPassword gives a password of the stack's registry for whoever the
// provider is signed in as, valid for three hours: the registry has no admin
// user. It is asked for once, when the first image needs it; a preview that
// builds nothing asks for none. It is another one in each update, which the
// provider knows not to take for a change.
func (r run) registryPassword(registry registry) func(onPreview bool) pulumi.StringPtrInput {
	ask := sync.OnceValue(func() pulumi.StringPtrInput {
		password := registry.LoginServer.ApplyT(func(host string) (*string, error) {
			token, err := authorization.GetClientToken(r.ctx, &authorization.GetClientTokenArgs{}, pulumi.Parent(r.parent))
			if err != nil {
				return nil, fmt.Errorf("to push to %s: not signed in to Azure: %s; run az login", host, firstLine(err))
			}
			password, err := registryToken(r.ctx.Context(), r.http, host, r.tenant, token.Token)
			return &password, err
		})
		return pulumi.ToSecret(password).(pulumi.StringPtrOutput)
	})
	return func(onPreview bool) pulumi.StringPtrInput {
		if r.ctx.DryRun() && !onPreview {
			return pulumi.ToSecret(pulumi.UnsafeUnknownOutput(nil)).ApplyT(func(any) *string { return nil }).(pulumi.StringPtrOutput)
		}
		return ask()
	}
}

// registryToken exchanges a token of Azure Resource Manager for one that a
// registry takes as a password, as `az acr login` does.
func registryToken(ctx context.Context, client *http.Client, host, tenant, token string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	form := url.Values{"grant_type": {"access_token"}, "service": {host}, "tenant": {tenant}, "access_token": {token}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+host+"/oauth2/exchange", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := client.Do(request)
	if err != nil {
		return "", fmt.Errorf("the registry %s can't be reached: %w", host, errors.Unwrap(err))
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return "", fmt.Errorf("the registry %s: %w", host, err)
	}
	var answer struct {
		RefreshToken string `json:"refresh_token"`
	}
	switch {
	case response.StatusCode == http.StatusForbidden && strings.Contains(string(body), "is not allowed access"):
		return "", fmt.Errorf("the registry %s doesn't let this machine in: a private stack's is reached from its network alone, see docs/reference/private.md", host)
	case response.StatusCode == http.StatusUnauthorized || response.StatusCode == http.StatusForbidden:
		return "", fmt.Errorf("the registry %s answers %d: whoever is signed in needs the role AcrPush on it", host, response.StatusCode)
	case response.StatusCode != http.StatusOK:
		return "", fmt.Errorf("the registry %s answers %d %s", host, response.StatusCode, http.StatusText(response.StatusCode))
	case json.Unmarshal(body, &answer) != nil || answer.RefreshToken == "":
		return "", fmt.Errorf("the registry %s answers without a token: is it an Azure Container Registry?", host)
	}
	return answer.RefreshToken, nil
}
