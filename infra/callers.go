package infra

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// scoreAction is the only thing that a caller may do.
const scoreAction = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action"

// access is who may do what beside the endpoint itself.
type access struct {
	grants  []pulumi.Resource
	ci      *ciIdentities         // nil without
	callers pulumi.StringPtrInput // object id of the group, nil without
}

func (r run) access(base platform, endpoint *Endpoint) (a access, err error) {
	if r, err = r.in("access"); err != nil {
		return access{}, err
	}
	if a.ci, a.grants, err = r.ciIdentities(base); err != nil {
		return access{}, err
	}
	a.callers, err = r.callers(base.group, endpoint)
	return a, err
}

// callers makes a group whose members may call the endpoint, by a role that can
// do nothing else, and returns its object id.
func (r run) callers(in group, endpoint *Endpoint) (pulumi.StringPtrInput, error) {
	if !r.cfg.Callers.Enabled {
		return nil, nil
	}
	group, err := azuread.NewGroup(r.ctx, "callers", &azuread.GroupArgs{
		DisplayName:     pulumi.String(r.names.Stem + "-callers"),
		Description:     pulumi.String("May call the endpoint " + r.names.Endpoint),
		SecurityEnabled: pulumi.Bool(true),
	}, r.options()...)
	if err != nil {
		return nil, err
	}
	for _, member := range r.cfg.Callers.Members {
		_, err := azuread.NewGroupMember(r.ctx, "caller-"+member, &azuread.GroupMemberArgs{
			GroupObjectId:  group.ObjectId,
			MemberObjectId: pulumi.String(member),
		}, r.options()...)
		if err != nil {
			return nil, err
		}
	}
	role, err := r.customRole("endpoint-caller", "Online endpoint caller", "Scores on an online endpoint, and no more",
		in.ID().ToStringOutput(), scoreAction)
	if err != nil {
		return nil, err
	}
	_, err = r.assign(grant{
		name: "callers-score", principal: group.ObjectId, principalType: principalGroup,
		role: role.ID().ToStringOutput(), scope: endpoint.ID, why: "Callers score",
	})
	return group.ObjectId.ToStringPtrOutput(), err
}

// sorted returns a map's keys in order, so that a program declares the same
// resources in the same order every time.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
