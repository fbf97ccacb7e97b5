package infra

import (
	"errors"
	"net/http"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/preflight"
)

// networkState is what Azure says of a workspace's managed network.
type networkState struct {
	Properties struct {
		ManagedNetwork struct {
			Status struct{ Status string } // Active once it is provisioned
		}
	}
}

// network is the workspace's name for deployments: known to a preview, and in an
// update told when the managed network is provisioned, because Azure makes no
// deployment before (how-to-secure-online-endpoint). It takes minutes, once.
func (r run) network(w workspace) pulumi.StringInput {
	if r.ctx.DryRun() || r.cfg.Workspace.Isolation == preflight.NotIsolated {
		return w.workspaceName
	}
	return w.workspaceName.ApplyT(func(name string) (string, error) { return name, r.provisionNetwork() }).(pulumi.StringOutput)
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
	err = client.Do(r.ctx.Context(), http.MethodPost, r.workspaceID()+"/provisionManagedNetwork", machinelearning.APIVersion, nil,
		map[string]any{"includeSpark": false}, nil)
	if err != nil {
		return errors.New("provision the workspace's managed network: " + arm.Reason(err))
	}
	return nil
}
