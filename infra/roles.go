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
)

// Who a role is granted to. Azure looks the principal up unless it is told,
// and fails for one that was made a moment ago.
const (
	principalService = "ServicePrincipal"
	principalGroup   = "Group"
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
func (s *stack) builtin(role string) pulumi.StringInput {
	return pulumi.String(s.subscriptionID() + "/providers/Microsoft.Authorization/roleDefinitions/" + role)
}

func (s *stack) subscriptionID() string { return "/subscriptions/" + s.subscription }

func (s *stack) assign(g grant) (*authorization.RoleAssignment, error) {
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
	return authorization.NewRoleAssignment(s.ctx, g.name, args)
}

// declareIdentity makes the endpoint's identity and grants it what a
// deployment needs before it can start: to pull its image and to read its
// model. Azure grants a user-assigned identity nothing by itself.
func (s *stack) declareIdentity() (err error) {
	s.identity, err = managedidentity.NewUserAssignedIdentity(s.ctx, "endpoint-identity", &managedidentity.UserAssignedIdentityArgs{
		ResourceGroupName: s.group.Name,
		ResourceName:      pulumi.String(s.names.Identity),
		Location:          s.location(),
		Tags:              s.tags,
	})
	if err != nil {
		return err
	}
	for _, g := range []grant{
		{name: "endpoint-pulls-images", role: s.builtin(roleAcrPull), scope: s.registry.ID().ToStringOutput(), why: "The endpoint pulls its image"},
		{name: "endpoint-reads-models", role: s.builtin(roleBlobDataReader), scope: s.account.ID().ToStringOutput(), why: "The endpoint reads its model"},
	} {
		g.principal, g.principalType = s.identity.PrincipalId, principalService
		assignment, err := s.assign(g)
		if err != nil {
			return err
		}
		s.retries.after(assignment)
		s.grants = append(s.grants, assignment)
		s.onData = append(s.onData, assignment)
	}
	return nil
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
func (s *stack) customRole(name, title, why string, scope pulumi.StringInput, actions ...string) (*authorization.RoleDefinition, error) {
	return authorization.NewRoleDefinition(s.ctx, name, &authorization.RoleDefinitionArgs{
		RoleDefinitionId: pulumi.String(stackconfig.GUID(s.names.Stem, name)),
		RoleName:         pulumi.String(title + " (" + s.names.Stem + ")"),
		RoleType:         pulumi.String("CustomRole"),
		Description:      pulumi.String(why),
		Scope:            scope,
		AssignableScopes: pulumi.StringArray{scope},
		Permissions: authorization.PermissionArray{&authorization.PermissionArgs{
			Actions: pulumi.ToStringArray(actions), NotActions: pulumi.StringArray{},
			DataActions: pulumi.StringArray{}, NotDataActions: pulumi.StringArray{},
		}},
	})
}
