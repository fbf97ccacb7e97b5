package azure

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

func checkOnlineDeployment(c *Cloud, id resourceID, body map[string]any, old *Resource) *Error {
	if !endpointName.MatchString(id.name) {
		return badRequest("deployment name %q: 3 to 32 letters, digits and dashes, starting with a letter", id.name)
	}
	if endpoint, err := parseID(id.parent); err == nil {
		if failure := c.networkReady(c.resources[key(endpoint.parent)]); failure != nil {
			return failure
		}
	}
	p := properties(body)
	if text(p, "endpointComputeType") != "Managed" {
		return badRequest("properties.endpointComputeType: %q is not Managed", text(p, "endpointComputeType"))
	}
	if capacity, _ := at(body, "sku", "capacity").(float64); capacity < 1 || capacity != float64(int(capacity)) {
		return badRequest("sku.capacity: %v; a managed deployment runs 1 instance or more", at(body, "sku", "capacity"))
	}
	if text(p, "instanceType") == "" {
		return badRequest("properties.instanceType is required")
	}
	if old != nil && text(old.Body, "properties", "instanceType") != text(p, "instanceType") {
		return badRequest("properties.instanceType can't be changed from %q to %q",
			text(old.Body, "properties", "instanceType"), text(p, "instanceType"))
	}
	environment := text(p, "environmentId")
	if failure := c.exists("properties.environmentId", c.assetID(id, environment)); failure != nil {
		return failure
	}
	if model := text(p, "model"); model != "" {
		if failure := c.exists("properties.model", c.assetID(id, model)); failure != nil {
			return failure
		}
	}
	for name, collection := range object(p, "dataCollector", "collections") {
		rate, _ := at(collection.(map[string]any), "samplingRate").(float64)
		if at(collection.(map[string]any), "samplingRate") != nil && (rate <= 0 || rate > 1) {
			return badRequest("properties.dataCollector.collections.%s.samplingRate: %v is not above 0 and at most 1", name, rate)
		}
		// The endpoint's identity writes (azureml-examples, cli/endpoints/online/
		// data-collector/README: it needs sufficient permissions).
		if endpoint := c.resources[key(id.parent)]; endpoint != nil && !c.mayWrite(endpoint) {
			return badRequest("AuthorizationPermissionMismatch: the endpoint's identity needs Storage Blob Data Contributor to collect %s", name)
		}
	}
	for _, limit := range []struct {
		path []string
		max  time.Duration
	}{
		{[]string{"requestSettings", "requestTimeout"}, 180 * time.Second},
		{[]string{"livenessProbe", "timeout"}, time.Hour},
		{[]string{"readinessProbe", "timeout"}, time.Hour},
	} {
		value := text(p, limit.path...)
		if value == "" {
			continue
		}
		if d, err := isoDuration(value); err != nil || d <= 0 || d > limit.max {
			return badRequest("properties.%s: %q is no ISO 8601 duration up to %v", strings.Join(limit.path, "."), value, limit.max)
		}
	}
	return nil
}

// settleOnlineDeployment pulls the image and mounts the model with the
// endpoint's identity. Azure has accepted the deployment by then, so one whose
// role doesn't hold (yet) is there, in the state Failed. The sentence on the
// registry is Azure's own (MicrosoftDocs/azure-docs#107890).
func settleOnlineDeployment(c *Cloud, r *Resource) *Error {
	id, err := parseID(r.ID)
	if err != nil {
		return badRequest("%v", err)
	}
	body, endpoint := r.Body, c.resources[key(id.parent)]
	if endpoint == nil {
		return notFound("ParentResourceNotFound", "%s", id.parent)
	}
	parsed, err := parseID(endpoint.ID)
	if err != nil {
		return badRequest("%v", err)
	}
	workspace := c.resources[key(parsed.parent)]
	properties(endpoint.Body)["scoringUri"] = c.address(parsed, endpoint.Body) + c.scoringRoute(id.full, body)
	environment := c.resources[key(c.assetID(id, text(body, "properties", "environmentId")))]
	image := text(environment.Body, "properties", "image")
	for user, identity := range object(endpoint.Body, "identity", "userAssignedIdentities") {
		principal := text(identity.(map[string]any), "principalId")
		for _, registry := range c.resources {
			server := text(registry.Body, "properties", "loginServer")
			ours := strings.EqualFold(registry.Type, registryType) && server != "" && strings.HasPrefix(image, server+"/")
			// A managed network makes its own private endpoints to what the workspace is
			// linked to; without one there is no way in (how-to-secure-online-endpoint).
			if ours && text(registry.Body, "properties", "publicNetworkAccess") == "Disabled" &&
				!isolated(text(workspace.Body, "properties", "managedNetwork", "isolationMode")) {
				return &Error{Status: 400, Code: "BadArgument", Message: fmt.Sprintf("ImagePullFailed: %s: client is not allowed access to the registry %s", image, last(registry.ID))}
			}
			if ours &&
				!c.hasRole(principal, registry.ID, "AcrPull") {
				return &Error{Status: 400, Code: "BadArgument", Message: fmt.Sprintf(
					"Endpoint identity does not have pull permission on the registry. (%s, %s, %s)", last(user), last(registry.ID), image)}
			}
		}
		storage := text(workspace.Body, "properties", "storageAccount")
		if text(body, "properties", "model") != "" && !c.hasRole(principal, storage, "Storage Blob Data Reader") {
			return &Error{Status: 400, Code: "BadArgument", Message: fmt.Sprintf(
				"Unable to download user model: AuthorizationPermissionMismatch: %s has no Storage Blob Data Reader on %s", last(user), last(storage))}
		}
	}
	return c.container(r).Failure
}

// busy refuses an operation on a deployment while another one runs on the
// endpoint, in Azure's words (azure-sdk-for-net#36961; the status is inferred).
func (c *Cloud) busy(id resourceID) *Error {
	endpoint := c.resources[key(id.parent)]
	if endpoint == nil {
		return nil
	}
	for _, other := range append(c.children(endpoint.ID), endpoint) {
		if key(other.ID) != key(id.full) && (strings.EqualFold(other.Type, onlineType) || other == endpoint) && other.State != stateSucceeded && other.State != stateFailed {
			return conflict("Conflict", "Cannot create a deployment in endpoint %s because it is in %s provisioning state.", last(endpoint.ID), stateUpdating)
		}
	}
	return nil
}

// removeOnlineDeployment refuses while live or mirrored traffic goes there.
func removeOnlineDeployment(c *Cloud, r *Resource) *Error {
	id, err := parseID(r.ID)
	if err != nil {
		return badRequest("%v", err)
	}
	endpoint := c.resources[key(id.parent)]
	for _, split := range []string{"traffic", "mirrorTraffic"} {
		if percent, _ := at(endpoint.Body, "properties", split, id.name).(float64); percent > 0 {
			return badRequest("Cannot delete deployment %q: its %s is %v %%; set it to 0 first", id.name, split, percent)
		}
	}
	return nil
}

var durationPattern = regexp.MustCompile(`^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$`)

// isoDuration reads the part of ISO 8601 durations that Azure ML uses.
func isoDuration(s string) (time.Duration, error) {
	parts := durationPattern.FindStringSubmatch(s)
	if parts == nil || s == "PT" {
		return 0, fmt.Errorf("%q is no ISO 8601 duration", s)
	}
	var total time.Duration
	for i, unit := range []string{"h", "m", "s"} {
		if parts[i+1] == "" {
			continue
		}
		d, err := time.ParseDuration(parts[i+1] + unit)
		if err != nil {
			return 0, err
		}
		total += d
	}
	return total, nil
}

// mayWrite says whether an endpoint's user-assigned identities write to the storage
// account of its workspace.
func (c *Cloud) mayWrite(endpoint *Resource) bool {
	id, err := parseID(endpoint.ID)
	if err != nil {
		return false
	}
	account := text(c.resources[key(id.parent)].Body, "properties", "storageAccount")
	for identity := range object(endpoint.Body, "identity", "userAssignedIdentities") {
		if !c.hasRole(c.principalOf(identity), account, "Storage Blob Data Contributor") {
			return false
		}
	}
	return true
}
