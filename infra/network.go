package infra

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
)

// networkState is what Azure says of a workspace's managed network.
type networkState struct {
	Properties struct {
		ManagedNetwork struct {
			Status struct{ Status string } // Active once it is provisioned
		}
	}
}

// provisioned is the workspace's name for deployments: known to a preview, and in an
// update told when the managed network is provisioned, because Azure makes no
// deployment before (how-to-secure-online-endpoint). It takes minutes, once.
func (r run) provisioned(w workspace) pulumi.StringInput {
	if r.ctx.DryRun() || !r.cfg.Isolated() {
		return w.workspaceName
	}
	waits := []any{w.workspaceName}
	for _, approval := range w.approvals {
		waits = append(waits, approval.URN())
	}
	return pulumi.All(waits...).ApplyT(func(v []any) (string, error) { return v[0].(string), r.provisionNetwork() }).(pulumi.StringOutput)
}

func (r run) provisionNetwork() error {
	var now networkState
	if _, err := r.get(r.workspaceID(), machinelearning.APIVersion, &now); err != nil {
		return err
	}
	if now.Properties.ManagedNetwork.Status.Status == "Active" {
		return nil
	}
	if err := r.ctx.Log.Info("the workspace's managed network is provisioned, which takes minutes, once", nil); err != nil {
		return err
	}
	client, err := newARM(r.login())
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(approvalHolds); ; {
		err = client.Do(r.ctx.Context(), http.MethodPost, r.workspaceID()+"/provisionManagedNetwork", machinelearning.APIVersion, nil,
			map[string]any{"includeSpark": false}, nil)
		if err == nil {
			return nil
		}
		reason := arm.Reason(err)
		if r.pause == 0 || time.Now().After(deadline) || !strings.Contains(reason, approving) {
			return errors.New("provision the workspace's managed network: " + reason)
		}
		if err := r.ctx.Log.Info("the workspace's role to approve private endpoints isn't in effect yet; trying again", nil); err != nil {
			return err
		}
		select {
		case <-r.ctx.Context().Done():
			return errors.New("interrupted while the managed network was provisioned; pulumi up continues")
		case <-time.After(r.pause):
		}
	}
}

// approving is in what Azure says where the workspace may not approve a private
// endpoint of its managed network. approvalHolds is how long a new role is waited for.
const (
	approving     = "PrivateEndpointConnectionsApproval"
	approvalHolds = 20 * time.Minute
)

// approvals let the workspace approve the private endpoints that its managed network
// makes to what it is linked to. Azure granted that by itself until April 2025
// (Microsoft Learn, how-to-managed-network).
func (r run) approvals(w workspace) (grants []pulumi.Resource, err error) {
	if !r.cfg.Isolated() {
		return nil, nil
	}
	for _, to := range []struct {
		name  string
		scope pulumi.StringInput
	}{
		{"vault", w.vault.ID().ToStringOutput()}, {"registry", w.registry.ID().ToStringOutput()}, {"storage", w.account.ID().ToStringOutput()},
	} {
		made, err := r.assign(grant{
			name: "workspace-approves-" + to.name, principal: w.made.Identity.PrincipalId().Elem(), role: r.builtin(roleConnectionApprover), scope: to.scope,
			why: "The workspace approves its managed network's private endpoint",
		})
		if err != nil {
			return nil, err
		}
		grants = append(grants, made)
	}
	return grants, nil
}
