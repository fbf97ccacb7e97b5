package infra

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// With autoscale on, Azure Monitor chooses the instance count, and an update
// has to leave it alone. Ignoring changes of sku.capacity alone doesn't do
// that: Azure knows no update without it, and Pulumi would send the count of
// the last update, which takes away what was added since. So the count is
// ignored where nothing else changes, and where something does, the update
// sends the one that the deployment has at the moment. A tag tells the two
// apart.
const configurationTag = "configuration"

// fingerprint stands for all of a deployment's configuration but its count.
// tag is the content's of an image that is built.
func (s *stack) fingerprint(azureName, tag string, d stackconfig.Deployment) string {
	d.InstanceCount, d.Autoscale = 0, nil
	data, err := json.Marshal([]any{azureName, tag, d, s.cfg.Tags, s.cfg.Storage, s.cfg.Location})
	if err != nil {
		panic(err) // strings and numbers alone
	}
	return stackconfig.ShortHash(string(data))
}

// liveDeployment is a deployment as it is, nil if it isn't there.
type liveDeployment struct {
	result *machinelearning.LookupOnlineDeploymentResult
}

func (s *stack) liveDeployment(azureName string) (liveDeployment, error) {
	result, err := machinelearning.LookupOnlineDeployment(s.ctx, &machinelearning.LookupOnlineDeploymentArgs{
		ResourceGroupName: s.names.ResourceGroup,
		WorkspaceName:     s.names.Workspace,
		EndpointName:      s.names.Endpoint,
		DeploymentName:    azureName,
	})
	switch {
	case err == nil:
		return liveDeployment{result}, nil
	case strings.Contains(err.Error(), "NotFound") || strings.Contains(err.Error(), "404"):
		return liveDeployment{}, nil
	}
	return liveDeployment{}, fmt.Errorf("how many instances %s has: %w", azureName, err)
}

// same reports whether the deployment was made from a configuration.
func (l liveDeployment) same(fingerprint string) bool {
	return l.result != nil && l.result.Tags[configurationTag] == fingerprint
}

// capacityOr is the number of instances, or a default.
func (l liveDeployment) capacityOr(count int) int {
	if l.result == nil || l.result.Sku == nil || l.result.Sku.Capacity == nil {
		return count
	}
	return *l.result.Sku.Capacity
}
