package infra

import (
	"cmp"
	"encoding/json"
	"fmt"

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
func (r run) fingerprint(azureName, tag string, d stackconfig.Deployment) string {
	d.InstanceCount, d.Autoscale = 0, nil
	data, err := json.Marshal([]any{azureName, tag, d, r.cfg.Tags, r.cfg.StorageAccount(r.names), r.cfg.Storage.Container, r.cfg.Location})
	if err != nil {
		panic(err) // strings and numbers alone
	}
	return stackconfig.ShortHash(string(data))
}

// liveDeployment is a deployment as Azure has it, zero if it isn't there.
type liveDeployment struct {
	Tags map[string]string
	Sku  struct{ Capacity int }
}

func (r run) liveDeployment(azureName string) (live liveDeployment, err error) {
	if _, err := r.get(r.endpointID()+"/deployments/"+azureName, machinelearning.APIVersion, &live); err != nil {
		return liveDeployment{}, fmt.Errorf("how many instances %s has: %w", azureName, err)
	}
	return live, nil
}

// same reports whether the deployment was made from a configuration.
func (l liveDeployment) same(fingerprint string) bool { return l.Tags[configurationTag] == fingerprint }

// capacityOr is the number of instances, or a default.
func (l liveDeployment) capacityOr(count int) int { return cmp.Or(l.Sku.Capacity, count) }
