package infra

import (
	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/managedidentity"
)

// Azure's built-in roles by their ids, which are the same everywhere.
const (
	roleAcrPull             = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
	roleBlobDataReader      = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
	roleBlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
	roleMetricsWriter       = "635dd51f-9968-44d3-b7fb-6d9a6bd613ae" // AzureML Metrics Writer
	roleConnectionApprover  = "b556d68e-0be0-4f35-a333-ad7ee1ce17ea" // Azure AI Enterprise Network Connection Approver
)

// Who a role is granted to. Azure looks the principal up unless it is told,
// and fails for one that was made a moment ago.
const (
	principalService = "ServicePrincipal"
	principalUser    = "User"
)

// grant is a role assignment.
type grant struct {
	name      string // Pulumi's
	principal pulumi.StringInput
	role      pulumi.StringInput // full id; builtin makes it
	scope     pulumi.StringInput
	why       string // description that the portal shows
}

// builtin is the full id of a built-in role.
func (r run) builtin(role string) pulumi.StringInput {
	return pulumi.String(r.subscriptionID() + "/providers/Microsoft.Authorization/roleDefinitions/" + role)
}

func (r run) assign(g grant) (*authorization.RoleAssignment, error) {
	return authorization.NewRoleAssignment(r.ctx, r.named(g.name), &authorization.RoleAssignmentArgs{
		PrincipalId:      g.principal,
		PrincipalType:    pulumi.String(principalService),
		RoleDefinitionId: g.role,
		Scope:            g.scope,
		Description:      pulumi.String(g.why),
	}, r.options()...)
}

// endpointIdentity makes the endpoint's identity and grants it what a
// deployment needs before it can start, to pull its image and to read its
// model, and whatever else its host needs. Azure grants a user-assigned identity
// nothing by itself.
func (r run) endpointIdentity(base platform, more ...grant) (*managedidentity.UserAssignedIdentity, []pulumi.Resource, error) {
	identity, err := managedidentity.NewUserAssignedIdentity(r.ctx, r.named("endpoint-identity"), &managedidentity.UserAssignedIdentityArgs{
		ResourceGroupName: base.name,
		ResourceName:      pulumi.String(r.names.Identity),
		Location:          r.location(),
		Tags:              r.tags,
	}, r.options()...)
	if err != nil {
		return nil, nil, err
	}
	var grants []pulumi.Resource
	for _, g := range append([]grant{
		{name: "endpoint-pulls-images", role: r.builtin(roleAcrPull), scope: base.registry.ID().ToStringOutput(), why: "The endpoint pulls its image"},
		{name: "endpoint-reads-models", role: r.builtin(roleBlobDataReader), scope: base.account.ID().ToStringOutput(), why: "The endpoint reads its model"},
	}, more...) {
		g.principal = identity.PrincipalId
		assignment, err := r.assign(g)
		if err != nil {
			return nil, nil, err
		}
		r.retries.after(assignment)
		grants = append(grants, assignment)
	}
	return identity, grants, nil
}
