package azure

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"time"
)

var (
	workspaceName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$`)
	endpointName  = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]$`)
)

func checkWorkspace(c *Cloud, id resourceID, body map[string]any, old *Resource) *Error {
	if !workspaceName.MatchString(id.name) {
		return badRequest("workspace name %q must match %s", id.name, workspaceName)
	}
	if text(body, "identity", "type") == "" {
		return badRequest("identity.type is required for a workspace")
	}
	p := properties(body)
	for _, linked := range []struct{ property, typ string }{
		{"storageAccount", storageType}, {"keyVault", vaultType}, {"applicationInsights", componentType}, {"containerRegistry", registryType},
	} {
		target := text(p, linked.property)
		if target == "" {
			if linked.property == "storageAccount" || linked.property == "keyVault" {
				return badRequest("properties.%s is required for a workspace", linked.property)
			}
			continue
		}
		if failure := c.exists("properties."+linked.property, target); failure != nil {
			return failure
		}
		if got := c.resources[key(target)].Type; !strings.EqualFold(got, linked.typ) {
			return badRequest("properties.%s: %q is a %s", linked.property, target, got)
		}
	}
	// Without identity the workspace makes its datastores with the account's key
	// (inferred from how-to-disable-local-auth-storage and its error text in
	// microsoft/rag-experiment-accelerator#866).
	switch mode := text(p, "systemDatastoresAuthMode"); strings.ToLower(mode) {
	case "identity":
	case "", "accesskey", "userdelegationsas":
		if account := c.resources[key(text(p, "storageAccount"))]; at(account.Body, "properties", "allowSharedKeyAccess") == false {
			return badRequest("KeyBasedAuthenticationNotPermitted: Key based authentication is not permitted on the storage account %s", last(account.ID))
		}
	default:
		return badRequest("properties.systemDatastoresAuthMode: %q is none of accessKey, identity, userDelegationSAS", mode)
	}
	if old == nil {
		return nil
	}
	// Isolation can't be turned back (how-to-managed-network).
	const isolation = "isolationMode"
	before, after := text(old.Body, "properties", "managedNetwork", isolation), text(p, "managedNetwork", isolation)
	if !isolated(before) && isolated(after) {
		for _, child := range c.children(id.full) {
			if strings.EqualFold(child.Type, endpointType) {
				return badRequest("properties.managedNetwork.%s: delete the managed online endpoint %s before", isolation, last(child.ID))
			}
		}
	}
	if isolated(before) && !isolated(after) {
		return badRequest("properties.managedNetwork.%s: %q can't be turned back to %q", isolation, before, after)
	}
	// Azure ML keeps its storage account and key vault for life.
	for _, fixed := range []string{"storageAccount", "keyVault"} {
		if before := text(old.Body, "properties", fixed); key(before) != key(text(p, fixed)) {
			return badRequest("properties.%s can't be changed from %q to %q", fixed, before, text(p, fixed))
		}
	}
	return nil
}

// isolated reports whether a workspace has a managed network.
func isolated(mode string) bool { return mode != "" && mode != "Disabled" }

// provisionNetwork answers provisionManagedNetwork.
func (c *Cloud) provisionNetwork(id string) (map[string]any, error) {
	time.Sleep(c.Latency)
	c.mu.Lock()
	defer c.mu.Unlock()
	workspace := c.resources[key(id)]
	if workspace == nil || !strings.EqualFold(workspace.Type, workspaceType) {
		return nil, notFound("ResourceNotFound", "%s was not found", id)
	}
	network := object(workspace.Body, "properties", "managedNetwork")
	if !isolated(text(network, "isolationMode")) {
		return nil, badRequest("%s has no managed network", id)
	}
	// Since April 2025 the workspace's identity needs the role on what its network
	// makes private endpoints to (how-to-managed-network; the sentence is inferred).
	for _, linked := range []string{"keyVault", "storageAccount", "containerRegistry"} {
		to := text(workspace.Body, "properties", linked)
		if principal := text(workspace.Body, "identity", "principalId"); !c.hasRole(principal, to, "Azure AI Enterprise Network Connection Approver") {
			return nil, &Error{Status: 403, Code: "AuthorizationFailed", Message: fmt.Sprintf(
				"The client '%s' does not have authorization to perform action '%s/PrivateEndpointConnectionsApproval/action' over scope '%s'.", principal, c.resources[key(to)].Type, to)}
		}
	}
	status := map[string]any{"status": "Active", "sparkReady": false}
	network["status"] = status
	return status, nil
}

// networkReady refuses a deployment before the managed network is provisioned
// (how-to-secure-online-endpoint; terraform-provider-azurerm#28650).
func (c *Cloud) networkReady(workspace *Resource) *Error {
	network := object(workspace.Body, "properties", "managedNetwork")
	if isolated(text(network, "isolationMode")) && text(network, "status", "status") != "Active" {
		return badRequest("WorkspaceManagedNetworkNotReady: the managed network of the workspace %s isn't provisioned", last(workspace.ID))
	}
	return nil
}

func completeWorkspace(c *Cloud, id resourceID, body map[string]any, old *Resource) *Error {
	p := properties(body)
	if network := object(body, "properties", "managedNetwork"); isolated(text(network, "isolationMode")) {
		status := map[string]any{"status": "Inactive", "sparkReady": false}
		if old != nil {
			if before := object(old.Body, "properties", "managedNetwork", "status"); before["status"] != nil {
				status = before
			}
		}
		network["status"] = status
	}
	p["workspaceId"] = guid("workspace", id.full)
	p["discoveryUrl"] = "https://" + text(body, "location") + ".api.azureml.ms/discovery"
	p["mlFlowTrackingUri"] = "azureml://" + text(body, "location") + ".api.azureml.ms/mlflow/v1.0" + id.full
	return c.systemIdentity(id, body)
}

func checkEndpoint(c *Cloud, id resourceID, body map[string]any, old *Resource) *Error {
	if !endpointName.MatchString(id.name) {
		return badRequest("endpoint name %q: 3 to 32 letters, digits and dashes, starting with a letter", id.name)
	}
	location := text(body, "location")
	workspace := c.resources[key(id.parent)]
	if !sameLocation(location, workspace.Body["location"]) {
		return badRequest("location %q: an endpoint lies in its workspace's region %v", location, workspace.Body["location"])
	}
	for _, other := range c.resources {
		if old == nil && strings.EqualFold(other.Type, endpointType) && strings.EqualFold(last(other.ID), id.name) &&
			sameLocation(other.Body["location"], location) {
			return conflict("NameNotAvailable", "the endpoint name %q is taken in %s by %s", id.name, location, other.ID)
		}
	}
	if text(body, "identity", "type") == "" {
		return badRequest("identity.type is required for an online endpoint")
	}
	p := properties(body)
	switch text(p, "authMode") {
	case "Key", "AADToken", "AMLToken":
	default:
		return badRequest("properties.authMode: %q is none of Key, AADToken, AMLToken", text(p, "authMode"))
	}
	return c.checkTraffic(id, object(p, "traffic"), object(p, "mirrorTraffic"))
}

// checkTraffic holds the rules of Azure's docs on blue/green and mirrored
// traffic.
func (c *Cloud) checkTraffic(id resourceID, traffic, mirror map[string]any) *Error {
	live := func(what, name string) *Error {
		deployment, ok := c.resources[key(id.full+"/deployments/"+name)]
		if !ok {
			return badRequest("%s names the deployment %q, which does not exist under endpoint %q", what, name, id.name)
		}
		if deployment.State != stateSucceeded {
			return badRequest("%s names the deployment %q, which is %s", what, name, deployment.State)
		}
		return nil
	}
	total := 0.0
	for name, share := range traffic {
		if failure := live("properties.traffic", name); failure != nil {
			return failure
		}
		percent, ok := share.(float64)
		if !ok || percent < 0 || percent > 100 || percent != float64(int(percent)) {
			return badRequest("properties.traffic.%s: %v is no whole percentage", name, share)
		}
		total += percent
	}
	if total != 0 && total != 100 {
		return badRequest("properties.traffic totals %v; it must be 0 or 100", total)
	}
	if len(mirror) > 1 {
		return badRequest("properties.mirrorTraffic names %d deployments; 1 is allowed", len(mirror))
	}
	for name, share := range mirror {
		if failure := live("properties.mirrorTraffic", name); failure != nil {
			return failure
		}
		if percent, ok := share.(float64); !ok || percent < 0 || percent > 50 {
			return badRequest("properties.mirrorTraffic.%s: %v is not between 0 and 50", name, share)
		}
		if percent, _ := traffic[name].(float64); percent > 0 {
			return badRequest("properties.mirrorTraffic.%s: the deployment gets live traffic too", name)
		}
	}
	return nil
}

func completeEndpoint(c *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	p := properties(body)
	p["scoringUri"], p["swaggerUri"] = c.address(id, body)+defaultRoute, c.address(id, body)+"/swagger.json"
	for _, child := range c.children(id.full) {
		if strings.EqualFold(child.Type, onlineType) {
			p["scoringUri"] = c.address(id, body) + c.scoringRoute(child.ID, child.Body)
		}
	}
	for _, split := range []string{"traffic", "mirrorTraffic"} {
		// A PUT without a split sets it back to zero.
		if object(p, split) == nil {
			p[split] = map[string]any{}
		}
	}
	delete(p, "keys") // written, never read
	return c.systemIdentity(id, body)
}

// address is where an endpoint answers.
func (c *Cloud) address(id resourceID, endpoint map[string]any) string {
	if c.Scoring != "" {
		return c.Scoring + "/" + id.name
	}
	return "https://" + id.name + "." + text(endpoint, "location") + ".inference.ml.azure.com"
}

// defaultRoute is the scoring route of Azure's own images, which an endpoint without
// deployments shows.
const defaultRoute = "/score"

// scoringRoute is that of a deployment's environment.
func (c *Cloud) scoringRoute(id string, deployment map[string]any) string {
	if parsed, err := parseID(id); err == nil {
		environment := c.resources[key(c.assetID(parsed, text(deployment, "properties", "environmentId")))]
		if environment != nil {
			return cmp.Or(text(environment.Body, "properties", "inferenceConfig", "scoringRoute", "path"), defaultRoute)
		}
	}
	return defaultRoute
}

// assetID turns a reference to a model or environment, an ARM id or
// azureml:NAME:VERSION, into an ARM id.
func (c *Cloud) assetID(deployment resourceID, reference string) string {
	if !strings.HasPrefix(reference, "azureml:") || strings.HasPrefix(reference, "azureml://") {
		return reference
	}
	endpoint := deployment.parent
	workspace := endpoint[:strings.LastIndex(endpoint, "/onlineEndpoints/")]
	name, version, _ := strings.Cut(strings.TrimPrefix(reference, "azureml:"), ":")
	for _, kind := range []string{"models", "environments"} {
		id := fmt.Sprintf("%s/%s/%s/versions/%s", workspace, kind, name, version)
		if c.resources[key(id)] != nil {
			return id
		}
	}
	return reference
}

func checkModelVersion(_ *Cloud, _ resourceID, body map[string]any, old *Resource) *Error {
	if text(body, "properties", "modelUri") == "" {
		return badRequest("properties.modelUri is required")
	}
	if old != nil && text(old.Body, "properties", "modelUri") != text(body, "properties", "modelUri") {
		// Inferred: versions of assets are immutable but for tags, description
		// and archiving.
		return conflict("UserError", "a model version's modelUri can't be changed; make a new version")
	}
	return nil
}

func checkEnvironmentVersion(_ *Cloud, _ resourceID, body map[string]any, old *Resource) *Error {
	p := properties(body)
	if text(p, "image") == "" && p["build"] == nil {
		return badRequest("properties.image or properties.build is required")
	}
	if old == nil {
		return nil
	}
	for _, fixed := range []string{"image", "osType", "inferenceConfig"} {
		if before := at(old.Body, "properties", fixed); !equalJSON(before, p[fixed]) {
			return conflict("UserError", "properties.%s of an environment version can't be changed; make a new version", fixed)
		}
	}
	return nil
}

// removeInUse refuses to delete the model or environment of a deployment.
// Azure would delete it, and the deployment would break when Azure patches its
// machines and pulls again; a test should hear of it at once.
func removeInUse(c *Cloud, r *Resource) *Error {
	for _, other := range c.resources {
		if !strings.EqualFold(other.Type, onlineType) {
			continue
		}
		id, err := parseID(other.ID)
		if err != nil {
			return badRequest("%v", err)
		}
		for _, property := range []string{"model", "environmentId"} {
			if key(c.assetID(id, text(other.Body, "properties", property))) == key(r.ID) {
				return conflict("InUse", "%s is the %s of the running deployment %s", r.ID, property, last(other.ID))
			}
		}
	}
	return nil
}
