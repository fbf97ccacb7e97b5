package infra

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// scoreAction is the only thing that a caller may do.
const scoreAction = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action"

// declareCallers makes a group whose members may call the endpoint, by a role
// that can do nothing else.
func (s *stack) declareCallers() error {
	if !s.cfg.Callers.Enabled {
		return nil
	}
	group, err := azuread.NewGroup(s.ctx, "callers", &azuread.GroupArgs{
		DisplayName:     pulumi.String(s.names.Stem + "-callers"),
		Description:     pulumi.String("May call the endpoint " + s.names.Endpoint),
		SecurityEnabled: pulumi.Bool(true),
	})
	if err != nil {
		return err
	}
	for _, member := range s.cfg.Callers.Members {
		_, err := azuread.NewGroupMember(s.ctx, "caller-"+member, &azuread.GroupMemberArgs{
			GroupObjectId:  group.ObjectId,
			MemberObjectId: pulumi.String(member),
		})
		if err != nil {
			return err
		}
	}
	role, err := s.customRole("endpoint-caller", "Online endpoint caller", "Scores on an online endpoint, and no more",
		s.group.ID().ToStringOutput(), scoreAction)
	if err != nil {
		return err
	}
	_, err = s.assign(grant{
		name: "callers-score", principal: group.ObjectId, principalType: principalGroup,
		role: role.ID().ToStringOutput(), scope: s.endpoint.ID().ToStringOutput(), why: "Callers score",
	})
	s.callers = group.ObjectId.ToStringPtrOutput()
	return err
}

// sorted returns a map's keys in order, so that a program declares the same
// resources in the same order every time.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
