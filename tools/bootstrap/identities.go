package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
	"github.com/google/uuid"
)

// The identities of CI and the callers' group, with what they may do. They are
// made here and not by the stack, so that no pipeline can widen its own rights,
// and that whoever may only read the resource group can refresh all of a stack.

// driftEnvironment is the GitHub environment of .github/workflows/drift.yml,
// which compares on a schedule, so for no pull request.
const driftEnvironment = "drift"

// stack is what identities get access to: some of a stack's outputs.
type stack struct {
	ResourceGroup    string `json:"resourceGroup"`
	EndpointID       string `json:"endpointId"`
	RegistryID       string `json:"registryId"`
	StorageAccountID string `json:"storageAccountId"`
	ModelsContainer  string `json:"modelsContainer"`

	group string // its resource group's id
	stem  string // what its names end with
}

var idPattern = regexp.MustCompile(`^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/.+$`)

// readStack reads what `pulumi stack output --json` printed; "-" is standard
// input.
func readStack(file, subscription string, in io.Reader) (*stack, error) {
	content, err := []byte(nil), error(nil)
	if file == "-" {
		content, err = io.ReadAll(in)
	} else {
		content, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, fmt.Errorf("--stack: %w", err)
	}
	var s stack
	if err := json.Unmarshal(content, &s); err != nil {
		return nil, fmt.Errorf("--stack %s: it must be what pulumi stack output --json prints: %w", file, err)
	}
	s.group = "/subscriptions/" + subscription + "/resourceGroups/" + s.ResourceGroup
	s.stem = strings.TrimPrefix(s.ResourceGroup, "rg-")
	if s.ResourceGroup == "" || s.ModelsContainer == "" {
		return nil, fmt.Errorf("--stack %s: the outputs resourceGroup and modelsContainer are missing: run pulumi up of the stack first", file)
	}
	for name, id := range map[string]string{"endpointId": s.EndpointID, "registryId": s.RegistryID, "storageAccountId": s.StorageAccountID} {
		if !idPattern.MatchString(id) {
			return nil, fmt.Errorf("--stack %s: the output %s is %q, it must be a resource's id: run pulumi up of the stack first", file, name, id)
		}
		if !strings.HasPrefix(strings.ToLower(id), "/subscriptions/"+strings.ToLower(subscription)+"/") {
			return nil, fmt.Errorf("--stack %s: the output %s is %q, which isn't of --subscription %s", file, name, id, subscription)
		}
	}
	return &s, nil
}

// makeIdentities makes what was asked for, and prints what GitHub is to know.
func (b *builder) makeIdentities(ctx context.Context, s *stack, prefix string) error {
	if b.Repository != "" {
		if err := b.makeCI(ctx, s, prefix); err != nil {
			return err
		}
	}
	if !b.Callers {
		return nil
	}
	role, err := b.customRole(ctx, "endpoint-caller", "Online endpoint caller", "Scores on an online endpoint, and no more",
		"Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action")
	if err != nil {
		return err
	}
	group, err := b.entra.securityGroup(ctx, s.stem+"-callers", "May call the endpoint "+s.stem, b.Caller)
	if err != nil {
		return err
	}
	if err := b.assign(ctx, grant{principal: group, kind: "Group", role: role, scope: s.EndpointID}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(b.out, "group %s-callers, object id %s\n", s.stem, group)
	return err
}

// makeCI makes two applications: one for pull requests and drift, which reads,
// and one of this stack alone for the environments, which deploys. They are two
// because a pull request runs code that nobody has reviewed.
func (b *builder) makeCI(ctx context.Context, s *stack, prefix string) error {
	quota, err := b.customRole(ctx, "quota-reader", "Machine learning quota reader", "Reads quota and sizes, for preflight",
		"Microsoft.MachineLearningServices/locations/*/read", "Microsoft.Compute/skus/read")
	if err != nil {
		return err
	}
	subscription := "/subscriptions/" + b.Subscription
	container := s.StorageAccountID + "/blobServices/default/containers/" + s.ModelsContainer

	name := b.names.vault + "-ci-preview"
	previewClient, preview, err := b.entra.application(ctx, name, "Previews pull requests and compares on a schedule for "+b.Repository,
		map[string]string{"pull-request": prefix + ":pull_request", "drift": prefix + ":environment:" + driftEnvironment})
	if err != nil {
		return err
	}
	grants := []grant{
		{principal: preview, role: roleReader, scope: s.group},
		{principal: preview, role: roleReader, scope: s.StorageAccountID}, // which may lie in another group
		{principal: preview, role: quota, scope: subscription},
	}

	subjects := map[string]string{}
	for _, environment := range b.Environment {
		subjects["environment-"+environment] = prefix + ":environment:" + environment
	}
	deployClient, deploy, err := b.entra.application(ctx, s.stem+"-ci-deploy", "Deploys "+b.Repository, subjects)
	if err != nil {
		return err
	}
	grants = append(grants,
		grant{principal: deploy, role: roleContributor, scope: s.group},
		grant{principal: deploy, role: roleReader, scope: s.StorageAccountID},
		grant{principal: deploy, role: roleAccessControlAdministrator, scope: s.group,
			condition: onlyRoles(roleAcrPull, roleBlobDataReader, roleMetricsWriter, roleConnectionApprover)},
		grant{principal: deploy, role: roleAcrPush, scope: s.RegistryID},
		grant{principal: deploy, role: roleBlobDataContributor, scope: container},
		grant{principal: deploy, role: quota, scope: subscription},
	)
	for _, g := range grants {
		g.kind = "ServicePrincipal"
		if err := b.assign(ctx, g); err != nil {
			return err
		}
	}
	if err := b.grant(ctx, preview, "ServicePrincipal", roleBlobDataReader); err != nil {
		return err
	}
	if err := b.grant(ctx, deploy, "ServicePrincipal", roleBlobDataContributor); err != nil {
		return err
	}
	tenant, err := b.claim(ctx, "tid")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(b.out, `applications of %s, for subjects that begin with %s
variables of the GitHub repository:
AZURE_TENANT_ID=%s
AZURE_SUBSCRIPTION_ID=%s
AZURE_PREVIEW_CLIENT_ID=%s
variable of the GitHub environments %s:
AZURE_CLIENT_ID=%s
`, b.Repository, prefix, tenant, b.Subscription, previewClient, strings.Join(b.Environment, ", "), deployClient)
	return err
}

// onlyRoles is the condition under which a principal may assign and take away
// the given roles and no others.
func onlyRoles(roles ...string) string {
	rule := func(action, source string) string {
		return fmt.Sprintf("((!(ActionMatches{'Microsoft.Authorization/roleAssignments/%s'})) OR "+
			"(@%s[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {%s}))", action, source, strings.Join(roles, ", "))
	}
	return rule("write", "Request") + " AND " + rule("delete", "Resource")
}

// customRole makes a role of our own, which can be assigned in the subscription,
// and returns its id. Its name is unique in the tenant, so it carries ours.
func (b *builder) customRole(ctx context.Context, name, title, why string, actions ...string) (string, error) {
	scope := "/subscriptions/" + b.Subscription
	id := uuid.NewSHA1(uuid.NameSpaceURL, []byte(scope+"|"+b.names.vault+"|"+name)).String()
	_, err := b.definitions.CreateOrUpdate(ctx, scope, id, armauthorization.RoleDefinition{
		Properties: &armauthorization.RoleDefinitionProperties{
			RoleName: to.Ptr(title + " (" + b.names.vault + ")"), RoleType: to.Ptr("CustomRole"), Description: &why,
			AssignableScopes: []*string{&scope}, Permissions: []*armauthorization.Permission{{Actions: to.SliceOfPtrs(actions...)}},
		},
	}, nil)
	if err != nil {
		return "", fmt.Errorf("role %s: %w", title, err)
	}
	return id, nil
}
