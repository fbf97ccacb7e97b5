package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// GitHub's token service, whose tokens Microsoft Entra exchanges.
const (
	githubIssuer   = "https://token.actions.githubusercontent.com"
	githubAudience = "api://AzureADTokenExchange"
)

// subjectPrefix is what the subjects of a repository's tokens begin with:
// repo:OWNER/NAME, or repo:OWNER@ID/NAME@ID for repositories that were made,
// renamed or moved since July 2026. Only GitHub knows which; its neighbour
// use_immutable_subject doesn't tell (Azure/azure-dev#9382).
func subjectPrefix(ctx context.Context, client *http.Client, api, token, repository string) (string, error) {
	const remedy = "set GITHUB_TOKEN to a token that may read the repository, or give --subject-prefix"
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, api+"/repos/"+repository+"/actions/oidc/customization/sub", nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("Accept", "application/vnd.github+json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := client.Do(request)
	if err != nil {
		return "", fmt.Errorf("the subjects of %s on GitHub: %w; %s", repository, err, remedy)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the subjects of %s on GitHub: %s; %s", repository, response.Status, remedy)
	}
	var answer struct {
		UseDefault *bool  `json:"use_default"`
		Prefix     string `json:"sub_claim_prefix"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&answer); err != nil {
		return "", fmt.Errorf("the subjects of %s on GitHub: %w", repository, err)
	}
	switch {
	case answer.UseDefault != nil && !*answer.UseDefault:
		return "", fmt.Errorf("the subjects of %s on GitHub follow a template of their own: set the repository's back to the default", repository)
	case answer.Prefix == "":
		return "", fmt.Errorf("the subjects of %s on GitHub: the answer has no sub_claim_prefix; give --subject-prefix, as it stands in a token's sub", repository)
	}
	return answer.Prefix, nil
}
