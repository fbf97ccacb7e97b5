package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

const graphAddress = "https://graph.microsoft.com/v1.0"

// graph is Microsoft Graph, in which the objects of Microsoft Entra lie.
type graph struct{ pipeline runtime.Pipeline }

func newGraph(credential azcore.TokenCredential, options policy.ClientOptions) graph {
	if options.Retry.RetryDelay == 0 {
		options.Retry.RetryDelay = 2 * time.Second
	}
	options.Retry.MaxRetries = 6
	options.Retry.ShouldRetry = passes
	return graph{runtime.NewPipeline("bootstrap", "v1.0.0", runtime.PipelineOptions{
		PerRetry: []policy.Policy{runtime.NewBearerTokenPolicy(credential, []string{"https://graph.microsoft.com/.default"}, nil)},
	}, &options)}
}

// passes is whether an answer may be another one soon: what was made a moment
// ago isn't known everywhere yet, so it is answered as if it weren't there.
func passes(response *http.Response, err error) bool {
	if err != nil {
		return true
	}
	switch response.StatusCode {
	case http.StatusNotFound, http.StatusTooManyRequests, http.StatusRequestTimeout,
		http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusBadRequest:
		var failure *azcore.ResponseError
		return errors.As(runtime.NewResponseError(response), &failure) && failure.ErrorCode == "NoBackingApplicationObject"
	}
	return false
}

// do sends a request and decodes the answer into out, unless that is nil.
func (g graph) do(ctx context.Context, method, path string, header http.Header, body, out any) error {
	request, err := runtime.NewRequest(ctx, method, graphAddress+path)
	if err != nil {
		return err
	}
	for name, values := range header {
		request.Raw().Header[name] = values
	}
	if body != nil {
		if err := runtime.MarshalAsJSON(request, body); err != nil {
			return err
		}
	}
	response, err := g.pipeline.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if !runtime.HasStatusCode(response, http.StatusOK, http.StatusCreated, http.StatusNoContent) {
		return runtime.NewResponseError(response)
	}
	content, err := io.ReadAll(response.Body)
	if err != nil || out == nil || len(content) == 0 {
		return err
	}
	return json.Unmarshal(content, out)
}

// upsert makes the object of a key, or changes it to what body says.
func (g graph) upsert(ctx context.Context, path string, body any) error {
	return g.do(ctx, http.MethodPatch, path, http.Header{"Prefer": {"create-if-missing"}}, body, nil)
}

// object is what is needed of any object of Microsoft Entra.
type object struct {
	ID    string `json:"id"`
	AppID string `json:"appId"`
	Type  string `json:"@odata.type"`
}

func (g graph) get(ctx context.Context, path string) (o object, err error) {
	err = g.do(ctx, http.MethodGet, path, nil, nil, &o)
	if err == nil && o.ID == "" {
		err = errors.New("the answer names no id")
	}
	return o, err
}

// kind is what a principal is, as role assignments name it: User, Group or
// ServicePrincipal.
func (g graph) kind(ctx context.Context, id string) (string, error) {
	o, err := g.get(ctx, "/directoryObjects/"+id)
	if err != nil {
		return "", fmt.Errorf("what %s is: %w", id, err)
	}
	name := strings.TrimPrefix(o.Type, "#microsoft.graph.")
	if name == "" {
		return "", fmt.Errorf("what %s is: the answer names no type", id)
	}
	return strings.ToUpper(name[:1]) + name[1:], nil
}

// application makes an application without any secret, and its service
// principal, which others sign in as by federated credentials: subjects by name.
func (g graph) application(ctx context.Context, name, why string, subjects map[string]string) (client, principal string, err error) {
	key := "/applications(uniqueName='" + name + "')"
	if err := g.upsert(ctx, key, map[string]any{"displayName": name, "description": why, "signInAudience": "AzureADMyOrg"}); err != nil {
		return "", "", fmt.Errorf("application %s: %w", name, err)
	}
	made, err := g.get(ctx, key+"?$select=id,appId")
	if err != nil {
		return "", "", fmt.Errorf("application %s: %w", name, err)
	}
	key = "/servicePrincipals(appId='" + made.AppID + "')"
	if err := g.upsert(ctx, key, map[string]any{"displayName": name, "description": why}); err != nil {
		return "", "", fmt.Errorf("service principal %s: %w", name, err)
	}
	service, err := g.get(ctx, key+"?$select=id")
	if err != nil {
		return "", "", fmt.Errorf("service principal %s: %w", name, err)
	}
	for credential, subject := range subjects {
		err := g.upsert(ctx, "/applications/"+made.ID+"/federatedIdentityCredentials(name='"+credential+"')", map[string]any{
			"issuer": githubIssuer, "subject": subject, "audiences": []string{githubAudience}, "description": "GitHub: " + subject,
		})
		if err != nil {
			return "", "", fmt.Errorf("federated credential %s of %s: %w", credential, name, err)
		}
	}
	return made.AppID, service.ID, nil
}

// securityGroup makes a group and adds members to it. It takes none away.
func (g graph) securityGroup(ctx context.Context, name, why string, members []string) (id string, err error) {
	key := "/groups(uniqueName='" + name + "')"
	if err := g.upsert(ctx, key, map[string]any{
		"displayName": name, "description": why, "mailEnabled": false, "mailNickname": name, "securityEnabled": true,
	}); err != nil {
		return "", fmt.Errorf("group %s: %w", name, err)
	}
	made, err := g.get(ctx, key+"?$select=id")
	if err != nil {
		return "", fmt.Errorf("group %s: %w", name, err)
	}
	there := map[string]bool{}
	for next := "/groups/" + made.ID + "/members?$select=id&$top=999"; next != ""; {
		var page struct {
			Value []object `json:"value"`
			Next  string   `json:"@odata.nextLink"`
		}
		if err := g.do(ctx, http.MethodGet, next, nil, nil, &page); err != nil {
			return "", fmt.Errorf("members of group %s: %w", name, err)
		}
		for _, member := range page.Value {
			there[member.ID] = true
		}
		next = strings.TrimPrefix(page.Next, graphAddress)
	}
	for _, member := range members {
		if there[strings.ToLower(member)] {
			continue
		}
		err := g.do(ctx, http.MethodPost, "/groups/"+made.ID+"/members/$ref", nil,
			map[string]any{"@odata.id": graphAddress + "/directoryObjects/" + member}, nil)
		if err != nil {
			return "", fmt.Errorf("member %s of group %s: %w", member, name, err)
		}
	}
	return made.ID, nil
}
