package infra

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/managedidentity"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Azure's built-in roles by their ids, which are the same everywhere.
const (
	roleAcrPull                    = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
	roleAcrPush                    = "8311e382-0749-4cb8-b61a-304f252e45ec"
	roleContributor                = "b24988ac-6180-42a0-ab88-20f7382dd24c"
	roleReader                     = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
	roleAccessControlAdministrator = "f58310d9-a9f6-439a-9e8d-f62e7b41a168"
	roleBlobDataReader             = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
	roleBlobDataContributor        = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
	roleMetricsWriter              = "635dd51f-9968-44d3-b7fb-6d9a6bd613ae" // AzureML Metrics Writer
)

// Who a role is granted to. Azure looks the principal up unless it is told,
// and fails for one that was made a moment ago.
const (
	principalService = "ServicePrincipal"
	principalGroup   = "Group"
	principalUser    = "User"
)

// grant is a role assignment.
type grant struct {
	name          string // Pulumi's
	principal     pulumi.StringInput
	principalType string
	role          pulumi.StringInput // full id; builtin makes it
	scope         pulumi.StringInput
	condition     string // attribute-based, optional
	why           string // description that the portal shows
}

// builtin is the full id of a built-in role.
func (r run) builtin(role string) pulumi.StringInput {
	return pulumi.String(r.subscriptionID() + "/providers/Microsoft.Authorization/roleDefinitions/" + role)
}

func (r run) assign(g grant) (*authorization.RoleAssignment, error) {
	args := &authorization.RoleAssignmentArgs{
		PrincipalId:      g.principal,
		PrincipalType:    pulumi.String(g.principalType),
		RoleDefinitionId: g.role,
		Scope:            g.scope,
		Description:      pulumi.String(g.why),
	}
	if g.condition != "" {
		args.Condition = pulumi.String(g.condition)
		args.ConditionVersion = pulumi.String("2.0")
	}
	return authorization.NewRoleAssignment(r.ctx, g.name, args, r.options()...)
}

// endpointIdentity makes the endpoint's identity and grants it what a
// deployment needs before it can start, to pull its image and to read its
// model, and to write its metrics. Azure grants a user-assigned identity
// nothing by itself.
func (r run) endpointIdentity(w workspace) (*managedidentity.UserAssignedIdentity, []pulumi.Resource, error) {
	identity, err := managedidentity.NewUserAssignedIdentity(r.ctx, "endpoint-identity", &managedidentity.UserAssignedIdentityArgs{
		ResourceGroupName: w.name,
		ResourceName:      pulumi.String(r.names.Identity),
		Location:          r.location(),
		Tags:              r.tags,
	}, r.options()...)
	if err != nil {
		return nil, nil, err
	}
	var grants []pulumi.Resource
	for _, g := range []grant{
		{name: "endpoint-pulls-images", role: r.builtin(roleAcrPull), scope: w.registry.ID().ToStringOutput(), why: "The endpoint pulls its image"},
		{name: "endpoint-reads-models", role: r.builtin(roleBlobDataReader), scope: w.account.ID().ToStringOutput(), why: "The endpoint reads its model"},
		{name: "endpoint-writes-metrics", role: r.builtin(roleMetricsWriter), scope: w.made.ID().ToStringOutput(), why: "The endpoint's instances write their metrics"},
	} {
		g.principal, g.principalType = identity.PrincipalId, principalService
		assignment, err := r.assign(g)
		if err != nil {
			return nil, nil, err
		}
		r.retries.after(assignment)
		grants = append(grants, assignment)
	}
	return identity, grants, nil
}

// onlyRoles is the condition under which a principal may assign and take
// away the given roles and no others.
func onlyRoles(roles ...string) string {
	list := strings.Join(roles, ", ")
	rule := func(action, source string) string {
		return fmt.Sprintf("((!(ActionMatches{'Microsoft.Authorization/roleAssignments/%s'})) OR "+
			"(@%s[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {%s}))", action, source, list)
	}
	return rule("write", "Request") + " AND " + rule("delete", "Resource")
}

// customRole declares a role of our own, which can be assigned in scope.
func (r run) customRole(name, title, why string, scope pulumi.StringInput, actions ...string) (*authorization.RoleDefinition, error) {
	return authorization.NewRoleDefinition(r.ctx, name, &authorization.RoleDefinitionArgs{
		RoleDefinitionId: pulumi.String(stackconfig.GUID(r.names.Stem, name)),
		RoleName:         pulumi.String(title + " (" + r.names.Stem + ")"),
		RoleType:         pulumi.String("CustomRole"),
		Description:      pulumi.String(why),
		Scope:            scope,
		AssignableScopes: pulumi.StringArray{scope},
		Permissions: authorization.PermissionArray{&authorization.PermissionArgs{
			Actions: pulumi.ToStringArray(actions), NotActions: pulumi.StringArray{},
			DataActions: pulumi.StringArray{}, NotDataActions: pulumi.StringArray{},
		}},
	}, r.options()...)
}
